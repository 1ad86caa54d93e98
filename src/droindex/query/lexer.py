"""From the text of a query to its pieces: words, phrases, ranges, operators, parentheses."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from droindex.errors import QueryError
from droindex.query.nodes import Phrase, Range, Word

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Faults", "Kind", "Lexer", "Token"]

MAX_BOOST = 100.0  # past it one word outweighs everything else
MAX_SLOP = 100  # words between the words of a phrase; farther apart they have nothing to do
MAX_SLIPS = 2  # three slips away from a word lies almost any other
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
_WILD = re.compile(r"[*?]+")
_NAME = re.compile(r"([^\W\d]\w*):")
_LIKE_A_NAME = re.compile(r"[^\W\d]{2,}")
_LIKE_A_VALUE = re.compile(rf"[\w({_DOUBLE}<>]")
_SEARCHABLE = re.compile(r"[^\W_]")
_NUMBER = r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+"
_BOOST = re.compile(rf"\^({_NUMBER})")
_BOOST_AT_END = re.compile(rf"\^({_NUMBER})$")
_SLOP = re.compile(r"~([0-9]+)")
_FUZZY_AT_END = re.compile(r"~([0-9]+(?:\.[0-9]+)?)?$")
_BOUND = r"\w(?:[^<>….]|\.(?=\w))*"
_DOTS = r"(?:\.{2,3}|…)"
_RANGE = re.compile(
    rf"(?:(?P<low>{_BOUND})?{_DOTS}(?P<high>{_BOUND})?|(?P<sign>[<>]=?|[≤≥])(?P<bound>{_BOUND}))\.?"
)
_TRAILING = re.compile(r"(?:[?!,;]|(?<!\.)\.(?!\.))+$")  # ends a sentence, not a range
_ISO = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")


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


class Token(NamedTuple):
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


class Faults:
    """What is wrong with a query: an error in strict mode, a note otherwise.

    Attributes:
        query: The query as given.
        strict: True if the first fault ends the parsing.
    """

    def __init__(self, query: str, *, strict: bool) -> None:
        self.query = query
        self.strict = strict
        self._notes: dict[str, None] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes so far, each once, in the order of their discovery."""
        return tuple(self._notes)

    def add(self, slug: str, message: str, position: int, hint: str, note: str = "") -> None:
        """Record a fault; without a note it matters in strict mode only.

        Raises:
            QueryError: In strict mode.
        """
        if self.strict:
            raise QueryError(message, query=self.query, position=position, hint=hint, slug=slug)
        if note:
            self._notes[note] = None


