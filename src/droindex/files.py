"""Opening a file of a corpus: never through a link, and never anything but a regular file."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import BufferedReader

__all__ = ["is_content", "open_unlinked"]

_FOLDER = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | getattr(os, "O_PATH", os.O_RDONLY)
# without O_NONBLOCK the open of a FIFO that nobody writes to would wait for ever
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


def open_unlinked(path: str | os.PathLike[str]) -> int:
    """Open a regular file whose path was resolved before, one folder after the other.

    A link anywhere in the path came there since, so it is refused: a file that was looked at, or
    a folder above it, cannot be swapped for a link before it is read.

    Args:
        path: Where it lies, without links; relative to the working folder, or absolute.

    Returns:
        Its descriptor, which the caller closes.

    Raises:
        OSError: It cannot be opened, or is no regular file.
        ValueError: No file can have that name.
    """
    *folders, name = Path(os.path.abspath(path)).parts[1:]  # noqa: PTH100 - resolves no link
    at = os.open(os.sep, _FOLDER)
    try:
        for folder in folders:
            inner = os.open(folder, _FOLDER, dir_fd=at)
            os.close(at)
            at = inner
        fd = os.open(name, _FILE, dir_fd=at)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENOTDIR}:
            raise OSError(error.errno, "It is a link, or lies behind one") from error
        raise
    finally:
        os.close(at)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(errno.EINVAL, "It is a pipe, a folder or a device, no regular file")
    return fd


def is_content(file: BufferedReader, size_bytes: int | None, sha256: str | None) -> bool:
    """Whether an open file holds what was once read of it; it stands at its start afterwards.

    Args:
        file: The file.
        size_bytes: Its length then; None where that is not known.
        sha256: The digest of its content then, in hexadecimal; None where that is not known, so
            that nothing can be vouched for.
    """
    if sha256 is None or os.fstat(file.fileno()).st_size != size_bytes:
        return False
    found = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return found == sha256
