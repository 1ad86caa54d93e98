"""From the text of a query to its tree: lenient towards searchers, strict on request.

docs/query-language.md describes the language.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.query.lexer import Faults, Kind, Lexer, Token
from droindex.query.nodes import And, Fielded, Group, Not, Or, Parsed, Phrase, Range, Word
from droindex.settings import QueryLimits

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from droindex.query.nodes import Node

__all__ = ["parse"]

_DEFAULT_LIMITS = QueryLimits()
_NO_WORDS: frozenset[str] = frozenset()
_DEEPEST = 50  # whatever the settings say: the tree is walked by recursion
_PARTED = {Kind.MINUS: re.compile(r"\s"), Kind.FIELD: re.compile(r"[^+*?]")}
_BINARY = frozenset((Kind.AND, Kind.OR))
_OPERATORS = frozenset((Kind.AND, Kind.OR, Kind.NOT))
_PREFIXES = frozenset((Kind.NOT, Kind.MINUS, Kind.FIELD))
_PARENTHESES = frozenset((Kind.OPEN, Kind.CLOSE))

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
    uncounted: Container[str] = _NO_WORDS,
) -> Parsed:
    """Read a query.

    Args:
        text: What the searcher wrote; any text.
        fields: The kind of each field that may be named: text, keyword, identifier, date or
            reference; names are found in any case.
        strict: Refuse what is not well formed instead of reading it as well as possible.
        limits: Caps of length, depth and clauses.
        uncounted: Words in lower case, such as stop words, that are no clause for the cap.

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
    tokens = _balance(Lexer(text, fields, faults).tokens(), limits.max_depth, faults)
    tokens = _limit(tokens, limits.max_clauses, uncounted, faults)
    if _operators_are_words(tokens, text):
        tokens = [_as_word(token) for token in tokens]
        tokens = _limit(tokens, limits.max_clauses, uncounted, faults)
    return Parsed(text, _build(tokens, text, faults), faults.notes)


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
        faults.add(
            "query-too-long",
            f"The query has more than {max_chars:,} characters.",
            max_chars,
            "Search for its most telling words.",
            f"The query has more than {max_chars:,} characters: the rest was ignored.",
        )
        text = _cut(text, max_chars)
    return text if text.isprintable() else _UNREADABLE.sub(" ", text)


def _cut(text: str, max_chars: int) -> str:
    """Cut the text, before a word rather than within it."""
    head, beyond = text[:max_chars], text[max_chars]
    if beyond.isspace():
        return head
    parts = head.rsplit(None, 1)
    return head[: len(head) - len(parts[1])] if len(parts) > 1 and not head[-1].isspace() else head


# --- from tokens to well-formed tokens -------------------------------------------------------


def _balance(tokens: list[Token], max_depth: int, faults: Faults) -> list[Token]:
    """Return the tokens without parentheses that have no partner or are nested too deep."""
    deepest = min(max_depth, _DEEPEST)
    opened: list[int] = []
    dropped: set[int] = set()
    if not any(token.kind in _PARENTHESES for token in tokens):
        return tokens
    for index, token in enumerate(tokens):
        if token.kind is Kind.OPEN:
            opened.append(index)
        elif token.kind is Kind.CLOSE:
            if opened:
                opened.pop()
            else:
                dropped.add(index)
                _fault_unexpected(token, faults)
    for index in opened:
        dropped.add(index)
        _fault_unclosed(tokens[index], faults)
    kept = [token for index, token in enumerate(tokens) if index not in dropped]
    return _flatten(kept, deepest, faults)


def _flatten(tokens: list[Token], deepest: int, faults: Faults) -> list[Token]:
    kept: list[Token] = []
    depth = 0
    for token in tokens:
        if token.kind is Kind.OPEN:
            depth += 1
            if depth > deepest:
                _fault_too_deep(token, deepest, faults)
                continue
        elif token.kind is Kind.CLOSE:
            depth -= 1
            if depth >= deepest:
                continue
        kept.append(token)
    return kept


