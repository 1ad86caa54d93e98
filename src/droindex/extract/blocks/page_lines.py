"""The lines of one page, and what is known of each while its blocks are told apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.pages import BlockKind

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PageLines"]

MIN_RUN = 3  # lines that make a list or a table; two may well follow each other by chance
SHORT = 0.72  # of the longest lines of the page: a line that ends a paragraph
DIGITS = re.compile(r"\d+")
# Plain letters, as in a layout: they are compared for every line.
CONTENTS, HEADING, ITEM_LINE = (
    kind.letter for kind in (BlockKind.CONTENTS, BlockKind.HEADING, BlockKind.ITEM)
)
PARAGRAPH, ROW, RUNNING = (
    kind.letter for kind in (BlockKind.PARAGRAPH, BlockKind.ROW, BlockKind.RUNNING)
)
HEADER, FOOTNOTE = BlockKind.HEADER.letter, BlockKind.FOOTNOTE.letter
UNKNOWN = ""


class PageLines:
    """The lines of one page.

    Args:
        lines: The lines.
        keys: What tells each from others, as an entry of a list.
        marked: Keys of the headings that the outline names on this page.

    Attributes:
        stripped: The lines without the blanks around them.
        kinds: The letter of each, as far as it is known.
        wide: Characters of its longest lines, outliers apart.
    """

    def __init__(self, lines: Sequence[str], keys: Sequence[str], marked: set[str]) -> None:
        self.lines = lines
        self.stripped = [line.strip() for line in lines]
        self.keys = keys
        self.marked = marked
        self.kinds = [UNKNOWN] * len(lines)
        lengths = sorted(map(len, self.stripped))
        self.wide = lengths[len(lengths) * 9 // 10]

    def after(self, at: int) -> str:
        """Return the line below, if it is no running line."""
        below = at + 1
        if below >= len(self.lines) or self.kinds[below] == RUNNING:
            return ""
        return self.stripped[below]
