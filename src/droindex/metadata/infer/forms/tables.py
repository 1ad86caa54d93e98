"""Tables of versions: which day a paper was made, and which it was changed last."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from droindex.metadata.dates import find_dates, find_months, leading_date
from droindex.metadata.infer.head import is_heading, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from droindex.pages import Page

__all__ = ["table_dates"]

_KINDS = ("version", "revision", "change", "document", "amendment", "review", "policy")
_HEADING = re.compile(  # of casefolded text; each way begins with a letter, which is found faster
    "|".join(f"{kind} (?:history|control|record|log|table|tracker)" for kind in _KINDS)
    + r"|as amended by|record of (?:changes|amendments)"
    r"|version .{0,30}(?:date|author|change|comment|bemerkung|änderung)"
    r"|date version|änderungs(?:historie|verzeichnis)|historial de (?:versiones|cambios)"
)
_COLUMNS = re.compile(  # casefolded heads of a table without a heading; a `footnote` is a change
    r"^(?:footnote|rev(?:ision)?|change|amendment|issue)s?(?: (?:#|no\.?|number))?\b"
    r".{0,30}\bdate.{0,20}(?:revisions?|descriptions?|changes?|reasons?|details|summary)",
    re.MULTILINE,
)
_OF_TABLES = (
    "version",
    "histor",
    "control",
    "record",
    "log",
    "amended by",
    "änderung",
    "footnote #",  # of rules whose changes are numbered as footnotes, each with its day
)
_OF_TABLES_INSIDE = (  # in the middle of a paper only what stands over nothing else
    *("revision history", "revision record", "revision log", "document history", "change history"),
    *("version history", "change log", "record of changes", "record of amendments", "footnote #"),
    *("amendment history", "amendment record", "änderungshistorie", "änderungsverzeichnis"),
)
_HINTS_INSIDE = (  # of each a part, in small letters, as a title and in capitals: found faster
    *("istor", "ISTOR", "ecord", "ECORD", " log", " Log", " LOG", "ootnote #", "OOTNOTE #"),
    *("nderungs", "NDERUNGS"),
)
_EDGE_PAGES = 3  # at each end of a paper where such a table stands
_GAP_LINES = 8  # from the heading of a table of amendments to its first row, and to the next
_LEADER = "..."  # of a list of contents
_PAGES_ON = 8  # over which a table may go on
_GAP_DESCRIBED = 40  # lines from one row to the next: what was changed, and who agreed
_VERSION_PLACE = 24  # characters of a row before its version; a sentence may name others
_LEAST_ROWS = 2
_ROW_START = re.compile(r"(?:[*#\u2022]?[\w.]{1,8}\s){1,2}(?=[0-9])")
_FIRST = re.compile(
    r"\W*(?:[\w.-]{1,12}\W+){0,2}?(?:adopted|initial|first|created|original|new\b|issued|erst)",
    re.IGNORECASE,
)
_NO_CHANGE = re.compile(r"\b(?:review|expir|until|next|due|print|train)", re.IGNORECASE)
_MAX_ROW = 160  # characters
_VERSION = re.compile(
    r"(?<![\w.])v?(?P<version>[0-9]{1,2}[.,][0-9]{1,2})(?![\w.,]|\s?%)", re.IGNORECASE
)
_FIRST_FINAL = (1, 0)
_AMENDS = re.compile(r"amended by|amendments", re.IGNORECASE)
_NEXT_REVIEW = re.compile(r"\b(?:next|due|review by|until)\b", re.IGNORECASE)


def table_dates(pages: Sequence[Page]) -> Iterator[tuple[str, date, str, float]]:
    """Yield the dates of a table of versions: field, day, the text as written, how sure it is.

    The row of version 1.0 tells the issue, that of a later one the last revision; versions below
    1.0 are drafts. Of a table of amendments, the last day is that of the last revision.

    Args:
        pages: The pages of the document, in order.
    """
    for place, page in enumerate(pages):
        is_edge = place < _EDGE_PAGES or place >= len(pages) - _EDGE_PAGES
        if not (_may_head(page.text) if is_edge else _heads_inside(page.text)):
            continue
        lines = _filled(page)
        at = next((at for at, line in enumerate(lines) if _is_heading_of_table(line)), None)
        if at is not None:
            rows = [*lines[at + 1 :], *_following(pages, place)]
            found = [*(_amended(rows) if _AMENDS.search(lines[at]) else _versions(rows))]
            yield from found or _dated(rows)


def _is_heading_of_table(line: str) -> bool:
    """Whether a line stands over a table of versions, and in no list of contents."""
    is_short = len(line) <= _MAX_ROW and _LEADER not in line
    return is_short and _names_table(line.casefold())


def _following(pages: Sequence[Page], place: int) -> Iterator[str]:
    """Yield the lines of the pages that a table may go on over."""
    for page in pages[place + 1 : place + _PAGES_ON]:
        yield from _filled(page)


def _may_head(text: str) -> bool:
    """Whether a page at an edge may hold the heading of a table of versions."""
    low = text.casefold()
    return any(word in low for word in _OF_TABLES) and _names_table(low)


def _names_table(low: str) -> bool:
    """Whether casefolded text names a table of versions, or holds the heads of its columns."""
    return bool(_HEADING.search(low) or ("date" in low and _COLUMNS.search(low)))


def _heads_inside(text: str) -> bool:
    """Whether a page in the middle holds words that stand over such a table alone."""
    if not any(word in text for word in _HINTS_INSIDE):
        return False
    low = text.casefold()
    return any(word in low for word in _OF_TABLES_INSIDE)


def _filled(page: Page) -> list[str]:
    """Return the lines of a page that hold something."""
    return [tidy(line) for line in page.text.splitlines() if line.strip()]


def _dated(lines: Sequence[str]) -> Iterator[tuple[str, date, str, float]]:
    """Yield the first and the last day of a table whose rows begin with a day, not a version.

    Its ends are taken, not the least and the greatest day: a year may be misprinted.
    """
    rows = list(_dated_rows(lines))
    if len(rows) < _LEAST_ROWS:
        return
    falls = sum((later[0] < sooner[0]) - (later[0] > sooner[0]) for sooner, later in pairwise(rows))
    first, last = (rows[-1], rows[0]) if falls > 0 else (rows[0], rows[-1])
    if first[0] >= last[0]:
        return
    yield "revised", last[0], last[1], 0.56
    if _FIRST.match(first[2]):
        yield "issued", first[0], first[1], 0.52


def _dated_rows(lines: Sequence[str]) -> Iterator[tuple[date, str, str]]:
    """Yield the rows that a day opens, behind two short numbers at most: day, as written, rest."""
    since = 0
    for line in lines:
        since += 1
        if since > _GAP_DESCRIBED or is_heading(line):
            return
        start = _ROW_START.match(line)
        for at in (0, *([start.end()] if start else [])):
            lead = leading_date(line[at:])
            if lead and len(line) <= _MAX_ROW and not _NO_CHANGE.search(line):
                end = at + lead[0]
                yield lead[1], line[at:end].strip(), line[end:]
                since = 0
                break


def _rows(lines: Sequence[str], most_between: int) -> Iterator[tuple[str, date, str]]:
    """Yield the rows that have a date: the row, the day, and it as written.

    Args:
        lines: What stands below the heading of a table.
        most_between: How many lines from one row to the next.
    """
    since = 0
    for line in lines:
        dates = find_dates(line) or find_months(line)
        if dates and len(line) <= _MAX_ROW and not _NEXT_REVIEW.search(line):
            start, end, day = dates[0]
            yield line[:start] + line[end:], day, line[start:end]
            since = 0
        since += 1
        if since > most_between or is_heading(line):
            return


def _amended(lines: Sequence[str]) -> Iterator[tuple[str, date, str, float]]:
    """Yield the last day of a table of amendments."""
    rows = list(_rows(lines, _GAP_LINES))
    if rows:
        _, day, written = max(rows, key=lambda row: row[1])
        yield "revised", day, written, 0.72


def _versions(lines: Sequence[str]) -> Iterator[tuple[str, date, str, float]]:
    """Yield the day of version 1.0, and that of the highest one above it."""
    days: dict[tuple[int, ...], tuple[date, str]] = {}
    for rest, day, written in _rows(lines, _GAP_DESCRIBED):
        version = _VERSION.search(rest)
        if version and version.start() <= _VERSION_PLACE:  # 1.10 comes after 1.9
            number = tuple(map(int, version["version"].replace(",", ".").split(".")))
            days[number] = max(days.get(number, (day, written)), (day, written))
    final = {number: found for number, found in days.items() if number >= _FIRST_FINAL}
    if _FIRST_FINAL in final:
        yield "issued", *final[_FIRST_FINAL], 0.52
    if final and max(final) > _FIRST_FINAL:
        yield "revised", *final[max(final)], 0.55
