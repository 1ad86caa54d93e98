"""Who may see which document: the order of labels decides, whatever is unlisted is for nobody."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.clearance.ranks import is_hidden, rank_of, restriction

LABELS = ("LES", "Secret", "TOP SECRET")
LISTS = st.lists(st.text("ABCDEFGH", min_size=1, max_size=4), min_size=1, max_size=5, unique=True)


@pytest.mark.parametrize(
    ("label", "rank"),
    [
        (None, 0),
        ("", 0),
        (" \t", 0),
        ("LES", 1),
        ("les", 1),
        (" Les ", 1),
        ("Secret", 2),
        ("top  secret", 3),
        ("L.E.S", None),
        ("confidential", None),
        ("LES, Secret", None),
    ],
)
def test_a_label_has_its_place_in_the_list(label: str | None, rank: int | None) -> None:
    assert rank_of(label, LABELS) == rank
    assert restriction(label, LABELS) == (math.inf if rank is None else rank)


@given(LISTS)
def test_ranks_rise_in_the_order_of_the_list(labels: list[str]) -> None:
    assert [rank_of(label, labels) for label in labels] == [*range(1, len(labels) + 1)]
    for label in labels:
        assert rank_of(label.lower(), labels) == rank_of(label, labels)


@given(LISTS, st.none() | st.text(max_size=5))
def test_a_caller_sees_what_is_no_more_restricted_than_his_clearance(
    labels: list[str], label: str | None
) -> None:
    rank = rank_of(label, labels)
    seen_by = [clearance for clearance in range(len(labels) + 1) if not is_hidden(rank, clearance)]
    if rank is None:
        assert seen_by == []
    else:
        assert seen_by == [*range(rank, len(labels) + 1)]


@given(LISTS, st.lists(st.none() | st.text(max_size=5), min_size=1, max_size=5))
def test_the_strictest_of_several_labels_hides_from_all_whom_one_of_them_hides_it(
    labels: list[str], several: list[str | None]
) -> None:
    strictest = max(several, key=lambda label: restriction(label, labels))
    for clearance in range(len(labels) + 1):
        hidden = any(is_hidden(rank_of(label, labels), clearance) for label in several)
        assert is_hidden(rank_of(strictest, labels), clearance) is hidden