def _fault_unexpected(token: Token, faults: Faults) -> None:
    faults.add(
        "unexpected-parenthesis",
        "A closing parenthesis has no opening one.",
        token.start,
        "Open it, or leave it out.",
        "A closing parenthesis without an opening one was ignored.",
    )


def _fault_unclosed(token: Token, faults: Faults) -> None:
    faults.add(
        "unclosed-parenthesis",
        "A parenthesis is not closed.",
        token.start,
        "Close it, or leave it out.",
        "A closing parenthesis is missing: the opening one was ignored.",
    )


def _fault_too_deep(token: Token, deepest: int, faults: Faults) -> None:
    faults.add(
        "query-too-deep",
        f"Parentheses are nested more than {deepest} deep.",
        token.start,
        "Leave out the inner ones.",
        f"Parentheses are nested more than {deepest} deep: the inner ones were ignored.",
    )


def _limit(
    tokens: list[Token], max_clauses: int, uncounted: Container[str], faults: Faults
) -> list[Token]:
    """Return the tokens with all words and phrases past the cap made void; repeats are free."""
    if len(tokens) <= max_clauses:
        return tokens
    seen: set[tuple[str, str]] = set()
    field = ""
    for index, token in enumerate(tokens):
        if token.leaf is not None:
            key = (field, _clause_key(token.leaf))
            if key[1] not in uncounted:
                seen.add(key)
            if len(seen) > max_clauses:
                _fault_too_many(token, max_clauses, faults)
                return tokens[:index] + [_voided(token) for token in tokens[index:]]
        field = token.text if token.kind is Kind.FIELD else ""
    return tokens


def _clause_key(leaf: Word | Phrase | Range) -> str:
    if isinstance(leaf, Word):
        return leaf.text.casefold() + "~" * leaf.slips
    if isinstance(leaf, Phrase):
        return f'"{leaf.text.casefold()}"'
    return f"{leaf.field}:{leaf.low}..{leaf.high}"


def _fault_too_many(token: Token, max_clauses: int, faults: Faults) -> None:
    faults.add(
        "too-many-clauses",
        f"The query has more than {max_clauses} words and phrases.",
        token.start,
        "Search for its most telling words.",
        f"The query has more than {max_clauses} words and phrases: the rest was ignored.",
    )


def _voided(token: Token) -> Token:
    return token._replace(kind=Kind.VOID, leaf=None) if token.leaf is not None else token


def _operators_are_words(tokens: list[Token], text: str) -> bool:
    """Return whether nothing is in lower case: then AND, OR and NOT say nothing special."""
    if not any(token.kind in _OPERATORS for token in tokens):
        return False
    if any(any(map(str.islower, _letters(token))) for token in tokens if token.leaf is not None):
        return False
    # A field that holds nothing is dropped and has no say: so the tokens are cleaned to see.
    kept = _Cleaner(text, Faults(text, strict=False)).clean(tokens)
    return not any(any(map(str.islower, _letters(token))) for token in kept)


def _letters(token: Token) -> str:
    leaf = token.leaf
    if leaf is None:
        return token.text
    return f"{leaf.field}{leaf.low}{leaf.high}" if isinstance(leaf, Range) else leaf.text


def _as_word(token: Token) -> Token:
    if token.kind not in _OPERATORS:
        return token
    return token._replace(kind=Kind.LEAF, leaf=Word(token.text, token.start, token.end))


