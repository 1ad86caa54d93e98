"""Words and phrases -> the clauses that score them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.clauses import Bool, Clause, Constant, NoDocuments, PhraseOf, Term
from droindex.engine.schema import ALL, EXACT, SUMMARY, TEXT, TITLE
from droindex.query.compile.citations import CitationScorer, Terms, numbers_as_written
from droindex.query.compile.context import shortened
from droindex.query.compile.contribution import (
    NOTHING,
    Contribution,
    Highlights,
    Requirement,
    combined,
)
from droindex.query.compile.correction import CorrectionScorer, WeightedTerm
from droindex.query.compile.expansion import ExpansionScorer
from droindex.query.compile.wildcards import WildcardScorer
from droindex.query.language import nodes

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from droindex.query.compile.context import QueryContext
    from droindex.query.compile.contribution import PassageClause

__all__ = ["WordScorer"]

_BODY_BOOST = 1.0  # the field of all text, the yardstick of the others
_ACRONYM_BOOST = 4.0  # times exact_boost: FODS brings FODS before what is full of *fod*
_ACRONYM_BOOST_LONG = 2.0  # the same in a long query; 4 costs .007 on obliqa, 2 gains .001
_PAIR_SLOP = 2  # words that may stand between a pair
_MAX_PAIRS = 12  # only the pairs with the rarest words, so that pasted text stays fast


class _Bag(NamedTuple):
    """The words that stand side by side in a query, read as they were meant.

    Attributes:
        terms_of: The terms of each word.
        kept: The terms that count: without stop words, if there are others.
        weights: Stem -> weight.
        surfaces: Surface term -> weight.
        idfs: Stem -> idf.
        numbers: The stems of each number of several terms -> as it is written.
        holds_unknown: Whether no document holds one of them.
    """

    terms_of: list[Terms]
    kept: list[WeightedTerm]
    weights: dict[str, float]
    surfaces: dict[str, float]
    idfs: dict[str, float]
    numbers: dict[tuple[str, ...], str]
    holds_unknown: bool


class WordScorer:
    """Turns the words of one query into clauses.

    Args:
        context: The query and its set.
    """

    def __init__(self, context: QueryContext) -> None:
        self._context = context
        ranking = context.ranking
        lifts = ((TITLE, ranking.title_boost), (SUMMARY, ranking.summary_boost))
        # The field of all text says what is found, whatever it weighs.
        self._fields = ((ALL, _BODY_BOOST), *(lift for lift in lifts if lift[1]))
        self._wildcards = WildcardScorer(context)
        self._citations = CitationScorer(context)
        self._expansion = ExpansionScorer(context)
        self._correction = CorrectionScorer(context)

    def plain(self, words: Sequence[nodes.Word]) -> Contribution:
        """Return what plain words add: each alone, in pairs, in number runs."""
        if not words:
            return NOTHING
        unheld, terms_of = self._read(words)
        corrections = self._context.corrections
        bag = self._bag(words, terms_of, corrections)
        if bag is None:
            return unheld.scoring(NoDocuments()) if unheld.requirements else unheld
        found = [unheld]
        # What was meant may be mistyped no more, but stand beside other words that are.
        while bag.holds_unknown:
            corrected = self._correction.corrected(bag.kept, bag.idfs, corrections)
            if corrected is NOTHING:
                break
            found.append(corrected)
            corrections = {**corrections, **corrected.corrections}
            bag = self._bag(words, terms_of, corrections) or bag
        scored = self._scored(bag, corrections)
        clauses = scored.clauses or (NoDocuments(),)
        whole = combined((*found, scored))
        return whole if whole.clauses == clauses else whole.scoring(*clauses)

    def _read(self, words: Sequence[nodes.Word]) -> tuple[Contribution, list[Terms]]:
        """Return words without a term and notes on misread numbers, and the terms of each word."""
        found: list[Contribution] = []
        notes: list[str] = []
        terms_of: list[Terms] = []
        for word in words:
            terms, own_notes = self._citations.terms_of(word.text)
            terms_of.append(terms)
            notes += own_notes
            if not terms and any(letter.isalnum() for letter in word.text):
                found.append(self._endless(word.text))
        if notes:
            found.append(Contribution(notes=tuple(notes)))
        return combined(found) if found else NOTHING, terms_of

    def _bag(
        self,
        words: Sequence[nodes.Word],
        terms_of: list[Terms],
        corrections: Mapping[str, str],
    ) -> _Bag | None:
        """Return words as they were meant; None where none of them has a term."""
        context = self._context
        if corrections:
            terms_of = [self._correction.as_meant(terms, corrections) for terms in terms_of]
        kept = self._without_stop_words(words, terms_of)
        if not kept:
            return None
        weights: dict[str, float] = {}
        surfaces: dict[str, float] = {}
        for stem, surface, boost in kept:
            weights[stem] = weights.get(stem, 0.0) + boost
            surfaces[surface] = surfaces.get(surface, 0.0) + boost
        idfs = {stem: context.idf(ALL, stem) for stem in weights}
        holds_unknown = max(idfs.values()) >= context.top_idf
        numbers = numbers_as_written([word.text for word in words], terms_of)
        return _Bag(terms_of, kept, weights, surfaces, idfs, numbers, holds_unknown)

    def _without_stop_words(
        self, words: Sequence[nodes.Word], terms_of: Sequence[Terms]
    ) -> list[WeightedTerm]:
        """Return the terms that count: without stop words, if there are others."""
        terms = [
            (stem, surface, word.boost)
            for word, own in zip(words, terms_of, strict=True)
            for stem, surface in own
        ]
        stop_words = self._context.analyzer.stop_words
        kept = [term for term in terms if term[1] not in stop_words] or terms
        return kept[: self._context.limits.max_clauses]

    def _scored(self, bag: _Bag, corrections: Mapping[str, str]) -> Contribution:
        """Return what words add that were put right; without clauses where nothing holds any."""
        half_typed, begun = NOTHING, frozenset[str]()
        if bag.holds_unknown:
            half_typed, begun = self._half_typed(bag)
        likelier = self._correction.likelier(bag.kept, bag.idfs, corrections)
        whole = [(stem, word) for stem, word, _ in bag.kept if stem not in begun]
        expanded, others = self._expansion.expanded(
            whole, bag.idfs, likelier.corrections, bag.numbers
        )
        held = self._held(bag, begun)
        unknown = self._unknown(bag, begun | others)
        found = combined((half_typed, expanded, unknown, likelier.unscored()))
        if not (held or found.clauses):
            return found
        lifts, on_pages = self._in_company(bag)
        words: list[PassageClause] = [Term(TEXT, stem, weight) for stem, weight in held]
        return found.with_words(
            tuple([stem for stem, _ in held]),
            (*self._alone(held), *self._as_written(bag), *likelier.clauses, *lifts),
            (*words, *likelier.passage_clauses, *on_pages),
        )

    def _half_typed(self, bag: _Bag) -> tuple[Contribution, frozenset[str]]:
        """Return what words add that are read as beginnings, and their stems."""
        found: list[Contribution] = []
        surfaces = {stem: surface for stem, surface, _ in reversed(bag.kept)}
        beginnings = self._correction.beginnings(bag.kept, bag.idfs)
        for stem, (begun, boost) in beginnings.items():
            note = f"No document here holds “{surfaces[stem]}”: read as {begun}*."
            found.append(Contribution(notes=(note,)))
            found.append(self.expanded(f"{begun}*", EXACT, boost))
        return combined(found), frozenset(beginnings)

    def _unknown(self, bag: _Bag, told: frozenset[str]) -> Contribution:
        """Return the words that no document holds, those apart of which notes tell more."""
        top = self._context.top_idf
        words = [
            word
            for stem, word, _ in (bag.kept if bag.holds_unknown else ())
            if bag.idfs[stem] >= top and stem not in told
        ]
        for run, written in bag.numbers.items():
            is_known = max([bag.idfs.get(stem, 0.0) for stem in run]) < top
            if is_known and not self._context.documents.count(PhraseOf(ALL, run)):
                words.append(written)
        return Contribution(unknown=tuple(words)) if words else NOTHING

    def _held(self, bag: _Bag, begun: Container[str]) -> list[tuple[str, float]]:
        """Return the words that documents hold, with their weights; without those half-typed."""
        unknown, idfs = self._context.top_idf, bag.idfs
        return [
            (stem, weight)
            for stem, weight in bag.weights.items()
            if idfs[stem] < unknown and stem not in begun
        ]

    def _alone(self, held: Sequence[tuple[str, float]]) -> list[Term]:
        """Return what each word scores by itself, where it stands."""
        return [
            Term(name, stem, boost * weight)
            for stem, weight in held
            for name, boost in self._fields
        ]

    def _as_written(self, bag: _Bag) -> list[Term]:
        """Return what words score for standing there with the very endings that were typed."""
        boost = self._context.ranking.exact_boost
        if not boost:
            return []
        acronym_like = self._context.acronym_like
        is_long = len(bag.weights) >= self._context.ranking.long_query_words
        lift = _ACRONYM_BOOST_LONG if is_long else _ACRONYM_BOOST
        return [
            Term(EXACT, word, boost * weight * (lift if word in acronym_like else 1.0))
            for word, weight in bag.surfaces.items()
        ]

    def _in_company(self, bag: _Bag) -> tuple[tuple[Clause, ...], tuple[PhraseOf, ...]]:
        """Return what words score together: how many are there, in pairs, as numbers and titles.

        Returns:
            What ranks documents, and what ranks their passages.
        """
        numbers, on_pages = self._citations.numbers(bag.terms_of)
        exact = self._citations.exact(bag.terms_of, bag.idfs)
        if len(bag.kept) < 2:
            return (*numbers, *exact), tuple(on_pages)
        ranking = self._context.ranking
        is_long = len(bag.weights) >= ranking.long_query_words
        coverage = self._coverage(bag.idfs, ranking.coverage_min_idf if is_long else 0.0)
        pairs = self._pairs(bag, ranking.pair_min_idf if is_long else 0.0)
        near = [PhraseOf(ALL, pair, _PAIR_SLOP, ranking.pair_boost) for pair in pairs]
        slop, boost = ranking.page_pair_slop, ranking.page_pair_boost
        near_on_pages = [PhraseOf(TEXT, pair, slop, boost) for pair in pairs]
        return (*coverage, *near, *numbers, *exact), (*near_on_pages, *on_pages)

    def _coverage(self, idfs: Mapping[str, float], least: float) -> list[Constant]:
        """Return what a document gets for holding a word at all, of that idf at least."""
        boost, unknown = self._context.ranking.coverage_boost, self._context.top_idf
        if not boost or len(idfs) < 2:
            return []
        return [
            Constant(Term(ALL, stem), boost * idf)
            for stem, idf in idfs.items()
            if least <= idf < unknown
        ]

    def _pairs(self, bag: _Bag, least: float) -> list[tuple[str, str]]:
        """Return neighbouring words, the rarest first, if one of them has that idf at least."""
        ranking, unknown, idfs = self._context.ranking, self._context.top_idf, bag.idfs
        if not ranking.pair_boost:
            return []
        pairs = {
            (one, two): idfs[one] + idfs[two]
            for one, two in pairwise([stem for stem, _, _ in bag.kept])
            if one != two and least <= max(idfs[one], idfs[two]) < unknown
        }
        return sorted(pairs, key=pairs.__getitem__, reverse=True)[:_MAX_PAIRS]

    def phrase(self, item: nodes.Phrase) -> Contribution:
        """Return what words add that must stand side by side."""
        context = self._context
        typed = context.analyzer.query_terms(item.text)
        if not typed:
            return self._endless_phrase(item.text)
        corrected, terms, idfs = self._phrase_terms(typed)
        stems = tuple(stem for stem, _ in terms)
        clause = PhraseOf(ALL, stems, item.slop, item.boost)
        label = quoted([surface for _, surface in typed], item.slop)
        words = [terms]
        stands_for: tuple[str, ...] = ()
        if terms == typed:
            words = [context.analyzer.query_terms(word) for word in item.text.split()]
        else:
            stands_for = (" ".join(surface for _, surface in terms),)
            corrected = corrected._replace(requirements=(), answered=frozenset())  # part of it
        held = PhraseOf(ALL, stems, item.slop)
        requirement = Requirement(label, sum(idfs.values()), held, (), stems, stands_for)
        titles = [Term(TITLE, stem, context.ranking.title_boost) for stem in idfs]
        lifts = (*titles, *self._citations.exact(words, idfs))
        # The passage that holds the phrase, before one with its words strewn about.
        whole = PhraseOf(TEXT, stems, item.slop, context.ranking.phrase_page_boost)
        scored = Contribution(
            requirements=(requirement,),
            highlights=Highlights(frozenset(stems)),
            passage_clauses=(whole, *[Term(TEXT, stem) for stem in stems]),
        )
        return combined((corrected, scored)).scoring(Bool(must=(clause,), should=lifts))

    def _endless_phrase(self, text: str) -> Contribution:
        """Return what a phrase adds without a word that a dictionary could hold."""
        if not any(letter.isalnum() for letter in text):
            return NOTHING
        return self._endless(text).scoring(NoDocuments())

    def _phrase_terms(self, typed: Terms) -> tuple[Contribution, Terms, dict[str, float]]:
        """Return the terms of a phrase, mistyped ones put right, and the idfs of their stems."""
        context = self._context
        terms = typed
        if context.corrections:
            terms = self._correction.as_meant(typed, context.corrections)
        idfs = {stem: context.idf(ALL, stem) for stem, _ in terms}
        if context.strict or max(idfs.values()) < context.top_idf:
            return NOTHING, terms, idfs
        words = [(stem, surface, 1.0) for stem, surface in terms]
        corrected = self._correction.corrected(words, idfs, context.corrections)
        if corrected is not NOTHING:
            terms = self._correction.as_meant(terms, corrected.corrections)
            idfs = {stem: context.idf(ALL, stem) for stem, _ in terms}
        return corrected, terms, idfs

    def expanded(self, text: str, name: str, boost: float) -> Contribution:
        """Return what a word with wildcards adds: the real words that it stands for.

        Args:
            text: The word, with `*` or `?`.
            name: The field of surface terms to look in.
            boost: Its weight.
        """
        found = self._wildcards.expanded(text, name, boost)
        return self._compound_pattern(text, boost) if found is None else found

    def _compound_pattern(self, text: str, boost: float) -> Contribution:
        """Return what a wildcard word of several terms adds, such as `I-21*` or `fy20*`."""
        context = self._context
        begun, star, rest = text.partition("*")
        terms = [surface for _, surface in context.analyzer.terms(begun)]
        if not (star and len(terms) > 1 and begun[-1].isalnum()) or rest or "?" in begun:
            found = self.plain([nodes.Word(re.sub(r"[*?]", " ", text), 0, 0, boost=boost)])
            return found.scoring(Bool(should=found.clauses)) if found.clauses else found
        head = self.phrase(nodes.Phrase(" ".join(terms[:-1]), 0, 0, 0, boost))
        last = self.expanded(f"{terms[-1]}*", EXACT, boost)
        bound = combined((head, last))
        whole = context.analyzer.terms(begun)  # a number that is typed to its end
        lifts = self._citations.exact([whole], {s: context.idf(ALL, s) for s, _ in whole})
        if context.is_half_typed:
            lifts = (*lifts, *self._wildcards.numbers(text, boost))
        return bound.scoring(Bool(must=bound.clauses, should=lifts))

    def _endless(self, word: str) -> Contribution:
        """Ask for a word that is too long to stand in any dictionary: nothing holds it."""
        requirement = Requirement(word, self._context.top_idf, NoDocuments(), key=("endless", word))
        return Contribution(requirements=(requirement,), unknown=(shortened(word),))


def quoted(words: Sequence[str], slop: int = 0) -> str:
    """Return words as a phrase in a query; one word needs no quotes."""
    text = " ".join(words)
    return f'"{text}"' + (f"~{slop}" if slop else "") if len(words) > 1 else text
