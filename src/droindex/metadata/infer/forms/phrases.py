"""Dates that a phrase tells: `Adopted on 14 December 2021`, `Version as at 1 May 2020`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.metadata.dates import find_dates, find_months
from droindex.metadata.infer.forms.notes import note_dates
from droindex.metadata.infer.head import is_date_line, is_prose, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from droindex.extract.protocol import Extraction
    from droindex.metadata.infer.head import Head
    from droindex.pages import Page

__all__ = ["phrase_dates"]

_DayOffer = tuple[str, "date", str, float]

_PAPER = (
    r"(?:document|policy|guidance|guidelines?|by-?law|directive|order|procedure|act|text|manual|"
    r"standard|regulations?|ordinance|code|circular|notice|handbook|statement|plan|strategy)"
)
_OPENING = (  # what may stand before the phrase: nothing, or the paper itself
    r"(?:^[(\[]?|[|.]\s|^page [0-9]{1,3} of [0-9]{1,3}\s)"
    rf"(?:(?:this|the)\s)?(?:(?:consolidated|official|online|printed) )?(?:version|{_PAPER})?,?\s?"
    r"(?:(?:is|was|are|were|has been|have been)\s)?(?:(?:read and|finally|first|last|most recently|"
    r"formally)\s)*"
)
_SPEAKING = re.compile(
    _OPENING + r"(?:"
    r"(?P<revised>"
    r"(?:current|correct|valid|in force|consolidated|up to date)(?: as)? (?:at|of|to|on)"
    r"|as (?:at|of)|as amended(?: up)? (?:to|on|at)|version as at|status as (?:at|of)"
    r"|amended at:?(?: [A-Z]{2,4})?"
    r"|(?:updated|amended|revised|modified)(?: (?:and|&) (?:adopted|approved|updated|revised))?"
    r"(?: up)?(?: to| on| as of| as at| at| in)?"
    r"|incorporating (?:all )?amendments (?:up )?to|(?:in der )?fassung vom|stand(?: vom)?"
    r"|(?:zuletzt )?geändert am|(?:dernière )?(?:modification|mise à jour)(?: le)?"
    r"|(?:mise? )?à jour (?:le|au)|version consolidée (?:au|du)"
    r"|(?:texto )?actualizado (?:al|a|el)|última (?:modificación|actualización|reforma)"
    r"|(?:texto )?(?:atualizado|consolidado) (?:em|até|a)|última (?:atualização|alteração)(?: em)?"
    r"|stan (?:prawny )?na dzień)"
    r"|(?P<issued>(?:published|issued|adopted|passed|enacted|promulgated|ratified|released)"
    r"(?: on| this| in|(?: by [^,.;:0-9]{2,50}?)? on)?"
    r"|(?:date )?(?:published|issued|adopted|ratified)"
    r"|version [0-9][0-9.]{0,6}(?:,| vom| of| dated| [-\u2013|])"
    r"|date (?:of introduction|introduced)"
    r"|publi[ée]e? le"
    r"|(?:adopt|approuv|vot)ée?(?: (?:par|en|lors d[eu]s?) [^.;:0-9]{2,60}?)? (?:le|du)"
    r"|(?:erlassen|verabschiedet|veröffentlicht|beschlossen)(?: (?:vom|von|durch|in) "
    r"[^.;:0-9]{2,60}?)? am"
    r"|publicad[oa] (?:el|em|en)"
    r"|apro[bv]ad[oa](?: p(?:or|el[oa]) [^.;:0-9]{2,60}?)? (?:el|en fecha|em))"
    r"|(?P<approved>(?:approved|endorsed|agreed)(?: by [^.;:0-9]{2,60}?)?(?: on| in)"
    r"|(?:date of approval|(?:[\w&]{2,20} )?approval(?: date)?|date approved|date ratified))"
    r"|(?P<effective>(?:effective|in (?:force|effect)|en vigueur|vigente|em vigor|in kraft)"
    r"(?: date)?(?: from| as of| on| since| seit| ab| depuis| à partir| desde| le| el)?)"
    r")\s?:?\s(?:the\s|den\s|du\s|del?\s|el\s)?$"
    r"|^v(?:ersion)?\.? ?[0-9][0-9.]{0,6} [(\[](?P<edition>)$",
    re.IGNORECASE,
)
_SURE = {"revised": 0.75, "issued": 0.78, "approved": 0.62, "effective": 0.76, "edition": 0.74}
_KIND_OF = {  # the day of approval, or of the edition, where no day of issue is told
    "approved": "issued",
    "edition": "issued",
}
_DATED = re.compile(r"[12][0-9]{3}|[0-9]\s?[-/.]\s?[0-9]{2}(?![0-9])")  # a year, or figures
_LAST_LINE = 16  # of page one, if it is no cover; further down dates are of other things
_FOOT_LINES = 5  # at the end of page one
_CLOSE_LINES = 30  # of the last page: where a paper is signed
_MAX_LINE = 140  # characters; a longer line is a paragraph
_BACK = 100  # characters before a date that its phrase may take
_NOTE = re.compile(
    r"(?im)^[^\n]{0,60}\b(?:current|correct|in force) (?:as )?(?:at|of|to)\b[^\n]{4,40}$"
)
_AS_AT = re.compile(r"\W{0,3}as (?:at|of)\b", re.IGNORECASE)
_ACCOUNT = re.compile(  # whose figures are as at a day
    r"\b(?:balance sheets?|accounts?|financial (?:statements?|position)|assets|liabilities|"
    r"holdings|statistics|population|annual report|unaudited|audited|budget)\b",
    re.IGNORECASE,
)
_NOTE_CHARS = 8_000  # of page one
_CITY = re.compile(
    r"(?:done at |fait à |dad[oa] en |gegeben zu )?"
    r"[A-Z][^\W\d]{2,20}(?:[ .'-][A-Z][^\W\d]{1,15}){0,3},"
    r"(?: (?:den|am|le|a|el|em|on|this|w dniu))?\s$",
    re.IGNORECASE,
)
_MAX_LABELLED = 60  # characters
_LESS_AT_END = 0.15
_DAY_MARGIN = 4  # characters behind the date of a line that has nothing else


def phrase_dates(head: Head, extraction: Extraction) -> Iterator[_DayOffer]:
    """Yield the dates that phrases tell: field, first day, the text as written, how sure it is.

    Args:
        head: The head of the document.
        extraction: The reading of its file.
    """
    pages = extraction.pages
    last = len(head.lines) if head.is_cover else head.running + _LAST_LINE
    is_account = any(map(_ACCOUNT.search, head.lines[:last]))
    for line in (*head.lines[:last], *_notes(pages), *_feet(head, pages)):
        if not (is_account and _AS_AT.match(line)):
            yield from _of_line(line)
    yield from note_dates(extraction)
    if pages:
        close = _lines(pages[-1])[-_CLOSE_LINES:]
        close = [line for line in close if not (is_account and _AS_AT.match(line))]
        yield from _signed(close, 0.5)
        yield from _closing(close)
        yield from _signed(head.lines[: head.running + _LAST_LINE], 0.6)


def _notes(pages: Sequence[Page]) -> Iterator[str]:
    """Yield the lines of page one that say on which day the text was right."""
    text = pages[0].text[:_NOTE_CHARS] if pages else ""
    if "urrent" in text or "orce" in text or "orrect" in text:
        yield from (tidy(match[0]) for match in _NOTE.finditer(text))


def _feet(head: Head, pages: Sequence[Page]) -> list[str]:
    """Return the last lines of page one."""
    return list(head.tail[-_FOOT_LINES:]) if pages else []


def _lines(page: Page) -> list[str]:
    """Return the last lines of a page that hold something."""
    return [
        tidy(line) for line in page.text.rstrip().split("\n")[-2 * _CLOSE_LINES :] if line.strip()
    ]


def _of_line(line: str) -> Iterator[_DayOffer]:
    """Yield the dates of one line that a phrase stands before."""
    if len(line) > _MAX_LINE or not _DATED.search(line):
        return
    for start, end, day in _days(line):
        told = _SPEAKING.search(line[max(0, start - _BACK) : start])
        name = told.lastgroup if told else None
        if name and not _goes_on(line, end):
            yield _KIND_OF.get(name, name), day, line[start:end], _SURE[name]


def _goes_on(line: str, end: int) -> bool:
    """Whether a sentence goes on behind its date: it tells of something else."""
    rest = line[end:].strip(" .)]|*")
    return len(rest) > _DAY_MARGIN and is_prose(line)


def _days(line: str) -> list[tuple[int, int, date]]:
    """Return the dates of a line; without any, the months that name no day."""
    return find_dates(line) or find_months(line)


def _closing(lines: Sequence[str]) -> Iterator[_DayOffer]:
    """Yield the dates of a block of labels at the end of a paper, and the one that it ends with."""
    for line in lines:
        if len(line) <= _MAX_LABELLED and line[:1].isalpha():
            for name, day, written, sure in _of_line(line):
                if line.rstrip(" .)").endswith(written):
                    yield name, day, written, sure - _LESS_AT_END
    if lines and is_date_line(lines[-1]) and any(map(str.isalpha, lines[-1])):
        for start, end, day in _days(lines[-1])[:1]:
            yield "issued", day, lines[-1][start:end], 0.42


def _signed(lines: Sequence[str], sure: float) -> Iterator[_DayOffer]:
    """Yield the days that stand behind the name of a place: `Lima, 27 de marzo de 2015`."""
    for line in lines:
        if len(line) > _MAX_LINE // 2 or "," not in line or not _DATED.search(line):
            continue
        for start, end, day in find_dates(line)[:1]:
            if len(line) - end <= _DAY_MARGIN and _CITY.fullmatch(line[:start]):
                yield "issued", day, line[start:end], sure
