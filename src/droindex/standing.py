"""How a document stands among others: since when and until when it is in force, and beside what.

All of it is worked out from the documents of one clearance set; see `droindex.lineage`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from droindex.serialize import Serializable

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Bound", "BoundReason", "InForce", "Relation", "RelationKind"]


class BoundReason(StrEnum):
    """Why a document's time in force begins or ends on a day."""

    EFFECTIVE = "effective"  # its day of effect
    ISSUED = "issued"  # its day of issue, where it says no day of effect
    REVISED = "revised"  # in force since its revision at the latest
    EXPIRES = "expires"  # the day after the last on which it binds
    REPLACED = "replaced"  # its successor begins
    LATER_EDITION = "later edition"  # one of the same number or title begins; nobody states it
    STATUS = "status"  # it says that it is over, and nothing says since when
    UNDATED = "undated"  # no date tells
    CONTRADICTED = "contradicted"  # what is said of it cannot all be true


class RelationKind(StrEnum):
    """What another document is to a document."""

    SUPERSEDED_BY = "superseded by"
    AMENDED_BY = "amended by"
    SUPERSEDES = "supersedes"
    AMENDS = "amends"  # it replaces a part, or goes beside: the other one stays in force
    PART_OF = "part of"  # the chapter or the manual that an appendix belongs to
    HAS_PART = "has part"


@dataclass(frozen=True, slots=True)
class Bound(Serializable):
    """One end of the time in which a document is in force.

    Attributes:
        day: The first day in force, or the first no longer in force; None where it is not known.
        reason: Why that day.
        confidence: How sure it is, above 0 up to 1; 0 where the day is not known.
        earliest: The day cannot be before this one; None where nothing is known.
        latest: The day cannot be after this one; None where nothing is known.
    """

    day: date | None
    reason: BoundReason
    confidence: float
    earliest: date | None = None
    latest: date | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "day": _iso(self.day),
            "reason": self.reason.value,
            "confidence": self.confidence,
            "earliest": _iso(self.earliest),
            "latest": _iso(self.latest),
        }

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> Bound:
        """Return the bound that `to_dict` wrote."""
        return cls(
            _day(shape["day"]),
            BoundReason(shape["reason"]),
            shape["confidence"],
            _day(shape["earliest"]),
            _day(shape["latest"]),
        )


@dataclass(frozen=True, slots=True)
class InForce(Serializable):
    """The time in which a document is in force: from its start, up to but without its end.

    Attributes:
        start: When it begins.
        end: When it ends; None where nothing ends it.
        doubts: What is said of it that cannot be true, in sentences.
    """

    start: Bound
    end: Bound | None = None
    doubts: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[date, date | None] | None:
        """The days on which it is in force for certain, without the last; None if there is none.

        Example:
            >>> day = date(2004, 1, 22)
            >>> InForce(Bound(day, BoundReason.ISSUED, 1.0, day, day)).known
            (datetime.date(2004, 1, 22), None)
        """
        first = self.start.latest
        if first is None:
            return None
        if self.end is None:
            return first, None
        last = self.end.earliest
        return (first, last) if last is not None and last > first else None

    @property
    def possible(self) -> tuple[date, date] | None:
        """The days on which it may be in force, without the last; None if there is none."""
        first = self.start.earliest or date.min
        last = (self.end.latest if self.end else None) or date.max
        return (first, last) if last > first else None

    def on(self, day: date) -> bool | None:
        """Return whether it is in force on a day; None where that is not known.

        Args:
            day: The day.
        """
        known, possible = self.known, self.possible
        if known and known[0] <= day and (known[1] is None or day < known[1]):
            return True
        is_possible = possible is not None and possible[0] <= day < possible[1]
        return None if is_possible else False

    def status_on(self, day: date) -> str | None:
        """Return what it is on a day, by its dates and by what replaced it; None if not known.

        Args:
            day: The day.

        Returns:
            `Current`, `Superseded`, `Expired`, `Not yet in force` or None.
        """
        in_force = self.on(day)
        if in_force:
            return "Current"
        if in_force is None:
            return None
        end = self.end
        if end and (limit := end.latest or end.day) and day >= limit:
            return "Expired" if end.reason is BoundReason.EXPIRES else "Superseded"
        first = self.start.earliest
        return "Not yet in force" if first and day < first else "Superseded"

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "start": self.start.to_dict(),
            "end": self.end.to_dict() if self.end else None,
            "doubts": list(self.doubts),
        }

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> InForce:
        """Return what `to_dict` wrote."""
        end = shape["end"]
        return cls(
            Bound.from_dict(shape["start"]),
            Bound.from_dict(end) if end else None,
            tuple(shape["doubts"]),
        )


@dataclass(frozen=True, slots=True)
class Relation(Serializable):
    """What another document is to a document.

    Attributes:
        kind: What it is: its successor, a part of it, and so on.
        doc_id: The other document; None where it is not in the library.
        title: Its title, or how it is mentioned.
        number: Its number, if any.
        day: The day it is cited by: of issue, else of effect, else of revision.
        part: What of the older one is meant, where that is not all of it: `section 3 only`.
        source: Where it is from: `sidecar`, `catalog`, `text` and so on, as in `Document.sources`;
            `number` or `title` where it is inferred from what both have in common.
        confidence: How sure it is, above 0 up to 1.
        is_completed: Whether the other document says so, and this one does not.
        is_inferred: Whether neither says so.
        is_doubtful: Whether dates or other statements contradict it.
    """

    kind: RelationKind
    doc_id: str | None
    title: str
    number: str | None = None
    day: date | None = None
    part: str | None = None
    source: str = ""
    confidence: float = 1.0
    is_completed: bool = False
    is_inferred: bool = False
    is_doubtful: bool = False

    @property
    def cited(self) -> str:
        """The other document as it is cited: its date, title and id, as far as there are any."""
        place = f"({self.doc_id})" if self.doc_id and self.doc_id != self.title else ""
        return " ".join(filter(None, (_iso(self.day), self.title, place)))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "kind": self.kind.value,
            "doc_id": self.doc_id,
            "title": self.title,
            "number": self.number,
            "day": _iso(self.day),
            "part": self.part,
            "source": self.source,
            "confidence": self.confidence,
            "completed": self.is_completed,
            "inferred": self.is_inferred,
            "doubtful": self.is_doubtful,
        }

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> Relation:
        """Return the relation that `to_dict` wrote."""
        return cls(
            RelationKind(shape["kind"]),
            shape["doc_id"],
            shape["title"],
            shape["number"],
            _day(shape["day"]),
            shape["part"],
            shape["source"],
            shape["confidence"],
            shape["completed"],
            shape["inferred"],
            shape["doubtful"],
        )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
