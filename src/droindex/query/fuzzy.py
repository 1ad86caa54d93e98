"""Fuzzy words -> the real words near them: `escrot~`, `title:escrot~2`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from droindex.index.clauses import AnyNumber, Bool, Clause, Constant, NoDocuments, Term
from droindex.query.asked import Part, all_of
from droindex.query.slips import distance, one_slip_away

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.index.vocabulary import Shelf, Vocabulary
    from droindex.query import nodes
    from droindex.query.asked import Draft

__all__ = ["FuzzyCompiler", "NearWord", "near_words", "neighbours"]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
_MAX_LENGTH = 40  # letters; a longer one is no word that somebody mistyped
_FIRST_LETTERS = 3  # of a word, with which words two slips away may begin


class NearWord(NamedTuple):
    """A word of the library near another one.

    Attributes:
        word: The word.
        slips: How many slips it is away.
        held: How many documents hold it.
    """

    word: str
    slips: int
    held: int


def neighbours(vocabulary: Vocabulary, field: str, word: str) -> list[NearWord]:
    """Return the words of a field one slip away, and the word itself, in no order.

    All words one slip away are asked for, some 50 for each letter, instead of reading the
    dictionary. A word that only deleted documents hold may be among them.

    Args:
        vocabulary: The words of the set.
        field: The field of surface terms to look in.
        word: A surface term.
    """
    if not word or len(word) > _MAX_LENGTH:
        return []
    shelf = vocabulary.shelf(field, word[0])
    count_of = vocabulary.count
    return [
        NearWord(near, int(near != word), held)
        for near in set(one_slip_away(word, _letters_for(word, shelf)))
        if near and (held := count_of(field, near))
    ]


def near_words(
    vocabulary: Vocabulary, field: str, word: str, slips: int, limit: int
) -> list[NearWord]:
    """Return the words of a field near a word, the nearest first, then the most frequent.

    Words two slips away are looked for among those that begin with one of its first three letters.

    Args:
        vocabulary: The words of the set.
        field: The field of surface terms to look in.
        word: A surface term.
        slips: How many slips they may be away, 1 or 2.
        limit: How many to return at most.
    """
    found = neighbours(vocabulary, field, word)
    if slips > 1 and len(word) <= _MAX_LENGTH:
        known = {near.word for near in found}
        found += [near for near in _two_away(vocabulary, field, word) if near.word not in known]
    found.sort(key=lambda near: (near.slips, -near.held, near.word))
    return found[:limit]


def _letters_for(word: str, shelf: Shelf) -> str:
    if not word.isascii():  # any script: the letters of the words that begin like it
        return "".join(sorted({*word}.union(*shelf.words)))
    return _DIGITS if word.isdigit() else _LETTERS


def _two_away(vocabulary: Vocabulary, field: str, word: str) -> Iterator[NearWord]:
    lengths = range(len(word) - 2, len(word) + 3)
    letters = frozenset(word)
    for letter in dict.fromkeys(word[:_FIRST_LETTERS]):
        for near, held in vocabulary.shelf(field, letter).counts.items():
            # Each slip brings in or takes out two letters at most: that is quickly looked at.
            if len(near) in lengths and len(letters.symmetric_difference(near)) <= 4:
                slips = distance(word, near, 2)
                if slips <= 2:
                    yield NearWord(near, slips, held)


class FuzzyCompiler:
    """Turns the fuzzy words of one query into clauses.

    Args:
        draft: What the compilation gathers.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._two_slips = 0

    def anywhere(self, item: nodes.Word) -> Clause | None:
        """Return the clause of a fuzzy word, looked for in all text."""
        return self.in_field("all", item)

    def in_field(self, name: str, item: nodes.Word) -> Clause | None:
        """Return the clause of a fuzzy word, looked for in one text field or in `all`.

        A word of several terms, such as `non-detaned~`, is one fuzzy word for each of them.
        """
        terms = self._draft.analyzer.query_terms(item.text)
        clauses = [self._near(name, surface, item) for _, surface in dict.fromkeys(terms)]
        return all_of(clauses)

    def _near(self, name: str, surface: str, item: nodes.Word) -> Clause:
        draft = self._draft
        field = "title_exact" if name == "title" else "exact"
        limit = draft.limits.max_fuzzy_words
        found = near_words(draft.vocabulary, field, surface, self._slips(item), limit)
        key = (name, surface, item.slips)
        if not found:
            draft.out.notes.append(f"No word here is near “{surface}”.")
            draft.add_part(key, Part(draft.top_idf, NoDocuments()))
            return NoDocuments()
        idf = draft.idf_of(found[0].held)
        weights = {near.word: item.boost * self._weight(near, idf) for near in found}
        draft.out.marks.surfaces.update(weights)
        stems = dict(zip(weights, draft.analyzer.stems(list(weights)), strict=True))
        draft.page_clauses += [Term("text", stems[word], weights[word]) for word in weights]
        clause = self._clause(name, weights, stems)
        draft.add_part(key, Part(idf, clause))
        return clause

    def _slips(self, item: nodes.Word) -> int:
        """Return how many slips are looked for: two in a few words only, as it takes a while."""
        if item.slips > 1:
            self._two_slips += 1
            if self._two_slips > self._draft.limits.max_two_slips:
                most = self._draft.limits.max_two_slips
                note = f"More than {most} words with two slips: the others are read with one."
                if note not in self._draft.out.notes:
                    self._draft.out.notes.append(note)
                return 1
        return item.slips

    def _weight(self, near: NearWord, idf: float) -> float:
        """Return how much a near word counts: a rarer one no more than the nearest."""
        farther: float = self._draft.ranking.fuzzy_boost**near.slips
        return farther * min(1.0, idf / self._draft.idf_of(near.held))

    def _clause(self, name: str, weights: dict[str, float], stems: dict[str, str]) -> Clause:
        if name == "title":
            return Bool(should=_terms("title_exact", weights))
        if name == "summary":  # has no index of whole words: their stems serve
            heaviest: dict[str, float] = {}
            for word, weight in weights.items():
                heaviest[stems[word]] = max(weight, heaviest.get(stems[word], 0.0))
            return Bool(should=_terms("summary", heaviest))
        anywhere = Bool(should=_terms("exact", weights))
        if name == "body":
            pages = Bool(should=tuple(Term("text", stem) for stem in dict.fromkeys(stems.values())))
            owners = self._draft.reader.owners_on_pages(pages)
            holders = AnyNumber("owner", owners) if owners else NoDocuments()
            return Bool(must=(anywhere, Constant(holders, 0.0)))
        boost = self._draft.ranking.title_boost
        lifted = {word: boost * weight for word, weight in weights.items()}
        return Bool(should=(*anywhere.should, *_terms("title_exact", lifted)))


def _terms(field: str, weights: dict[str, float]) -> tuple[Clause, ...]:
    return tuple(Term(field, word, weight) for word, weight in weights.items())
