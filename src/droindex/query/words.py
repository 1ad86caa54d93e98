"""Words, phrases and wildcards -> the clauses that score them."""

from __future__ import annotations

import re
from itertools import pairwise, takewhile
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
from droindex.query.citations import citations, number_runs, with_digits
from droindex.query.spelling import Speller, plain_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from droindex.index.variants import Variant
    from droindex.query.asked import Draft

__all__ = ["WordCompiler"]

_WILDCARDS = re.compile(r"([*?])")
_MAX_SHOWN = 40  # letters of a word in a note
_LONGEST_ISSUANCE = 6  # words in the longest name of a type of issuance, common ones not counted
_MIN_HALF_MISTYPED = 5  # letters; a beginning with a slip in it says less
_MIN_HALF_TYPED = 4  # letters; fewer begin too many words to be meant as a beginning


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
        self._speller: Speller | None = None
        self._kept: set[str] = set()  # rare words that are asked for beside what may be meant

    def plain(self, words: Sequence[nodes.Word]) -> list[Clause]:
        """Return the scoring clauses of plain words: each alone, in pairs, in number runs."""
        if not words:
            return []
        draft = self._draft
        analyzer, ranking, unknown = draft.analyzer, draft.ranking, draft.top_idf
        terms: list[tuple[str, str, float]] = []
        terms_of: list[list[tuple[str, str]]] = []
        for word in words:
            found = self._terms_of(word.text)
            if draft.out.corrections:
                found = self._as_meant(found)
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
        if not is_known and self._put_right(kept, idfs):
            return self.plain(words)
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
            should += [Term(name, stem, boost * weight) for name, boost in self._fields]
            draft.page_clauses.append(Term("text", stem, weight))
        if not is_known:
            draft.unknown += [
                word for stem, word, _ in kept if idfs[stem] >= unknown and stem not in guessed
            ]
        if not should:
            return [NoDocuments()]
        if ranking.exact_boost:
            should += [Term("exact", word, ranking.exact_boost * w) for word, w in surfaces.items()]
        self._add_likelier(kept, idfs, should)
        is_long = len(weights) >= ranking.long_query_words
        if len(weights) > 1:
            self._add_coverage(idfs, ranking.coverage_min_idf if is_long else 0.0, should)
        if len(kept) > 1:
            least = ranking.pair_min_idf if is_long else 0.0
            self._add_pairs([stem for stem, _, _ in kept], idfs, least, should)
        self._add_numbers(terms_of, should)
        self._add_exact(words, [surface for _, surface, _ in terms], idfs, should)
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
        has_number = any(word[0].isdigit() for _, word in words[1:])
        longest = max(variants.longest, _LONGEST_ISSUANCE if has_number else 0)
        if not longest:
            for stem, _ in words:
                self._draft.add_part(stem, Part(idfs[stem], Term("all", stem)))
            return
        stems = [stem for stem, _ in words]
        place = 0
        while place < len(stems):
            for length in range(min(longest, len(stems) - place), 0, -1):
                unit = tuple(stems[place : place + length])
                others = self._draft.fitting(variants.of(unit), unit, len(stems))
                if not others:
                    number = _leading_number(words[place + length :])
                    others = self._issuances(unit, number, should)
                if others:
                    written = " ".join(word for _, word in words[place : place + length])
                    self._add_variants(written, unit, others, idfs, should)
                    break
            else:
                unit = (stems[place],)
                self._draft.add_part(unit[0], Part(idfs[unit[0]], Term("all", unit[0])))
            place += len(unit)

    def _issuances(
        self, unit: tuple[str, ...], number: tuple[str, ...], should: list[Clause]
    ) -> list[Variant]:
        """Return the other names of a type of issuance before a number, as far as in use here."""
        if not number:
            return []
        others = [
            other
            for other in self._draft.reader.variants.of_issuance(unit)
            if self._draft.documents.count(PhraseOf("all", other.stems))
        ]
        boost = self._draft.ranking.citation_boost
        should += [PhraseOf("all", (*other.stems, *number), 0, boost) for other in others]
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
            begun: str | None = surface
            if not self._spelling.is_begun(surface):  # only the last word is typed by half
                is_last = surface == words[-1][1] and len(surface) >= _MIN_HALF_MISTYPED
                begun = self._spelling.beginning(surface) if is_last else None
            if begun is not None:
                self._draft.out.notes.append(
                    f"No document here holds “{surface}”: read as {begun}*."
                )
                guessed.add(stem)
                if (clause := self.expanded(f"{begun}*", "exact", boost)) is not None:
                    should.append(clause)
        return guessed

    @property
    def _spelling(self) -> Speller:
        if self._speller is None:
            texts = plain_texts(self._draft.parsed.root.nodes)
            self._speller = Speller(self._draft.reader, tuple(texts))
        return self._speller

    def _put_right(self, words: Iterable[tuple[str, str, float]], idfs: dict[str, float]) -> bool:
        """Note what is meant by words that no document holds; return whether there was any."""
        draft, before = self._draft, len(self._draft.out.corrections)
        right = draft.out.corrections
        for stem, surface, _ in words:
            if idfs[stem] < draft.top_idf or surface in right or surface in right.values():
                continue
            if (near := self._spelling.meant(surface)) is not None:
                draft.out.notes.append(
                    f"No document here holds “{surface}”: “{near}” is searched instead."
                )
                right[surface] = near
                draft.add_part(("mistyped", surface), Part(draft.top_idf, NoDocuments()))
                meant = draft.analyzer.stems([near])[0]
                if meant not in idfs:  # found in place of another word, it is not held itself
                    draft.seen.add(meant)
        return len(right) > before

    def _add_likelier(
        self,
        words: Sequence[tuple[str, str, float]],
        idfs: dict[str, float],
        should: list[Clause],
    ) -> None:
        """Search the word that a rare one is most likely mistyped for beside it."""
        draft, ranking = self._draft, self._draft.ranking
        rare = draft.idf_of(max(2, int(draft.documents.num_docs * ranking.rare_share)))
        if draft.strict or rare > max(idfs.values()):
            return
        for stem, surface, boost in words:
            if not rare <= idfs[stem] < draft.top_idf or surface in draft.out.corrections:
                continue
            if (near := self._spelling.likelier(surface)) is None:
                continue
            draft.out.notes.append(f"“{surface}” is rare here: “{near}” is searched as well.")
            draft.out.corrections[surface] = near
            self._kept.add(surface)
            right = draft.analyzer.stems([near])[0]
            # As telling as the rare word, or what was meant would come after all that holds it.
            weight = boost * ranking.likelier_boost * max(1.0, idfs[stem] / draft.idf("all", right))
            should.append(Term("all", right, weight))
            should.append(Term("title", right, weight * ranking.title_boost))
            should.append(Term("exact", near, weight * ranking.exact_boost))
            draft.page_clauses.append(Term("text", right, weight))
            draft.out.marks.stems.add(right)

    def _as_meant(self, terms: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the terms of a word with mistyped ones put right."""
        right = self._draft.out.corrections
        typed = [surface for _, surface in terms]
        meant = [word if word in self._kept else right.get(word, word) for word in typed]
        return list(zip(self._draft.analyzer.stems(meant), meant, strict=True))

    def _terms_of(self, text: str) -> list[tuple[str, str]]:
        """Return the terms of a word; for a misread number, those of the one that is there."""
        terms = self._draft.analyzer.query_terms(text)
        legible = with_digits(text)
        if legible is None or self._is_there(terms):
            return terms
        read = self._draft.analyzer.query_terms(legible)
        if not self._is_there(read):
            return terms
        told = f"No document here holds “{text}”: read as “{legible}”."
        if told not in self._draft.out.notes:  # words put right are compiled once more
            self._draft.out.notes.append(told)
        return read

    def _is_there(self, terms: list[tuple[str, str]]) -> bool:
        run = tuple(stem for stem, _ in terms)
        return bool(run) and self._draft.documents.count(PhraseOf("all", run)) > 0

    def _add_numbers(self, words: Sequence[list[tuple[str, str]]], should: list[Clause]) -> None:
        """Add numbers as phrases, alone and with the word before them."""
        ranking, page_clauses = self._draft.ranking, self._draft.page_clauses
        for run in number_runs(words):
            should.append(PhraseOf("all", run, 0, ranking.number_boost))
            page_clauses.append(PhraseOf("text", run, 0, ranking.number_boost))
        if ranking.citation_boost:
            cited = citations(words)
            should += [PhraseOf("all", run, 0, ranking.citation_boost) for run in cited]

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
        typed = self._draft.analyzer.query_terms(item.text)
        if not typed:
            return None
        terms, idfs = self._phrase_terms(typed)
        slop = self._draft.slop_of(item, len(terms))
        stems = tuple(stem for stem, _ in terms)
        clause = PhraseOf("all", stems, slop, item.boost)
        held: Clause = PhraseOf("all", stems, slop)
        if terms != typed:  # the phrase as it was typed stands nowhere
            held = NoDocuments()
        self._draft.add_part(stems, Part(sum(idfs.values()), held))
        self._draft.out.marks.stems.update(stems)
        # The passage that holds the phrase, before one with its words strewn about.
        strength = self._draft.ranking.phrase_page_boost
        self._draft.page_clauses.append(PhraseOf("text", stems, slop, strength))
        self._draft.page_clauses += [Term("text", stem) for stem in stems]
        lifts: list[Clause] = [
            Term("title", stem, self._draft.ranking.title_boost) for stem in idfs
        ]
        words = [nodes.Word(word, item.start, item.end) for word in item.text.split()]
        self._add_exact(words, [surface for _, surface in terms], idfs, lifts)
        return Bool(must=(clause,), should=tuple(lifts))

    def _phrase_terms(
        self, typed: list[tuple[str, str]]
    ) -> tuple[list[tuple[str, str]], dict[str, float]]:
        """Return the terms of a phrase, mistyped ones put right, and the idfs of their stems."""
        draft = self._draft
        terms = self._as_meant(typed) if draft.out.corrections else typed
        idfs = {stem: draft.idf("all", stem) for stem, _ in terms}
        if draft.strict or max(idfs.values()) < draft.top_idf:
            return terms, idfs
        if self._put_right([(stem, surface, 1.0) for stem, surface in terms], idfs):
            terms = self._as_meant(terms)
            idfs = {stem: draft.idf("all", stem) for stem, _ in terms}
        return terms, idfs

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
        if self._draft.is_half_typed and shape == f"{prefix}*":
            return self._most_frequent(prefix, name, boost)
        found = self._draft.vocabulary.starting(name, prefix)
        if shape != f"{prefix}*":
            import fnmatch  # noqa: PLC0415 - needed for wildcards alone

            matches = re.compile(fnmatch.translate(shape.replace("[", "[[]"))).match
            found = [pair for pair in found if matches(pair[0])]
        best = self._draft.vocabulary.living(name, found, self._draft.limits.max_expansions)
        if not best:
            self._draft.out.notes.append(f"No word here fits {text}.")
            self._draft.add_part((name, text), Part(self._draft.top_idf, NoDocuments()))
            return NoDocuments()
        terms = [term for term, _ in best]
        idf = self._draft.idf_of(best[0][1])
        self._draft.out.marks.surfaces.update(terms)
        should: list[Clause] = [Term(name, term, boost) for term in terms]
        if name == "exact":
            lift = boost * self._draft.ranking.prefix_title_boost
            in_titles = {term for term, _ in self._draft.vocabulary.starting("title_exact", prefix)}
            should += [Term("title_exact", term, lift) for term in terms if term in in_titles]
        if len(best) < len(found):  # the rarer words still count as hits, and score nothing
            rest: Clause = Pattern(name, engine_regex(shape))
            if not self._draft.documents.takes(rest):
                rest = AnyOf(name, tuple(term for term, _ in found))
            should.append(Constant(rest, 0.0))
        stems = set(self._draft.analyzer.stems(terms))
        either = tuple(Term("text", stem) for stem in sorted(stems))
        self._draft.page_clauses.append(Bool(should=either) if len(either) > 1 else either[0])
        clause = Bool(should=tuple(should))
        self._draft.add_part((name, text), Part(idf, clause))
        return clause

    def _most_frequent(self, prefix: str, name: str, boost: float) -> Clause:
        """Return the clause of a half-typed word, asked at each key: its most frequent words."""
        draft = self._draft
        top, limit, common = (
            draft.vocabulary.top,
            draft.limits.max_completions,
            draft.analyzer.common,
        )
        found = top(name, prefix, limit, common) or top(name, prefix, limit)
        if not found:
            draft.add_part((name, prefix), Part(draft.top_idf, NoDocuments()))
            return NoDocuments()
        terms = [term for term, _ in found]
        draft.out.marks.surfaces.update(terms)
        lift = boost * draft.ranking.prefix_title_boost
        titles = draft.vocabulary.shelf("title_exact", prefix[0]).counts
        should = [Term(name, term, boost) for term in terms]
        should += [Term("title_exact", term, lift) for term in terms if term in titles]
        draft.page_clauses += [
            Term("text", stem) for stem in sorted(set(draft.analyzer.stems(terms)))
        ]
        clause = Bool(should=tuple(should))
        draft.add_part((name, prefix), Part(draft.idf_of(found[0][1]), clause))
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


def _leading_number(words: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the stems of the digits at the beginning of (stem, surface) terms."""
    return tuple(stem for stem, _ in takewhile(lambda term: term[1][0].isdigit(), words))
