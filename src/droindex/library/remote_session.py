"""One caller's way into a library on a cluster: it finds what answers him, and notices changes."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from droindex.errors import DroindexError, IndexDamagedError
from droindex.library.reader import SetReader
from droindex.library.session import PLACES, check_versions
from droindex.store.generation import set_for
from droindex.store.remote.remote_store import RemoteStore

if TYPE_CHECKING:
    from types import TracebackType

    from droindex.engine.opensearch.address import Address
    from droindex.store.remote.remote_store import RemoteGeneration

__all__ = ["RemoteHandle"]

_LOOK_S = 1.0  # at least, between two looks for a newer generation: each is a request


@dataclass(slots=True)
class _View:
    """What answers now.

    Attributes:
        generation: The generation.
        name: The set.
        reader: The set, open.
    """

    generation: RemoteGeneration
    name: str
    reader: SetReader


class RemoteHandle:
    """Gives the reader of one clearance, as `Handle` does for a folder.

    It may be shared by threads and survives a fork. What it reads is one state: the indexes of a
    generation, by their own names. Where these are removed, the next call turns to the newest.

    Args:
        path: Where the library is.
        clearance: A label, or None for the open set.
        auto_reload_s: How often to look for a newer generation, in seconds; None for never.
    """

    def __init__(self, path: Address, clearance: str | None, auto_reload_s: float | None) -> None:
        self.path = path
        self.clearance = clearance
        self.auto_reload_s = auto_reload_s
        self.notices: tuple[str, ...] = ()
        self._store = RemoteStore(path)
        self._is_lost = False
        self._next_look_s = 0.0
        self._view = self._open()

    def reader(self) -> SetReader:
        """Return the reader to use for this call, as a context.

        Raises:
            IndexNotFoundError, IndexDamagedError, ClusterError: as when it was opened, where what
                it read was removed meanwhile.
        """
        if self._is_lost:
            self._view = self._open()
        elif self.auto_reload_s is not None and time.monotonic() >= self._next_look_s:
            with suppress(DroindexError):  # what is open answers on
                self.reload()
        return self._view.reader

    def refuse_withdrawn(self, reader: SetReader) -> None:
        """Nothing: what may not be shown any more is removed, and cannot be read on."""

    @property
    def generation(self) -> RemoteGeneration:
        """The generation that answers."""
        return self._view.generation

    def reload(self) -> bool:
        """Turn to the newest generation; return whether anything that is seen here changed."""
        self._wait()
        before = self._view
        if not self._is_lost and self._store.current_name() == before.generation.name:
            return False
        self._view = self._open()
        return _face(before) != _face(self._view)

    def release(self) -> None:
        """Nothing: no claim is held."""

    def corpora_of(self, doc_id: str) -> tuple[Path, ...]:
        """Return the corpora in which the file of a document may lie, on the machine of builds."""
        view = self._view
        corpora: list[str] = view.reader.info.get("corpora", [])
        if len(corpora) > 1:
            places = json.loads(view.generation.read(f"{view.name}/{PLACES}"))
            if doc_id in places:
                corpora = [corpora[places[doc_id]]]
        return tuple(map(Path, corpora))

    def _wait(self) -> None:
        self._next_look_s = time.monotonic() + max(self.auto_reload_s or 0.0, _LOOK_S)

    def _open(self) -> _View:
        self._wait()
        generation = self._store.current()
        check_versions(generation.manifest, str(self.path))
        name = set_for(generation.manifest, self.clearance)
        judge = _Judge(self)
        reader = SetReader(generation, name, judge, self._store.engine)
        self._is_lost = False
        return _View(generation, name, reader)

    def lose(self) -> None:
        """Have the next call open the library anew."""
        self._is_lost = True


class _Judge:
    """A context for whatever reads a set: where a part of it is gone, the next call opens anew.

    Args:
        handle: What opens it.
    """

    def __init__(self, handle: RemoteHandle) -> None:
        self._handle = handle

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if isinstance(error, IndexDamagedError):
            self._handle.lose()


def _face(view: _View) -> tuple[object, ...]:
    """Return what a caller can see of a generation: nothing of other sets is in it."""
    return view.reader.info["fingerprint"], view.reader.config
