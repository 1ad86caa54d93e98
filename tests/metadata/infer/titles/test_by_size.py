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


def test_who_issued_it_is_no_title_where_a_neighbour_names_the_document() -> None:
    school = ("Hill Road School", 24.0)
    assert titles(school, ("Lost Property Policy", 18.0))[0] == "Lost Property Policy"
    assert titles(school, ("Lost Property", 18.0))[0] == "Hill Road School"  # nothing names a kind


def test_a_name_that_the_address_on_the_page_has_is_of_the_issuer() -> None:
    name, kind = ("Northern Larks", 30.0), ("Code of Conduct", 20.0)
    assert titles(name, kind)[0] == "Northern Larks"
    assert titles(name, kind, ("post@northernlarks.example", 9.0))[0] == "Code of Conduct"


def test_a_title_begins_with_its_kind_below_a_name_of_the_same_type() -> None:
    lines = ("Harbour Committee", "on Cold Storage", "Principles for the storage", "of fish")
    found = titles(*((line, 24.0) for line in lines))
    assert found[0] == "Principles for the storage of fish"


def test_the_kind_may_be_set_smaller_above_its_object() -> None:
    lines = (("Gebührenordnung", 16.0), ("für den", 16.0), ("Hafen", 16.0), ("Nordwall", 22.0))
    assert titles(*lines)[0] == "Gebührenordnung für den Hafen Nordwall"
    assert titles(("Policy Library", 16.0), ("Towing", 22.0))[0] == "Towing"


def test_initials_yield_to_the_line_that_they_stand_for() -> None:
    lines = (("Rules Of Warehouses", 20.0), ("ROW", 70.0))
    assert titles(*lines)[0] == "Rules Of Warehouses"
    assert titles(("Rules Of Warehouses", 20.0), ("KEYS", 70.0))[0] == "KEYS"
