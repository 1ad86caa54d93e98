"""What was wrong at the last build, kept for whoever runs the library; never for searchers."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from droindex.corpus.config import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["load_problems", "save_problems"]

_NAME = "problems.json"


def save_problems(folder: Path, problems: Sequence[Problem]) -> None:
    """Keep the problems of a build beside the generations, readable by their owner alone.

    A build that has succeeded does not fail for want of this note.
    """
    fresh = folder / f"{_NAME}.{os.getpid()}"
    with suppress(OSError):
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump([problem.to_dict() for problem in problems], file, ensure_ascii=False)
        fresh.replace(folder / _NAME)


def load_problems(folder: Path) -> tuple[Problem, ...]:
    """Return the problems of the last build; none where no build has left any note."""
    try:
        shapes = json.loads((folder / _NAME).read_text("utf-8"))
        return tuple(Problem(**shape) for shape in shapes)
    except (OSError, ValueError, TypeError):
        return ()
