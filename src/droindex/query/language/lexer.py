"""From the text of a query to its pieces: words, phrases, ranges, operators, parentheses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.query.language.faults import (
    boost_of_group,
    lone_wildcard,
    unclosed_quote,
    unknown_field,
)
from droindex.query.language.nodes import Phrase, Range, Word
from droindex.query.language.ranges import NOT_A_RANGE, read_range
from droindex.query.language.tokens import Kind, QueryToken
from droindex.query.language.word_forms import (
    NUMBER,
    SEARCHABLE,
    WILDCARDS,
    boost_of,
    slop_of,
    word_token,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from droindex.query.language.faults import Faults

__all__ = ["Lexer"]

_MAX_GUESSES = 3  # misspelt field names that are looked up in one query
_OPERATORS = frozenset(("AND", "OR", "NOT"))
_DOUBLE = '"“”„‟«»'
_SINGLE = "'‘‚"  # noqa: RUF001 - the quotes people type

# Blanks, and then a word that is one whatever stands around it, if there is such a word.
_NEXT = re.compile(rf"\s*([^\W_][^\s()*?:^~{_DOUBLE}]*(?!\S))?")
_RUN = re.compile(rf"[^\s(){_DOUBLE}]+")
_NESTING = re.compile(rf"[\s(){_DOUBLE}]")
_ANY_DOUBLE = re.compile(rf"[{_DOUBLE}]")
_CURLY = re.compile("[“”„‟]")
_ANGLED = re.compile("[«»]")
_SINGLE_END = re.compile(r"(?<=\S)['’‘](?!\w)")  # noqa: RUF001
_NAME = re.compile(r"([^\W\d]\w*):")
_LIKE_A_NAME = re.compile(r"[^\W\d]{2,}")
_LIKE_A_VALUE = re.compile(rf"[\w({_DOUBLE}<>]")
_BOOST = re.compile(rf"\^({NUMBER})")
_SLOP = re.compile(r"~([0-9]+)")


class Lexer:
    """Reads one query once, from left to right, in linear time."""

    def __init__(self, text: str, fields: Mapping[str, str], faults: Faults) -> None:
        self._text = text
        self._size = len(text)
        self._fields = fields
        self._faults = faults
        self._at = 0
        self._tokens: list[QueryToken] = []
        self._pairs: dict[int, int] | None = None
        self._double = 0
        self._no_single_until = 0
        self._guesses = 0

    def tokens(self) -> list[QueryToken]:
        """Return the pieces of the query.

        Raises:
            QueryError: In strict mode, for the first fault.
        """
        while match := _NEXT.match(self._text, self._at):
            self._at = match.end()
            word = match.group(1)
            if word and word not in _OPERATORS:
                start, end = match.span(1)
                self._tokens.append(QueryToken(Kind.LEAF, start, end, "", Word(word, start, end)))
            elif word:
                self._at = match.start(1)
                self._read_word()
            elif self._at < self._size:
                self._read_token(self._text[self._at])
            else:
                break
        return self._tokens

    def _read_token(self, char: str) -> None:
        if char in _DOUBLE:
            self._read_quoted(char)
        elif char == "(":
            self._push(Kind.OPEN)
        elif char == ")":
            self._read_close()
        elif char in _SINGLE and (end := self._single_end()):
            self._push_phrase(end)
        elif char == "-" and self._is_minus():
            self._push(Kind.MINUS)
        elif char == "+" and self._is_followed():
            self._read_plus()
        else:
            self._read_word()

    # --- signs -------------------------------------------------------------------------------

    def _push(self, kind: Kind, end: int = 0, text: str = "") -> None:
        end = end or self._at + 1
        self._tokens.append(QueryToken(kind, self._at, end, text))
        self._at = end

    def _push_leaf(self, leaf: Word | Phrase | Range) -> None:
        self._tokens.append(QueryToken(Kind.LEAF, leaf.start, leaf.end, "", leaf))

    def _is_followed(self) -> bool:
        after = self._text[self._at + 1 : self._at + 2]
        return bool(after) and not after.isspace() and after != ")"

    def _is_minus(self) -> bool:
        before = self._text[self._at - 1 : self._at] if self._at else ""
        after = self._text[self._at + 1 : self._at + 2]
        at_border = not before or before.isspace() or before == "("
        return at_border and bool(after) and (after.isalnum() or after in f"({_DOUBLE}{_SINGLE}")

    def _read_close(self) -> None:
        self._push(Kind.CLOSE)
        if weight := _BOOST.match(self._text, self._at):
            self._faults.add(boost_of_group(self._at))
            self._at = weight.end()

    def _read_plus(self) -> None:
        """Skip the `+`; what follows is a plain word, whatever it looks like."""
        self._at += 1
        if self._text[self._at] not in f"({_DOUBLE}":
            self._read_word(bare=False)

    # --- phrases -----------------------------------------------------------------------------

    def _read_quoted(self, mark: str) -> None:
        end = self._double_end(mark, self._at + 1)
        if end >= 0:
            self._push_phrase(end)
        else:
            self._faults.add(unclosed_quote(self._at))
            self._at += 1

    def _double_end(self, mark: str, begin: int) -> int:
        """Return where the phrase that begins there is closed; -1 if it is not."""
        if mark in "«»":
            match = _ANGLED.search(self._text, begin)
            return match.start() if match else -1
        if mark == '"' and (straight := self._text.find('"', begin)) >= 0:
            return straight
        curly = _CURLY.search(self._text, begin)
        return curly.start() if curly else self._text.find('"', begin)

    def _single_end(self) -> int:
        """Return where single quotes around two words or more are closed; 0 if they are not."""
        begin = self._at + 1
        if self._at < self._no_single_until or not self._is_followed():
            return 0
        # A later double quote is a border: else an apostrophe would swallow the real phrase.
        if self._double < begin:
            border = _ANY_DOUBLE.search(self._text, begin)
            self._double = border.start() if border else self._size
        stop = self._double
        match = _SINGLE_END.search(self._text, begin + 1, stop)
        if match is None:
            self._no_single_until = stop
            return 0
        several = len(self._text[begin : match.start()].split(None, 1)) > 1
        return match.start() if several else 0

    def _push_phrase(self, end: int) -> None:
        start, text = self._at, self._text[self._at + 1 : end]
        self._at = end + 1
        slop, boost = 0, 1.0
        if near := _SLOP.match(self._text, self._at):
            slop = slop_of(near.group(1), near.start(), self._faults)
            self._at = near.end()
        if weight := _BOOST.match(self._text, self._at):
            boost = boost_of(weight.group(1), self._at, self._faults)
            self._at = weight.end()
        if SEARCHABLE.search(text):
            self._push_leaf(Phrase(text, start, self._at, slop, boost))
        else:
            self._tokens.append(QueryToken(Kind.VOID, start, self._at))

    # --- words -------------------------------------------------------------------------------

    def _read_word(self, *, bare: bool = True, fielded: bool = True) -> None:
        """Read a word that starts here; `bare` ones may be operators."""
        if self._text[self._at] in "*?":
            if not self._skip_wild():
                return
            bare = False
        if fielded and (name := _NAME.match(self._text, self._at)) and self._read_field(name):
            return
        start = self._at
        end = _RUN.match(self._text, start).end()  # type: ignore[union-attr]
        if bare and self._text[start:end] in _OPERATORS:
            word = self._text[start:end]
            self._push(Kind[word], end, word)
            return
        self._at = self._past_parentheses(end)
        if token := word_token(self._text[start : self._at], start, self._faults):
            self._tokens.append(token)

    def _skip_wild(self) -> bool:
        """Skip wildcards before a word; return whether a word follows."""
        match = WILDCARDS.match(self._text, self._at)
        assert match is not None
        start, self._at = match.span()
        if "*" in match.group():
            self._faults.add(lone_wildcard(start))
        if _RUN.match(self._text, self._at):
            return True
        if "*" in match.group():
            self._tokens.append(QueryToken(Kind.VOID, start, self._at))
        return False

    def _past_parentheses(self, end: int) -> int:
        """Return where a word ends whose first run ends here: 241.4(d)(1) is one word."""
        text = self._text
        while end < self._size and text[end] == "(":
            if not (text[end - 1].isalnum() or text[end - 1] in "_)"):
                break
            close = self._word_pairs().get(end)
            if close is None:
                break
            run = _RUN.match(text, close + 1)
            end = run.end() if run else close + 1
        return end

    def _word_pairs(self) -> dict[int, int]:
        """Return the closing parenthesis of each opening one, if no blank or quote is between."""
        if self._pairs is None:
            self._pairs = {}
            opened: list[int] = []
            for match in _NESTING.finditer(self._text, self._at):
                if match.group() == "(":
                    opened.append(match.start())
                elif match.group() != ")":
                    opened.clear()
                elif opened:
                    self._pairs[opened.pop()] = match.start()
        return self._pairs

    # --- fields ------------------------------------------------------------------------------

    def _read_field(self, name: re.Match[str]) -> bool:
        """Read `name:value`; return False if that is no field, so that it is a plain word."""
        begin = self._past_open_quotes(name.end())
        first = self._text[begin : begin + 1]
        if not first or first.isspace() or first == ")" or self._text.startswith("//", begin):
            return False
        field = self._known(name.group(1))
        if field is None:
            self._suspect(name.group(1), first)
            return False
        if run := _RUN.match(self._text, begin):
            written = self._text[self._at : run.end()]
            found = read_range(field, self._fields[field], written, self._at, begin, self._faults)
            if isinstance(found, Range):
                self._push_leaf(found)
                self._at = run.end()
            if found is not NOT_A_RANGE:
                return found is not None
        self._push(Kind.FIELD, begin, field)
        self._read_value(first)
        return True

    def _past_open_quotes(self, begin: int) -> int:
        """Return where a value begins, quotes that are never closed left out."""
        while (mark := self._text[begin : begin + 1]) and mark in _DOUBLE:
            if self._double_end(mark, begin + 1) >= 0:
                break
            self._faults.add(unclosed_quote(begin))
            begin += 1
        return begin

    def _read_value(self, first: str) -> None:
        if first in f"({_DOUBLE}":
            return
        if first in _SINGLE and (end := self._single_end()):
            self._push_phrase(end)
            return
        if first == "+" and self._is_followed():
            self._at += 1
            if self._text[self._at] in f"({_DOUBLE}":
                return
        self._read_word(bare=False, fielded=False)

    def _known(self, name: str) -> str | None:
        """Return the field of that name, in any case, as the table spells it."""
        if name in self._fields:
            return name
        folded = name.casefold()
        return next((field for field in self._fields if field.casefold() == folded), None)

    def _suspect(self, name: str, first: str) -> None:
        """Record an unknown name if it was meant as a field, as far as one can tell."""
        if not (_LIKE_A_NAME.fullmatch(name) and _LIKE_A_VALUE.match(first)):
            return
        if self._guesses >= _MAX_GUESSES:
            return
        self._guesses += 1
        nearest = _nearest(name, self._fields)
        self._faults.add(unknown_field(self._at, name, nearest, self._fields))


def _nearest(name: str, fields: Mapping[str, str]) -> str:
    import difflib  # noqa: PLC0415 - rarely needed, and slow to load

    found = difflib.get_close_matches(name.casefold(), fields, n=1, cutoff=0.6)
    return found[0] if found else ""
