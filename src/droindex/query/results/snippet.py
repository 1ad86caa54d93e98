"""Snippets: the piece of a hit's best passage around the matches, with the matches marked.

A passage is about a page, so a snippet costs the same from a manual of 500 pages as from a memo.
Only a window of it is analyzed: places where a match may stand are found in the lower-cased
bytes, the window with the most different words asked for is taken, and its words are checked.
"""

from __future__ import annotations

import re
from itertools import groupby, takewhile
from operator import itemgetter
from typing import TYPE_CHECKING

from droindex.engine.analysis import normalise
from droindex.query.results.hit import Snippet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from droindex.engine.analysis import Analyzer, Token
    from droindex.engine.entries import Passage
    from droindex.query.compile.contribution import Highlights
    from droindex.settings import SnippetSettings

__all__ = ["SnippetMaker"]

_VISIBLE = re.compile(r"\S")
_SENTENCE_END = re.compile(r"[.!?;:]\s+|\n")
_MIN_PROBE_BYTES = 4  # of a stem: shorter starts stand in too many words
_LEAD_CHARS = 40  # text shown before the first match
_MAX_PROBES = 64  # places looked at per word and passage, so that the cost is bounded
_ELLIPSIS = "…"
# Bytes of lower-case text before which a word that starts with such a byte does not start anew.
_DIGITS = frozenset(b"0123456789")
_LETTERS = frozenset((*b"abcdefghijklmnopqrstuvwxyz", *range(128, 256)))
_UNLIKE_PROSE = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:_|"
_MAX_UNLIKE = 0.12  # share of a stretch; sentences have 0.04 to 0.09, letterheads 0.15 and more


