"""The words that the living documents of a set hold: the engine keeps those of dead ones too."""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from droindex.index.clauses import Term

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from droindex.index.engine import Reader

__all__ = ["Shelf", "Vocabulary"]

_ALL_TERMS = 1_000_000  # more than any dictionary holds that starts with the same letters
_BY_COUNT = itemgetter(1)


class Shelf(NamedTuple):
    """The words of a field that begin with the same letter; some may be held by dead ones alone.

    Attributes:
        words: The words, in the order of their letters.
        counts: Word -> how many documents hold it, dead ones included.
    """

    words: list[str]
    counts: dict[str, int]

    def has(self, prefix: str) -> bool:
        """Return whether a word starts with a prefix."""
        first = bisect_left(self.words, prefix)
        return first < len(self.words) and self.words[first].startswith(prefix)

    def starting(self, prefix: str) -> list[str]:
        """Return the words that start with a prefix."""
        first = bisect_left(self.words, prefix)
        last = bisect_left(self.words, f"{prefix}\U0010ffff")
        return self.words[first:last]


class Vocabulary:
    """The words of one set; safe to use from many threads.

    Args:
        documents: The document index.
        dead: How many deleted documents it may still count.
    """

    def __init__(self, documents: Reader, dead: int) -> None:
        self._documents = documents
        self._dead = dead
        self._shelves: dict[tuple[str, str], Shelf] = {}
        self._top: dict[tuple[str, str, int], list[tuple[str, int]]] = {}
        # Where nothing was deleted, the engine's own count is right, and asked for at every word.
        self.doc_freq = self._living_freq if dead else documents.doc_freq

    def _living_freq(self, field: str, term: str) -> int:
        """Return how many documents hold a term, 0 where all of them are deleted."""
        count = self._documents.doc_freq(field, term)
        return count if self._is_living(field, term, count) else 0

    def _is_living(self, field: str, term: str, count: int) -> bool:
        """Whether a living document holds a term that so many documents hold, dead ones included.

        More holders than there are dead ones cannot all be dead: so only rare words are searched.
        """
        if count > self._dead or not count:
            return count > 0
        return bool(self._documents.search(Term(field, term), 1, count=False)[0])

    def starting(self, field: str, prefix: str) -> list[tuple[str, int]]:
        """Return (word, documents) of the words that start with a prefix, most frequent first.

        Deleted documents are counted, and words that they alone hold are among them: `living`
        takes these out.
        """
        found = self._documents.terms_with_prefix(field, prefix, _ALL_TERMS)
        return sorted(found, key=_BY_COUNT, reverse=True)

    def top(
        self, field: str, prefix: str, limit: int, common: Container[str] = ()
    ) -> list[tuple[str, int]]:
        """Return (word, documents) of the most frequent living words that start with a prefix.

        Where there are more, the answer is kept: beginnings of a letter or two have the most words
        and are typed the most.

        Args:
            field: The field of the words.
            prefix: What they start with, a letter at least.
            limit: How many to return at most.
            common: Words to leave out.
        """
        if (known := self._top.get((field, prefix, limit))) is not None:
            return known
        shelf = self.shelf(field, prefix[0])
        words = shelf.starting(prefix)
        pairs = [(word, shelf.counts[word]) for word in words if word not in common]
        pairs.sort(key=_BY_COUNT, reverse=True)
        found = self.living(field, pairs, limit)
        if len(pairs) > limit:
            self._top[field, prefix, limit] = found
        return found

    def living(self, field: str, words: list[tuple[str, int]], limit: int) -> list[tuple[str, int]]:
        """Return the first words that a living document holds, in the order given.

        Args:
            field: The field of the words.
            words: Each word with the number of documents that hold it, dead ones included.
            limit: How many to return at most.
        """
        if not self._dead:
            return words[:limit]
        return list(islice(self._only_living(field, words), limit))

    def _only_living(self, field: str, words: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
        return (pair for pair in words if self._is_living(field, *pair))

    def shelf(self, field: str, letter: str) -> Shelf:
        """Return the words that begin with a letter; they are read once and kept."""
        key = (field, letter)
        if (known := self._shelves.get(key)) is None:
            pairs = self._documents.terms_with_prefix(field, letter, _ALL_TERMS)
            known = Shelf(sorted(word for word, _ in pairs), dict(pairs))
            self._shelves[key] = known
        return known

    def count(self, field: str, word: str) -> int:
        """Return how many documents hold a word, dead ones included; from its shelf, if read."""
        shelf = self._shelves.get((field, word[:1]))
        return shelf.counts.get(word, 0) if shelf else self._documents.doc_freq(field, word)
