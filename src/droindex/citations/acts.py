"""Acts by their name and year: `section 6 of the Search and Surveillance Act 2012`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.citations.citation import Citation, CitationKind
from droindex.citations.lists import LIST, sections_in

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["acts"]

_ACT = re.compile(r"Act\s+(?:of\s+)?(1[6-9]\d\d|20\d\d)\b")
_WORD = re.compile(r"\S+")
_JOINING = frozenset({"and", "of", "the", "for", "in", "to", "on", "&", "against", "with"})
# Capitalised where a sentence begins, and never the first word of a name.
_OUTSIDE = frozenset({"The", "This", "That", "See", "Under", "An", "A", "In", "By", "Of", "Any"})
_NAME = re.compile(r"[A-Z](?:[\w'’.-]*[\w'’])?|\d+(?:st|nd|rd|th)")
_OPENING = "'\"“‘(["
_BEFORE = re.compile(rf"(?:\b[Ss]ections?|§{{1,2}})\s*({LIST})\s*(?:of\s+(?:the\s+)?|[-–]\s*)?\Z")
_MAX_NAME = 120  # characters of a name; longer ones are two things
_MAX_LIST = 120  # characters of the sections before it


def acts(text: str) -> Iterator[Citation]:
    """Yield the acts that a text names by name and year, with each of their sections before it."""
    for match in _ACT.finditer(text):
        start = _name_start(text, match.start())
        if start == match.start() or text[match.start() - 1].isalnum():
            continue
        name = " ".join(text[start : match.start()].split()).replace("&", "and")
        normal = f"{name} Act {match[1]}"
        first = max(0, start - _MAX_LIST)
        before = _BEFORE.search(text[first:start])
        if before is None:
            yield Citation(CitationKind.ACT, normal, start, match.end())
            continue
        shift = first + before.start(1)
        sections = list(sections_in(before[1]))
        for number, own in enumerate(sections, 1):
            end = match.end() if number == len(sections) else shift + own.end
            begin = first + before.start() if number == 1 else shift + own.start
            yield Citation(CitationKind.ACT, f"{normal} s {own.normal}", begin, end)


def _name_start(text: str, end: int) -> int:
    """Return where the name begins that ends before a place; that place where there is none."""
    first = max(0, end - _MAX_NAME)
    start = end
    for match in reversed(list(_WORD.finditer(text, first, end))):
        word = match[0].lstrip(_OPENING)
        if word in _JOINING:
            continue
        if word in _OUTSIDE or _NAME.fullmatch(word) is None:
            break
        start = match.end() - len(word)
        if word != match[0]:  # a quote or a bracket opens before it
            break
    return start
