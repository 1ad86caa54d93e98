"""Generations as an operator sees them: listed, checked, cleared away."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex.errors import DroindexError, IndexDamagedError
from droindex.files.disk import StorageErrors
from droindex.library.states import all_states, load_state
from droindex.serialize import Serializable
from droindex.store.damage import (
    CheckReport,
    is_withdrawn,
    known_damage,
    verify_library,
)
from droindex.store.generation import MANIFEST, OPEN_SET, WITHHELD_SET, read_current
from droindex.store.store import Store
from droindex.store.writer import StoreWriter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.library.state import DocState
    from droindex.store.generation import Generation

__all__ = [
    "ClusterStatus",
    "GenerationInfo",
    "PruneReport",
    "check_library",
    "current_state",
    "highest_set",
    "known_states",
    "list_generations",
    "prune",
]


@dataclass(frozen=True, slots=True)
class GenerationInfo(Serializable):
    """One generation, as an operator sees it.

    Attributes:
        name: Its number.
        created: When it was built, ISO 8601; empty where its manifest cannot be read.
        size_bytes: Bytes of its files; what generations share counts in each.
        is_current: Whether it answers.
        is_held: Whether a reader holds it, as far as this account may know: only those that may
            write the library hold, and see what is held.
        withdrawn: Its sets that hold documents which gained a label since.
        damaged: Its files that are known to be damaged.
    """

    name: str
    created: str
    size_bytes: int
    is_current: bool
    is_held: bool
    withdrawn: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PruneReport(Serializable):
    """What was cleared away.

    Attributes:
        removed: Generations that are gone.
        held: Old generations that stay because a reader holds them.
        rubbish: Pieces that killed builds had left.
        cache_bytes: Bytes of extracted texts that are gone.
    """

    removed: tuple[str, ...]
    held: tuple[str, ...]
    rubbish: int
    cache_bytes: int


@dataclass(frozen=True, slots=True)
class ClusterStatus(Serializable):
    """How the cluster is that holds a library.

    Attributes:
        version: Of the server.
        health: Of the indexes of the library: `green`, `yellow` (a copy is missing: one more lost
            node may be too many) or `red` (a part does not answer).
        nodes: Nodes that hold data.
        shards: Pieces of the library's indexes that are active, copies included.
        unassigned: Pieces that no node holds.
        indexes: Index of the generation that answers -> its bytes on all nodes.
    """

    version: str
    health: str
    nodes: int
    shards: int
    unassigned: int
    indexes: dict[str, int]


def check_library(folder: Path) -> CheckReport:
    """Read every file of a library and compare it with its checksum; see `Library.check`."""
    store = Store(folder)
    names = store.names()
    if not names:
        store.current()  # says what is wrong with that place
    return verify_library(folder, names, store.generations_folder)


def current_state(store: Store) -> tuple[Generation, dict[str, DocState]]:
    """Return the generation that `CURRENT` names, and what its build knew of each document.

    Raises:
        IndexNotFoundError, IndexFormatError, IndexDamagedError, StorageError: as `Store.current`.
    """
    while True:
        generation = store.current()
        try:
            return generation, known_states(generation)
        except IndexDamagedError:
            if not generation.is_gone():  # else builds published and swept meanwhile
                raise


def known_states(generation: Generation) -> dict[str, DocState]:
    """Return what a build knew of each document; nothing of an exported set."""
    if "exported" in generation.manifest:
        return {}
    with load_state(generation) as states:
        return dict(all_states(states))


def list_generations(store: Store) -> tuple[GenerationInfo, ...]:
    """Return all generations of a library, newest first."""
    try:
        current = read_current(store.folder)
    except DroindexError:
        current = None
    described = [_describe(store, name, current) for name in store.names()]
    kept = set(store.names())  # what a build removed meanwhile is not damaged
    return tuple(item for item in described if item.name in kept)


def _describe(store: Store, name: str, current: str | None) -> GenerationInfo:
    folder = store.generations_folder / name
    damaged = tuple(sorted(known_damage(folder)))
    try:
        manifest = store.load(name).manifest
    except DroindexError:
        return GenerationInfo(name, "", 0, name == current, is_held=False, damaged=(MANIFEST,))
    return GenerationInfo(
        name,
        manifest["created"],
        sum(size for size, _ in manifest["files"].values()),
        name == current,
        is_held=store.is_held(name),
        withdrawn=tuple(sorted(item for item in manifest["sets"] if is_withdrawn(folder, item))),
        damaged=damaged,
    )


def prune(folder: Path, *, now: bool, wait_s: float, keep: int) -> PruneReport:
    """Clear away what is no longer needed; see `Library.prune`."""
    store = StoreWriter(folder)
    store.current()
    with StorageErrors(folder), store.locked(wait_s):
        rubbish = store.sweep()
        removed, held = store.drop_old(1 if now else keep, also_held=now)
        cache_bytes = _empty(store.cache_folder) if now else 0
    return PruneReport(tuple(removed), tuple(held), rubbish, cache_bytes)


def _empty(folder: Path) -> int:
    """Remove everything below a folder; return how many bytes that were."""
    size = 0
    for parent, _, names in os.walk(folder):
        size += sum((Path(parent) / name).lstat().st_size for name in names)
    if folder.exists():
        shutil.rmtree(folder)
    return size


def highest_set(sets: dict[str, Any]) -> str:
    """Return the name of the set that holds most: of the highest label, else the open one."""
    names: Iterator[str] = (name for name in sets if name not in (OPEN_SET, WITHHELD_SET))
    return max(names, key=lambda name: int(name.rpartition("-")[2]), default=OPEN_SET)
