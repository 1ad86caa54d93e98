"""The values of the text fields of a form on a page of a PDF, as pypdf finds them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from droindex.extract.cleanup.clean import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PageObject

__all__ = ["HIDDEN", "MAX_ANNOTATIONS", "SECRET", "clean_values", "field_values"]

HIDDEN = 0b100010  # flags of an annotation: hidden, not for the screen
SECRET = 1 << 13  # flag of a text field: a password
MAX_ANNOTATIONS = 2_000  # looked at per page
_MAX_VALUES = 200  # per page; a long form has a hundred
_MAX_CHARS = 2_000  # per value
_MAX_DEPTH = 8  # of a field's family; real ones have three generations


def clean_values(values: Iterator[str]) -> list[str]:
    """Return values as they may be put into a page's text: clean, no empty ones, not too many."""
    cleaned = (clean_text(value[:_MAX_CHARS]).strip() for value in values)
    return list(islice(filter(None, cleaned), _MAX_VALUES))


def field_values(page: PageObject) -> Iterator[str]:
    """Yield the values of the text fields that can be seen on a page, in the page's order."""
    found: Any = page.get("/Annots")
    annotations = None if found is None else found.get_object()
    for item in islice(annotations or (), MAX_ANNOTATIONS):
        widget = item.get_object()
        if not isinstance(widget, dict) or widget.get("/Subtype") != "/Widget":
            continue
        if _inherited(widget, "/FT") != "/Tx" or _flags(widget.get("/F")) & HIDDEN:
            continue
        value = _inherited(widget, "/V")
        if isinstance(value, str) and not _flags(_inherited(widget, "/Ff")) & SECRET:
            yield value


def _inherited(widget: Any, key: str) -> Any:
    """Return a value of a field, its own or the nearest of its parents'; None for none."""
    for _ in range(_MAX_DEPTH):
        if not isinstance(widget, dict):
            return None
        if key in widget:
            return widget[key]
        widget = widget.get("/Parent")
        widget = None if widget is None else widget.get_object()
    return None


def _flags(value: object) -> int:
    return int(value) if isinstance(value, int) else 0
