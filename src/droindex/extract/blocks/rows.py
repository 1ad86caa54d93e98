"""The rows of tables, with or without gaps between their cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.extract.blocks.line_shapes import (
    ITEM,
    ends_sentence,
    is_numbered_heading,
    is_plain_heading,
    is_prose,
)
from droindex.extract.blocks.page_lines import DIGITS, HEADING, MIN_RUN, ROW, SHORT

if TYPE_CHECKING:
    from droindex.extract.blocks.page_lines import PageLines

__all__ = ["mark_rows"]

_FIRST_CELL = re.compile(r"\d{1,3} \S")  # without a stop: more likely a row than a heading
_CELL = 0.5  # of the longest lines of the page: a cell that is wrapped
_REST = 0.25  # of the same: the rest of a cell
_HEADING_WORDS = 3  # of a heading above a table; more are the names of its columns


def mark_rows(page: PageLines) -> None:
    """Mark runs of lines that are no sentences: the rows of tables, with or without cells."""
    run: list[int] = []
    for at in range(len(page.lines) + 1):
        is_open = at < len(page.lines) and not page.kinds[at]
        if is_open and (_is_rowlike(page, at) or (run and _is_wrapped_cell(page, at))):
            run.append(at)
            continue
        if run:
            _mark_run(page, run)
            run = []


def _mark_run(page: PageLines, run: list[int]) -> None:
    """Mark a run of lines as rows, apart from headings at its ends, if it is long enough."""
    while run and _opens_text(page, run[-1]):
        run.pop()
    begun = [at for at in run if not page.stripped[at][0].islower()]
    if len(begun) < MIN_RUN or 2 * sum(_is_no_prose(page, at) for at in begun) < len(begun):
        return
    is_short = len(page.stripped[run[0]].split()) <= _HEADING_WORDS and run[1] == begun[1]
    if is_short and not any(DIGITS.search(page.stripped[at]) for at in run[:2]):
        page.kinds[run[0]] = HEADING  # above the names of the columns
        run = run[1:]
    for at in run:
        page.kinds[at] = ROW


def _is_rowlike(page: PageLines, at: int) -> bool:
    """Whether a line is no sentence, and no part of one."""
    line = page.stripped[at]
    if not (line[:1].isupper() or line[:1].isdigit()) or ends_sentence(line):
        return False
    if page.keys[at] in page.marked or ITEM.match(line):
        return False
    if is_numbered_heading(line) and not _FIRST_CELL.match(line):
        return False
    return not page.after(at)[:1].islower() or _is_wrapped_cell(page, at + 1)


def _is_wrapped_cell(page: PageLines, at: int) -> bool:
    """Whether a line goes on from a row above: prose is long above, or ends with a stop."""
    line, above = page.stripped[at], page.stripped[at - 1]
    if not line[:1].islower() or ends_sentence(line):
        return False
    if len(line) < _REST * page.wide and not page.after(at)[:1].islower():
        return True
    return len(line) < _CELL * page.wide and len(above) < SHORT * page.wide


def _opens_text(page: PageLines, at: int) -> bool:
    """Whether a line is the heading of what stands below it, or its first line."""
    line, after = page.stripped[at], page.after(at)
    if after[:1].islower() or is_plain_heading(line, after, page.wide):
        return True
    return len(line) >= SHORT * page.wide and is_prose(line) and is_prose(after)


def _is_no_prose(page: PageLines, at: int) -> bool:
    line = page.stripped[at]
    return len(line) < SHORT * page.wide or not is_prose(line)
