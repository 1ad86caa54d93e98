"""A dataclass says once what its JSON is: its fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from droindex.serialize import Serializable, rounded


@dataclass(frozen=True, slots=True)
class Inner(Serializable):
    name: str
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Outer(Serializable):
    items: tuple[Inner, ...]
    best: Inner | None = None
    groups: tuple[tuple[str, ...], ...] = ()
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({"a": 1}))


def test_the_shape_has_the_fields_in_their_order() -> None:
    shape = Outer((Inner("x", is_held=True),), groups=(("a", "b"), ())).to_dict()
    assert list(shape) == ["items", "best", "groups", "counts"]
    assert shape == {
        "items": [{"name": "x", "held": True}],
        "best": None,
        "groups": [["a", "b"], []],
        "counts": {"a": 1},
    }
    assert json.loads(json.dumps(shape)) == shape


@dataclass(frozen=True, slots=True)
class Measured(Serializable):
    share: float = field(metadata=rounded(2))


def test_a_number_may_be_rounded_in_json_alone() -> None:
    value = Measured(2 / 3)
    assert value.to_dict() == {"share": 0.67}
    assert value.share == 2 / 3


def test_what_is_serializable_has_no_room_for_more() -> None:
    assert not hasattr(Inner("x"), "__dict__")
