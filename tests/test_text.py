"""Texts and numbers that any face can show."""

from __future__ import annotations

import pytest

from droindex import text


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (2_500_000, "2 MB"), (3_210_000_000, "3.2 GB")],
)
def test_sizes_are_in_powers_of_a_thousand(number: int, shown: str) -> None:
    assert text.size(number) == shown


@pytest.mark.parametrize(
    ("number", "label", "shown"),
    [
        (None, None, ""),
        (3, None, "p. 3"),
        (3, "3", "p. 3"),
        (3, "iii", "p. iii (3)"),
        (1, "\x1b[2J", "p. \ufffd[2J (1)"),
    ],
)
def test_a_page_is_named_by_its_own_label(number: int, label: str, shown: str) -> None:
    assert text.page_name(number, label) == shown


@pytest.mark.parametrize(("number", "shown"), [(0, "0 pages"), (1, "1 page"), (2, "2 pages")])
def test_a_count_has_its_noun(number: int, shown: str) -> None:
    assert text.count(number, "page") == shown


@pytest.mark.parametrize(
    ("given", "shown"), [("short", "short"), ("four!", "four!"), ("a\nlonger", "a lon...")]
)
def test_what_is_shortened_says_so(given: str, shown: str) -> None:
    assert text.shortened(given, 5) == shown
