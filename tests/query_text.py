"""A query's tree -> a text that parses to an equal tree: the other half of round trips in tests."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeVar

from droindex.query.language.nodes import And, Fielded, Group, Node, Not, Or, Phrase, Range, Word

_N = TypeVar("_N", Word, Phrase, Fielded, Range, Not, And, Or, Group)

# Beginnings that the parser would read as syntax; a `+` before them makes them plain.
_ESCAPED = re.compile(r"[-+'‘‚]|(?:AND|OR|NOT)(?:\(|$)")
_LIKE_A_RANGE = re.compile(r"[<>≤≥]|(?!\+).*?(?:\.\.|…)")
_WEIGHTED = re.compile(r"\^(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)$")
_PLACE_GROUP, _PLACE_OR, _PLACE_AND, _PLACE_ATOM = range(4)


def strip_spans(node: _N) -> _N:
    """Return the node with all offsets set to 0, so that trees of different texts compare."""
    bare = replace(node, start=0, end=0)
    if isinstance(bare, Fielded | Not):
        return replace(bare, node=strip_spans(bare.node))  # type: ignore[type-var]
    if isinstance(bare, And | Or | Group):
        return replace(bare, nodes=tuple(strip_spans(child) for child in bare.nodes))  # type: ignore[type-var]
    return bare


def format_query(root: Group) -> str:
    """Return a text that parses to an equal tree, offsets apart, given the same fields."""
    mixed_case = any(map(str.islower, _leaf_text(root)))
    return " ".join(_format(node, _PLACE_GROUP, mixed_case=mixed_case) for node in root.nodes)


def _leaf_text(node: Node) -> str:
    """Return all letters of the query that are not operators."""
    if isinstance(node, Word | Phrase):
        return node.text
    if isinstance(node, Range):
        return f"{node.field}{node.low}{node.high}"
    if isinstance(node, Fielded):
        return node.field + _leaf_text(node.node)
    if isinstance(node, Not):
        return _leaf_text(node.node)
    return "".join(map(_leaf_text, node.nodes))


def _format(node: Node, place: int, *, mixed_case: bool) -> str:
    if isinstance(node, Word):
        return _format_word(node)
    if isinstance(node, Phrase):
        return _format_phrase(node)
    if isinstance(node, Range):
        return f"{node.field}:{_format_bounds(node)}"
    if isinstance(node, Fielded):
        return f"{node.field}:{_format_value(node.node, mixed_case=mixed_case)}"
    if isinstance(node, Not):
        return _in_place(_format_not(node, mixed_case=mixed_case), _PLACE_AND, place)
    if isinstance(node, And):
        parts = (_format(child, _PLACE_AND, mixed_case=mixed_case) for child in node.nodes)
        return _in_place(" AND ".join(parts), _PLACE_OR, place)
    if isinstance(node, Or):
        parts = (_format(child, _PLACE_OR, mixed_case=mixed_case) for child in node.nodes)
        return _in_place(" OR ".join(parts), _PLACE_GROUP, place)
    return f"({_format_children(node, mixed_case=mixed_case)})"


def _in_place(text: str, loosest: int, place: int) -> str:
    """Put the text in parentheses where something binds tighter than it may stand in."""
    return text if place <= loosest else f"({text})"


def _format_children(group: Group, *, mixed_case: bool) -> str:
    return " ".join(_format(child, _PLACE_GROUP, mixed_case=mixed_case) for child in group.nodes)


def _format_value(node: Word | Phrase | Group, *, mixed_case: bool) -> str:
    if isinstance(node, Group):
        return f"({_format_children(node, mixed_case=mixed_case)})"
    text = _format(node, _PLACE_ATOM, mixed_case=mixed_case)
    return f"+{text}" if isinstance(node, Word) and _LIKE_A_RANGE.match(text) else text


def _format_not(node: Not, *, mixed_case: bool) -> str:
    inner = _format(node.node, _PLACE_ATOM, mixed_case=mixed_case)
    if inner[0].isalnum() or inner[0] in '("“«':
        return f"-{inner}"
    # A `-` does not bind to `§`, and NOT is a word where nothing is in lower case.
    return f"NOT {inner}" if mixed_case else f"-({inner})"


def _format_word(word: Word) -> str:
    escape = "+" if _ESCAPED.match(word.text) else ""
    weight = _format_boost(word.boost)
    if word.edits:
        weight = f"{'~' if word.edits == 1 else f'~{word.edits}'}{weight}"
    elif not weight and _WEIGHTED.search(word.text):
        weight = "^1"  # else the end of the word itself would be read as its weight
    return f"{escape}{word.text}{weight}"


def _format_phrase(phrase: Phrase) -> str:
    opening, closing = '""'
    if '"' in phrase.text:
        opening, closing = "«»" if any(mark in phrase.text for mark in "“”„‟") else "“”"
    slop = f"~{phrase.slop}" if phrase.slop else ""
    return f"{opening}{phrase.text}{closing}{slop}{_format_boost(phrase.boost)}"


def _format_boost(boost: float) -> str:
    return "" if boost == 1 else f"^{boost:g}" if boost == int(boost) else f"^{boost}"


def _format_bounds(node: Range) -> str:
    if node.low_open:
        return f">{node.low}"
    if node.high_open:
        return f"<{node.high}"
    return f"{node.low or ''}..{node.high or ''}"
