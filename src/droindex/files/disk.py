"""Files that survive a power cut: written whole, forced to disk, summed, linked where possible."""

from __future__ import annotations

import errno
import os
import secrets
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from droindex.errors import DroindexError, StorageError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

__all__ = [
    "PRIVATE_FILE",
    "PRIVATE_FOLDER",
    "TEMPORARY_PREFIX",
    "StorageErrors",
    "copy_file",
    "copy_tree",
    "link_file",
    "link_tree",
    "modes_of",
    "open_new",
    "storage_error",
    "sum_file",
    "sync_folder",
    "write_synced",
    "write_whole",
]

PRIVATE_FILE = 0o600  # modes of what nobody but its owner may read
PRIVATE_FOLDER = 0o700
TEMPORARY_PREFIX = ".tmp-"  # of what takes another name once it is whole

_COPIED = ("meta.json", ".managed.json")  # the engine rewrites these in place of a rename
_CHUNK_BYTES = 1 << 20  # read at once: less is slower, more takes memory


def modes_of(*, is_public: bool) -> tuple[int, int]:
    """Return the modes of files and folders: as the umask lets them, or their owner's alone."""
    return (0o666, 0o777) if is_public else (PRIVATE_FILE, PRIVATE_FOLDER)


def is_passing(name: str) -> bool:
    """Whether a file of the engine means nothing once the engine has closed the index."""
    return name.endswith(".lock") or name.startswith(".tmp")


def link_tree(source: Path, target: Path) -> None:
    """Fill `target` with the files of an engine index: linked where possible, else copied."""
    import shutil  # noqa: PLC0415 - a search must not pay for it

    target.mkdir(parents=True)
    for item in source.iterdir():
        if is_passing(item.name):
            continue
        if item.name in _COPIED:
            shutil.copyfile(item, target / item.name)
            continue
        try:
            os.link(item, target / item.name)
        except OSError:  # a file system without links, or one more link than it allows
            shutil.copyfile(item, target / item.name)


def copy_tree(source: Path, target: Path, file_mode: int, folder_mode: int) -> None:
    """Fill `target` with copies of the files of an engine index, sharing nothing with it."""
    target.mkdir(mode=folder_mode)
    for item in source.iterdir():
        if not is_passing(item.name):
            copy_file(item, target / item.name, file_mode)


def copy_file(source: Path, target: Path, mode: int) -> None:
    """Copy a file into a new one that has its mode before it has any content."""
    import shutil  # noqa: PLC0415 - a search must not pay for it

    with open_new(target, mode) as out, source.open("rb") as content:
        shutil.copyfileobj(content, out, _CHUNK_BYTES)


def link_file(source: Path, target: Path, mode: int) -> None:
    """Give a file that is never changed another name; copy it where it can have no more."""
    try:
        os.link(source, target)
    except OSError:  # a file system without links, or one more link than it allows
        copy_file(source, target, mode)


def sum_file(path: Path, *, sync: bool = False) -> list[int]:
    """Return a file's size in bytes and its CRC-32.

    Args:
        path: The file.
        sync: Whether to force it to disk as well.
    """
    crc = size = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            crc = zlib.crc32(chunk, crc)
            size += len(chunk)
        if sync:
            os.fsync(file.fileno())
    return [size, crc]


def write_synced(path: Path, content: bytes) -> None:
    """Write a file and force it to disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_whole(path: Path, content: bytes, *, mode: int = 0o666, is_synced: bool = True) -> None:
    """Write a file so that others see it whole or not at all.

    Args:
        path: Where to.
        content: All of it.
        mode: Of the file, as far as the umask lets it.
        is_synced: Whether it is to survive a power cut, which takes some milliseconds.

    Raises:
        OSError: It cannot be written; what was there before is still there.
    """
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{path.name}.{secrets.token_hex(8)}")
    try:
        with open_new(temporary, mode) as file:
            file.write(content)
            if is_synced:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    if is_synced:
        sync_folder(path.parent)


def open_new(path: Path, mode: int) -> BinaryIO:
    """Return a new file for writing, which has its mode before it has any content."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    return os.fdopen(os.open(path, flags, mode), "wb")


def sync_folder(folder: Path) -> None:
    """Force a folder's list of names to disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_tree(folder: Path) -> None:
    """Remove a folder as far as the system lets us; what stays is swept by the next build."""
    import shutil  # noqa: PLC0415 - a search must not pay for it

    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):  # an entry that is a file or a link
        folder.unlink()


def storage_error(error: OSError, path: Path) -> StorageError:
    """Return the error for people that says what the system refused."""
    reason = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the disk quota is used up",
        errno.EFBIG: "the file would be larger than allowed",
        errno.EACCES: "permission denied",
        errno.EPERM: "permission denied",
        errno.EROFS: "the file system is read-only",
        errno.ENOTDIR: "a part of the path is a file",
        errno.EEXIST: "a file of that name is in the way",
    }.get(error.errno or 0, os.strerror(error.errno) if error.errno else str(error))
    return StorageError(f"Cannot write {error.filename or path}: {reason}.", path=str(path))


class StorageErrors:
    """A context that turns what the system refuses into a StorageError.

    Args:
        folder: What was being written, for an error that names no file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError) and not isinstance(error, DroindexError):
            raise storage_error(error, self._folder) from error
