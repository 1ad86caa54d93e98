"""How one version of a line stands: all that orders a line, and tells which version leads.

An index keeps it beside each document, since lists of lines ask it of many.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from droindex.lineage.lines import Graph, in_order
from droindex.standing import RelationKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from droindex.model import Document

__all__ = ["OLDER", "Version", "leading", "ordered"]

OLDER = frozenset((RelationKind.SUPERSEDES, RelationKind.AMENDS))


class Version(NamedTuple):
    """How a document stands in its line; days are ordinals, as of `date.toordinal`.

    Attributes:
        line: The line; its own id where it stands in none.
        doc_id: The document.
        day: The day that it is cited by; None where it has none.
        older: Ids of what it replaces or amends, but for what is doubtful.
        is_binding: Whether it may be in force at all: no draft, no help page.
        known: The days on which it is in force for certain, without the last; None for none.
        possible: Those on which it may be, likewise.
    """

    line: str
    doc_id: str
    day: int | None
    older: Sequence[str]
    is_binding: bool
    known: Sequence[int | None] | None
    possible: Sequence[int | None] | None

    @classmethod
    def of(cls, document: Document) -> Version:
        """Return how a document stands."""
        best, in_force = document.best_date, document.in_force
        known = in_force.known if in_force else None
        possible = in_force.possible if in_force else None
        return cls(
            document.doc_id if document.line is None else document.line,
            document.doc_id,
            best[0].toordinal() if best else None,
            [
                own.doc_id
                for own in document.relations
                if own.kind in OLDER and own.doc_id is not None and not own.is_doubtful
            ],
            in_force is not None,
            known and [known[0].toordinal(), known[1].toordinal() if known[1] else None],
            possible and [day.toordinal() for day in possible],
        )

    def packed(self) -> bytes:
        """Return the form in which an index keeps it."""
        return json.dumps(self, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def unpacked(cls, packed: bytes) -> Version:
        """Return what `packed` wrote."""
        return cls(*json.loads(packed))

    def fitness(self, day: int) -> int:
        """Return how fit it is to lead on a day, more being fitter.

        In force for certain, then what may be, then what was, then what is not yet; drafts last.
        """
        if not self.is_binding:
            return 0
        if _holds(self.known, day):
            return 4
        if _holds(self.possible, day):
            return 3
        is_to_come = self.possible is not None and day < (self.possible[0] or 0)
        return 1 if is_to_come else 2


def ordered(versions: Iterable[Version]) -> list[Version]:
    """Return the versions of a line so that older ones stand before newer."""
    known = {own.doc_id: own for own in versions}
    steps = ((own.doc_id, old) for own in known.values() for old in own.older)
    days = {own.doc_id: own.day for own in known.values()}
    return [known[doc_id] for doc_id in in_order(days, Graph.of(steps))]


def leading(versions: Sequence[Version], day: date) -> Version:
    """Return the version that is in force on a day, the newest of several.

    Where none is for certain, the newest that may be; else the newest that was; else the newest.

    Args:
        versions: The line, oldest first.
        day: The day.
    """
    ordinal = day.toordinal()
    best = max(own.fitness(ordinal) for own in versions)
    return next(own for own in reversed(versions) if own.fitness(ordinal) == best)


def _holds(days: Sequence[int | None] | None, day: int) -> bool:
    """Whether a day is one of some, the last of which is left out; None for no end."""
    if days is None:
        return False
    first, end = days
    return (first or 0) <= day and (end is None or day < end)
