"""A page drawn by pdfium, with words marked on it. Only for limited processes: it may hang."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.extract.pictures.picture import Box

__all__ = ["MARK", "OUTLINE", "DrawnPage", "paint"]

MARK = (255, 224, 102)  # what the light of the page goes through: print stays as dark as it is
OUTLINE = (180, 83, 9)  # around each mark, for grounds on which the colour cannot be seen
_FINE = 16  # parts of a pixel in which places are asked for; pdfium gives whole numbers
_SAME_LINE = 0.5  # share of the smaller of two boxes that lies beside the other one
_GAP = 1.5  # between letters of a word, in heights of a letter; more is another column
_PAD = 0.15  # of the height of a word, around it

_Rect = tuple[float, float, float, float]  # left, bottom, right, top in points


class _Size(NamedTuple):
    width: int
    height: int


class DrawnPage:
    """One page of an open PDF.

    Args:
        document: The document, as pypdfium2 has it.
        number: The page, from 1.

    Raises:
        Exception: pdfium cannot load it; which kind is pdfium's affair.
    """

    def __init__(self, document: Any, number: int) -> None:
        from pypdfium2 import raw  # noqa: PLC0415 - only where a page is drawn

        self._raw: Any = raw
        self._page: Any = document[number - 1]
        self._text: Any = self._page.get_textpage()

    def characters(self, most: int) -> str:
        """Return the characters of the page as pdfium numbers them, at most so many."""
        count = min(self._text.count_chars(), most)
        codes = (self._raw.FPDFText_GetUnicode(self._text, place) for place in range(count))
        return "".join(chr(code) if code <= 0x10FFFF else "\ufffd" for code in codes)

    def pixels(self, width: int, max_pixels: int) -> tuple[bytearray, int, int]:
        """Return the page in red, green and blue, its width and its height in pixels.

        Args:
            width: In pixels; less for a page so long that it would pass `max_pixels`.
            max_pixels: Largest picture that is made.
        """
        wide, high = self._page.get_size()
        scale = (width - 0.5) / wide  # it is rounded up
        if wide * high * scale * scale > max_pixels:
            scale = (max_pixels / (wide * high)) ** 0.5
        bitmap = self._page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
        size, stride = _Size(bitmap.width, bitmap.height), bitmap.stride
        rows = memoryview(bitmap.buffer).cast("B")
        length = 3 * size.width
        pixels = bytearray().join(
            rows[y * stride : y * stride + length] for y in range(size.height)
        )
        bitmap.close()
        return pixels, *size

    def boxes(self, runs: Sequence[Sequence[int]], width: int, height: int) -> list[Box]:
        """Return where characters stand on a picture, one box for each line.

        Args:
            runs: The characters, as pairs (first, last).
            width: Of the picture, in pixels.
            height: Of the picture, in pixels.
        """
        rects = [
            rect
            for first, last in runs
            for place in range(first, last + 1)
            if (rect := self._rect(place)) is not None
        ]
        size = _Size(width, height)
        found = (self._box(_padded(rect), size) for rect in _lines(rects))
        return [box for box in found if box[0] < box[2] and box[1] < box[3]]  # not cropped away

    def _rect(self, place: int) -> _Rect | None:
        """Return where a character stands on the page, in points; None for one without ink."""
        raw, number = self._raw, ctypes.c_double
        left, right, bottom, top = number(), number(), number(), number()
        if raw.FPDFText_GetCharBox(self._text, place, left, right, bottom, top):
            rect = left.value, bottom.value, right.value, top.value
            if rect[2] > rect[0] and rect[3] > rect[1]:
                return rect
        loose = raw.FS_RECTF()  # by the font's height: what there is of letters without an outline
        if raw.FPDFText_GetLooseCharBox(self._text, place, loose):
            rect = loose.left, loose.bottom, loose.right, loose.top
            if rect[2] > rect[0] and rect[3] > rect[1]:
                return rect
        return None

    def _box(self, rect: _Rect, size: _Size) -> Box:
        """Return where a rectangle of the page lies on the picture, however the page is turned."""
        xs, ys = zip(
            self._point(rect[0], rect[1], size), self._point(rect[2], rect[3], size), strict=True
        )
        left, top = max(0, min(xs) // _FINE), max(0, min(ys) // _FINE)
        right, bottom = -(-max(xs) // _FINE), -(-max(ys) // _FINE)
        return left, top, min(size.width, right), min(size.height, bottom)

    def _point(self, x: float, y: float, size: _Size) -> tuple[int, int]:
        across, down = ctypes.c_int(), ctypes.c_int()
        self._raw.FPDF_PageToDevice(
            self._page, 0, 0, size.width * _FINE, size.height * _FINE, 0, x, y, across, down
        )
        return across.value, down.value


def paint(pixels: bytearray, width: int, boxes: Sequence[Box]) -> None:
    """Mark boxes on a picture: what is light in them is coloured, and a line goes around them.

    Args:
        pixels: Red, green and blue of each pixel; they are changed.
        width: Of the picture, in pixels.
        boxes: Where to mark.
    """
    tables = [bytes(value * tint // 255 for value in range(256)) for tint in MARK]
    for left, top, right, bottom in boxes:
        for y in range(top, bottom):
            start, end = 3 * (y * width + left), 3 * (y * width + right)
            for colour, table in enumerate(tables):
                row = slice(start + colour, end, 3)
                pixels[row] = pixels[row].translate(table)
    line = bytes(OUTLINE)
    for left, top, right, bottom in boxes:
        for y in (top, bottom - 1):
            pixels[3 * (y * width + left) : 3 * (y * width + right)] = line * (right - left)
        for y in range(top, bottom):
            for x in (left, right - 1):
                pixels[3 * (y * width + x) : 3 * (y * width + x) + 3] = line


def _lines(rects: Sequence[_Rect]) -> Iterator[_Rect]:
    """Yield the boxes of the letters of a word, those of each line as one."""
    whole: _Rect | None = None
    for rect in rects:
        if whole is None:
            whole = rect
        elif _follows(whole, rect):
            whole = (
                min(whole[0], rect[0]),
                min(whole[1], rect[1]),
                max(whole[2], rect[2]),
                max(whole[3], rect[3]),
            )
        else:
            yield whole
            whole = rect
    if whole is not None:
        yield whole


def _follows(one: _Rect, other: _Rect) -> bool:
    """Whether two boxes stand beside each other in a line, which may run up or down the page."""
    return any(_is_beside(one, other, along) for along in (0, 1))


def _is_beside(one: _Rect, other: _Rect, along: int) -> bool:
    across = 1 - along
    low, high = max(one[across], other[across]), min(one[across + 2], other[across + 2])
    heights = one[across + 2] - one[across], other[across + 2] - other[across]
    gap = max(one[along], other[along]) - min(one[along + 2], other[along + 2])
    return high - low >= _SAME_LINE * min(heights) and gap <= _GAP * max(heights)


def _padded(rect: _Rect) -> _Rect:
    pad = _PAD * min(rect[2] - rect[0], rect[3] - rect[1])
    return rect[0] - pad, rect[1] - pad, rect[2] + pad, rect[3] + pad
