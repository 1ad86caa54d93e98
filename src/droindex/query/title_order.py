"""Titles as they are typed: those that hold the beginnings in their order come before others.

Which titles hold words that begin so, in any order, is a clause like all else. Their order is
looked at in the best of them, of all scopes and without filters, so that what a document gets
depends on the text and the set alone.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from droindex.engine.analysis import fold
from droindex.engine.entries import READING
from droindex.engine.schema import META
from droindex.query.feedback import NO_LIFTS, Lifts

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from droindex.library.reader import SetReader
    from droindex.query.compile.contribution import TitleBeginnings

__all__ = ["order_share", "title_lifts"]

_LOOKED_AT = 30  # titles; 60 find no more (benchmarks/quality/suggest.py)
_IN_ORDER = 1.0  # of what a title gets for holding all beginnings
_SIDE_BY_SIDE = 1.5  # the same where no word but stop words stands between them
_WORD = re.compile(r"[^\W\d_]+|\d+")


def title_lifts(reader: SetReader, titles: TitleBeginnings) -> Lifts:
    """Return what titles get for holding what was typed in its order.

    Args:
        reader: The set.
        titles: What was typed, and the clause of the titles that hold it in any order.
    """
    rows, _ = reader.documents.search(titles.clause, _LOOKED_AT + 1, count=False)
    cut = rows[_LOOKED_AT].score if len(rows) > _LOOKED_AT else 0.0
    rows = [row for row in rows if row.score > cut]
    if len(rows) < 2:
        return NO_LIFTS
    scores: dict[int, float] = {}
    stop_words = reader.analyzer.stop_words
    for row, (meta,) in zip(rows, reader.documents.fetch(rows, (META,)), strict=True):
        with READING:
            title = json.loads(meta)["title"]
        if share := order_share(title, titles.beginnings, stop_words):
            scores[row.key] = share * titles.weight
    return Lifts(scores, {}, ())


def order_share(title: str, beginnings: Sequence[str], stop_words: Container[str]) -> float:
    """Return how well a title keeps the order of what was typed: 0 where it does not.

    Args:
        title: The title.
        beginnings: What was typed, in lower case.
        stop_words: What may stand between.
    """
    typed = tuple(beginnings)
    words = [
        word
        for word in _WORD.findall(fold(title))
        if word not in stop_words or word.startswith(typed)
    ]
    starts = [place for place, word in enumerate(words) if word.startswith(beginnings[0])]
    spans = [span for start in starts if (span := _span(words[start:], beginnings))]
    if not spans:
        return 0.0
    return _SIDE_BY_SIDE if min(spans) == len(beginnings) else _IN_ORDER


def _span(words: Sequence[str], beginnings: Sequence[str]) -> int:
    """Return how many words it takes to find all beginnings in order; 0 if they are not there."""
    place = 0
    for begun in beginnings:
        while place < len(words) and not words[place].startswith(begun):
            place += 1
        if place == len(words):
            return 0
        place += 1
    return place