class Lexer:
    """Reads one query once, from left to right, in linear time."""

    def __init__(self, text: str, fields: Mapping[str, str], faults: Faults) -> None:
        self._text = text
        self._size = len(text)
        self._fields = fields
        self._faults = faults
        self._at = 0
        self._tokens: list[Token] = []
        self._pairs: dict[int, int] | None = None
        self._double = 0
        self._no_single_until = 0
        self._guesses = 0

    def tokens(self) -> list[Token]:
        """Return the pieces of the query.

        Raises:
            QueryError: In strict mode, for the first fault.
        """
        while match := _NEXT.match(self._text, self._at):
            self._at = match.end()
            word = match.group(1)
            if word and word not in _OPERATORS:
                start, end = match.span(1)
                self._tokens.append(Token(Kind.LEAF, start, end, "", Word(word, start, end)))
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

    # --- marks -------------------------------------------------------------------------------

    def _push(self, kind: Kind, end: int = 0, text: str = "") -> None:
        end = end or self._at + 1
        self._tokens.append(Token(kind, self._at, end, text))
        self._at = end

    def _push_leaf(self, leaf: Word | Phrase | Range) -> None:
        self._tokens.append(Token(Kind.LEAF, leaf.start, leaf.end, "", leaf))

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
            self._faults.add(
                "bad-boost",
                "A weight can only follow a word or a phrase.",
                self._at,
                "Put the weight behind each word: (escort^2 custody^2).",
                "A weight can only follow a word or a phrase: the one after a parenthesis "
                "was ignored.",
            )
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
            self._fault_quote(self._at)
            self._at += 1

    def _fault_quote(self, position: int) -> None:
        self._faults.add(
            "unclosed-quote",
            "A quotation mark is not closed.",
            position,
            "Close it, or leave it out.",
            "A quotation mark is missing: read as single words.",
        )

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
        slop = self._read_slop()
        boost = 1.0
        if weight := _BOOST.match(self._text, self._at):
            boost = self._boost(weight.group(1), self._at)
            self._at = weight.end()
        if _SEARCHABLE.search(text):
            self._push_leaf(Phrase(text, start, self._at, slop, boost))
        else:
            self._tokens.append(Token(Kind.VOID, start, self._at))

    def _read_slop(self) -> int:
        match = _SLOP.match(self._text, self._at)
        if match is None:
            return 0
        self._at = match.end()
        digits = match.group(1).lstrip("0")
        if len(digits) <= len(str(MAX_SLOP)) and int(digits or "0") <= MAX_SLOP:
            return int(digits or "0")
        self._faults.add(
            "bad-slop",
            f"At most {MAX_SLOP:,} words may stand between the words of a phrase.",
            match.start(),
            'Write "a b"~5.',
            f"At most {MAX_SLOP:,} words may stand between the words of a phrase: read as that.",
        )
        return MAX_SLOP

    def _boost(self, number: str, position: int) -> float:
        boost = round(float(number), 4)
        if 0 < boost <= MAX_BOOST:
            return boost
        self._faults.add(
            "bad-boost",
            f"The weight ^{number[:12]} is not over 0 and at most {MAX_BOOST:g}.",
            position,
            "Write escort^2 or escort^0.5.",
            f"A weight must be over 0 and at most {MAX_BOOST:g}: ^{number[:12]} was ignored.",
        )
        return 1.0

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
        self._push_word(start, self._text[start : self._at])

    def _skip_wild(self) -> bool:
        """Skip wildcards before a word; return whether a word follows."""
        match = _WILD.match(self._text, self._at)
        assert match is not None
        start, self._at = match.span()
        if "*" in match.group():
            self._faults.add(
                "wildcard-alone",
                "A * needs at least one letter or digit before it.",
                start,
                "Write esc*, or leave the * out.",
                "A * needs letters before it, as in esc*: it was ignored.",
            )
        if _RUN.match(self._text, self._at):
            return True
        if "*" in match.group():
            self._tokens.append(Token(Kind.VOID, start, self._at))
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

    def _push_word(self, start: int, raw: str) -> None:
        text, boost = _without_question_mark(raw), 1.0
        end = start + len(text)
        weight = _BOOST_AT_END.search(text) if "^" in text else None
        if weight and _SEARCHABLE.search(text, 0, weight.start()):
            boost = self._boost(weight.group(1), start + weight.start())
            text = _without_question_mark(text[: weight.start()])
        text, slips = self._read_fuzzy(text, start) if "~" in text else (text, 0)
        if _SEARCHABLE.search(text):  # punctuation alone finds nothing and says nothing
            pattern = not slips and _is_pattern(text)
            self._push_leaf(Word(text, start, end, pattern, boost, slips))
        elif "~" in text:
            self._fault_tilde(start + text.index("~"))
            self._tokens.append(Token(Kind.VOID, start, end))

    def _read_fuzzy(self, raw: str, start: int) -> tuple[str, int]:
        """Return a word without the `~` at its end, and how many slips that allows."""
        match = _fuzzy_end(raw)
        if match is None or "://" in raw or not _SEARCHABLE.search(raw, 0, match.start()):
            return raw, 0
        text, position = _without_question_mark(raw[: match.start()]), start + match.start()
        if _is_pattern(text):
            self._fault_fuzzy(
                position,
                "A word with * or ? cannot be fuzzy too.",
                "A ~ behind a word with * or ? was ignored.",
            )
            return _without_fuzzy_ends(text), 0
        number = match.group(1) or "1"
        if "." not in number and (slips := number.lstrip("0")) in ("1", "2"):
            return text, int(slips)
        said = f"A ~ allows 1 or 2 slips: ~{number[:12]} was"
        if "." in number or slips:
            nearest = 1 if "." in number else MAX_SLIPS
            self._fault_fuzzy(position, f"{said} given.", f"{said} read as ~{nearest}.")
            return text, nearest
        self._fault_fuzzy(position, f"{said} given.", f"{said} ignored.")
        return _without_fuzzy_ends(text), 0

    def _fault_fuzzy(self, position: int, message: str, note: str) -> None:
        hint = "Write escort~ for words one slip away, escort~2 for two."
        self._faults.add("bad-fuzzy", message, position, hint, note)

    def _fault_tilde(self, position: int) -> None:
        self._fault_fuzzy(
            position,
            "A ~ stands directly behind a word, or with a number behind a phrase.",
            "A ~ stands directly behind a word, as in escort~, or with a number behind a phrase, "
            'as in "a b"~5: it was ignored.',
        )

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
        run = _RUN.match(self._text, begin)
        if run and (ranged := self._read_range(field, run)) is not None:
            return ranged
        self._push(Kind.FIELD, begin, field)
        self._read_value(first)
        return True

    def _past_open_quotes(self, begin: int) -> int:
        """Return where a value begins, quotes that are never closed left out."""
        while (mark := self._text[begin : begin + 1]) and mark in _DOUBLE:
            if self._double_end(mark, begin + 1) >= 0:
                break
            self._fault_quote(begin)
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
        self._faults.add(
            "unknown-field",
            f'There is no field "{name}".',
            self._at,
            f'Did you mean "{nearest}"?'
            if nearest
            else f"The fields are: {', '.join(sorted(self._fields))}.",
            nearest and f'There is no field "{name}": read as words. Did you mean "{nearest}:"?',
        )

    def _read_range(self, field: str, run: re.Match[str]) -> bool | None:
        """Read a range; return None if the value is none, False if it is a broken one."""
        value = _TRAILING.sub("", run.group())
        signed = value[:1] in ("<", ">", "≤", "≥")
        if self._fields[field] != "date":
            if signed:
                self._fault_range(f'The field "{field}" has no ranges.', run, "has no range")
            return None
        if not signed and ".." not in value and "…" not in value:
            return None
        match = _RANGE.fullmatch(value)
        if match is None or not (match["low"] or match["high"] or match["bound"]):
            self._fault_range(f'"{value[:40]}" is no range of dates.', run, "is no range of dates")
            return False
        self._push_range(field, match, run.start(), run.start() + len(value))
        self._at = run.end()
        return True

    def _fault_range(self, message: str, run: re.Match[str], what: str) -> None:
        written = self._text[self._at : run.end()][:60]
        self._faults.add(
            "bad-range",
            message,
            run.start(),
            "Write issued:2004..2008-05, issued:>2006 or issued:<=2006-02 (dates only).",
            f'"{written}" {what}: read as words.',
        )

    def _push_range(self, field: str, match: re.Match[str], begin: int, end: int) -> None:
        sign, bound, start = match["sign"], match["bound"], self._at
        if sign is None:
            low, high = self._in_order(match["low"], match["high"], begin)
            leaf = Range(field, low, high, low_open=False, high_open=False, start=start, end=end)
        elif sign[0] in ">≥":
            leaf = Range(field, bound, None, sign == ">", high_open=False, start=start, end=end)
        else:
            leaf = Range(
                field, None, bound, low_open=False, high_open=sign == "<", start=start, end=end
            )
        self._push_leaf(leaf)

    def _in_order(
        self, low: str | None, high: str | None, position: int
    ) -> tuple[str | None, str | None]:
        """Return the bounds with the earlier one first, as far as they are plain dates."""
        if not (low and high and _ISO.fullmatch(low) and _ISO.fullmatch(high)):
            return low, high
        shared = min(len(low), len(high))
        if low[:shared] <= high[:shared]:
            return low, high
        self._faults.add(
            "bad-range",
            f"The range begins with {low}, after its end {high}.",
            position,
            f"Write {high}..{low}.",
            f"The range {low}..{high} ends before it begins: read as {high}..{low}.",
        )
        return high, low


