"""A file's bytes: opened without hanging, read once, hashed as they are read."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from droindex.extract.protocol import UnreadableFileError
from droindex.files.unlinked import open_unlinked
from droindex.model import FileStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Copy", "digest", "private_copy"]

_CHUNK = 1 << 20  # bytes per read: large enough to be fast, small enough to stay out of the way
_HEAD = 1024  # bytes that tell the kind of a file


@dataclass(frozen=True, slots=True)
class Copy:
    """A private copy of a file, which nobody can change while it is read.

    Attributes:
        path: Where the copy lies; its name means nothing.
        sha256: Digest of exactly these bytes, in hexadecimal.
        size: Length in bytes.
        head: The first kilobyte.
    """

    path: Path
    sha256: str
    size: int
    head: bytes

    @classmethod
    def of(cls, sha256: str, size: int) -> Copy:
        """Return what another process told of its copy."""
        return cls(Path(os.devnull), sha256, size, b"")


def digest(path: Path, *, max_bytes: int) -> tuple[str, int]:
    """Return the sha256 of a file in hexadecimal, and its length in bytes.

    Args:
        path: The file; a symbolic link in its path is refused.
        max_bytes: Longest file that is read.

    Raises:
        UnreadableFileError: It cannot be read, is no regular file, or is too long.
    """
    return _read(path, max_bytes, lambda _chunk: None)[:2]


@contextmanager
def private_copy(path: Path, *, max_bytes: int) -> Iterator[Copy]:
    """Copy a file to a place of our own while hashing it; the copy goes with the context.

    The copy lies in memory where the system has anonymous files (Linux), else in the temporary
    folder.

    Args:
        path: The file; a symbolic link in its path is refused.
        max_bytes: Longest file that is read.

    Raises:
        UnreadableFileError: It cannot be read, is no regular file, or is too long.
    """
    with _nameless_file() as (fd, place):
        sha256, size, head = _read(path, max_bytes, lambda chunk: _write_all(fd, chunk))
        os.lseek(fd, 0, os.SEEK_SET)
        yield Copy(place, sha256, size, head)


@contextmanager
def _nameless_file() -> Iterator[tuple[int, Path]]:
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("droindex", os.MFD_CLOEXEC)
        try:
            yield fd, Path(f"/proc/self/fd/{fd}")
        finally:
            os.close(fd)
    else:
        with tempfile.NamedTemporaryFile(prefix="droindex-") as file:
            yield file.fileno(), Path(file.name)


def _write_all(fd: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(fd, view) :]


def _read(path: Path, max_bytes: int, take: Callable[[bytes], None]) -> tuple[str, int, bytes]:
    """Read a file to its end, and return digest, length and first kilobyte."""
    try:
        fd = open_unlinked(path)
    except (OSError, ValueError) as error:
        raise UnreadableFileError(FileStatus.DAMAGED, _plain(error)) from error
    try:
        return _read_open(fd, max_bytes, take)
    except OSError as error:
        raise UnreadableFileError(FileStatus.DAMAGED, _plain(error)) from error
    finally:
        os.close(fd)


def _read_open(fd: int, max_bytes: int, take: Callable[[bytes], None]) -> tuple[str, int, bytes]:
    before = os.fstat(fd)
    _check_size(before.st_size, max_bytes)
    sha, size, head = hashlib.sha256(), 0, b""
    while chunk := os.read(fd, _CHUNK):
        size += len(chunk)
        _check_size(size, max_bytes)
        if len(head) < _HEAD:
            head += chunk[: _HEAD - len(head)]
        sha.update(chunk)
        take(chunk)
    after = os.fstat(fd)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UnreadableFileError(FileStatus.DAMAGED, "It was changed while it was read.")
    return sha.hexdigest(), size, head


def _check_size(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        reason = f"It has more than the {max_bytes:,} bytes that are read at most."
        raise UnreadableFileError(FileStatus.TOO_BIG, reason)


def _plain(error: OSError | ValueError) -> str:
    """Return what went wrong, without the path: that is the caller's to show."""
    text = (error.strerror if isinstance(error, OSError) else None) or str(error) or "unknown error"
    return f"It cannot be read: {text[0].lower()}{text[1:]}."
