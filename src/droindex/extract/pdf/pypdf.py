"""Reading a PDF with pypdf: text, properties, page labels, bookmarks, encryption."""

from __future__ import annotations

import contextlib
import io
import logging
from itertools import islice
from typing import TYPE_CHECKING, Any

from droindex.extract.cleanup.clean import clean_line
from droindex.extract.pdf.forms import clean_values, field_values
from droindex.extract.pdf.images import image_cover
from droindex.extract.protocol import FileFacts, OutlineEntry, SizedLine, UnreadableFileError
from droindex.model import FileStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pypdf import PageObject, PdfReader

__all__ = ["PypdfBackend", "is_limit"]

_MAX_BOOKMARKS = 5_000
_MAX_PROPERTIES = 50
_MAX_SIZED_LINES = 200  # per page
_MAX_LABEL = 64  # characters
_XMP = (  # property of the file, attribute of pypdf's XMP object
    ("Title", "dc_title"),
    ("Author", "dc_creator"),
    ("Subject", "dc_description"),
    ("Keywords", "pdf_keywords"),
    ("CreationDate", "xmp_create_date"),
    ("ModDate", "xmp_modify_date"),
)


def is_limit(error: BaseException) -> bool:
    """Whether an error means that one of pypdf's own limits, or the memory's, was hit."""
    from pypdf.errors import LimitReachedError  # noqa: PLC0415 - only where a PDF is read

    return isinstance(error, LimitReachedError | MemoryError)


