"""What a picture of a page is: its bytes, its size, and the words that are marked on it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DEFAULT_WIDTH", "WIDTHS", "Box", "PageHighlight", "PageImage"]

DEFAULT_WIDTH = 900  # pixels: print of ten points can be read
WIDTHS = (100, 2_400)  # pixels; the widest is a page of letter size at 280 dots an inch

Box = tuple[int, int, int, int]  # left, top, right and bottom in pixels, from the top left corner


@dataclass(frozen=True, slots=True)
class PageHighlight:
    """A word that is marked on a picture.

    Attributes:
        text: The word as it stands on the page; one that is cut at a line's end is whole.
        boxes: Where it stands, as (left, top, right, bottom) in pixels: one for each line.
    """

    text: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as a picture.

    Attributes:
        png: The picture, as the bytes of a PNG file.
        width: In pixels.
        height: In pixels.
        page: The number of the page in its file, from 1.
        highlights: The words that are marked, in the order of the file's text.
        has_text: Whether the page holds text; on a scan that was read by OCR nothing is marked.
    """

    png: bytes
    width: int
    height: int
    page: int
    highlights: tuple[PageHighlight, ...] = ()
    has_text: bool = True

    def _repr_png_(self) -> bytes:
        """Return what a notebook shows."""
        return self.png
