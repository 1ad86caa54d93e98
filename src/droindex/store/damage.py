"""Damage and withdrawal: what a generation must not be used for, kept in markers beside it.

`000007.damaged` lists files that were found altered; no query is answered from a set that holds
one of them. `000007.withdrawn-open` says that the open set of that generation holds documents
that gained a label since: it takes over for nobody, nobody can roll back to it, and handles that
have it open turn away from it.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from droindex.errors import IndexDamagedError, StorageError
from droindex.files.disk import TEMPORARY_PREFIX, sum_file, sync_folder, write_whole
from droindex.serialize import Serializable
from droindex.store.generation import CURRENT, MANIFEST, Generation, read_current, read_manifest

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from pathlib import Path

__all__ = [
    "CheckReport",
    "Damage",
    "check_sizes",
    "damage_marker",
    "damaged_sets",
    "find_damage",
    "is_withdrawn",
    "known_damage",
    "verify_files",
    "verify_library",
    "withdraw",
    "withdrawn_marker",
]

_EVERYTHING = ""  # in a list of damaged files: the marker itself cannot be read


@dataclass(frozen=True, slots=True)
class Damage(Serializable):
    """A file of a library that is not as it was written.

    Attributes:
        generation: The generation it belongs to; empty for `CURRENT`.
        file: Its name, relative to the generation.
        reason: What is wrong with it.
    """

    generation: str
    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class CheckReport(Serializable):
    """What a deep check found.

    Attributes:
        generations: The generations that were read, newest first.
        files: Files read; one that several generations share counts once.
        size_bytes: Their bytes together.
        damages: Every file that is not as it was written.
        unmarked: Generations beside which no marker could be left (a read-only file system):
            they still answer.
    """

    generations: tuple[str, ...]
    files: int
    size_bytes: int
    damages: tuple[Damage, ...]
    unmarked: tuple[str, ...] = ()


def damage_marker(folder: Path) -> Path:
    """Return where the list of a generation's damaged files lies, if it has any."""
    return folder.with_name(f"{folder.name}.damaged")


def known_damage(folder: Path) -> frozenset[str]:
    """Return the files of a generation that are known to be damaged.

    A marker that cannot be read counts as damage of everything.
    """
    try:
        found = json.loads(damage_marker(folder).read_bytes())
        return frozenset(str(name) for name in found["files"])
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return frozenset((_EVERYTHING,))


def touches(damaged: Iterable[str], name: str) -> bool:
    """Whether a list of damaged files touches a set, or all of its generation."""
    return any(file.startswith(f"{name}/") or file in (MANIFEST, _EVERYTHING) for file in damaged)


def refuse_damaged(folder: Path, name: str) -> None:
    """Refuse a set of which a file is known to be damaged.

    Raises:
        IndexDamagedError: `index-damaged`, with the file.
    """
    damaged = known_damage(folder)
    if touches(damaged, name):
        file = next((file for file in sorted(damaged) if touches((file,), name)), "")
        raise IndexDamagedError(f"{folder / file} is known to be damaged.", file=file)


def note_damage(folder: Path, files: Iterable[str]) -> bool:
    """Keep the list of a generation's damaged files, or drop it if it is empty.

    Returns:
        Whether it could be kept.
    """
    marker, names = damage_marker(folder), sorted(set(files))
    try:
        if names:
            write_whole(marker, json.dumps({"files": names}).encode())
        else:
            marker.unlink(missing_ok=True)
            sync_folder(marker.parent)
    except OSError:
        return False
    return True


def withdrawn_marker(folder: Path, name: str) -> Path:
    """Return what lies beside a generation once one of its sets may not be shown any more."""
    return folder.with_name(f"{folder.name}.withdrawn-{name}")


def withdraw(folder: Path, name: str) -> None:
    """Mark a set of an older generation as one that nobody may be given any more."""
    write_whole(withdrawn_marker(folder, name), b"")


def is_withdrawn(folder: Path, name: str) -> bool:
    """Whether a set of a generation holds documents that its readers may no longer see."""
    return withdrawn_marker(folder, name).exists()


def remove_markers(folder: Path) -> None:
    """Remove the markers of a generation that is gone."""
    # No glob: Python keeps each pattern for good, and every generation has its own.
    starts = (f"{folder.name}.", f"{TEMPORARY_PREFIX}{folder.name}.")
    with suppress(OSError):
        for name in os.listdir(folder.parent):  # noqa: PTH208 - names are all that is needed
            if name.startswith(starts):
                with suppress(OSError):
                    (folder.parent / name).unlink()


