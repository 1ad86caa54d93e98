"""Dates that sentences of a paper tell: when it was passed, and from when it is in force."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.metadata.dates import leading_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
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
    re.IGNORECASE,
)
_FORCE = re.compile(
    r"\b(?:(?:comes?|enters?) into (?:force|effect)|takes? effect|(?:is|are|becomes?|be) effective"
    r"|tritt|treten|entrar[áa]n? en vig(?:or|encia)|entran? en vig(?:or|encia)|entre en vigueur"
    r"|entra(?:rá)? em vigor|vigencia)"
    r"(?: (?:and (?:effect|take effect|be in force)|rückwirkend|mit wirkung)){0,2}"
    r" (?:on|as of|as from|from|effective|am|zum|vom|ab(?: dem)?|el|em|le|du|(?:a partir )?del?)"
    r"(?: (?:the|dem|den|día|dia))? ",
    re.IGNORECASE,
)
_OF_ITSELF = re.compile(  # before the verb: the paper, and no other one
    r"\b(?:this|these|the present|diese[rs]?|die|das|der|la|el|le|les|los|las|esta|este|a|o|"
    r"presente)\s[^.;:]{2,70}$",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(
    r"into (?:force|effect)[^.;]{0,60} on the (?:date|day) of (?:its |the )?(?:final )?"
    r"(?:pass(?:ing|age)|enactment|adoption)",
    re.IGNORECASE,
)
_OF_PASSING = ("passed", "enacted", "ordained", "adopted", "promulgated")
_OF_FORCE = ("force", "ffect", "raft", "vig")  # in what tells it, in any of the languages
_SURE_PASSED, _SURE_FORCE = 0.7, 0.6


def sentence_dates(pages: Sequence[Page]) -> Iterator[tuple[str, date, str, float]]:
    """Yield the dates that sentences tell: field, day, the text as written, how sure it is.

    Args:
        pages: The pages of the document, in order.
    """
    if len(pages) > _MAX_PAGES:
        return
    for page in pages:
        low = page.text.casefold()
        if " this" in low and any(word in low for word in _OF_PASSING):
            yield from _passed(" ".join(page.text.split()))
    for page in (*pages[:_FIRST], *pages[_FIRST:][-_LAST:]):
        if any(word in page.text for word in _OF_FORCE):
            text = " ".join(page.text.split())
            yield from _told(text, _FORCE, "effective", _SURE_FORCE)


def _passed(text: str) -> Iterator[tuple[str, date, str, float]]:
    """Yield the day on which a paper was passed; of its force, too, where that begins with it."""
    for name, day, written, sure in _told(text, _PASSED, "issued", _SURE_PASSED):
        yield name, day, written, sure
        if _AT_ONCE.search(text):
            yield "effective", day, written, _SURE_FORCE


def _told(
    text: str, form: re.Pattern[str], name: str, sure: float
) -> Iterator[tuple[str, date, str, float]]:
    """Yield the dates that words of a form stand before, in a text without line ends."""
    for match in form.finditer(text):
        rest = text[match.end() : match.end() + _MAX_DATE]
        lead = leading_date(rest)
        before = text[max(0, match.start() - _BACK) : match.start()]
        if lead and (form is _PASSED or _OF_ITSELF.search(before)):
            yield name, lead[1], rest[: lead[0]], sure
