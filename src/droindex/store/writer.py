"""Changing a library: the lock, what a build starts from, drafts, publishing, clearing away."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex.engine.tantivy.opening import drop_unsafe_lock, make_engine_lock
from droindex.errors import IndexDamagedError, IndexFormatError
from droindex.files.disk import (
    PRIVATE_FILE,
    TEMPORARY_PREFIX,
    is_passing,
    remove_tree,
    storage_error,
    sum_file,
    sync_folder,
)
from droindex.files.lock import claim_for_removal, make_lock_file, writing
from droindex.files.unlinked import is_same
from droindex.store.damage import (
    check_sizes,
    damaged_sets,
    is_withdrawn,
    known_damage,
    remove_markers,
)
from droindex.store.generation import (
    CURRENT,
    OPEN_SET,
    PAGES,
    Generation,
    read_current,
    write_current,
    write_manifest,
)
from droindex.store.store import GENERATIONS, Store

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MAX_HELD", "StartingPoint", "StoreWriter"]

_LOCK = "LOCK"
_DRAFT = "draft-"
MAX_HELD = 8  # old generations kept for readers: one that never lets go must not fill the disk


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """What the next build starts from.

    Attributes:
        generation: The newest generation whose manifest and build state are sound, if any.
        damaged: Its sets that are damaged and must be written anew.
        lost_texts: Those of them whose texts cannot be read back.
        is_named: Whether it is the one that `CURRENT` names.
        is_newest: Whether no newer generation had to be passed over.
    """

    generation: Generation | None
    damaged: frozenset[str] = frozenset()
    lost_texts: frozenset[str] = frozenset()
    is_named: bool = True
    is_newest: bool = True


class StoreWriter(Store):
    """The folder of a library, for those who change it."""

    @contextmanager
    def locked(self, wait_s: float = 0.0) -> Iterator[None]:
        """Hold the library for writing.

        Args:
            wait_s: How long to wait for another holder, in seconds.

        Raises:
            IndexLockedError: `index-locked`, another process still holds it.
            IndexFormatError: `index-format`, the folder holds something else.
            StorageError: `storage-error`, the folder cannot be written.
        """
        self._claim_folder()
        with writing(self.folder / _LOCK, wait_s):
            yield

    def _claim_folder(self) -> None:
        try:
            is_new = not self.folder.exists()
            self.folder.mkdir(parents=True, exist_ok=True)
            if is_new:
                sync_folder(self.folder.parent)
            names = {item.name for item in self.folder.iterdir()}
        except OSError as error:
            raise storage_error(error, self.folder) from error
        if names and not names & {CURRENT, _LOCK, GENERATIONS}:
            raise IndexFormatError(
                f"{self.folder} holds other files and is no library.",
                hint="Give a new or empty folder with --index DIR.",
            )

    def starting_point(self) -> StartingPoint:
        """Return what the next build starts from; hold the lock first.

        Raises:
            IndexDamagedError: `index-damaged`, of no generation is enough left.
            IndexFormatError: `index-format`, it was written by a newer version.
        """
        try:
            current = read_current(self.folder)
        except IndexDamagedError:
            current = ""
        names = [name for name in self.names() if not current or int(name) <= int(current)]
        for name in names:
            generation = self._sound(name, is_newest=name == names[0])
            if generation is not None:
                damaged = damaged_sets(generation)
                lost = damaged_sets(generation, f"/{PAGES}") if damaged else damaged
                return StartingPoint(generation, damaged, lost, name == current, name == names[0])
        if current is not None and names:
            raise IndexDamagedError(
                f"Of no generation of {self.folder} is enough left to start from.",
                hint="Move that folder away and build anew; put what came through Library.update "
                "in again.",
            )
        return StartingPoint(None)

    def _sound(self, name: str, *, is_newest: bool) -> Generation | None:
        """Return a generation that a build can start from: what it knows of documents is sound."""
        try:
            generation = self.load(name)
            files = generation.manifest["files"]
            own = {file: facts for file, facts in files.items() if "/" not in file}
            check_sizes(generation.folder, own)
        except IndexDamagedError:
            return None
        if any("/" not in file for file in known_damage(generation.folder)):
            return None  # its build state cannot be trusted
        withdrawn = (is_withdrawn(generation.folder, item) for item in generation.manifest["sets"])
        if not is_newest and any(withdrawn):
            return None  # it does not know of labels that were given since
        return generation

    def draft(self) -> Path:
        """Return a new, empty folder for the next generation; hold the lock first."""
        self.sweep()
        number = max((int(name) for name in self.names()), default=0) + 1
        folder = self.generations_folder / f"{_DRAFT}{number:06d}"
        folder.mkdir()
        return folder

    def sweep(self) -> int:
        """Remove what killed builds left behind; hold the lock first. Return how many pieces."""
        self.generations_folder.mkdir(exist_ok=True)
        leftovers = [*self._leftovers()]
        for item in leftovers:
            remove_tree(item)
            remove_markers(item)
        for name in self.names():
            for meta in (self.generations_folder / name).glob("*/*/meta.json"):
                drop_unsafe_lock(meta.parent)
        self._sweep_markers()
        return len(leftovers)

    def _leftovers(self) -> Iterator[Path]:
        """Yield drafts, files that were not whole yet, and generations that nothing ever named."""
        yield from self.generations_folder.glob(f"{_DRAFT}*")
        yield from self.folder.glob(f"{TEMPORARY_PREFIX}*")
        yield from self.folder.glob(f"{CURRENT}.*")  # as versions before named such a file
        current = self.current_name()
        if current is not None:  # a build that was stopped between its last two steps
            newer = (name for name in self.names() if int(name) > int(current))
            yield from (self.generations_folder / name for name in newer)

    def _sweep_markers(self) -> None:
        """Remove the markers of generations that are gone."""
        names = {item.name for item in self.generations_folder.iterdir()}
        for name in {marker.partition(".")[0] for marker in names} - names:
            remove_markers(self.generations_folder / name)

    def publish(
        self,
        draft: Path,
        manifest: dict[str, Any],
        previous: Generation | None,
        keep: int,
        *,
        also_held: bool = False,
    ) -> Generation:
        """Make a draft the generation that answers, and drop the oldest ones.

        Args:
            draft: The folder from `draft`, complete.
            manifest: What it holds; its name, its files and when it was made are added here.
            previous: The generation it started from: files linked from it are known to be good.
            keep: How many generations to keep, the new one included.
            also_held: Whether to drop old ones as well that a reader holds.
        """
        name = draft.name.removeprefix(_DRAFT)
        manifest = {
            **manifest,
            "name": name,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "files": _sync_and_sum(draft, previous),
        }
        write_manifest(draft, manifest)
        sync_folder(draft)
        folder = draft.with_name(name)
        remove_markers(folder)
        make_lock_file(self._hold_file(name))
        draft.rename(folder)
        sync_folder(folder.parent)
        write_current(self.folder, name)
        self.drop_old(keep, also_held=also_held)
        return Generation(name, folder, manifest)

    def drop_old(self, keep: int, *, also_held: bool = False) -> tuple[list[str], list[str]]:
        """Remove old generations; hold the lock first.

        Of those that readers hold, the newest `MAX_HELD` stay. A handle turns to the newest with
        its next call where its own is gone: no label that is given later could reach it there.

        Args:
            keep: How many to keep, the one that answers included.
            also_held: Whether to remove those as well that a reader holds. A call that runs ends as
                it began: the system keeps what it has open.

        Returns:
            The names of those that were removed, and of those that readers hold.
        """
        current = read_current(self.folder)
        names = [name for name in self.names() if current and int(name) < int(current)]
        removed: list[str] = []
        held: list[str] = []
        for name in names[max(0, keep - 1) :]:
            with claim_for_removal(self._hold_file(name)) as is_free:
                if is_free or also_held or len(held) >= MAX_HELD:
                    self._remove(name)
                    remove_markers(self.generations_folder / name)
                    removed.append(name)
                else:
                    held.append(name)
        return removed, held

    def _remove(self, name: str) -> None:
        """Remove a generation; a reader finds it whole or not at all."""
        folder = self.generations_folder / name
        aside = folder.with_name(f"{_DRAFT}gone-{name}")
        with suppress(OSError):  # else what is left is removed in place
            folder.rename(aside)
        remove_tree(aside)
        remove_tree(folder)
        self._hold_file(name).unlink(missing_ok=True)


def _sync_and_sum(draft: Path, previous: Generation | None) -> dict[str, list[int]]:
    """Return {relative name: [size in bytes, CRC-32]}; what is new is forced to disk."""
    known = previous.manifest["files"] if previous else {}
    public = draft.stat().st_mode & 0o666  # as the umask has it
    files: dict[str, list[int]] = {}
    for folder, _, names in os.walk(draft):
        for name in sorted(names):
            path = Path(folder) / name
            if is_passing(name):
                path.unlink()
                continue
            relative = path.relative_to(draft).as_posix()
            if "/" in relative:  # the engine gives some of its files other modes
                path.chmod(public if relative.startswith(f"{OPEN_SET}/") else PRIVATE_FILE)
            if previous and relative in known and is_same(path, previous.folder / relative):
                files[relative] = known[relative]
            else:
                files[relative] = sum_file(path, sync=True)
        make_engine_lock(Path(folder))
        sync_folder(Path(folder))
    return files
