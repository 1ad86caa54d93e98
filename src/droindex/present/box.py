"""The box of the reference library: what it cut, and the lines that it had below a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.present.documents import title_of
from droindex.text import shortened

if TYPE_CHECKING:
    from droindex.model import Document

__all__ = ["ADVANCED", "NOTHING", "SHOW_ALL", "box_summary", "box_title"]

NOTHING = "No matching results found."
ADVANCED = "Advanced Search…"
SHOW_ALL = "Show all…"
_BOX_TITLE = 29  # characters of a title
_BOX_SUMMARY = 93  # characters of a summary


def box_title(document: Document) -> str:
    """Return a title as the box of the reference library cut it."""
    return shortened(title_of(document), _BOX_TITLE)


def box_summary(document: Document) -> str:
    """Return a summary as the box of the reference library cut it."""
    return shortened(document.summary, _BOX_SUMMARY)
