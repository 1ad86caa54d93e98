"""What short forms a text defines: `National Fugitive Operations Program (NFOP)`, or the reverse.

A false meaning does more harm than a missing one, so the initials must fit: each letter of the
short form begins a word of the meaning, and each word gives a letter. Only small words (`of`,
`and`) and later parts of a hyphenated word may be passed over. Two letters need capitals in the
meaning as well.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Definition", "find_definitions"]

_MIN_LETTERS, _MAX_LETTERS = 2, 10  # of a short form: the longest meanings have ten words
_ALL_CAPITALS = 2  # letters: such a short form is taken only where its meaning has capitals too
_WINDOW_CHARS = 240  # before a bracket; the longest meanings have ten words
_SMALL = frozenset(
    "a|an|and|at|by|de|for|from|in|into|of|on|or|per|the|to|under|with|&".split("|")  # noqa: SIM905 - a list of words reads best as text
)
_BRACKETS = re.compile(r"\(([^()]{2,160})\)")
_SHORT = r"[A-Z](?:[&/.-]?[A-Za-z])+"
_SHORT_CHARS = 24  # before a bracket in which a short form may stand, with blanks and a quote
_BEFORE_BRACKET = re.compile(rf"(?<![\w&/.-])({_SHORT})['\"\u2019\u201d]?\s*$")
_IN_BRACKET = re.compile(
    r"\s*(?:(?:hereinafter|hereafter|herein|also|known|referred|to|as|or|the|called)\s*,?\s+){0,5}"
    rf"[\"'\u201c\u2018]?\s*({_SHORT}(?:['\u2019]s)?)\s*[\"'\u201d\u2019]?\s*(?:$|[,;]\s|or\s)"
)
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])-[^\S\n]*\n\s*(?=[a-z])")
_BROKEN_COMPOUND = re.compile(r"(?<=[^\W\d_])-[^\S\n]*\n\s*(?=[A-Z])")
_PIECE = re.compile(r"\S+")
_PART = re.compile(r"&|[^\W\d_]+(?:['\u2019.][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.;:?!)\]][\"'\u201d\u2019]*$")
_INITIALS = re.compile(r"(?:[A-Z]\.)+")
_NO_MEANING = frozenset('()[]:;?!\u201c\u201d"')
_POSSESSIVE = re.compile(r"['\u2019]s?$")


class Definition(NamedTuple):
    """A short form and what a text says that it stands for.

    Attributes:
        short: In the singular, as written: `FOD`.
        meaning: As written, on one line, without what stands around it.
    """

    short: str
    meaning: str


class _Word(NamedTuple):
    """A word of a possible meaning: its text, its place, and whether it follows a hyphen."""

    text: str
    start: int
    end: int
    is_later_part: bool


def find_definitions(texts: Iterable[str], max_brackets: int) -> Iterator[Definition]:
    """Yield the short forms that texts define, in reading order, with repeats.

    Args:
        texts: Pages, with their line breaks.
        max_brackets: How many pairs of round brackets to look at, in all.
    """
    looked_at = 0
    for text in texts:
        for bracket in _BRACKETS.finditer(text):
            looked_at += 1
            if looked_at > max_brackets:
                return
            before = text[max(0, bracket.start() - _WINDOW_CHARS) : bracket.start()]
            if (found := _define(before, bracket[1])) is not None:
                yield found


def _define(before: str, inside: str) -> Definition | None:
    if written := _IN_BRACKET.match(inside):
        short, is_plural = _singular(written[1])
        words, line = _words_before(before)
        return _fitting(short, words, line, is_plural=is_plural, whole=False)
    if written := _BEFORE_BRACKET.search(before[-_SHORT_CHARS:]):
        short, is_plural = _singular(written[1])
        words, line = _words_before(inside)
        if words and not re.search(r"\w", line[: words[0].start]):
            return _fitting(short, words, line, is_plural=is_plural, whole=True)
    return None


def _singular(written: str) -> tuple[str, bool]:
    """Return a short form without the ending of its plural, and whether it had one."""
    if written.endswith("s") and sum(letter.isupper() for letter in written) >= _MIN_LETTERS:
        return written[:-1].rstrip("'\u2019"), True
    return written, False


def _words_before(window: str) -> tuple[list[_Word], str]:
    """Return the words of the end of a text, back to where its sentence starts, and the text."""
    line = window.rpartition("\n\n")[2]
    line = _BROKEN_COMPOUND.sub("-", _BROKEN_WORD.sub("", line))
    words: list[_Word] = []
    pieces = list(_PIECE.finditer(line))
    for place, piece in reversed(list(enumerate(pieces))):
        text = piece.group()
        is_last = place == len(pieces) - 1
        if any(letter.isdigit() for letter in text):
            break
        if not is_last and _SENTENCE_END.search(text) and not _INITIALS.fullmatch(text):
            break
        parts = [
            _Word(part.group(), piece.start() + part.start(), piece.start() + part.end(), at > 0)
            for at, part in enumerate(_PART.finditer(text))
        ]
        words[:0] = parts
        if not parts or "(" in text or "[" in text:
            break
    return words, line


def _fitting(
    short: str, words: Sequence[_Word], line: str, *, is_plural: bool, whole: bool
) -> Definition | None:
    """Return the definition where the initials of the last words are the short form's letters."""
    if not _can_be_short(short):
        return None
    letters = _plain("".join(filter(str.isalpha, short)))
    used = _Fit(letters, words).places()
    if used is None or not _can_be_meant(words, used, whole=whole):
        return None
    if len(letters) <= _ALL_CAPITALS and not all(words[at].text[0].isupper() for at in used):
        return None
    meaning = " ".join(line[words[used[0]].start : words[-1].end].split())
    meaning = _POSSESSIVE.sub("", meaning)
    if not _NO_MEANING.isdisjoint(meaning):
        return None
    return Definition(short, _singular_meaning(meaning) if is_plural else meaning)


