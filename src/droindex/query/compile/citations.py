"""Numbers, citations and titles in a query, as people write them: `11-4.1`, `8 CFR 241.4`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.engine.clauses import AnyOf, Clause, Constant, PhraseOf, Term
from droindex.engine.schema import ALL, NUMBER_KEY, TEXT, TITLE_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from droindex.query.compile.context import QueryContext

__all__ = ["CitationScorer", "Terms", "numbers_as_written"]

Terms = list[tuple[str, str]]  # (stem, surface) of each term of one word

_MISREAD = re.compile(r"(?=.*\d)(?=.*[OoIl|])[\dOoIl|./()-]+")
_DIGITS = str.maketrans("OoIl|", "00111")


class CitationScorer:
    """Turns numbers, citations and whole titles of one query into clauses.

    Args:
        context: The query and its set.
    """

    def __init__(self, context: QueryContext) -> None:
        self._context = context

    def terms_of(self, text: str) -> tuple[Terms, tuple[str, ...]]:
        """Return the terms of a word, and notes; of a misread number, those that are there."""
        terms = self._context.analyzer.query_terms(text)
        legible = _with_digits(text)
        if legible is None or self._is_there(terms):
            return terms, ()
        read = self._context.analyzer.query_terms(legible)
        if not self._is_there(read):
            return terms, ()
        return read, (f"No document here holds “{text}”: read as “{legible}”.",)

    def _is_there(self, terms: list[tuple[str, str]]) -> bool:
        run = tuple(stem for stem, _ in terms)
        return bool(run) and self._context.documents.count(PhraseOf(ALL, run)) > 0

    def numbers(self, words: Sequence[Terms]) -> tuple[list[PhraseOf], list[PhraseOf]]:
        """Return numbers as phrases, alone and with the word before them.

        Returns:
            What ranks documents, and what ranks their passages.
        """
        ranking = self._context.ranking
        runs = _number_runs(words)
        cited = _citations(words) if ranking.citation_boost else ()
        alone = [PhraseOf(ALL, run, 0, ranking.number_boost) for run in runs]
        behind = [PhraseOf(ALL, run, 0, ranking.citation_boost) for run in cited]
        on_pages = [PhraseOf(TEXT, run, 0, ranking.number_boost) for run in runs]
        return [*alone, *behind], on_pages

    def exact(self, words: Sequence[Terms], idfs: Mapping[str, float]) -> tuple[Clause, ...]:
        """Return what a document gets if the words are its whole title, or name its number.

        Most words are neither of any document, which a look into the dictionary tells: then nothing
        is asked for.

        Args:
            words: The terms of each word.
            idfs: Stem -> idf of the words that count.
        """
        ranking, count = self._context.ranking, self._context.documents.count
        surfaces = [surface for terms in words for _, surface in terms]
        whole = " ".join(surfaces)
        weight = sum(idfs.values())
        found: list[Clause] = []
        title = Term(TITLE_KEY, whole)
        if count(title):
            found.append(Constant(title, ranking.exact_title_boost * weight))
        if any(surface[0].isdigit() for surface in surfaces):  # a number has a digit
            boost = ranking.exact_number_boost
            found += [
                Constant(AnyOf(NUMBER_KEY, (key,)), boost * share)
                for key, share in self._number_keys(words, whole, weight).items()
                if count(Term(NUMBER_KEY, key))
            ]
        return tuple(found)

    def _number_keys(self, words: Sequence[Terms], whole: str, weight: float) -> dict[str, float]:
        """Return the keys under which the words may name a document's number, with weights."""
        idf = self._context.idf
        found = {whole: weight}
        before = ""
        for terms in words:
            run = " ".join(surface for _, surface in terms)
            if any(surface[0].isdigit() for _, surface in terms):
                share = sum(idf(ALL, stem) for stem, _ in terms)
                if len(terms) > 1:
                    found.setdefault(run, share)
                if before:
                    found.setdefault(run, share / 2)  # `DROPPM 21` names Chapter 21 of it
                    found.setdefault(f"{before} {run}", share + idf(ALL, before))
            before = run
        return found


def numbers_as_written(texts: Sequence[str], words: Sequence[Terms]) -> dict[tuple[str, ...], str]:
    """Return the stems of each number of several terms -> the number as it is written.

    Args:
        texts: Words of a query.
        words: The terms of each.
    """
    pairs = zip(texts, words, strict=True)
    return {run: text for text, terms in pairs for run in _number_runs([terms])}


def _number_runs(words: Sequence[Terms]) -> list[tuple[str, ...]]:
    """Return the stems of each word that holds a digit and gives several terms."""
    return [
        tuple(stem for stem, _ in terms)
        for terms in words
        if len(terms) > 1 and any(surface[0].isdigit() for _, surface in terms)
    ]


def _citations(words: Sequence[Terms]) -> list[tuple[str, ...]]:
    """Return the stems of each number together with the one word that stands before it."""
    found: list[tuple[str, ...]] = []
    before: Terms = []
    for terms in words:
        if len(before) == 1 and before[0][1].isalpha() and terms and terms[0][1][0].isdigit():
            found.append((before[0][0], *(stem for stem, _ in terms)))
        before = terms
    return found


def _with_digits(word: str) -> str | None:
    """Return a number with its letters O, I and l read as digits; None for any other word."""
    return word.translate(_DIGITS) if _MISREAD.fullmatch(word) else None
