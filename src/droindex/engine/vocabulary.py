"""The words that the documents of a set hold."""

from __future__ import annotations

from bisect import bisect_left
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.clauses import Term

if TYPE_CHECKING:
    from collections.abc import Container

    from droindex.engine.protocol import Reader

__all__ = ["Bucket", "Vocabulary"]

_ALL_TERMS = 1_000_000  # more than any dictionary holds that starts with the same letters
_BY_COUNT = itemgetter(1)


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


class Vocabulary:
    """The words of one set; safe to use from many threads.

    Args:
        documents: The document index.
    """

    def __init__(self, documents: Reader) -> None:
        self._documents = documents
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._top: dict[tuple[str, str, int], list[tuple[str, int]]] = {}

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

        Where there are more, the answer is kept: beginnings of a letter or two have the most words
        and are typed the most.

        Args:
            field: The field of the words.
            prefix: What they start with, a letter at least.
            limit: How many to return at most.
            stop_words: Words to leave out.
        """
        if (known := self._top.get((field, prefix, limit))) is not None:
            return known
        bucket = self.bucket(field, prefix[0])
        words = bucket.starting(prefix)
        pairs = [(word, bucket.counts[word]) for word in words if word not in stop_words]
        pairs.sort(key=_BY_COUNT, reverse=True)
        found = pairs[:limit]
        if len(pairs) > limit:
            self._top[field, prefix, limit] = found
        return found

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
