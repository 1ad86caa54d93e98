"""What droindex asks of a search engine: sixteen members, and nothing else.

An index holds entries; each has a key, the number in its field `owner`. In the document index a
key is one document, in the page index all passages of one. What is searched is a clause
(`clauses`), what is held a schema (`schema`). Every engine is given the same terms, scores by
BM25 with the lengths of fields rounded as Lucene rounds them, and leaves ties to `query/find`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from droindex.lazy import cached_property

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from droindex.engine.analysis import Analyzer
    from droindex.engine.clauses import Clause
    from droindex.engine.schema import Schema

__all__ = ["Engine", "Held", "Reader", "Row", "Rows", "Writer"]


class Rows:
    """The entries that one search found: their keys are read together, when one is asked for.

    Args:
        handles: How the engine finds the entries again.
        read_keys: Reads the keys of entries.
    """

    def __init__(
        self, handles: Sequence[Any], read_keys: Callable[[Sequence[Any]], list[int]]
    ) -> None:
        self.handles = handles
        self._read_keys = read_keys

    @cached_property
    def keys(self) -> list[int]:
        """The key of each entry."""
        return self._read_keys(self.handles)


class Row(NamedTuple):
    """An entry that a search found.

    Attributes:
        score: Its score.
        rows: All that the search found.
        place: Its place among them.
    """

    score: float
    rows: Rows
    place: int

    @property
    def key(self) -> int:
        """The number that stands for its document."""
        return self.rows.keys[self.place]

    @property
    def handle(self) -> Any:
        """How the engine finds the entry again; nobody else looks into it."""
        return self.rows.handles[self.place]


class Held(NamedTuple):
    """What an entry holds of several clauses.

    Attributes:
        row: The entry.
        clauses: Bit number i is set if it matches clause number i.
        frequency: Scores of the words among them, as a share of the highest they can get: 0 to 1.
    """

    row: Row
    clauses: int
    frequency: float


class Reader(Protocol):
    """A snapshot of one index; safe to use from many threads.

    Whatever fails is an `EngineError`, or a `StorageError` where a file may not be read.

    Attributes:
        num_docs: How many entries it holds.
    """

    num_docs: int

    def takes(self, clause: Clause) -> bool:
        """Whether a clause, one with wildcards above all, is simple enough for the engine."""

    def search(
        self, clause: Clause, limit: int, *, order: str = "", offset: int = 0, count: bool = True
    ) -> tuple[list[Row], int | None]:
        """Return the best entries, best first, and how many match in all.

        Args:
            clause: What to search.
            limit: How many to return, at least 1.
            order: A key field in whose rising order they come instead, without scores.
            offset: How many of the first to leave out; under an order only.
            count: Whether to count all; else the second value is None.
        """

    def count(self, clause: Clause) -> int:
        """Return how many entries match; of a single term this takes next to no time."""

    def facets(
        self, clause: Clause, names: Sequence[str], size: int
    ) -> dict[str, list[tuple[str, int]]]:
        """Return the values of fields among the matches: most frequent first, then by value."""

    def column(self, clause: Clause, field: str) -> list[int | None]:
        """Return the number that each match has in a field, in no order; None where it has none."""

    def fetch(self, rows: Sequence[Row], fields: Sequence[str]) -> list[list[Any]]:
        """Return stored values of each row, None where there is none."""

    def terms(self, field: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Return (term, entries that hold it), the most frequent first."""

    def scores(self, clauses: Sequence[Clause], within: Clause, limit: int) -> list[Held]:
        """Return which clauses the entries hold that match another: most first.

        Args:
            clauses: What is asked for. A term counts for `frequency` by its boost, and either-or
                of terms by theirs. What comes later counts more than all before it.
            within: Which entries.
            limit: How many of them at most, at least 1.
        """


class Writer(Protocol):
    """Changes one index in one thread; nothing is kept before `commit`."""

    def add(self, entry: Mapping[str, Any]) -> None:
        """Add an entry: field -> a value or a list of values."""

    def delete(self, field: str, value: str) -> None:
        """Delete the entries that hold a value in a key field."""

    def commit(self) -> None:
        """Keep all changes on disk, and nothing of what was deleted; the writer is used up then.

        Files of a clone that hold nothing that was deleted stay as they are, with their names.
        """


class Engine(Protocol):
    """A search engine."""

    def analyzer(self, language: str) -> Analyzer:
        """Return the chain that makes terms of texts, for writing and asking alike."""

    def writer(self, place: Path, schema: Schema, analyzer: Analyzer, heap_bytes: int) -> Writer:
        """Return a writer of the index at a place, which is made if it is not there.

        Args:
            place: Where the index lies.
            schema: What it holds.
            analyzer: What its words are cut by.
            heap_bytes: About how much memory to use before something is written.
        """

    def reader(self, place: Path, names: Iterable[str] = ()) -> Reader:
        """Return a snapshot of the index at a place.

        Args:
            place: Where the index lies.
            names: Its files, where they are known and nothing else is to be trusted.
        """

    def clone(self, source: Path, target: Path) -> None:
        """Copy an index that is to be changed; both may share what neither changes.

        Args:
            source: The index.
            target: The new place, which does not exist.
        """
