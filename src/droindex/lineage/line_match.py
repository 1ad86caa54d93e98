"""A row of a list of lines: the version that leads, and where in the line the match stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from droindex.model import Document

__all__ = ["LineMatch"]


@dataclass(frozen=True, slots=True)
class LineMatch:
    """What a hit stands for where a list has one row for each line of documents.

    Attributes:
        leading: The version in force on the day that was asked for; where none is for certain, the
            newest. Without pages.
        matched: The version that the hit was found in.
        found: Ids of all versions that match the query, oldest first.
        versions: How many documents the line has.
    """

    leading: Document
    matched: Document
    found: tuple[str, ...]
    versions: int

    @property
    def is_leading(self) -> bool:
        """Whether the match stands in the version that leads."""
        return self.leading.doc_id == self.matched.doc_id

    @property
    def remark(self) -> str:
        """Where the match stands and what replaced that version; empty where it leads itself."""
        if self.is_leading:
            return ""
        best = self.matched.best_date
        version = f"the version of {best[0]}" if best else "a version without a date"
        version += f" ({self.matched.doc_id})"
        after = self.matched.replaced_by
        return f"matched in {version}{', ' if after else ''}{after}"

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        leading, best = self.leading, self.leading.best_date
        return {
            "leading": {
                "doc_id": leading.doc_id,
                "title": leading.title,
                "number": leading.number,
                "status": leading.status,
                "day": best[0].isoformat() if best else None,
                "in_force": leading.in_force.to_dict() if leading.in_force else None,
            },
            "matched": self.matched.doc_id,
            "found": list(self.found),
            "versions": self.versions,
            "remark": self.remark,
        }