class _Cleaner:
    """Drops operators and fields that have nothing to work on, and empty parentheses."""

    def __init__(self, text: str, faults: Faults) -> None:
        self._text = text
        self._faults = faults
        self._kept: list[Token] = []
        self._after_void = False

    def clean(self, tokens: list[Token]) -> list[Token]:
        for token in tokens:
            self._take(token)
            self._after_void = token.kind is Kind.VOID
        self._drop_dangling()
        return self._kept

    def _take(self, token: Token) -> None:
        if token.kind is Kind.VOID:
            self._drop_beside_void()
        elif token.kind is Kind.CLOSE:
            self._close(token)
        elif token.kind in _BINARY:
            self._join(token)
        elif token.kind in _PREFIXES:
            self._prefix(token)
        else:
            self._detach(token)
            self._kept.append(token)

    def _last(self) -> Kind | None:
        return self._kept[-1].kind if self._kept else None

    def _join(self, token: Token) -> None:
        if self._last() is Kind.LEAF or self._last() is Kind.CLOSE:
            self._kept.append(token)
        elif not self._after_void:
            self._fault(token)

    def _prefix(self, token: Token) -> None:
        self._detach(token)
        if token.kind is not Kind.FIELD and self._last() in _PREFIXES:
            self._fault_twice(self._kept.pop())
        self._kept.append(token)

    def _detach(self, token: Token) -> None:
        """Drop a field or `-` before this token if dropped marks or a blank part them."""
        while self._last() in _PARTED:
            parted = _PARTED[self._kept[-1].kind]
            if not parted.search(self._text, self._kept[-1].end, token.start):
                return
            self._fault(self._kept.pop())

    def _close(self, token: Token) -> None:
        self._drop_dangling()
        if self._last() is not Kind.OPEN:
            self._kept.append(token)
            return
        opening = self._kept.pop()
        self._faults.add(
            "unexpected-parenthesis",
            "Parentheses hold nothing.",
            opening.start,
            "Put words into them, or leave them out.",
        )
        self._drop_beside_void()

    def _drop_dangling(self) -> None:
        while self._last() in _PREFIXES or self._last() in _BINARY:
            self._fault(self._kept.pop())

    def _drop_beside_void(self) -> None:
        """Drop what was to bind something that turned out to hold nothing."""
        while self._last() in _PREFIXES:
            self._kept.pop()
        if self._last() in _BINARY:
            self._kept.pop()

    def _fault_twice(self, token: Token) -> None:
        self._faults.add(
            "dangling-operator",
            "The same words are excluded twice.",
            token.start,
            "Write NOT or - once.",
            "The same words are excluded twice: read as once.",
        )

    def _fault(self, token: Token) -> None:
        written = f"{token.text}:" if token.kind is Kind.FIELD else token.text or "-"
        self._faults.add(
            "dangling-operator",
            f'"{written}" has nothing to work on.',
            token.start,
            "Put words on its sides, write it in lower case, or leave it out.",
            f'"{written}" has nothing to work on here and was ignored.',
        )


# --- from well-formed tokens to the tree -----------------------------------------------------


def _build(tokens: list[Token], text: str, faults: Faults) -> Group:
    leaves = tuple(token.leaf for token in tokens if token.leaf is not None)
    if len(leaves) == len(tokens):
        return Group(leaves, 0, len(text))
    if node := _chained(tokens, leaves):
        return Group((node,), 0, len(text))
    return _Builder(_Cleaner(text, faults).clean(tokens)).root(len(text))


def _chained(tokens: list[Token], leaves: tuple[Word | Phrase | Range, ...]) -> And | Or | None:
    """Return the node of leaves with the same operator between all of them, if it is that."""
    between = {token.kind for token in tokens[1::2]}
    if len(between) > 1 or not between <= _BINARY or len(leaves) != len(tokens[::2]):
        return None
    if len(tokens) % 2 == 0 or any(token.leaf is None for token in tokens[::2]):
        return None
    make = And if Kind.AND in between else Or
    return make(leaves, leaves[0].start, leaves[-1].end)


class _Builder:
    """Builds the tree; the depth of its recursion is the depth of the parentheses."""

    def __init__(self, tokens: list[Token]) -> None:
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

    def _group(self, opening: Token) -> Group:
        nodes = self._side_by_side()
        closing = self._tokens[self._at]
        self._at += 1
        return Group(nodes, opening.start, closing.end)

    def _fielded(self, name: Token) -> Fielded:
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
