"""Dates that end the head or the foot of the pages: `Rules of the Harbour - May 2019`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.metadata.dates import find_dates, find_months
from droindex.metadata.infer.head import tidy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from droindex.extract.protocol import Extraction
    from droindex.pages import Page

__all__ = ["foot_dates"]

_SET_OFF = re.compile(r"(?:^|\s[-\u2013\u2014|\u2022]\s|[(\[]|\s[(\[]\s)$")  # before the date
_ENDS = re.compile(
    r"\s?[)\]]?(?:\s?[-\u2013\u2014|\u2022]?\s?(?:page |p\. ?)?[0-9]{1,4})?\s?", re.IGNORECASE
)
_YEAR = re.compile(r"[12][0-9]{3}|[-/.][0-9]{2}(?![0-9])")
_OTHER_DAY = re.compile(
    r"\b(?:print|gener|download|access|archiv|review|expir|until|valid|copyright|next|due|"
    r"effective|force|gedruckt|erstellt|imprimé|impreso)|\u00a9",
    re.IGNORECASE,
)
_REVISED = re.compile(
    r"\b(?:revis|rev\.|amend|updat|geändert|stand\b|mise? à jour|modifi|actualiz|atualiz)",
    re.IGNORECASE,
)
_MAX_LINE = 140  # characters; a longer line is no foot
_EDGE = 2  # lines at the top and at the bottom of a page
_SURE = {"revised": 0.6, "issued": 0.5}  # below what a label or a phrase says


def foot_dates(extraction: Extraction) -> Iterator[tuple[str, date, str, float]]:
    """Yield the day or month that ends a line of all pages: field, day, as written, how sure.

    It has to be set off by a dash, a bar or brackets. A line that speaks of changes tells the last
    revision, another one the issue; a field of which the lines name several days has none.

    Args:
        extraction: The reading of a file.
    """
    found: dict[str, set[tuple[date, str]]] = {}
    for line in dict.fromkeys((*extraction.facts.running_lines, *_on_both(extraction.pages))):
        if len(line) <= _MAX_LINE and _YEAR.search(line) and not _OTHER_DAY.search(line):
            for day, written in _at_end(tidy(line)):
                field = "revised" if _REVISED.search(line) else "issued"
                found.setdefault(field, set()).add((day, written))
    for field, days in found.items():
        if len({day for day, _ in days}) == 1:
            yield field, *min(days), _SURE[field]


def _on_both(pages: Sequence[Page]) -> Iterator[str]:
    """Yield the lines at the edges of a paper of two pages that are the same on both."""
    if len(pages) == 2:
        first, second = (_edges(page.text) for page in pages)
        yield from (line for line in first if line in second)


def _edges(text: str) -> list[str]:
    """Return the first and the last lines of a page that hold something."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[:_EDGE] + lines[_EDGE:][-_EDGE:]


def _at_end(line: str) -> Iterator[tuple[date, str]]:
    """Yield the date that a line ends with, if it has one only, and that is set off."""
    dates = find_dates(line) or find_months(line)
    if len(dates) == 1:
        start, end, day = dates[0]
        if _SET_OFF.search(line[:start]) and _ENDS.fullmatch(line, end):
            yield day, line[start:end]