def _can_be_short(short: str) -> bool:
    """Whether a short form has as many letters as one has, and mostly capitals."""
    letters = len(_plain("".join(filter(str.isalpha, short))))
    capitals = sum(map(str.isupper, short))
    if not _MIN_LETTERS <= letters <= _MAX_LETTERS:
        return False
    return capitals >= _MIN_LETTERS and capitals * 2 > letters


def _can_be_meant(words: Sequence[_Word], used: Sequence[int], *, whole: bool) -> bool:
    """Whether words can be a meaning: some of them, from the start of one on, or all of a line."""
    if len(used) < _MIN_LETTERS or words[used[0]].is_later_part:
        return False
    return not whole or used[0] == 0


class _Fit:
    """Finds the words that give letters, back from the last; each is tried once.

    Args:
        letters: Of the short form, in lower case.
        words: The words before it.
    """

    def __init__(self, letters: str, words: Sequence[_Word]) -> None:
        self._letters = letters
        self._words = words
        self._texts = [_plain(word.text) for word in words]
        self._failed: set[tuple[int, int]] = set()

    def places(self) -> list[int] | None:
        """Return the places of the words; None if none give the letters."""
        return self._fit(len(self._letters), len(self._words))

    def _fit(self, left: int, count: int) -> list[int] | None:
        """Return the places among the first `count` words that give the first `left` letters."""
        if not left:
            return []
        if not count or (left, count) in self._failed:
            return None
        for taken in self._given(left, count - 1):
            before = self._fit(left - taken, count - 1)
            if before is not None:
                return [*before, count - 1]
        found = self._fit(left, count - 1) if self._may_pass_over(count - 1) else None
        if found is None:
            self._failed.add((left, count))
        return found

    def _given(self, left: int, at: int) -> Iterator[int]:
        """Yield how many of the last letters a word may give: all of its own, or its initial."""
        text, is_capitals = self._texts[at], self._words[at].text.isupper()
        begins = [left] if text in _SMALL else []  # no meaning begins with a small word
        ends = self._letters.endswith(text, 0, left)
        # A short form inside a longer one: HQ DRO (HQDRO).
        if len(text) > 1 and is_capitals and ends and len(text) not in begins:
            yield len(text)
        if text[0] == self._letters[left - 1] and 1 not in begins:
            yield 1

    def _may_pass_over(self, at: int) -> bool:
        return self._texts[at] in _SMALL or self._words[at].is_later_part


def _plain(text: str) -> str:
    """Return a text in lower case without accents."""
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text).casefold()
        if not unicodedata.combining(letter)
    )


def _singular_meaning(meaning: str) -> str:
    """Return a meaning with its last word in the singular; an English ending alone is known."""
    if meaning.endswith("ies"):
        return f"{meaning[:-3]}y"
    if meaning.endswith("s") and not meaning.endswith(("ss", "us", "is")):
        return meaning[:-1]
    return meaning
