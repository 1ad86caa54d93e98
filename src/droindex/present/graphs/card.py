"""What a library holds, on one card: bars for its statuses, categories or any other counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.present.graphs.svg import drawing, element, text_element
from droindex.text import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["card_svg"]

_WIDTH, _ROW, _NAMES, _NUMBERS = 360.0, 26.0, 140.0, 44.0
_NAME_CHARS = 20


def card_svg(title: str, counts: Sequence[tuple[str, int]]) -> str:
    """Return a card with a bar for each of some counts, as SVG.

    Args:
        title: What it is of.
        counts: Names and numbers, in the order in which they are drawn.

    Example:
        >>> facet = index.search(scope="all", facets=["status"]).facets["status"]
        >>> card_svg("Documents by status", [(item.value, item.count) for item in facet])
    """
    most = max((number for _, number in counts), default=0) or 1
    room = _WIDTH - _NAMES - _NUMBERS
    rows = []
    for place, (name, number) in enumerate(counts):
        y = _ROW * place
        length = room * number / most
        rows += [
            text_element("text", shortened(name, _NAME_CHARS), x=0, y=y + 17),
            element("rect", x=_NAMES, y=y + 6, width=length, height=14, class_="bar"),
            text_element("text", str(number), x=_NAMES + length + 8, y=y + 17, class_="year"),
        ]
    said = ", ".join(f"{name}: {number}" for name, number in counts) or "Nothing."
    return drawing(title, said, _WIDTH, _ROW * max(1, len(counts)), *rows)
