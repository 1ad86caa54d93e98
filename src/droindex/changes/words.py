"""Which words of a text stayed in another."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from droindex.changes.chains import Pair, heaviest_chain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = ["Block", "Run", "RunKind", "kept_words"]

# Pairs of words that difflib may compare, whose worst case grows with their square: 500 by 500
# words take 0.1 s at most. Longer ones are parted first by words that stand once in both.
_MAX_COMPARED = 250_000
_MAX_ISLAND = 4  # words between two changes that are read more easily as a part of them


class RunKind(StrEnum):
    """What became of some words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class Run(NamedTuple):
    """Words in a row of which the same became.

    Attributes:
        kind: What became of them.
        text: The words, with one blank between them.
        at: The place of the first of them among all words of the older text, from 0; None for
            words that were added.
        move: Where they moved: the number of the passage, the same where they went from and where
            they came to, from 1; None where they did not move.
    """

    kind: RunKind
    text: str
    at: int | None
    move: int | None = None


Block = tuple[int, int, int]  # place in the one list, in the other, and how many words are the same


def _no_edge(_block: Block) -> bool:
    return False


def kept_words(
    before: Sequence[str], after: Sequence[str], is_edge: Callable[[Block], bool] = _no_edge
) -> list[Block]:
    """Return the stretches of words that stayed: places in both lists and numbers, rising.

    Args:
        before: The words as they were.
        after: The words as they are.
        is_edge: Whether a stretch stays however small it is among what changed.

    Example:
        >>> kept_words("a b c d".split(), "a x c d".split())
        [(0, 0, 1), (2, 2, 2)]
    """
    kept = _joined(_kept(before, after))
    if len(kept) == 1 and kept[0][2] == len(before) == len(after):
        return kept
    return _without_islands(kept, before, after, is_edge)


def _kept(before: Sequence[str], after: Sequence[str]) -> Iterator[Block]:
    """Yield the stretches of words that stayed, rising; two may touch."""
    waiting: list[Block | tuple[int, int, int, int]] = [(0, len(before), 0, len(after))]
    while waiting:
        item = waiting.pop()
        if len(item) == 3:  # a block
            yield item
            continue
        first, end, other, other_end = item
        head = _match_length(before[first:end], after[other:other_end])
        tail = _match_length(
            before[first + head : end][::-1], after[other + head : other_end][::-1]
        )
        inner = (first + head, end - tail, other + head, other_end - tail)
        if tail:
            waiting.append((end - tail, other_end - tail, tail))
        if (end - first) * (other_end - other) <= _MAX_COMPARED:
            waiting += reversed(_compared(before, after, inner))
        else:
            waiting += reversed(_parted(before, after, inner))
        if head:
            yield first, other, head


def _match_length(before: Sequence[str], after: Sequence[str]) -> int:
    """Return how many words two lists begin with alike."""
    count = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        count += 1
    return count


def _compared(
    before: Sequence[str], after: Sequence[str], part: tuple[int, int, int, int]
) -> list[Block]:
    """Return what stayed of a part of both lists."""
    first, end, other, other_end = part
    matcher = SequenceMatcher(None, before[first:end], after[other:other_end], autojunk=False)
    blocks = matcher.get_matching_blocks()
    return [(first + at, other + place, size) for at, place, size in blocks if size]


def _parted(
    before: Sequence[str], after: Sequence[str], part: tuple[int, int, int, int]
) -> list[Block | tuple[int, int, int, int]]:
    """Return the words that stand once in each part, and the smaller parts between them."""
    first, end, other, other_end = part
    counts, places = Counter(before[first:end]), Counter(after[other:other_end])
    place_of = {word: at for at, word in enumerate(after[other:other_end], other)}
    anchors = heaviest_chain(
        Pair(at, place_of[word], 1.0)
        for at, word in enumerate(before[first:end], first)
        if counts[word] == places[word] == 1
    )
    found: list[Block | tuple[int, int, int, int]] = []
    for pair in anchors:
        found += [(first, pair.before, other, pair.after), (pair.before, pair.after, 1)]
        first, other = pair.before + 1, pair.after + 1
    if anchors:
        found.append((first, end, other, other_end))
    return found


def _joined(kept: Iterable[Block]) -> list[Block]:
    """Return stretches that stayed, those that touch in both lists as one."""
    found: list[Block] = []
    for first, other, size in kept:
        if found:
            start, start_other, before = found[-1]
            if (start + before, start_other + before) == (first, other):
                found[-1] = (start, start_other, before + size)
                continue
        found.append((first, other, size))
    return found


def _without_islands(
    kept: Sequence[Block],
    before: Sequence[str],
    after: Sequence[str],
    is_edge: Callable[[Block], bool],
) -> list[Block]:
    """Return stretches that stayed, without small ones among greater changes.

    They go where they have no more characters than what changed on either side of them, as in the
    semantic clean-up of N. Fraser's diff-match-patch.
    """
    found: list[Block] = []
    first = other = 0
    for number, (start, start_other, size) in enumerate(kept):
        following = kept[number + 1] if number + 1 < len(kept) else (len(before), len(after), 0)
        chars = _chars(before[start : start + size])
        left = max(_chars(before[first:start]), _chars(after[other:start_other]))
        right = max(
            _chars(before[start + size : following[0]]),
            _chars(after[start_other + size : following[1]]),
        )
        is_island = size <= _MAX_ISLAND and chars <= min(left, right)
        if is_island and not is_edge((start, start_other, size)):
            continue
        found.append((start, start_other, size))
        first, other = start + size, start_other + size
    return found


def _chars(words: Sequence[str]) -> int:
    return sum(map(len, words))
