"""Custom fields in the index: all of a corpus in two fields, each value behind its name.

So the schema is the same for every corpus, and a set knows no name but those that its own
documents use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.engine.analysis import fold
from droindex.engine.schema import CUSTOM, CUSTOM_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from droindex.engine.analysis import Analyzer

__all__ = ["custom_values", "kind_of", "value_key", "word_key"]

Value = str | int | float


def value_key(name: str, value: str) -> str:
    """Return the term of a whole value.

    >>> value_key("owner", "Jo Smith")
    'owner=jo smith'
    """
    return f"{name}={fold(value)}"


def word_key(name: str, word: str) -> str:
    """Return the term of a word of a text, as it is written or as its stem.

    >>> word_key("remarks", "tow")
    'remarks~tow'
    """
    return f"{name}~{word}"


def custom_values(
    custom: Mapping[str, Value], declared: Mapping[str, str], analyzer: Analyzer
) -> dict[str, list[str]]:
    """Return what the two fields of the index hold of a document.

    Args:
        custom: Its custom fields.
        declared: The kinds that the corpus declares.
        analyzer: The chain of the set.
    """
    keys: set[str] = set()
    counted: list[str] = []
    for name, value in custom.items():
        kind = kind_of(name, value, declared)
        if kind == "text":
            keys |= {word_key(name, form) for pair in analyzer.terms(str(value)) for form in pair}
            continue
        keys.add(value_key(name, str(value)))
        if kind == "keyword":
            counted.append(f"{name}={value}")
    found = {CUSTOM_KEY: sorted(keys), CUSTOM: counted}
    return {field: values for field, values in found.items() if values}


def kind_of(name: str, value: Value, declared: Mapping[str, str]) -> str:
    """Return the kind of a value; an application may give fields that no corpus declares."""
    return declared.get(name) or ("keyword" if isinstance(value, str) else "number")
