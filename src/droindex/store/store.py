"""Generations on disk: how a library changes all at once, or not at all.

    library.idx/
      CURRENT              the name of the generation that answers, with a checksum
      LOCK                 held by the process that builds
      cache/               extracted texts, by content; can be deleted at any time
      generations/000007/  manifest.json, state.jsonl, and one folder per clearance set
      generations/000007.* marks: what of it is damaged, what of it may not be shown any more

A generation is never changed once `CURRENT` names it. The next one starts as hard links to its
segment files, is changed, synced, and published by renaming a new `CURRENT` into place.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex.engine.tantivy.opening import drop_unsafe_lock, make_engine_lock
from droindex.errors import DroindexError, IndexDamagedError, IndexFormatError
from droindex.files.disk import (
    PRIVATE_FILE,
    is_passing,
    remove_tree,
    storage_error,
    sum_file,
    sync_folder,
)
from droindex.files.lock import (
    Hold,
    claim_for_removal,
    hold,
    is_held,
    make_lock_file,
    writing,
)
from droindex.store.damage import (
    check_sizes,
    is_withdrawn,
    known_damage,
    refuse_damaged,
    remove_marks,
    touches,
)
from droindex.store.generation import (
    CURRENT,
    FORMAT,
    OPEN_SET,
    PAGES,
    Generation,
    no_library,
    read_current,
    read_manifest,
    set_for,
    write_current,
    write_manifest,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FORMAT", "Answer", "Base", "Generation", "Store"]

_LOCK = "LOCK"
_GENERATIONS = "generations"
_DRAFT = "draft-"
MAX_HELD = (
    8  # old generations kept for readers alone: one that never lets go must not fill the disk
)
_TRIES = 20  # a reader loses the race against builds this often only if something else is wrong


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller of one clearance is answered from.

    Attributes:
        generation: The generation.
        name: The set.
        hold: The claim that keeps the generation on disk.
        notices: Sentences for the caller, if it is not the newest generation.
    """

    generation: Generation
    name: str
    hold: Hold
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Base:
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


