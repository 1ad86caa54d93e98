"""Mentions that are references only where the library holds what they may mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.citations.citation import Citation, CitationKind
from droindex.citations.patterns import places_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["mentions"]

# What stands before a number that may be a document's, without its first letter.
_BEFORE = (
    "irective", "olicy", "nstruction", "rder", "anual", "andbook", "dvisory", "emorandum",
    "uidance", "tandard", "upersedes", "escinds", "mends",
)  # fmt: skip
_NUMBER = re.compile(
    r"[,:]?\s+(?:(?:Number|[Nn]o\.|[Nn]os\.|#)\s*:?\s*)?"
    r"((?:[A-Z]{2,6}[- ]?)?\d{2,6}(?:[-–.]\d{1,4}){1,3}[A-Z]?|[A-Z]{1,4}-\d{1,4}(?:\.\d{1,3})?)"
    r"(?![\w/])"
)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_MEMO = re.compile(
    r"\b[Mm]emo(?:randum|randa)?\b(?:\s+(?:of|dated|from|issued(?:\s+on)?))?,?\s+"
    rf"({'|'.join(_MONTHS)})\s+(\d{{1,2}}),\s+(\d{{4}})\b"
)


def mentions(text: str) -> Iterator[Citation]:
    """Yield numbers and dated memoranda of a text, in no order.

    Example:
        >>> [own.normal for own in mentions("See Policy No. 10074.1 and the memo of June 9, 2006.")]
        ['10074.1', '2006-06-09']
    """
    for word in _BEFORE:
        for place in places_of((word,), text):
            match = _NUMBER.match(text, place + len(word))
            if match is not None:
                normal = match[1].replace("–", "-")
                yield Citation(CitationKind.NUMBER, normal, match.start(1), match.end())
    if "emo" in text:
        for match in _MEMO.finditer(text):
            month = _MONTHS.index(match[1]) + 1
            normal = f"{match[3]}-{month:02d}-{int(match[2]):02d}"
            yield Citation(CitationKind.MEMO, normal, match.start(), match.end())
