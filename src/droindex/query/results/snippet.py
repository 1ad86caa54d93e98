"""Snippets: the piece of a passage that answers best, with the matches marked.

It starts with a sentence or a block, and comes from sentences before rows, from rows before lists
of contents and header blocks. A passage is about a page, so a snippet costs the same from a manual
of 500 pages as from a memo.
"""

from __future__ import annotations

import re
from enum import Enum, IntEnum, auto
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.analysis import normalise
from droindex.extract.blocks.line_shapes import is_prose
from droindex.query.language.function_words import marked_stems
from droindex.query.results.excerpt import Excerpt, lead_of, section_of
from droindex.query.results.hit import Snippet
from droindex.query.results.lines import (
    FOOTNOTE,
    HEADING,
    ITEM_LINE,
    PARAGRAPH,
    ROW,
    PassageLines,
)
from droindex.query.results.named import Named, naming_stems
from droindex.query.results.places import (
    LEAST_WEIGHT,
    PER_WORD,
    Place,
    Probes,
    Stretch,
    best_stretch,
)
from droindex.query.results.segments import joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from droindex.engine.analysis import Analyzer, Token
    from droindex.engine.passages import Passage
    from droindex.query.compile.contribution import Highlights
    from droindex.settings import SnippetSettings

__all__ = ["Cut", "Fitness", "SnippetMaker"]

_LEAD_CHARS = 20  # of a window that may lie before its first match
_TRIES = 4  # windows that are cut before the best of them is taken as it is
_TITLE_WORDS = 3  # a title of fewer words says nothing when it stands in a sentence
_WORDS = re.compile(r"\w+")
_OTHER_LETTER = re.compile(r"[^\W\x00-\x7f]")  # dashes and quotes part words like any other
_WORD_HERE = re.compile(r"[a-zA-Z]+|[0-9]+")  # terms part where letters and digits meet
_PARTED = r"[\W_]{0,3}"  # between the parts of a number
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


class _Mark(Enum):
    """When a word of a text is marked."""

    NEVER = auto()
    ALWAYS = auto()
    IN_NUMBER = auto()  # a part of a number is nothing by itself
    IN_RUN = auto()  # nor is the first of a run of words


class _Words(NamedTuple):
    """Words of a text that were asked for, other letters than those of ASCII apart.

    Attributes:
        spans: Where each begins and ends, rising.
        unsure: Where runs of words may begin.
    """

    spans: list[tuple[int, int]]
    unsure: list[int]


