"""What a build remembers: tables on top of each other, of which the upper ones hold the changes.

A generation has the tables of the one before and at most one of its own on top of them. Those that
have become half as large as what lies below are made one with it: so there are few, and what a
change costs does not grow with the library but for that, which is rare.
"""

from __future__ import annotations

import heapq
import tempfile
from bisect import bisect_left, insort
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from droindex.files.disk import PRIVATE_FILE, open_new
from droindex.store.table import Table, table_damage, write_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from droindex.store.table import Item

__all__ = ["LAYER_SUFFIX", "Layers"]

LAYER_SUFFIX = ".state"
_SPILLED_BYTES = 48_000_000  # of changes that are held in memory before they go to a passing file
_ITEM_BYTES = 150  # what one takes besides its key and its value
_FEW = 1_000  # new keys that are put in their places one by one


class Layers:
    """Keys and values in layers; changes are held back until they are written.

    Args:
        folder: Where the files of the layers lie.
        names: The files, the oldest first.
        passing: Where changes go that memory is not to hold; None for nowhere.

    Raises:
        IndexDamagedError: `index-damaged`, a file is missing or not as it was written. So do all
            methods that read.
    """

    def __init__(
        self, folder: Path, names: Iterable[str] = (), passing: Path | None = None
    ) -> None:
        self.folder = folder
        self.names = tuple(names)
        self._passing = passing
        self._stack = ExitStack()
        self._tables: list[Table] = []
        self._changes: dict[bytes, bytes | None] = {}
        self._sorted: list[bytes] = []
        self._unsorted: list[bytes] = []
        self._change_bytes = 0
        self._spilled = 0
        try:
            for name in self.names:
                self._open(name)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files; what was not written is lost."""
        self._stack.close()

    def _open(self, name: str) -> None:
        try:
            file = (self.folder / name).open("rb")
        except OSError as error:
            raise table_damage(name) from error
        self._stack.callback(file.close)
        self._tables.append(Table(file, name))

    @property
    def is_changed(self) -> bool:
        """Whether anything was put or taken away."""
        return bool(self._changes or self._spilled)

    def get(self, key: bytes) -> bytes | None:
        """Return a value; None for none."""
        if key in self._changes:
            return self._changes[key]
        for table in reversed(self._tables):
            is_told, value = table.get(key)
            if is_told:
                return value
        return None

    def put(self, key: bytes, value: bytes | None) -> None:
        """Set a value; None takes the key away."""
        if key not in self._changes:
            self._unsorted.append(key)
        self._changes[key] = value
        self._change_bytes += len(key) + len(value or b"") + _ITEM_BYTES
        if self._change_bytes >= _SPILLED_BYTES and self._passing is not None:
            self._spill(self._passing)

    def _spill(self, passing: Path) -> None:
        """Put the changes into a file without a name, as a layer on top."""
        file = tempfile.TemporaryFile(dir=passing)  # noqa: SIM115 - closed with the others
        self._stack.callback(file.close)
        write_table(file, sorted(self._changes.items()))
        file.flush()
        self._tables.append(Table(file))
        self._spilled += 1
        self._forget_changes()

    def _forget_changes(self) -> None:
        self._changes, self._sorted, self._unsorted, self._change_bytes = {}, [], [], 0

    def scan(self, prefix: bytes, start: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Yield keys that begin with a prefix and their values, rising.

        Args:
            prefix: What they begin with.
            start: What of them to leave out: all below this key.
        """
        first, stop = max(prefix, start), _after(prefix)
        sources = [table.scan(first, stop) for table in self._tables]
        sources.append(self._changed(first, stop))
        for key, value in _merged(sources):
            if value is not None:
                yield key, value

    def _changed(self, first: bytes, stop: bytes | None) -> Iterator[Item]:
        """Yield the changes in a range, as they are when the first is asked for."""
        if len(self._unsorted) < _FEW and self._sorted:
            for key in self._unsorted:
                insort(self._sorted, key)
        elif self._unsorted:
            self._sorted = sorted(self._changes)
        self._unsorted = []
        low = bisect_left(self._sorted, first)
        high = len(self._sorted) if stop is None else bisect_left(self._sorted, stop)
        changes = self._changes
        return iter([(key, changes[key]) for key in self._sorted[low:high]])

    def take_away(self, prefix: bytes) -> None:
        """Take away all keys that begin with a prefix."""
        for key, _ in [*self.scan(prefix)]:
            self.put(key, None)

    def write(self, draft: Path, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Write the changes into a draft of the next generation.

        Args:
            draft: Its folder.
            name: What a new file is called, without its suffix.

        Returns:
            The files of the next generation, the oldest first, and those of them that are files
            of this one, to be linked.
        """
        if not self.is_changed:
            return self.names, self.names
        kept = self._kept()
        sources = [table.scan(b"", None) for table in self._tables[kept:]]
        sources.append(self._changed(b"", None))
        items = _merged(sources)
        if not kept:  # nothing lies below that a key would have to be taken away from
            items = ((key, value) for key, value in items if value is not None)
        own = f"{name}{LAYER_SUFFIX}"
        with open_new(draft / own, PRIVATE_FILE) as file:
            write_table(file, items)
        return (*self.names[:kept], own), self.names[:kept]

    def _kept(self) -> int:
        """Return how many of the layers stay as they are."""
        # A packed item takes about a third of what it takes in memory.
        above = self._change_bytes // 3
        sizes = [table.size_bytes for table in self._tables]
        kept = len(self.names)
        above += sum(sizes[kept:])
        while kept and above >= sizes[kept - 1] // 2:
            kept -= 1
            above += sizes[kept]
        return kept


def _merged(sources: list[Iterator[Item]]) -> Iterator[Item]:
    """Yield the items of several sources, rising; of one key, that of the last source."""
    if len(sources) == 1:
        yield from sources[0]
        return
    ranked = [_ranked(source, -number) for number, source in enumerate(sources)]
    last: bytes | None = None
    for key, _, value in heapq.merge(*ranked, key=lambda item: item[:2]):
        if key != last:
            last = key
            yield key, value


def _ranked(source: Iterator[Item], rank: int) -> Iterator[tuple[bytes, int, bytes | None]]:
    for key, value in source:
        yield key, rank, value


def _after(prefix: bytes) -> bytes | None:
    """Return the first key behind all that begin with a prefix; None where there is none."""
    cut = prefix.rstrip(b"\xff")
    return cut[:-1] + bytes((cut[-1] + 1,)) if cut else None