class SnippetMaker:
    """Cuts snippets for one query.

    Args:
        analyzer: The chain of the set that was searched.
        highlights: Which words to mark.
        settings: How long, how much context.
    """

    def __init__(
        self, analyzer: Analyzer, highlights: Highlights, settings: SnippetSettings
    ) -> None:
        self._analyzer = analyzer
        self._highlights = highlights
        self._settings = settings
        self._probes = [_probe(stem) for stem in sorted(highlights.stems)]
        self._probes += [_probe(stems[0]) for stems in sorted(highlights.sequences)]
        self._families = _families([word.encode() for word in sorted(highlights.surfaces)])

    def from_passage(self, passage: Passage) -> Snippet | None:
        """Return the snippet of a passage; None where none of the words stands in it."""
        text = passage.text
        window = self._window(text)
        spans = self._matches(text, *window)
        if not spans:
            spans = self._matches(text, 0, len(text)) or self._engine_matches(text)
            if not spans:
                return None
            window = self._around(text, spans[0][0])
        return Snippet(self._cut(text, window, spans), passage.page, passage.label)

    def from_summary(self, summary: str) -> Snippet:
        """Return the beginning of a summary, with the words that match marked."""
        text = normalise(summary)
        window = (0, len(text))
        if len(text) > self._settings.max_chars:
            window = (0, _word_end(text, self._settings.max_chars))
        return Snippet(self._cut(text, window, self._matches(text, *window)))

    def lead(self, passage: Passage) -> Snippet:
        """Return the beginning of a passage, unmarked, for a hit that has no better text."""
        if not passage.text.strip():
            return Snippet(())
        window = (0, _word_end(passage.text, self._settings.max_chars))
        return Snippet(self._cut(passage.text, window, ()), passage.page, passage.label)

    def _window(self, text: str) -> tuple[int, int]:
        """Return the stretch, in characters, with the most different words asked for."""
        raw = text.encode()
        lowered = raw.lower()
        places = self._places(lowered)
        if not places:
            return (0, 0)
        if len(places) == 1:
            best = places[0][0]
        else:
            width = self._settings.max_chars - _LEAD_CHARS
            stretches = _stretches(places, width)
            most = max(distinct for distinct, _, _ in stretches)
            fullest = sorted(
                (-words, start) for distinct, words, start in stretches if distinct == most
            )
            prose = (start for _, start in fullest if _is_prose(raw[start : start + width]))
            best = next(prose, fullest[0][1])
        is_ascii = len(raw) == len(text)
        return self._around(text, best if is_ascii else len(raw[:best].decode(errors="ignore")))

    def _places(self, lowered: bytes) -> list[tuple[int, int]]:
        """Return (byte offset, which word) where words may start, rising."""
        found = []
        for which, probe in enumerate(self._probes):
            found += [(place, which) for place in self._starts(lowered, probe)]
        for start, words, lengths in self._families:
            for place in self._starts(lowered, start):
                for length in lengths:
                    if (word := lowered[place : place + length]) in words:
                        found.append((place, words[word]))
        found.sort()
        return found

    def _starts(self, lowered: bytes, probe: bytes) -> list[int]:
        """Return where words may start that start with some bytes."""
        find = lowered.find
        place = find(probe)
        if place < 0:
            return []
        joins_on = _DIGITS if probe[0] in _DIGITS else _LETTERS
        found = []
        for _ in range(_MAX_PROBES):
            if place == 0 or lowered[place - 1] not in joins_on:
                found.append(place)
            place = find(probe, place + 1)
            if place < 0:
                break
        return found

    def _around(self, text: str, place: int) -> tuple[int, int]:
        """Return the window of a match: from its sentence's start if near, else from a word's."""
        lead = _LEAD_CHARS
        earliest = max(0, place - 2 * lead)
        if earliest == 0:
            start = 0
        elif sentence := _SENTENCE_END.search(text, earliest, place):
            start = sentence.end()
        else:
            blank = text.find(" ", max(0, place - lead), place)
            start = blank + 1 if blank >= 0 else max(0, place - lead)
        end = _word_end(text, start + self._settings.max_chars)
        return start, end

    def _matches(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """Return where in the text the words of a stretch stand that were asked for."""
        if end <= start:
            return []
        piece = text[start:end]
        if self._highlights.sequences:
            return self._spans(self._analyzer.tokens(piece), start)
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
        return self._spans(self._analyzer.engine_tokens(text), 0)

    def _spans(self, tokens: Sequence[Token], shift: int) -> list[tuple[int, int]]:
        stems, surfaces = self._highlights.stems, self._highlights.surfaces
        inside = _in_sequences(tokens, self._highlights.sequences)
        return [
            (token.start + shift, token.end + shift)
            for place, token in enumerate(tokens)
            if token.stem in stems or token.surface in surfaces or place in inside
        ]

    def _cut(
        self, text: str, window: tuple[int, int], spans: Iterable[tuple[int, int]]
    ) -> tuple[tuple[str, bool], ...]:
        start, end = window
        segments: list[tuple[str, bool]] = []
        place = start
        for first, last in spans:
            if first < place or last > end:
                continue
            segments.append((text[place:first], False))
            segments.append((text[first:last], True))
            place = last
        segments.append((text[place:end], False))
        return _tidy(
            segments, cut_before=start > 0, cut_after=_VISIBLE.search(text, end) is not None
        )


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


def _stretches(places: Sequence[tuple[int, int]], width: int) -> list[tuple[int, int, int]]:
    """Return (different words, words, start) of the stretch that begins at each place."""
    found = []
    inside: dict[int, int] = {}
    end, count = 0, len(places)
    for index, (start, which) in enumerate(places):
        while end < count and places[end][0] - start <= width:
            entered = places[end][1]
            inside[entered] = inside.get(entered, 0) + 1
            end += 1
        found.append((len(inside), end - index, start))
        if inside[which] == 1:
            del inside[which]
        else:
            inside[which] -= 1
    return found


def _is_prose(stretch: bytes) -> bool:
    """Whether a stretch reads like sentences, not like a letterhead or a table of contents."""
    unlike = len(stretch) - len(stretch.translate(None, _UNLIKE_PROSE))
    return unlike < _MAX_UNLIKE * len(stretch)


def _tidy(
    segments: Sequence[tuple[str, bool]], *, cut_before: bool, cut_after: bool
) -> tuple[tuple[str, bool], ...]:
    """Return segments with blanks collapsed, ends trimmed, and an ellipsis where text was cut."""
    clean = [
        (text if marked or _is_collapsed(text) else _collapsed(text), marked)
        for text, marked in segments
    ]
    # The first and the last segment are never marked; there is one at least.
    first = clean[0][0].lstrip()
    clean[0] = (f"{_ELLIPSIS}{first}" if cut_before else first, False)
    last = clean[-1][0].rstrip()
    clean[-1] = (f"{last} {_ELLIPSIS}" if cut_after else last, False)
    return tuple([segment for segment in clean if segment[0]])


def _is_collapsed(text: str) -> bool:
    return text.isprintable() and "  " not in text  # only the plain blank is printable


def _collapsed(text: str) -> str:
    """Return text with each run of blanks as one."""
    before, after = text[:1].isspace(), text[-1:].isspace()
    inner = " ".join(text.split())
    return f"{' ' * before}{inner}{' ' * after}" if inner else " " * before


def _families(words: Sequence[bytes]) -> list[tuple[bytes, dict[bytes, int], list[int]]]:
    """Return words by their first letters: what all begin with, numbers below 0, and lengths.

    A wildcard stands for up to a hundred words, which are looked for by what they share.
    """
    found = []
    numbers = {word: -number for number, word in enumerate(words, 1)}
    for _, group in groupby(words, key=itemgetter(slice(2))):
        family = {word: numbers[word] for word in group}
        first, *_, last = (*family, *family)  # they are sorted: what these share, all share
        pairs = zip(first, last, strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        found.append((first[:same], family, sorted({len(word) for word in family})))
    return found


def _probe(stem: str) -> bytes:
    """Return the start of a stem that stands in every word with that stem, as far as endings go."""
    raw = stem.encode()
    return raw[: max(_MIN_PROBE_BYTES, len(raw) - 1)] if len(raw) > _MIN_PROBE_BYTES else raw


def _word_end(text: str, place: int) -> int:
    """Return the nearest place at or before `place` where no word is cut."""
    if place >= len(text):
        return len(text)
    blank = max(text.rfind(" ", 0, place + 1), text.rfind("\n", 0, place + 1))
    return blank if blank > place // 2 else place
