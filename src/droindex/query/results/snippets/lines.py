"""A passage in its lines: what each is, where its block begins and ends, where sentences start."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from droindex.extract.blocks.line_shapes import (
    ITEM,
    is_leader,
    is_numbered_heading,
    is_plain_heading,
    is_row,
)
from droindex.pages import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.engine.passages import Passage

__all__ = ["PassageLines", "sentence_end", "sentence_start", "word_end", "word_start"]

HEADING, PARAGRAPH, ITEM_LINE, ROW = (
    kind.letter for kind in (BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW)
)
CONTENTS, HEADER, RUNNING = (
    kind.letter for kind in (BlockKind.CONTENTS, BlockKind.HEADER, BlockKind.RUNNING)
)
FOOTNOTE = BlockKind.FOOTNOTE.letter
BLANK = "-"
_MAX_LINE = 130  # characters; a longer one is a paragraph
_WIDE = 90  # characters of a line, where nothing is known of the page
_FAR = 500  # characters back to the start of a sentence
_STOPS = ".!?:"
_AFTER_STOP = 8  # characters that are looked at after the last place where a sentence may end
_STOP_CHARS = 20  # of a stop with the quotes, brackets and note numbers after it, and more
# After a stop, quotes and blanks comes what may begin a sentence; not after initials and the like.
_BOUNDARY = re.compile(
    r"(?:[.!?][\"'”’)\]]*(?:(?<=[a-z.\"”)])\d{1,2})?|:(?=\s+[•–]))\s+(?=[\"'“‘(\[]*(?:[A-Z0-9§•–]|\([a-z0-9]+\)))"
)
_NO_STOP = re.compile(
    r"(?:\b(?:[A-Za-z]|[Nn]os?|Dr|Mr|Mrs|Ms|St|Sec|Secs|Art|Ch|ch|Id|Ibid|vs?|al|App|Fig|pp?|par|para"
    r"|e\.g|i\.e|U\.S|Stat|Rev|Gov|Gen|Asst|Dept|Inc|Ltd|Co|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov"
    r"|Dec|cf|etc|approx|ext|tel|subsec|pt|cl|reg|regs|Sgt|Lt|Capt|Maj|Col|Cmdr|Pub|Exec|Ord))\.$"
)
_NUMBER_ALONE = re.compile(r"(?:^|[\s(])\(?(?:\d{1,3}|[ivxIVX]{1,4}|[a-zA-Z])[.)]$")


class PassageLines:
    """The lines of a passage.

    Args:
        passage: Its text, with or without a layout.
    """

    __slots__ = ("_guesses", "_kinds", "_layout", "lines", "starts", "text")

    def __init__(self, passage: Passage) -> None:
        self.text = passage.text
        self.lines = passage.text.split("\n")
        self.starts = [*accumulate([len(line) + 1 for line in self.lines], initial=0)]
        self._layout = passage.layout if len(passage.layout) >= len(self.lines) else ""
        self._kinds = self._layout.upper()
        self._guesses: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def has_layout(self) -> bool:
        """Whether it is known what the lines are, and not guessed."""
        return bool(self._layout)

    def at(self, place: int) -> int:
        """Return which line a place of the text is in."""
        line = bisect_right(self.starts, place) - 1
        return line if line < len(self.lines) else len(self.lines) - 1

    def end(self, line: int) -> int:
        """Return where a line ends."""
        return self.starts[line + 1] - 1

    def kind(self, line: int) -> str:
        """Return the letter of the kind of a line, large, as in a layout."""
        if self._kinds:
            text = self.lines[line]
            return self._kinds[line] if text and not text.isspace() else BLANK
        known = self._guesses.get(line)
        if known is None:
            self._guesses[line] = known = self._guessed(line)
        return known

    def begins(self, line: int) -> bool:
        """Whether a block begins with a line."""
        if self._layout:
            return self._layout[line].isupper() or line == 0
        text = self.lines[line].lstrip()
        return line == 0 or not text[:1].islower() or not self.lines[line - 1].strip()

    def block(self, line: int) -> tuple[int, int]:
        """Return the first line of the block of a line, and the line after its last."""
        first, last = line, line + 1
        while first > 0 and not self.begins(first):
            first -= 1
        while last < len(self.lines) and not self.begins(last) and self.lines[last].strip():
            last += 1
        return first, last

    def section_end(self, line: int) -> int:
        """Return where the next heading begins below a line; 0 if none does, or it is not known."""
        below = self._layout.find(HEADING, line + 1)
        return self.starts[below] if below >= 0 else 0

    def heading_above(self, line: int) -> tuple[int, int] | None:
        """Return the lines of the heading right above a block, which begins at a line."""
        last = line
        while last > 0 and self.kind(last - 1) in (BLANK, RUNNING):
            last -= 1
        if last == 0 or self.kind(last - 1) != HEADING:
            return None
        return self.block(last - 1)[0], last

    def _guessed(self, line: int) -> str:
        """Return the kind of a line of a text whose layout is not known, by its looks alone."""
        text = self.lines[line].strip()
        if len(text) > _MAX_LINE:
            return PARAGRAPH
        if not text:
            return BLANK
        if is_leader(text):
            return CONTENTS
        after = self.lines[line + 1].strip() if line + 1 < len(self.lines) else ""
        if is_numbered_heading(text) or is_plain_heading(text, after, _WIDE):
            return HEADING
        if ITEM.match(text):
            return ITEM_LINE
        return ROW if is_row(text) else PARAGRAPH


def sentence_start(text: str, first: int, place: int) -> int | None:
    """Return where the sentence of a place begins, at `first` at the earliest; None if too far.

    Args:
        text: The text.
        first: Where the block of the place begins.
        place: Somewhere in the sentence.
    """
    low = max(first, place - _FAR)
    for stop in _stops(text, low, place):
        match = _BOUNDARY.match(text, stop, place + 1)
        if match and match.end() <= place and _is_stop(text, low, match):
            return match.end()
    return None if low > first else first


def sentence_end(text: str, start: int, least: int, most: int) -> int | None:
    """Return where the last sentence ends between two places; None if none does.

    Args:
        text: The text.
        start: Where what is looked at begins.
        least: The first place that will do.
        most: The last one.
    """
    low = max(start, least - _STOP_CHARS)
    for stop in _stops(text, low, most):
        match = _BOUNDARY.match(text, stop, most + _AFTER_STOP)
        if match is None or text[stop] == ":":
            continue
        end = stop + len(match.group().rstrip())
        if least <= end <= most and _is_stop(text, start, match):
            return end
    return None


def word_end(text: str, place: int) -> int:
    """Return the nearest place at or before `place` where no word is cut."""
    if place >= len(text):
        return len(text)
    blank = max(text.rfind(" ", 0, place + 1), text.rfind("\n", 0, place + 1))
    return blank if blank > place // 2 else place


def word_start(text: str, place: int, most: int) -> int:
    """Return the first place from `place` on where a word begins, `most` at the latest."""
    if place <= 0:
        return 0
    blanks = [at for at in (text.find(" ", place, most), text.find("\n", place, most)) if at >= 0]
    return min(blanks) + 1 if blanks else most


def _stops(text: str, low: int, high: int) -> Iterator[int]:
    """Yield where a sentence may end between two places, the last one first."""
    while (place := max([text.rfind(mark, low, high) for mark in _STOPS])) >= 0:
        yield place
        high = place


def _is_stop(text: str, low: int, match: re.Match[str]) -> bool:
    """Whether a sentence ends at a match, and not an abbreviation, an initial or a number."""
    if text[match.start()] != ".":
        return True
    before = text[max(low, match.start() - 8) : match.start() + 1]
    return _NO_STOP.search(before) is None and _NUMBER_ALONE.search(before) is None
