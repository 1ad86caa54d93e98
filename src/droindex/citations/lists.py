"""Lists of sections: `236.1(c) and 287.7`, `3553(d), (e)(2)`, `92 to 95`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["INA_LIST", "LIST", "Section", "sections_in"]

_PART = r"\(\s?[0-9A-Za-z]{1,5}(?:[-–][0-9A-Za-z]{1,3})?\s?\)"  # `(a)`, `( I )`, `(A-B)`
_PARTS = rf"(?:\s?{_PART})*(?:\s?[-–]\s?{_PART})*"
_NUMBER = r"\d{1,5}[A-Za-z]{0,4}(?:[-–.]\d{1,5}[a-z]?)*"
# What follows a number that is no section: another reference, or things that are counted.
_NO_SECTION = (
    r"(?!\w|\s+(?:C\.?\s?F\.?\s?R|U\.?\s?S\.?\s?C|Stat|F\.?\s?R\b|Fed\.|ILCS|days?\b|hours?\b|weeks?\b"
    r"|months?\b|years?\b|minutes?\b|percent\b|calendar\b|business\b|working\b|or more\b|times?\b"
    r"|January|February|March|April|May|June|July|August|September|October|November|December))"
)
_AND = (
    r"(?:\s?[,;]\s*(?:and\s+|or\s+|&\s*)?|\s+(?:and|or|to|through|&)\s+)"
    r"(?:§{1,2}\s*|[Ss]ections?\s+)?"
)
_MORE = rf"(?:{_AND}(?:{_NUMBER}{_NO_SECTION}{_PARTS}|{_PART}{_PARTS}))*"
LIST = rf"{_NUMBER}{_NO_SECTION}{_PARTS}{_MORE}"
INA_LIST = (
    rf"[1-5]\d\d[A-Z]?{_NO_SECTION}{_PARTS}{_MORE}"  # of the three figures that its sections have
)
_ITEM = re.compile(rf"({_AND})?({_NUMBER})?({_PARTS})")
_BLANKS = re.compile(r"\s+")
_TO = ("to", "through")


class Section(NamedTuple):
    """A section of a list: itself, in one form, and where it stands in the list."""

    normal: str
    start: int
    end: int


def sections_in(text: str) -> Iterator[Section]:
    """Yield the sections of a list that `LIST` matched; a range is one of them.

    Example:
        >>> [own.normal for own in sections_in("3553(d), (e)(2) and 3554, 92 to 95")]
        ['3553(d)', '3553(e)(2)', '3554', '92-95']
    """
    waiting: Section | None = None
    number = ""
    at = 0
    while at < len(text):
        match = _ITEM.match(text, at)
        if match is None or match.end() == at:
            break
        number = match[2] or number
        start = match.start(2) if match[2] else match.start(3)
        own = Section(_plain(number + match[3]), start, match.end())
        if waiting is not None and any(word in (match[1] or "").split() for word in _TO):
            own = Section(f"{waiting.normal}-{own.normal}", waiting.start, own.end)
        elif waiting is not None:
            yield waiting
        waiting = own
        at = match.end()
    if waiting is not None:
        yield waiting


def _plain(text: str) -> str:
    return _BLANKS.sub("", text).replace("–", "-")
