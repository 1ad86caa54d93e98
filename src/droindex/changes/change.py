"""What became of one paragraph."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from droindex.changes.words import Run

__all__ = ["Change", "ChangeKind", "Place"]


class ChangeKind(StrEnum):
    """What became of a paragraph."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"  # where it stands now, with what changed in it
    MOVED_AWAY = "moved-away"  # where it stood


class Place(NamedTuple):
    """Where a paragraph stands.

    Attributes:
        paragraph: Its place among the paragraphs of the document, from 0.
        page: The page on which it begins, from 1; None where the text has no pages.
        label: What is printed on that page; None where it has no labels.
        section: The heading under which it stands, or which it is; empty before the first.
        kind: What it is: `heading`, `paragraph`, `item`, `row`, …
    """

    paragraph: int
    page: int | None
    label: str | None
    section: str
    kind: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one paragraph.

    Attributes:
        kind: What became of it.
        before: Where it stood; None for one that was added.
        after: Where it stands; None for one that was removed, or that moved away from here.
        runs: Its words in reading order; none where it moved away: they stand where it is now.
        move: The number of the move, the same where it went from and where it came to; else None.
    """

    kind: ChangeKind
    before: Place | None
    after: Place | None
    runs: tuple[Run, ...]
    move: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape; `runs` are left out of what is the same."""
        shape: dict[str, Any] = {"kind": self.kind.value}
        for name in ("before", "after"):
            place: Place | None = getattr(self, name)
            shape[name] = None if place is None else place._asdict()
        if self.move is not None:
            shape["move"] = self.move
        if self.kind is not ChangeKind.SAME:
            shape["runs"] = [_run_shape(run) for run in self.runs]
        return shape


def _run_shape(run: Run) -> dict[str, Any]:
    shape: dict[str, Any] = {"kind": run.kind.value, "text": run.text, "at": run.at}
    if run.move is not None:
        shape["move"] = run.move
    return shape
