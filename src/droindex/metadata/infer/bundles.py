"""Bundles: files that hold several orders, one behind the other.

Each has its own header block, and then what the first of them says of itself is not true of the
file; or each has its own bookmark, as in a manual of policies.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from droindex.metadata.keys import squash
from droindex.metadata.values import is_version, normalise_number, number_tokens, read_number
from droindex.pages import PageStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.extract.protocol import Extraction, OutlineEntry
    from droindex.pages import Page

__all__ = [
    "Part",
    "block_labels",
    "outlined_parts",
    "pages_beside",
    "pages_of",
    "part_numbers",
    "plain_parts",
]

_TOP_CHARS = 1_200  # of a page: a header block ends before
_TOP_LINES = 18
_NUMBER_LINES = 8  # lines at the top of a page that may hold the number of a part
_MIN_LABELS = 4  # that the header blocks of all parts have: fewer are a head that repeats
_MIN_SHARE = 0.5  # of the labels of the first block
_MAX_LABEL_CHARS = 40
_READ = (PageStatus.OK, PageStatus.EMPTY)
_NAMED = 5  # pages that are named
_MIN_OUTLINED = 5  # bookmarks of one depth that begin with numbers: fewer may be of a chapter
_BOOKMARK = re.compile(  # of an order: figures of a series, not those of a chapter or a section
    r"(?P<number>(?:[A-Z]{1,5}[ -]?)?[0-9]{3,5}(?:[.-][0-9]{1,3})?)[ :.\u2013\u2014-]{1,4}"
    r"(?P<title>[^\W\d_].*)"
)
_KIND = re.compile(r"\b(?:polic(?:y|ies)|orders?|directives?|procedures?)\b", re.IGNORECASE)
_NAMED_NUMBER = re.compile(
    r"\b(?:(?:orders?|directive|policy|procedure|instruction|memorandum|bulletin|notice|sop|circular)"
    r"(?:\s?(?:no|number)\b\.?|\s?#)?|(?:no|number)\b\.?|#)\s?[:#]?\s?"
    r"(?P<number>(?:[A-Z]{1,6}[ -]?)?[0-9][\w.-]{0,15})"
    r"(?=\s*(?:$|[,;]|page\b|[A-Z][A-Za-z ]{1,25}:))",
    re.IGNORECASE,
)
_OTHERS = re.compile(  # labels of numbers that are those of other papers
    r"\b(?:rescind(?:s|ed)|supersedes?|cancel(?:s|led)|replaces|amends|references?|related|calea|"
    r"standards?)\b[\w /-]{0,30}:?",
    re.IGNORECASE,
)
_MARKED = re.compile(r"([A-Za-z][A-Za-z .()&/'-]{1,38}?)\s?\.?#?:")


def part_numbers(pages: Sequence[Page]) -> tuple[str, ...]:
    """Return the numbers of the orders that a file holds, where it is a bundle of them.

    A part begins on a page whose top has the labels of the first page's header block, and a
    number that no part before it has. `benchmarks/quality/bundles.py` tells how sure that is.

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
    found: dict[str, str] = {}
    for page in pages:
        lines = _top(page)
        if _has_block(lines, block) and (number := _number(lines)):
            found.setdefault(normalise_number(number), number)
    return tuple(found.values()) if len(found) > 1 else ()


class Part(NamedTuple):
    """One order of a bundle.

    Attributes:
        number: Its number as written.
        first: The page of the file that it begins on, from 1.
        last: The page that it ends on.
        title: What its bookmark calls it; empty without one.
    """

    number: str
    first: int
    last: int
    title: str = ""


def block_labels(extraction: Extraction) -> frozenset[str]:
    """Return the labels of the header block that all parts have, casefolded."""
    return frozenset(_labels(_top(extraction.pages[0])))


def pages_of(extraction: Extraction, part: Part) -> tuple[Page, ...]:
    """Return the pages of a part, numbered as in the file."""
    return tuple(page for page in extraction.pages if part.first <= page.number <= part.last)


def pages_beside(extraction: Extraction, parts: Sequence[Part]) -> tuple[Page, ...]:
    """Return the pages that belong to no part: the cover, the contents, titles of chapters."""
    taken = {number for part in parts for number in range(part.first, part.last + 1)}
    return tuple(page for page in extraction.pages if page.number not in taken)


def plain_parts(extraction: Extraction) -> tuple[tuple[Part, ...], str]:
    """Return the orders that a bundle can be split into, or why it cannot.

    No page belongs to two of them. They are plain where every page was read, the first page begins
    an order, every header block has a number, and no number comes again behind another one's pages:
    then each page belongs to one. Those that bookmarks tell leave covers and contents out.

    Args:
        extraction: The reading of a file of which `part_numbers` or `outlined_parts` says that it
            is a bundle.

    Returns:
        The parts in their order, two or more, and an empty text; or none, and the reason.
    """
    pages = extraction.pages
    if fault := _unread(extraction):
        return (), fault
    if not part_numbers(pages):
        return outlined_parts(extraction), ""
    begins, fault = _begins(pages)
    if fault:
        return (), fault
    if len(begins) < 2 or begins[0][1] != pages[0].number:
        return (), f"page {pages[0].number} begins none of its orders"
    ends = [first - 1 for _, first in begins[1:]] + [pages[-1].number]
    return tuple(Part(*begin, end) for begin, end in zip(begins, ends, strict=True)), ""


