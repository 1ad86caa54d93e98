"""From the tokens of a query to those that a tree can be built from: the rest is dropped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.query.language.faults import (
    Faults,
    dangling_operator,
    empty_parentheses,
    excluded_twice,
    nested_too_deep,
    too_many_clauses,
    unclosed_parenthesis,
    unexpected_parenthesis,
)
from droindex.query.language.nodes import Phrase, Range, Word
from droindex.query.language.tokens import Kind, QueryToken

if TYPE_CHECKING:
    from droindex.settings import QueryLimits

__all__ = ["well_formed"]

_DEEPEST = 50  # whatever the settings say: the tree is walked by recursion
_PARTED = {Kind.MINUS: re.compile(r"\s"), Kind.FIELD: re.compile(r"[^+*?]")}
_BINARY = frozenset((Kind.AND, Kind.OR))
_OPERATORS = frozenset((Kind.AND, Kind.OR, Kind.NOT))
_PREFIXES = frozenset((Kind.NOT, Kind.MINUS, Kind.FIELD))
_PARENTHESES = frozenset((Kind.OPEN, Kind.CLOSE))


def well_formed(
    tokens: list[QueryToken], text: str, limits: QueryLimits, faults: Faults
) -> list[QueryToken]:
    """Return tokens without what has no partner, nothing to work on, or no room under the caps.

    Args:
        tokens: The pieces of the query, as they were typed.
        text: The query.
        limits: Caps of depth and clauses.
        faults: Where to record what is wrong.

    Raises:
        QueryError: In strict mode, for the first fault.
    """
    tokens = _balance(tokens, limits.max_depth, faults)
    tokens = _limit(tokens, limits.max_clauses, faults)
    if _operators_are_words(tokens, text):
        tokens = [_as_word(token) for token in tokens]
        tokens = _limit(tokens, limits.max_clauses, faults)
    if all(token.leaf is not None for token in tokens):
        return tokens
    return _Cleaner(text, faults).clean(tokens)


def _balance(tokens: list[QueryToken], max_depth: int, faults: Faults) -> list[QueryToken]:
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
                faults.add(unexpected_parenthesis(token.start))
    for index in opened:
        dropped.add(index)
        faults.add(unclosed_parenthesis(tokens[index].start))
    kept = [token for index, token in enumerate(tokens) if index not in dropped]
    return _flatten(kept, deepest, faults)


def _flatten(tokens: list[QueryToken], deepest: int, faults: Faults) -> list[QueryToken]:
    kept: list[QueryToken] = []
    depth = 0
    for token in tokens:
        if token.kind is Kind.OPEN:
            depth += 1
            if depth > deepest:
                faults.add(nested_too_deep(token.start, deepest))
                continue
        elif token.kind is Kind.CLOSE:
            depth -= 1
            if depth >= deepest:
                continue
        kept.append(token)
    return kept


def _limit(tokens: list[QueryToken], max_clauses: int, faults: Faults) -> list[QueryToken]:
    """Return the tokens with all words and phrases past the cap made void; repeats are free."""
    if len(tokens) <= max_clauses:
        return tokens
    seen: set[tuple[str, str]] = set()
    field = ""
    for index, token in enumerate(tokens):
        if token.leaf is not None:
            seen.add((field, _clause_key(token.leaf)))
            if len(seen) > max_clauses:
                faults.add(too_many_clauses(token.start, max_clauses))
                return tokens[:index] + [_voided(token) for token in tokens[index:]]
        field = token.text if token.kind is Kind.FIELD else ""
    return tokens


def _clause_key(leaf: Word | Phrase | Range) -> str:
    if isinstance(leaf, Word):
        return leaf.text.casefold() + "~" * leaf.edits
    if isinstance(leaf, Phrase):
        return f'"{leaf.text.casefold()}"'
    return f"{leaf.field}:{leaf.low}..{leaf.high}"


def _voided(token: QueryToken) -> QueryToken:
    return token._replace(kind=Kind.VOID, leaf=None) if token.leaf is not None else token


def _operators_are_words(tokens: list[QueryToken], text: str) -> bool:
    """Return whether nothing is in lower case: then AND, OR and NOT say nothing special."""
    if not any(token.kind in _OPERATORS for token in tokens):
        return False
    if any(any(map(str.islower, _letters(token))) for token in tokens if token.leaf is not None):
        return False
    # A field that holds nothing is dropped and has no say: so the tokens are cleaned to see.
    kept = _Cleaner(text, Faults(text, strict=False)).clean(tokens)
    return not any(any(map(str.islower, _letters(token))) for token in kept)


def _letters(token: QueryToken) -> str:
    leaf = token.leaf
    if leaf is None:
        return token.text
    return f"{leaf.field}{leaf.low}{leaf.high}" if isinstance(leaf, Range) else leaf.text


def _as_word(token: QueryToken) -> QueryToken:
    if token.kind not in _OPERATORS:
        return token
    return token._replace(kind=Kind.LEAF, leaf=Word(token.text, token.start, token.end))


class _Cleaner:
    """Drops operators and fields that have nothing to work on, and empty parentheses."""

    def __init__(self, text: str, faults: Faults) -> None:
        self._text = text
        self._faults = faults
        self._kept: list[QueryToken] = []
        self._after_void = False

    def clean(self, tokens: list[QueryToken]) -> list[QueryToken]:
        for token in tokens:
            self._take(token)
            self._after_void = token.kind is Kind.VOID
        self._drop_dangling()
        return self._kept

    def _take(self, token: QueryToken) -> None:
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

    def _join(self, token: QueryToken) -> None:
        if self._last() is Kind.LEAF or self._last() is Kind.CLOSE:
            self._kept.append(token)
        elif not self._after_void:
            self._fault(token)

    def _prefix(self, token: QueryToken) -> None:
        self._detach(token)
        if token.kind is not Kind.FIELD and self._last() in _PREFIXES:
            self._faults.add(excluded_twice(self._kept.pop().start))
        self._kept.append(token)

    def _detach(self, token: QueryToken) -> None:
        """Drop a field or `-` before this token if dropped marks or a blank part them."""
        while self._last() in _PARTED:
            parted = _PARTED[self._kept[-1].kind]
            if not parted.search(self._text, self._kept[-1].end, token.start):
                return
            self._fault(self._kept.pop())

    def _close(self, token: QueryToken) -> None:
        self._drop_dangling()
        if self._last() is not Kind.OPEN:
            self._kept.append(token)
            return
        opening = self._kept.pop()
        self._faults.add(empty_parentheses(opening.start))
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

    def _fault(self, token: QueryToken) -> None:
        written = f"{token.text}:" if token.kind is Kind.FIELD else token.text or "-"
        self._faults.add(dangling_operator(token.start, written))
