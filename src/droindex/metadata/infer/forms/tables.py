"""Tables of versions: which day a paper was made, and which it was changed last."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.metadata.dates import find_dates, find_months
from droindex.metadata.infer.head import tidy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from droindex.pages import Page

__all__ = ["table_dates"]

_HEADING = re.compile(
    r"(?:version|revision|change|document|amendment|review|policy) "
    r"(?:history|control|record|log|table|tracker)|as amended by|record of (?:changes|amendments)"
    r"|(?:date )?version .{0,30}(?:date|author|change|comment|bemerkung|änderung)"
    r"|date version|änderungs(?:historie|verzeichnis)|historial de (?:versiones|cambios)",
    re.IGNORECASE,
)
_OF_TABLES = ("version", "histor", "control", "record", "log", "amended by", "änderung")
_EDGE_PAGES = 3  # at each end of a paper where such a table stands
_GAP_LINES = 8  # from its heading to its first row, and from one to the next
_MAX_ROWS = 60
_MAX_ROW = 160  # characters
_VERSION = re.compile(
    r"(?<![\w.])v?(?P<version>[0-9]{1,2}[.,][0-9]{1,2})(?![\w.,]|\s?%)", re.IGNORECASE
)
_AMENDS = re.compile(r"amended by|amendments", re.IGNORECASE)
_NEXT_REVIEW = re.compile(r"\b(?:next|due|review by|until)\b", re.IGNORECASE)


def table_dates(pages: Sequence[Page]) -> Iterator[tuple[str, date, str, float]]:
    """Yield the dates of a table of versions: field, day, the text as written, how sure it is.

    The row of version 1.0 tells the issue, that of a later one the last revision; versions below
    1.0 are drafts. Of a table of amendments, the last day is that of the last revision.

    Args:
        pages: The pages of the document, in order.
    """
    for page in dict.fromkeys((*pages[:_EDGE_PAGES], *pages[-_EDGE_PAGES:])):
        low = page.text.casefold()
        if not any(word in low for word in _OF_TABLES) or _HEADING.search(page.text) is None:
            continue
        lines = [tidy(line) for line in page.text.splitlines() if line.strip()]
        for place, line in enumerate(lines):
            if _HEADING.search(line) and len(line) <= _MAX_ROW:
                rows = lines[place + 1 : place + 1 + _MAX_ROWS]
                yield from _amended(rows) if _AMENDS.search(line) else _versions(rows)
                break


def _rows(lines: Sequence[str]) -> Iterator[tuple[str, date, str]]:
    """Yield the rows that have a date: the row, the day, and it as written."""
    since = 0
    for line in lines:
        dates = find_dates(line) or find_months(line)
        if dates and len(line) <= _MAX_ROW and not _NEXT_REVIEW.search(line):
            start, end, day = dates[0]
            yield line[:start] + line[end:], day, line[start:end]
            since = 0
        since += 1
        if since > _GAP_LINES:
            return


def _amended(lines: Sequence[str]) -> Iterator[tuple[str, date, str, float]]:
    """Yield the last day of a table of amendments."""
    rows = list(_rows(lines))
    if rows:
        _, day, written = max(rows, key=lambda row: row[1])
        yield "revised", day, written, 0.72


def _versions(lines: Sequence[str]) -> Iterator[tuple[str, date, str, float]]:
    """Yield the day of version 1.0, and that of the highest one above it."""
    days: dict[float, tuple[date, str]] = {}
    for rest, day, written in _rows(lines):
        version = _VERSION.search(rest)
        if version:
            number = float(version["version"].replace(",", "."))
            days[number] = max(days.get(number, (day, written)), (day, written))
    final = {number: found for number, found in days.items() if number >= 1}
    if 1.0 in final:
        yield "issued", *final[1.0], 0.52
    if final and max(final) > 1.0:
        yield "revised", *final[max(final)], 0.55
