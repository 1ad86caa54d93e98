"""Words, phrases and wildcards -> the clauses that score them."""

from __future__ import annotations

import re
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from droindex.index.analysis import fold
from droindex.index.clauses import (
    AnyOf,
    Bool,
    Clause,
    Constant,
    NoDocuments,
    Pattern,
    PhraseOf,
    Term,
)
from droindex.query import nodes
from droindex.query.asked import Part, all_of, engine_regex
from droindex.query.spelling import correction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.index.variants import Variant
    from droindex.query.asked import Draft

__all__ = ["WordCompiler"]

_ALL_TERMS = 1_000_000  # more than any dictionary holds that starts with the same letters
_WILDCARDS = re.compile(r"([*?])")
_MAX_SHOWN = 40  # letters of a word in a note
_MIN_HALF_TYPED = 4  # letters; fewer begin too many words to be meant as a beginning


class WordCompiler:
    """Turns the words of one query into clauses, and notes parts and marks in its draft.

    Args:
        draft: What the compilation gathers.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def plain(self, words: Sequence[nodes.Word]) -> list[Clause]:
        """Return the scoring clauses of plain words: each alone, in pairs, in number runs."""
        if not words:
            return []
        draft = self._draft
        analyzer, ranking, unknown = draft.analyzer, draft.ranking, draft.top_idf
        terms: list[tuple[str, str, float]] = []
        runs: list[tuple[str, ...]] = []
        for word in words:
            found = analyzer.query_terms(word.text)
            terms += [(stem, surface, word.boost) for stem, surface in found]
            if not found and any(letter.isalnum() for letter in word.text):
                self._add_endless(word.text)
            if len(found) > 1 and any(surface[0].isdigit() for _, surface in found):
                runs.append(tuple(stem for stem, _ in found))
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
        should: list[Clause] = []
        guessed = set() if is_known else self._guessed(kept, idfs, should)
        self._add_word_parts(
            [(stem, word) for stem, word, _ in kept if stem not in guessed], idfs, should
        )
        for stem, weight in weights.items():
            if stem in guessed:
                continue
            if idfs[stem] >= unknown:  # no document holds it: nothing to score
                continue
            draft.out.marks.stems.add(stem)
            draft.out.words.add(stem)
            should.append(Term("all", stem, ranking.body_boost * weight))
            should.append(Term("title", stem, ranking.title_boost * weight))
            should.append(Term("summary", stem, ranking.summary_boost * weight))
            draft.page_clauses.append(Term("text", stem, weight))
        if not is_known:
            draft.unknown += [
                word for stem, word, _ in kept if idfs[stem] >= unknown and stem not in guessed
            ]
        if not should:
            return [NoDocuments()]
        should += [Term("exact", word, ranking.exact_boost * w) for word, w in surfaces.items()]
        if len(weights) > 1:
            for stem, idf in idfs.items():
                if idf >= unknown:
                    continue
                if idf >= ranking.coverage_min_idf:
                    should.append(Constant(Term("all", stem), ranking.coverage_boost * idf))
                draft.page_clauses.append(
                    Constant(Term("text", stem), ranking.page_coverage_boost * idf)
                )
        if len(kept) > 1 or runs:
            self._add_phrases([stem for stem, _, _ in kept], runs, idfs, should)
        self._add_exact(words, [surface for _, surface, _ in terms], idfs, should)
        return should

    def _add_endless(self, word: str) -> None:
        """Ask for a word that is too long to stand in any dictionary: nothing holds it."""
        shown = word if len(word) <= _MAX_SHOWN else f"{word[:_MAX_SHOWN]}…"
        self._draft.unknown.append(shown)
        self._draft.add_part(("endless", word), Part(self._draft.top_idf, NoDocuments()))

    def _add_word_parts(
        self, words: list[tuple[str, str]], idfs: dict[str, float], should: list[Clause]
    ) -> None:
        """Add what is asked for: each word, or where it can be said otherwise, either way."""
        variants = self._draft.reader.variants
        if not variants.longest:
            for stem, _ in words:
                self._draft.add_part(stem, Part(idfs[stem], Term("all", stem)))
            return
        stems = [stem for stem, _ in words]
        place = 0
        while place < len(stems):
            for length in range(min(variants.longest, len(stems) - place), 0, -1):
                unit = tuple(stems[place : place + length])
                if others := self._draft.fitting(variants.of(unit), unit, len(stems)):
                    written = " ".join(word for _, word in words[place : place + length])
                    self._add_variants(written, unit, others, idfs, should)
                    break
            else:
                unit = (stems[place],)
                self._draft.add_part(unit[0], Part(idfs[unit[0]], Term("all", unit[0])))
            place += len(unit)

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
        self._draft.add_part(unit, Part(weight, branches=tuple(branches)))

    def _guessed(
        self,
        words: Sequence[tuple[str, str, float]],
        idfs: dict[str, float],
        should: list[Clause],
    ) -> set[str]:
        """Read words that no document holds as half-typed or mistyped; return their stems."""
        guessed: set[str] = set()
        for stem, surface, boost in words:
            if idfs[stem] < self._draft.top_idf or stem in guessed:
                continue
            if len(surface) < _MIN_HALF_TYPED or not surface.isalpha():
                continue
            if self._draft.documents.terms_with_prefix("exact", surface, 1):
                self._draft.out.notes.append(
                    f"No document here holds “{surface}”: read as {surface}*."
                )
                guessed.add(stem)
                if (clause := self.expanded(f"{surface}*", "exact", boost)) is not None:
                    should.append(clause)
            elif near := correction(surface, self._surface_freq):
                self._draft.out.notes.append(
                    f"No document here holds “{surface}”: “{near}” is searched instead."
                )
                self._draft.out.corrections[surface] = near
                guessed.add(stem)
                self._draft.add_part(stem, Part(idfs[stem], NoDocuments()))
                right = self._draft.analyzer.terms(near)[0][0]
                should.append(Term("all", right, boost))
                should.append(Term("exact", near, boost * self._draft.ranking.exact_boost))
                should.append(Term("title", right, boost * self._draft.ranking.title_boost))
                self._draft.page_clauses.append(Term("text", right, boost))
                self._draft.out.marks.stems.add(right)
        return guessed

    def _surface_freq(self, word: str) -> int:
        return self._draft.documents.doc_freq("exact", word)

    def _add_phrases(
        self,
        stems: list[str],
        runs: list[tuple[str, ...]],
        idfs: dict[str, float],
        should: list[Clause],
    ) -> None:
        ranking = self._draft.ranking
        known = {stem for stem, idf in idfs.items() if idf < self._draft.top_idf}
        pairs = {
            (one, two): idfs[one] + idfs[two]
            for one, two in pairwise(stems)
            if one != two and one in known and two in known
        }
        telling = (
            pair for pair in pairs if max(idfs[pair[0]], idfs[pair[1]]) >= ranking.pair_min_idf
        )
        best = sorted(telling, key=lambda pair: -pairs[pair])[: ranking.max_pairs]
        if ranking.pair_boost:
            for pair in best:
                should.append(PhraseOf("all", pair, ranking.pair_slop, ranking.pair_boost))
                self._draft.page_clauses.append(PhraseOf("text", pair, ranking.pair_slop, 1.0))
        for run in runs:
            should.append(PhraseOf("all", run, 0, ranking.number_boost))
            self._draft.page_clauses.append(PhraseOf("text", run, 0, ranking.number_boost))

    def _add_exact(
        self,
        words: Sequence[nodes.Word],
        surfaces: list[str],
        idfs: dict[str, float],
        should: list[Clause],
    ) -> None:
        ranking = self._draft.ranking
        whole = " ".join(surfaces)
        weight = sum(idfs.values())
        should.append(Constant(Term("title_key", whole), ranking.exact_title_boost * weight))
        if not any(surface[0].isdigit() for surface in surfaces):
            return  # a number has a digit
        for key, share in self._number_candidates(words, whole, weight).items():
            clause = AnyOf("number_key", (key,))
            should.append(Constant(clause, ranking.exact_number_boost * share))

    def _number_candidates(
        self, words: Sequence[nodes.Word], whole: str, weight: float
    ) -> dict[str, float]:
        """Return the keys under which the query may name a document's number, with weights."""
        found = {whole: weight}
        before = ""
        for word in words:
            terms = [surface for _, surface in self._draft.analyzer.query_terms(word.text)]
            run = " ".join(terms)
            if terms and any(term[0].isdigit() for term in terms):
                share = sum(
                    self._draft.idf("all", stem)
                    for stem, _ in self._draft.analyzer.terms(word.text)
                )
                if len(terms) > 1:
                    found.setdefault(run, share)
                if before:
                    found.setdefault(f"{before} {run}", share + self._draft.idf("all", before))
            before = run
        return found

    def phrase(self, item: nodes.Phrase) -> Clause | None:
        """Return the clause of words that must stand side by side."""
        terms = self._draft.analyzer.query_terms(item.text)
        if not terms:
            return None
        stems = tuple(stem for stem, _ in terms)
        idfs = {stem: self._draft.idf("all", stem) for stem in stems}
        clause = PhraseOf("all", stems, item.slop, item.boost)
        self._draft.add_part(stems, Part(sum(idfs.values()), PhraseOf("all", stems, item.slop)))
        self._draft.out.marks.stems.update(stems)
        # The passage that holds the phrase, before one with its words strewn about.
        strength = self._draft.ranking.phrase_page_boost
        self._draft.page_clauses.append(PhraseOf("text", stems, item.slop, strength))
        self._draft.page_clauses += [Term("text", stem) for stem in stems]
        lifts: list[Clause] = [
            Term("title", stem, self._draft.ranking.title_boost) for stem in idfs
        ]
        words = [nodes.Word(word, item.start, item.end) for word in item.text.split()]
        self._add_exact(words, [surface for _, surface in terms], idfs, lifts)
        return Bool(must=(clause,), should=tuple(lifts))

    def expanded(self, text: str, name: str, boost: float) -> Clause | None:
        """Return the clause of a word with wildcards: the real words that it stands for.

        Args:
            text: The word, with `*` or `?`.
            name: The field of surface terms to look in.
            boost: Its weight.
        """
        pieces = _WILDCARDS.split(fold(text))
        plain = self._draft.analyzer.plain
        literal = [plain.analyze(piece) if piece else [] for piece in pieces[::2]]
        if any(len(terms) > 1 for terms in literal) or not any(literal):
            # Punctuation inside: the part before the wildcard's word is an ordinary word.
            return self._compound_pattern(text, boost)
        shape = "".join(
            (literal[i // 2] or [""])[0] if i % 2 == 0 else piece for i, piece in enumerate(pieces)
        )
        prefix = _WILDCARDS.split(shape, maxsplit=1)[0]
        found = self._draft.documents.terms_with_prefix(name, prefix, _ALL_TERMS)
        if shape != f"{prefix}*":
            import fnmatch  # noqa: PLC0415 - needed for wildcards alone

            matches = re.compile(fnmatch.translate(shape.replace("[", "[[]"))).match
            found = [pair for pair in found if matches(pair[0])]
        if not found:
            self._draft.out.notes.append(f"No word here fits {text}.")
            self._draft.add_part((name, text), Part(self._draft.top_idf, NoDocuments()))
            return NoDocuments()
        # The dictionary is in the order of terms, and so are equally frequent ones after this.
        best = sorted(found, key=itemgetter(1), reverse=True)[: self._draft.limits.max_expansions]
        terms = [term for term, _ in best]
        idf = self._draft.idf_of(best[0][1])
        self._draft.out.marks.surfaces.update(terms)
        should: list[Clause] = [Term(name, term, boost) for term in terms]
        if name == "exact":
            lift = boost * self._draft.ranking.prefix_title_boost
            titles = self._draft.documents.terms_with_prefix("title_exact", prefix, _ALL_TERMS)
            in_titles = {term for term, _ in titles}
            should += [Term("title_exact", term, lift) for term in terms if term in in_titles]
        if len(best) < len(found):  # the rarer words still count as hits, and score nothing
            should.append(Constant(Pattern(name, engine_regex(shape)), 0.0))
        stems = set(self._draft.analyzer.stems(terms))
        self._draft.page_clauses += [Term("text", stem) for stem in sorted(stems)]
        clause = Bool(should=tuple(should))
        self._draft.add_part((name, text), Part(idf, clause))
        return clause

    def _compound_pattern(self, text: str, boost: float) -> Clause | None:
        """Return the clause of a wildcard word of several terms, such as `I-21*` or `fy20*`."""
        begun, star, rest = text.partition("*")
        terms = [surface for _, surface in self._draft.analyzer.terms(begun)]
        if not (star and len(terms) > 1 and begun[-1].isalnum()) or rest or "?" in begun:
            return self._either_of([nodes.Word(re.sub(r"[*?]", " ", text), 0, 0, boost=boost)])
        head = self.phrase(nodes.Phrase(" ".join(terms[:-1]), 0, 0, 0, boost))
        last = self.expanded(f"{terms[-1]}*", "exact", boost)
        return all_of([clause for clause in (head, last) if clause is not None])

    def _either_of(self, words: Sequence[nodes.Word]) -> Clause | None:
        should = self.plain(words)
        return Bool(should=tuple(should)) if should else None
