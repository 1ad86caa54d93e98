"""From the text of a query to its tree: lenient towards searchers, strict on request.

docs/query-language.md describes the language.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.query.language.faults import Faults, query_too_long
from droindex.query.language.lexer import Lexer
from droindex.query.language.nodes import And, Fielded, Group, Not, Or, Parsed, Phrase, Word
from droindex.query.language.repair import well_formed
from droindex.query.language.tokens import Kind, QueryToken
from droindex.settings import QueryLimits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from droindex.query.language.nodes import Node

__all__ = ["parse"]

_DEFAULT_LIMITS = QueryLimits()
_PREFIXES = frozenset((Kind.NOT, Kind.MINUS))

# Anything that may be more than a plain word: then the lexer decides.
_SYNTAX = re.compile(
    r"""["“”„‟«»()*?^~]|:(?=\S)|(?<!\S)(?:[^\w\s]|_|(?:AND|OR|NOT)(?!\S))""",
)
# Control characters, lone surrogates and marks without width: no word holds them on purpose.
_UNREADABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def parse(
    text: str,
    *,
    fields: Mapping[str, str],
    strict: bool = False,
    limits: QueryLimits = _DEFAULT_LIMITS,
) -> Parsed:
    """Read a query.

    Args:
        text: What the searcher wrote; any text.
        fields: The kind of each field that may be named: text, keyword, identifier, date or
            reference; names are found in any case.
        strict: Refuse what is not well formed instead of reading it as well as possible.
        limits: Caps of length, depth and clauses.

    Returns:
        The tree, the text its offsets refer to, and notes on what was ignored.

    Raises:
        QueryError: In strict mode only, with slug, position and hint.
    """
    if len(text) <= limits.max_chars and _is_plain(text):
        words = _plain_words(text)
        if len(words) <= limits.max_clauses:
            return Parsed(text, Group(words, 0, len(text)), ())
    if len(text) <= limits.max_chars and (leaf := _plain_leaf(text)):
        return Parsed(text, Group((leaf,), 0, len(text)), ())
    faults = Faults(text, strict=strict)
    text = _readable(text, limits.max_chars, faults)
    tokens = well_formed(Lexer(text, fields, faults).tokens(), text, limits, faults)
    return Parsed(text, _Builder(tokens).root(len(text)), faults.notes)


def _is_plain(text: str) -> bool:
    """Return whether the text is words and ASCII blanks only: most queries are."""
    if text.replace(" ", "").isalnum():
        return not ("AND" in text or "OR" in text or "NOT" in text) or not _SYNTAX.search(text)
    return text.isprintable() and _SYNTAX.search(text) is None


def _plain_leaf(text: str) -> Word | Phrase | None:
    """Return the leaf of a text that is one word with a `*` at its end, or one plain phrase."""
    if text[-1:] == "*" and text[:-1].isalnum():
        return Word(text, 0, len(text), True)
    if text[:1] == text[-1:] == '"' and text[1:-1].replace(" ", "").isalnum():
        return Phrase(text[1:-1], 0, len(text))
    return None


def _plain_words(text: str) -> tuple[Word, ...]:
    words = []
    start = 0
    for word in text.split(" "):
        end = start + len(word)
        if word:
            words.append(Word(word, start, end))
        start = end + 1
    return tuple(words)


def _readable(text: str, max_chars: int, faults: Faults) -> str:
    """Return the text within the cap, characters that nobody can read turned into blanks."""
    if len(text) > max_chars:
        faults.add(query_too_long(max_chars))
        text = _cut(text, max_chars)
    return text if text.isprintable() else _UNREADABLE.sub(" ", text)


def _cut(text: str, max_chars: int) -> str:
    """Cut the text, before a word rather than within it."""
    head, beyond = text[:max_chars], text[max_chars]
    if beyond.isspace():
        return head
    parts = head.rsplit(None, 1)
    return head[: len(head) - len(parts[1])] if len(parts) > 1 and not head[-1].isspace() else head


class _Builder:
    """Builds the tree; the depth of its recursion is the depth of the parentheses."""

    def __init__(self, tokens: list[QueryToken]) -> None:
        self._tokens = tokens
        self._at = 0

    def root(self, size: int) -> Group:
        nodes = self._side_by_side()
        if len(nodes) == 1 and isinstance(nodes[0], Group):
            nodes = nodes[0].nodes
        return Group(nodes, 0, size)

    def _next(self) -> Kind | None:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else None

    def _side_by_side(self) -> tuple[Node, ...]:
        nodes: list[Node] = []
        while self._next() not in (None, Kind.CLOSE):
            nodes.append(self._either())
        return tuple(nodes)

    def _either(self) -> Node:
        nodes = [self._both()]
        while self._next() is Kind.OR:
            self._at += 1
            nodes.append(self._both())
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes), nodes[0].start, nodes[-1].end)

    def _both(self) -> Node:
        nodes = [self._single()]
        while self._next() is Kind.AND:
            self._at += 1
            nodes.append(self._single())
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes), nodes[0].start, nodes[-1].end)

    def _single(self) -> Node:
        token = self._tokens[self._at]
        self._at += 1
        if token.kind is Kind.FIELD:
            return self._fielded(token)
        if token.kind is Kind.OPEN:
            group = self._group(token)
            return group.nodes[0] if len(group.nodes) == 1 else group
        if token.kind in _PREFIXES:
            node = self._single()
            return Not(node, token.start, node.end)
        assert token.leaf is not None
        return token.leaf

    def _group(self, opening: QueryToken) -> Group:
        nodes = self._side_by_side()
        closing = self._tokens[self._at]
        self._at += 1
        return Group(nodes, opening.start, closing.end)

    def _fielded(self, name: QueryToken) -> Fielded:
        token = self._tokens[self._at]
        self._at += 1
        if token.kind is Kind.OPEN:
            group = self._group(token)
            only = group.nodes[0]
            if len(group.nodes) == 1 and isinstance(only, Group):
                group = only
            return Fielded(name.text, group, name.start, group.end)
        assert isinstance(token.leaf, Word | Phrase)
        return Fielded(name.text, token.leaf, name.start, token.end)