class PypdfBackend:
    """One open PDF, read with pypdf.

    Args:
        data: The whole file.

    Raises:
        UnreadableFileError: It asks for a password.
        Exception: pypdf cannot open it; which kind is pypdf's affair.
    """

    name = "pypdf"

    def __init__(self, data: bytes) -> None:
        import pypdf  # noqa: PLC0415 - only where a PDF is read

        # it warns of every oddity of every file
        logging.getLogger("pypdf").setLevel(logging.CRITICAL)
        self._reader: PdfReader = pypdf.PdfReader(io.BytesIO(data))
        self.is_encrypted = self._reader.is_encrypted
        if self.is_encrypted and not self._reader.decrypt(""):
            raise UnreadableFileError(FileStatus.ENCRYPTED, "It asks for a password.")
        self._labels: list[str] | None = None
        self.has_labels = self.has_form = False
        with contextlib.suppress(Exception):  # without labels pages still have numbers
            self.has_labels = "/PageLabels" in self._reader.root_object
            self.has_form = "/AcroForm" in self._reader.root_object

    @property
    def page_count(self) -> int:
        """Pages in the file; the first call walks the page tree."""
        return len(self._reader.pages)

    def close(self) -> None:
        """Free the memory of the document."""
        self._reader.close()

    def text(self, number: int, *, max_chars: int) -> str:
        """Return the raw text of a page, cut at `max_chars` characters; `number` counts from 1."""
        return self._reader.pages[number - 1].extract_text()[:max_chars]

    def text_and_sizes(self, number: int, *, max_chars: int) -> tuple[str, list[SizedLine]]:
        """Return the raw text of a page, and its lines with the size of their type."""
        return sized_text(self._reader.pages[number - 1], number, max_chars)

    def image_cover(self, number: int) -> float:
        """Return the share of the page that images fill, 0 to 1."""
        return image_cover(self._reader.pages[number - 1], self._reader)

    def form_values(self, number: int) -> list[str]:
        """Return the values of the text fields that can be seen on a page."""
        return clean_values(field_values(self._reader.pages[number - 1]))

    def facts(
        self,
        page_count: int | None = None,
        outline_from: Callable[[], list[OutlineEntry]] | None = None,
    ) -> FileFacts:
        """Return what the file says besides its text.

        Args:
            page_count: Pages, where another backend has counted them already.
            outline_from: Another backend's bookmarks: pypdf takes a third of its time for them.
        """
        notes: list[str] = []
        properties: dict[str, str] = {}
        outline: list[OutlineEntry] = []
        try:
            properties = self._properties()
        except Exception as error:  # noqa: BLE001 - a broken part must not cost the text
            notes.append(f"Its properties cannot be read ({type(error).__name__}).")
        try:
            outline = (outline_from or self._bookmarks)()
        except Exception as error:  # noqa: BLE001 - as above
            notes.append(f"Its bookmarks cannot be read ({type(error).__name__}).")
        return FileFacts(
            page_count=self.page_count if page_count is None else page_count,
            properties=properties,
            outline=tuple(outline),
            is_encrypted=self.is_encrypted,
            notes=tuple(notes),
        )

    def label(self, number: int) -> str | None:
        """Return what is printed on a page; None where the file has no labels."""
        if self._labels is None:
            self._labels = []
            with contextlib.suppress(Exception):  # as above
                self._labels = self._reader.page_labels if self.has_labels else []
        if not 0 < number <= len(self._labels):
            return None
        return clean_line(self._labels[number - 1], max_chars=_MAX_LABEL) or None

    def _properties(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, value in islice((self._reader.metadata or {}).items(), _MAX_PROPERTIES):
            if isinstance(value, str | int | float) and (text := clean_line(str(value))):
                found[str(key).lstrip("/")] = text
        for key, value in self._xmp():
            found.setdefault(key, value)
        return found

    def _xmp(self) -> Iterator[tuple[str, str]]:
        """Yield what the XMP part says; a part that is broken or a bomb says nothing."""
        xmp = None
        with contextlib.suppress(Exception):
            if "/Metadata" in self._reader.root_object:
                xmp = self._reader.xmp_metadata
        for key, attribute in _XMP if xmp is not None else ():
            with contextlib.suppress(Exception):
                if text := _flat(getattr(xmp, attribute)):
                    yield key, text

    def _bookmarks(self) -> list[OutlineEntry]:
        if "/Outlines" not in self._reader.root_object:
            return []
        entries: list[OutlineEntry] = []
        todo: list[tuple[Any, int]] = [(self._reader.outline, 0)]
        while todo and len(entries) < _MAX_BOOKMARKS:
            items, level = todo.pop()
            for at, item in enumerate(items):
                if isinstance(item, list):  # the children of the entry before it
                    todo.extend(((items[at + 1 :], level), (item, level + 1)))
                    break
                if title := clean_line(str(item.title or "")):
                    entries.append(OutlineEntry(title, level, self._page_of(item)))
        return entries[:_MAX_BOOKMARKS]

    def _page_of(self, item: Any) -> int | None:
        try:
            index = self._reader.get_destination_page_number(item)
        except Exception:  # noqa: BLE001 - a bookmark that leads nowhere is still a heading
            return None
        return None if index is None or index < 0 else index + 1


def _flat(value: object) -> str:
    """Return an XMP value on one line: a text, a list, a date, or a text per language."""
    if isinstance(value, dict):
        value = value.get("x-default") or next(iter(value.values()), "")
    if isinstance(value, list | tuple):
        value = "; ".join(str(item) for item in value[:20] if item)
    return clean_line(str(value)) if value else ""


def sized_text(page: PageObject, number: int, max_chars: int) -> tuple[str, list[SizedLine]]:
    """Return the raw text of a page, and its lines with the size of their type in points.

    Args:
        page: The page.
        number: Its number, from 1.
        max_chars: Length at which the text is cut.
    """
    pieces: list[tuple[str, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        if text:
            # height of the type = its size x text matrix x page matrix, along the letter's height
            up_x = tm[2] * cm[0] + tm[3] * cm[2]
            up_y = tm[2] * cm[1] + tm[3] * cm[3]
            pieces.append((text, abs(float(size)) * (up_x**2 + up_y**2) ** 0.5))

    text = page.extract_text(visitor_text=visit)[:max_chars]
    return text, list(islice(_lines(pieces, number), _MAX_SIZED_LINES))


def _lines(pieces: list[tuple[str, float]], number: int) -> Iterator[SizedLine]:
    words: list[str] = []
    sizes: dict[float, int] = {}
    for text, height in [*pieces, ("\n", 0.0)]:
        for at, part in enumerate(text.split("\n")):
            if at:
                line = clean_line("".join(words))
                if line:
                    size, _ = max(sizes.items(), key=lambda item: item[1])
                    yield SizedLine(line, round(size, 1), number)
                words, sizes = [], {}
            if part.strip():
                sizes[height] = sizes.get(height, 0) + len(part.strip())
            words.append(part)
