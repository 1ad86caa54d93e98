"""What is worked out once, and kept within bounds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from droindex.lazy import Bounded, Memo


@given(st.lists(st.text(max_size=3)), st.integers(1, 5))
def test_a_memo_tells_what_is_worked_out_and_never_keeps_more_than_it_may(
    words: list[str], most: int
) -> None:
    worked_out: list[str] = []

    def length(word: str) -> int:
        worked_out.append(word)
        return len(word)

    memo = Memo(length, most=most)
    for word in words:
        assert memo[word] == len(word)
        assert len(memo) <= most
    if len(set(words)) <= most:
        assert sorted(worked_out) == sorted(set(words))


def test_a_full_dict_starts_anew() -> None:
    kept: Bounded[str, int] = Bounded(most=2)
    for place, word in enumerate("abc"):
        kept.keep(word, place)
    assert kept == {"c": 2}
