"""Words and phrases -> the clauses that score them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from droindex.index.clauses import Bool, Clause, Constant, NoDocuments, PhraseOf, Term
from droindex.query import nodes
from droindex.query.asked import shortened
from droindex.query.citations import CitationScorer, Terms
from droindex.query.contribution import NOTHING, Contribution, Highlights, Requirement, combined
from droindex.query.mending import CorrectionScorer, WeightedTerm
from droindex.query.otherwise import ExpansionScorer
from droindex.query.patterns import WildcardScorer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from droindex.query.asked import QueryContext

__all__ = ["WordScorer"]


class _Bag(NamedTuple):
    """The words that stand side by side in a query, read as they were meant.

    Attributes:
        terms_of: The terms of each word.
        kept: The terms that count: without common words, if there are others.
        weights: Stem -> weight.
        surfaces: Surface term -> weight.
        idfs: Stem -> idf.
    """

    terms_of: list[Terms]
    kept: list[WeightedTerm]
    weights: dict[str, float]
    surfaces: dict[str, float]
    idfs: dict[str, float]


class WordScorer:
    """Turns the words of one query into clauses.

    Args:
        context: The query and its set.
    """

    def __init__(self, context: QueryContext) -> None:
        self._context = context
        ranking = context.ranking
        lifts = (("title", ranking.title_boost), ("summary", ranking.summary_boost))
        # The field of all text says what is found, whatever it weighs.
        self._fields = (("all", ranking.body_boost), *(lift for lift in lifts if lift[1]))
        self._wildcards = WildcardScorer(context, self._compound_pattern)
        self._citations = CitationScorer(context)
        self._expansion = ExpansionScorer(context)
        self._correction = CorrectionScorer(context, self.expanded)

    def plain(self, words: Sequence[nodes.Word]) -> Contribution:
        """Return what plain words add: each alone, in pairs, in number runs."""
        if not words:
            return NOTHING
        context = self._context
        endless, notes, terms_of = self._read(words)
        bag = self._bag(words, terms_of, context.corrections)
        if bag is None:
            nothing = (NoDocuments(),) if endless.requirements else ()
            return combined((endless, Contribution(notes=notes))).scoring(*nothing)
        corrections = context.corrections
        found = [endless, Contribution(notes=notes)]
        # What was meant may be mistyped no more, but stand beside other words that are.
        while max(bag.idfs.values()) >= context.top_idf and (
            (corrected := self._correction.corrected(bag.kept, bag.idfs, corrections))
            is not NOTHING
        ):
            found.append(corrected)
            corrections = {**corrections, **corrected.corrections}
            bag = self._bag(words, terms_of, corrections) or bag
        scored = self._scored(bag, corrections)
        clauses = scored.clauses or (NoDocuments(),)
        return combined((*found, scored)).scoring(*clauses)

    def _read(
        self, words: Sequence[nodes.Word]
    ) -> tuple[Contribution, tuple[str, ...], list[Terms]]:
        """Return words without a term, notes on misread numbers, and the terms of each word."""
        endless: list[Contribution] = []
        notes: list[str] = []
        terms_of: list[Terms] = []
        for word in words:
            terms, told = self._citations.terms_of(word.text)
            terms_of.append(terms)
            notes += told
            if not terms and any(letter.isalnum() for letter in word.text):
                endless.append(self._endless(word.text))
        return combined(endless), tuple(notes), terms_of

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
        terms = [
            WeightedTerm(stem, surface, word.boost)
            for word, own in zip(words, terms_of, strict=True)
            for stem, surface in own
        ]
        if not terms:
            return None
        common = context.analyzer.common
        kept = [term for term in terms if term.surface not in common] or terms
        kept = kept[: context.limits.max_clauses]
        weights: dict[str, float] = {}
        surfaces: dict[str, float] = {}
        for stem, surface, boost in kept:
            weights[stem] = weights.get(stem, 0.0) + boost
            surfaces[surface] = surfaces.get(surface, 0.0) + boost
        idfs = {stem: context.idf("all", stem) for stem in weights}
        return _Bag(terms_of, kept, weights, surfaces, idfs)

    def _scored(self, bag: _Bag, corrections: Mapping[str, str]) -> Contribution:
        """Return what words add that were put right; without clauses where nothing holds any."""
        unknown = self._context.top_idf
        is_known = max(bag.idfs.values()) < unknown
        half_typed, begun = (
            (NOTHING, set()) if is_known else self._correction.half_typed(bag.kept, bag.idfs)
        )
        likelier = self._correction.likelier(bag.kept, bag.idfs, corrections)
        whole = [(stem, word) for stem, word, _ in bag.kept if stem not in begun]
        otherwise, said = self._expansion.asked(whole, bag.idfs, likelier.corrections)
        alone = self._alone(bag, begun)
        told = begun | said
        nowhere = tuple(
            word for stem, word, _ in bag.kept if bag.idfs[stem] >= unknown and stem not in told
        )
        found = [half_typed, otherwise, alone, Contribution(unknown=nowhere)]
        if not any(part.clauses for part in found):
            return combined(found)
        return combined((*found, self._as_written(bag), likelier, *self._in_company(bag)))

    def _alone(self, bag: _Bag, begun: set[str]) -> Contribution:
        """Return what each word scores by itself, where it stands."""
        held = {
            stem: weight
            for stem, weight in bag.weights.items()
            if stem not in begun and bag.idfs[stem] < self._context.top_idf
        }
        if not held:
            return NOTHING
        return Contribution(
            tuple(
                [
                    Term(name, stem, boost * weight)
                    for stem, weight in held.items()
                    for name, boost in self._fields
                ]
            ),
            highlights=Highlights(frozenset(held)),
            passage_clauses=tuple([Term("text", stem, weight) for stem, weight in held.items()]),
            words=tuple(held),
        )

    def _as_written(self, bag: _Bag) -> Contribution:
        """Return what words score for standing there with the very endings that were typed."""
        boost = self._context.ranking.exact_boost
        if not boost:
            return NOTHING
        return Contribution(tuple([Term("exact", w, boost * n) for w, n in bag.surfaces.items()]))

    def _in_company(self, bag: _Bag) -> list[Contribution]:
        """Return what words add together: how many are there, in pairs, as numbers and titles."""
        ranking = self._context.ranking
        is_long = len(bag.weights) >= ranking.long_query_words
        found: list[Contribution] = []
        if len(bag.weights) > 1:
            found.append(self._coverage(bag.idfs, ranking.coverage_min_idf if is_long else 0.0))
        if len(bag.kept) > 1:
            least = ranking.pair_min_idf if is_long else 0.0
            found.append(self._pairs([term.stem for term in bag.kept], bag.idfs, least))
        found.append(self._citations.numbers(bag.terms_of))
        found.append(Contribution(self._citations.exact(bag.terms_of, bag.idfs)))
        return found

    def _coverage(self, idfs: Mapping[str, float], least: float) -> Contribution:
        """Return what a document gets for holding a word at all, of that idf at least."""
        boost, unknown = self._context.ranking.coverage_boost, self._context.top_idf
        if not boost:
            return NOTHING
        return Contribution(
            tuple(
                [
                    Constant(Term("all", stem), boost * idf)
                    for stem, idf in idfs.items()
                    if least <= idf < unknown
                ]
            )
        )

    def _pairs(self, stems: Sequence[str], idfs: Mapping[str, float], least: float) -> Contribution:
        """Return neighbouring words as phrases, if one of them has that idf at least."""
        ranking = self._context.ranking
        if not ranking.pair_boost:
            return NOTHING
        known = {stem for stem, idf in idfs.items() if idf < self._context.top_idf}
        pairs = {
            (one, two): idfs[one] + idfs[two]
            for one, two in pairwise(stems)
            if one != two and one in known and two in known
        }
        telling = (pair for pair in pairs if max(idfs[pair[0]], idfs[pair[1]]) >= least)
        best = sorted(telling, key=lambda pair: -pairs[pair])[: ranking.max_pairs]
        slop, page_slop = ranking.pair_slop, ranking.page_pair_slop
        near = [PhraseOf("all", pair, slop, ranking.pair_boost) for pair in best]
        on_pages = [PhraseOf("text", pair, page_slop, ranking.page_pair_boost) for pair in best]
        return Contribution(tuple(near), passage_clauses=tuple(on_pages))

    def phrase(self, item: nodes.Phrase) -> Contribution:
        """Return what words add that must stand side by side."""
        context = self._context
        typed = context.analyzer.query_terms(item.text)
        if not typed:
            return self._endless_phrase(item.text)
        corrected, terms, idfs = self._phrase_terms(typed)
        stems = tuple(stem for stem, _ in terms)
        clause = PhraseOf("all", stems, item.slop, item.boost)
        held: Clause = PhraseOf("all", stems, item.slop)
        if terms != typed:  # the phrase as it was typed stands nowhere
            held = NoDocuments()
        written = " ".join(surface for _, surface in typed)
        label = quoted(written.split(), item.slop) if terms == typed else f'"{written}"'
        asked = Requirement(label, sum(idfs.values()), held, key=stems)
        words = [terms]
        if terms == typed:
            words = [context.analyzer.query_terms(word) for word in item.text.split()]
        titles = [Term("title", stem, context.ranking.title_boost) for stem in idfs]
        lifts = (*titles, *self._citations.exact(words, idfs))
        # The passage that holds the phrase, before one with its words strewn about.
        whole = PhraseOf("text", stems, item.slop, context.ranking.phrase_page_boost)
        scored = Contribution(
            requirements=(asked,),
            highlights=Highlights(frozenset(stems)),
            passage_clauses=(whole, *[Term("text", stem) for stem in stems]),
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
        idfs = {stem: context.idf("all", stem) for stem, _ in terms}
        if context.strict or max(idfs.values()) < context.top_idf:
            return NOTHING, terms, idfs
        words = [WeightedTerm(stem, surface, 1.0) for stem, surface in terms]
        corrected = self._correction.corrected(words, idfs, context.corrections)
        if corrected is not NOTHING:
            terms = self._correction.as_meant(terms, corrected.corrections)
            idfs = {stem: context.idf("all", stem) for stem, _ in terms}
        return corrected, terms, idfs

    def expanded(self, text: str, name: str, boost: float) -> Contribution:
        """Return what a word with wildcards adds: the real words that it stands for.

        Args:
            text: The word, with `*` or `?`.
            name: The field of surface terms to look in.
            boost: Its weight.
        """
        return self._wildcards.expanded(text, name, boost)

    def _compound_pattern(self, text: str, boost: float) -> Contribution:
        """Return what a wildcard word of several terms adds, such as `I-21*` or `fy20*`."""
        context = self._context
        begun, star, rest = text.partition("*")
        terms = [surface for _, surface in context.analyzer.terms(begun)]
        if not (star and len(terms) > 1 and begun[-1].isalnum()) or rest or "?" in begun:
            found = self.plain([nodes.Word(re.sub(r"[*?]", " ", text), 0, 0, boost=boost)])
            return found.scoring(Bool(should=found.clauses)) if found.clauses else found
        head = self.phrase(nodes.Phrase(" ".join(terms[:-1]), 0, 0, 0, boost))
        last = self.expanded(f"{terms[-1]}*", "exact", boost)
        bound = combined((head, last))
        whole = context.analyzer.terms(begun)  # a number that is typed to its end
        lifts = self._citations.exact([whole], {s: context.idf("all", s) for s, _ in whole})
        return bound.scoring(Bool(must=bound.clauses, should=lifts))

    def _endless(self, word: str) -> Contribution:
        """Ask for a word that is too long to stand in any dictionary: nothing holds it."""
        asked = Requirement(word, self._context.top_idf, NoDocuments(), key=("endless", word))
        return Contribution(requirements=(asked,), unknown=(shortened(word),))


def quoted(words: Sequence[str], slop: int = 0) -> str:
    """Return words as a phrase in a query; one word needs no quotes."""
    text = " ".join(words)
    return f'"{text}"' + (f"~{slop}" if slop else "") if len(words) > 1 else text
