"""All references of a document, in the order in which they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.citations.acts import acts
from droindex.citations.citation import Citation, CitationKind
from droindex.citations.lists import LIST, sections_in
from droindex.citations.patterns import OF_THE_ACT, PATTERNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["find_citations"]

_SAME = re.compile(rf"\b(?:Id|Ibid)\b[.,]*\s*§{{1,2}}\s*(?P<list>{LIST})")
_SAME_WORDS = ("Id.", "Id,", "Id ", "Ibid")
_INA = re.compile(r"\bINA\b|Immigration\s+and\s+Nationality\s+Act")
_SECTION = re.compile(r"\d{3,}[A-Za-z]*(?:\(.*)?")  # of the Code; other works have points


def find_citations(texts: Iterable[str]) -> list[list[Citation]]:
    """Return the references in each page of a document, in the order in which they stand.

    What is not plain is left out: `section 21 of the Act` is one of the Immigration and Nationality
    Act where the document names that, and `Id. § 3553` is of the title of the Code that was
    named last before it.

    Args:
        texts: The text of each page.

    Example:
        >>> [own.normal for own in find_citations(["8 CFR 236.1(c) and 287.7; E.O. 12866"])[0]]
        ['8 CFR 236.1(c)', '8 CFR 287.7', 'EO 12866']
    """
    pages = list(texts)
    names_ina = any(_INA.search(text) for text in pages if "INA" in text or "Immigr" in text)
    title: str | None = None
    found = []
    for text in pages:
        own = _without_overlaps(
            [*_plain(text), *(OF_THE_ACT.references(text) if names_ina else ())]
        )
        if any(word in text for word in _SAME_WORDS):
            own = _without_overlaps([*own, *_same(text, own, title)])
        for citation in own:
            if citation.kind is CitationKind.USC:
                title = citation.normal.split()[0]
        found.append(own)
    return found


def _plain(text: str) -> Iterator[Citation]:
    """Yield what is plain by itself."""
    for pattern in PATTERNS:
        yield from pattern.references(text)
    if "Act" in text:
        yield from acts(text)


def _same(text: str, known: list[Citation], title: str | None) -> Iterator[Citation]:
    """Yield what is of the title that was named last; `known` are those of this page."""
    for match in _SAME.finditer(text):
        before = [own for own in known if own.start < match.start()]
        named = next((own for own in reversed(before) if own.kind is CitationKind.USC), None)
        of = named.normal.split()[0] if named else title
        for section in sections_in(match["list"]):
            if of is not None and _SECTION.fullmatch(section.normal):
                shift = match.start("list")
                start, end = shift + section.start, shift + section.end
                yield Citation(CitationKind.USC, f"{of} USC {section.normal}", start, end)


def _without_overlaps(found: list[Citation]) -> list[Citation]:
    """Return references in their order; of two that overlap, the one that begins first."""
    kept: list[Citation] = []
    for own in sorted(found, key=lambda own: (own.start, -own.end)):
        if not kept or own.start >= kept[-1].end:
            kept.append(own)
    return kept
