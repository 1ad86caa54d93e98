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


def test_a_line_that_ends_in_a_colon_opens_the_title_of_two_lines() -> None:
    lines = (("Keeping the keys:", 23.0), ("Answers and final rules", 23.0))
    assert titles(*lines)[0] == "Keeping the keys: Answers and final rules"
    assert "Distribution: All" not in titles(("Distribution:", 12.0), ("All", 10.0))


def test_an_issuer_of_several_lines_is_no_title() -> None:
    issuer = (("THE CORPORATION OF", 36.0), ("THE TOWN OF SEEDORF", 36.0))
    assert titles(*issuer, ("Noise By-law", 36.0))[0] == "Noise By-law"


def test_a_bank_is_an_issuer_and_capitals_may_have_a_plural() -> None:
    lines = (("KEYS OF CELLS", 16.0), ("FOR GUARDs / WATCHes OF GATES", 16.0))
    assert titles(*lines, ("STATE BANK OF SEEDORF", 17.0))[0] == (
        "KEYS OF CELLS FOR GUARDs / WATCHes OF GATES"
    )


def test_a_title_may_have_eight_lines() -> None:
    lines = tuple((f"KEYS OF THE {word} AND", 16.0) for word in ("GATE", "CELL", "DOOR", "ROOM"))
    assert titles(*lines, *lines)[0].count("KEYS") == len(lines) * 2
