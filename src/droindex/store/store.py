"""Generations on disk: how a library changes all at once, or not at all.

    library.idx/
      CURRENT              the name of the generation that answers, with a checksum
      LOCK                 held by the process that builds
      cache/               extracted texts, by content; can be deleted at any time
      generations/000007/  manifest.json, *.state, and one folder per clearance set
      generations/000007.* markers: what of it is damaged, what of it may not be shown any more

A generation is never changed once `CURRENT` names it. The next one starts as hard links to its
segment files, is changed, synced, and published by renaming a new `CURRENT` into place.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from droindex.errors import DroindexError, IndexDamagedError
from droindex.files.lock import Hold, hold, is_held
from droindex.store.damage import check_sizes, is_withdrawn, refuse_damaged
from droindex.store.generation import (
    Generation,
    no_library,
    read_current,
    read_manifest,
    set_for,
)

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["GENERATIONS", "Answer", "Store"]

GENERATIONS = "generations"
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


class Store:
    """The folder of a library, for those who read it.

    Args:
        folder: Where it lies or will lie.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache_folder = folder / "cache"
        self.generations_folder = folder / GENERATIONS

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

    def claimed(self) -> tuple[Generation, Hold]:
        """Return the generation that `CURRENT` names, and a claim that keeps it on disk.

        Raises:
            IndexNotFoundError, IndexFormatError, IndexDamagedError, StorageError: as `current`.
        """
        while True:
            generation = self.current()
            claim = hold(self._hold_file(generation.name))
            if not generation.is_gone():
                return generation, claim
            claim.release()  # a build published and swept meanwhile

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

    def current_name(self) -> str | None:
        """Return the name of the generation that answers; None for none, or a damaged `CURRENT`."""
        try:
            return read_current(self.folder)
        except IndexDamagedError:
            return None

    def twin_of(self, generation: Generation, file: str) -> Path | None:
        """Return another file that an older generation has of the same name and content."""
        path = generation.folder / file
        for older in self.readable():
            twin = older.folder / file
            is_older = int(older.name) < int(generation.name)
            facts = older.manifest["files"].get(file)
            if is_older and facts == generation.manifest["files"][file]:
                with suppress(OSError):
                    if twin.exists() and not twin.samefile(path):
                        return twin
        return None

    def readable(self) -> list[Generation]:
        """Return the generations that can be opened, newest first; no other shows anything."""
        found = []
        for name in self.names():
            with suppress(DroindexError):
                found.append(self.load(name))
        return found

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

    def is_held(self, name: str) -> bool:
        """Whether a reader of any process holds a generation."""
        return is_held(self._hold_file(name))

    def _hold_file(self, name: str) -> Path:
        return self.generations_folder / f"{name}.hold"
