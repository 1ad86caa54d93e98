"""What the PDF extractor takes for a PDF, what it says of other files, and how it goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from droindex.extract.pdf.extractor import PdfExtractor
from droindex.extract.pdf.reader import backend_order
from droindex.extract.protocol import Extractor, FileFacts, ResumableExtractor, UnreadableFileError
from droindex.model import FileStatus
from droindex.pages import Page
from droindex.settings import ExtractSettings

Make = Callable[..., bytes]
SETTINGS = ExtractSettings(ocr=False)
TEXTS = [f"Page number {number} of the directive." for number in range(1, 6)]


@pytest.mark.parametrize(
    ("choice", "order"),
    [("pypdf", ("pypdf",)), ("pdfium", ("pdfium",)), ("auto", ("pdfium", "pypdf"))],
)
def test_the_first_choice_of_backends(choice: str, order: tuple[str, ...]) -> None:
    assert backend_order(choice) == order


def test_it_is_an_extractor_that_can_go_on() -> None:
    assert isinstance(PdfExtractor(), Extractor)
    assert isinstance(PdfExtractor(), ResumableExtractor)
    assert PdfExtractor.suffixes == (".pdf",)


def read(path: Path, first_page: int = 1, **settings: object) -> list[FileFacts | Page]:
    limits = ExtractSettings(**settings)  # type: ignore[arg-type]
    return list(PdfExtractor().resume(path, limits, first_page))


@pytest.mark.parametrize("backend", ["auto", "pypdf", "pdfium"])
def test_facts_come_first_and_then_every_page(tmp_path: Path, make_pdf: Make, backend: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(TEXTS, title="A directive"))
    first, *rest = read(path, backend=backend)
    assert isinstance(first, FileFacts)
    assert first.page_count == len(TEXTS)
    pages = [item for item in rest if isinstance(item, Page)]
    assert [page.number for page in pages] == [1, 2, 3, 4, 5]
    assert [page.text for page in pages] == TEXTS


@pytest.mark.parametrize("first_page", [1, 2, 5, 6])
def test_it_goes_on_in_the_middle(tmp_path: Path, make_pdf: Make, first_page: int) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(TEXTS))
    pages = [item for item in read(path, first_page) if isinstance(item, Page)]
    assert [page.text for page in pages] == TEXTS[first_page - 1 :]


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", "It has no bytes at all."),
        (b"<!DOCTYPE html><title>404</title>", "a web page"),
        (b"\xef\xbb\xbf  <HTML>", "a web page"),
        (b"<?xml version='1.0'?>", "an XML file"),
        (b"PK\x03\x04zip", "a ZIP or Office file"),
        (b"\xd0\xcf\x11\xe0doc", "an old Office file"),
        (b"{\\rtf1", "an RTF file"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"GIF89a", "a picture"),
        (b"II*\0", "a picture"),
        (b"MM\0*", "a picture"),
        (b"%!PS-Adobe", "a PostScript file"),
        (b"words and words", "something else"),
        (b"x" * 70_000 + b"%PDF-1.4", "something else"),  # too far behind
        (b"endobj without any", "something else"),
    ],
)
def test_what_is_no_pdf_is_told_by_what_it_is(tmp_path: Path, head: bytes, kind: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(head)
    with pytest.raises(UnreadableFileError) as caught:
        read(path)
    assert caught.value.status is FileStatus.NOT_PDF
    assert kind in caught.value.reason


@pytest.mark.parametrize("before", [b"", b"\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_junk_before_the_header_does_no_harm(tmp_path: Path, make_pdf: Make, before: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(before + make_pdf(TEXTS))
    assert [item.text for item in read(path) if isinstance(item, Page)] == TEXTS


@pytest.mark.parametrize("before", [b"x" * 60_000, None])
def test_far_from_its_header_or_without_one_its_pages_are_saved(
    tmp_path: Path, make_pdf: Make, before: bytes | None
) -> None:
    path, whole = tmp_path / "a.pdf", make_pdf(TEXTS)
    path.write_bytes(whole[9:] if before is None else before + whole)
    found: list[FileFacts | Page] = []
    try:
        found.extend(PdfExtractor().extract(path, SETTINGS))
    except UnreadableFileError as error:
        assert (error.status, "5 pages" in error.reason) == (FileStatus.DAMAGED, True)  # noqa: PT017 - either will do
    assert [item.text for item in found if isinstance(item, Page)] == TEXTS
