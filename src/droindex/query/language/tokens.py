"""The pieces of a query, between the lexer that finds them and the parser that reads them."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from droindex.query.language.nodes import Phrase, Range, Word

__all__ = ["Kind", "QueryToken"]


class Kind(Enum):
    """What a token is."""

    LEAF = auto()  # a word, a phrase or a range
    VOID = auto()  # something that holds nothing to search for: `""`, a lone `*`
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    MINUS = auto()
    FIELD = auto()

    __hash__ = object.__hash__  # Enum's own asks for the name, and tokens are looked up often


class QueryToken(NamedTuple):
    """A piece of the query.

    Attributes:
        kind: What it is.
        start: Offset of its first character.
        end: Offset after its last character.
        text: The name of a field or the operator; else empty.
        leaf: The node of a leaf.
    """

    kind: Kind
    start: int
    end: int
    text: str = ""
    leaf: Word | Phrase | Range | None = None
