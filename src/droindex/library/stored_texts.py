"""The texts that a library holds already, for builds that do not read them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.errors import DroindexError
from droindex.library.reader import stored_pages
from droindex.library.states import load_state
from droindex.store.damage import damaged_sets, find_damage
from droindex.store.generation import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from droindex.engine.protocol import Engine, Reader
    from droindex.library.state import DocState
    from droindex.library.states import States
    from droindex.pages import Page
    from droindex.store.generation import Generation
    from droindex.store.store import Store
    from droindex.store.writer import StartingPoint

__all__ = ["StoredTexts"]


class StoredTexts:
    """Reads texts from the generation that a build starts from; older ones help out.

    Args:
        store: The library.
        point: What the build starts from.
        states: Its documents; `fingerprints` names the sound sets that hold them.
        engine: What the library is written with.
    """

    def __init__(
        self, store: Store, point: StartingPoint, states: Mapping[str, DocState], engine: Engine
    ) -> None:
        self._store = store
        self._newest = point.generation
        self._states = states
        self._engine = engine
        self._readers: dict[tuple[str, str, str], Reader] = {}
        self._older: list[tuple[Generation, States]] | None = None

    def holds(self, doc_id: str) -> bool:
        """Whether the text of a document can be had."""
        return self._place(doc_id) is not None

    def pages_of(self, doc_id: str) -> tuple[Page, ...]:
        """Return the text of a document that `holds` knows.

        Raises:
            IndexDamagedError: `index-damaged`, the set it lies in turns out to be damaged; that
                is marked, so that a second try reads the text from elsewhere.
        """
        place = self._place(doc_id)
        assert place is not None, doc_id
        return stored_pages(self._reader(*place, PAGES), doc_id)

    def check(self, name: str, files: Iterable[str]) -> None:
        """Refuse files of a set of the generation that a build starts from, unless they are sound.

        What is copied into the next generation gets a new checksum: it must be sound now.

        Args:
            name: The set.
            files: Names of files within it.

        Raises:
            IndexDamagedError: `index-damaged`, as for `pages_of`.
        """
        assert self._newest is not None
        wanted = {f"{name}/{file}" for file in files}
        damage, _ = find_damage(self._newest, name, wanted) if wanted else (None, False)
        if damage is not None:
            raise damage

    def _place(self, doc_id: str) -> tuple[Generation, str] | None:
        state = self._states.get(doc_id)
        if state is None or self._newest is None:
            return None
        if state.fingerprints:
            return self._newest, next(iter(state.fingerprints))
        for generation, states in self._older_states():
            other = states.get(doc_id)
            if other is not None and other.digest == state.digest:
                for name in other.fingerprints:
                    return generation, name
        return None

    def close(self) -> None:
        """Close what older generations remember."""
        for _, states in self._older or ():
            states.layers.close()
        self._older = None

    def _older_states(self) -> list[tuple[Generation, States]]:
        if self._older is None:
            assert self._newest is not None
            self._older = []
            for name in self._store.names():
                if int(name) >= int(self._newest.name):
                    continue
                try:
                    generation = self._store.load(name)
                    damaged = damaged_sets(generation, f"/{PAGES}")
                    states = load_state(generation, lost_sets=damaged)
                except DroindexError:
                    continue
                self._older.append((generation, states))
        return self._older

    def _reader(self, generation: Generation, name: str, part: str) -> Reader:
        key = (generation.name, name, part)
        if key not in self._readers:
            # What is copied into the next generation gets a new checksum: it must be sound now.
            damage, _ = find_damage(generation, f"{name}/{part}")
            if damage is not None:
                raise damage
            self._readers[key] = self._engine.reader(generation.folder / name / part)
        return self._readers[key]
