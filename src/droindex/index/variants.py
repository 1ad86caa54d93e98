"""Other ways to say the same: acronyms and synonyms of corpus.toml, in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
        self._others: dict[tuple[str, ...], list[Variant]] = {}
        for acronym, meaning in config.acronyms.items():
            self._add((acronym, meaning))
        for group in config.synonyms:
            self._add(group)
        self.longest = max(map(len, self._others), default=0)

    def of(self, stems: tuple[str, ...]) -> list[Variant]:
        """Return the other ways to say a sequence of stems, common words left out."""
        return self._others.get(stems, [])

    def _add(self, group: Iterable[str]) -> None:
        known = []
        for text in group:
            terms = self._analyzer.terms(text)
            telling = [stem for stem, surface in terms if not self._analyzer.is_common(surface)]
            key = tuple(telling or (stem for stem, _ in terms))
            if key:
                known.append((key, Variant(text, tuple(stem for stem, _ in terms))))
        for key, own in known:
            others = self._others.setdefault(key, [])
            others += [
                other for _, other in known if other.stems != own.stems and other not in others
            ]
