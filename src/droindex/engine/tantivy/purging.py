"""What was deleted leaves the files: the engine itself keeps it there until it merges a segment.

A segment that comes out of this has its words counted by the rounded lengths of its entries, which
moves the mean length of fields, and with it scores, a little.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import tantivy

from droindex.engine.tantivy.opening import NOTES, make_writer_locks, notes_of
from droindex.errors import EngineError
from droindex.files.disk import link_file, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["purge"]

# The engine merges a segment with no other only where more than all of it is deleted. Told that of
# a copy, it goes by the bits themselves when it writes; what it wrote is counted.
_MORE_THAN_ALL = 2**32 - 1
_HEAP_BYTES = 15_000_000  # the least that the engine takes; nothing is added
_FILES = ".managed.json"


def purge(folder: Path) -> None:
    """Have each segment that holds deleted entries written again without them.

    Args:
        folder: An index that nobody else writes or reads.

    Raises:
        EngineError: `engine-error`, a segment did not come out as it should.
    """
    notes = notes_of(folder)
    kept = [segment for segment in notes["segments"] if not segment["deletes"]]
    for segment in notes["segments"]:
        if segment["deletes"]:
            kept += _written_again(folder, notes, segment)
            _remove(folder, segment)
    if kept == notes["segments"]:
        return
    _write(folder / NOTES, {**notes, "segments": kept})
    _write(folder / _FILES, [*_names(folder, kept), NOTES])


def _written_again(
    folder: Path, notes: dict[str, Any], segment: dict[str, Any]
) -> list[dict[str, Any]]:
    """Write a segment again without what is deleted, and return the notes of what came of it."""
    apart = folder.with_name(f"{folder.name}-purging")
    apart.mkdir(mode=0o700)
    try:
        for name in _names(folder, (segment,)):
            link_file(folder / name, apart / name, 0o600)
        deletes = {**segment["deletes"], "num_deleted_docs": _MORE_THAN_ALL}
        _write(apart / NOTES, {**notes, "segments": [{**segment, "deletes": deletes}]})
        make_writer_locks(apart)
        writer = tantivy.Index.open(str(apart)).writer(_HEAP_BYTES, 1)
        writer.commit()
        writer.wait_merging_threads()
        made: list[dict[str, Any]] = notes_of(apart)["segments"]
        left = segment["max_doc"] - segment["deletes"]["num_deleted_docs"]
        if any(item["deletes"] for item in made) or sum(item["max_doc"] for item in made) != left:
            raise EngineError(f"The search engine kept what was deleted from {folder.name}.")
        for name in _names(apart, made):
            (apart / name).rename(folder / name)
        return made
    finally:
        shutil.rmtree(apart)


def _names(folder: Path, segments: Iterable[dict[str, Any]]) -> list[str]:
    """Return the names of the files of segments."""
    starts = tuple(f"{segment['segment_id'].replace('-', '')}." for segment in segments)
    return sorted(item.name for item in folder.iterdir() if item.name.startswith(starts))


def _remove(folder: Path, segment: dict[str, Any]) -> None:
    for name in _names(folder, (segment,)):
        (folder / name).unlink()


def _write(path: Path, value: object) -> None:
    write_whole(path, json.dumps(value).encode(), is_synced=False)
