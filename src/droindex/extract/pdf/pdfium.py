"""Reading a PDF with pdfium: ten times as fast as pypdf, without its limits against bombs."""

from __future__ import annotations

import contextlib
import ctypes
from itertools import islice
from typing import TYPE_CHECKING, Any

from droindex.extract.cleanup.clean import clean_line
from droindex.extract.pdf.forms import HIDDEN, MAX_ANNOTATIONS, SECRET, clean_values
from droindex.extract.protocol import FileFacts, OutlineEntry, SizedLine

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PdfiumBackend"]

_MAX_OBJECTS = 20_000  # looked at per page for images; a scan has a few
_MAX_FORM_DEPTH = 4  # images inside forms inside forms
_MAX_BOOKMARKS = 5_000
_MAX_SIZED_LINES = 200  # per page
_SAMPLES = 3  # characters per line whose size is asked for
_POINTS = 72  # per inch


class PdfiumBackend:
    """One open PDF, read with pdfium. Only for limited worker processes: pdfium may abort or hang.

    Args:
        data: The whole file.

    Raises:
        Exception: pdfium cannot open it; which kind is pdfium's affair.
    """

    name = "pdfium"
    has_labels = True  # it cannot be asked without asking for one

    def __init__(self, data: bytes) -> None:
        import pypdfium2  # noqa: PLC0415 - only where a PDF is read
        from pypdfium2 import raw  # noqa: PLC0415 - as above

        self._raw: Any = raw
        self._doc: Any = pypdfium2.PdfDocument(data)
        self.page_count: int = len(self._doc)
        self.has_form = self._doc.get_formtype() != raw.FORMTYPE_NONE

    def close(self) -> None:
        """Free the memory of the document."""
        self._doc.close()

    def text(self, number: int, *, max_chars: int) -> str:
        """Return the raw text of a page, cut at `max_chars` characters; `number` counts from 1."""
        with self._text_page(number) as text_page:
            return str(text_page.get_text_range(0, min(text_page.count_chars(), max_chars)))

    def text_and_sizes(self, number: int, *, max_chars: int) -> tuple[str, list[SizedLine]]:
        """Return the raw text of a page, and its lines with the size of their type."""
        with self._text_page(number) as text_page:
            text = str(text_page.get_text_range(0, min(text_page.count_chars(), max_chars)))
            return text, list(islice(self._sized(text_page, text, number), _MAX_SIZED_LINES))

    def image_cover(self, number: int) -> float:
        """Return the share of the page that images fill, 0 to 1."""
        raw, page = self._raw, self._doc[number - 1]
        try:
            width, height = page.get_size()
            left, bottom = page.get_mediabox()[:2]
            found = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=_MAX_FORM_DEPTH)
            area, counted = 0.0, set()
            for item in islice(found, _MAX_OBJECTS):
                outer = item
                while (
                    outer.container is not None
                ):  # bounds inside a form are in the form's own units
                    outer = outer.container
                address = ctypes.addressof(outer.raw.contents)
                if address not in counted:
                    counted.add(address)
                    box = outer.get_bounds()
                    wide = min(box[2] - left, width) - max(box[0] - left, 0)
                    high = min(box[3] - bottom, height) - max(box[1] - bottom, 0)
                    area += max(wide, 0) * max(high, 0)
            return min(1.0, area / (width * height)) if width * height > 0 else 0.0
        finally:
            page.close()

    def render(self, number: int, *, dpi: int, max_pixels: int) -> tuple[bytes, int, int]:
        """Return the page as a grey picture: one byte per pixel, width and height in pixels.

        Args:
            number: The page, from 1.
            dpi: Pixels per inch, fewer for a page so large that it would pass `max_pixels`.
            max_pixels: Largest picture that is made.
        """
        page = self._doc[number - 1]
        try:
            width, height = page.get_size()
            scale = dpi / _POINTS
            if width * height * scale * scale > max_pixels:
                scale = (max_pixels / (width * height)) ** 0.5
            bitmap = page.render(scale=scale, grayscale=True, no_smoothtext=False)
            try:
                rows = memoryview(bitmap.buffer).cast("B")
                lines = (
                    bytes(rows[y * bitmap.stride : y * bitmap.stride + bitmap.width])
                    for y in range(bitmap.height)
                )
                return b"".join(lines), bitmap.width, bitmap.height
            finally:
                bitmap.close()
        finally:
            page.close()

    def facts(self) -> FileFacts:
        """Return what pdfium knows of the file: for files that pypdf cannot open."""
        properties: dict[str, str] = {}
        with contextlib.suppress(Exception):  # a broken dictionary must not cost the text
            found = self._doc.get_metadata_dict(skip_empty=True)
            properties = {key: clean_line(str(value)) for key, value in found.items()}
        outline: list[OutlineEntry] = []
        with contextlib.suppress(Exception):  # as above
            outline = self.bookmarks()
        return FileFacts(page_count=self.page_count, properties=properties, outline=tuple(outline))

    def bookmarks(self) -> list[OutlineEntry]:
        """Return the bookmarks in reading order, at most 5,000."""
        return list(islice(self._bookmarks(), _MAX_BOOKMARKS))

    def label(self, number: int) -> str | None:
        """Return what is printed on a page; None where the file has no labels."""
        return clean_line(self._doc.get_page_label(number - 1), max_chars=64) or None

    def form_values(self, number: int) -> list[str]:
        """Return the values of the text fields that can be seen on a page."""
        self._doc.init_forms()  # does nothing the second time
        page = self._doc[number - 1]
        try:
            return clean_values(self._form_values(page))
        finally:
            page.close()

    def _form_values(self, page: Any) -> Iterator[str]:
        raw = self._raw
        for index in range(min(raw.FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS)):
            note = raw.FPDFPage_GetAnnot(page, index)
            try:
                value = self._field(note) if note else ""
            finally:
                raw.FPDFPage_CloseAnnot(note)
            yield value

    def _field(self, note: Any) -> str:
        """Return the value of a visible text field; empty for any other annotation."""
        raw, form = self._raw, self._doc.formenv
        if (
            raw.FPDFAnnot_GetFormFieldType(form, note) != raw.FPDF_FORMFIELD_TEXTFIELD
            or raw.FPDFAnnot_GetFlags(note) & HIDDEN
            or raw.FPDFAnnot_GetFormFieldFlags(form, note) & SECRET
        ):
            return ""
        size = raw.FPDFAnnot_GetFormFieldValue(form, note, None, 0)
        buffer = ctypes.create_string_buffer(size)
        units = ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR))
        raw.FPDFAnnot_GetFormFieldValue(form, note, units, size)
        return buffer.raw.decode("utf-16-le", "replace").rstrip("\0")

    def _bookmarks(self) -> Iterator[OutlineEntry]:
        for mark in self._doc.get_toc():
            place = mark.get_dest()
            index = place.get_index() if place else None
            number = None if index is None or index < 0 else index + 1
            if title := clean_line(mark.get_title()):
                yield OutlineEntry(title, mark.level, number)

    @contextlib.contextmanager
    def _text_page(self, number: int) -> Iterator[Any]:
        page = self._doc[number - 1]
        try:
            text_page = page.get_textpage()
            try:
                yield text_page
            finally:
                text_page.close()
        finally:
            page.close()

    def _sized(self, text_page: Any, text: str, number: int) -> Iterator[SizedLine]:
        at = 0
        for line in text.splitlines(keepends=True):
            cleaned = clean_line(line)
            if cleaned:
                yield SizedLine(cleaned, self._size(text_page, at, len(line.rstrip())), number)
            at += len(line)

    def _size(self, text_page: Any, start: int, length: int) -> float:
        """Return the middle size in points of some characters of a line."""
        raw, matrix, sizes = self._raw, self._raw.FS_MATRIX(), []
        for place in range(start, start + length, max(1, length // _SAMPLES)):
            size = raw.FPDFText_GetFontSize(text_page, place)
            if raw.FPDFText_GetMatrix(text_page, place, matrix):
                size *= (matrix.c**2 + matrix.d**2) ** 0.5
            sizes.append(size)
        return round(sorted(sizes)[len(sizes) // 2], 1) if sizes else 0.0
