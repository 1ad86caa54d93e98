"""What the lines of a page are: headings, paragraphs, list items, rows, header block, contents.

Read from the lines themselves and from the other pages of the document, as no reader of PDF says
it. The result is one letter per line (see `Page.layout`), so that it costs next to nothing to keep.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from droindex.extract.cleanup.header_block import header_end
from droindex.extract.cleanup.line_shapes import (
    ITEM,
    contents_title,
    ends_sentence,
    entry_key,
    is_furniture,
    is_leader,
    is_numbered_heading,
    is_page_name,
    is_plain_heading,
    is_prose,
    is_reference_title,
    is_row,
)
from droindex.pages import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from droindex.extract.protocol import OutlineEntry
    from droindex.pages import Page

__all__ = ["page_layouts", "with_layouts"]

_EDGE = 4  # lines at the top and the bottom of a page that may name it
_MIN_RUN = 3  # entries of a list that points elsewhere; two may well follow each other by chance
_MAX_ENTRY = 110  # characters of an entry or a heading
_MAX_LEADER = 300  # characters of a line that may be one
_DIGITS = re.compile(r"\d+")
_NOTE = re.compile(r"\s{0,8}([1-9]\d{0,2})(?:\s|$)")
_NOTE_MARK = re.compile(r"[^\W\d_][.,;:)\]\"”’]{0,2}([1-9]\d{0,2})(?!\d|[\w.,]{1,8}\d)")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_FEW_WORDS = 3
_NOTE_OPENERS = ("http", "§", '"', "“", "(")
_FIRST_CELL = re.compile(r"\d{1,3} \S")  # without a stop: more likely a row than a heading
_WRAP = 0.6  # of the same: a heading that goes on below
_CELL = 0.5  # of the longest lines of the page: a cell that is wrapped
_REST = 0.25  # of the same: the rest of a cell
_HEADING_WORDS = 3  # of a heading above a table; more are the names of its columns
_SHORT = 0.72  # of the longest lines of the page: a line that ends a paragraph
_NO_ENTRY = ""
# Plain letters, as in a layout: they are compared for every line.
_CONTENTS, _HEADING, _ITEM = (
    kind.letter for kind in (BlockKind.CONTENTS, BlockKind.HEADING, BlockKind.ITEM)
)
_PARAGRAPH, _ROW, _RUNNING = (
    kind.letter for kind in (BlockKind.PARAGRAPH, BlockKind.ROW, BlockKind.RUNNING)
)
_HEADER, _FOOTNOTE = BlockKind.HEADER.letter, BlockKind.FOOTNOTE.letter
_UNKNOWN = ""
_MAY_LIST = (_UNKNOWN, _CONTENTS)
_BLANK = "-"
_RUNNING_ON = (_PARAGRAPH, _ITEM)  # what goes on in the next line, if it does not end
_WRAPPED = (_PARAGRAPH, _ITEM, _ROW, _HEADING)  # what goes on in a line that begins small
_MARKS = ".) "  # after the letter of an item


def page_layouts(pages: Sequence[Page], outline: Iterable[OutlineEntry] = ()) -> list[str]:
    """Return the layout of each page, as `Page.layout` describes it.

    Args:
        pages: The pages of one document, with their cleaned text.
        outline: Its bookmarks, if it has any.
    """
    lines = [page.text.split("\n") for page in pages]
    keys = [[entry_key(line) for line in own] for own in lines]
    marked: dict[int, set[str]] = defaultdict(set)
    for entry in outline:
        if entry.page is not None:
            marked[entry.page].add(entry_key(entry.title))
    named = _edge_names(lines)
    last = _last_places(keys)
    first = next((at for at, own in enumerate(lines) if any(map(str.strip, own))), 0)
    layouts = []
    for at, (page, own) in enumerate(zip(pages, lines, strict=True)):
        reading = _PageLines(own, keys[at], marked.get(page.number, set()))
        reading.find_running(named)
        if at == first:
            reading.find_header()
        reading.find_contents(at, last)
        reading.find_footnotes()
        reading.find_rows()
        layouts.append(reading.layout())
    return layouts


def with_layouts(pages: Sequence[Page], outline: Iterable[OutlineEntry] = ()) -> tuple[Page, ...]:
    """Return pages with their layouts; see `page_layouts`."""
    layouts = page_layouts(pages, outline)
    return tuple(replace(page, layout=layout) for page, layout in zip(pages, layouts, strict=True))


class _PageLines:
    """The lines of one page and what is known of each.

    Args:
        lines: The lines.
        keys: What tells each from others, as an entry of a list.
        marked: Keys of the headings that the outline names on this page.
    """

    def __init__(self, lines: Sequence[str], keys: Sequence[str], marked: set[str]) -> None:
        self._lines = lines
        self._stripped = [line.strip() for line in lines]
        self._keys = keys
        self._marked = marked
        self._kinds = [_UNKNOWN] * len(lines)
        lengths = sorted(map(len, self._stripped))
        self._wide = lengths[len(lengths) * 9 // 10]

    def find_running(self, named: set[str]) -> None:
        """Mark rules, page numbers, and what names the pages at their edges."""
        filled = [at for at, line in enumerate(self._stripped) if line]
        edge = {*filled[:_EDGE], *filled[-_EDGE:]}
        for at in filled:
            line = self._stripped[at]
            if is_furniture(line) or (at in edge and (is_page_name(line) or _mask(line) in named)):
                self._kinds[at] = _RUNNING

    def find_header(self) -> None:
        """Mark the letterhead and the labels with their values at the top."""
        for at in range(header_end(self._stripped, self._wide)):
            if self._stripped[at] and not self._kinds[at]:
                self._kinds[at] = _HEADER

    def find_contents(self, page: int, last: Mapping[str, tuple[int, int]]) -> None:
        """Mark the entries of contents lists and of lists of references.

        Args:
            page: The place of this page.
            last: Key of a line -> where it stands last in the document.
        """
        for at, line in enumerate(self._stripped):
            if not line or len(line) > _MAX_LEADER:
                continue
            if not self._kinds[at] and is_leader(line):
                self._mark_entry(at)
            elif len(line) < _MAX_ENTRY and self._kinds[at] in _MAY_LIST:
                if contents_title(line):
                    self._mark_list(at, until_seen=True)
                elif is_reference_title(line):
                    self._mark_list(at, until_seen=False)
        for run in self._pointing_runs(page, last):
            for at in run:
                self._kinds[at] = _CONTENTS

    def find_footnotes(self) -> None:
        """Mark the notes at the foot of the page, whose numbers stand at words above."""
        first = self._first_note()
        found = [at for at in range(first, len(self._lines)) if self._stripped[at]]
        if 2 * sum(1 for at in found if _LONG_WORD.search(self._stripped[at])) < len(found):
            return  # formulas, whose figures are raised
        for at in found:
            if at == first or self._kinds[at] != _RUNNING:
                self._kinds[at] = _FOOTNOTE

    def _first_note(self) -> int:
        """Return the place of the first note, behind the last line where there is none."""
        notes = [
            (at, int(match[1]))
            for at in range(len(self._lines) // 3, len(self._lines))
            if (match := _NOTE.match(self._lines[at])) is not None and self._may_be_note(at)
        ]
        if not notes:
            return len(self._lines)
        named = self._named_notes()
        first, below = len(self._lines), 0
        for at, number in reversed(notes):
            has_address = "://" in self._stripped[at] or "://" in self._after(at)
            is_named = has_address or named.get(number, at) < at
            if below and number != below - 1 and (number >= below or not is_named):
                break
            below = number
            if is_named or first < len(self._lines):  # one that is named speaks for those below
                first = at
        return first

    def _may_be_note(self, at: int) -> bool:
        """Whether a line with a number, or the line below it, opens like a note."""
        after = self._lines[at + 1] if at + 1 < len(self._lines) else ""
        if self._kinds[at]:  # a page number, unless it is raised before its note
            return self._kinds[at] == _RUNNING and after[:1] == " " and after[1:2].isupper()
        text = self._stripped[at].lstrip("0123456789 ")
        if not text and len(_LONG_WORD.findall(after)) < _FEW_WORDS:  # raised in a formula
            return False
        text = text or after.strip()
        return text[:1].isupper() or text.startswith(_NOTE_OPENERS)

    def _named_notes(self) -> dict[int, int]:
        """Return each number that stands at a word, as that of a note does -> its first line."""
        named: dict[int, int] = {}
        for at, line in enumerate(self._lines):
            for match in _NOTE_MARK.finditer(line):
                named.setdefault(int(match[1]), at)
        return named

    def find_rows(self) -> None:
        """Mark runs of lines that are no sentences: the rows of tables, with or without cells."""
        run: list[int] = []
        for at in range(len(self._lines) + 1):
            is_open = at < len(self._lines) and not self._kinds[at]
            if is_open and (self._is_rowlike(at) or (run and self._is_wrapped_cell(at))):
                run.append(at)
                continue
            if run:
                self._mark_rows(run)
                run = []

    def _mark_rows(self, run: list[int]) -> None:
        """Mark a run of lines as rows, apart from headings at its ends, if it is long enough."""
        while run and self._opens_text(run[-1]):
            run.pop()
        begun = [at for at in run if not self._stripped[at][0].islower()]
        if len(begun) < _MIN_RUN or 2 * sum(map(self._is_no_prose, begun)) < len(begun):
            return
        is_short = len(self._stripped[run[0]].split()) <= _HEADING_WORDS and run[1] == begun[1]
        if is_short and not any(_DIGITS.search(self._stripped[at]) for at in run[:2]):
            self._kinds[run[0]] = _HEADING  # above the names of the columns
            run = run[1:]
        for at in run:
            self._kinds[at] = _ROW

    def _is_rowlike(self, at: int) -> bool:
        """Whether a line is no sentence, and no part of one."""
        line = self._stripped[at]
        if not (line[:1].isupper() or line[:1].isdigit()) or ends_sentence(line):
            return False
        if self._keys[at] in self._marked or ITEM.match(line):
            return False
        if is_numbered_heading(line) and not _FIRST_CELL.match(line):
            return False
        return not self._after(at)[:1].islower() or self._is_wrapped_cell(at + 1)

    def _is_wrapped_cell(self, at: int) -> bool:
        """Whether a line goes on from a row above: prose is long above, or ends with a stop."""
        line, above = self._stripped[at], self._stripped[at - 1]
        if not line[:1].islower() or ends_sentence(line):
            return False
        if len(line) < _REST * self._wide and not self._after(at)[:1].islower():
            return True
        return len(line) < _CELL * self._wide and len(above) < _SHORT * self._wide

    def _opens_text(self, at: int) -> bool:
        """Whether a line is the heading of what stands below it, or its first line."""
        line, after = self._stripped[at], self._after(at)
        if after[:1].islower() or is_plain_heading(line, after, self._wide):
            return True
        return len(line) >= _SHORT * self._wide and is_prose(line) and is_prose(after)

    def _is_no_prose(self, at: int) -> bool:
        line = self._stripped[at]
        return len(line) < _SHORT * self._wide or not is_prose(line)

    def _after(self, at: int) -> str:
        """Return the line below, if it is no running line."""
        below = at + 1
        if below >= len(self._lines) or self._kinds[below] == _RUNNING:
            return ""
        return self._stripped[below]

    def layout(self) -> str:
        """Return the letter of each line."""
        letters: list[str] = []
        before = _UNKNOWN
        for at, line in enumerate(self._stripped):
            if not line:
                letters.append(_BLANK)
                before = _UNKNOWN
                continue
            kind = self._kinds[at]
            if not kind and before in _WRAPPED and line[0].islower() and line[1:2] not in _MARKS:
                letters.append(before.lower())
                self._kinds[at] = before
                continue
            kind = kind or self._body_kind(at, before)
            goes_on = kind == before and self._goes_on(at, kind)
            letters.append(kind.lower() if goes_on else kind)
            self._kinds[at] = before = kind
        return "".join(letters)

    def _mark_entry(self, at: int) -> None:
        """Mark an entry with leaders, and the lines before it that it was wrapped from."""
        self._kinds[at] = _CONTENTS
        up = at - 1
        while up >= 0 and at - up <= 2 and not self._kinds[up] and self._stripped[up]:
            if is_prose(self._stripped[up]) or ends_sentence(self._stripped[up]):
                break
            if up and self._kinds[up - 1] != _CONTENTS and not ITEM.match(self._stripped[up]):
                break
            self._kinds[up] = _CONTENTS
            up -= 1

    def _mark_list(self, title: int, *, until_seen: bool) -> None:
        """Mark a title of a list and its entries.

        Args:
            title: Where the title stands.
            until_seen: Whether an entry that comes again is no entry but the heading it names.
        """
        seen: set[str] = set()
        end = title + 1
        for at in range(title + 1, len(self._lines)):
            key = self._keys[at]
            if not self._stripped[at] or self._kinds[at] == _RUNNING:
                continue
            is_entry = self._is_entry(at) if until_seen else self._is_reference(at)
            if not is_entry or (until_seen and key in seen):
                break
            seen.add(key)
            end = at + 1
        if len(seen) < _MIN_RUN:
            return
        for at in range(title, end):
            if self._stripped[at] and self._kinds[at] != _RUNNING:
                self._kinds[at] = _CONTENTS

    def _is_whole(self, at: int) -> bool:
        """Whether a line ends a sentence, or goes on below."""
        after = self._stripped[at + 1] if at + 1 < len(self._lines) else ""
        return ends_sentence(self._stripped[at]) or after[:1].islower()

    def _is_entry(self, at: int) -> bool:
        """Whether a line may be an entry of a list of contents: no sentence, and not too long."""
        line = self._stripped[at]
        is_sentence = is_prose(line) and not is_leader(line) and self._is_whole(at)
        return not is_sentence and len(line) <= _MAX_ENTRY

    def _is_reference(self, at: int) -> bool:
        """Whether a line may be an entry of a list of references."""
        line = self._stripped[at]
        if is_numbered_heading(line):
            return False
        return bool(ITEM.match(line)) or line[:1].islower() or _DIGITS.search(line) is not None

    def _pointing_runs(self, page: int, last: Mapping[str, tuple[int, int]]) -> Iterator[list[int]]:
        """Yield runs of short lines that all stand once more, further down and apart."""
        run: list[int] = []
        for at, key in enumerate((*self._keys, _NO_ENTRY)):
            kind = self._kinds[at] if at < len(self._kinds) else _UNKNOWN
            place = last.get(key) if key and kind in _MAY_LIST else None
            if place is not None and place > (page, at):
                run.append(at)
                continue
            if at < len(self._lines) and not self._stripped[at]:
                continue
            if len(run) >= _MIN_RUN and self._is_apart(run, page, last):
                yield run
            run = []

    def _is_apart(self, run: Sequence[int], page: int, last: Mapping[str, tuple[int, int]]) -> bool:
        """Whether what a run points to is no such run itself, and lies behind the run."""
        places = [last[self._keys[at]] for at in run]
        if min(places) <= (page, run[-1]):
            return False
        side_by_side = sum(
            one[0] == two[0] and 0 <= two[1] - one[1] <= 1 for one, two in pairwise(places)
        )
        return side_by_side * 2 <= len(run)

    def _body_kind(self, at: int, before: str) -> str:
        line = self._stripped[at]
        after = self._after(at)
        if self._keys[at] and self._keys[at] in self._marked:
            return _HEADING
        is_open = before in _RUNNING_ON and not self._ends(at - 1)
        if is_numbered_heading(line) and not is_open and not after[:1].islower():
            return _HEADING
        if ITEM.match(line):
            return _ITEM
        if is_row(line):
            return _ROW
        if not is_open and is_plain_heading(line, after, self._wide):
            return _HEADING
        if before == _ITEM and not self._begins(at):
            return _ITEM
        return _PARAGRAPH

    def _ends(self, at: int) -> bool:
        """Whether a line ends what it belongs to."""
        line = self._stripped[at]
        return ends_sentence(line) or len(line) < _SHORT * self._wide

    def _begins(self, at: int) -> bool:
        """Whether a line begins a paragraph after one that ends here."""
        line = self._stripped[at]
        before = self._stripped[at - 1]
        return (
            ends_sentence(before) and len(before) < _SHORT * self._wide and not line[:1].islower()
        )

    def _goes_on(self, at: int, kind: str) -> bool:
        """Whether a line belongs to the block of the line before, which is of the same kind."""
        line = self._stripped[at]
        if kind == _HEADING:  # a heading of two lines
            before = self._stripped[at - 1]
            is_wrapped = len(before) > _WRAP * self._wide or (before.isupper() and line.isupper())
            is_own = is_numbered_heading(line) or self._keys[at] in self._marked
            return is_wrapped and not is_own
        if kind == _ITEM:
            return not ITEM.match(line)
        if kind == _PARAGRAPH:
            return not self._begins(at)
        if kind == _FOOTNOTE:
            return not _NOTE.match(self._lines[at])
        return kind == _HEADER or line[0].islower()


def _edge_names(lines: Sequence[Sequence[str]]) -> set[str]:
    """Return the lines, digits masked, that stand at the edge of more than one page."""
    seen: dict[str, int] = defaultdict(int)
    for own in lines if len(lines) > 1 else ():
        filled = [line.strip() for line in own if line.strip()]
        if len(filled) > 2 * _EDGE:
            for mask in {_mask(line) for line in (*filled[:_EDGE], *filled[-_EDGE:])}:
                seen[mask] += 1
    least = max(2, len(lines) // 2)
    return {mask for mask, pages in seen.items() if pages >= least and len(mask) > 1}


def _last_places(keys: Sequence[Sequence[str]]) -> dict[str, tuple[int, int]]:
    """Return where each line that may be an entry stands last, of those that stand twice."""
    last: dict[str, tuple[int, int]] = {}
    twice: set[str] = set()
    for page, own in enumerate(keys):
        for at, key in enumerate(own):
            if key:
                if key in last:
                    twice.add(key)
                last[key] = (page, at)
    return {key: last[key] for key in twice}


def _mask(line: str) -> str:
    return _DIGITS.sub("#", line)
