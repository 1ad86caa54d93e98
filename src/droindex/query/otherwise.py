"""Words of a query -> what is asked for: each word, or what can be said otherwise, either way."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from droindex.index.clauses import AnyOf, Constant, PhraseOf, Term
from droindex.query.asked import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.index.clauses import Clause
    from droindex.index.variants import Variant
    from droindex.query.asked import Draft

__all__ = ["VariantCompiler"]


class VariantCompiler:
    """Asks for the words of one query, and for acronyms, synonyms and short forms beside them.

    Args:
        draft: What the compilation gathers.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def add_parts(
        self, words: list[tuple[str, str]], idfs: dict[str, float], should: list[Clause]
    ) -> None:
        """Add what is asked for: each word, or where it can be said otherwise, either way."""
        place = 0
        while place < len(words):
            place += self._add_variants_at(place, words, idfs, should) or self._add_word(
                words[place][0], idfs
            )

    def _add_word(self, stem: str, idfs: dict[str, float]) -> int:
        """Add a word by itself; return 1, the number of words this takes."""
        self._draft.add_part(stem, Part(idfs[stem], Term("all", stem)))
        return 1

    def _add_variants_at(
        self,
        place: int,
        words: list[tuple[str, str]],
        idfs: dict[str, float],
        should: list[Clause],
    ) -> int:
        """Add the longest words from a place on that can be said otherwise; return how many."""
        variants, first = self._draft.reader.variants, words[place][0]
        reach = max(variants.reach(first), variants.issuance_reach(first))
        for length in range(min(reach, len(words) - place), 0, -1):
            after = place + length
            unit = tuple(stem for stem, _ in words[place:after])
            others = self._draft.fitting(variants.of(unit), unit, len(words))
            if not others and (number := _leading_number(words[after:])):
                others = self._issuances(unit, number, should)
            if others:
                written = " ".join(word for _, word in words[place:after])
                self._add_variants(written, unit, others, idfs, should)
                return length
        return 0

    def _issuances(
        self, unit: tuple[str, ...], number: tuple[str, ...], should: list[Clause]
    ) -> list[Variant]:
        """Return the other names of a type of issuance before a number, as far as in use here."""
        others = [
            other
            for other in self._draft.reader.variants.of_issuance(unit)
            if self._draft.documents.count(PhraseOf("all", other.stems))
        ]
        ranking = self._draft.ranking
        strength = sum(self._draft.idf("all", stem) for stem in number)
        for other in others:
            should.append(PhraseOf("all", (*other.stems, *number), 0, ranking.citation_boost))
            name = [surface for _, surface in self._draft.analyzer.terms(other.text)]
            key = AnyOf("number_key", (" ".join((*name, *number)),))
            should.append(Constant(key, ranking.exact_number_boost * strength))
        return others

    def _add_variants(
        self,
        written: str,
        unit: tuple[str, ...],
        others: Sequence[Variant],
        idfs: dict[str, float],
        should: list[Clause],
    ) -> None:
        own = tuple(Part(idfs[stem], Term("all", stem)) for stem in unit)
        weight = sum(part.idf for part in own)
        branches = [own]
        for other in others:
            strength = sum(self._draft.idf("all", stem) for stem in other.stems)
            clause = PhraseOf("all", other.stems)
            branches.append((Part(strength, clause),))
            # A phrase scores the idf of all its words: it is not to outweigh what was written.
            ranking = self._draft.ranking
            boost = ranking.harvested_boost if other.is_harvested else ranking.variant_boost
            boost *= min(1.0, weight / strength)
            should.append(clause._replace(boost=boost))
            self._draft.page_clauses.append(PhraseOf("text", other.stems, 0, boost))
            self._draft.out.marks.sequences.add(other.stems)
        if self._draft.is_in_capitals(unit):
            written = written.upper()
        words = ", ".join(f"“{other.text}”" for other in others)
        self._draft.out.notes.append(f"“{written}” also finds {words}.")
        draft = self._draft
        if not draft.seen.issuperset(unit):  # else it is what was meant by mistyped words
            draft.add_part(unit, Part(weight, branches=tuple(branches)))
        draft.said_otherwise.update(unit)


def _leading_number(words: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the stems of the digits at the beginning of (stem, surface) terms."""
    return tuple(stem for stem, _ in takewhile(lambda term: term[1][0].isdigit(), words))
