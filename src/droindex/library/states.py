"""The documents of a library as the last build left them: one at a time, as it is asked for.

They lie in the layers of a generation (`store.layers`) with all else that a build remembers, each
kind of key behind a letter of its own:

    D id                the document (`state`)
    N number            the id that has this number in the indexes
    H id                its label is lost: it stays hidden
    X id                its rank, if it is not open
    F id                it is a part of the file that has this id
    P id                something of it is to be told with each build
    S set, id           what a set holds of it, and what else is counted there (`build.facts`)
    I set, key, id      what it is found by there
    G set, key          how many documents of the set say so
    L corpus, place     where the lines of a file of records stand
    M                   counts, and what tells that the rest may be built upon
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Mapping
from heapq import merge
from typing import TYPE_CHECKING, Any, Self

from droindex.engine.entries import owner_number
from droindex.library.state import DocState, exported_error
from droindex.store.layers import Layers
from droindex.store.table import table_damage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from droindex.store.generation import Generation

__all__ = [
    "HELD",
    "HIDDEN",
    "PART",
    "TOLD",
    "Changes",
    "States",
    "all_states",
    "load_state",
    "parts_by_file",
    "save_state",
]

_DOCUMENT, _NUMBER, _META = b"D", b"N", b"M"
HELD, HIDDEN, TOLD, PART = b"H", b"X", b"P", b"F"
_LINES = "state.jsonl"  # what versions before kept them in
_NUMBER_BYTES = 8


def _number_key(number: int) -> bytes:
    """Return the key under which the id of a number stands."""
    return _NUMBER + number.to_bytes(_NUMBER_BYTES, "big")


class States(Mapping[str, DocState]):
    """The documents of one generation; a context, which closes its files.

    Args:
        layers: What the generation remembers.
        lost_sets: Sets that are damaged: their documents count as not written.

    Attributes:
        layers: The same.
        meta: What it says of all documents together; empty where a version before wrote it.

    Raises:
        IndexDamagedError: `index-damaged`, what was read is not as it was written. So do all
            methods.
    """

    def __init__(self, layers: Layers, lost_sets: frozenset[str] = frozenset()) -> None:
        self.layers = layers
        self.meta: dict[str, Any] = json.loads(layers.get(_META) or b"{}")
        self._lost_sets = lost_sets
        self._renamed: dict[str, str] = {}
        self._last: DocState | None = None  # what was asked for last is asked for again, mostly
        self._origins: Mapping[str, int] = (
            self.meta["origins"]
            if self.meta
            else Counter(state.origin for _, state in self.all_states())
        )

    def as_written(self, doc_id: str) -> DocState | None:
        """Return a document in all sets that held it, also those that are damaged."""
        found = self.layers.get(_key(doc_id))
        if found is None:
            return None
        state = DocState.from_json(found)
        state.origin = self._renamed.get(state.origin, state.origin)
        return state

    def rename(self, before: str, now: str) -> None:
        """Have all documents of one origin be of another one."""
        self._renamed[before] = now

    def origins(self) -> dict[str, int]:
        """Return how many documents are of each origin."""
        counts = self._origins
        return {self._renamed.get(origin, origin): count for origin, count in counts.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.layers.close()

    def __getitem__(self, doc_id: str) -> DocState:
        last = self._last
        if last is None or last.doc_id != doc_id:
            found = self.layers.get(_key(doc_id))
            if found is None:
                raise KeyError(doc_id)
            last = self._last = self._read(found)
        return last

    def __contains__(self, doc_id: object) -> bool:
        return isinstance(doc_id, str) and self.layers.get(_key(doc_id)) is not None

    def __iter__(self) -> Iterator[str]:
        for key, _ in self.layers.scan(_DOCUMENT):
            yield key[1:].decode()

    def __len__(self) -> int:
        return sum(self.origins().values())

    def all_states(self) -> Iterator[tuple[str, DocState]]:
        """Yield all documents by their ids, rising; faster than asking for one after the other."""
        for _, value in self.layers.scan(_DOCUMENT):
            state = self._last = self._read(value)
            yield state.doc_id, state

    def with_number(self, number: int) -> str | None:
        """Return the id of the document that has a number in the indexes; None for none."""
        found = self.layers.get(_number_key(number))
        return None if found is None else found.decode()

    def marked(self, letter: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield the ids of one kind of key, with what stands there, rising."""
        for key, value in self.layers.scan(letter):
            yield key[1:].decode(), value

    def mark(self, letter: bytes, doc_id: str, value: bytes | None) -> None:
        """Set what stands under an id in one kind of key; None takes it away."""
        key = letter + doc_id.encode()
        if self.layers.get(key) != value:
            self.layers.put(key, value)

    def put(self, state: DocState) -> None:
        """Keep a document as it is from now on."""
        self._last = None
        self.layers.put(_key(state.doc_id), state.to_json())
        self.layers.put(_number_key(owner_number(state.doc_id)), state.doc_id.encode())

    def drop(self, doc_id: str) -> None:
        """Forget a document."""
        self._last = None
        self.layers.put(_key(doc_id), None)
        self.layers.put(_number_key(owner_number(doc_id)), None)

    def put_meta(self, meta: dict[str, Any]) -> None:
        """Keep what is said of all documents together."""
        self.layers.put(_META, json.dumps(meta, ensure_ascii=False, sort_keys=True).encode())

    def _read(self, stored: bytes) -> DocState:
        state = DocState.from_json(stored)
        if self._renamed:
            state.origin = self._renamed.get(state.origin, state.origin)
        if self._lost_sets:
            state.fingerprints = {
                name: own for name, own in state.fingerprints.items() if name not in self._lost_sets
            }
        return state


