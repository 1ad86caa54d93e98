"""Lists that point elsewhere: of contents, and of references."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from droindex.extract.blocks.line_shapes import (
    ITEM,
    contents_title,
    ends_sentence,
    is_leader,
    is_numbered_heading,
    is_prose,
    is_reference_title,
)
from droindex.extract.blocks.page_lines import CONTENTS, DIGITS, MIN_RUN, RUNNING, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from droindex.extract.blocks.page_lines import PageLines

__all__ = ["mark_contents"]

_MAX_ENTRY = 110  # characters of an entry or a heading
_MAX_GAP = 8  # lines between entries
_MAX_LEADER = 300  # characters of a line that may be one
_NO_ENTRY = ""
_MAY_LIST = (UNKNOWN, CONTENTS)


def mark_contents(page: PageLines, number: int, last: Mapping[str, tuple[int, int]]) -> None:
    """Mark the entries of contents lists and of lists of references.

    Args:
        page: The page.
        number: Its place among the pages.
        last: Key of a line -> where it stands last in the document.
    """
    for at, line in enumerate(page.stripped):
        if line and len(line) <= _MAX_LEADER:
            _mark_lists(page, at, line)
    for run in _pointing_runs(page, number, last):
        for at in run:
            page.kinds[at] = CONTENTS
    _mark_gaps(page)


def _mark_lists(page: PageLines, at: int, line: str) -> None:
    """Mark a line with leaders, and the list that a line is the title of."""
    if not page.kinds[at] and is_leader(line):
        _mark_entry(page, at)
    elif len(line) < _MAX_ENTRY and page.kinds[at] in _MAY_LIST:
        if contents_title(line):
            _mark_list(page, at, until_seen=True)
        elif is_reference_title(line):
            _mark_list(page, at, until_seen=False)


def _mark_entry(page: PageLines, at: int) -> None:
    """Mark an entry with leaders, and the lines before it that it was wrapped from."""
    page.kinds[at] = CONTENTS
    up = at - 1
    while up >= 0 and at - up <= 2 and not page.kinds[up] and page.stripped[up]:
        if is_prose(page.stripped[up]) or ends_sentence(page.stripped[up]):
            break
        if up and page.kinds[up - 1] != CONTENTS and not ITEM.match(page.stripped[up]):
            break
        page.kinds[up] = CONTENTS
        up -= 1


def _mark_list(page: PageLines, title: int, *, until_seen: bool) -> None:
    """Mark a title of a list and its entries.

    Args:
        page: The page.
        title: Where the title stands.
        until_seen: Whether an entry that comes again is no entry but the heading it names.
    """
    seen: set[str] = set()
    end = title + 1
    for at in range(title + 1, len(page.lines)):
        key = page.keys[at]
        if not page.stripped[at] or page.kinds[at] == RUNNING:
            continue
        is_entry = _is_entry(page, at) if until_seen else _is_reference(page, at)
        if not is_entry or (until_seen and key in seen):
            break
        seen.add(key)
        end = at + 1
    if len(seen) < MIN_RUN:
        return
    for at in range(title, end):
        if page.stripped[at] and page.kinds[at] != RUNNING:
            page.kinds[at] = CONTENTS


def _mark_gaps(page: PageLines) -> None:
    """Mark the few lines between entries that are no prose: entries that point to nothing."""
    entries = [at for at, kind in enumerate(page.kinds) if kind == CONTENTS]
    for before, after in pairwise(entries):
        gap = [at for at in range(before + 1, after) if page.stripped[at]]
        if len(gap) <= _MAX_GAP and all(_may_be_entry(page, at) for at in gap):
            for at in gap:
                page.kinds[at] = CONTENTS


def _may_be_entry(page: PageLines, at: int) -> bool:
    return page.kinds[at] in _MAY_LIST and not is_prose(page.stripped[at])


def _is_whole(page: PageLines, at: int) -> bool:
    """Whether a line ends a sentence, or goes on below."""
    after = page.stripped[at + 1] if at + 1 < len(page.lines) else ""
    return ends_sentence(page.stripped[at]) or after[:1].islower()


def _is_entry(page: PageLines, at: int) -> bool:
    """Whether a line may be an entry of a list of contents: no sentence, and not too long."""
    line = page.stripped[at]
    is_sentence = is_prose(line) and not is_leader(line) and _is_whole(page, at)
    is_question = line.endswith("?") and ITEM.match(line) is not None
    return (is_question or not is_sentence) and len(line) <= _MAX_ENTRY


def _is_reference(page: PageLines, at: int) -> bool:
    """Whether a line may be an entry of a list of references."""
    line = page.stripped[at]
    if is_numbered_heading(line):
        return False
    return bool(ITEM.match(line)) or line[:1].islower() or DIGITS.search(line) is not None


def _pointing_runs(
    page: PageLines, number: int, last: Mapping[str, tuple[int, int]]
) -> Iterator[list[int]]:
    """Yield runs of short lines that all stand once more, further down and apart."""
    run: list[int] = []
    for at, key in enumerate((*page.keys, _NO_ENTRY)):
        kind = page.kinds[at] if at < len(page.kinds) else UNKNOWN
        place = last.get(key) if key and kind in _MAY_LIST else None
        if place is not None and place > (number, at):
            run.append(at)
            continue
        if at < len(page.lines) and not page.stripped[at]:
            continue
        if len(run) >= MIN_RUN and _is_apart(page, run, number, last):
            yield run
        run = []


def _is_apart(
    page: PageLines, run: Sequence[int], number: int, last: Mapping[str, tuple[int, int]]
) -> bool:
    """Whether what a run points to is no such run itself, and lies behind the run."""
    places = [last[page.keys[at]] for at in run]
    if min(places) <= (number, run[-1]):
        return False
    side_by_side = sum(
        one[0] == two[0] and 0 <= two[1] - one[1] <= 1 for one, two in pairwise(places)
    )
    return side_by_side * 2 <= len(run)
