"""Which paragraph of one text is which of another: in its place, or moved.

What stands once in both texts is sure (as in Bram Cohen's *patience* diff); what lies between is
looked at likewise, then by the words that it shares. What keeps its order stays, the rest moved.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from droindex.changes.chains import Pair, heaviest_chain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["pair_texts"]

_WORD = re.compile(r"\w+")
_MIN_LIKENESS = 0.5  # share of words in common of two versions of one paragraph in its place
_MIN_MOVED_LIKENESS = 0.6  # likewise of one that moved, of which its place says nothing
_MIN_MOVED_WORDS = 8  # of a paragraph that moved and changed; shorter ones are alike by chance
_MIN_EQUAL_WORDS = 3  # of one that moved as it is, and stands once in both texts
_MAX_SHARED = 12  # paragraphs with a word, beyond which it tells none of them from the others
_MAX_CANDIDATES = 4  # paragraphs compared with one, those first with the most rare words in common

Stretch = tuple[int, int, int, int]  # first and end of the one text, first and end of the other


def pair_texts(before: Sequence[str], after: Sequence[str]) -> tuple[list[Pair], list[Pair]]:
    """Return the pairs that keep their order, rising, and those that moved, by their new places.

    Args:
        before: The paragraphs of the older text.
        after: The paragraphs of the newer one.

    Example:
        >>> kept, moved = pair_texts(["a b", "c d e"], ["new", "a b", "c d f"])
        >>> [(pair.before, pair.after) for pair in kept]
        [(0, 1), (1, 2)]
    """
    bags = [_bag(text) for text in before], [_bag(text) for text in after]
    kept: list[Pair] = []
    waiting: list[Stretch] = [(0, len(before), 0, len(after))]
    while waiting:
        stretch = waiting.pop()
        same = _equal_edges(before, after, stretch)
        inner = _between(same, stretch)
        for part in inner:
            spans = range(*part[:2]), range(*part[2:])
            anchors = heaviest_chain(_unique(before, after, *spans))
            if anchors:
                kept += anchors
                waiting += _between(anchors, part)
            else:
                kept += heaviest_chain(_alike(*bags, *spans))
        kept += same
    kept.sort()
    return kept, _moved(before, after, bags, kept)


def _equal_edges(before: Sequence[str], after: Sequence[str], stretch: Stretch) -> list[Pair]:
    """Return the pairs of equal paragraphs that a stretch begins and ends with."""
    first, end, other, other_end = stretch
    pairs = []
    while first < end and other < other_end and before[first] == after[other]:
        pairs.append(Pair(first, other, 1.0))
        first, other = first + 1, other + 1
    while first < end and other < other_end and before[end - 1] == after[other_end - 1]:
        end, other_end = end - 1, other_end - 1
        pairs.append(Pair(end, other_end, 1.0))
    return sorted(pairs)


def _between(pairs: Iterable[Pair], stretch: Stretch) -> Iterator[Stretch]:
    """Yield the stretches of both texts between pairs that rise; those with both texts in them."""
    first, end, other, other_end = stretch
    for pair in pairs:
        if first < pair.before and other < pair.after:
            yield first, pair.before, other, pair.after
        first, other = pair.before + 1, pair.after + 1
    if first < end and other < other_end:
        yield first, end, other, other_end


def _unique(
    before: Sequence[str], after: Sequence[str], ours: Iterable[int], theirs: Iterable[int]
) -> Iterator[Pair]:
    """Yield the equal paragraphs that stand once in either list of places."""
    others = _places(after, theirs)
    for text, place in _places(before, ours).items():
        found = others.get(text, -1)
        if place >= 0 and found >= 0:
            yield Pair(place, found, float(len(text)))


def _places(texts: Sequence[str], places: Iterable[int]) -> dict[str, int]:
    """Return where each text stands; -1 for one that stands more than once."""
    found: dict[str, int] = {}
    for at in places:
        found[texts[at]] = -1 if texts[at] in found else at
    return found


def _long(bags: Sequence[Counter[str]], places: Iterable[int]) -> list[int]:
    """Return the places of paragraphs that are long enough to be known again elsewhere."""
    return [at for at in sorted(places) if bags[at].total() >= _MIN_MOVED_WORDS]


def _alike(
    before: Sequence[Counter[str]],
    after: Sequence[Counter[str]],
    ours: Iterable[int],
    theirs: Iterable[int],
) -> Iterator[Pair]:
    """Yield pairs of paragraphs that share enough words."""
    holders: dict[str, list[int]] = defaultdict(list)
    for at in theirs:
        for word in after[at]:
            holders[word].append(at)
    rare = {word: places for word, places in holders.items() if len(places) <= _MAX_SHARED}
    for at in ours:
        votes: Counter[int] = Counter()
        for word in before[at]:
            for place in rare.get(word, ()):
                votes[place] += 1
        for place, _ in votes.most_common(_MAX_CANDIDATES):
            likeness = _likeness(before[at], after[place])
            if likeness >= _MIN_LIKENESS:
                yield Pair(at, place, likeness * after[place].total())


def _moved(
    before: Sequence[str],
    after: Sequence[str],
    bags: tuple[list[Counter[str]], list[Counter[str]]],
    kept: Iterable[Pair],
) -> list[Pair]:
    """Return the pairs of long paragraphs that stand elsewhere, each once, the likest first."""
    ours, theirs = set(range(len(before))), set(range(len(after)))
    for pair in kept:
        ours.discard(pair.before)
        theirs.discard(pair.after)
    found = [
        (-_likeness(bags[0][pair.before], bags[1][pair.after]), pair)
        for pair in _alike(*bags, _long(bags[0], ours), _long(bags[1], theirs))
    ]
    found = [(rank, pair) for rank, pair in found if -rank >= _MIN_MOVED_LIKENESS]
    for pair in _unique(before, after, sorted(ours), sorted(theirs)):
        if bags[0][pair.before].total() >= _MIN_EQUAL_WORDS:
            found.append((-1.0, pair))
    moved = []
    for _, pair in sorted(found):
        if pair.before in ours and pair.after in theirs:
            ours.discard(pair.before)
            theirs.discard(pair.after)
            moved.append(pair)
    return sorted(moved, key=lambda pair: pair.after)


def _bag(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Return twice the words in common by all words, 0..1 (Dice)."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0
