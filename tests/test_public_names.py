"""The public surface, name by name: a change here is a decision, and shows in the golden file."""

from __future__ import annotations

import enum
import inspect
import re
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any

import droindex

GOLDEN = Path(__file__).parent / "golden" / "public_names.txt"


def surface() -> Iterator[str]:
    """Yield one line for each public name and each public member of it."""
    for name in droindex.__all__:
        value = getattr(droindex, name)
        if not inspect.isclass(value):
            yield f"{name}: {type(value).__name__}"
            continue
        bases = ", ".join(base.__name__ for base in value.__bases__ if not is_private(base))
        yield f"class {name}({bases})" if bases else f"class {name}"
        for line in members(value):
            yield f"    {line}"


def members(owner: type) -> Iterator[str]:
    if issubclass(owner, enum.Enum):
        yield from (f"{member.name} = {member.value!r}" for member in owner)
        return
    if is_dataclass(owner):
        for item in fields(owner):
            optional = item.default is not MISSING or item.default_factory is not MISSING
            yield f"{item.name}: {item.type}{' = ...' if optional else ''}"
    else:
        yield from (f"{name} [attribute]" for name in documented_attributes(owner))
    if issubclass(owner, Exception):
        yield f"__init__{inspect.signature(owner.__init__)}"
    homes = [base for base in reversed(owner.__mro__) if base is owner or is_private(base)]
    own = {
        key: value for home in homes for key, value in vars(home).items() if not key.startswith("_")
    }
    names = {item.name for item in fields(owner)} if is_dataclass(owner) else set()
    for key, value in sorted(own.items()):
        if key not in names and (line := member(key, value)):
            yield line


def is_private(base: type) -> bool:
    """Whether a class is ours and cannot be had from `droindex`: its members count as inherited."""
    return base is object or (
        base.__module__.startswith("droindex") and base.__name__ not in droindex.__all__
    )


def documented_attributes(owner: type) -> list[str]:
    """Return the names in the section `Attributes:` of a docstring."""
    section = inspect.cleandoc(vars(owner).get("__doc__") or "").partition("Attributes:\n")[2]
    return re.findall(r"^    (\w+): ", section, re.MULTILINE)


def member(name: str, value: Any) -> str:
    if name == "hint":  # a sentence for people, free to be worded better
        return ""
    if isinstance(value, classmethod):
        return f"{name}{inspect.signature(value.__func__)} [class]"
    if inspect.isfunction(value):
        return f"{name}{inspect.signature(value)}"
    get = getattr(value, "fget", None) or getattr(value, "func", None)  # a (cached) property
    if get is not None:
        return f"{name}: {get.__annotations__.get('return', '?')} [read-only]"
    if isinstance(value, str | int):
        return f"{name} = {value!r}"
    return ""


def test_the_public_names_are_sorted() -> None:
    assert droindex.__all__ == sorted(droindex.__all__)


def test_every_public_name_is_there_and_documented() -> None:
    for name in droindex.__all__:
        assert getattr(droindex, name).__doc__, f"{name} has no docstring"
    assert set(droindex.__all__) <= set(dir(droindex))


def test_the_public_names_and_signatures_are_those_that_were_decided(
    update_golden: bool,  # noqa: FBT001 - a fixture
) -> None:
    found = "\n".join(surface()) + "\n"
    if update_golden:
        GOLDEN.write_text(found, "utf-8")
    assert found == GOLDEN.read_text("utf-8"), "if meant: pytest --update-golden, and the changelog"
