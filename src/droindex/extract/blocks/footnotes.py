"""The notes at the foot of a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.extract.blocks.page_lines import FOOTNOTE, RUNNING

if TYPE_CHECKING:
    from droindex.extract.blocks.page_lines import PageLines

__all__ = ["NOTE", "mark_footnotes"]

NOTE = re.compile(r"\s{0,8}([1-9]\d{0,2})(?:\s|$)")  # how one begins
_NOTE_MARK = re.compile(r"[^\W\d_][.,;:)\]\"”’]{0,2}([1-9]\d{0,2})(?!\d|[\w.,]{1,8}\d)")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_FEW_WORDS = 3
_NOTE_OPENERS = ("http", "§", '"', "“", "(")


def mark_footnotes(page: PageLines) -> None:
    """Mark the notes at the foot of the page, whose numbers stand at words above."""
    first = _first_note(page)
    found = [at for at in range(first, len(page.lines)) if page.stripped[at]]
    if 2 * sum(1 for at in found if _LONG_WORD.search(page.stripped[at])) < len(found):
        return  # formulas, whose figures are raised
    for at in found:
        if at == first or page.kinds[at] != RUNNING:
            page.kinds[at] = FOOTNOTE


def _first_note(page: PageLines) -> int:
    """Return the place of the first note, behind the last line where there is none."""
    notes = [
        (at, int(match[1]))
        for at in range(len(page.lines) // 3, len(page.lines))
        if (match := NOTE.match(page.lines[at])) is not None and _may_be_note(page, at)
    ]
    if not notes:
        return len(page.lines)
    named = _named_notes(page)
    first, below = len(page.lines), 0
    for at, number in reversed(notes):
        has_address = "://" in page.stripped[at] or "://" in page.after(at)
        is_named = has_address or named.get(number, at) < at
        if below and number != below - 1 and (number >= below or not is_named):
            break
        below = number
        if is_named or first < len(page.lines):  # one that is named speaks for those below
            first = at
    return first


def _may_be_note(page: PageLines, at: int) -> bool:
    """Whether a line with a number, or the line below it, opens like a note."""
    after = page.lines[at + 1] if at + 1 < len(page.lines) else ""
    if page.kinds[at]:  # a page number, unless it is raised before its note
        return page.kinds[at] == RUNNING and after[:1] == " " and after[1:2].isupper()
    text = page.stripped[at].lstrip("0123456789 ")
    if not text and len(_LONG_WORD.findall(after)) < _FEW_WORDS:  # raised in a formula
        return False
    text = text or after.strip()
    return text[:1].isupper() or text.startswith(_NOTE_OPENERS)


def _named_notes(page: PageLines) -> dict[int, int]:
    """Return each number that stands at a word, as that of a note does -> its first line."""
    named: dict[int, int] = {}
    for at, line in enumerate(page.lines):
        for match in _NOTE_MARK.finditer(line):
            named.setdefault(int(match[1]), at)
    return named
