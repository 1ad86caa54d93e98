"""References as terms of an index: in their one form, and all that they are a part of."""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import date
from typing import TYPE_CHECKING

from droindex.citations.citation import CitationKind
from droindex.citations.find import find_citations
from droindex.citations.mentions import mentions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from droindex.citations.citation import Citation

__all__ = [
    "cited_keys",
    "day_key",
    "day_of_key",
    "link_key",
    "number_key",
    "references_in",
    "title_numbers",
]

_LAST_PART = re.compile(r"(?:-?\([^()]*\))\Z")
_WORD = re.compile(r"[^\W_]+")
_NUMBERED = (CitationKind.DIRECTIVE, CitationKind.NUMBER)
_DAY = "@"  # what a term for a memorandum of a day begins with


def cited_keys(citations: Iterable[Citation]) -> set[str]:
    """Return the terms by which a document is found that makes these references.

    Example:
        >>> from droindex.citations.find import find_citations
        >>> sorted(cited_keys(find_citations(["8 CFR 236.1(c)"])[0]))
        ['8 cfr', '8 cfr 236.1', '8 cfr 236.1(c)', '8 cfr part 236']
    """
    keys: set[str] = set()
    for citation in citations:
        if (link := link_key(citation)) is not None:
            keys.add(link)
        if citation.kind not in (CitationKind.NUMBER, CitationKind.MEMO):
            keys.update(map(str.casefold, _with_wholes(citation)))
    return keys


def link_key(citation: Citation) -> str | None:
    """Return the term for the document that a reference may mean; None where it means a law."""
    if citation.kind in _NUMBERED:
        return number_key(citation.normal)
    return day_key(citation.normal) if citation.kind is CitationKind.MEMO else None


def references_in(texts: Iterable[str]) -> list[list[Citation]]:
    """Return what each page refers to, what may be the number or day of a document included."""
    pages = list(texts)
    found = []
    for text, own in zip(pages, find_citations(pages), strict=True):
        taken = sorted((item.start, item.end) for item in own)
        spare = [item for item in mentions(text) if not _overlaps(item, taken)]
        found.append(sorted([*own, *spare], key=lambda item: item.start))
    return found


def _overlaps(citation: Citation, taken: list[tuple[int, int]]) -> bool:
    """Whether a reference stands in one of some stretches, which rise and do not overlap."""
    at = bisect_left(taken, (citation.end,))
    return at > 0 and taken[at - 1][1] > citation.start


def number_key(number: str) -> str:
    """Return the term for a number of a document, however it is punctuated.

    Example:
        >>> number_key("BOD-16-01") == number_key("bod 16.01")
        True
    """
    return "#" + " ".join(_WORD.findall(number.casefold()))


def day_key(day: str) -> str:
    """Return the term for a memorandum of a day, which is written as `2006-02-03`."""
    return f"{_DAY}{day}"


def day_of_key(key: str) -> date | None:
    """Return the day that a term is for; None for the term of a number, or a day that is none."""
    if not key.startswith(_DAY):
        return None
    try:
        return date.fromisoformat(key[1:])
    except ValueError:
        return None


def title_numbers(title: str) -> list[str]:
    """Return the number of a directive with which a title begins: `DROPPM Chapter 11: …`."""
    found = find_citations([title])[0]
    return [own.normal for own in found if own.kind is CitationKind.DIRECTIVE and not own.start]


def _with_wholes(citation: Citation) -> Iterator[str]:
    """Yield a reference, and what it is a part of: its paragraph, section, part and title."""
    normal = citation.normal
    yield normal
    while (shorter := _LAST_PART.sub("", normal)) != normal:
        normal = shorter
        yield normal
    if citation.kind is CitationKind.ACT:
        yield normal.partition(" s ")[0]
    elif citation.kind is CitationKind.CODE:
        yield normal.partition("/")[0]
    elif citation.kind in (CitationKind.USC, CitationKind.CFR):
        title, name, section = [*normal.split(" ", 2), ""][:3]
        yield f"{title} {name}"
        if citation.kind is CitationKind.CFR and "." in section:
            yield f"{title} {name} part {section.partition('.')[0]}"
        elif "-" in section:
            yield f"{title} {name} {section.partition('-')[0]}"
    elif citation.kind is CitationKind.INA:
        yield "INA"