def _without_question_mark(word: str) -> str:
    """Return the word without the `?` that ends a question, and what follows that."""
    if "?" not in word:
        return word
    kept = len(word.rstrip("?!.,;:'’…"))  # noqa: RUF001
    mark = word.find("?", kept)
    return word[:mark] if mark > 0 else word


def _fuzzy_end(word: str) -> re.Match[str] | None:
    return _FUZZY_AT_END.match(word, word.rfind("~")) if "~" in word else None


def _without_fuzzy_ends(word: str) -> str:
    """Return the word without any `~` at its end, so that none of them is read later."""
    while match := _fuzzy_end(word):
        if not _SEARCHABLE.search(word, 0, match.start()):
            break
        word = _without_question_mark(word[: match.start()])
    return word


def _is_pattern(word: str) -> bool:
    """Return whether a `*` or `?` in the word stands for letters."""
    if ("*" not in word and "?" not in word) or "://" in word:
        return False
    return any(_is_wild(word, match) for match in _WILD.finditer(word))


def _is_wild(word: str, match: re.Match[str]) -> bool:
    before, after = word[match.start() - 1 : match.start()], word[match.end() : match.end() + 1]
    if "*" in match.group():
        begun = _SEARCHABLE.search(word, 0, match.start())
        return begun is not None and (before.isalnum() or before in "-./_")
    return before.isalnum() and after.isalnum()


def _nearest(name: str, fields: Mapping[str, str]) -> str:
    import difflib  # noqa: PLC0415 - rarely needed, and slow to load

    found = difflib.get_close_matches(name.casefold(), fields, n=1, cutoff=0.6)
    return found[0] if found else ""
