from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.query.title_order import order_share

STOP_WORDS = frozenset({"and", "of", "the"})
WORDS = st.lists(st.sampled_from(["juvenile", "escort", "and", "shelter", "roster", "jury", "es"]))


@pytest.mark.parametrize(
    ("title", "typed", "share"),
    [
        ("Juvenile Escort and Shelter Roster", ["juv", "esc"], 1.5),  # side by side
        ("Juvenile Escort and Shelter Roster", ["esc", "she"], 1.5),  # but for a stop word
        ("Juvenile Escort and Shelter Roster", ["juv", "ros"], 1.0),
        ("Juvenile Escort and Shelter Roster", ["esc", "juv"], 0.0),
        ("Juvenile Escort", ["juv", "juv"], 0.0),  # a word counts once
        ("Form 11-2", ["for", "11", "2"], 1.5),
        ("", ["juv"], 0.0),
    ],
)
def test_the_order_of_what_was_typed(title: str, typed: list[str], share: float) -> None:
    assert order_share(title, typed, STOP_WORDS) == share


@given(WORDS, st.lists(st.sampled_from(["j", "juv", "es", "s", "r", "a"]), min_size=1, max_size=3))
def test_a_title_counts_where_some_choice_of_its_words_keeps_the_order(
    words: list[str], typed: list[str]
) -> None:
    kept = [word for word in words if word not in STOP_WORDS or word.startswith(tuple(typed))]
    holds = any(
        all(word.startswith(begun) for word, begun in zip(chosen, typed, strict=True))
        for chosen in combinations(kept, len(typed))
    )
    side_by_side = any(
        all(word.startswith(begun) for word, begun in zip(kept[at:], typed, strict=False))
        for at in range(len(kept) - len(typed) + 1)
    )
    share = order_share(" ".join(words), typed, STOP_WORDS)
    assert (share > 0) == holds
    assert (share > 1) == side_by_side
