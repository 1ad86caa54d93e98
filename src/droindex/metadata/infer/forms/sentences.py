"""Dates that sentences of a paper tell: when it was passed, and from when it is in force."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.metadata.dates import find_dates, leading_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from droindex.pages import Page

__all__ = ["sentence_dates"]

_MAX_PAGES = 60  # of which the last may say when a paper was passed; a longer file is a collection
_FIRST, _LAST = 2, 3  # pages that may say when a paper comes into force
_BACK = 120  # characters before a verb that its subject may take
_MAX_DATE = 64  # characters
_PASSED = re.compile(
    r"\b(?:passed|enacted|ordained|adopted|promulgated)(?: (?:and|by) [\w ]{2,40}?)?,?(?: on)?"
    r" this\s",
)
_FORCE = re.compile(  # of a text in small letters: many times as fast as one that ignores case
    r"\b(?:(?:comes?|enters?) into (?:force|effect)|takes? effect|(?:is|are|becomes?|be) effective"
    r"|tritt|treten|entrar[áa]n? en vig(?:or|encia)|entran? en vig(?:or|encia)"
    r"|entre(?:nt|ra|ront)? en vigueur|pren(?:d|dra) effet|wchodzi w życie"
    r"|entra(?:rá)? em vigor|vigencia)"
    r"(?: (?:and (?:effect|take effect|be in force)|rückwirkend|mit wirkung|with effect)){0,2}"
    r" (?:on|as of|as from|from|effective|am|zum|vom|ab(?: dem)?|el|em|le|du|(?:a partir )?del?"
    r"|(?:à compter|à partir) du|au|dès le|desde el|z dniem|od(?: dnia)?|dnia)"
    r"(?: (?:the|dem|den|día|dia))? ",
)
_WITH_EFFECT = re.compile(r"\bmit (?:rück)?wirkung (?:vom|zum|ab(?: dem)?) ")
_IN_FORCE = re.compile(r"\s?in kraft\b", re.IGNORECASE)
_SELF_IN_FORCE = re.compile(  # before what `mit Wirkung vom` begins
    r"\bdie(?:se[rs]?)?\s(?:[\w-]{1,40} ){1,6}?tritt\s[^.;:]{2,140}$", re.IGNORECASE
)
_COMMENCEMENT = re.compile(  # the heading of the section that tells from when a paper is in force
    r"(?im)^(?:(?:§|art(?:icle|ikel|ículo|igo|\.)?|section)\s?)?[0-9ivx.]{0,6}[).:]?"
    r"(?:\s?[-\u2013\u2014:.])?\s{0,2}(?:inkraft-?treten|commencement|(?:entry|coming) into force"
    r"|entrée en vigueur|entrada (?:en|em) vigor|vigencia|effective date)\b[^\n]{0,40}$"
)
_HEADS_COMMENCEMENT = (
    *("inkraft", "commencement", "to force", "effective date", "vigueur", "vigor", "vigencia"),
)
_COMMENCEMENT_CHARS = 700  # behind its heading
_FOLLOWING = re.compile(  # Der Rat hat am 6. Mai 2019 die folgende Satzung beschlossen
    r"\b(?:die |das |den )?(?:nach)?(?:folgende|stehende)[ns]?\s(?:[\w-]{1,40} ){0,3}?"
    r"[\w-]{0,40}(?:ordnung|satzung|richtlinie|leitlinie|regelung|anweisung)\b",
    re.IGNORECASE,
)
_DECIDED = re.compile(r"\b(?:hat|haben|erlässt|beschließt)\s", re.IGNORECASE)
_FORMULA_CHARS = 500  # from the body that decides to the paper that it decides
_FORMULA_PAGES = 6  # a contents list and the imprint of a gazette stand before it
_OF_ITSELF = re.compile(  # before the verb: the paper, and no other one
    r"\b(?:this|these|the present|diese[rs]?|die|das|der|la|el|le|les|los|las|esta|este|a|o|"
    r"presente|niniejsz[aey])\s[^.;:]{2,70}$",
    re.IGNORECASE,
)
_OF_ITSELF_BELOW = re.compile(  # the same below the heading of that section, where `it` is enough
    rf"{_OF_ITSELF.pattern}|(?:^|[.;)] )(?:it|they|sie|er|es|elle|il|ils)\s(?:shall |will )?$",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(
    r"into (?:force|effect)[^.;]{0,60} on the (?:date|day) of (?:its |the )?(?:final )?"
    r"(?:pass(?:ing|age)|enactment|adoption)",
    re.IGNORECASE,
)
_THIS_IS = (  # This policy was formally
    r"\bth(?:is|ese) (?:[\w&'-]{1,30} ){1,5}?(?:(?:was|were|is|are) |ha(?:s|ve) been )"
    r"(?:(?:formally|duly|last|reviewed|approved|first) (?:and )?){0,2}"
)
_BY_ON = r"(?: by [^.;:]{2,120}?)?,? (?:on|in)(?: the)? "
_ADOPTED = re.compile(rf"{_THIS_IS}(?:adopted|approved|ratified|endorsed|issued){_BY_ON}")
_CHANGED = re.compile(rf"{_THIS_IS}(?:updated|revised|amended){_BY_ON}")
_OF_ADOPTION = ("adopted", "approved", "ratified", "endorsed", "updated", "revised", "amended")
_OF_PASSING = ("passed", "enacted", "ordained", "adopted", "promulgated")
_OF_FORCE = ("force", "ffect", "raft", "vig", "życie")  # in what tells it, in any of the languages
_SURE_PASSED, _SURE_FORCE, _SURE_DECIDED = 0.7, 0.6, 0.72
_SURE_ADOPTED = 0.58


def sentence_dates(pages: Sequence[Page]) -> Iterator[tuple[str, date, str, float]]:
    """Yield the dates that sentences tell: field, day, the text as written, how sure it is.

    Args:
        pages: The pages of the document, in order.
    """
    if len(pages) > _MAX_PAGES:
        return
    for place, page in enumerate(pages):
        low = page.text.casefold()
        if " this" in low and any(word in low for word in _OF_PASSING):
            yield from _passed(" ".join(page.text.split()))
        if place < _FORMULA_PAGES and ("folgende" in low or "stehende" in low):
            yield from _decided(" ".join(page.text.split()))
        if place < _FIRST or place >= len(pages) - _LAST:
            yield from _at_edge(page.text, low)
        if any(word in low for word in _HEADS_COMMENCEMENT):
            yield from _commencement(page.text)


def _commencement(text: str) -> Iterator[tuple[str, date, str, float]]:
    """Yield what the section on commencement says from when its paper is in force."""
    for head in _COMMENCEMENT.finditer(text):
        below = text[head.end() : head.end() + _COMMENCEMENT_CHARS]
        yield from _in_force(" ".join(below.split()), _OF_ITSELF_BELOW)


def _at_edge(text: str, low: str) -> Iterator[tuple[str, date, str, float]]:
    """Yield what a page at the beginning or the end says of its paper."""
    if any(word in low for word in _OF_FORCE):
        yield from _in_force(" ".join(text.split()), _OF_ITSELF)
    is_of_itself = "this " in low or "these " in low
    if is_of_itself and any(word in low for word in _OF_ADOPTION):
        text = " ".join(text.split())
        small = _small(text)
        yield from _told(text, _ADOPTED.finditer(small), "issued", _SURE_ADOPTED)
        yield from _told(text, _CHANGED.finditer(small), "revised", _SURE_ADOPTED)


def _small(text: str) -> str:
    """Return a text in small letters, each in its place: one has two of them."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(char.lower()[0] for char in text)


