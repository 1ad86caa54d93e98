"""Pages of documents as pictures: who may see them, which words are marked, what is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from droindex.errors import FileChangedError, LimitError, PageImageError
from droindex.extract.pictures.painter import (
    AbsentPageError,
    OtherFileError,
    Painter,
    PictureRequest,
)
from droindex.extract.pictures.picture import WIDTHS
from droindex.extract.protocol import UnreadableFileError
from droindex.query.passages import marker

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from droindex.extract.pictures.picture import PageImage
    from droindex.library.reader import SetReader
    from droindex.model import Document
    from droindex.query.request import Request
    from droindex.settings import Settings

__all__ = ["PageImages", "is_drawable"]

_MAX_KEPT_BYTES = 32_000_000  # of pictures; some 200 pages of print
_PDF = ".pdf"

_Key = tuple[object, ...]


@dataclass(slots=True)
class _Kept:
    """Pictures that were drawn, the oldest forgotten first."""

    pictures: dict[_Key, PageImage] = field(default_factory=dict)

    def keep(self, key: _Key, picture: PageImage) -> None:
        others = list(self.pictures.items())
        held = len(picture.png) + sum(len(other.png) for _, other in others)
        for old, other in others:
            if held <= _MAX_KEPT_BYTES:
                break
            self.pictures.pop(old, None)
            held -= len(other.png)
        self.pictures[key] = picture


def is_drawable(file: str | None) -> bool:
    """Whether pages of a document's file can be had as pictures: of a PDF, where pdfium is there.

    Args:
        file: `Document.file`.
    """
    return _is_pdf(file) and _has_pdfium()


class PageImages:
    """Gives the pictures of one open library.

    Args:
        settings: Limits of the process that draws, and what a query may cost.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._painter = Painter(settings.extract)
        self._kept = _Kept()

    def page_image(
        self,
        reader: SetReader,
        document: Document,
        path: Path | None,
        request: Request,
        page: int,
        width: int,
    ) -> PageImage:
        """Return a page with the words of a request marked.

        Args:
            reader: The set that the words are put to, and that the document is of.
            document: The document.
            path: Its file; None where it is not on this machine.
            request: What was asked for.
            page: From 1.
            width: In pixels.

        Raises:
            LimitError: `limit-out-of-range`, page or width.
            PageImageError: `page-image`, there is no picture of this page.
            FileChangedError: `file-changed`.
            MissingExtraError: `missing-extra`, pypdfium2 is not installed.
        """
        _check(page, width)
        _check_page(document, path, page)
        assert path is not None
        key: _Key = (document.sha256, reader.folder, page, width, request.text)
        kept = self._kept.pictures.get(key) if document.sha256 else None
        if kept is not None:
            return kept
        find = _finder(reader, request, self._settings)
        wanted = PictureRequest(path, document.sha256, page, width, find)
        picture = self._painted(document, wanted)
        if document.sha256:  # of any other file nobody knows whether it is still the same
            self._kept.keep(key, picture)
        return picture

    def close(self) -> None:
        """End the process that draws; pictures that were returned stay as they are."""
        self._painter.close()

    def _painted(self, document: Document, wanted: PictureRequest) -> PageImage:
        try:
            return self._painter.paint(wanted)
        except OtherFileError as error:
            raise FileChangedError(document.doc_id) from error
        except AbsentPageError as error:
            reason = f"Its file has {error.pages}."
            raise PageImageError(document.doc_id, wanted.page, reason) from error
        except UnreadableFileError as error:
            raise PageImageError(document.doc_id, wanted.page, error.reason) from error


def _is_pdf(file: str | None) -> bool:
    return file is not None and file.lower().endswith(_PDF)


@cache
def _has_pdfium() -> bool:
    return find_spec("pypdfium2") is not None


def _check(page: object, width: object) -> None:
    for name, value, (least, most) in (("page", page, (1, 1 << 31)), ("width", width, WIDTHS)):
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not (is_whole and least <= value <= most):  # type: ignore[operator]  # a number here
            raise LimitError(f"{name} is {value!r}; it must be {least} to {most:,}.")


def _check_page(document: Document, path: Path | None, page: int) -> None:
    doc_id = document.doc_id
    if not _is_pdf(document.file):
        reason = "Only pages of PDF files can be."
        raise PageImageError(doc_id, page, reason)
    if path is None:
        reason = "Its file is not on this machine."
        hint = "Look where the corpus was moved to, and build the library from there."
        raise PageImageError(doc_id, page, reason, hint=hint)
    first, last = document.first_page or 1, document.last_page or document.page_count
    if page < first or (last is not None and page > last):
        where = f"It has pages {first} to {last}." if first > 1 else f"It has {last}."
        raise PageImageError(doc_id, page, where)


def _finder(
    reader: SetReader, request: Request, settings: Settings
) -> Callable[[str], list[tuple[int, int]]]:
    if not request.text.strip():
        return lambda _text: []
    return marker(reader, request, settings)
