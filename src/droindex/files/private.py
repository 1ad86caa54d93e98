"""Small files written whole or not at all, and for their owner's eyes only."""

from __future__ import annotations

import contextlib
import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["TEMPORARY_PREFIX", "make_private_folder", "read_text", "write_private"]

TEMPORARY_PREFIX = ".tmp-"
_FILE_MODE = 0o600
_FOLDER_MODE = 0o700


def write_private(path: Path, data: bytes) -> OSError | None:
    """Write a file so that others see it whole or not at all, readable by its owner alone.

    Args:
        path: Where to; folders that are missing are made.
        data: All of it.

    Returns:
        What went wrong, for a caller that can do without the file; else None.
    """
    temporary = path.parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}"
    try:
        make_private_folder(path.parent)
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(fd, view) :]
        finally:
            os.close(fd)
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        return error
    return None


def make_private_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, open to its owner alone.

    Raises:
        OSError: It cannot be made.
    """
    if not path.is_dir():
        missing = [path, *(folder for folder in path.parents if not folder.exists())]
        for folder in reversed(missing):
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=_FOLDER_MODE)


def read_text(path: Path) -> str | None:
    """Return the text of a file; None where it is missing or cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return None
