"""The numbers of headings and items, which files do not hold as text: they are counted."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple

__all__ = ["BULLET", "Counters", "Level"]

BULLET = "•"
_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"))
_SMALL_ROMAN = ((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MOST = 3_000  # a larger number is written in figures, whatever its style
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Level(NamedTuple):
    """A level of a list.

    Attributes:
        style: `decimal`, `lowerLetter`, `upperLetter`, `lowerRoman`, `upperRoman`, `bullet` or
            `none`; others are written in figures.
        template: Its number with `%1` for that of the first level and so on: `%1.%2`.
        start: Its first number.
    """

    style: str = "decimal"
    template: str = "%1."
    start: int = 1


class Counters:
    """Counts the items of lists."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)

    def restart(self, name: str) -> None:
        """Begin a list anew."""
        self._counts.pop(name, None)

    def next(self, name: str, levels: dict[int, Level], level: int) -> str:
        """Return what stands in front of the next item of a list; empty for nothing.

        Args:
            name: Of the list.
            levels: Its levels, from 0.
            level: That of the item.
        """
        own = levels.get(level, Level())
        counts = self._counts[name]
        counts[level] = counts.get(level, own.start - 1) + 1
        for deeper in [place for place in counts if place > level]:
            del counts[deeper]
        if own.style == "bullet":
            return BULLET
        if own.style == "none":
            return ""

        def written(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            outer = levels.get(place, Level())
            return _written(counts.get(place, outer.start), outer.style)

        return _PLACE.sub(written, own.template).strip()


def _written(number: int, style: str) -> str:
    """Return a number in a style."""
    if not 0 < number <= _MOST:
        return str(number)
    if style in ("lowerLetter", "upperLetter"):
        turns, place = divmod(number - 1, len(_LETTERS))
        text = _LETTERS[place] * (turns + 1)
    elif style in ("lowerRoman", "upperRoman"):
        text = ""
        for value, letters in (*_ROMAN, *_SMALL_ROMAN):
            times, number = divmod(number, value)
            text += letters * times
    else:
        return str(number).zfill(2) if style == "decimalZero" else str(number)
    return text.upper() if style.startswith("upper") else text
