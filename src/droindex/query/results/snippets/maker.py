"""Snippets: the piece of a passage that answers best, with the matches marked.

It starts with a sentence or a block, and comes from sentences before rows, from rows before lists
of contents and header blocks. A passage is about a page, so a snippet costs the same from a manual
of 500 pages as from a memo.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.analysis import normalise
from droindex.extract.blocks.line_shapes import is_prose
from droindex.query.results.hit import Snippet
from droindex.query.results.snippets.excerpt import Excerpt, lead_of, section_of
from droindex.query.results.snippets.lines import (
    FOOTNOTE,
    HEADING,
    ITEM_LINE,
    PARAGRAPH,
    ROW,
    PassageLines,
)
from droindex.query.results.snippets.places import (
    LEAST_WEIGHT,
    PER_WORD,
    Place,
    Stretch,
    best_stretch,
)
from droindex.query.results.snippets.segments import joined

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from droindex.engine.passages import Passage
    from droindex.query.results.snippets.highlighter import Highlighter, Words
    from droindex.settings import SnippetSettings

__all__ = ["Cut", "Fitness", "SnippetMaker"]

_LEAD_CHARS = 20  # of a window that may lie before its first match
_TRIES = 4  # windows that are cut before the best of them is taken as it is
_TITLE_WORDS = 3  # a title of fewer words says nothing when it stands in a sentence
_WORDS = re.compile(r"\w+")
# How much better a word stands in a sentence than in a row, against one word more.
_WORTH = {PARAGRAPH: 2, ITEM_LINE: 2, ROW: 1, HEADING: 1}
_NO_WEIGHTS: Mapping[int, float] = MappingProxyType({})


class Fitness(IntEnum):
    """How fit a snippet is to be read, where it is the best of its passage."""

    BESIDE = 0  # from the header block, a list of contents, a running head
    TITLE = 1  # it says the title of the document once more
    PART = 2  # from the text, and holds less of what was asked for than the document's name
    TEXT = 3  # from the text


class Cut(NamedTuple):
    """A snippet, and how fit it is to be read."""

    snippet: Snippet
    fitness: Fitness


class SnippetMaker:
    """Cuts snippets for one query.

    Args:
        highlighter: Finds the words to mark.
        settings: How long.
        idf: Tells how rare a stem is; without it all words are worth the same.
    """

    def __init__(
        self,
        highlighter: Highlighter,
        settings: SnippetSettings,
        idf: Callable[[str], float] | None = None,
    ) -> None:
        self._highlighter = highlighter
        self._settings = settings
        self._weights = _weights(highlighter.stems, idf) if idf else _NO_WEIGHTS

    def weights(self, naming: Collection[str]) -> Mapping[int, float]:
        """Return what each word is worth within a document; of a query, what it is by rarity.

        Words that name the document are worth least, where others say what is looked for in it,
        and so are figures: of `policy 4.6 member` a place with *member* says more.

        Args:
            naming: Stems that name the document.
        """
        stems = self._highlighter.stems
        light = [nth for nth, stem in enumerate(stems) if stem in naming or stem[0].isdigit()]
        if not light or len(light) == len(stems):
            return self._weights
        return {**self._weights, **dict.fromkeys(light, LEAST_WEIGHT)}

    def cut(
        self, passage: Passage, title: str = "", weights: Mapping[int, float] = _NO_WEIGHTS
    ) -> Cut | None:
        """Return the snippet of a passage; None where none of the words stands in it.

        Args:
            passage: The passage.
            title: What stands above the snippet, and need not be said again.
            weights: What each word is worth in its document; see there.
        """
        lines = PassageLines(passage)
        places, words = self._highlighter.places(passage.text)
        text, beside = _parted(lines, places)
        best: Cut | None = None
        for fitness, pool in ((Fitness.TEXT, text), (Fitness.BESIDE, beside)):
            for found in self._tried(passage, lines, pool, words, weights):
                is_title = fitness and says_title(title, found.text) and not says_more(title, found)
                judged = Cut(found, Fitness.TITLE if is_title else fitness)
                if judged.fitness is Fitness.TEXT:
                    return judged
                if best is None or judged.fitness > best.fitness:
                    best = judged
        if best is None and self._highlighter.may_miss(words, passage.text):
            return self._in_other_script(passage, lines)
        return best

    def from_summary(self, summary: str) -> Snippet:
        """Return the beginning of a summary, with the words that match marked."""
        text = normalise(summary)
        excerpt = Excerpt.beginning(text, self._settings.max_chars)
        return Snippet(joined(text, excerpt, self._highlighter.spans), is_summary=True)

    def lead(self, passage: Passage) -> Snippet:
        """Return the first sentence that says what a document does, for a hit without better.

        Args:
            passage: Where the document begins.
        """
        if not passage.text.strip():
            return Snippet(())
        lines = PassageLines(passage)
        excerpt = lead_of(lines, self._settings.max_chars)
        segments = joined(passage.text, excerpt, self._highlighter.spans)
        section = section_of(passage, lines, excerpt.start)
        return Snippet(segments, *passage.place, section)

    def _tried(
        self,
        passage: Passage,
        lines: PassageLines,
        places: Sequence[Place],
        words: Words,
        weights: Mapping[int, float],
    ) -> Iterable[Snippet]:
        """Yield the snippets around some places, the best first; none without a match.

        Args:
            passage: The passage.
            lines: The same in lines.
            places: Where a snippet may start.
            words: The words that were asked for, there and elsewhere.
            weights: What each is worth.
        """
        matches = partial(self._highlighter.spans_of, words)
        for _ in range(_TRIES):
            if not places:
                return
            best = best_stretch(
                places,
                self._settings.max_chars - _LEAD_CHARS,
                weights,
                len(self._highlighter.stems),
            )
            excerpt = self._whole_sentence(lines, places, best)
            segments = joined(passage.text, excerpt, matches)
            if any(marked for _, marked in segments):
                section = section_of(passage, lines, best.start)
                yield Snippet(segments, *passage.place, section)
            # What stands in the next block may be shown by itself.
            end = min(best.last, lines.end(lines.block(lines.at(best.start))[1] - 1))
            places = [item for item in places if not best.start <= item[0] <= end]

    def _whole_sentence(
        self, lines: PassageLines, places: Sequence[Place], best: Stretch
    ) -> Excerpt:
        """Return what is shown around a stretch, if it can be without the middle left out.

        What is left out of a rule changes it: so a sentence is shown from its beginning, cut at its
        end, where that holds half of the words.
        """
        most = self._settings.max_chars
        excerpt = Excerpt.around(lines, best, most)
        if excerpt.sentence is None:
            return excerpt
        held = {which for place, which, _, _ in places if best.start <= place <= best.last}
        end = excerpt.sentence + most - _LEAD_CHARS
        early = [item for item in places if excerpt.sentence <= item[0] < end]
        if 2 * len(held.intersection([which for _, which, _, _ in early])) < len(held):
            return excerpt
        return Excerpt.around(lines, Stretch(early[0][0], early[-1][0]), most)

    def _in_other_script(self, passage: Passage, lines: PassageLines) -> Cut | None:
        """Return the snippet of a passage whose words no probe finds."""
        text = passage.text
        spans = self._highlighter.all_spans(text)
        if not spans:
            return None
        start = spans[0][0]
        excerpt = Excerpt.around(lines, Stretch(start, start), self._settings.max_chars)

        def matches(_text: str, first: int, end: int) -> list[tuple[int, int]]:
            return [span for span in spans if first <= span[0] and span[1] <= end]

        section = section_of(passage, lines, start)
        segments = joined(text, excerpt, matches)
        is_text = lines.kind(lines.at(start)) in _WORTH
        fitness = Fitness.TEXT if is_text else Fitness.BESIDE
        return Cut(Snippet(segments, *passage.place, section), fitness)


def _weights(stems: Sequence[str], idf: Callable[[str], float]) -> dict[int, float]:
    """Return what the words of a query are worth: the rarest most, one that all hold least."""
    idfs = [idf(stem) for stem in stems]
    most = max(idfs, default=1.0)
    span = PER_WORD - LEAST_WEIGHT
    return {nth: LEAST_WEIGHT + span * own / most for nth, own in enumerate(idfs)}


def says_title(title: str, text: str) -> bool:
    """Whether a text holds a title of some words, word for word."""
    if len(title.split()) <= _TITLE_WORDS:
        return False
    letters, words = text.lower(), _WORDS.findall(title.lower())
    if not words or not all(map(letters.__contains__, words)):
        return False  # nearly all end here, for next to nothing
    return " ".join(words) in _folded(text)


def says_more(title: str, snippet: Snippet) -> bool:
    """Whether a snippet that holds the title holds two other words that were asked for."""
    words = set(_WORDS.findall(title.lower()))
    marked = {text.lower() for text, is_match in snippet.segments if is_match}
    return len(marked - words) > 1


def _folded(text: str) -> str:
    return " ".join(_WORDS.findall(text.lower()))


def _parted(
    lines: PassageLines, places: Sequence[tuple[int, int]]
) -> tuple[list[Place], list[Place]]:
    """Return the places in the text, and those beside it: header block, contents, page heads."""
    text: list[Place] = []
    beside: list[Place] = []
    end, worth, limit = -1, 0, 0
    for start, which in places:
        if start > end:
            line = lines.at(start)
            end = lines.end(line)
            kind = lines.kind(line)
            worth = _WORTH.get(kind, 0)
            if kind == FOOTNOTE and is_prose(lines.lines[line].strip()):
                worth = 1  # not what only names a source
            # Rows answer each by itself, and text until the next heading.
            limit = end if kind == ROW else lines.section_end(line)
        (text if worth else beside).append((start, which, worth, limit))
    return text, beside
