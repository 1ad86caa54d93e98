"""Generated records: seeded, short, with words as frequent as in real texts."""

from __future__ import annotations

import json
import random
from bisect import bisect
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["record", "records", "write_records"]

_VOCABULARY = 30_000
_WORDS = 200  # of a document, as of a memo
_SYLLABLES = tuple(f"{first}{second}" for first in "bdfglmnprst" for second in "aeiou")
_SHARES = [*accumulate(1 / (rank + 3) for rank in range(_VOCABULARY))]  # Zipf


def _word(rank: int) -> str:
    word = ""
    number = rank + 400
    while number:
        number, place = divmod(number, len(_SYLLABLES))
        word += _SYLLABLES[place]
    return word


_LEXICON = [_word(rank) for rank in range(_VOCABULARY)]


def record(number: int, edition: int = 0) -> dict[str, object]:
    """Return one record; another edition of it has another text."""
    draw = random.Random(number * 1_000 + edition)

    def words(count: int) -> str:
        places = (bisect(_SHARES, draw.random() * _SHARES[-1]) for _ in range(count))
        return " ".join(_LEXICON[min(place, _VOCABULARY - 1)] for place in places)

    return {
        "doc_id": f"memo/{number:07d}",
        "title": f"{words(5)} {number}",
        "issued": f"{1990 + number % 35}-{1 + number % 12:02d}-{1 + number % 28:02d}",
        "number": f"M {number // 50}-{number % 50}",
        "category": f"Office {number % 23}",
        "body": words(_WORDS),
    }


def records(count: int, changed: frozenset[int] = frozenset()) -> Iterator[dict[str, object]]:
    """Yield records; those that are changed in another edition."""
    for number in range(count):
        yield record(number, edition=number in changed)


def write_records(path: Path, count: int, changed: frozenset[int] = frozenset()) -> None:
    """Write a file of records."""
    with path.open("w") as file:
        for item in records(count, changed):
            file.write(json.dumps(item) + "\n")
