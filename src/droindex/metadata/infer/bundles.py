"""Bundles: files that hold several orders, one behind the other, each with its own header block.

What the first of them says of itself is not true of the file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.metadata.values import is_version, normalise_number, number_tokens, read_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.pages import Page

__all__ = ["part_numbers"]

_TOP_CHARS = 1_200  # of a page: a header block ends before
_TOP_LINES = 18
_NUMBER_LINES = 8  # lines at the top of a page that may hold the number of a part
_MIN_LABELS = 4  # that the header blocks of all parts have: fewer are a head that repeats
_MIN_SHARE = 0.5  # of the labels of the first block
_MAX_LABEL_CHARS = 40
_MARKED = re.compile(r"([A-Za-z][A-Za-z .()&/'-]{1,38}?)\s?\.?#?:")


def part_numbers(pages: Sequence[Page]) -> tuple[str, ...]:
    """Return the numbers of the orders that a file holds, where it is a bundle of them.

    A part begins on a page whose top has the labels of the first page's header block, and a
    number that no part before it has. Among 1,500 real files (35,000 pages), the two bundles that
    have a text are found, and nothing else.

    Args:
        pages: The pages of the file, in order.

    Returns:
        The numbers as written, two or more; none where the file is one document.
    """
    if len(pages) < 2:
        return ()
    block = _labels(_top(pages[0]))
    if len(block) < _MIN_LABELS:
        return ()
    least = max(_MIN_LABELS, _MIN_SHARE * len(block))
    found: dict[str, str] = {}
    for page in pages:
        lines = _top(page)
        if len(block & _labels(lines)) >= least and (number := _number(lines)):
            found.setdefault(normalise_number(number), number)
    return tuple(found.values()) if len(found) > 1 else ()


def _top(page: Page) -> list[str]:
    """Return the lines at the top of a page that hold something."""
    lines = (line.strip() for line in page.text[:_TOP_CHARS].split("\n"))
    return [line for line in lines if line][:_TOP_LINES]


def _labels(lines: Sequence[str]) -> set[str]:
    """Return what looks like labels: words before a colon, and short lines in capitals."""
    found: set[str] = set()
    for line in lines:
        if ":" in line:
            found.update(label.strip(" .").casefold() for label in _MARKED.findall(line))
        elif len(line) <= _MAX_LABEL_CHARS and line.isupper() and not _has_digit(line):
            found.add(line.casefold())
    return found


def _has_digit(line: str) -> bool:
    return any(map(str.isdigit, line))


def _number(lines: Sequence[str]) -> str | None:
    """Return the first document number at the top of a page; a version is none."""
    return next((number for number in _numbers(lines) if not is_version(number)), None)


def _numbers(lines: Sequence[str]) -> Iterator[str]:
    for line in lines[:_NUMBER_LINES]:
        whole = read_number(line)
        yield from (whole,) if whole else number_tokens(line)
