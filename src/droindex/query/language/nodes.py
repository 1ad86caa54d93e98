"""The tree of a parsed query: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    "demanded_texts",
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
        edits: How many edits away a word that is found may be: 0, 1 or 2.
    """

    text: str
    start: int
    end: int
    pattern: bool = False
    boost: float = 1.0
    edits: int = 0

    # Every query makes words: this takes half the time of the generated method.
    def __init__(
        self,
        text: str,
        start: int,
        end: int,
        pattern: bool = False,  # noqa: FBT001, FBT002 - a field, as in a generated method
        boost: float = 1.0,
        edits: int = 0,
    ) -> None:
        _set_text(self, text)
        _set_start(self, start)
        _set_end(self, end)
        _set_pattern(self, pattern)
        _set_boost(self, boost)
        _set_edits(self, edits)

    @property
    def is_plain(self) -> bool:
        """Whether it stands for itself alone, and not for words of its shape or near it."""
        return not (self.pattern or self.edits)


_set_text, _set_start, _set_end, _set_pattern, _set_boost, _set_edits = (
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


def demanded_texts(node: Node) -> list[str]:
    """Return the words and phrases that a query demands, as they are written, in their order."""
    return [item.text for item in _demanded(node)]


def _demanded(node: Node) -> Iterator[Word | Phrase]:
    match node:
        case Word() | Phrase():
            yield node
        case And() | Group():
            for item in node.nodes:
                yield from _demanded(item)
