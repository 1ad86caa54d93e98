"""Where in a text words may stand that were asked for, found in its lower-cased letters.

A probe is the start of a stem that stands in every word with that stem. What it finds are places
to look at; whether the word is the right one, the analyzer says.
"""

from __future__ import annotations

import math
from itertools import groupby, pairwise, takewhile
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.analysis import KEPT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["LEAST_WEIGHT", "PER_WORD", "Place", "Probes", "Stretch", "best_stretch"]

PER_WORD = 3.0  # what the rarest word is worth; how well one stands is worth 2 at most
LEAST_WEIGHT = 1.0  # of a word that all documents hold, that names the document, or stands for one
_UNIT = 1_000_000  # what a stretch is worth is counted in whole parts: sums of any order are equal
_MIN_PROBE = 4  # of a stem: shorter starts stand in too many words
_APART = 30  # characters between a word and what it has to do with
_MAX_PROBES = 64  # places looked at per word and passage, so that the cost is bounded


# Where a word may stand: start, which word, how well it stands there (its worth), and where what
# answers by itself ends, such as a row (0 where nothing does). There are many: so a plain tuple.
Place = tuple[int, int, int, int]


class Stretch(NamedTuple):
    """A piece of text that begins with a word asked for.

    Attributes:
        start: Where it begins.
        last: Where its last word begins.
    """

    start: int
    last: int


class Probes:
    """Finds the places of some words.

    Args:
        stems: Their stems.
        surfaces: Whole words.
        sequences: Runs of stems; their first ones are looked for.

    Attributes:
        stems: The stems by their numbers; runs have numbers behind them, whole words below 0.
    """

    def __init__(
        self,
        stems: Iterable[str],
        surfaces: Iterable[str],
        sequences: Iterable[tuple[str, ...]],
    ) -> None:
        self.stems = sorted(stems)
        words = [*self.stems, *(found[0] for found in sorted(sequences))]
        self._probes = [
            (which, probe) for which, stem in enumerate(words) for probe in _probes(stem)
        ]
        whole = sorted(surfaces)
        self._families = _families(whole)
        looked_for = (*[probe for _, probe in self._probes], *whole)
        self._is_ascii = all(map(str.isascii, looked_for))

    def places(self, text: str) -> list[tuple[int, int]]:
        """Return (place, which word) where words may start, rising."""
        lowered = _lowered(text) if self._is_ascii else _lowered_in_full(text)
        found = []
        for which, probe in self._probes:
            found += [(place, which) for place in _starts(text, lowered, probe)]
        for start, words, lengths in self._families:
            for place in _starts(text, lowered, start):
                for length in lengths:
                    if (word := lowered[place : place + length]) in words:
                        found.append((place, words[word]))
        found.sort()
        return found


def _lowered(text: str) -> str:
    """Return a text with its letters of ASCII lowered, character by character.

    As bytes it takes a quarter of the time, since a dash or a curly quote stands in most texts.
    """
    if text.isascii():
        return text.lower()
    return text.encode("latin-1", "replace").lower().decode("latin-1")


def _lowered_in_full(text: str) -> str:
    """Return a text with all its letters lowered, without those that are two when small."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def best_stretch(
    places: Sequence[Place],
    width: int,
    weights: Mapping[int, float],
    written: int,
) -> Stretch:
    """Return the stretch whose different words weigh most; of equal ones that which stands best.

    Among those, words that come seldom say more than words that come again and again.

    Args:
        places: Where words stand, rising; one at least.
        width: How long a stretch may be.
        weights: What a word that stands once is worth, against how well it stands; `PER_WORD`
            where nothing is said, and `LEAST_WEIGHT` for what stands for another.
        written: How many words were written; those of higher numbers stand for others.
    """
    weight_of = _weights_here(places, weights, written)
    most, first, behind = -1, 0, 0  # of the best so far: what it holds, and its places
    inside = dict.fromkeys(weight_of, 0)
    held_words = 0  # what the words inside are worth
    end, count = 0, len(places)
    for index, (start, which, worth, limit) in enumerate(places):
        while end < count and places[end][0] - start <= width:
            entered = places[end][1]
            if not inside[entered]:
                held_words += weight_of[entered]
            inside[entered] += 1
            end += 1
        held, stop = held_words + worth * _UNIT, end
        if held >= most and limit and places[end - 1][0] >= limit:
            stop = _stop_at(places, index, end, limit)
            words = {place[1] for place in places[index:stop]}
            held = worth * _UNIT + sum([weight_of[word] for word in words])
        if held > most or (held == most and stop - index > behind - first):
            most, first, behind = held, index, stop
        inside[which] -= 1
        if not inside[which]:
            held_words -= weight_of[which]
    return Stretch(_nearer(places[first:behind]), places[behind - 1][0])


def _weights_here(
    places: Sequence[Place], weights: Mapping[int, float], written: int
) -> dict[int, int]:
    """Return what each word is worth in a passage: one that stands all over it says little."""
    times: dict[int, int] = {}
    for _, which, _, _ in places:
        times[which] = times.get(which, 0) + 1
    found = {}
    for which, count in times.items():
        own = weights.get(which, PER_WORD) if which < written else LEAST_WEIGHT
        found[which] = round(_UNIT * (LEAST_WEIGHT + (own - LEAST_WEIGHT) / math.sqrt(count)))
    return found


def _stop_at(places: Sequence[Place], first: int, end: int, limit: int) -> int:
    """Return the end of a run of places without those from a limit on; one at least is kept."""
    while end > first + 1 and places[end - 1][0] >= limit:
        end -= 1
    return end


def _nearer(inside: Sequence[Place]) -> int:
    """Return where a stretch begins without words far before the rest, which come again in it."""
    last_of = {which: place for place, which, _, _ in inside}
    if len(last_of) > 1:
        for (here, which, _, _), after in pairwise(inside):
            if after[0] - here <= _APART or last_of[which] == here:
                return here
        return inside[-1][0]
    return inside[0][0]


def _starts(text: str, lowered: str, probe: str) -> list[int]:
    """Return where words may start that start with some letters or are a number."""
    is_number = probe[0].isdigit()
    find, joins_on = lowered.find, str.isdigit if is_number else str.isalpha
    place = find(probe)
    length = len(probe)
    found = []
    for _ in range(_MAX_PROBES):
        if place < 0:
            break
        if not (place and joins_on(text[place - 1])):
            found.append(place)
        place = find(probe, place + length)
    if is_number:
        return [at for at in found if not text[at + length : at + length + 1].isdigit()]
    return found


def _families(words: Sequence[str]) -> list[tuple[str, dict[str, int], list[int]]]:
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


def _probes(stem: str) -> tuple[str, ...]:
    """Return the starts of a stem that stand in every word with that stem, as far as endings go."""
    stem = stem.rstrip(KEPT)
    if stem[:1].isdigit():
        return (stem,)
    if len(stem) > _MIN_PROBE:
        return (stem[: max(_MIN_PROBE, len(stem) - 1)],)
    if stem.endswith("ie"):
        return stem, f"{stem[:-2]}ying"  # of dying comes die
    if stem.endswith("y"):
        return stem, f"{stem[:-1]}ies"  # of skies comes sky
    if stem.endswith("e"):
        return stem, f"{stem[:-1]}ing"  # of filing comes file, of using use
    return (stem.removesuffix("i") or stem,)  # of duty comes duti, of fly fli
