"""Words and phrases -> the clauses that score them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from droindex.index.clauses import Bool, Clause, Constant, NoDocuments, PhraseOf, Term
from droindex.query import nodes
from droindex.query.asked import Part
from droindex.query.citations import CitationCompiler
from droindex.query.mending import WordMender
from droindex.query.otherwise import VariantCompiler
from droindex.query.patterns import PatternCompiler

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.query.asked import Draft

__all__ = ["WordCompiler"]

_MAX_SHOWN = 40  # letters of a word in a note


class WordCompiler:
    """Turns the words of one query into clauses, and notes parts and marks in its draft.

    Args:
        draft: What the compilation gathers.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        ranking = draft.ranking
        lifts = (("title", ranking.title_boost), ("summary", ranking.summary_boost))
        # The field of all text says what is found, whatever it weighs.
        self._fields = (("all", ranking.body_boost), *(lift for lift in lifts if lift[1]))
        self._patterns = PatternCompiler(draft, self._compound_pattern)
        self._citations = CitationCompiler(draft)
        self._variants = VariantCompiler(draft)
        self._mender = WordMender(draft, self.expanded)

    def plain(self, words: Sequence[nodes.Word]) -> list[Clause]:
        """Return the scoring clauses of plain words: each alone, in pairs, in number runs."""
        if not words:
            return []
        draft = self._draft
        analyzer, ranking, unknown = draft.analyzer, draft.ranking, draft.top_idf
        terms: list[tuple[str, str, float]] = []
        terms_of: list[list[tuple[str, str]]] = []
        for word in words:
            found = self._citations.terms_of(word.text)
            if draft.out.corrections:
                found = self._mender.as_meant(found)
            terms_of.append(found)
            terms += [(stem, surface, word.boost) for stem, surface in found]
            if not found and any(letter.isalnum() for letter in word.text):
                self._add_endless(word.text)
        if not terms:
            return [NoDocuments()] if draft.out.parts else []
        common = analyzer.common
        kept = [term for term in terms if term[1] not in common] or terms
        kept = kept[: draft.limits.max_clauses]
        weights: dict[str, float] = {}
        surfaces: dict[str, float] = {}
        for stem, surface, boost in kept:
            weights[stem] = weights.get(stem, 0.0) + boost
            surfaces[surface] = surfaces.get(surface, 0.0) + boost
        idfs = {stem: draft.idf("all", stem) for stem in weights}
        is_known = max(idfs.values()) < unknown
        if not is_known and self._mender.put_right(kept, idfs):
            return self.plain(words)
        should: list[Clause] = []
        guessed = set() if is_known else self._mender.guessed(kept, idfs, should)
        self._variants.add_parts(
            [(stem, word) for stem, word, _ in kept if stem not in guessed], idfs, should
        )
        for stem, weight in weights.items():
            if stem in guessed:
                continue
            if idfs[stem] >= unknown:  # no document holds it: nothing to score
                continue
            draft.out.marks.stems.add(stem)
            draft.out.words.add(stem)
            should += [Term(name, stem, boost * weight) for name, boost in self._fields]
            draft.page_clauses.append(Term("text", stem, weight))
        if not is_known:
            told = guessed | draft.said_otherwise
            draft.unknown += [
                word for stem, word, _ in kept if idfs[stem] >= unknown and stem not in told
            ]
        if not should:
            return [NoDocuments()]
        if ranking.exact_boost:
            should += [Term("exact", word, ranking.exact_boost * w) for word, w in surfaces.items()]
        self._mender.add_likelier(kept, idfs, should)
        is_long = len(weights) >= ranking.long_query_words
        if len(weights) > 1:
            self._add_coverage(idfs, ranking.coverage_min_idf if is_long else 0.0, should)
        if len(kept) > 1:
            least = ranking.pair_min_idf if is_long else 0.0
            self._add_pairs([stem for stem, _, _ in kept], idfs, least, should)
        self._citations.add_numbers(terms_of, should)
        self._citations.add_exact(terms_of, idfs, should)
        return should

    def _add_coverage(self, idfs: dict[str, float], least: float, should: list[Clause]) -> None:
        """Add what a document gets for holding a word at all, if the word has that idf at least."""
        boost, unknown = self._draft.ranking.coverage_boost, self._draft.top_idf
        if boost:
            should += [
                Constant(Term("all", stem), boost * idf)
                for stem, idf in idfs.items()
                if least <= idf < unknown
            ]

    def _add_pairs(
        self, stems: list[str], idfs: dict[str, float], least: float, should: list[Clause]
    ) -> None:
        """Add neighbouring words as phrases, if one of them has that idf at least."""
        ranking = self._draft.ranking
        known = {stem for stem, idf in idfs.items() if idf < self._draft.top_idf}
        pairs = {
            (one, two): idfs[one] + idfs[two]
            for one, two in pairwise(stems)
            if one != two and one in known and two in known
        }
        telling = (pair for pair in pairs if max(idfs[pair[0]], idfs[pair[1]]) >= least)
        best = sorted(telling, key=lambda pair: -pairs[pair])[: ranking.max_pairs]
        if ranking.pair_boost:
            for pair in best:
                should.append(PhraseOf("all", pair, ranking.pair_slop, ranking.pair_boost))
                near = PhraseOf("text", pair, ranking.page_pair_slop, ranking.page_pair_boost)
                self._draft.page_clauses.append(near)

    def phrase(self, item: nodes.Phrase) -> Clause | None:
        """Return the clause of words that must stand side by side."""
        typed = self._draft.analyzer.query_terms(item.text)
        if not typed:
            return self._endless_phrase(item.text)
        terms, idfs = self._phrase_terms(typed)
        stems = tuple(stem for stem, _ in terms)
        clause = PhraseOf("all", stems, item.slop, item.boost)
        held: Clause = PhraseOf("all", stems, item.slop)
        if terms != typed:  # the phrase as it was typed stands nowhere
            held = NoDocuments()
        self._draft.add_part(stems, Part(sum(idfs.values()), held))
        self._draft.out.marks.stems.update(stems)
        # The passage that holds the phrase, before one with its words strewn about.
        strength = self._draft.ranking.phrase_page_boost
        self._draft.page_clauses.append(PhraseOf("text", stems, item.slop, strength))
        self._draft.page_clauses += [Term("text", stem) for stem in stems]
        lifts: list[Clause] = [
            Term("title", stem, self._draft.ranking.title_boost) for stem in idfs
        ]
        if terms == typed:
            words = [self._draft.analyzer.query_terms(word) for word in item.text.split()]
        else:
            words = [terms]
        self._citations.add_exact(words, idfs, lifts)
        return Bool(must=(clause,), should=tuple(lifts))

    def _endless_phrase(self, text: str) -> Clause | None:
        """Return the clause of a phrase without a word that a dictionary could hold."""
        if not any(letter.isalnum() for letter in text):
            return None
        self._add_endless(text)
        return NoDocuments()

    def _phrase_terms(
        self, typed: list[tuple[str, str]]
    ) -> tuple[list[tuple[str, str]], dict[str, float]]:
        """Return the terms of a phrase, mistyped ones put right, and the idfs of their stems."""
        draft = self._draft
        terms = self._mender.as_meant(typed) if draft.out.corrections else typed
        idfs = {stem: draft.idf("all", stem) for stem, _ in terms}
        if draft.strict or max(idfs.values()) < draft.top_idf:
            return terms, idfs
        if self._mender.put_right([(stem, surface, 1.0) for stem, surface in terms], idfs):
            terms = self._mender.as_meant(terms)
            idfs = {stem: draft.idf("all", stem) for stem, _ in terms}
        return terms, idfs

    def expanded(self, text: str, name: str, boost: float) -> Clause | None:
        """Return the clause of a word with wildcards: the real words that it stands for.

        Args:
            text: The word, with `*` or `?`.
            name: The field of surface terms to look in.
            boost: Its weight.
        """
        return self._patterns.expanded(text, name, boost)

    def _compound_pattern(self, text: str, boost: float) -> Clause | None:
        """Return the clause of a wildcard word of several terms, such as `I-21*` or `fy20*`."""
        begun, star, rest = text.partition("*")
        terms = [surface for _, surface in self._draft.analyzer.terms(begun)]
        if not (star and len(terms) > 1 and begun[-1].isalnum()) or rest or "?" in begun:
            should = self.plain([nodes.Word(re.sub(r"[*?]", " ", text), 0, 0, boost=boost)])
            return Bool(should=tuple(should)) if should else None
        head = self.phrase(nodes.Phrase(" ".join(terms[:-1]), 0, 0, 0, boost))
        last = self.expanded(f"{terms[-1]}*", "exact", boost)
        bound = tuple(clause for clause in (head, last) if clause is not None)
        whole = self._draft.analyzer.terms(begun)  # a number that is typed to its end
        lifts: list[Clause] = []
        self._citations.add_exact([whole], {s: self._draft.idf("all", s) for s, _ in whole}, lifts)
        return Bool(must=bound, should=tuple(lifts))

    def _add_endless(self, word: str) -> None:
        """Ask for a word that is too long to stand in any dictionary: nothing holds it."""
        shown = word if len(word) <= _MAX_SHOWN else f"{word[:_MAX_SHOWN]}…"
        self._draft.unknown.append(shown)
        self._draft.add_part(("endless", word), Part(self._draft.top_idf, NoDocuments()))
