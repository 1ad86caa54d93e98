"""Mentions that are references only where the library holds what they may mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.citations.citation import Citation, CitationKind

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["mentions"]

_NAMED = re.compile(
    r"\b(?:[Dd]irective|[Pp]olicy|[Ii]nstruction|(?<![Ee]xecutive )[Oo]rder|[Mm]anual|[Hh]andbook"
    r"|[Aa]dvisory|[Mm]emorandum|[Gg]uidance|[Ss]tandard|[Ss]upersedes|[Rr]escinds|[Aa]mends)"
    r"(?:,|:)?\s+(?:(?:Number|[Nn]o\.|[Nn]os\.|#)\s*:?\s*)?"
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
    """Yield numbers and dated memoranda as they are written in a text.

    Example:
        >>> [own.normal for own in mentions("See Policy No. 10074.1 and the memo of June 9, 2006.")]
        ['10074.1', '2006-06-09']
    """
    for match in _NAMED.finditer(text):
        normal = match[1].replace("–", "-")
        yield Citation(CitationKind.NUMBER, normal, match.start(1), match.end())
    if "emo" in text:
        for match in _MEMO.finditer(text):
            month = _MONTHS.index(match[1]) + 1
            normal = f"{match[3]}-{month:02d}-{int(match[2]):02d}"
            yield Citation(CitationKind.MEMO, normal, match.start(), match.end())
