"""Real files with hand-made labels, and hostile ones: the measurement data beside the checkout."""

from __future__ import annotations

import csv
import importlib.util
import resource
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from droindex.extract.workers import process
from droindex.extract.workers.collector import page_ranges
from droindex.extract.workers.run import Extracted, ExtractRequest, extract_files
from droindex.model import FileStatus
from droindex.pages import PageStatus
from droindex.settings import ExtractSettings

pytestmark = pytest.mark.shared
SETTINGS = ExtractSettings(ocr=False)


def read_all(
    folder: Path, settings: ExtractSettings, names: Iterable[str] = ()
) -> dict[str, Extracted]:
    names = sorted(names) or sorted(path.name for path in folder.glob("*.pdf"))
    requests = [ExtractRequest(name, folder / name) for name in names]
    return {
        item.request.key: item for item in extract_files(requests, settings=settings, workers=2)
    }


@pytest.fixture(scope="module")
def real(shared: Path) -> dict[str, Extracted]:
    return read_all(shared / "data" / "pdf", SETTINGS)


def test_every_real_file_has_a_status(real: dict[str, Extracted], shared: Path) -> None:
    with (shared / "data" / "pdf" / "manifest.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert {row["file"] for row in rows} == set(real)
    for row in rows:
        found = real[row["file"]].extraction
        assert (found.status is FileStatus.OK) == (not found.reason), row["file"]
        assert real[row["file"]].size_bytes == int(row["bytes"])
        if row["kind"] == "policy":
            assert found.status in (FileStatus.OK, FileStatus.PARTIAL), row["file"]
            assert len(found.pages) == int(row["pages"])
            assert all(
                page.status in (PageStatus.OK, PageStatus.NEEDS_OCR, PageStatus.EMPTY)
                for page in found.pages
            )
    assert real["tricky-doctor-empty.pdf"].extraction.status is FileStatus.NOT_PDF
    locked = real["tricky-samples-libreoffice-writer-password.pdf"].extraction
    assert locked.status is FileStatus.ENCRYPTED
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak memory of the parent (whole test run): {peak} MB")


def test_pages_that_need_ocr(real: dict[str, Extracted], shared: Path) -> None:
    with (shared / "data" / "pdf" / "labels.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    wrong = []
    for row in rows:
        found = real[row["file"]].extraction
        pages = [page.number for page in found.pages if page.status is PageStatus.NEEDS_OCR]
        told = "none" if not pages else page_ranges(pages).replace(" ", "")
        if told != row["needs_ocr_pages"] and not (
            row["needs_ocr_pages"] == "all" and len(pages) == len(found.pages)
        ):
            wrong.append((row["file"], row["needs_ocr_pages"], told))
    print(f"needs_ocr_pages right on {len(rows) - len(wrong)} of {len(rows)} files; wrong: {wrong}")
    assert len(wrong) <= 0.05 * len(rows), wrong


def test_page_labels(real: dict[str, Extracted]) -> None:
    labels = [page.label for page in real["tricky-pdfminer-pagelabels.pdf"].extraction.pages]
    assert labels == ["iii", "iv", "1", "2", "1"]


@pytest.fixture(scope="module")
def hostile(
    shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, set[str]]]:
    """The hostile files, and the statuses that their maker's table allows."""
    place = shared / "tools" / "hostile_pdfs.py"
    spec = importlib.util.spec_from_file_location("hostile_pdfs", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path_factory.mktemp("hostile")
    statuses = {status.value for status in FileStatus}
    allowed: dict[str, set[str]] = {}
    lines = (module.__doc__ or "").splitlines()
    for name, data in module.cases():
        (folder / f"{name}.pdf").write_bytes(data)
        line = next(line for line in lines if line.startswith(name))
        words = line.split()
        allowed[f"{name}.pdf"] = set()
        for word in reversed(words):
            if word not in statuses:
                break
            allowed[f"{name}.pdf"].add(word)
    return folder, allowed


@pytest.mark.parametrize("backend", ["auto", "pypdf"])
def test_hostile_files(
    hostile: tuple[Path, dict[str, set[str]]],
    make_pdf: Callable[..., bytes],
    monkeypatch: pytest.MonkeyPatch,
    backend: str,
) -> None:
    folder, allowed = hostile
    monkeypatch.setattr(process, "_GRACE_S", 0.5)
    (folder / "normal.pdf").write_bytes(make_pdf(["A sound page of a sound directive."]))
    # short deadlines where they may pass; where they may not, enough for a busy machine
    patient = replace(SETTINGS, backend=backend, page_deadline_s=30.0, wasted_s=60.0)
    hasty = replace(patient, page_deadline_s=0.8, wasted_s=1.0, max_pages=500)
    slow = [name for name, statuses in allowed.items() if "timed_out" in statuses]
    found = read_all(folder, hasty, slow)
    found |= read_all(folder, patient, [*(allowed.keys() - slow), "normal.pdf"])
    assert found.pop("normal.pdf").extraction.status is FileStatus.OK
    for name, item in found.items():
        status, text = item.extraction.status, ""
        assert status.value in allowed[name], (name, status, item.extraction.reason)
        numbers = [page.number for page in item.extraction.pages]
        assert numbers == sorted(set(numbers))
        text = "\n".join(page.text for page in item.extraction.pages)
        assert len(text) <= SETTINGS.max_chars
        if name.startswith(("19", "20", "21")):
            parts = 2 if name.startswith("19") else 4
            assert all(f"Chapter {part}" in text for part in range(1, parts + 1)), name
        elif status in (FileStatus.OK, FileStatus.PARTIAL):
            assert "policy" in text, name
    assert "lol" not in str(found["24-xmp-entity-bomb.pdf"].extraction.facts)
