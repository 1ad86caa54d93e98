"""Numbers, citations and titles in a query, as people write them: `11-4.1`, `8 CFR 241.4`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.index.clauses import AnyOf, Clause, Constant, PhraseOf, Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.query.asked import Draft

__all__ = ["CitationCompiler"]

Terms = list[tuple[str, str]]  # (stem, surface) of each term of one word

_MISREAD = re.compile(r"(?=.*\d)(?=.*[OoIl|])[\dOoIl|./()-]+")
_DIGITS = str.maketrans("OoIl|", "00111")


class CitationCompiler:
    """Turns numbers, citations and whole titles of one query into clauses.

    Args:
        draft: What the compilation gathers.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def terms_of(self, text: str) -> list[tuple[str, str]]:
        """Return the terms of a word; for a misread number, those of the one that is there."""
        terms = self._draft.analyzer.query_terms(text)
        legible = _with_digits(text)
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

    def add_numbers(self, words: Sequence[list[tuple[str, str]]], should: list[Clause]) -> None:
        """Add numbers as phrases, alone and with the word before them."""
        ranking, page_clauses = self._draft.ranking, self._draft.page_clauses
        for run in _number_runs(words):
            should.append(PhraseOf("all", run, 0, ranking.number_boost))
            page_clauses.append(PhraseOf("text", run, 0, ranking.number_boost))
        if ranking.citation_boost:
            cited = _citations(words)
            should += [PhraseOf("all", run, 0, ranking.citation_boost) for run in cited]

    def add_exact(
        self, words: Sequence[Terms], idfs: dict[str, float], should: list[Clause]
    ) -> None:
        """Add what a document gets if the words are its whole title, or name its number.

        Args:
            words: The terms of each word.
            idfs: Stem -> idf of the words that count.
            should: Takes the clauses.
        """
        ranking = self._draft.ranking
        whole = " ".join(surface for terms in words for _, surface in terms)
        weight = sum(idfs.values())
        should.append(Constant(Term("title_key", whole), ranking.exact_title_boost * weight))
        if not any(surface[0].isdigit() for terms in words for _, surface in terms):
            return  # a number has a digit
        for key, share in self._number_keys(words, whole, weight).items():
            clause = AnyOf("number_key", (key,))
            should.append(Constant(clause, ranking.exact_number_boost * share))

    def _number_keys(self, words: Sequence[Terms], whole: str, weight: float) -> dict[str, float]:
        """Return the keys under which the words may name a document's number, with weights."""
        idf = self._draft.idf
        found = {whole: weight}
        before = ""
        for terms in words:
            run = " ".join(surface for _, surface in terms)
            if any(surface[0].isdigit() for _, surface in terms):
                share = sum(idf("all", stem) for stem, _ in terms)
                if len(terms) > 1:
                    found.setdefault(run, share)
                if before:
                    found.setdefault(run, share / 2)  # `DROPPM 21` names Chapter 21 of it
                    found.setdefault(f"{before} {run}", share + idf("all", before))
            before = run
        return found


def _number_runs(words: Sequence[Terms]) -> list[tuple[str, ...]]:
    """Return the stems of each word that holds a digit and gives several terms."""
    return [
        tuple(stem for stem, _ in terms)
        for terms in words
        if len(terms) > 1 and any(surface[0].isdigit() for _, surface in terms)
    ]


def _citations(words: Sequence[Terms]) -> Iterator[tuple[str, ...]]:
    """Yield the stems of each number together with the one word that stands before it."""
    before: Terms = []
    for terms in words:
        if len(before) == 1 and before[0][1].isalpha() and terms and terms[0][1][0].isdigit():
            yield (before[0][0], *(stem for stem, _ in terms))
        before = terms


def _with_digits(word: str) -> str | None:
    """Return a number with its letters O, I and l read as digits; None for any other word."""
    return word.translate(_DIGITS) if _MISREAD.fullmatch(word) else None
