"""The heaviest chain of pairs that keep their order in both of two lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Pair", "heaviest_chain"]


class Pair(NamedTuple):
    """Two things that belong together.

    Attributes:
        before: Place in the first list.
        after: Place in the second list.
        weight: How much is lost without it, above 0.
    """

    before: int
    after: int
    weight: float


def heaviest_chain(pairs: Iterable[Pair]) -> list[Pair]:
    """Return pairs that rise in both lists and together weigh the most, in their order.

    Source: M. L. Fredman, "On computing the length of longest increasing subsequences", 1975, with
    weights, over a tree of greatest sums (P. M. Fenwick, 1994): n log n steps for n pairs.

    Example:
        >>> heaviest_chain([Pair(0, 2, 1), Pair(1, 0, 5), Pair(2, 1, 5)])
        [Pair(before=1, after=0, weight=5), Pair(before=2, after=1, weight=5)]
    """
    # Of one place in the first list the later of the second comes first: so none follows another.
    ordered = sorted(pairs, key=lambda pair: (pair.before, -pair.after))
    size = max((pair.after for pair in ordered), default=0) + 2
    best: list[tuple[float, int]] = [(0.0, -1)] * size  # sum of weights, last pair of the chain
    links: list[int] = []
    for number, pair in enumerate(ordered):
        total, link = max_before(best, pair.after)
        links.append(link)
        keep_from(best, pair.after + 1, (total + pair.weight, number))
    at = max_before(best, size - 1)[1]
    chain: list[Pair] = []
    while at >= 0:
        chain.append(ordered[at])
        at = links[at]
    return chain[::-1]


def max_before(tree: list[tuple[float, int]], place: int) -> tuple[float, int]:
    """Return the greatest value kept for a place below this one."""
    found = (0.0, -1)
    while place > 0:
        found = max(found, tree[place])
        place &= place - 1
    return found


def keep_from(tree: list[tuple[float, int]], place: int, value: tuple[float, int]) -> None:
    """Keep a value for a place, from 1, where it is greater than what is there."""
    while place < len(tree):
        tree[place] = max(tree[place], value)
        place += place & -place
