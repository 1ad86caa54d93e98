"""TOML and JSON that outsiders wrote, parsed within bounds.

A parser pays for what a few characters ask of it: the quadratic memory of a key of 20,000 parts,
a table inside a table for each byte. Metadata that people write comes nowhere near these bounds;
what exceeds one is refused as a whole, and the message says which.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

__all__ = ["MAX_KEYS", "loads_json", "loads_toml"]

MAX_KEYS = 1_000  # of one table, or columns of a catalogue; there are some 30 known ones
_MAX_DEPTH = 32  # tables and lists inside each other; a reference is three deep
_MAX_KEY_PARTS = 16  # of a key with dots: tomllib needs the square of it
_MAX_ALL_PARTS = 50_000  # of all keys of a text: tomllib needs a kilobyte for each

# The parts of TOML in which a dot or an equals sign is no matter of keys: comments and texts of
# several lines; then keys, as long as they go. Nothing is read twice, whatever it is.
_BARE = r"[\w\-]++"
_BASIC = r'"(?:[^"\\\n]++|\\.)*+"?+'
_LITERAL = r"'[^'\n]*+'?+"
_PART = rf"(?:{_BARE}|{_BASIC}|{_LITERAL})"
_TOKEN = re.compile(
    r"#[^\n]*+"
    r'|"""(?:[^"\\]++|\\.?|"(?!""))*+"{0,5}+'
    r"|'''(?:[^']++|'(?!''))*+'{0,5}+"
    rf"|(?P<key>(?P<first>{_PART})(?P<more>(?:[ \t]*+\.[ \t]*+{_PART})*+))"
    r"(?P<is_given>[ \t]*+=|[ \t]*+\]\]?+[ \t]*+(?=[#\r\n]|\Z))?+",
    re.DOTALL,
)
_DOT = re.compile(rf"\.[ \t]*+{_PART}")


def loads_json(text: str | bytes) -> Any:
    """Return the value of a JSON text in which no key stands twice.

    Numbers with a point stay the texts they are: 11.10 is a number of a document, and not 11.1.

    Raises:
        ValueError: It is no JSON, a key of a table is given twice (the first would be lost), or a
            table has more keys than `MAX_KEYS`, or is nested too deeply.
        RecursionError: It is nested far too deeply.
    """
    value = json.loads(text, object_pairs_hook=_table, parse_float=str)
    _check_depth(value)
    return value


def loads_toml(text: str) -> dict[str, Any]:
    """Return the tables of a TOML text; numbers with a point stay the texts they are.

    Raises:
        ValueError: It is no TOML, or its keys have too many parts or are nested too deeply.
        RecursionError: It is nested far too deeply.
    """
    _check_keys(text)
    tables = tomllib.loads(text, parse_float=str)
    _check_depth(tables)
    return tables


def _table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_KEYS:
        raise ValueError(f"a table has {len(pairs):,} keys, more than {MAX_KEYS:,}")
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError("a key is given twice")
    return table


def _check_keys(text: str) -> None:
    """Refuse a TOML text whose keys would cost too much; ValueError says why."""
    parts = 0
    for match in _TOKEN.finditer(text):
        if match["key"] is None:
            continue
        dots = sum(1 for _ in _DOT.finditer(match["more"]))
        if dots >= _MAX_KEY_PARTS:
            raise ValueError(f"a key has {dots + 1:,} parts, more than {_MAX_KEY_PARTS}")
        if match["is_given"]:
            parts += dots + 1
    if parts > _MAX_ALL_PARTS:
        raise ValueError(f"its keys have {parts:,} parts in all, more than {_MAX_ALL_PARTS:,}")


def _check_depth(value: Any) -> None:
    """Refuse tables and lists that are nested too deeply; ValueError says so."""
    level = [value]
    for _ in range(_MAX_DEPTH + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise ValueError(f"it is nested more than {_MAX_DEPTH} deep")
