"""A library in a folder -> the same on a cluster: beside what answers there, then in its place."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from droindex.build.maintenance.copying import (
    CopyReport,
    compare_indexes,
    copy_set,
)
from droindex.build.write import SCHEMAS
from droindex.clearance.withdrawal import exposed, labels_of
from droindex.errors import (
    IndexDamagedError,
    IndexFormatError,
    IndexNotFoundError,
    SettingsError,
)
from droindex.files.disk import PRIVATE_FILE, StorageErrors, write_whole
from droindex.files.lock import writing
from droindex.library.reader import SetReader
from droindex.library.report import NOTES, WrittenCounter
from droindex.library.session import check_versions
from droindex.store.damage import find_damage
from droindex.store.generation import MANIFEST, Generation
from droindex.store.remote.files import RemoteFiles
from droindex.store.remote.remote_writer import RemoteWriter
from droindex.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from droindex.engine.opensearch.address import Address
    from droindex.library.report import Progress
    from droindex.store.remote.remote_store import RemoteGeneration

__all__ = ["IDENTITY", "copy_to_cluster", "exposing", "local_copy"]

IDENTITY = "library.id"  # beside the generations: which library it is, wherever it is copied to
LIBRARY_ID = "library"  # the same, in the manifest of a copy
_LOCK = "PUBLISHING"
_HEAP_BYTES = 4_000_000  # for each index that is written
_NOT_OURS = (
    "Nothing was changed. Give another name at the end of the address; to put this library in its "
    "place, give --replace."
)


class _Source(NamedTuple):
    """What is copied.

    Attributes:
        generation: The generation.
        identity: Which library it is of.
        folder: Where that lies.
    """

    generation: Generation
    identity: str
    folder: Path

    @property
    def sets(self) -> dict[str, int]:
        """Set -> its documents."""
        return {name: info["documents"] for name, info in self.generation.manifest["sets"].items()}

    @property
    def token(self) -> dict[str, Any]:
        """What tells a draft of the same from all others."""
        manifest = self.generation.manifest
        return {
            LIBRARY_ID: self.identity,
            "generation": self.generation.name,
            "created": manifest["created"],
        }


class _Copied(NamedTuple):
    """A copy that answers.

    Attributes:
        name: Its generation there.
        entries: Its entries in all indexes.
        written: Indexes that were written for it.
    """

    name: str
    entries: int
    written: int


def copy_to_cluster(
    folder: Path,
    address: Address,
    *,
    replace: bool,
    wait_s: float,
    keep: int,
    progress: Callable[[Progress], None] | None,
) -> CopyReport:
    """Publish the generation that answers on a cluster; see `Library.copy`."""
    store = Store(folder)
    generation, claim = store.claimed()
    try:
        damage, _ = find_damage(generation)
        if damage is not None:
            raise damage
        check_versions(generation.manifest, str(folder))
        with StorageErrors(folder), writing(folder / _LOCK, wait_s):
            source = _Source(generation, _identity(folder), folder)
            target = RemoteWriter(address)
            _check_target(target, source.identity, replace=replace)
            copied = None if replace else _answering(source, target)
            copied = copied or _publish(source, target, progress)
            # Here as well if nothing was written: a copy may have stopped before it came to this.
            going = exposing(target, copied.name, generation)
            removed = target.drop_old(keep, also=going)
            return CopyReport(
                copied.name, source.sets, copied.entries, copied.written, tuple(removed)
            )
    finally:
        claim.release()


def _identity(folder: Path) -> str:
    """Return what tells this library from all others; it is made with the first copy."""
    path = folder / IDENTITY
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        write_whole(path, f"{secrets.token_hex(16)}\n".encode())
        return path.read_text("ascii").strip()


def _check_target(target: RemoteWriter, identity: str, *, replace: bool) -> None:
    """Refuse a name that is in use for something else.

    Raises:
        SettingsError: `settings-error`, another library answers there, or a plain index.
        IndexDamagedError, IndexFormatError: what answers cannot be read, and may be of another.
    """
    name = target.address.name
    try:
        current = target.current()
    except IndexNotFoundError:
        if target.cluster.ask_for(f"/{name}/_settings", action="look for the library"):
            raise SettingsError(
                f"{target.cluster.where} has an index {name!r} that is none of droindex.",
                hint="Give the library another name at the end of its address.",
            ) from None
        return
    except (IndexDamagedError, IndexFormatError) as error:
        # What is ours is mended by a whole one; of what is not, only its mapping can tell.
        if replace or _said_of_current(target).get("source", {}).get(LIBRARY_ID) == identity:
            return
        error.hint = _NOT_OURS
        raise
    if current.manifest.get(LIBRARY_ID) != identity and not replace:
        raise SettingsError(
            f"Another library answers at {target.address}: "
            f"{current.manifest['config'].get('name') or 'it has no name'}, "
            f"of {current.manifest['created']}.",
            hint=_NOT_OURS,
        )


def _said_of_current(target: RemoteWriter) -> dict[str, Any]:
    """Return what the generation that answers says of itself; empty where none can be told."""
    try:
        current = target.current_name()
    except IndexDamagedError:
        return {}
    return target.said_of(current) if current else {}


def _publish(
    source: _Source,
    target: RemoteWriter,
    progress: Callable[[Progress], None] | None,
) -> _Copied:
    manifest = source.generation.manifest
    counter = WrittenCounter(sum(source.sets.values()), progress)
    name = target.draft(source.token)
    entries = written = 0
    for own in sorted(source.sets):
        found, fresh = _write_set(source, target, Path(target.address.name) / name / own, counter)
        entries += found
        written += fresh
    kept = {key: value for key, value in manifest.items() if key not in ("name", "files")}
    shape = {
        **kept,
        "name": name,
        "files": _put_files(source, target, name),
        LIBRARY_ID: source.identity,
    }
    target.publish(name, shape, source.token)
    return _Copied(name, entries, written)


def _answering(source: _Source, target: RemoteWriter) -> _Copied | None:
    """Return what is to be copied as it answers there already.

    None where it does not, or not as it was written: each file and each index is looked at.
    """
    if _said_of_current(target).get("source") != source.token:
        return None
    try:
        generation = target.current()
        for file in generation.manifest["files"]:
            generation.read(file)
        places = (generation.folder / own / part for own in source.sets for part in SCHEMAS)
        entries = sum(target.engine.reader(place).num_docs for place in places)
    except (IndexDamagedError, IndexFormatError):
        return None
    return _Copied(generation.name, entries, written=0)


def _write_set(
    source: _Source, target: RemoteWriter, place: Path, counter: WrittenCounter
) -> tuple[int, int]:
    """Write a set as far as it is not there; return its entries, and how many indexes were new."""
    reader = SetReader(source.generation, place.name)
    sizes = dict(zip(SCHEMAS, (reader.documents.num_docs, reader.pages.num_docs), strict=True))
    lacking = [part for part, size in sizes.items() if not target.is_written(place / part, size)]
    writers = {
        part: target.engine.writer(place / part, SCHEMAS[part], reader.analyzer, _HEAP_BYTES)
        for part in lacking
    }
    if writers:
        passage_chars = source.generation.manifest["passage_chars"]
        copy_set(reader, passage_chars, writers, counter.count)
    copies = {part: target.engine.reader(place / part) for part in SCHEMAS}
    return compare_indexes(reader, copies), len(lacking)


def _put_files(source: _Source, target: RemoteWriter, name: str) -> dict[str, list[int]]:
    """Keep on the cluster what a generation holds besides indexes, and what builds noted."""
    files = RemoteFiles(target.cluster, target.library_index(name))
    own = source.generation
    kept = {file: files.put(file, own.folder / file) for file in sorted(_plain_files(own))}
    for note in NOTES:
        if (source.folder / note).is_file():
            kept[note] = files.put(note, source.folder / note)
    return kept


def _plain_files(generation: Generation) -> set[str]:
    """Return the files of a generation that belong to no index."""
    files = generation.manifest["files"]
    return {file for file in files if file.count("/") < 2 and file != MANIFEST}


# what older generations would show ------------------------------------------------------------


def exposing(target: RemoteWriter, newest: str, current: Generation) -> list[str]:
    """Return the generations that show what may not be shown any more, or cannot tell.

    Args:
        target: The library.
        newest: The generation that answers there; it is not among them.
        current: The same, in a folder.
    """
    older = [name for name in target.names() if name != newest]
    if "exported" in current.manifest:  # it cannot tell what gained a label since
        return older
    labels = labels_of(current) if older else None
    found = []
    for name in older:
        with tempfile.TemporaryDirectory() as folder:
            try:
                local = local_copy(target, target.load(name), Path(folder))
            except (IndexDamagedError, IndexFormatError):
                found.append(name)
                continue
            is_exposed = labels is None or exposed(local, labels) != {}
        if is_exposed:
            found.append(name)
    return found


def local_copy(target: RemoteWriter, generation: RemoteGeneration, folder: Path) -> Generation:
    """Return what a generation on a cluster knows of its documents, as files in a folder."""
    target.fetched(generation, folder, PRIVATE_FILE)
    return Generation(generation.name, folder, generation.manifest)
