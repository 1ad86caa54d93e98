"""Edit distance: letters added, missing or wrong, and neighbours exchanged.

How far two words are apart, how likely one is typed for the other, and the words of a library
that are near one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.engine.vocabulary import Bucket, Vocabulary

__all__ = [
    "LIKELY",
    "NearWord",
    "distance",
    "likelihood",
    "near_words",
    "neighbours",
    "one_edit_away",
]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
_MAX_LENGTH = 40  # letters; a longer one is no word that somebody mistyped
_FIRST_LETTERS = 3  # of a word, with which words two edits away may begin
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouy")

# How likely a slip of the hand is, as the logarithm of a weight: people exchange and double
# letters, leave one out or hit the next key far more often than any other, and seldom get the
# first one wrong.
_EASY = 0.0
LIKELY = -0.5
_UNLIKELY = -2.0
_FIRST_LETTER = -1.5


def one_edit_away(word: str, letters: str) -> set[str]:
    """Return every word one edit away from a word, and the word itself.

    Args:
        word: The word.
        letters: Those that may be added, or stand in the place of another.
    """
    parts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    found = {head + letter + tail for head, tail in parts for letter in letters}
    found |= {head + letter + tail[1:] for head, tail in parts for letter in letters}
    found |= {head + tail[1:] for head, tail in parts}
    found |= {head + tail[1:2] + tail[:1] + tail[2:] for head, tail in parts}
    return found


def distance(one: str, other: str, most: int) -> int:
    """Return how many edits lie between two words; any number above `most` if it is more.

    No letter is touched twice: the optimal string alignment distance.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, its in enumerate(other, 1):
            least = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != its))
            if row > 1 < column and letter == other[column - 2] and one[row - 2] == its:
                least = min(least, before[column - 2] + 1)
            now.append(least)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return last[-1]


def likelihood(typed: str, meant: str) -> float:
    """Return how likely one word is typed for another, as a logarithm: 0 is the likeliest.

    Args:
        typed: What was typed.
        meant: A word one edit away from it.
    """
    place = _first_difference(typed, meant)
    first = 0.0 if place else _FIRST_LETTER
    if len(typed) != len(meant):
        longer = max(typed, meant, key=len)
        return _of_one_more(longer, place, first, is_missing=longer is meant)
    if typed[place + 1 :] != meant[place + 1 :]:  # two neighbours exchanged
        return first + _EASY
    return first + (LIKELY if _is_close(typed[place], meant[place]) else _UNLIKELY)


def _first_difference(one: str, other: str) -> int:
    for place, (letter, its) in enumerate(zip(one, other, strict=False)):
        if letter != its:
            return place
    return min(len(one), len(other))


def _of_one_more(longer: str, place: int, first: float, *, is_missing: bool) -> float:
    """Return how likely it is that a letter is left out, or added."""
    added = longer[place]
    beside = longer[place - 1 : place] if place else longer[1:2]
    if added == beside:  # doubled, or not doubled
        return _EASY
    is_close = _is_close(added, beside) or _is_close(added, longer[place + 1 : place + 2])
    return first + (LIKELY if is_missing or is_close else _UNLIKELY)


def _is_close(one: str, other: str) -> bool:
    """Whether two letters lie beside each other on the keyboard, or are both vowels."""
    if one in _VOWELS and other in _VOWELS:
        return True
    return any(
        one in keys and other in keys and abs(keys.index(one) - keys.index(other)) == 1
        for keys in _KEYBOARD
        if one and other
    )


class NearWord(NamedTuple):
    """A word of the library near another one.

    Attributes:
        word: The word.
        edits: How many edits it is away.
        held: How many documents hold it.
    """

    word: str
    edits: int
    held: int


def neighbours(vocabulary: Vocabulary, field: str, word: str) -> list[NearWord]:
    """Return the words of a field one edit away, and the word itself, in no order.

    All words one edit away are asked for, some 50 for each letter, instead of reading the
    dictionary.

    Args:
        vocabulary: The words of the set.
        field: The field of surface terms to look in.
        word: A surface term.
    """
    if not word or len(word) > _MAX_LENGTH:
        return []
    bucket = vocabulary.bucket(field, word[0])
    near = one_edit_away(word, _letters_for(word, bucket))
    found = [
        NearWord(known, int(known != word), bucket.counts[known])
        for known in bucket.counts.keys() & near  # nearly all of them
    ]
    begun = word[0]
    found += [
        NearWord(other, 1, held)
        for other in near
        if other and other[0] != begun and (held := vocabulary.count(field, other))
    ]
    return found


def near_words(
    vocabulary: Vocabulary, field: str, word: str, edits: int, limit: int
) -> list[NearWord]:
    """Return the words of a field near a word, the nearest first, then the most frequent.

    Words two edits away are looked for among those that begin with one of its first three letters.

    Args:
        vocabulary: The words of the set.
        field: The field of surface terms to look in.
        word: A surface term.
        edits: How many edits they may be away, 1 or 2.
        limit: How many to return at most.
    """
    found = neighbours(vocabulary, field, word)
    if edits > 1 and len(word) <= _MAX_LENGTH:
        known = {near.word for near in found}
        found += [near for near in _two_away(vocabulary, field, word) if near.word not in known]
    found.sort(key=lambda near: (near.edits, -near.held, near.word))
    return found[:limit]


def _letters_for(word: str, bucket: Bucket) -> str:
    if not word.isascii():  # any script: the letters of the words that begin like it
        return "".join(sorted({*word}.union(*bucket.words)))
    return _DIGITS if word.isdigit() else _LETTERS


def _two_away(vocabulary: Vocabulary, field: str, word: str) -> Iterator[NearWord]:
    lengths = range(len(word) - 2, len(word) + 3)
    letters = frozenset(word)
    for letter in dict.fromkeys(word[:_FIRST_LETTERS]):
        for near, held in vocabulary.bucket(field, letter).counts.items():
            # Each edit brings in or takes out two letters at most: that is quickly looked at.
            if len(near) in lengths and len(letters.symmetric_difference(near)) <= 4:
                edits = distance(word, near, 2)
                if edits <= 2:
                    yield NearWord(near, edits, held)
