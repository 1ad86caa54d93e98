"""The nearest word of the library for one that it does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["correction"]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MIN_LENGTH = 4  # letters; a shorter word is near too many others
_MAX_LENGTH = 40  # letters; a longer one is no word that somebody mistyped


def correction(word: str, doc_freq: Callable[[str], int]) -> str | None:
    """Return the known word that is one slip away and stands in the most documents, or None.

    A slip is a letter too many, a letter missing, a wrong letter, or two letters exchanged. All
    words one slip away are asked for, some 500, instead of reading the dictionary.

    Args:
        word: A surface term that no document holds.
        doc_freq: Returns how many documents hold a surface term.
    """
    if not _MIN_LENGTH <= len(word) <= _MAX_LENGTH or not word.isalpha():
        return None
    best, best_count = None, 0
    for candidate in sorted(set(_one_slip_away(word))):
        count = doc_freq(candidate)
        if count > best_count:
            best, best_count = candidate, count
    return best


def _one_slip_away(word: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        for letter in _LETTERS:
            yield head + letter + tail
            yield head + letter + tail[1:]
        yield head + tail[1:]
        yield head + tail[1:2] + tail[:1] + tail[2:]