class Store:
    """The folder of a library.

    Args:
        folder: Where it lies or will lie.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache_folder = folder / "cache"
        self.generations_folder = folder / _GENERATIONS

    # reading ----------------------------------------------------------------------------------

    def current(self) -> Generation:
        """Return the generation that `CURRENT` names, whole.

        Raises:
            IndexNotFoundError: `index-not-found`, there is no library there.
            IndexFormatError: `index-format`, a newer or older format.
            IndexDamagedError: `index-damaged`, a file is missing, cut short or altered.
            StorageError: `storage-error`, a file may not be read.
        """
        while True:
            name = read_current(self.folder)
            if name is None:
                raise no_library(self.folder)
            try:
                generation = self.load(name)
                check_sizes(generation.folder, generation.manifest["files"])
            except IndexDamagedError:
                if read_current(self.folder) == name:
                    raise
                continue  # a build published and swept meanwhile
            return generation

    def load(self, name: str) -> Generation:
        """Return a generation by its name; its manifest is checked, its other files are not."""
        folder = self.generations_folder / name
        return Generation(name, folder, read_manifest(folder))

    def names(self) -> list[str]:
        """Return the names of all generations, newest first."""
        try:
            found = [item.name for item in self.generations_folder.iterdir()]
        except OSError:
            return []
        return sorted(
            (name for name in found if name.isascii() and name.isdigit()), key=int, reverse=True
        )

    def answer(self, clearance: str | None) -> Answer:
        """Return what a caller is answered from: the newest generation, if his set is sound.

        Else the newest older one takes over whose set is sound, and which shows him nothing that
        he may not see today.

        Raises:
            IndexNotFoundError, IndexFormatError, IndexDamagedError, StorageError: as `current`.
            SettingsError: `settings-error`, the library knows no such clearance.
        """
        name = read_current(self.folder)
        for _ in range(_TRIES):
            if name is None:
                raise no_library(self.folder)
            try:
                return self._claim(name, clearance)
            except IndexDamagedError as error:
                newer = read_current(self.folder)
                if newer == name:  # not just a build that published and swept meanwhile
                    return self._take_over(name, clearance, error)
                name = newer
        raise IndexDamagedError(f"{self.folder} changes faster than it can be opened.")

    def _claim(self, name: str, clearance: str | None) -> Answer:
        folder = self.generations_folder / name
        claim = hold(self._hold_file(name))
        try:
            generation = self.load(name)
            wanted = set_for(generation.manifest, clearance)
            refuse_damaged(folder, wanted)
            check_sizes(folder, generation.files_of(wanted))
        except BaseException:
            claim.release()
            raise
        return Answer(generation, wanted, claim)

    def _take_over(self, name: str, clearance: str | None, error: IndexDamagedError) -> Answer:
        for older in self.names():
            if int(older) >= int(name):
                continue
            try:
                answer = self._claim(older, clearance)
            except DroindexError:
                continue
            if is_withdrawn(answer.generation.folder, answer.name):
                answer.hold.release()
                continue
            created = answer.generation.manifest["created"]
            notice = (
                f"The newest state of this library is damaged; the answers are those of {created}. "
                "Its operator can mend it with: droindex build CORPUS"
            )
            return Answer(answer.generation, answer.name, answer.hold, (notice,))
        raise error

    # writing ----------------------------------------------------------------------------------

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
        if names and not names & {CURRENT, _LOCK, _GENERATIONS}:
            raise IndexFormatError(
                f"{self.folder} holds other files and is no library.",
                hint="Give a new or empty folder with --index DIR.",
            )

    def base(self) -> Base:
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
            try:
                generation = self.load(name)
                files = generation.manifest["files"]
                own = {file: facts for file, facts in files.items() if "/" not in file}
                check_sizes(generation.folder, own)
            except IndexDamagedError:
                continue
            if any("/" not in file for file in known_damage(generation.folder)):
                continue  # its build state cannot be trusted
            if name != names[0] and any(
                is_withdrawn(generation.folder, item) for item in generation.manifest["sets"]
            ):
                continue  # it does not know of labels that were given since
            damaged = damaged_sets(generation)
            lost = damaged_sets(generation, f"/{PAGES}") if damaged else damaged
            return Base(generation, damaged, lost, name == current, name == names[0])
        if current is not None and names:
            raise IndexDamagedError(
                f"Of no generation of {self.folder} is enough left to start from.",
                hint="Move that folder away and build anew; put what came through Library.update "
                "in again.",
            )
        return Base(None)

    def draft(self) -> Path:
        """Return a new, empty folder for the next generation; hold the lock first."""
        self.sweep()
        number = max((int(name) for name in self.names()), default=0) + 1
        folder = self.generations_folder / f"{_DRAFT}{number:06d}"
        folder.mkdir()
        return folder

    def sweep(self) -> int:
        """Remove what killed builds left behind; hold the lock first. Return how many pieces."""
        base = self.generations_folder
        base.mkdir(exist_ok=True)
        rubbish = [item for item in base.iterdir() if item.name.startswith(_DRAFT)]
        rubbish += self.folder.glob(f"{CURRENT}.*")
        try:
            current = read_current(self.folder)
        except IndexDamagedError:
            current = None
        if current is not None:  # a build that was stopped between its last two steps
            rubbish += [base / name for name in self.names() if int(name) > int(current)]
        for item in rubbish:
            remove_tree(item)
            remove_marks(item)
        for name in self.names():
            for meta in (base / name).glob("*/*/meta.json"):
                drop_unsafe_lock(meta.parent)
        self._sweep_marks()
        return len(rubbish)

    def _sweep_marks(self) -> None:
        """Remove the marks of generations that are gone."""
        names = {item.name for item in self.generations_folder.iterdir()}
        for name in {mark.partition(".")[0] for mark in names} - names:
            remove_marks(self.generations_folder / name)

    def publish(
        self,
        draft: Path,
        manifest: dict[str, Any],
        base: Generation | None,
        keep: int,
        *,
        also_held: bool = False,
    ) -> Generation:
        """Make a draft the generation that answers, and drop the oldest ones.

        Args:
            draft: The folder from `draft`, complete.
            manifest: What it holds; its name, its files and when it was made are added here.
            base: The generation it started from: files linked from it are known to be good.
            keep: How many generations to keep, the new one included.
            also_held: Whether to drop old ones as well that a reader holds.
        """
        name = draft.name.removeprefix(_DRAFT)
        manifest = {
            **manifest,
            "name": name,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "files": _sync_and_sum(draft, base),
        }
        write_manifest(draft, manifest)
        sync_folder(draft)
        folder = draft.with_name(name)
        remove_marks(folder)
        make_lock_file(self._hold_file(name))
        draft.rename(folder)
        sync_folder(folder.parent)
        write_current(self.folder, name, self.folder / f"{CURRENT}.{os.getpid()}")
        sync_folder(self.folder)
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
                    remove_marks(self.generations_folder / name)
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

    def _hold_file(self, name: str) -> Path:
        return self.generations_folder / f"{name}.hold"

    def is_held(self, name: str) -> bool:
        """Whether a reader of any process holds a generation."""
        return is_held(self._hold_file(name))


def damaged_sets(generation: Generation, part: str = "") -> frozenset[str]:
    """Return the sets of a generation that are known to be damaged, or look like it.

    Args:
        generation: The generation.
        part: Only this part of each set counts, for example `/pages`.
    """
    known = known_damage(generation.folder)
    damaged = set()
    for name in generation.manifest["sets"]:
        try:
            check_sizes(generation.folder, generation.files_of(f"{name}{part}"))
        except IndexDamagedError:
            damaged.add(name)
        if touches(known, f"{name}{part}"):
            damaged.add(name)
    return frozenset(damaged)


def _sync_and_sum(draft: Path, base: Generation | None) -> dict[str, list[int]]:
    """Return {relative name: [size in bytes, CRC-32]}; what is new is forced to disk."""
    known = base.manifest["files"] if base else {}
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
            if base and relative in known and _same_file(path, base.folder / relative):
                files[relative] = known[relative]
            else:
                files[relative] = sum_file(path, sync=True)
        make_engine_lock(Path(folder))
        sync_folder(Path(folder))
    return files


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
