"""What was read of a document and not given: a value, where it was read, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from droindex.metadata.keys import DATES
from droindex.model import Reference

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Inferred"]

_DATES = frozenset(DATES)
_REFERENCES = frozenset({"supersedes", "superseded_by", "related"})


@dataclass(frozen=True, slots=True)
class Inferred:
    """One reading of one field.

    Attributes:
        field: The name of the field in `Document`.
        value: A string, a date, a tuple of `Reference`, or a count.
        source: `text`, `properties` or `filename`.
        confidence: How sure the reading is, above 0 up to 1; comparable within a field only.
    """

    field: str
    value: Any
    source: str
    confidence: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        value = self.value
        if isinstance(value, date):
            value = value.isoformat()
        elif self.field in _REFERENCES:
            value = [reference.to_dict() for reference in value]
        return {
            "field": self.field,
            "value": value,
            "source": self.source,
            "confidence": self.confidence,
        }

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> Inferred:
        """Return the reading that `to_dict` wrote."""
        value = shape["value"]
        if shape["field"] in _DATES:
            value = date.fromisoformat(value)
        elif shape["field"] in _REFERENCES:
            value = tuple(Reference.from_dict(item) for item in value)
        return cls(shape["field"], value, shape["source"], shape["confidence"])
