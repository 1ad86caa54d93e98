"""Custom fields: what a corpus keeps of its documents besides the fields that all have."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from droindex.errors import SettingsError
from droindex.metadata.keys import KNOWN_KEYS, normalise_key
from droindex.metadata.label_hints import means_label
from droindex.model import Document
from droindex.problems import Problem, shown
from droindex.serialize import Serializable

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CUSTOM_KINDS", "CustomField", "custom_name_fault", "read_custom_fields"]

CUSTOM_KINDS = ("text", "keyword", "date", "number")
_NAME = re.compile("[a-z][a-z0-9_]{0,39}")
_MAX_FIELDS = 100  # of a corpus; a register has some dozens of columns
_TAKEN = KNOWN_KEYS | {item.name for item in fields(Document)}
_TAKEN |= {"body", "custom", "date", "file", "id", "text", "year"}  # of queries and records
_KEYS = ("column", "type")


@dataclass(frozen=True, slots=True)
class CustomField(Serializable):
    """A field that corpus.toml declares.

    Attributes:
        name: In queries, filters and JSON: small letters, figures and `_`.
        kind: One of `CUSTOM_KINDS`.
        column: The head of its column in the catalogue; empty where that is its name.
    """

    name: str
    kind: str
    column: str = ""

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> CustomField:
        """Return the field that `to_dict` wrote."""
        return cls(shape["name"], shape["kind"], shape["column"])


def read_custom_fields(table: object, file: str) -> tuple[tuple[CustomField, ...], list[Problem]]:
    """Return what `[fields]` declares, and what is wrong with it.

    Args:
        table: Name -> a type, or a table with `type` and `column`.
        file: Named in problems.

    Returns:
        The fields in their order, and problems `bad-value`.

    Raises:
        SettingsError: A name means an access label: labels have a field of their own, and under
            another one they would keep nobody out.
    """
    found: list[CustomField] = []
    problems: list[Problem] = []
    if not isinstance(table, dict):
        expected = 'tables: [fields.owner] with type = "keyword" and column = "Process owner"'
        problems.append(Problem(file, "bad-value", f"fields in {file} must be {expected}."))
        table = {}
    for raw_name, value in table.items():
        name = normalise_key(raw_name)
        if means_label(name):
            raise SettingsError(
                f"{file} declares the field {shown(raw_name)}, which means an access label.",
                hint='Say below [catalog.columns] which column gives labels: "Marking" = "label".',
            )
        shape = {"type": value} if isinstance(value, str) else value
        fault = _fault(name, shape) or ("there are too many" if len(found) >= _MAX_FIELDS else "")
        if fault or name in {field.name for field in found}:
            why = fault or "it is there twice"
            message = f"fields.{shown(raw_name)} in {file} is left out: {why}."
            problems.append(Problem(file, "bad-value", message))
            continue
        found.append(CustomField(name, shape["type"], " ".join(shape.get("column", "").split())))
    return tuple(found), problems


def custom_name_fault(name: object) -> str:
    """Return what is wrong with the name of a custom field; nothing where it is sound.

    >>> custom_name_fault("process_owner"), custom_name_fault("title")
    ('', 'that is the name of a field that all documents have')
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return "a name has small letters, figures and _, and begins with a letter"
    if name in _TAKEN:
        return "that is the name of a field that all documents have"
    return ""


def _fault(name: str, shape: object) -> str:
    """Return what is wrong with a declaration; nothing where it is sound."""
    if fault := custom_name_fault(name):
        return fault
    if not isinstance(shape, dict) or not all(isinstance(value, str) for value in shape.values()):
        return 'give a type and a column in quotes, as type = "keyword"'
    unknown = [key for key in shape if key not in _KEYS]
    if unknown:
        return f"it has {shown(unknown[0])} and may have type and column"
    if shape.get("type") not in CUSTOM_KINDS:
        return f"its type must be one of {', '.join(CUSTOM_KINDS)}"
    return ""
