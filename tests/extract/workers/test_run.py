"""Files in, readings out: order, statuses, budgets, limits, extractors from elsewhere."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from droindex.errors import LimitError, MissingExtraError, SettingsError
from droindex.extract.cache import ExtractionCache
from droindex.extract.registry import Registry
from droindex.extract.workers import run as run_module
from droindex.extract.workers.pool import Pool
from droindex.extract.workers.run import Extracted, ExtractRequest, extract_files
from droindex.model import FileStatus
from droindex.pages import PageStatus
from droindex.settings import ExtractSettings

Read = Callable[..., list[Extracted]]
Make = Callable[..., bytes]
SETTINGS = ExtractSettings(ocr=False)
LONG = "The field office director approves each transfer of a detainee in writing.\n" * 3


def write(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_readings_come_in_the_order_of_the_requests(
    tmp_path: Path, read: Read, slow_extractor: Path
) -> None:
    paths = [
        write(tmp_path / f"{n}.slow", f"sleep {0.3 if n == 0 else 0}\nline {n}") for n in range(8)
    ]
    found = read(*paths, workers=2)
    assert [item.request.path for item in found] == paths
    assert [item.extraction.pages[1].text for item in found] == [f"line {n}" for n in range(8)]
    assert {item.extraction.status for item in found} == {FileStatus.OK}


@pytest.mark.parametrize("backend", ["pypdf", "pdfium", "auto"])
@pytest.mark.parametrize("workers", [0, 1])
def test_a_pdf_page_by_page(
    tmp_path: Path, read: Read, make_pdf: Make, backend: str, workers: int
) -> None:
    texts = [f"Part {name}\n{LONG}" for name in ("alpha", "beta", "gamma")]
    path = write(tmp_path / "a.pdf", make_pdf(texts, title="Escorts"))
    pages: list[int] = []
    [found] = read(
        path, workers=workers, settings=replace(SETTINGS, backend=backend), on_page=pages.append
    )
    assert found.extraction.status is FileStatus.OK
    assert found.extraction.reason == ""
    assert [page.number for page in found.extraction.pages] == [1, 2, 3]
    assert [page.text.split("\n")[0] for page in found.extraction.pages] == [
        "Part alpha",
        "Part beta",
        "Part gamma",
    ]
    assert {page.backend for page in found.extraction.pages} == {
        "pdfium" if backend == "auto" else backend
    }
    assert found.extraction.facts.page_count == 3
    assert found.extraction.facts.properties["Title"] == "Escorts"
    sized = found.extraction.facts.sized_lines
    assert (sized[0].text, sized[0].page, round(sized[0].size)) == ("Part alpha", 1, 11)
    assert {line.page for line in sized} == {1, 2}
    assert found.sha256 is not None
    assert found.size_bytes == path.stat().st_size
    assert sum(pages) == 3


def test_nothing_in_nothing_out(read: Read) -> None:
    assert read(workers=2) == []


def test_requests_are_taken_a_little_ahead(
    tmp_path: Path, slow_extractor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "_AHEAD", 4)
    taken = 0

    def requests() -> Iterator[ExtractRequest]:
        nonlocal taken
        for number in range(50):
            taken += 1
            yield ExtractRequest(str(number), write(tmp_path / f"{number}.slow", "x"))

    found = extract_files(requests(), settings=SETTINGS, workers=1)
    next(found)
    assert taken <= 5
    found.close()  # type: ignore[attr-defined]


def test_budgets(tmp_path: Path, read: Read, make_pdf: Make) -> None:
    path = write(tmp_path / "a.pdf", make_pdf([f"Part {n}\n{LONG}" for n in "abcde"]))
    [pages] = read(path, settings=replace(SETTINGS, max_pages=2))
    assert (pages.extraction.status, len(pages.extraction.pages)) == (FileStatus.PARTIAL, 2)
    assert pages.extraction.reason == "Only the first 2 of its 5 pages were read."
    [chars] = read(path, settings=replace(SETTINGS, max_chars=500))
    assert chars.extraction.status is FileStatus.PARTIAL
    assert sum(len(page.text) for page in chars.extraction.pages) <= 500
    [page] = read(path, settings=replace(SETTINGS, max_page_chars=60))
    assert page.extraction.status is FileStatus.PARTIAL
    assert {found.status for found in page.extraction.pages} == {PageStatus.TOO_BIG}
    assert all(0 < len(found.text) <= 60 for found in page.extraction.pages)
    [big] = read(path, settings=replace(SETTINGS, max_bytes=100))
    assert big.extraction.status is FileStatus.TOO_BIG
    assert big.extraction.pages == ()


def test_pages_without_text(tmp_path: Path, read: Read, make_pdf: Make) -> None:
    [blank] = read(write(tmp_path / "blank.pdf", make_pdf(["", ""])))
    assert blank.extraction.status is FileStatus.EMPTY
    assert {page.status for page in blank.extraction.pages} == {PageStatus.EMPTY}
    [mixed] = read(write(tmp_path / "mixed.pdf", make_pdf(["", "some words"])))
    assert mixed.extraction.status is FileStatus.OK


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "It has no bytes at all."),
        (b"<!DOCTYPE html><html>404</html>", "It is no PDF but a web page."),
        (b"PK\x03\x04rest", "It is no PDF but a ZIP or Office file."),
        (b"\x89PNG\r\n", "It is no PDF but a picture."),
        (b"just words", "It is no PDF but something else."),
    ],
)
def test_what_is_called_pdf_and_is_none(
    tmp_path: Path, read: Read, data: bytes, reason: str
) -> None:
    [found] = read(write(tmp_path / "a.pdf", data))
    assert (found.extraction.status, found.extraction.reason) == (FileStatus.NOT_PDF, reason)


@pytest.mark.parametrize("workers", [0, 1])
def test_extractors_from_elsewhere(
    tmp_path: Path, read: Read, slow_extractor: Path, workers: int
) -> None:
    good = write(tmp_path / "a.slow", "one\ntwo")
    bad = write(tmp_path / "b.slow", "one\nfail badly")
    locked = write(tmp_path / "c.slow", "refuse Not for you.")
    other = write(tmp_path / "d.dwg", "")
    found = read(good, bad, locked, other, workers=workers)
    assert [item.extraction.status for item in found] == [
        FileStatus.OK,
        FileStatus.PARTIAL,
        FileStatus.ENCRYPTED,
        FileStatus.DAMAGED,
    ]
    assert found[0].extraction.facts.media_type == "text/x-slow"
    assert [page.text for page in found[1].extraction.pages] == ["one"]
    assert found[1].extraction.reason == "Reading it failed (RuntimeError)."
    assert found[2].extraction.reason == "Not for you."
    assert found[3].extraction.reason == "No extractor reads files that end in '.dwg'."


def test_the_registry() -> None:
    registry = Registry()
    assert {".pdf", ".html", ".htm", ".txt", ".md"} <= registry.suffixes
    assert registry.name_for(Path("A.PDF")) == "pdf"
    assert registry.name_for(Path("a")) is None
    assert "pypdf" in registry.fingerprint("pdf")


def test_an_extractor_that_cannot_be_loaded(slow_extractor: Path, tmp_path: Path) -> None:
    place = slow_extractor / "slow_extractor-1.0.dist-info" / "entry_points.txt"
    place.write_text("[droindex.extractors]\nbad = nowhere:Nothing\n")
    with pytest.raises(SettingsError, match="bad"):
        extract_files([], settings=SETTINGS)
    place.write_text("[droindex.extractors]\nbad = json:JSONDecoder\n")
    with pytest.raises(SettingsError, match="bad"):
        extract_files([], settings=SETTINGS)


def test_what_cannot_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LimitError):
        extract_files([], settings=SETTINGS, workers=-1)
    with pytest.raises(SettingsError, match="backend"):
        extract_files([], settings=replace(SETTINGS, backend="word"))
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match="pdfium"):
        extract_files([], settings=replace(SETTINGS, backend="pdfium"))


def test_importing_brings_no_reader() -> None:
    code = (
        "import sys, droindex.extract.workers.run, droindex.extract.workers.worker\n"
        "from droindex.extract.registry import Registry; Registry()\n"
        "assert not {'pypdf', 'pypdfium2', 'tesserocr', 'PIL', 'tantivy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("workers", [0, 1])
@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (run_module, "digest"),
        (ExtractionCache, "key"),
        (ExtractionCache, "holds"),
        (ExtractionCache, "get"),
        (ExtractionCache, "put"),
        (run_module, "Job"),
        (Pool, "submit"),
    ],
    ids=lambda item: getattr(item, "__name__", item),
)
def test_a_fault_where_a_file_is_handed_on_ends_that_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    owner: Any,
    name: str,
    workers: int,
) -> None:
    original, calls = getattr(owner, name), 0

    def fail_once(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise RuntimeError("a planted fault")
        return original(*args, **kwargs)

    requests = [
        ExtractRequest(key, write(tmp_path / f"{key}.txt", f"The text of {key}.")) for key in "abc"
    ]
    cache = ExtractionCache(tmp_path / "cache")
    if name == "get":  # it is asked for what it holds
        list(extract_files(requests, settings=SETTINGS, cache=cache, workers=0))
    monkeypatch.setattr(owner, name, fail_once)
    with caplog.at_level("ERROR", logger="droindex"):
        found = list(extract_files(requests, settings=SETTINGS, cache=cache, workers=workers))
    if calls:  # a pool is asked for where there are workers
        assert [item.extraction.status for item in found] == [FileStatus.CRASHED] + [
            FileStatus.OK
        ] * 2
        assert "a planted fault" in caplog.text
