"""Running heads and feet: lines that repeat at the top or bottom of the pages."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from droindex.extract.blocks.line_shapes import DIVISION_NAMES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from droindex.pages import Page

__all__ = ["strip_running_lines"]

_DEPTH = 6  # lines from the edge of the text that are looked at: letterheads have five
_MIN_PAGES = 3  # a line on two pages may well be said twice
_MIN_LETTERS = 4  # shorter lines (Yes, N/A, o) are the cells of tables and forms
_MIN_NAME_LETTERS = 10  # a name beside a page number; a heading (Chapter 1) has fewer
_MAX_DIGITS = 5  # of a page number: no file has more than 99,999 pages
_DIGITS = re.compile(r"\d+")
_MASK = "\0"  # stands for masked digits; lines are rid of it first, whatever they hold
_PAGE_WORD = re.compile(
    r"\b(?:page|pg|p\.|seite|página|pagina)[^\w\0]{0,3}\0|\0\s*(?:of|/|von|de)\s*\0"
)
_LABELLED = re.compile(r"[a-z][\w .()/&'-]{1,38}: ?[^\W_]")  # `effective date: june 5`
_HEADING = re.compile(rf"(?:{DIVISION_NAMES}|table|figure)(?!\w)")


def strip_running_lines(pages: Sequence[Page]) -> tuple[list[str], tuple[str, ...]]:
    """Return the texts of the pages without running lines, and those lines, each once.

    A line is running where, digits masked, it stands among the first or the last six lines of at
    least three pages; a line that is nothing but a number, or whose number changes, must count
    the pages as well. A label with its value is running only where two of its pages are neighbours:
    else each may begin an order of a bundle. A page that would lose all of its text keeps it.

    Args:
        pages: The pages of one file, with their cleaned text.
    """
    texts = [page.text for page in pages]
    if len(pages) < _MIN_PAGES:
        return texts, ()
    lines = [text.split("\n") for text in texts]
    edges = [
        _edge_masks(page_lines, page.number) for page, page_lines in zip(pages, lines, strict=True)
    ]
    masks = _running_masks(pages, lines, edges)
    if not masks:
        return texts, ()
    running: dict[str, str] = {}
    for index, page_lines in enumerate(lines):
        gone = {at: mask for at, mask in edges[index].items() if mask in masks}
        body = _without(page_lines, gone)
        if body is not None:
            texts[index] = body
            for at, mask in gone.items():
                running.setdefault(mask, page_lines[at].strip())
    return texts, tuple(running.values())


def _without(lines: list[str], gone: Collection[int]) -> str | None:
    """Return the text without the lines at some places; None where none go, or all of it would."""
    kept = [line for at, line in enumerate(lines) if at not in gone]
    if not gone or not any(line.strip() for line in kept):
        return None
    return "\n".join(kept).strip("\n")


def _running_masks(
    pages: Sequence[Page], lines: list[list[str]], edges: list[dict[int, str]]
) -> set[str]:
    seen: dict[str, dict[int, str]] = defaultdict(dict)
    for page, page_lines, places in zip(pages, lines, edges, strict=True):
        for at, mask in places.items():
            if mask:
                seen[mask].setdefault(page.number, page_lines[at])
    return {mask for mask, where in seen.items() if _is_running(mask, where)}


def _edge_masks(lines: list[str], number: int) -> dict[int, str]:
    """Return the masks of the first and the last lines of a page, by their places."""
    return {at: _mask(lines[at], number) for at in _edges(lines)}


def _edges(lines: list[str]) -> Iterator[int]:
    """Yield the places of the first and the last lines that are not blank."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    if len(filled) <= 2 * _DEPTH:
        yield from filled
    else:
        yield from filled[:_DEPTH]
        yield from filled[-_DEPTH:]


def _mask(line: str, number: int) -> str:
    """Return a line with its digits masked; what has no letters, with its distance to the page."""
    mask = _DIGITS.sub(_MASK, " ".join(line.replace(_MASK, " ").split())).lower()
    if _MASK not in mask or any(char.isalpha() for char in mask):
        return mask
    digits = next(iter(_DIGITS.findall(line)), "")  # none where the signs stand in the text
    return f"{mask}@{int(digits) - number}" if 0 < len(digits) <= _MAX_DIGITS else ""


def _is_running(mask: str, where: dict[int, str]) -> bool:
    if len(where) < _MIN_PAGES or _may_begin_orders(mask, where):
        return False
    letters = sum(char.isalpha() for char in mask)
    if _MASK not in mask:
        return letters >= _MIN_LETTERS
    if letters == 0:
        return True  # its distance to the page number is part of the mask
    if _PAGE_WORD.search(mask) or (letters >= _MIN_LETTERS and _repeats(where)):
        return True
    is_name = letters >= _MIN_NAME_LETTERS and not _HEADING.match(mask)
    return is_name and _counts_pages(where)


def _may_begin_orders(mask: str, where: Collection[int]) -> bool:
    """Whether a line is a label with its value on pages of which no two are neighbours."""
    return bool(_LABELLED.match(mask)) and not any(number + 1 in where for number in where)


def _one_spaced(line: str) -> str:
    return " ".join(line.split())


def _counts_pages(where: dict[int, str]) -> bool:
    """Whether one of the numbers in the line rises with the page number, on three pages or more."""
    offsets: dict[tuple[int, int], int] = defaultdict(int)
    for number, line in where.items():
        for place, digits in enumerate(_DIGITS.findall(line)[:8]):
            if len(digits) <= _MAX_DIGITS:
                offsets[place, int(digits) - number] += 1
    return any(count >= _MIN_PAGES for count in offsets.values())


def _repeats(where: dict[int, str]) -> bool:
    """Whether the very same line, digits and all, stands on three pages or more."""
    counts: dict[str, int] = defaultdict(int)
    for line in where.values():
        counts[_one_spaced(line)] += 1
    return max(counts.values()) >= _MIN_PAGES