class SnippetMaker:
    """Cuts snippets for one query.

    Args:
        analyzer: The chain of the set that was searched.
        highlights: Which words to mark.
        settings: How long.
        numbers: Stems of each number of several parts, in their order; a part by itself is none.
        idf: Tells how rare a stem is; without it all words are worth the same.
    """

    def __init__(
        self,
        analyzer: Analyzer,
        highlights: Highlights,
        settings: SnippetSettings,
        numbers: Sequence[tuple[str, ...]] = (),
        idf: Callable[[str], float] | None = None,
    ) -> None:
        self._analyzer = analyzer
        self._settings = settings
        telling = marked_stems(highlights.stems, analyzer.is_stop_word)
        self._highlights = highlights._replace(stems=telling)
        self._parts = frozenset(part for number in numbers for part in number)
        self._numbers = re.compile("|".join(map(_number_pattern, numbers)), re.IGNORECASE)
        self._probes = Probes(*self._highlights)
        self._weights = _weights(self._probes.stems, idf) if idf else _NO_WEIGHTS
        self._run_starts = frozenset(run[0] for run in self._highlights.sequences)
        self._marks: dict[str, _Mark] = {}
        self._known: dict[str, str | None] = {}

    def weights(self, named: Named) -> Mapping[int, float]:
        """Return what each word is worth within a document; of a query, what it is by rarity.

        Words that name the document are worth least, where others say what is looked for in it,
        and so are figures: of `policy 4.6 member` a place with *member* says more.
        """
        stems = self._probes.stems
        naming = set().union(*naming_stems(named, stems, self._analyzer))
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
        places, words = self._confirmed(passage.text, self._probes.places(passage.text))
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
        return best or self._in_other_script(passage, lines)

    def matches(self, text: str) -> list[tuple[int, int]]:
        """Return where in a whole text the words stand that are marked, as (start, end)."""
        return self._matches(text, 0, len(text)) or self._engine_matches(text)

    def from_summary(self, summary: str) -> Snippet:
        """Return the beginning of a summary, with the words that match marked."""
        text = normalise(summary)
        excerpt = Excerpt.beginning(text, self._settings.max_chars)
        return Snippet(joined(text, excerpt, self._matches), is_summary=True)

    def lead(self, passage: Passage) -> Snippet:
        """Return the first sentence that says what a document does, for a hit without better.

        Args:
            passage: Where the document begins.
        """
        if not passage.text.strip():
            return Snippet(())
        lines = PassageLines(passage)
        excerpt = lead_of(lines, self._settings.max_chars)
        segments = joined(passage.text, excerpt, self._matches)
        section = section_of(passage, lines, excerpt.start)
        return Snippet(segments, *passage.place, section)

    def _tried(
        self,
        passage: Passage,
        lines: PassageLines,
        places: Sequence[Place],
        words: _Words,
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

        def matches(text: str, start: int, end: int) -> list[tuple[int, int]]:
            if words.unsure and any(start <= place < end for place in words.unsure):
                return self._matches(text, start, end)
            if not text.isascii() and _OTHER_LETTER.search(text, start, end):
                return self._matches(text, start, end)
            return [span for span in words.spans if start <= span[0] and span[1] <= end]

        for _ in range(_TRIES):
            if not places:
                return
            best = best_stretch(
                places,
                self._settings.max_chars - _LEAD_CHARS,
                weights,
                len(self._highlights.stems),
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
        spans = self.matches(text)
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

    def _confirmed(
        self, text: str, places: Iterable[tuple[int, int]]
    ) -> tuple[list[tuple[int, int]], _Words]:
        """Return the places whose word was asked for, and these words.

        A place at other letters than those of ASCII is kept as it is, and gives no word.
        """
        right: list[tuple[int, int]] = []
        spans: list[tuple[int, int]] = []
        unsure: list[int] = []
        numbers = self._number_places(text, 0, len(text))
        is_ascii = text.isascii()
        last = -1
        for item in places:
            place = item[0]
            match = _WORD_HERE.match(text, place)
            if match is None or not (is_ascii or _OTHER_LETTER.match(text, match.end()) is None):
                right.append(item)
                continue
            mark = self._marks.get(match.group()) or self._mark_of(match.group())
            if mark is _Mark.NEVER or (mark is _Mark.IN_NUMBER and place not in numbers):
                continue
            right.append(item)
            if place != last:
                last = place
                if mark is _Mark.IN_RUN:
                    unsure.append(place)
                else:
                    spans.append(match.span())
        return right, _Words(spans, unsure)

    def _mark_of(self, word: str) -> _Mark:
        """Return when a word is marked; the words of a query stand in all its hits."""
        ((own, as_is),) = self._analyzer.chunk_terms((word,))
        mark = _Mark.NEVER
        if own and (own[0] in self._highlights.stems or as_is[0] in self._highlights.surfaces):
            mark = _Mark.IN_NUMBER if own[0] in self._parts else _Mark.ALWAYS
        elif own and own[0] in self._run_starts:
            mark = _Mark.IN_RUN
        self._marks[word] = mark
        return mark

    def _matches(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """Return where in the text the words of a stretch stand that were asked for."""
        if end <= start:
            return []
        piece = text[start:end]
        if self._highlights.sequences or self._parts:
            return self._whole(text, self._spans(self._analyzer.tokens(piece), start))
        chunks = piece.split(" ")
        spans: list[tuple[int, int]] = []
        place, seen = start, 0
        for nth in self._matching(chunks):
            place += sum(map(len, chunks[seen:nth])) + nth - seen  # and a blank after each
            seen, chunk = nth, chunks[nth]
            if chunk.isalpha():
                spans.append((place, place + len(chunk)))
            else:
                spans += self._spans(self._analyzer.tokens(chunk), place)
        return spans

    def _number_places(self, text: str, start: int, end: int) -> set[int]:
        """Return the places of the numbers asked for, each character of them."""
        if not self._parts:
            return set()
        found = self._numbers.finditer(text, start, end)
        return {place for match in found for place in range(*match.span())}

    def _matching(self, chunks: Sequence[str]) -> list[int]:
        """Return the places of chunks of text in which a word stands that was asked for."""
        terms = enumerate(self._analyzer.chunk_terms(chunks))
        differs, others = self._highlights.stems.isdisjoint, self._highlights.surfaces
        if not others:
            return [nth for nth, (own, _) in terms if not differs(own)]
        absent = others.isdisjoint
        return [nth for nth, (own, as_is) in terms if not (differs(own) and absent(as_is))]

    def _engine_matches(self, text: str) -> list[tuple[int, int]]:
        """Return the same of a whole text, through the engine: right in every script."""
        return self._whole(text, self._spans(self._analyzer.engine_tokens(text), 0))

    def _whole(self, text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return the words of a text without parts of a number that stand by themselves."""
        if not self._parts or not spans:
            return spans
        numbers = self._number_places(text, spans[0][0], spans[-1][1])
        return [
            span
            for span in spans
            if span[0] in numbers or text[slice(*span)].lower() not in self._parts
        ]

    def _spans(self, tokens: Sequence[Token], shift: int) -> list[tuple[int, int]]:
        stems, surfaces = self._highlights.stems, self._highlights.surfaces
        is_stop_word = self._analyzer.is_stop_word
        inside = _in_sequences(tokens, self._highlights.sequences)
        return [
            (token.start + shift, token.end + shift)
            for place, token in enumerate(tokens)
            if token.stem in stems
            or token.surface in surfaces
            or (place in inside and not is_stop_word(token.surface))
        ]


def _weights(stems: Sequence[str], idf: Callable[[str], float]) -> dict[int, float]:
    """Return what the words of a query are worth: the rarest most, one that all hold least."""
    idfs = [idf(stem) for stem in stems]
    most = max(idfs, default=1.0)
    span = PER_WORD - LEAST_WEIGHT
    return {nth: LEAST_WEIGHT + span * own / most for nth, own in enumerate(idfs)}


def says_title(title: str, text: str) -> bool:
    """Whether a text holds a title of some words, word for word."""
    words = title.split()
    if len(words) <= _TITLE_WORDS:
        return False
    word = max(words, key=len).strip("()[],.:;")
    if word not in text and word.lower() not in text and word.upper() not in text:
        return False  # nearly all end here, for next to nothing
    return _folded(title) in _folded(text)


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


def _number_pattern(parts: Sequence[str]) -> str:
    return rf"(?<!\w){_PARTED.join(map(re.escape, parts))}(?!\w)"


def _in_sequences(tokens: Sequence[Token], sequences: Iterable[tuple[str, ...]]) -> set[int]:
    """Return the places of tokens that are part of a whole sequence of stems."""
    inside: set[int] = set()
    for stems in sequences:
        for place, token in enumerate(tokens):
            if token.stem == stems[0]:
                here = tuple(other.stem for other in tokens[place : place + len(stems)])
                if here == stems:
                    inside.update(range(place, place + len(stems)))
    return inside
