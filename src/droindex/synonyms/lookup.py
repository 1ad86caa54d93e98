"""Other words for the same, in both directions: acronyms, synonyms, types of issuances."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from droindex.lazy import cached_property
from droindex.synonyms.issuances import ISSUANCES
from droindex.synonyms.table import content_stems

if TYPE_CHECKING:
    from collections.abc import Iterable

    from droindex.corpus.config import CorpusConfig
    from droindex.engine.analysis import Analyzer
    from droindex.synonyms.table import Synonyms

__all__ = ["Variant", "Variants"]


class Variant(NamedTuple):
    """Words that can stand for others.

    Attributes:
        text: As corpus.toml or the documents have it.
        stems: Its stem terms, in order.
        is_harvested: Whether the documents define it, and not corpus.toml.
        needs_capitals: Whether what it stands beside may be an ordinary word: a short form that
            documents define.
        is_guessed: Whether no document says so: words of titles have such initials.
    """

    text: str
    stems: tuple[str, ...]
    is_harvested: bool = False
    needs_capitals: bool = False
    is_guessed: bool = False


_Others = dict[tuple[str, ...], list[Variant]]


class Variants:
    """Finds what else can be said for words of a query.

    Args:
        config: Holds the acronyms and synonyms.
        analyzer: The chain of the set.
        synonyms: What the documents of the set define.
    """

    def __init__(self, config: CorpusConfig, analyzer: Analyzer, synonyms: Synonyms) -> None:
        self._analyzer = analyzer
        self._synonyms = synonyms
        self._others: _Others = {}
        for acronym, meaning in config.acronyms.items():
            if meaning:
                self._add((acronym, meaning), self._others)
        for group in config.synonyms:
            self._add(group, self._others)

    def reach(self, stem: str) -> int:
        """Return how many words the longest entry has that begins with a stem; 0 for none."""
        return self._reaches.get(stem, 0)

    def issuance_reach(self, stem: str) -> int:
        """Return the same of the entries that a number follows."""
        return self._issuance_reaches.get(stem, 0)

    @cached_property
    def _reaches(self) -> dict[str, int]:
        return _reaches([*self._others, *(tuple(key.split(" ")) for key in self._synonyms)])

    @cached_property
    def _issuance_reaches(self) -> dict[str, int]:
        return _reaches(self._issuances)

    def of(self, stems: tuple[str, ...]) -> list[Variant]:
        """Return the variants of a sequence of stems, stop words left out."""
        listed = self._others.get(stems, [])
        known = {variant.stems for variant in listed}
        return [
            *listed,
            *(
                Variant(other.text, other.stems, is_harvested=True, needs_capitals=other.is_meaning)
                for other in self._synonyms.get(" ".join(stems), ())
                if other.stems not in known
            ),
        ]

    def of_issuance(self, stems: tuple[str, ...]) -> list[Variant]:
        """Return the variants where a number follows: `EO 13837`, `vol. 3`."""
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
            if key := content_stems(text, self._analyzer):
                stems = tuple(stem for stem, _ in self._analyzer.terms(text))
                known.append((key, Variant(text, stems)))
        for key, own in known:
            others = into.setdefault(key, [])
            for _, other in known:
                if other.stems != own.stems and other not in others:  # a group may repeat itself
                    others.append(other)


def _reaches(keys: Iterable[tuple[str, ...]]) -> dict[str, int]:
    """Return first stem -> words of the longest key that begins with it."""
    found: dict[str, int] = {}
    for key in keys:
        found[key[0]] = max(found.get(key[0], 0), len(key))
    return found
