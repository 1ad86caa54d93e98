"""Opening an index of the engine without a write in its folder, and without waiting for others.

The engine locks a file beside an index while it opens it, makes it if it is not there, and waits
for whoever has it locked. So a build lays a file there that only those may open who may write the
library. They open the index where it lies; everybody else does so through a folder of links.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import tantivy

from droindex.errors import StorageError
from droindex.files.disk import is_passing
from droindex.files.lock import is_for_writers, make_lock_file, not_forking

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = [
    "ENGINE_LOCK",
    "NOTES",
    "drop_unsafe_lock",
    "make_engine_lock",
    "make_writer_locks",
    "notes_of",
    "open_index",
]

ENGINE_LOCK = ".tantivy-meta.lock"
NOTES = "meta.json"
_WRITER_LOCK = ".tantivy-writer.lock"


def make_engine_lock(folder: Path) -> None:
    """Lay the file there that the engine locks while it opens the index in a folder, if any."""
    if (folder / NOTES).exists():
        make_lock_file(folder / ENGINE_LOCK)


def make_writer_locks(folder: Path) -> None:
    """Lay both files there that the engine locks while it writes: it waits for whoever has one."""
    for name in (ENGINE_LOCK, _WRITER_LOCK):
        make_lock_file(folder / name)


def notes_of(folder: Path) -> dict[str, Any]:
    """Return what the engine notes of an index: its schema, and its segments in their order."""
    notes: dict[str, Any] = json.loads((folder / NOTES).read_bytes())
    return notes


def drop_unsafe_lock(folder: Path) -> None:
    """Remove a lock file of the engine that others may lock as well: older versions left some."""
    path = folder / ENGINE_LOCK
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            is_safe = is_for_writers(descriptor, folder)
        finally:
            os.close(descriptor)
        if not is_safe:
            path.unlink()


def open_index(folder: Path, names: Iterable[str] = ()) -> tantivy.Index:
    """Open an index.

    Args:
        folder: Where it lies.
        names: Its files, where they are known; else what lies there.

    Raises:
        StorageError: `storage-error`, it cannot be opened without a passing folder, and no such
            folder can be made.
        ValueError: The engine cannot open it.
    """
    if _may_lock(folder):
        with not_forking:  # a child would go on holding the engine's lock
            return tantivy.Index.open(str(folder))
    return _open_by_links(folder, names)


def _may_lock(folder: Path) -> bool:
    """Whether the engine can lock an index where it lies, and only its writers can as well."""
    try:
        descriptor = os.open(
            f"{folder}/{ENGINE_LOCK}", os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        )
    except OSError:  # no such file, no right, or a read-only file system
        return False
    try:
        if not is_for_writers(descriptor, folder):
            return False
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # the engine would wait for ever
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _open_by_links(folder: Path, names: Iterable[str]) -> tantivy.Index:
    import tempfile  # noqa: PLC0415 - whoever may write the library needs none

    try:
        borrowed = tempfile.mkdtemp(prefix="droindex-")
    except OSError as error:
        if not folder.is_dir():  # removed meanwhile: no fault of the temporary folder
            raise
        raise StorageError(
            f"{folder} can be opened only through a temporary folder, and none can be made.",
            path=str(folder),
            hint="Set TMPDIR to a folder that this account may write.",
        ) from error
    source = os.path.abspath(folder)  # noqa: PTH100 - a Path per file costs more than the call
    try:
        for name in names or _names_in(source):
            os.symlink(f"{source}/{name}", f"{borrowed}/{name}")  # noqa: PTH211 - as above
        index = tantivy.Index.open(borrowed)
        index.searcher()  # opens every file; the links are not needed any more
        return index
    finally:
        _remove(borrowed)


def _names_in(folder: str) -> list[str]:
    return [name for name in os.listdir(folder) if not is_passing(name)]  # noqa: PTH208 - as above


def _remove(folder: str) -> None:
    with suppress(OSError):
        for name in os.listdir(folder):  # noqa: PTH208 - as above
            os.unlink(f"{folder}/{name}")  # noqa: PTH108 - as above
        os.rmdir(folder)  # noqa: PTH106 - as above
