"""`CURRENT` and `manifest.json`: two small files that vouch for themselves and for all others."""

from __future__ import annotations

import json
import os
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from droindex.corpus.config import CorpusConfig
from droindex.errors import (
    IndexDamagedError,
    IndexFormatError,
    IndexNotFoundError,
    SettingsError,
    StorageError,
)
from droindex.files.disk import write_synced, write_whole
from droindex.metadata.label_hints import fold_label

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = [
    "CURRENT",
    "DOCUMENTS",
    "FORMAT",
    "MANIFEST",
    "OPEN_SET",
    "PAGES",
    "WITHHELD_SET",
    "Generation",
    "check_manifest",
    "clearance_set",
    "read_current",
    "read_manifest",
    "set_for",
    "write_current",
    "write_manifest",
]

FORMAT = 1  # of the folder as a whole; a reader refuses what it does not know
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
DOCUMENTS = "documents"  # the two indexes of a set
PAGES = "pages"
OPEN_SET = "open"
WITHHELD_SET = "withheld"  # documents with a label that is not listed: kept, and seen by nobody

_CURRENT_LINE = re.compile(rb"([0-9]{6,12}) ([0-9a-f]{8})\n")
_SET_NAME = re.compile(r"open|withheld|clearance-[1-9][0-9]{0,3}")
_SHAPE: dict[str, type] = {  # what a manifest must hold
    "created": str,
    "config": dict,
    "labels": list,
    "clearances": dict,
    "corpora": list,
    "sets": dict,
    "files": dict,
}


@dataclass(frozen=True, slots=True)
class Generation:
    """One whole state of a library.

    Attributes:
        name: Its folder's name, a rising number.
        folder: Where it lies.
        manifest: What it holds: format, configuration, sets, files.
    """

    name: str
    folder: Path
    manifest: dict[str, Any]

    def config(self) -> CorpusConfig:
        """Return the configuration that it was built with.

        Raises:
            IndexDamagedError: `index-damaged`, somebody wrote it by hand.
        """
        try:
            return CorpusConfig.from_dict(self.manifest["config"])
        except ValueError as error:
            path = self.folder / MANIFEST
            raise IndexDamagedError(f"{path} lacks a sound 'config'.", file=MANIFEST) from error

    def read(self, file: str) -> bytes:
        """Return what one of its files holds."""
        return (self.folder / file).read_bytes()

    def is_gone(self) -> bool:
        """Whether it was removed since it was loaded; that is no damage."""
        return not os.path.lexists(self.folder)

    def files_of(self, name: str) -> dict[str, list[int]]:
        """Return the files of a part: relative name -> [size in bytes, CRC-32]; empty for all."""
        files: dict[str, list[int]] = self.manifest["files"]
        if not name:
            return files
        return {file: facts for file, facts in files.items() if file.startswith(f"{name}/")}


def clearance_set(rank: int) -> str:
    """Return the name of the set of the label at a place in the list, from 1; 0 is open."""
    return f"clearance-{rank}" if rank else OPEN_SET


def set_for(manifest: dict[str, Any], clearance: str | None) -> str:
    """Return the name of the set that a caller with this clearance reads.

    Args:
        manifest: The generation's manifest.
        clearance: A label of the library, or None for the open set.

    Raises:
        SettingsError: `settings-error`, the library knows no such label, or it is an exported
            set and this caller is to see another one.
    """
    sets = {fold_label(label): str(name) for label, name in manifest["clearances"].items()}
    if clearance is None:
        name = OPEN_SET
    elif fold_label(clearance) in sets:
        name = sets[fold_label(clearance)]
    else:
        raise SettingsError(
            f"This library knows no clearance {clearance!r}.",
            hint="Give one of the labels of its corpus.toml, or none for the open documents.",
        )
    if name not in manifest["sets"]:
        raise SettingsError(
            "This library was exported for one clearance and holds no other set.",
            hint=f"It was exported for: {', '.join(manifest['clearances']) or 'open'}.",
        )
    return name


def read_current(folder: Path) -> str | None:
    """Return the name of the generation that answers; None where nothing was built yet.

    Raises:
        IndexDamagedError: `index-damaged`, the file does not hold what a build wrote.
        StorageError: `storage-error`, it may not be read.
    """
    path = folder / CURRENT
    try:
        line = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as error:
        raise StorageError(f"{folder} may not be read.", path=str(folder)) from error
    except OSError as error:
        raise IndexDamagedError(f"{path} cannot be read.", file=CURRENT) from error
    found = _CURRENT_LINE.fullmatch(line)
    if found is None or int(found[2], 16) != zlib.crc32(found[1]):
        raise IndexDamagedError(
            f"{path} is damaged.",
            file=CURRENT,
            hint="Take up the newest sound generation with: droindex rollback --index DIR",
        )
    return found[1].decode("ascii")


