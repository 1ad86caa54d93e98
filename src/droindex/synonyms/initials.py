"""Short forms that no document prints, read by the initials of words in titles.

`SPC` is typed for *Service Processing Centers* by those who know the house, whether or not a text
has it in brackets. Only words count that stand by themselves in a title, as a name does: all of
them in capitals, from the beginning of a part or a small word on, to the end of one or to another.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from droindex.engine.analysis import fold
from droindex.engine.clauses import Bool, PhraseOf, Wildcard
from droindex.engine.entries import READING
from droindex.engine.schema import ALL, META, TITLE_KEY
from droindex.synonyms.lookup import Variant

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from droindex.engine.analysis import Analyzer
    from droindex.engine.protocol import Reader, Row

__all__ = ["initials_in", "spelled_out"]

_MIN_LETTERS, _MAX_LETTERS = 3, 5  # two letters begin two words of every title
_LOOKED_AT = 200  # titles whose words begin with such letters, with others between
_MAX_COUNTED = 30  # meanings that are counted; more are none
_LIKELY = 0.5  # of the documents that hold the most frequent meaning; rarer ones are not meant
_MOST = 2  # meanings: of more, none is likely
_WORD = re.compile(r"[^\W\d_]+")
_BREAK = re.compile(r"[^\s'\u2019&-]")  # between two words: they are of two parts of a title


def spelled_out(short: str, documents: Reader, analyzer: Analyzer) -> list[Variant]:
    """Return what a short form may stand for, by the titles of a set: what most documents hold.

    Who shortens words has written them often: those of a single document are no name of a thing.

    Args:
        short: The short form, in any case.
        documents: The documents of the set.
        analyzer: The chain of the set.
    """
    letters = fold(short)
    if not (letters.isalpha() and _MIN_LETTERS <= len(letters) <= _MAX_LETTERS):
        return []
    shape = " ".join(f"{letter}*" for letter in letters)
    titled = Bool(should=(Wildcard(TITLE_KEY, shape), Wildcard(TITLE_KEY, f"* {shape}")))
    rows, _ = documents.search(titled, _LOOKED_AT, count=False)
    written = _meanings(_titles(documents, rows), letters, analyzer)
    some = sorted(written)[:_MAX_COUNTED]
    counts = {stems: documents.count(PhraseOf(ALL, stems)) for stems in some}
    most = max(counts.values(), default=0)
    best = sorted(stems for stems, count in counts.items() if count > most * _LIKELY)
    if len(best) > _MOST:
        return []
    return [Variant(written[stems], stems, is_harvested=True, is_guessed=True) for stems in best]


def _titles(documents: Reader, rows: Sequence[Row]) -> Iterator[str]:
    for (meta,) in documents.fetch(rows, (META,)):
        with READING:
            title = json.loads(meta)["title"]
        yield title


def _meanings(
    titles: Iterable[str], letters: str, analyzer: Analyzer
) -> dict[tuple[str, ...], str]:
    """Return what titles write that gives the letters, by its stems; of several forms the first."""
    written: dict[tuple[str, ...], str] = {}
    for title in titles:
        for meaning in initials_in(title, letters, analyzer.stop_words):
            stems = tuple(stem for stem, _ in analyzer.terms(meaning))
            written[stems] = min(meaning, written.get(stems, meaning))
    return written


def initials_in(title: str, letters: str, stop_words: Container[str]) -> Iterator[str]:
    """Yield the words of a title that give the letters of a short form, as they are written.

    Args:
        title: The title.
        letters: In lower case; each is the first of a word.
        stop_words: What gives no letter, and may stand between.

    Example:
        >>> list(initials_in("List of Service Processing Centers", "spc", {"of"}))
        ['Service Processing Centers']
    """
    words = list(_WORD.finditer(title))
    small = [fold(word.group()) in stop_words for word in words]
    ends = _ends(title, words)
    for start in range(len(words)):
        if not _may_begin(start, small, ends):
            continue
        last = _last_of(start, letters, [word.group() for word in words], small, ends)
        if last is not None and (ends[last] or small[last + 1]):
            yield title[words[start].start() : words[last].end()]


def _ends(title: str, words: Sequence[re.Match[str]]) -> list[bool]:
    """Return of each word whether a part of the title ends with it."""
    return [
        place + 1 == len(words) or bool(_BREAK.search(title, word.end(), words[place + 1].start()))
        for place, word in enumerate(words)
    ]


def _may_begin(start: int, small: Sequence[bool], ends: Sequence[bool]) -> bool:
    """Whether a name may begin with a word: at the head of a part, or behind a small word."""
    return not small[start] and (start == 0 or small[start - 1] or ends[start - 1])


def _last_of(
    start: int, letters: str, words: list[str], small: list[bool], ends: list[bool]
) -> int | None:
    """Return the place of the word that gives the last letter; None where they do not fit."""
    left = letters
    for place in range(start, len(words)):
        if not small[place]:
            initial = words[place][0]
            if not initial.isupper() or initial.lower() != left[0]:
                return None
            left = left[1:]
            if not left:
                return place
        if ends[place]:
            return None
    return None