def _in_force(text: str, subject: re.Pattern[str]) -> Iterator[tuple[str, date, str, float]]:
    """Yield the days from which a text says that its paper, a subject of a form, is in force."""
    small = _small(text)
    yield from _told(text, _FORCE.finditer(small), "effective", _SURE_FORCE, subject)
    if "wirkung" in small:
        yield from _with_effect(text, small)


def _decided(text: str) -> Iterator[tuple[str, date, str, float]]:
    """Yield the day on which a body decided on the paper that follows."""
    for match in _FOLLOWING.finditer(text):
        formula = text[max(0, match.start() - _FORMULA_CHARS) : match.start()].rstrip()
        start, end, day = next(reversed(find_dates(formula)), (0, -1, None))
        if day and end == len(formula) and _DECIDED.search(formula[:start]):
            yield "issued", day, formula[start:end], _SURE_DECIDED
            return


def _with_effect(text: str, small: str) -> Iterator[tuple[str, date, str, float]]:
    """Yield the day of `tritt nach ihrer Veröffentlichung mit Wirkung vom ... in Kraft`."""
    for match in _WITH_EFFECT.finditer(small):
        rest = text[match.end() : match.end() + _MAX_DATE]
        lead = leading_date(rest)
        before = text[max(0, match.start() - 2 * _BACK) : match.start()]
        if lead and _IN_FORCE.match(rest[lead[0] :]) and _SELF_IN_FORCE.search(before):
            yield "effective", lead[1], rest[: lead[0]], _SURE_FORCE


def _passed(text: str) -> Iterator[tuple[str, date, str, float]]:
    """Yield the day on which a paper was passed; of its force, too, where that begins with it."""
    matches = _PASSED.finditer(_small(text))
    for name, day, written, sure in _told(text, matches, "issued", _SURE_PASSED):
        yield name, day, written, sure
        if _AT_ONCE.search(text):
            yield "effective", day, written, _SURE_FORCE


def _told(
    text: str,
    matches: Iterable[re.Match[str]],
    name: str,
    sure: float,
    subject: re.Pattern[str] | None = None,
) -> Iterator[tuple[str, date, str, float]]:
    """Yield the dates that matched words stand before, in a text without line ends."""
    for match in matches:
        rest = text[match.end() : match.end() + _MAX_DATE]
        lead = leading_date(rest)
        before = text[max(0, match.start() - _BACK) : match.start()]
        if lead and (subject is None or subject.search(before)):
            yield name, lead[1], rest[: lead[0]], sure
