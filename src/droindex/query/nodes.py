"""The tree of a parsed query: plain data, with its way back to text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "And",
    "Fielded",
    "Group",
    "Node",
    "Not",
    "Or",
    "Parsed",
    "Phrase",
    "Range",
    "Word",
    "format_query",
    "strip_spans",
    "words_of",
]


@dataclass(frozen=True, slots=True, init=False)
class Word:
    """One run of text without blanks; the analyzer may still split it: `11-4.1`, `and/or`.

    Attributes:
        text: The word as written, without weight and closing question mark.
        start: Offset of its first character in the query, in characters from 0.
        end: Offset after its last character, the weight included.
        pattern: True if `*` (any letters) and `?` (one letter) in the text are wildcards.
        boost: Its weight, over 0 and at most 100.
        slips: How many slips of the hand a word that is found may be away: 0, 1 or 2.
    """

    text: str
    start: int
    end: int
    pattern: bool = False
    boost: float = 1.0
    slips: int = 0

    # Every query makes words: this takes half the time of the generated method.
    def __init__(
        self,
        text: str,
        start: int,
        end: int,
        pattern: bool = False,  # noqa: FBT001, FBT002 - a field, as in a generated method
        boost: float = 1.0,
        slips: int = 0,
    ) -> None:
        _set_text(self, text)
        _set_start(self, start)
        _set_end(self, end)
        _set_pattern(self, pattern)
        _set_boost(self, boost)
        _set_slips(self, slips)

    @property
    def is_plain(self) -> bool:
        """Whether it stands for itself alone, and not for words of its shape or near it."""
        return not (self.pattern or self.slips)


_set_text, _set_start, _set_end, _set_pattern, _set_boost, _set_slips = (
    vars(Word)[name].__set__ for name in Word.__slots__
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in quotes.

    Attributes:
        text: What stands between the quotes, as written.
        start: Offset of the opening quote.
        end: Offset after the closing quote, slop and weight included.
        slop: How many other words may stand between them.
        boost: Its weight, over 0 and at most 100.
    """

    text: str
    start: int
    end: int
    slop: int = 0
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Fielded:
    """A word, a phrase or a group that is looked for in one field: `title:escort`.

    Attributes:
        field: The name of the field, spelled as in the table of fields.
        node: What is looked for; a field inside a group overrules the one around it.
        start: Offset of the name.
        end: Offset after the value.
    """

    field: str
    node: Word | Phrase | Group
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Range:
    """A span of dates: `issued:2004..2008-05`, `issued:>2006`.

    Attributes:
        field: The name of the field, spelled as in the table of fields.
        low: The earlier bound as written; None if there is none.
        high: The later bound as written; None if there is none.
        low_open: True if the earlier bound itself is outside.
        high_open: True if the later bound itself is outside.
        start: Offset of the name.
        end: Offset after the value.
    """

    field: str
    low: str | None
    high: str | None
    low_open: bool
    high_open: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Not:
    """What a hit must not hold.

    Attributes:
        node: What is excluded.
        start: Offset of `NOT` or `-`.
        end: Offset after what is excluded.
    """

    node: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class And:
    """Two or more nodes that a hit must all hold.

    Attributes:
        nodes: The nodes, in the order of the query.
        start: Offset of the first node.
        end: Offset after the last node.
    """

    nodes: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more nodes of which a hit must hold one.

    Attributes:
        nodes: The nodes, in the order of the query.
        start: Offset of the first node.
        end: Offset after the last node.
    """

    nodes: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes side by side without an operator.

    The root of a query may hold none, the group of a field one, every other group two or more.

    Attributes:
        nodes: The nodes, in the order of the query.
        start: Offset of the opening parenthesis; 0 for the root.
        end: Offset after the closing parenthesis; the length of the query for the root.
    """

    nodes: tuple[Node, ...]
    start: int
    end: int


Node = Word | Phrase | Fielded | Range | Not | And | Or | Group


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query that has been read.

    Attributes:
        text: The text that the offsets refer to: cut to the cap, unreadable characters as blanks.
        root: The tree.
        notes: What was ignored or read otherwise than written, in sentences for the searcher.
    """

    text: str
    root: Group
    notes: tuple[str, ...]


_N = TypeVar("_N", Word, Phrase, Fielded, Range, Not, And, Or, Group)

# Beginnings that the parser would read as syntax; a `+` before them makes them plain.
_ESCAPED = re.compile(r"[-+'‘‚]|(?:AND|OR|NOT)(?:\(|$)")  # noqa: RUF001 - the quotes people type
_LIKE_A_RANGE = re.compile(r"[<>≤≥]|(?!\+).*?(?:\.\.|…)")
_WEIGHTED = re.compile(r"\^(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)$")
_PLACE_GROUP, _PLACE_OR, _PLACE_AND, _PLACE_ATOM = range(4)


def words_of(node: Node) -> Iterator[Word]:
    """Yield the words of a tree, in the order of the text."""
    match node:
        case Word():
            yield node
        case Not() | Fielded():
            yield from words_of(node.node)
        case And() | Or() | Group():
            for item in node.nodes:
                yield from words_of(item)


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
    if word.slips:
        weight = f"{'~' if word.slips == 1 else f'~{word.slips}'}{weight}"
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
