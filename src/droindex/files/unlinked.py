"""Opening a file of a corpus: never through a link, and never anything but a regular file."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

from droindex.lazy import Bounded

if TYPE_CHECKING:
    from io import BufferedReader

__all__ = ["Vouched", "is_same", "open_unlinked"]

_MAX_DIGESTS = 10_000  # digests, of 0.3 kB each

_FOLDER = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | getattr(os, "O_PATH", os.O_RDONLY)
# without O_NONBLOCK the open of a FIFO that nobody writes to would wait for ever
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


def is_same(one: str | os.PathLike[str], other: str | os.PathLike[str]) -> bool:
    """Whether two paths lead to one file or folder; not where one of them cannot be looked at."""
    try:
        return Path(one).samefile(other)
    except OSError:
        return False


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


class Vouched:
    """Tells whether files hold what was once read of them; remembers what it hashed.

    Args:
        settled_s: Seconds for which a file must have been left alone to be remembered: changes
            within one tick of the file system's clock look the same.

    Attributes:
        hashed: How many files were read to the end.
    """

    def __init__(self, settled_s: float = 2.0) -> None:
        self._settled_ns = int(settled_s * 1e9)
        self._digests: Bounded[tuple[int, ...], str] = Bounded(most=_MAX_DIGESTS)
        self.hashed = 0

    def holds(self, file: BufferedReader, size_bytes: int | None, sha256: str | None) -> bool:
        """Whether an open file holds what was read; it stands at its start afterwards.

        Args:
            file: The file.
            size_bytes: Its length then; None where that is not known.
            sha256: The digest of its content then, in hexadecimal; None where nobody read it.
        """
        facts = os.fstat(file.fileno())
        if size_bytes is not None and facts.st_size != size_bytes:
            return False
        return sha256 is None or self._digest(file, facts) == sha256

    def _digest(self, file: BufferedReader, facts: os.stat_result) -> str:
        # The time of the last change of the inode cannot be set back, that of the content can.
        key = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
        known = self._digests.get(key)
        if known is not None:
            return known
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        self.hashed += 1
        if time.time_ns() - facts.st_ctime_ns >= self._settled_ns:
            self._digests.keep(key, digest)
        return digest
