"""The extractor of PDF files: two backends, page by page, with pdfium's speed and pypdf's care."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.extract.protocol import UnreadableFileError
from droindex.model import FileStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from droindex.extract.pdf.ocr import Recogniser
    from droindex.extract.protocol import FileFacts
    from droindex.pages import Page
    from droindex.settings import ExtractSettings

__all__ = ["PdfExtractor"]

_HEADER = b"%PDF-"
_HEADER_ZONE = 1 << 16  # junk before the header: mail gateways and web servers put it there
_OBJECT = re.compile(rb"[0-9]+[ \t\r\n]+[0-9]+[ \t\r\n]+obj\b")


class PdfExtractor:
    """Reads PDF files. Text comes from pdfium where installed, all else from pypdf.

    Each backend gives a second opinion on pages where the other failed, found next to nothing or
    cut words to pieces. Pages that are pictures are read by OCR where the settings ask for it.

    Args:
        image_cache: Folder for the texts that OCR found, by picture; None to keep none.
    """

    name = "pdf"
    version = "6"
    suffixes = (".pdf",)
    libraries = ("pypdf", "pypdfium2")

    def __init__(self, image_cache: Path | None = None) -> None:
        self._image_cache = image_cache
        self._recogniser: Recogniser | None = None

    def with_image_cache(self, folder: Path) -> PdfExtractor:
        """Return an extractor that keeps the texts that OCR found in a folder."""
        return PdfExtractor(folder)

    def extract(self, path: Path, settings: ExtractSettings) -> Iterator[FileFacts | Page]:
        """Yield the facts and the pages of a PDF; see `Extractor.extract`."""
        return self.resume(path, settings, 1)

    def resume(
        self, path: Path, settings: ExtractSettings, first_page: int
    ) -> Iterator[FileFacts | Page]:
        """Yield the facts, and the pages from `first_page` (from 1) on.

        Raises:
            UnreadableFileError: It is no PDF, locked, broken, too big or too slow.
        """
        from droindex.extract.pdf.reader import PdfReading  # noqa: PLC0415 - keeps starting cheap

        data = path.read_bytes()
        _check_kind(data)
        reading = PdfReading(data, settings, self._ocr(settings))
        try:
            yield from reading.items(first_page)
        finally:
            reading.close()

    def _ocr(self, settings: ExtractSettings) -> Recogniser | None:
        if settings.ocr and self._recogniser is None:
            from droindex.extract.pdf.ocr import Recogniser  # noqa: PLC0415 - an optional package

            self._recogniser = Recogniser(settings, self._image_cache)
        return self._recogniser if settings.ocr else None


def _check_kind(data: bytes) -> None:
    """Raise for what is no PDF; a PDF that lost its header still has objects."""
    if not data:
        raise UnreadableFileError(FileStatus.NOT_PDF, "It has no bytes at all.")
    if _HEADER in data[:_HEADER_ZONE]:
        return
    if not (b"endobj" in data and _OBJECT.search(data)):
        raise UnreadableFileError(FileStatus.NOT_PDF, f"It is no PDF but {_kind(data[:1024])}.")


def _kind(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    kinds = (
        ((b"<!doctype html", b"<html"), "a web page"),
        ((b"<?xml",), "an XML file"),
        ((b"pk\x03\x04",), "a ZIP or Office file"),
        ((b"\xd0\xcf\x11\xe0",), "an old Office file"),
        ((b"{\\rtf",), "an RTF file"),
        ((b"\x89png", b"\xff\xd8\xff", b"gif8", b"ii*\0", b"mm\0*"), "a picture"),
        ((b"%!ps",), "a PostScript file"),
    )
    return next((name for starts, name in kinds if start.startswith(starts)), "something else")