def check_sizes(folder: Path, files: dict[str, list[int]]) -> None:
    """Compare the sizes of files with the manifest.

    Raises:
        IndexDamagedError: `index-damaged`, one is missing, cut short or too long.
        StorageError: `storage-error`, one may not be looked at.
    """
    within = f"{folder}/"
    for name, (size, _) in files.items():
        try:
            found = os.stat(within + name).st_size  # noqa: PTH116 - a Path per file costs more than the call
        except PermissionError as error:
            raise StorageError(f"{within}{name} may not be read.", path=name) from error
        except OSError:
            found = -1
        if found != size:
            state = "missing" if found < 0 else f"{found} bytes long and should have {size}"
            raise IndexDamagedError(f"{within}{name} is {state}.", file=name)


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


def verify_files(
    generation: Generation, files: dict[str, list[int]], seen: dict[Any, list[int]] | None = None
) -> list[Damage]:
    """Read files of a generation whole and compare them with the manifest.

    Args:
        generation: The generation.
        files: Those of its files to read: relative name -> [size in bytes, CRC-32].
        seen: What was found in files that other generations share, by (device, inode).
    """
    damages = []
    for name, wanted in files.items():
        try:
            found = _sum_once(generation.folder / name, seen)
        except PermissionError as error:
            path = generation.folder / name
            raise StorageError(f"{path} may not be read.", path=str(path)) from error
        except OSError as error:
            reason = f"it cannot be read: {error.strerror or error}"
            damages.append(Damage(generation.name, name, reason))
            continue
        if found != wanted:
            reason = "its checksum differs" if found[0] == wanted[0] else "its size differs"
            damages.append(Damage(generation.name, name, reason))
    return damages


def find_damage(
    generation: Generation, part: str = "", among: Container[str] | None = None
) -> tuple[IndexDamagedError | None, bool]:
    """Read a generation or a part of it whole, and leave a marker if it is damaged.

    Args:
        generation: The generation.
        part: A set of it, or an index of a set; empty for all of it.
        among: Names of the files to read; None for all of the part.

    Returns:
        What to raise, None for a sound part; and whether a marker could be left.
    """
    files = generation.files_of(part)
    wanted = {name: facts for name, facts in files.items() if among is None or name in among}
    damages = verify_files(generation, wanted)
    if not damages or generation.is_gone():  # removed: no damage, and what is open stays readable
        return None, False
    first = damages[0]
    known = [*known_damage(generation.folder), *(item.file for item in damages)]
    error = IndexDamagedError(f"{generation.folder / first.file}: {first.reason}.", file=first.file)
    return error, note_damage(generation.folder, known)


def verify_library(folder: Path, names: Iterable[str], generations: Path) -> CheckReport:
    """Read every file of a library, and leave a marker beside each generation that is damaged.

    Args:
        folder: The library.
        names: Its generations, newest first.
        generations: The folder they lie in.
    """
    damages: list[Damage] = []
    unmarked: list[str] = []
    seen: dict[Any, list[int]] = {}
    checked = tuple(names)
    try:
        read_current(folder)
    except IndexDamagedError as error:
        damages.append(Damage("", CURRENT, error.message))
    for name in checked:
        found = _verify_generation(generations / name, name, seen)
        if not (generations / name).exists():  # a build removed it meanwhile
            continue
        damages += found
        if not note_damage(generations / name, (damage.file for damage in found)) and found:
            unmarked.append(name)
    size = sum(facts[0] for facts in seen.values())
    return CheckReport(checked, len(seen), size, tuple(damages), tuple(unmarked))


def _verify_generation(folder: Path, name: str, seen: dict[Any, list[int]]) -> list[Damage]:
    try:
        manifest = read_manifest(folder)
    except IndexDamagedError as error:
        return [Damage(name, MANIFEST, error.message)]
    return verify_files(Generation(name, folder, manifest), manifest["files"], seen)


def _sum_once(path: Path, seen: dict[Any, list[int]] | None) -> list[int]:
    if seen is None:
        return sum_file(path)
    facts = path.stat()
    key = (facts.st_dev, facts.st_ino)
    if key not in seen:
        seen[key] = sum_file(path)
    return seen[key]
