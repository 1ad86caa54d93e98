"""Correction: what is searched instead of or beside words that were mistyped or half-typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.engine.clauses import Clause, Term
from droindex.engine.schema import ALL, EXACT, TEXT, TITLE
from droindex.query.compile.contribution import (
    NOTHING,
    Contribution,
    Highlights,
    Requirement,
    combined,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from droindex.query.compile.context import QueryContext

__all__ = ["CorrectionScorer", "WeightedTerm"]

# One term of a query's word: its stem and surface form, and the weight of the word.
WeightedTerm = tuple[str, str, float]

_RARE_SHARE = 0.001  # of the documents; a word in fewer may be mistyped for another
_MIN_HALF_MISTYPED = 5  # letters; a beginning with a slip in it says less
_MIN_HALF_TYPED = 4  # letters; fewer begin too many words to be meant as a beginning


class CorrectionScorer:
    """Reads the words of one query as they were meant, with a note for each.

    Args:
        context: The query and its set.
    """

    def __init__(self, context: QueryContext) -> None:
        self._context = context

    def as_meant(
        self, terms: Iterable[tuple[str, str]], corrections: Mapping[str, str]
    ) -> list[tuple[str, str]]:
        """Return the terms of a word with mistyped ones put right."""
        meant = [corrections.get(surface, surface) for _, surface in terms]
        return list(zip(self._context.analyzer.stems(meant), meant, strict=True))

    def corrected(
        self,
        words: Iterable[WeightedTerm],
        idfs: Mapping[str, float],
        known: Mapping[str, str],
    ) -> Contribution:
        """Return what is meant by words that no document holds; nothing where it cannot be told.

        Args:
            words: The words.
            idfs: Stem -> idf.
            known: What is known to be mistyped already, and what was meant.
        """
        found = self._meant(words, idfs, known)
        if not found:
            return NOTHING
        context = self._context
        meant = context.analyzer.stems(list(found.values()))
        return Contribution(
            requirements=tuple([self._put_right(*pair) for pair in found.items()]),
            corrections=found,
            # What was meant is asked for by the mistyped word.
            answered=frozenset(stem for stem in meant if stem not in idfs),
            notes=tuple(
                f"No document here holds “{surface}”: “{near}” is searched instead."
                for surface, near in found.items()
            ),
        )

    def _meant(
        self,
        words: Iterable[WeightedTerm],
        idfs: Mapping[str, float],
        known: Mapping[str, str],
    ) -> dict[str, str]:
        """Return what is meant by words that no document holds, as far as it can be told."""
        found: dict[str, str] = {}
        done = {*known, *known.values()}
        for stem, surface, _ in words:
            if idfs[stem] < self._context.top_idf or surface in found or surface in done:
                continue
            if self._context.spelled_out(surface):
                continue
            if (near := self._context.speller.meant(surface)) is not None:
                found[surface] = near
        return found

    def _put_right(self, surface: str, near: str) -> Requirement:
        """Return a mistyped word as a requirement: what was meant fulfils it."""
        context, key = self._context, ("mistyped", surface)
        (stem,) = context.analyzer.stems([near])
        return Requirement(surface, context.idf(ALL, stem), Term(ALL, stem), (), key, (near,))

    def beginnings(
        self, words: Sequence[WeightedTerm], idfs: Mapping[str, float]
    ) -> dict[str, tuple[str, float]]:
        """Return the words that no document holds, and that are read as beginnings.

        Returns:
            Stem -> what it is read as, and the weight of the word.
        """
        found: dict[str, tuple[str, float]] = {}
        for stem, surface, boost in words:
            if idfs[stem] < self._context.top_idf or stem in found:
                continue
            if self._context.spelled_out(surface):
                continue
            begun = self._beginning(surface, is_last=surface == words[-1][1])
            if begun is not None:
                found[stem] = begun, boost
        return found

    def _beginning(self, surface: str, *, is_last: bool) -> str | None:
        """Return the beginning that a word is read as; None where it is read as a whole word."""
        if len(surface) < _MIN_HALF_TYPED or not surface.isalpha():
            return None
        speller = self._context.speller
        if speller.is_begun(surface):
            return surface
        if not is_last or len(surface) < _MIN_HALF_MISTYPED:  # only the last word is typed by half
            return None
        return speller.beginning(surface)

    def likelier(
        self, words: Sequence[WeightedTerm], idfs: Mapping[str, float], known: Mapping[str, str]
    ) -> Contribution:
        """Return the words that rare ones are most likely mistyped for, searched beside these.

        Args:
            words: The words.
            idfs: Stem -> idf.
            known: What is known to be mistyped already.
        """
        context = self._context
        rare = context.idf_of(max(2, int(context.documents.num_docs * _RARE_SHARE)))
        if context.strict or rare > max(idfs.values()):
            return NOTHING
        found: list[Contribution] = []
        seen = set(known)
        for stem, surface, boost in words:
            if surface in seen or not rare <= idfs[stem] < context.top_idf:
                continue
            if (near := context.speller.likelier(surface)) is not None:
                seen.add(surface)
                found.append(self._beside(surface, near, boost, idfs[stem]))
        return combined(found)

    def _beside(self, word: str, near: str, boost: float, idf: float) -> Contribution:
        """Return a likelier word, searched beside a rare one."""
        context, ranking = self._context, self._context.ranking
        stem = context.analyzer.stems([near])[0]
        # It counts as much as the rare word, or what was meant would come after all that holds it.
        rarity = max(1.0, idf / context.idf(ALL, stem))
        weight = boost * ranking.likelier_boost * rarity
        scored: tuple[Clause, ...] = (
            Term(ALL, stem, weight),
            Term(TITLE, stem, weight * ranking.title_boost),
            Term(EXACT, near, weight * ranking.exact_boost),
        )
        return Contribution(
            scored,
            highlights=Highlights(frozenset((stem,))),
            passage_clauses=(Term(TEXT, stem, weight),),
            corrections={word: near},
            notes=(f"“{word}” is rare here: “{near}” is searched as well.",),
        )
