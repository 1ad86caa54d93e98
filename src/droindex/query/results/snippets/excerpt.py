"""Which places of a passage are shown: whole sentences and blocks, a heading before its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Self

from droindex.extract.blocks.line_shapes import ITEM, is_prose
from droindex.query.results.snippets.lines import (
    BLANK,
    FOOTNOTE,
    HEADING,
    ITEM_LINE,
    PARAGRAPH,
    ROW,
    RUNNING,
    sentence_end,
    sentence_start,
    word_end,
    word_start,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.engine.passages import Passage
    from droindex.query.results.snippets.lines import PassageLines
    from droindex.query.results.snippets.places import Stretch

__all__ = ["CELL", "Excerpt", "Piece", "lead_of", "section_of"]

_CUT = " … "
CELL = " · "
_BELOW_HEADING = " — "
_ENDS = ".:;!?"
_HEADING_CHARS = 90  # a longer one is not set before its text
_LEAD_IN_CHARS = 120  # of what opens a list; a longer one is not set before its items
_HEADING_SHARE = 0.6  # of the length; a longer one is shown like text
_MAX_SECTION = 120
_OPENING = 60  # characters of a long sentence shown before what answers
_BEFORE_MATCH = 40  # characters shown before a match in the middle of a long sentence
_ENOUGH = 0.6  # of the length: a sentence may end there
_BLOCK_ENOUGH = 0.65  # the same of a block
_ROW_ENOUGH = 0.15  # the same of a row
_TEXT = (PARAGRAPH, ITEM_LINE, ROW)
_IN_BLOCKS = (*_TEXT, FOOTNOTE)
_SKIPPED = (BLANK, RUNNING)
_TOKEN = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_FIGURES = 0.35  # of the words of a row; what it ends with is left out then
_RECITAL = re.compile(
    r"section\s+\d|§|(?:pursuant|according)\s+to|in accordance|under (?:the )?(?:authority|section)"
    r"|by virtue|disclaimer",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"\b(?:purpose|establish|provides?|sets?|describes?|defines?|explains?|outlines?|prescribes?"
    r"|directs?|requires?|authori[sz]es?|governs?|tells|replaces|it is the policy)\b",
    re.IGNORECASE,
)


class Piece(NamedTuple):
    """A stretch of the text, and what parts it from the one before.

    Attributes:
        before: What stands before it, if another is before it.
        start: Where it begins.
        end: Where it ends.
        is_row: Whether two blanks in it part cells.
    """

    before: str
    start: int
    end: int
    is_row: bool = False


class Excerpt(NamedTuple):
    """What is shown of a text.

    Attributes:
        pieces: Its pieces, rising.
        is_inside: Whether it begins inside a sentence.
        is_cut: Whether it ends inside one.
        sentence: Where the sentence begins whose middle is left out; None where none is.
    """

    pieces: tuple[Piece, ...]
    is_inside: bool = False
    is_cut: bool = False
    sentence: int | None = None

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.pieces[0].start if self.pieces else 0

    @classmethod
    def beginning(cls, text: str, max_chars: int) -> Self:
        """Return the beginning of a text that is all one block."""
        if len(text) <= max_chars:
            return cls((Piece("", 0, len(text)),))
        end = sentence_end(text, 0, int(_ENOUGH * max_chars), max_chars)
        if end is not None:
            return cls((Piece("", 0, end),))
        return cls((Piece("", 0, word_end(text, max_chars)),), is_cut=True)

    @classmethod
    def around(cls, lines: PassageLines, best: Stretch, max_chars: int) -> Self:
        """Return what is shown around the words of a stretch.

        Args:
            lines: The passage.
            best: The stretch, no longer than what is shown.
            max_chars: About how much.
        """
        text, line = lines.text, lines.at(best.start)
        first, last = lines.block(line)
        kind = lines.kind(line)
        length = lines.end(last - 1) - lines.starts[first]
        if kind == HEADING and length <= _HEADING_SHARE * max_chars:
            return cls._heading(lines, (first, last), best, max_chars)
        if kind not in _IN_BLOCKS:  # a header or a list: line by line
            first = line
        start = _visible(text, lines.starts[first])
        sentence = sentence_start(text, start, best.start)
        if sentence is None:
            return cls._inside(lines, best, max_chars)
        if sentence == start and (heading := lines.heading_above(first)):
            head_start, head_end = lines.starts[heading[0]], lines.end(heading[1] - 1)
            if head_end - head_start <= _HEADING_CHARS:
                below = _below(lines, head_end, sentence)
                return cls._from(lines, sentence, best, max_chars, (head_start, head_end), below)
        if sentence == start and kind == ITEM_LINE and (lead := _lead_in(lines, first)):
            gap = " " if _next_line(lines, lines.at(lead[1])) == first else _CUT
            return cls._from(lines, sentence, best, max_chars, lead, gap)
        return cls._from(lines, sentence, best, max_chars)

    @classmethod
    def _heading(
        cls, lines: PassageLines, heading: tuple[int, int], best: Stretch, max_chars: int
    ) -> Self:
        """Return a heading with what stands below it."""
        head = lines.starts[heading[0]], lines.end(heading[1] - 1)
        below = _next_line(lines, heading[1] - 1)
        while (
            below < len(lines) and lines.kind(below) == HEADING
        ):  # of a part, and of its first part
            below = _next_line(lines, below)
        if below < len(lines) and lines.kind(below) in _TEXT:
            start = _visible(lines.text, lines.starts[below])
            return cls._from(lines, start, best, max_chars, head, _below(lines, head[1], start))
        return cls((Piece("", *head),))

    @classmethod
    def _inside(cls, lines: PassageLines, best: Stretch, max_chars: int) -> Self:
        """Return what is shown of a sentence that begins too far away."""
        start = word_start(lines.text, max(0, best.start - _BEFORE_MATCH), best.start)
        pieces, is_cut = _onward(lines, start, max_chars, best.last)
        return cls(tuple(pieces), is_inside=True, is_cut=is_cut)

    @classmethod
    def _from(
        cls,
        lines: PassageLines,
        start: int,
        best: Stretch,
        max_chars: int,
        head: tuple[int, int] | None = None,
        below: str = "",
    ) -> Self:
        """Return a sentence from its start, its middle left out where the words stand far off.

        Args:
            lines: The passage.
            start: Where the sentence begins.
            best: The words.
            max_chars: About how much is shown.
            head: What is shown before it: a heading, or what opens a list.
            below: What parts it from that.
        """
        text = lines.text
        pieces = [Piece("", *head)] if head else []
        room = max_chars - (head[1] - head[0] + len(below) if head else 0)
        before = below if head else ""
        reach = min(best.last, best.start + room - _BEFORE_MATCH) + _BEFORE_MATCH
        sentence = None
        if reach - start > room and best.start - start > _OPENING + 2 * _BEFORE_MATCH:
            sentence = start
            opening = word_end(text, start + _OPENING)
            pieces.append(Piece(before, start, opening))
            room -= opening - start + len(_CUT)
            near = best.start - (_BEFORE_MATCH if best.last - best.start < room // 2 else 0)
            start, before = word_start(text, near, best.start), _CUT
        onward, is_cut = _onward(lines, start, room, best.last, before)
        is_inside = _is_inside(lines, pieces or onward)
        return cls((*pieces, *onward), is_inside, is_cut, sentence)


def _below(lines: PassageLines, end: int, start: int) -> str:
    """Return what parts a heading that ends somewhere from the text that begins below.

    A sentence whose first line looks like a heading goes on below.
    """
    text = lines.text
    goes_on = text[start].islower() or (text[start] == "(" and not ITEM.match(text, start))
    return " " if goes_on and text[end - 1] not in _ENDS else _BELOW_HEADING


def lead_of(lines: PassageLines, max_chars: int) -> Excerpt:
    """Return the first sentence that says what the document does, or else the first of all.

    A sentence about the law that it rests on says neither.
    """
    first = None
    for line in range(len(lines)):
        if lines.kind(line) not in (PARAGRAPH, ITEM_LINE) or not lines.begins(line):
            continue
        start = _visible(lines.text, lines.starts[line])
        if _RECITAL.match(lines.text, start):
            continue
        if first is None:
            first = start
        end = lines.end(lines.block(line)[1] - 1)
        if _SAYS.search(lines.text, start, min(end, start + max_chars)):
            first = start
            break
    if first is None:
        first = next(
            (lines.starts[line] for line in range(len(lines)) if lines.kind(line) in _TEXT), 0
        )
        first = _visible(lines.text, first)
    pieces, is_cut = _onward(lines, first, max_chars, first)
    return Excerpt(tuple(pieces), is_inside=False, is_cut=is_cut)


def section_of(passage: Passage, lines: PassageLines, place: int) -> str | None:
    """Return the heading under which a place of a passage stands, where that is known."""
    if not passage.layout:
        return None
    at = passage.layout.rfind("H", 0, lines.at(place) + 1)
    if at < 0:
        return passage.section
    first, last = lines.block(at)
    return " ".join(" ".join(lines.lines[first:last]).split()).lstrip("# ")[:_MAX_SECTION]


def _onward(
    lines: PassageLines, start: int, room: int, needed: int, before: str = ""
) -> tuple[list[Piece], bool]:
    """Return the text from a place on, and whether it ends inside a sentence.

    Args:
        lines: The passage.
        start: Where it begins.
        room: How many characters to show at most.
        needed: What it is to reach, if it can.
        before: What parts it from what is shown before it.
    """
    line = lines.at(start)
    kind = lines.kind(line)
    pieces: list[Piece] = []
    first, is_row = start, kind == ROW  # of the piece under way
    place, shown = start, 0
    while True:
        end = lines.end(line)
        if shown + end - place > room:
            least = max(needed, first + int(_ENOUGH * room) - _length(pieces))
            return _ended(lines, pieces, Piece(before, first, place + room - shown, is_row), least)
        shown += end - place + 1
        line = _next_line(lines, line)
        if line == len(lines) or not _follows(kind, below := lines.kind(line)):
            break
        place = lines.starts[line]
        begins = lines.begins(line)
        if begins:
            enough = _ROW_ENOUGH if kind == ROW else _BLOCK_ENOUGH
            if shown >= enough * room and _may_end(lines.text, end, needed):
                break
            place = _visible(lines.text, place)
        if begins or place != end + 1:
            pieces.append(Piece(before, first, end, is_row))
            before = CELL if begins and ROW in (kind, below) else " "
            first, is_row = place, below == ROW
            shown += len(before) - 1
        kind = below
    last = Piece(before, first, end, is_row)
    if kind == ROW:
        return _without_figures(lines.text, pieces, last, needed)
    is_open = kind in (PARAGRAPH, ITEM_LINE) and _goes_on_elsewhere(lines, line, end)
    return _without_opening(lines.text, pieces, last, needed), is_open


def _without_opening(text: str, pieces: list[Piece], last: Piece, needed: int) -> list[Piece]:
    """Return pieces with the last one, unless that only opens a list which is not shown."""
    if pieces and last.start > needed and text[last.end - 1] == ":":
        return pieces
    return [*pieces, last]


def _may_end(text: str, end: int, needed: int) -> bool:
    """Whether what is shown may end with a block: it holds what is needed, and opens no list."""
    return end >= needed and text[end - 1] != ":"


def _goes_on_elsewhere(lines: PassageLines, line: int, end: int) -> bool:
    """Whether a paragraph that ends above a line goes on behind notes or on the next page."""
    if line < len(lines) and lines.kind(line) != FOOTNOTE:
        return False
    is_open = lines.text[end - 1].isalpha() or lines.text[end - 1] == ","
    return lines.has_layout and is_open and is_prose(lines.lines[lines.at(end)].strip())


def _length(pieces: Sequence[Piece]) -> int:
    """Return how many characters some pieces have."""
    return sum([piece.end - piece.start for piece in pieces])


def _follows(kind: str, below: str) -> bool:
    """Whether a line is shown below one of some kind: text below text, header below header."""
    return below in _TEXT or (below == kind and kind != HEADING)


def _without_figures(
    text: str, pieces: list[Piece], last: Piece, needed: int
) -> tuple[list[Piece], bool]:
    """Return rows without the dates and numbers that the last one ends with, if they are many."""
    words = list(_TOKEN.finditer(text, last.start, last.end))
    figures = sum(1 for match in words if not _LETTERS.search(match.group()))
    if figures <= _FIGURES * len(words):
        return [*pieces, last], False
    end = max((match.end() for match in words if _LETTERS.search(match.group())), default=last.end)
    bracket = text.rfind("(", last.start, end)
    if bracket > needed and text.find(")", bracket, end) < 0:
        end = bracket
    end = max(len(text[:end].rstrip()), min(needed + 1, last.end))
    if end <= needed:
        end = word_end(text, last.end)
    return [*pieces, last._replace(end=end)], end < last.end


def _lead_in(lines: PassageLines, item: int) -> tuple[int, int] | None:
    """Return the sentence that opens the list of an item, which begins at a line; None if none."""
    above = item - 1
    while above >= 0 and lines.kind(above) in (ITEM_LINE, *_SKIPPED):
        above -= 1
    if above < 0 or lines.kind(above) != PARAGRAPH:
        return None
    end = lines.starts[above] + len(lines.lines[above].rstrip())
    start = sentence_start(lines.text, lines.starts[lines.block(above)[0]], end - 1)
    if lines.text[end - 1] != ":" or start is None or end - start > _LEAD_IN_CHARS:
        return None
    return _visible(lines.text, start), end


def _next_line(lines: PassageLines, line: int) -> int:
    """Return the next line that is neither blank nor a running head or foot."""
    line += 1
    while line < len(lines) and lines.kind(line) in _SKIPPED:
        line += 1
    return line


def _ended(
    lines: PassageLines, pieces: list[Piece], last: Piece, least: int
) -> tuple[list[Piece], bool]:
    """Return pieces and a last one that is too long, ended: with a sentence, else with a word."""
    end = sentence_end(lines.text, last.start, max(least, last.start + 1), last.end)
    if end is not None:
        return [*pieces, last._replace(end=end)], False
    end = word_end(lines.text, last.end)
    if end <= last.start:
        return pieces or [last], True
    return [*pieces, last._replace(end=end)], True


def _is_inside(lines: PassageLines, pieces: list[Piece]) -> bool:
    """Whether what is shown begins with the rest of a sentence of the page before."""
    start = pieces[0].start
    if not lines.has_layout or not lines.text[start : start + 1].islower():
        return False
    return not lines.text[:start].strip() and lines.kind(lines.at(start)) != ITEM_LINE


def _visible(text: str, place: int) -> int:
    while place < len(text) and text[place].isspace():
        place += 1
    return place
