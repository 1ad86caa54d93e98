"""Query expansion: each word, with the acronyms, synonyms and short forms that say the same."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.clauses import AnyOf, Clause, Constant, PhraseOf, Term
from droindex.engine.schema import ALL, NUMBER_KEY, TEXT, TITLE
from droindex.query.compile.contribution import Contribution, Highlights, Requirement, combined

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from droindex.query.compile.context import QueryContext
    from droindex.synonyms.lookup import Variant

__all__ = ["ExpansionScorer"]

Terms = list[tuple[str, str]]  # (stem, surface) of each word


class _Unit(NamedTuple):
    """Words that can be said in other words.

    Attributes:
        terms: Stem and surface form of each.
        others: The other words for them.
        scored: What names an issuance in other words.
    """

    terms: Sequence[tuple[str, str]]
    others: Sequence[Variant]
    scored: tuple[Clause, ...]

    @property
    def stems(self) -> tuple[str, ...]:
        """The stems of the words."""
        return tuple(stem for stem, _ in self.terms)

    @property
    def written(self) -> str:
        """The words as they are written."""
        return " ".join(surface for _, surface in self.terms)


class ExpansionScorer:
    """Asks for the words of one query, and for acronyms, synonyms and short forms beside them.

    Args:
        context: The query and its set.
    """

    def __init__(self, context: QueryContext) -> None:
        self._context = context

    def expanded(
        self,
        words: Terms,
        idfs: Mapping[str, float],
        beside: Mapping[str, str],
        numbers: Mapping[tuple[str, ...], str],
    ) -> tuple[Contribution, frozenset[str]]:
        """Return what is asked for: each word, or where it can be said in other words, either way.

        Args:
            words: The words.
            idfs: Stem -> idf.
            beside: Word -> the word that is searched beside it.
            numbers: Stems of a number of several words, which stand together -> the number.

        Returns:
            The contribution, and the stems for which other words are searched as well.
        """
        found: list[Contribution] = []
        plain: list[Requirement] = []
        required: set[Hashable] = set()
        replaced: set[str] = set()
        place = 0
        while place < len(words):
            unit = self._unit_at(place, words) or self._guessed_at(place, words, idfs)
            if unit is None:
                item, length = _required_at(place, words, idfs, beside, numbers)
                place += length
                if item.key not in required:
                    required.add(item.key)
                    plain.append(item)
                continue
            if plain:
                found.append(Contribution(requirements=tuple(plain)))
                plain = []
            found.append(self._either(unit, idfs))
            replaced.update(stem for stem, _ in unit.terms)
            place += len(unit.terms)
        if plain:
            found.append(Contribution(requirements=tuple(plain)))
        return combined(found), frozenset(replaced)

    def _unit_at(self, place: int, words: Terms) -> _Unit | None:
        """Return the longest words from a place on that can be said in other words, if any can."""
        variants, first = self._context.reader.variants, words[place][0]
        reach = max(variants.reach(first), variants.issuance_reach(first))
        for length in range(min(reach, len(words) - place), 0, -1):
            terms = words[place : place + length]
            stems = tuple(stem for stem, _ in terms)
            others = self._context.fitting(variants.of(stems), stems, len(words))
            scored: tuple[Clause, ...] = ()
            if not others and (number := _leading_number(words[place + length :])):
                others, scored = self._issuances(stems, number)
            if others:
                return _Unit(terms, others, scored)
        return None

    def _guessed_at(self, place: int, words: Terms, idfs: Mapping[str, float]) -> _Unit | None:
        """Return a short form that no document holds, with what titles say it is."""
        context, (stem, surface) = self._context, words[place]
        others = context.spelled_out(surface) if idfs[stem] >= context.top_idf else []
        if not others:
            return None
        boost = context.ranking.variant_boost
        scored = tuple(PhraseOf(TITLE, other.stems, 0, boost) for other in others)
        return _Unit(words[place : place + 1], others, scored)

    def _issuances(
        self, stems: tuple[str, ...], number: tuple[str, ...]
    ) -> tuple[list[Variant], tuple[Clause, ...]]:
        """Return the other names of a type of issuance before a number, as far as in use here."""
        context = self._context
        others = [
            other
            for other in context.reader.variants.of_issuance(stems)
            if context.documents.count(PhraseOf(ALL, other.stems))
        ]
        ranking = context.ranking
        strength = sum(context.idf(ALL, stem) for stem in number)
        scored: list[Clause] = []
        for other in others:
            scored.append(PhraseOf(ALL, (*other.stems, *number), 0, ranking.citation_boost))
            name = [surface for _, surface in context.analyzer.terms(other.text)]
            key = AnyOf(NUMBER_KEY, (" ".join((*name, *number)),))
            scored.append(Constant(key, ranking.exact_number_boost * strength))
        return others, tuple(scored)

    def _either(self, unit: _Unit, idfs: Mapping[str, float]) -> Contribution:
        """Return words and their variants, as one requirement."""
        own = tuple(
            [
                Requirement(surface, idfs[stem], Term(ALL, stem), key=stem)
                for stem, surface in unit.terms
            ]
        )
        weight = sum(item.idf for item in own)
        branches = [own]
        scored: list[Clause] = list(unit.scored)
        on_pages: list[PhraseOf] = []
        for other in unit.others:
            strength = sum(self._context.idf(ALL, stem) for stem in other.stems)
            clause = PhraseOf(ALL, other.stems)
            branches.append((Requirement(other.text, strength, clause),))
            boost = self._boost(other, weight, strength)
            scored.append(clause._replace(boost=boost))
            on_pages.append(PhraseOf(TEXT, other.stems, 0, boost))
        return Contribution(
            tuple(scored),
            (self._requirement(unit, weight, branches),),
            Highlights(sequences=frozenset(other.stems for other in unit.others)),
            tuple(on_pages),
            notes=(self._note(unit),),
        )

    def _requirement(
        self, unit: _Unit, weight: float, branches: Sequence[tuple[Requirement, ...]]
    ) -> Requirement:
        texts = tuple(other.text for other in unit.others)
        return Requirement(unit.written, weight, None, tuple(branches), unit.stems, texts)

    def _note(self, unit: _Unit) -> str:
        is_in_capitals = self._context.is_in_capitals(unit.stems)
        shown = unit.written.upper() if is_in_capitals else unit.written
        named = ", ".join(f"“{other.text}”" for other in unit.others)
        if unit.others[0].is_guessed:
            return f"No document here holds “{shown}”: by the initials of titles, read as {named}."
        return f"“{shown}” also finds {named}."

    def _boost(self, other: Variant, weight: float, strength: float) -> float:
        """Return the boost of another way to say something.

        A phrase scores the idf of all its words: it is not to outweigh what was written.
        """
        ranking = self._context.ranking
        boost = ranking.harvested_boost if other.is_harvested else ranking.variant_boost
        return boost * min(1.0, weight / strength)


def _required_at(
    place: int,
    words: Sequence[tuple[str, str]],
    idfs: Mapping[str, float],
    beside: Mapping[str, str],
    numbers: Mapping[tuple[str, ...], str],
) -> tuple[Requirement, int]:
    """Return the number or the word at a place as what is required, and how many words it is."""
    for run, written in numbers.items():
        if tuple(stem for stem, _ in words[place : place + len(run)]) == run:
            weight = sum(idfs[stem] for stem in run)
            return Requirement(written, weight, PhraseOf(ALL, run), (), run), len(run)
    stem, surface = words[place]
    others = (beside[surface],) if surface in beside else ()
    return Requirement(surface, idfs[stem], Term(ALL, stem), (), stem, others), 1


def _leading_number(words: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the stems of the digits at the beginning of (stem, surface) terms."""
    return tuple(stem for stem, _ in takewhile(lambda term: term[1][0].isdigit(), words))
