"""Pictures of pages, read by tesseract."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from droindex import Library
from droindex.errors import MissingExtraError
from droindex.extract.cache import ExtractionCache
from droindex.extract.pdf import ocr
from droindex.extract.workers.run import Extracted, extract_files
from droindex.model import FileStatus
from droindex.pages import Page
from droindex.settings import ExtractSettings

Read = Callable[..., list[Extracted]]
SETTINGS = ExtractSettings(ocr=True)
WORDS = "The director approves each transfer of a detainee"


@pytest.fixture
def tesseract(require: Callable[[str, object, str], None]) -> None:
    """Skips where OCR is not installed."""
    try:
        found = bool(ocr.require_ocr(SETTINGS))
    except MissingExtraError:
        found = False
    require("ocr", found, "tesseract, its data or the extra ocr is not installed")


@pytest.fixture
def scan(tmp_path: Path, make_pdf: Callable[..., bytes]) -> Path:
    """A page of text, and a page that is a picture of it."""
    import pypdfium2
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    document = pypdfium2.PdfDocument(make_pdf([f"{WORDS}\n{WORDS.upper()}"], size=14))
    picture = document[0].render(scale=150 / 72).to_pil()
    document.close()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    canvas.drawString(72, 700, f"A page of text. {WORDS}.")
    canvas.showPage()
    canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
    canvas.showPage()
    canvas.save()
    path = tmp_path / "scan.pdf"
    path.write_bytes(out.getvalue())
    return path


@pytest.mark.ocr
@pytest.mark.usefixtures("tesseract")
@pytest.mark.parametrize("workers", [0, 1])
def test_a_picture_is_read(scan: Path, tmp_path: Path, read: Read, workers: int) -> None:
    cache = ExtractionCache(tmp_path / "cache")
    [found] = read(scan, settings=SETTINGS, cache=cache, workers=workers)
    first, second = found.extraction.pages
    assert found.extraction.status is FileStatus.OK
    assert (first.backend, first.is_ocr) == ("pdfium", False)
    assert (second.backend, second.is_ocr) == ("tesseract", True)
    assert second.text.split("\n")[0] == WORDS
    [kept] = cache.image_folder.rglob("*.txt")
    kept.write_text("kept from before")
    [again] = read(scan, settings=replace(SETTINGS, max_pages=9), cache=cache, workers=workers)
    assert again.extraction.pages[1].text == "kept from before"


@pytest.mark.ocr
@pytest.mark.usefixtures("tesseract")
def test_where_it_is_installed_it_is_used_unless_somebody_says_no(
    scan: Path, tmp_path: Path, read: Read
) -> None:
    [found] = read(scan, settings=ExtractSettings())
    assert found.extraction.pages[1].is_ocr
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    shutil.copy(scan, corpus)
    library = Library(tmp_path / "library.idx")
    (read_no_scan,) = library.build(corpus, workers=0, ocr=False).problems
    assert read_no_scan.slug == "partial"
    assert read_no_scan.message.endswith("by OCR. Build again without --no-ocr.")
    assert library.build(corpus, workers=0).problems == ()
    assert library.build(corpus, workers=0, ocr=True).unchanged == 1  # it was on already


@pytest.mark.ocr
@pytest.mark.usefixtures("tesseract")
def test_what_it_read_stays_where_it_is_missing_later(
    scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    shutil.copy(scan, corpus)
    library = Library(tmp_path / "library.idx")
    library.build(corpus, workers=0, ocr=True)
    with monkeypatch.context() as gone:
        gone.setitem(sys.modules, "tesserocr", None)  # as where it is not installed
        assert library.build(corpus, workers=0).unchanged == 1
    with library.open() as index:
        assert index.get("scan").pages[1].is_ocr
    report = library.build(corpus, workers=0, ocr=False)  # somebody says no
    assert [problem.slug for problem in report.problems] == ["partial"]


def test_files_with_a_text_are_not_read_anew_once_it_is_there(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Keys are kept.", "utf-8")
    library = Library(tmp_path / "library.idx")
    library.build(corpus, workers=0, ocr=False)
    assert library.build(corpus, workers=0).unchanged == 1


@pytest.mark.ocr
@pytest.mark.usefixtures("tesseract")
def test_what_to_do_next_depends_on_what_was_done() -> None:
    assert "without --no-ocr" in ocr.ocr_step(replace(SETTINGS, ocr=False))
    assert "without --no-ocr" in ocr.ocr_step(replace(SETTINGS, ocr=None))
    assert "replace the scan" in ocr.ocr_step(SETTINGS)


def test_where_something_is_missing_it_is_off_and_the_next_step_names_it() -> None:
    settings = ExtractSettings(ocr_language="xxx")
    assert ocr.with_ocr_settled(settings) == replace(settings, ocr=False)
    assert ocr.with_ocr_settled(SETTINGS) is SETTINGS
    step = ocr.ocr_step(settings)
    assert step.endswith("; then build again.")
    missing = "language 'xxx'" if find_spec("tesserocr") else "pip install 'droindex[ocr]'"
    assert missing in step


def test_without_ocr_the_page_is_named(scan: Path, read: Read) -> None:
    [found] = read(scan, settings=ExtractSettings(ocr=False))
    assert found.extraction.status is FileStatus.PARTIAL
    assert found.extraction.reason == "Page 2 can only be read by OCR."
    page = found.extraction.pages[1]
    assert page == replace(Page(2, ""), status=page.status, backend="pdfium", layout="-")


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    if find_spec("tesserocr") is not None:
        with pytest.raises(MissingExtraError, match="language 'xxx'"):
            extract_files([], settings=replace(SETTINGS, ocr_language="xxx"))
    monkeypatch.setattr(ocr, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError) as error:
        extract_files([], settings=SETTINGS)
    assert error.value.hint == "Install it with: pip install 'droindex[ocr]'"