def write_current(folder: Path, name: str) -> None:
    """Make a generation the one that answers, at once or not at all."""
    digits = name.encode("ascii")
    write_whole(folder / CURRENT, b"%s %08x\n" % (digits, zlib.crc32(digits)))


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest of a generation, with its checksum in the first line."""
    payload = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode()
    write_synced(folder / MANIFEST, b'{"crc":%d}\n' % zlib.crc32(payload) + payload)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a generation.

    Raises:
        IndexDamagedError: `index-damaged`, it is missing, altered or no manifest.
        IndexFormatError: `index-format`, of a format that this version does not read.
        StorageError: `storage-error`, it may not be read.
    """
    path = folder / MANIFEST
    try:
        head, _, payload = path.read_bytes().partition(b"\n")
    except PermissionError as error:
        raise StorageError(f"{path} may not be read.", path=str(path)) from error
    except OSError as error:
        raise IndexDamagedError(f"{path} is missing or damaged.", file=MANIFEST) from error
    if head != b'{"crc":%d}' % zlib.crc32(payload):
        raise IndexDamagedError(f"{path} was altered: its checksum differs.", file=MANIFEST)
    try:
        manifest = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise IndexDamagedError(f"{path} is no manifest.", file=MANIFEST) from error
    if not isinstance(manifest, dict):
        raise IndexDamagedError(f"{path} is no manifest.", file=MANIFEST)
    if manifest.get("format") != FORMAT:
        raise IndexFormatError(
            f"{folder} has format {manifest.get('format')}; this version reads {FORMAT}."
        )
    check_manifest(manifest, path)
    if manifest.get("name", folder.name) != folder.name:  # what was noted of it is under that name
        raise IndexDamagedError(
            f"{folder} is generation {manifest['name']} under another name.",
            file=MANIFEST,
            hint="Give its folder that name again, or remove it.",
        )
    return manifest


def check_manifest(manifest: dict[str, Any], path: Path) -> None:
    """Refuse a manifest that was written by hand, whatever its checksum says.

    Raises:
        IndexDamagedError: `index-damaged`, it lacks what one holds.
    """
    for key, kind in _SHAPE.items():
        if not isinstance(manifest.get(key), kind):
            raise IndexDamagedError(f"{path} lacks a sound {key!r}.", file=MANIFEST)
    for is_sound, fault in _RULES:
        if not is_sound(manifest):
            raise IndexDamagedError(f"{path} {fault}.", file=MANIFEST)


def _lists_texts(manifest: dict[str, Any]) -> bool:
    return _is_list_of(str)(manifest["labels"]) and _is_list_of(str)(manifest["corpora"])


def _names_sets(manifest: dict[str, Any]) -> bool:
    names = (*manifest["sets"], *manifest["clearances"].values())
    return all(isinstance(name, str) and _SET_NAME.fullmatch(name) for name in names)


def _describes_sets(manifest: dict[str, Any]) -> bool:
    return all(isinstance(info, dict) and _is_set_info(info) for info in manifest["sets"].values())


def _names_files(manifest: dict[str, Any]) -> bool:
    return all(_is_inside(name) and _is_facts(facts) for name, facts in manifest["files"].items())


_RULES: tuple[tuple[Callable[[dict[str, Any]], bool], str], ...] = (  # what must hold
    (_lists_texts, "lists what is no text"),
    (_names_sets, "names a set that cannot be"),
    (_describes_sets, "describes a set wrongly"),
    (_names_files, "names a file that cannot be"),
)


def _is(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, kind)


def _is_list_of(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(isinstance(item, kind) for item in value)


def _is_table_of(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, dict) and _is_list_of(kind)([*value.values()])


_SET_INFO: dict[str, Callable[[object], bool]] = {  # what the manifest must say of a set
    "documents": _is(int),
    "scopes": _is_table_of(int),
    "expiries": _is_list_of(int),
    "fingerprint": _is(str),
}
_MORE_SET_INFO: dict[str, Callable[[object], bool]] = {  # and what it may say
    "expiring": _is_list_of(int),
    "corpora": _is_list_of(str),
    "layout": _is(str),
}


def _is_set_info(info: dict[str, Any]) -> bool:
    return all(is_sound(info.get(key)) for key, is_sound in _SET_INFO.items()) and all(
        is_sound(info[key]) for key, is_sound in _MORE_SET_INFO.items() if key in info
    )


def _is_inside(name: str) -> bool:
    """Whether a name stays inside the folder of its generation."""
    return ".." not in name.split("/") and not name.startswith("/") and "\0" not in name


def _is_facts(facts: object) -> bool:
    """Whether these are size and checksum of a file."""
    return isinstance(facts, list) and [type(fact) for fact in facts] == [int, int]


def no_library(folder: Path) -> IndexNotFoundError:
    """Return the error for a place where nothing was built."""
    return IndexNotFoundError(f"There is no library at {folder}.")
