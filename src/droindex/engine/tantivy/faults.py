"""What goes wrong in the engine, as errors of ours: by what was being done, not by its words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from droindex.errors import EngineError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["translate", "translated"]


@contextmanager
def translated(action: str, folder: Path) -> Iterator[None]:
    """Raise errors of ours for those of the engine.

    Args:
        action: What is being done, as in `could not ACTION`.
        folder: Where the index lies.
    """
    try:
        yield
    except BaseException as error:
        raise translate(error, action, folder) from error


def translate(error: BaseException, action: str, folder: Path) -> BaseException:
    """Return what to raise instead of an error of the engine; others are returned as they are.

    Whether damage is behind it is not judged here: a panic tells as little of that as a refusal.
    """
    if isinstance(error, PermissionError) or "PermissionDenied" in str(error):
        return StorageError(f"No permission to {action}: {error}.", path=str(folder))
    panicked = type(error).__name__ == "PanicException"
    if not panicked and not isinstance(error, ValueError | OSError | RuntimeError | OverflowError):
        return error
    if action in ("commit", "add a document") and not panicked:
        return StorageError(
            f"The search engine could not {action} (disk full?): {_first_line(error)}",
            path=str(folder),
        )
    how = "panicked when it was to" if panicked else "could not"
    return EngineError(f"The search engine {how} {action}: {_first_line(error)}")


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
