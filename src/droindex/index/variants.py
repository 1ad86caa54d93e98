"""Other ways to say the same, in both directions: acronyms, synonyms, types of issuances."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from droindex.index.issuances import ISSUANCES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from droindex.index.analysis import Analyzer
    from droindex.ingest.config import CorpusConfig

__all__ = ["Variant", "Variants"]


class Variant(NamedTuple):
    """One way to say something.

    Attributes:
        text: As corpus.toml has it.
        stems: Its stem terms, in order.
    """

    text: str
    stems: tuple[str, ...]


_Others = dict[tuple[str, ...], list[Variant]]


class Variants:
    """Finds what else can be said for words of a query.

    Args:
        config: Holds the acronyms and synonyms.
        analyzer: The chain of the set.

    Attributes:
        longest: Words in the longest entry, common ones not counted; 0 where there are none.
    """

    def __init__(self, config: CorpusConfig, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._others: _Others = {}
        for acronym, meaning in config.acronyms.items():
            self._add((acronym, meaning), self._others)
        for group in config.synonyms:
            self._add(group, self._others)
        self.longest = max(map(len, self._others), default=0)

    def of(self, stems: tuple[str, ...]) -> list[Variant]:
        """Return the other ways to say a sequence of stems, common words left out."""
        return self._others.get(stems, [])

    def of_issuance(self, stems: tuple[str, ...]) -> list[Variant]:
        """Return the other ways to say it where a number follows: `EO 13837`, `vol. 3`."""
        return self._issuances.get(stems, [])

    @cached_property
    def _issuances(self) -> _Others:
        found: _Others = {}
        for group in ISSUANCES:
            self._add(group, found)
        return found

    def _add(self, group: Iterable[str], into: _Others) -> None:
        known = []
        for text in group:
            terms = self._analyzer.terms(text)
            telling = [stem for stem, surface in terms if not self._analyzer.is_common(surface)]
            key = tuple(telling or (stem for stem, _ in terms))
            if key:
                known.append((key, Variant(text, tuple(stem for stem, _ in terms))))
        for key, own in known:
            others = into.setdefault(key, [])
            others += [
                other for _, other in known if other.stems != own.stems and other not in others
            ]
