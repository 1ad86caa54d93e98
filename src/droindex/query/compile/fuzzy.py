"""Fuzzy words -> the real words near them: `escrot~`, `title:escrot~2`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.engine.clauses import AnyNumber, Bool, Clause, Constant, NoDocuments, Term
from droindex.engine.schema import ALL, BODY, EXACT, OWNER, SUMMARY, TEXT, TITLE, TITLE_EXACT
from droindex.lazy import cached_property
from droindex.query.compile.contribution import (
    Contribution,
    Highlights,
    Requirement,
    all_of,
    combined,
)
from droindex.query.language import nodes
from droindex.query.language.edit_distance import NearWord, near_words

if TYPE_CHECKING:
    from droindex.query.compile.context import QueryContext

__all__ = ["FuzzyScorer"]

_MAX_TWO_EDITS = 4  # words with ~2 in a query; each reads part of the dictionary


class FuzzyScorer:
    """Turns the fuzzy words of one query into clauses.

    Args:
        context: The query and its set.
    """

    def __init__(self, context: QueryContext) -> None:
        self._context = context

    def anywhere(self, item: nodes.Word) -> Contribution:
        """Return what a fuzzy word adds, looked for in all text."""
        return self.in_field(ALL, item)

    def in_field(self, name: str, item: nodes.Word) -> Contribution:
        """Return what a fuzzy word adds, looked for in one text field or in `all`.

        A word of several terms, such as `non-detaned~`, is one fuzzy word for each of them.
        """
        terms = self._context.analyzer.query_terms(item.text)
        near = combined([self._near(name, surface, item) for _, surface in dict.fromkeys(terms)])
        clause = all_of(near.clauses)
        return near if clause is None else near.scoring(clause)

    def _near(self, name: str, surface: str, item: nodes.Word) -> Contribution:
        context = self._context
        edits, notes = self._edits(item)
        field = TITLE_EXACT if name == TITLE else EXACT
        limit = context.limits.max_fuzzy_words
        found = near_words(context.vocabulary, field, surface, edits, limit)
        key = (name, surface, item.edits)
        label = (
            f"{'' if name == 'all' else f'{name}:'}{surface}~{item.edits if item.edits > 1 else ''}"
        )
        if not found:
            nothing = NoDocuments()
            requirement = Requirement(label, context.top_idf, nothing, key=key)
            note = f"No word here is near “{surface}”."
            return Contribution((nothing,), (requirement,), notes=(*notes, note))
        idf = context.idf_of(found[0].held)
        weights = {near.word: item.boost * self._weight(near, idf) for near in found}
        stems = dict(zip(weights, context.analyzer.stems(list(weights)), strict=True))
        clause = self._clause(name, weights, stems)
        named = tuple(dict.fromkeys(stems.values() if name == SUMMARY else weights))
        return Contribution(
            (clause,),
            (Requirement(label, idf, clause, key=key, stands_for=named),),
            Highlights(surfaces=frozenset(weights)),
            tuple(Term(TEXT, stems[word], weights[word]) for word in weights),
            notes=notes,
        )

    def _edits(self, item: nodes.Word) -> tuple[int, tuple[str, ...]]:
        """Return how many edits are looked for: two in a few words only, as it takes a while."""
        if item.edits <= 1 or item.start in self._two_edits:
            return item.edits, ()
        return 1, (
            f"More than {_MAX_TWO_EDITS} words with two slips: the others are read with one.",
        )

    @cached_property
    def _two_edits(self) -> frozenset[int]:
        """Where the words stand that are looked for with two edits: the first of them."""
        places = [
            item.start for item in nodes.words_of(self._context.parsed.root) if item.edits > 1
        ]
        return frozenset(places[:_MAX_TWO_EDITS])

    def _weight(self, near: NearWord, idf: float) -> float:
        """Return how much a near word counts: a rarer one no more than the nearest."""
        farther: float = self._context.ranking.fuzzy_boost**near.edits
        return farther * min(1.0, idf / self._context.idf_of(near.held))

    def _clause(self, name: str, weights: dict[str, float], stems: dict[str, str]) -> Clause:
        if name == TITLE:
            return Bool(should=_terms(TITLE_EXACT, weights))
        if name == SUMMARY:  # has no index of whole words: their stems serve
            heaviest: dict[str, float] = {}
            for word, weight in weights.items():
                heaviest[stems[word]] = max(weight, heaviest.get(stems[word], 0.0))
            return Bool(should=_terms(SUMMARY, heaviest))
        anywhere = Bool(should=_terms(EXACT, weights))
        if name == BODY:
            pages = Bool(should=tuple(Term(TEXT, stem) for stem in dict.fromkeys(stems.values())))
            owners = self._context.reader.owners_on_pages(pages)
            holders = AnyNumber(OWNER, owners) if owners else NoDocuments()
            return Bool(must=(anywhere, Constant(holders, 0.0)))
        boost = self._context.ranking.title_boost
        lifted = {word: boost * weight for word, weight in weights.items()}
        return Bool(should=(*anywhere.should, *_terms(TITLE_EXACT, lifted)))


def _terms(field: str, weights: dict[str, float]) -> tuple[Clause, ...]:
    return tuple(Term(field, word, weight) for word, weight in weights.items())
