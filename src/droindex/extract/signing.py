"""The key that the entries of a cache are signed with, so that nobody else can put one there."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from typing import TYPE_CHECKING

from droindex.files.disk import PRIVATE_FILE, TEMPORARY_PREFIX, open_new
from droindex.files.private import make_private_folder
from droindex.files.unlinked import open_unlinked

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["KEY_NAME", "is_own", "load_key"]

KEY_NAME = "cache.key"
_KEY_BYTES = 32
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_OTHERS_READ = stat.S_IRGRP | stat.S_IROTH


def load_key(folder: Path, *, is_library: bool) -> bytes:
    """Return the key in a folder; made there when it is asked for first.

    Args:
        folder: Where it lies.
        is_library: Whether that is the library itself: who may write there may change all of it.

    Raises:
        OSError: It cannot be read or made, or folder or key are not the caller's alone.
    """
    make_private_folder(folder)
    folder = folder.resolve()
    if not is_library and not is_own(folder.stat()):
        raise _refused("the folder belongs to another account, or others may write to it")
    path = folder / KEY_NAME
    if not path.exists():
        _make(path)
    with os.fdopen(open_unlinked(path), "rb") as file:
        facts = os.fstat(file.fileno())
        key = file.read(_KEY_BYTES + 1)
    if not is_own(facts) or facts.st_mode & _OTHERS_READ or len(key) != _KEY_BYTES:
        raise _refused(f"{KEY_NAME} is damaged, or not its owner's alone; remove it")
    return key


def is_own(facts: os.stat_result) -> bool:
    """Whether what `stat` speaks of is the caller's, and nobody else may write to it."""
    return facts.st_uid == os.geteuid() and not facts.st_mode & _OTHERS_WRITE


def _make(path: Path) -> None:
    """Write a new key, unless another build does so at the same time."""
    fresh = path.parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}"
    try:
        with open_new(fresh, PRIVATE_FILE) as file:
            file.write(os.urandom(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)
    finally:
        fresh.unlink(missing_ok=True)


def _refused(why: str) -> OSError:
    return PermissionError(errno.EPERM, f"it is not used, since {why}")
