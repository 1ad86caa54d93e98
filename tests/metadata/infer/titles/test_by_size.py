"""Titles by the size of their type, as the head of a document shows it."""

from __future__ import annotations

import pytest

from droindex.metadata.infer.head import Head
from droindex.metadata.infer.titles.by_size import titles_by_size

BODY = [(f"Line {number} of the text of the order.", 10.0) for number in range(30)]


def titles(*sized: tuple[str, float], number: str = "") -> list[str]:
    """Return the titles of a page that begins with lines of these sizes, before its text."""
    lines = tuple(line for line, _ in sized)
    head = Head(lines, 0, (*sized, *BODY), (), is_cover=False, body_size=10.0, pages=3)
    found = sorted(titles_by_size(head, number), key=lambda offer: -offer[1])
    return [title for title, _ in found]


@pytest.mark.parametrize("size", [11.5, 14.0, 30.0])
def test_the_largest_type_is_the_title(size: float) -> None:
    assert titles(("Police Department", 12.0), ("Towing of Vehicles", size))[0] == (
        "Towing of Vehicles"
    )


def test_lines_of_one_size_are_one_title_and_those_of_two_are_two() -> None:
    assert titles(("Towing of", 16.0), ("Vehicles", 16.0))[0] == "Towing of Vehicles"
    assert titles(("Towing of Cars", 16.0), ("And Storage", 12.0))[0] == "Towing of Cars"
    assert titles(("Counter-", 16.0), ("Terrorism Units", 16.0))[0] == "Counter-Terrorism Units"


def test_rules_and_numbers_between_do_not_count() -> None:
    assert titles(("7-2", 30.0), ("_____", 16.0), ("Towing", 16.0), number="7-2")[0] == "Towing"


def test_a_letter_has_no_title_behind_its_salutation() -> None:
    assert titles(("Dear Ms. Person,", 12.0), ("Towing of Vehicles", 20.0)) == []


def test_the_title_of_a_cover_is_what_its_version_is_of() -> None:
    found = titles(("Loaner Process", 16.0), ("VERSION 1.0.5", 9.0), ("EVALUATION PROGRAM", 18.0))
    assert found[0] == "Loaner Process"


def test_where_all_is_of_one_size_the_first_line_is_a_poor_guess() -> None:
    head = Head(("Towing of Vehicles",), 0, (("Towing of Vehicles", 10.0), *BODY), (), False, 10.0)
    [(title, sure)] = titles_by_size(head, "")
    assert title == "Towing of Vehicles"
    assert sure <= 0.5
