"""Slips of the hand: a letter added, missing or wrong, or two neighbours exchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["distance", "likelihood", "one_slip_away"]

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouy")

# How likely a slip is, as the logarithm of a weight: people exchange and double letters, leave
# one out or hit the next key far more often than any other, and seldom get the first one wrong.
_EASY = 0.0
_LIKELY = -0.5
_UNLIKELY = -2.0
_FIRST_LETTER = -1.5


def one_slip_away(word: str, letters: str) -> Iterator[str]:
    """Yield every word one slip away from a word; some of them twice, and the word itself.

    Args:
        word: The word.
        letters: Those that may be added, or stand in the place of another.
    """
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        rest = tail[1:]
        for letter in letters:
            yield head + letter + tail
            yield head + letter + rest
        yield head + rest
        yield head + rest[:1] + tail[:1] + rest[1:]


def distance(one: str, other: str, most: int) -> int:
    """Return how many slips lie between two words; any number above `most` if it is more.

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
    """Return how likely a slip is, as a logarithm: 0 is the likeliest.

    Args:
        typed: What was typed.
        meant: A word one slip away from it.
    """
    place = next(
        (at for at, pair in enumerate(zip(typed, meant, strict=False)) if pair[0] != pair[1]),
        min(len(typed), len(meant)),
    )
    first = 0.0 if place else _FIRST_LETTER
    if len(typed) == len(meant):
        if typed[place + 1 :] != meant[place + 1 :]:
            return _EASY + first
        return first + (_LIKELY if _is_close(typed[place], meant[place]) else _UNLIKELY)
    longer = max(typed, meant, key=len)
    added = longer[place]
    beside = longer[place - 1 : place] if place else longer[1:2]
    if added == beside:
        return _EASY
    if len(meant) > len(typed) or _is_close(added, beside):
        return first + _LIKELY
    return first + (_LIKELY if _is_close(added, longer[place + 1 : place + 2]) else _UNLIKELY)


def _is_close(one: str, other: str) -> bool:
    """Whether two letters lie beside each other on the keyboard, or are both vowels."""
    if one in _VOWELS and other in _VOWELS:
        return True
    return any(
        one in keys and other in keys and abs(keys.index(one) - keys.index(other)) == 1
        for keys in _KEYBOARD
        if one and other
    )