def outlined_parts(extraction: Extraction) -> tuple[Part, ...]:
    """Return the orders that a file's bookmarks tell; none where they tell none for certain.

    All bookmarks of one depth have to begin with numbers of three figures or more, and to lead to
    pages of their own, rising, at whose top their titles stand; and the file calls itself policies,
    orders, directives or procedures on its pages. Pages of bookmarks above them, as the title of a
    chapter, belong to none. `benchmarks/quality/bundles.py` tells how sure that is.

    Args:
        extraction: The reading of a file.

    Returns:
        The parts in their order, five or more.
    """
    if not any(map(_KIND.search, extraction.facts.running_lines)):
        return ()
    outline = [entry for entry in extraction.facts.outline if entry.page is not None]
    last = extraction.pages[-1].number if extraction.pages else 0
    for level in sorted({entry.level for entry in outline}):
        if len(found := _of_level(outline, level, last)) >= _MIN_OUTLINED:
            return found if _are_at_tops(found, extraction.pages) else ()
    return ()


def _are_at_tops(parts: Sequence[Part], pages: Sequence[Page]) -> bool:
    """Whether the titles of all parts stand at the tops of the pages that they begin on."""
    tops = {page.number: squash("".join(_top(page))) for page in pages}
    return all(squash(part.title) in tops.get(part.first, "") for part in parts)


def _of_level(outline: Sequence[OutlineEntry], level: int, last: int) -> tuple[Part, ...]:
    """Return what the bookmarks of one depth tell; nothing unless each is one of an order.

    An order ends where the next bookmark of its depth, or of one above, begins.
    """
    found: list[Part] = []
    for entry in (entry for entry in outline if entry.level <= level):
        page = entry.page or 0
        if found:
            found[-1] = _ended_before(page, found[-1], last)
        if entry.level < level:
            continue
        match = _BOOKMARK.fullmatch(" ".join(entry.title.split()))
        if not match or (found and page <= found[-1].first):
            return ()
        found.append(Part(match["number"], page, last, match["title"]))
    return tuple(found)


def _ended_before(page: int, part: Part, last: int) -> Part:
    """Return an order that ends before a page, if it went on to the last one of the file."""
    is_open = part.last == last and page > part.first
    return part._replace(last=page - 1) if is_open else part


def _begins(pages: Sequence[Page]) -> tuple[list[tuple[str, int]], str]:
    """Return number and first page of each order, and what is not plain about them."""
    block = _labels(_top(pages[0]))
    found: dict[str, tuple[str, int]] = {}
    current = ""
    for page in pages:
        lines = _top(page)
        if not _has_block(lines, block):
            continue
        number = _number(lines)
        if not number:
            return [], f"page {page.number} has a header block without a number"
        key = normalise_number(number)
        if key != current and key in found:
            return [], f"{number} comes again on page {page.number}, behind other orders"
        found.setdefault(key, (number, page.number))
        current = key
    return list(found.values()), ""


def _unread(extraction: Extraction) -> str:
    """Return which pages of a file are not known, so that any of them may begin a part."""
    unread = [str(page.number) for page in extraction.pages if page.status not in _READ]
    if unread:
        more = " …" if len(unread) > _NAMED else ""
        pages = "page" if len(unread) == 1 else "pages"
        return f"{pages} {', '.join(unread[:_NAMED])}{more} could not be read"
    is_whole = [page.number for page in extraction.pages] == list(
        range(1, (extraction.facts.page_count or 0) + 1)
    )
    return "" if is_whole else "not all of its pages were read"


def _has_block(lines: Sequence[str], block: set[str]) -> bool:
    """Whether the top of a page has the labels of a header block."""
    least = max(_MIN_LABELS, _MIN_SHARE * len(block))
    return len(block & _labels(lines)) >= least


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
    """Return the number of the order that begins at the top of a page; a version is none.

    That is one behind its label or kind, or on a line of its own; else the first that stands there.
    What stands behind labels of other orders is none of them.
    """
    own = [_OTHERS.split(line, maxsplit=1)[0] for line in lines[:_NUMBER_LINES]]
    found = (
        *filter(None, map(_own_number, own)),
        *(n for line in own for n in number_tokens(line)),
    )
    return next((number for number in found if not is_version(number)), None)


def _own_number(line: str) -> str | None:
    """Return the number that a line is, or that a label or a kind on it names."""
    named = _NAMED_NUMBER.search(line)
    return (read_number(named["number"]) if named else None) or read_number(line)
