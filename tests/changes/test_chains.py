"""The heaviest chain, held against trying all of them."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from droindex.changes.chains import Pair, heaviest_chain

pairs = st.builds(Pair, st.integers(0, 6), st.integers(0, 6), st.integers(1, 9).map(float))


def rises(chain: tuple[Pair, ...] | list[Pair]) -> bool:
    return all(a.before < b.before and a.after < b.after for a, b in pairwise(chain))


@given(st.lists(pairs, max_size=8))
def test_no_chain_that_rises_weighs_more(drawn: list[Pair]) -> None:
    found = heaviest_chain(drawn)
    assert rises(found)
    best = max(
        sum(pair.weight for pair in chain)
        for size in range(len(drawn) + 1)
        for chain in combinations(sorted(drawn), size)
        if rises(chain)
    )
    assert sum(pair.weight for pair in found) == best
