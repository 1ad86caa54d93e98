"""Values as JSON: reports, counts and configurations have the shape that their fields say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, cast

__all__ = ["Serializable", "rounded"]

_DIGITS = "digits"


class Serializable:
    """A dataclass whose JSON shape has a key for each field, in their order.

    A name loses its `is_`; tuples become lists. A value with a shape of its own keeps that.
    """

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        shape = {}
        for item in fields(cast("Any", self)):
            value = getattr(self, item.name)
            if _DIGITS in item.metadata:
                value = round(value, item.metadata[_DIGITS])
            shape[item.name.removeprefix("is_")] = _shape(value)
        return shape


def rounded(digits: int) -> dict[str, int]:
    """Return the metadata of a field whose JSON has so many digits behind the point."""
    return {_DIGITS: digits}


def _shape(value: Any) -> Any:
    if isinstance(value, Serializable):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {name: _shape(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [_shape(item) for item in value]
    return value
