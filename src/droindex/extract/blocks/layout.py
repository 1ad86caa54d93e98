"""What the lines of a page are: headings, paragraphs, list items, rows, header block, contents.

Read from the lines themselves and from the other pages of the document, as no reader of PDF says
it. The result is one letter per line (see `Page.layout`), so that it costs next to nothing to keep.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from droindex.extract.blocks.contents import mark_contents
from droindex.extract.blocks.footnotes import NOTE, mark_footnotes
from droindex.extract.blocks.header_block import header_end
from droindex.extract.blocks.line_shapes import (
    ITEM,
    ends_sentence,
    entry_key,
    is_division,
    is_furniture,
    is_numbered_heading,
    is_page_name,
    is_plain_heading,
    is_row,
)
from droindex.extract.blocks.page_lines import (
    CONTENTS,
    DIGITS,
    FOOTNOTE,
    HEADER,
    HEADING,
    ITEM_LINE,
    MIN_RUN,
    PARAGRAPH,
    ROW,
    RUNNING,
    SHORT,
    UNKNOWN,
    PageLines,
)
from droindex.extract.blocks.rows import mark_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from droindex.extract.protocol import OutlineEntry
    from droindex.pages import Page

__all__ = ["page_layouts", "with_layouts"]

_EDGE = 4  # lines at the top and the bottom of a page that may name it
_WRAP = 0.6  # of the same: a heading that goes on below
_KNOWN = (HEADING, ITEM_LINE, ROW, CONTENTS, FOOTNOTE, HEADER)  # by a reader that knows blocks
_BLANK = "-"
_RUNNING_ON = (PARAGRAPH, ITEM_LINE)  # what goes on in the next line, if it does not end
_WRAPPED = (PARAGRAPH, ITEM_LINE, ROW, HEADING)  # what goes on in a line that begins small
_NO_KEY = ""
_RUN_IN = re.compile(r"\s*(\d{1,3}[A-Z]?\.\s[^.\n]{3,100}\.)\s*(?:[—–-]|\(1\))")
_COUNTED = re.compile(r"(\d{1,2})[.)]\s")
_MARKS = ".) "  # after the letter of an item


def page_layouts(
    pages: Sequence[Page], outline: Iterable[OutlineEntry] = (), running: Iterable[str] = ()
) -> list[str]:
    """Return the layout of each page, as `Page.layout` describes it.

    What a reader knows of the lines (a layout that a page has already) goes before their looks; its
    paragraphs may still be headings, as many are that have no style of one.

    Args:
        pages: The pages of one document, with their cleaned text.
        outline: Its bookmarks, if it has any.
        running: Lines that were taken out of other pages; a page of nothing else has them still.
    """
    lines = [page.text.split("\n") for page in pages]
    keys = [[entry_key(line) for line in own] for own in lines]
    marked = _marked(outline)
    named = _edge_names(lines) | {_mask(line) for line in running}
    last = _last_places(keys, lines)
    first = next((at for at, own in enumerate(lines) if any(map(str.strip, own))), 0)
    layouts = []
    for at, (page, own) in enumerate(zip(pages, lines, strict=True)):
        reading = PageLines(own, keys[at], marked.get(page.number, set()))
        _mark_running(reading, named)
        if at == first:
            _mark_header(reading)
        mark_contents(reading, at, last)
        if page.layout:
            _take_known(reading, page.layout)
        else:
            mark_footnotes(reading)
            mark_rows(reading)
        layouts.append(_letters(reading))
    return layouts


def _marked(outline: Iterable[OutlineEntry]) -> dict[int, set[str]]:
    """Return page -> the keys of the headings that an outline names on it."""
    marked: dict[int, set[str]] = defaultdict(set)
    for entry in outline:
        if entry.page is not None:
            marked[entry.page].add(entry_key(entry.title))
    return marked


def with_layouts(
    pages: Sequence[Page], outline: Iterable[OutlineEntry] = (), running: Iterable[str] = ()
) -> tuple[Page, ...]:
    """Return pages with their layouts; see `page_layouts`."""
    layouts = page_layouts(pages, outline, running)
    return tuple(replace(page, layout=layout) for page, layout in zip(pages, layouts, strict=True))


def _mark_running(page: PageLines, named: set[str]) -> None:
    """Mark rules, page numbers, and what names the pages at their edges."""
    filled = [at for at, line in enumerate(page.stripped) if line]
    edge = {*filled[:_EDGE], *filled[-_EDGE:]}
    for at in filled:
        line = page.stripped[at]
        is_named = at in edge and (is_page_name(line) or _mask(line) in named)
        if is_furniture(line) or (is_named and not _is_rest(page, at)):
            page.kinds[at] = RUNNING


def _is_rest(page: PageLines, at: int) -> bool:
    """Whether a line is the rest of a sentence of the line before, which many may end with."""
    if not page.stripped[at][0].islower() or not at or page.kinds[at - 1] == RUNNING:
        return False
    return bool(page.stripped[at - 1]) and not _ends(page, at - 1)


def _mark_header(page: PageLines) -> None:
    """Mark the letterhead and the labels with their values at the top."""
    for at in range(header_end(page.stripped, page.wide)):
        if page.stripped[at] and not page.kinds[at]:
            page.kinds[at] = HEADER


def _take_known(page: PageLines, layout: str) -> None:
    """Mark what the reader of a file knows, but for paragraphs."""
    for at, letter in enumerate(layout[: len(page.lines)]):
        if page.stripped[at] and letter.upper() in _KNOWN and page.kinds[at] != HEADER:
            page.kinds[at] = letter.upper()


def _letters(page: PageLines) -> str:
    """Return the letter of each line."""
    letters: list[str] = []
    before = UNKNOWN
    for at, line in enumerate(page.stripped):
        if not line:
            letters.append(_BLANK)
            before = UNKNOWN
            continue
        kind = page.kinds[at]
        if not kind and before in _WRAPPED and line[0].islower() and line[1:2] not in _MARKS:
            letters.append(before.lower())
            page.kinds[at] = before
            continue
        kind = kind or _body_kind(page, at, before)
        goes_on = kind == before and _goes_on(page, at, kind)
        letters.append(kind.lower() if goes_on else kind)
        page.kinds[at] = before = kind
    _mark_enumerations(page, letters)
    return "".join(letters)


def _mark_enumerations(page: PageLines, letters: list[str]) -> None:
    """Make items of headings that follow each other by number, with nothing under them."""
    chain: list[int] = []
    number = 0
    for at in [*(at for at, letter in enumerate(letters) if letter.isupper()), len(letters)]:
        here = _count(page, letters, at)
        if not here or (chain and here != number + 1):
            if len(chain) >= MIN_RUN:
                _make_items(letters, chain[0], at)
            chain = []
        if here:
            chain.append(at)
        number = here


def _count(page: PageLines, letters: Sequence[str], at: int) -> int:
    """Return the number that a heading or item begins with; 0 where none does."""
    if at == len(letters) or letters[at] not in (HEADING, ITEM_LINE):
        return 0
    match = _COUNTED.match(page.stripped[at])
    return int(match[1]) if match else 0


def _make_items(letters: list[str], first: int, end: int) -> None:
    """Make items of the headings between two lines."""
    for at in range(first, end):
        if letters[at].upper() == HEADING:
            letters[at] = ITEM_LINE if letters[at].isupper() else ITEM_LINE.lower()


def _body_kind(page: PageLines, at: int, before: str) -> str:
    line = page.stripped[at]
    after = page.after(at)
    if page.keys[at] and page.keys[at] in page.marked:
        return HEADING
    is_open = before in _RUNNING_ON and not _ends(page, at - 1)
    if is_numbered_heading(line) and not is_open and not after[:1].islower():
        return HEADING
    if ITEM.match(line):
        return ITEM_LINE
    if is_row(line):
        return ROW
    if not is_open and is_plain_heading(line, after, page.wide):
        return HEADING
    if before == ITEM_LINE and not _begins(page, at):
        return ITEM_LINE
    return PARAGRAPH


def _ends(page: PageLines, at: int) -> bool:
    """Whether a line ends what it belongs to."""
    line = page.stripped[at]
    return ends_sentence(line) or len(line) < SHORT * page.wide


def _begins(page: PageLines, at: int) -> bool:
    """Whether a line begins a paragraph after one that ends here."""
    line = page.stripped[at]
    before = page.stripped[at - 1]
    return ends_sentence(before) and len(before) < SHORT * page.wide and not line[:1].islower()


def _goes_on(page: PageLines, at: int, kind: str) -> bool:
    """Whether a line belongs to the block of the line before, which is of the same kind."""
    line = page.stripped[at]
    if kind == HEADING:  # a heading of two lines
        before = page.stripped[at - 1]
        is_wrapped = len(before) > _WRAP * page.wide or (before.isupper() and line.isupper())
        is_own = is_numbered_heading(line) or page.keys[at] in page.marked
        return is_wrapped and not is_own
    if kind == ITEM_LINE:
        return not ITEM.match(line)
    if kind == PARAGRAPH:
        return not _begins(page, at)
    if kind == FOOTNOTE:
        return not NOTE.match(page.lines[at])
    return kind == HEADER or line[0].islower()


def _edge_names(lines: Sequence[Sequence[str]]) -> set[str]:
    """Return the lines, digits masked, that stand at the edge of more than one page."""
    if len(lines) < 2:
        return set()
    seen = Counter(mask for own in lines for mask in _edge_masks(own))
    least = max(2, len(lines) // 2)
    return {mask for mask, pages in seen.items() if pages >= least and len(mask) > 1}


def _edge_masks(lines: Sequence[str]) -> set[str]:
    """Return the lines at the edges of a page, digits masked; none of a page of few lines.

    The numbers of chapters stand as they are: each begins a page of its own.
    """
    filled = [line.strip() for line in lines if line.strip()]
    if len(filled) <= 2 * _EDGE:
        return set()
    return {_mask(line) for line in (*filled[:_EDGE], *filled[-_EDGE:])}


def _last_places(
    keys: Sequence[Sequence[str]], lines: Sequence[Sequence[str]]
) -> dict[str, tuple[int, int]]:
    """Return where each line that may be an entry stands last, of those that stand twice.

    A heading that its text follows in the same line, as in statutes, stands there as well.
    """
    last: dict[str, tuple[int, int]] = {}
    twice: set[str] = set()
    for page, own in enumerate(keys):
        for at, key in enumerate(own):
            for found in {key, _run_in_key(lines[page][at])} - {_NO_KEY}:
                if found in last:
                    twice.add(found)
                last[found] = (page, at)
    return {key: last[key] for key in twice}


def _run_in_key(line: str) -> str:
    """Return the key of a numbered heading that its text follows in the same line."""
    match = _RUN_IN.match(line)
    return entry_key(match[1]) if match else _NO_KEY


def _mask(line: str) -> str:
    return line if is_division(line) else DIGITS.sub("#", line)
