"""Numbers and citations in a query, as people write them: `11-4.1`, `8 CFR 241.4`, `EO 13837`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["citations", "number_runs", "with_digits"]

Terms = list[tuple[str, str]]  # (stem, surface) of each term of one word

_MISREAD = re.compile(r"(?=.*\d)(?=.*[OoIl|])[\dOoIl|./()-]+")
_DIGITS = str.maketrans("OoIl|", "00111")


def number_runs(words: Sequence[Terms]) -> list[tuple[str, ...]]:
    """Return the stems of each word that holds a digit and gives several terms."""
    return [
        tuple(stem for stem, _ in terms)
        for terms in words
        if len(terms) > 1 and any(surface[0].isdigit() for _, surface in terms)
    ]


def citations(words: Sequence[Terms]) -> Iterator[tuple[str, ...]]:
    """Yield the stems of each number together with the one word that stands before it."""
    before: Terms = []
    for terms in words:
        if len(before) == 1 and before[0][1].isalpha() and terms and terms[0][1][0].isdigit():
            yield (before[0][0], *(stem for stem, _ in terms))
        before = terms


def with_digits(word: str) -> str | None:
    """Return a number with its letters O, I and l read as digits; None for any other word."""
    return word.translate(_DIGITS) if _MISREAD.fullmatch(word) else None
