"""Small files written whole or not at all, and for their owner's eyes only."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from droindex.files.disk import PRIVATE_FILE, PRIVATE_FOLDER, write_whole

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["make_private_folder", "read_text", "write_private"]


def write_private(path: Path, data: bytes) -> OSError | None:
    """Write a file whole or not at all, readable by its owner alone; a power cut may take it.

    Args:
        path: Where to; folders that are missing are made.
        data: All of it.

    Returns:
        What went wrong, for a caller that can do without the file; else None.
    """
    try:
        make_private_folder(path.parent)
        write_whole(path, data, mode=PRIVATE_FILE, is_synced=False)
    except OSError as error:
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
                folder.mkdir(mode=PRIVATE_FOLDER)


def read_text(path: Path) -> str | None:
    """Return the text of a file; None where it is missing or cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return None
