"""The highlighter: where in a text the words stand that were asked for."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from droindex.query.language.function_words import marked_stems
from droindex.query.results.snippets.places import Probes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from droindex.engine.analysis import Analyzer, Token
    from droindex.query.compile.contribution import Highlights

__all__ = ["Highlighter", "Words"]

_OTHER_LETTER = re.compile(r"[^\W\x00-\x7f]")  # dashes and quotes part words like any other
# Terms part where letters and digits meet; what goes on with another letter is none of ASCII's.
_WORD_HERE = re.compile(r"(?:[a-zA-Z]++|[0-9]++)(?![^\W\x00-\x7f])")
_PARTED = r"[\W_]{0,3}"  # between the parts of a number


class _Mark(Enum):
    """When a word of a text is marked."""

    NEVER = auto()
    ALWAYS = auto()
    IN_NUMBER = auto()  # a part of a number is nothing by itself
    IN_RUN = auto()  # nor is the first of a run of words


_NEVER, _ALWAYS, _IN_NUMBER, _IN_RUN = _Mark  # to look a member up takes as long as to match a word


class Words(NamedTuple):
    """Words of a passage that were asked for, other letters than those of ASCII apart.

    Attributes:
        spans: Where each begins and ends, rising.
        unsure: Where runs of words may begin.
    """

    spans: list[tuple[int, int]]
    unsure: list[int]


class Highlighter:
    """Finds the words of one query in texts.

    Args:
        analyzer: The chain of the set that was searched.
        highlights: Which words to mark.
        numbers: Stems of each number of several parts, in their order; a part by itself is none.

    Attributes:
        stems: The stems to mark, by the numbers of their places (see `Probes`).
    """

    def __init__(
        self,
        analyzer: Analyzer,
        highlights: Highlights,
        numbers: Sequence[tuple[str, ...]] = (),
    ) -> None:
        self._analyzer = analyzer
        own, surfaces, _ = highlights
        marked = marked_stems(own, analyzer.is_stop_word, has_others=bool(surfaces))
        self._highlights = highlights._replace(stems=marked)
        self._parts = frozenset(part for number in numbers for part in number)
        self._numbers = [re.compile(_number_pattern(parts), re.IGNORECASE) for parts in numbers]
        self._probes = Probes(*self._highlights)
        self._run_starts = frozenset(run[0] for run in self._highlights.sequences)
        self._marks: dict[str, _Mark] = {}
        self.stems = self._probes.stems

    def places(self, text: str) -> tuple[list[tuple[int, int]], Words]:
        """Return the places of a passage where a word stands that was asked for, and these words.

        A place at other letters than those of ASCII is kept as it is, and gives no word.

        Returns:
            Pairs of a place and the number of its word, rising; the words.
        """
        return self._confirmed(text, self._probes.places(text))

    def spans_of(self, words: Words, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """Return which of some words of a passage stand between two places, as (start, end)."""
        if words.unsure and any(start <= place < end for place in words.unsure):
            return self.spans(text, start, end)
        if not text.isascii() and _OTHER_LETTER.search(text, start, end):
            return self.spans(text, start, end)
        return [span for span in words.spans if start <= span[0] and span[1] <= end]

    def all_spans(self, text: str) -> list[tuple[int, int]]:
        """Return where in a whole text the words stand that are marked, as (start, end)."""
        found = self.spans(text, 0, len(text))
        return self._engine_matches(text) if not found and _has_other_letters(text) else found

    def may_miss(self, words: Words, text: str) -> bool:
        """Whether marked words may stand in a passage of which `places` told none."""
        return bool(words.unsure) or _has_other_letters(text)

    def _confirmed(
        self, text: str, places: Iterable[tuple[int, int]]
    ) -> tuple[list[tuple[int, int]], Words]:
        """Return the places whose word was asked for, and these words."""
        right: list[tuple[int, int]] = []
        spans: list[tuple[int, int]] = []
        unsure: list[int] = []
        numbers = self._number_places(text, 0, len(text))
        match_at, known, last = _WORD_HERE.match, self._marks.get, -1
        for item in places:
            place = item[0]
            match = match_at(text, place)
            if match is None:
                right.append(item)
                continue
            word = match[0]
            mark = known(word) or self._mark_of(word)
            if mark is _NEVER or (mark is _IN_NUMBER and place not in numbers):
                continue
            right.append(item)
            if place != last:
                last = place
                if mark is _IN_RUN:
                    unsure.append(place)
                else:
                    spans.append((place, place + len(word)))
        return right, Words(spans, unsure)

    def _mark_of(self, word: str) -> _Mark:
        """Return when a word is marked; the words of a query stand in all its hits."""
        ((own, as_is),) = self._analyzer.chunk_terms((word,))
        mark = _NEVER
        if own and (own[0] in self._highlights.stems or as_is[0] in self._highlights.surfaces):
            mark = _IN_NUMBER if own[0] in self._parts else _ALWAYS
        elif own and own[0] in self._run_starts:
            mark = _IN_RUN
        self._marks[word] = mark
        return mark

    def spans(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
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
        return {
            place
            for number in self._numbers
            for match in number.finditer(text, start, end)
            for place in range(*match.span())
        }

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


def _has_other_letters(text: str) -> bool:
    return not text.isascii() and _OTHER_LETTER.search(text) is not None


def _number_pattern(parts: Sequence[str]) -> str:
    """Return what finds a number of several parts; what it begins with is looked for first."""
    first, *rest = map(re.escape, parts)
    return _PARTED.join((rf"{first}(?<!\w{first})", *rest)) + r"(?!\w)"


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
