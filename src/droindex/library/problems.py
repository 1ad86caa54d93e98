"""What was wrong at the last build, kept for whoever runs the library; never for searchers."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from droindex.corpus.config import Problem
from droindex.files.disk import PRIVATE_FILE, write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["load_problems", "save_problems"]

_NAME = "problems.json"


def save_problems(folder: Path, problems: Sequence[Problem]) -> None:
    """Keep the problems of a build beside the generations, readable by their owner alone.

    A build that has succeeded does not fail for want of this note.
    """
    shapes = [problem.to_dict() for problem in problems]
    content = json.dumps(shapes, ensure_ascii=False).encode()
    with suppress(OSError):
        write_whole(folder / _NAME, content, mode=PRIVATE_FILE, is_synced=False)


def load_problems(folder: Path) -> tuple[Problem, ...]:
    """Return the problems of the last build; none where no build has left any note."""
    try:
        shapes = json.loads((folder / _NAME).read_text("utf-8"))
        return tuple(Problem(**shape) for shape in shapes)
    except (OSError, ValueError, TypeError):
        return ()
