"""Notes of a paper on the day that it was right on: `This document was current as at 9 June`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.metadata.dates import leading_date

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from droindex.extract.protocol import Extraction

__all__ = ["note_dates"]

# The paper has to speak of itself: figures and lists of others are as at a day, too.
_NOTE = re.compile(
    r"\bthis (?:[\w-]{1,20} ){0,2}(?:document|policy|procedure|manual|chapter|instructions?|"
    r"guidelines?|guidance|order|directive|version|reprint|edition|standard|plan|publication|page|"
    r"handbook|circular|notice|code|statement) (?:is|was) (?:only )?(?:curr?ent|correct|valid|"
    r"accurate|up to date|in force)(?: as)? (?:at|of|on|to)[ :]{1,2}",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s?(?:$|[.;)|*]|\s[A-Z])")  # behind the date: the sentence is done
_EFFECTIVE = re.compile(
    r"^effective(?: date)?:? (?P<date>[^\n]{6,40})$", re.IGNORECASE | re.MULTILINE
)
_TITLE_PAGES = 6  # of which one behind the cover may be the title page proper
_SURE_EFFECTIVE = 0.6
_PAGE_CHARS = 20_000  # of page one; a page of print has 3,000 to 8,000
_DATE_CHARS = 40  # of the longest date
_SURE = 0.7  # below a label that says `revised`


def note_dates(extraction: Extraction) -> Iterator[tuple[str, date, str, float]]:
    r"""Yield the day on which a paper says that it was right: field, day, as written, how sure.

    It is read from running lines and from page one, and only if all notes there name one day. So
    is the day from which it is in force, of a line for itself on a title page behind the cover.

    Args:
        extraction: The reading of a file.

    Example:
        >>> from droindex.extract.protocol import Extraction
        >>> from droindex.model import FileStatus
        >>> from droindex.pages import Page
        >>> page = Page(1, "Bail\nThis policy was current as at 6 July 2022. It is reviewed.")
        >>> [found[:3] for found in note_dates(Extraction(FileStatus.OK, pages=(page,)))]
        [('revised', datetime.date(2022, 7, 6), '6 July 2022')]
    """
    texts = [*extraction.facts.running_lines]
    texts += [page.text[:_PAGE_CHARS] for page in extraction.pages[:1]]
    found = {note for text in texts for note in _notes(text)}
    if len({day for day, _ in found}) == 1:
        day, written = min(found)
        yield "revised", day, written, _SURE
    stated = {day for page in extraction.pages[1:_TITLE_PAGES] for day in _effective(page.text)}
    if len({day for day, _ in stated}) == 1:
        yield "effective", *min(stated), _SURE_EFFECTIVE


def _effective(text: str) -> Iterator[tuple[date, str]]:
    """Yield the days of lines that say `Effective 8 May 2019` and nothing else."""
    for match in _EFFECTIVE.finditer(text) if "ffective " in text or "FFECTIVE " in text else ():
        lead = leading_date(match["date"])
        if lead and not match["date"][lead[0] :].strip(" ."):
            yield lead[1], match["date"][: lead[0]]


def _notes(text: str) -> Iterator[tuple[date, str]]:
    """Yield the days of the notes in a text, each with how it is written."""
    line = " ".join(text.split())
    for match in _NOTE.finditer(line):
        rest = line[match.end() : match.end() + _DATE_CHARS]
        lead = leading_date(rest)
        if lead and _ENDS.match(rest[lead[0] :]):
            yield lead[1], rest[: lead[0]].strip(" .")
