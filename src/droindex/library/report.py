"""What a build tells: progress while it runs, a report of what it did, and what stays of that.

What was wrong is kept for whoever runs the library; never for searchers.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from droindex.corpus.config import Problem
from droindex.files.disk import PRIVATE_FILE, write_whole
from droindex.serialize import Serializable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

__all__ = [
    "NOTES",
    "BuildReport",
    "FileReport",
    "Progress",
    "WrittenCounter",
    "load_passed_over",
    "load_problems",
    "save_passed_over",
    "save_problems",
]

_PROBLEMS = "problems.json"
_PASSED_OVER = "passed-over.json"
NOTES = (_PROBLEMS, _PASSED_OVER)  # what a build keeps beside the generations


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build has come.

    Attributes:
        phase: `reading` or `writing`.
        done: Files or documents finished in this phase.
        total: How many there are in this phase.
        pages: Pages read so far.
    """

    phase: str
    done: int
    total: int
    pages: int = 0


class WrittenCounter:
    """Counts documents as they are written, and tells whoever waits.

    Args:
        total: Documents of all sets together.
        progress: Called with a `Progress` after each.
    """

    def __init__(self, total: int, progress: Callable[[Progress], None] | None) -> None:
        self._total = total
        self._progress = progress
        self._done = 0

    def count(self) -> None:
        """Count one more."""
        self._done += 1
        if self._progress is not None:
            self._progress(Progress("writing", self._done, self._total))


@dataclass(frozen=True, slots=True)
class FileReport(Serializable):
    """How the reading of one file ended.

    Attributes:
        file: Where it lies, relative to the corpus.
        doc_id: The document it became; of a bundle that was split, its first part.
        status: One of `FileStatus`.
        reason: Why, where the status is not `ok`.
        pages: How many pages with text it gave.
        needs_ocr_pages: Pages whose text can only be had by OCR.
        is_stale: True where it could not be read any more and its last good text was kept.
        parts: Of a bundle that was split, the documents it became.
    """

    file: str
    doc_id: str
    status: str
    reason: str = ""
    pages: int = 0
    needs_ocr_pages: tuple[int, ...] = ()
    is_stale: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildReport(Serializable):
    """What a build or an update did.

    Attributes:
        added: Number of documents that are new.
        updated: Number of documents whose text or metadata changed.
        removed: Number of documents that are gone.
        unchanged: Number of documents that stayed as they were.
        problems: What was wrong with files, metadata and configuration, the gravest first: what
            hides documents, what is not read, metadata, OCR. No problem stops a build.
        files: Every file that became a document, or several, and how its reading ended.
        passed_over: The other files of the folder, by suffix, the commonest kind first: those that
            nothing reads (`.docx`, `.zip`), and those whose document another file is taken for.
            Hidden and excluded files, sidecars, the catalogue and `corpus.toml` are not among them.
        generation: The generation that answers now.
        lost_labels: Ids of documents that were seen with a label and have none now: they stay
            hidden until their metadata says `label = "open"`, or an operator confirms it.
        opened: Ids of documents that had a label and are open now, since that was said.
    """

    added: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()
    files: tuple[FileReport, ...] = field(default=(), repr=False)
    passed_over: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    generation: str = ""
    lost_labels: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()


def save_problems(folder: Path, problems: Sequence[Problem]) -> None:
    """Keep the problems of a build beside the generations, readable by their owner alone.

    A build that has succeeded does not fail for want of this note.
    """
    _save(folder / _PROBLEMS, [problem.to_dict() for problem in problems])


def load_problems(folder: Path) -> tuple[Problem, ...]:
    """Return the problems of the last build; none where no build has left any note."""
    try:
        shapes = json.loads((folder / _PROBLEMS).read_text("utf-8"))
        return tuple(Problem(**shape) for shape in shapes)
    except (OSError, ValueError, TypeError):
        return ()


def save_passed_over(folder: Path, passed_over: Mapping[str, Sequence[str]]) -> None:
    """Keep beside the generations which files a build passed over; see `save_problems`."""
    _save(folder / _PASSED_OVER, passed_over)


def load_passed_over(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the files that the last build passed over, by kind; none where none left a note."""
    try:
        shape = json.loads((folder / _PASSED_OVER).read_text("utf-8"))
        return {str(kind): tuple(map(str, files)) for kind, files in shape.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _save(file: Path, shape: object) -> None:
    content = json.dumps(shape, ensure_ascii=False).encode()
    with suppress(OSError):
        write_whole(file, content, mode=PRIVATE_FILE, is_synced=False)