class Changes(Mapping[str, DocState]):
    """Documents as they are to be: those of the last build, and what changes of them.

    Args:
        old: The documents of the last build; never changed.

    Attributes:
        old: The same.
        changed: Those that are new or other than before, by id.
        gone: Ids of those that there are no more.
    """

    def __init__(self, old: Mapping[str, DocState]) -> None:
        self.old = old
        self.changed: dict[str, DocState] = {}
        self.gone: set[str] = set()

    def __getitem__(self, doc_id: str) -> DocState:
        found = self.changed.get(doc_id)
        if found is not None:
            return found
        if doc_id in self.gone:
            raise KeyError(doc_id)
        return self.old[doc_id]

    def __contains__(self, doc_id: object) -> bool:
        if doc_id in self.changed:
            return True
        return doc_id not in self.gone and doc_id in self.old

    def __iter__(self) -> Iterator[str]:
        for doc_id, _ in self.all_states():
            yield doc_id

    def __len__(self) -> int:
        new = sum(doc_id not in self.old for doc_id in self.changed)
        return len(self.old) + new - len(self.gone)

    @property
    def touched(self) -> set[str]:
        """Ids of all that changed or are gone."""
        return self.changed.keys() | self.gone

    def all_states(self) -> Iterator[tuple[str, DocState]]:
        """Yield all documents by their ids, rising."""
        touched = self.touched
        kept = (item for item in all_states(self.old) if item[0] not in touched)
        changed = ((key, self.changed[key]) for key in sorted(self.changed, key=str.encode))
        return merge(kept, changed, key=lambda item: item[0].encode())

    def put(self, state: DocState) -> None:
        """Take a document that is new, or in place of another."""
        self.changed[state.doc_id] = state
        self.gone.discard(state.doc_id)

    def drop(self, doc_id: str) -> bool:
        """Leave a document out; return whether it was there."""
        was_there = doc_id in self
        self.changed.pop(doc_id, None)
        if was_there and doc_id in self.old:
            self.gone.add(doc_id)
        return was_there


def all_states(states: Mapping[str, DocState]) -> Iterator[tuple[str, DocState]]:
    """Yield all documents of a mapping by their ids, as fast as it can."""
    if isinstance(states, (States, Changes)):
        return states.all_states()
    return iter([(key, states[key]) for key in sorted(states, key=str.encode)])


def parts_by_file(states: Mapping[str, DocState]) -> dict[str, list[str]]:
    """Return the ids of the parts of each file that was split, by the id of the file."""
    found: dict[str, list[str]] = {}
    if isinstance(states, States):
        pairs = ((key, file.decode()) for key, file in states.marked(PART))
    else:
        pairs = ((key, state.file_id) for key, state in all_states(states))
    for key, file_id in pairs:
        if key != file_id:
            found.setdefault(file_id, []).append(key)
    return found


def _key(doc_id: str) -> bytes:
    return _DOCUMENT + doc_id.encode("utf-8", "surrogatepass")


def load_state(
    generation: Generation,
    *,
    passing: Path | None = None,
    lost_sets: frozenset[str] = frozenset(),
) -> States:
    """Return the documents of a generation, to be closed when nobody asks for more.

    Args:
        generation: The generation.
        passing: Where changes go that memory is not to hold.
        lost_sets: Its sets that are damaged: their documents count as not written.

    Raises:
        IndexDamagedError: `index-damaged`, a file is missing or altered.
        IndexFormatError: `index-format`, the library is an exported set and has none.
    """
    if "exported" in generation.manifest:
        raise exported_error(generation)
    names = generation.manifest.get("state")
    layers = Layers(generation.folder, names or (), passing)
    try:
        if names is None:
            _read_lines(generation, layers)
        return States(layers, lost_sets)
    except BaseException:
        layers.close()
        raise


def _read_lines(generation: Generation, layers: Layers) -> None:
    """Read what a version before remembers: as changes, so that a build writes it anew."""
    crc = 0
    try:
        with (generation.folder / _LINES).open("rb") as file:
            for line in file:
                crc = zlib.crc32(line, crc)
                state = DocState.from_json(line)
                layers.put(_key(state.doc_id), line)
                layers.put(_number_key(owner_number(state.doc_id)), state.doc_id.encode())
                if state.file_id != state.doc_id:
                    layers.put(PART + state.doc_id.encode(), state.file_id.encode())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise table_damage(_LINES) from error
    # A label that one flipped bit hides would show a document to everyone: so it is checked.
    if crc != generation.manifest["files"].get(_LINES, (0, None))[1]:
        raise table_damage(_LINES)


def save_state(folder: Path, states: Mapping[str, DocState]) -> tuple[str, ...]:
    """Write the documents of a generation of its own; return the files, for its manifest."""
    with States(Layers(folder)) as saved:
        for state in states.values():
            saved.put(state)
        return saved.layers.write(folder, "000001")[0]
