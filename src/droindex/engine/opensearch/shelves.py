"""The words of an index with how many entries hold each, in shelves: read as they are asked for.

The server tells one count in one request, and the words that begin alike not at all in some of its
builds; a query asks for dozens. So whoever writes an index keeps its words beside it: sorted, some
thousand to a shelf, and for each field a list of the shelves' first words.
"""

from __future__ import annotations

import base64
import heapq
import tempfile
import zlib
from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from droindex.errors import IndexDamagedError
from droindex.lazy import Bounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from droindex.engine.opensearch.cluster import Cluster

__all__ = ["Shelves", "WordCounts", "shelf_entries"]

_PER_SHELF = 2_048  # words; some 10 kB packed
_KEPT = 128  # shelves that stay in memory: some 30 MB
_AT_ONCE = 64  # shelves in one request
_COUNTED = 500_000  # words that are counted in memory before they go to a file: some 60 MB


class WordCounts:
    """Counts in how many entries words stand, within bounds: what is too much goes to a file."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._runs: list[IO[str]] = []

    def add(self, words: Iterable[str]) -> None:
        """Count the words of an entry, each once."""
        self._counts.update(words)
        if len(self._counts) >= _COUNTED:
            self._spill()

    def _spill(self) -> None:
        run = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115 - closed with the others
        run.writelines(f"{word} {count}\n" for word, count in sorted(self._counts.items()))
        run.seek(0)
        self._runs.append(run)
        self._counts.clear()

    def merged(self, *others: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
        """Yield each word with its count, rising; it can be asked once.

        Args:
            others: More words with their counts, rising, to be added.
        """
        sources = [*map(_lines, self._runs), iter(sorted(self._counts.items())), *others]
        last, total = "", 0
        try:
            for word, count in heapq.merge(*sources):
                if word == last:
                    total += count
                    continue
                if total:
                    yield last, total
                last, total = word, count
            if total:
                yield last, total
        finally:
            for run in self._runs:
                run.close()


def _lines(run: IO[str]) -> Iterator[tuple[str, int]]:
    for line in run:
        word, _, count = line.rpartition(" ")
        yield word, int(count)


def shelf_entries(
    field: str, counts: Iterable[tuple[str, int]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the (id, source) of what keeps the words of a field, the list of the shelves last.

    Args:
        field: The field.
        counts: Its words with their counts, rising.
    """
    first: list[str] = []
    waiting = iter(counts)
    while some := list(islice(waiting, _PER_SHELF)):
        yield _id(field, len(first)), {"words": _packed(some)}
        first.append(some[0][0])
    yield field, {"first": first}


class Shelves:
    """The words of one index; safe to use from many threads.

    Args:
        cluster: Where it is.
        index: Where its words are kept.
    """

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index
        self._first: dict[str, list[str]] = {}
        self._shelves: Bounded[tuple[str, int], dict[str, int]] = Bounded(most=_KEPT)

    def count(self, field: str, word: str) -> int:
        """Return how many entries hold a word."""
        number = bisect_right(self._firsts(field), word) - 1
        return self._read(field, (number,))[0].get(word, 0) if number >= 0 else 0

    def starting(self, field: str, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield the words that begin with a prefix, rising, and in how many entries each stands."""
        first = self._firsts(field)
        start = max(bisect_right(first, prefix) - 1, 0)
        end = bisect_left(first, f"{prefix}\U0010ffff")
        for place in range(start, end, _AT_ONCE):
            for shelf in self._read(field, range(place, min(place + _AT_ONCE, end))):
                yield from (pair for pair in shelf.items() if pair[0].startswith(prefix))

    def _firsts(self, field: str) -> list[str]:
        if (known := self._first.get(field)) is None:
            (source,) = self._sources([field])
            first = source.get("first")
            if not isinstance(first, list) or not all(isinstance(word, str) for word in first):
                raise self._damaged(field)
            known = self._first[field] = first
        return known

    def _read(self, field: str, numbers: Sequence[int]) -> list[dict[str, int]]:
        """Return shelves; all that are not known come with one request."""
        known = {number: self._shelves.get((field, number)) for number in numbers}
        wanted = [number for number, shelf in known.items() if shelf is None]
        sources = self._sources([_id(field, number) for number in wanted])
        for number, source in zip(wanted, sources, strict=True):
            try:
                shelf = known[number] = _unpacked(source["words"])
            except (KeyError, TypeError, ValueError, zlib.error) as error:
                raise self._damaged(_id(field, number)) from error
            self._shelves.keep((field, number), shelf)
        return [shelf for shelf in known.values() if shelf is not None]

    def _sources(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        if not ids:
            return []
        action = "read the dictionary"
        answer = self._cluster.ask("POST", f"/{self._index}/_mget", {"ids": ids}, action=action)
        found = answer["docs"]
        for item in found:
            if not item.get("found"):
                raise self._damaged(item["_id"])
        return [item["_source"] for item in found]

    def _damaged(self, key: str) -> IndexDamagedError:
        return IndexDamagedError(
            f"The words of {self._index} are not whole: {key!r} is missing, or not as it was "
            "written.",
            hint="Publish the library anew with: droindex copy LIBRARY ADDRESS --replace",
        )


def _id(field: str, number: int) -> str:
    return f"{field} {number}"


def _packed(counts: Sequence[tuple[str, int]]) -> str:
    text = "\n".join(f"{word} {count}" for word, count in counts)
    return base64.b64encode(zlib.compress(text.encode(), 6)).decode("ascii")


def _unpacked(packed: str) -> dict[str, int]:
    text = zlib.decompress(base64.b64decode(packed)).decode()
    pairs = (line.rpartition(" ") for line in text.split("\n"))
    return {word: int(count) for word, _, count in pairs}
