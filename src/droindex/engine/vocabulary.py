"""The words that the documents of a set hold."""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.clauses import Term
from droindex.lazy import Bounded

if TYPE_CHECKING:
    from collections.abc import Container

    from droindex.engine.protocol import Reader

__all__ = ["Bucket", "Vocabulary"]

_ALL_TERMS = 1_000_000  # more than any dictionary holds that starts with the same letters
_AT_ONCE = 64  # of the words that start with a prefix: more than lists show, with stop words
_MAX_BEGINNINGS = 500  # prefixes whose words are kept: about 5 MB


class Bucket(NamedTuple):
    """The words of a field that begin with the same letter.

    Attributes:
        words: The words, in the order of their letters.
        counts: Word -> how many documents hold it.
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


class _Beginning(NamedTuple):
    """The most frequent words of a field that start with a prefix.

    Attributes:
        words: (word, documents), most frequent first.
        is_whole: Whether there are no others.
    """

    words: list[tuple[str, int]]
    is_whole: bool


class Vocabulary:
    """The words of one set; safe to use from many threads.

    Args:
        documents: The document index.
    """

    def __init__(self, documents: Reader) -> None:
        self._documents = documents
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._beginnings: Bounded[tuple[str, str], _Beginning] = Bounded(most=_MAX_BEGINNINGS)

    def doc_freq(self, field: str, word: str) -> int:
        """Return how many documents hold a word."""
        return self._documents.count(Term(field, word))

    def starting(self, field: str, prefix: str) -> list[tuple[str, int]]:
        """Return (word, documents) of the words that start with a prefix, most frequent first."""
        found = self._documents.terms(field, prefix, _ALL_TERMS)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def top(
        self, field: str, prefix: str, limit: int, stop_words: Container[str] = ()
    ) -> list[tuple[str, int]]:
        """Return (word, documents) of the most frequent words that start with a prefix.

        The engine finds them among all that start so, and hands over these alone. They are kept:
        whoever types comes by each beginning several times at every key.

        Args:
            field: The field of the words.
            prefix: What they start with, a letter at least.
            limit: How many to return at most.
            stop_words: Words to leave out.
        """
        size = max(_AT_ONCE, limit)
        while True:
            begun = self._begun(field, prefix, size)
            wanted = (pair for pair in begun.words if pair[0] not in stop_words)
            found = list(islice(wanted, limit))
            if len(found) == limit or begun.is_whole:
                return found
            size *= 4

    def _begun(self, field: str, prefix: str, size: int) -> _Beginning:
        """Return so many of the words that start with a prefix, or more."""
        known = self._beginnings.get((field, prefix))
        if known is None or not (known.is_whole or len(known.words) >= size):
            words = self._documents.terms(field, prefix, size)
            known = _Beginning(words, len(words) < size)
            self._beginnings.keep((field, prefix), known)
        return known

    def bucket(self, field: str, letter: str) -> Bucket:
        """Return the words that begin with a letter; they are read once and kept."""
        key = (field, letter)
        if (known := self._buckets.get(key)) is None:
            pairs = self._documents.terms(field, letter, _ALL_TERMS)
            known = Bucket(sorted(word for word, _ in pairs), dict(pairs))
            self._buckets[key] = known
        return known

    def count(self, field: str, word: str) -> int:
        """Return how many documents hold a word; from its bucket, if it was read."""
        bucket = self._buckets.get((field, word[:1]))
        return bucket.counts.get(word, 0) if bucket else self.doc_freq(field, word)
