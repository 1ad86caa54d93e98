"""A library on a cluster -> the same in a folder, from what it holds: no file is read again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from droindex.build.maintenance.copying import (
    CopyReport,
    compare_indexes,
    copy_set,
)
from droindex.build.maintenance.to_cluster import IDENTITY, LIBRARY_ID
from droindex.build.write import SCHEMAS
from droindex.engine.tantivy.engine import ENGINE, TANTIVY
from droindex.errors import SettingsError
from droindex.files.disk import PRIVATE_FILE, PRIVATE_FOLDER, StorageErrors, modes_of, write_whole
from droindex.library.reader import SetReader
from droindex.library.report import NOTES, WrittenCounter
from droindex.library.session import check_versions
from droindex.store.generation import OPEN_SET, read_current
from droindex.store.remote.remote_writer import RemoteWriter
from droindex.store.writer import StoreWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from droindex.engine.opensearch.address import Address
    from droindex.library.report import Progress
    from droindex.store.remote.remote_store import RemoteGeneration

__all__ = ["copy_from_cluster"]

_HEAP_BYTES = 64_000_000
_LABELLED = "labelled.jsonl"  # a library has a copy of its newest generation's
_OF_THE_COPY = ("name", "files", LIBRARY_ID)  # of a manifest: true of one copy alone


def copy_from_cluster(
    address: Address,
    folder: Path,
    *,
    wait_s: float,
    progress: Callable[[Progress], None] | None,
) -> CopyReport:
    """Bring the generation that answers on a cluster into a new folder; see `Library.copy`."""
    source = RemoteWriter(address)
    generation = source.current()
    check_versions(generation.manifest, str(address))
    store = StoreWriter(folder)
    with StorageErrors(folder), store.locked(wait_s):
        if read_current(folder) is not None:
            raise SettingsError(
                f"{folder} holds a library already.",
                hint="Nothing was changed. Give a new or empty folder.",
            )
        draft = store.draft()
        try:
            return _write(source, generation, store, draft, progress)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise


def _write(
    source: RemoteWriter,
    generation: RemoteGeneration,
    store: StoreWriter,
    draft: Path,
    progress: Callable[[Progress], None] | None,
) -> CopyReport:
    manifest = generation.manifest
    sets = {name: info["documents"] for name, info in manifest["sets"].items()}
    counter = WrittenCounter(sum(sets.values()), progress)
    if OPEN_SET not in sets:  # its manifest tells of labelled documents as well
        draft.chmod(PRIVATE_FOLDER)
    source.fetched(generation, draft, PRIVATE_FILE)
    _move_notes(draft, store.folder)
    entries = sum(_write_set(source, generation, draft / name, counter) for name in sorted(sets))
    kept = {key: value for key, value in manifest.items() if key not in _OF_THE_COPY}
    published = store.publish(draft, {**kept, "engine": ENGINE}, None, 1)
    write_whole(store.folder / IDENTITY, f"{manifest[LIBRARY_ID]}\n".encode())
    return CopyReport(published.name, sets, entries, len(SCHEMAS) * len(sets))


def _move_notes(draft: Path, folder: Path) -> None:
    """Put what belongs beside the generations there."""
    for note in NOTES:
        if (draft / note).exists():
            (draft / note).rename(folder / note)
    if (draft / _LABELLED).exists():
        write_whole(folder / _LABELLED, (draft / _LABELLED).read_bytes(), mode=PRIVATE_FILE)


def _write_set(
    source: RemoteWriter, generation: RemoteGeneration, target: Path, counter: WrittenCounter
) -> int:
    """Write a set, and return how many entries it holds."""
    name = target.name
    file_mode, folder_mode = modes_of(is_public=name == OPEN_SET)
    target.mkdir(mode=folder_mode)
    for file in generation.manifest["files"]:
        if file.startswith(f"{name}/"):
            generation.files.fetch(file, target / Path(file).name, file_mode)
    reader = SetReader(generation, name, engine=source.engine)
    writers = {
        part: TANTIVY.writer(target / part, schema, reader.analyzer, _HEAP_BYTES)
        for part, schema in SCHEMAS.items()
    }
    copy_set(reader, generation.manifest["passage_chars"], writers, counter.count)
    return compare_indexes(reader, {part: TANTIVY.reader(target / part) for part in SCHEMAS})
