"""Which lines make a title: one may be part of it, and the next may carry it on."""

from __future__ import annotations

import pytest

from droindex.metadata.infer.titles.lines import (
    ends_a_title,
    join_title,
    may_be_title,
    stops_title,
)
from droindex.metadata.infer.titles.wording import MAX_TITLE_CHARS
from droindex.metadata.keys import squash


@pytest.mark.parametrize(
    ("line", "may"),
    [
        ("Towing of Abandoned Vehicles", True),
        ("FOUND PROPERTY", True),
        ("Chapter 21: Legal Proceedings", True),
        ("11-4.1", False),
        ("Order 7-2", False),  # of this document
        ("March 3, 2019", False),
        ("Last Revised March 2019", False),
        ("Effective May 2019 to Present", False),
        ("The Fire of March 2019", True),
        ("HOUSE RULES 2024/2025", True),
        ("RULES 2024/17", False),
        ("Site de Bordeaux", False),
        ("Larks House is ISO 9001:2015 Certified", False),
        ("Order of 3/5/2019", False),
        ("EFFECTIVE NUMBER REVISED TOTAL PAGES", False),  # the heads of a form's columns
        ("Policy Revisions and Total Pages", True),
        ("Policy Section Standards", True),
        ("1.2 Definitions", False),
        ("Subject: Towing", False),  # that is a matter of labels
        ("180 High Street, Springfield, VA 22150", False),
        ("Directive", False),
        ("Archived Document", False),
        ("Our ref: IR-01-21", False),
        ("This order tells officers what they shall do with property that they find.", False),
    ],
)
def test_a_line_may_be_a_title_or_says_something_else(line: str, may: bool) -> None:  # noqa: FBT001 - a row
    assert may_be_title(line, "Order 7-2") is may


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["Rules for the", "Towing of Vehicles"], "Rules for the Towing of Vehicles"),
        (["Rules for towing", "and for impounding"], "Rules for towing and for impounding"),
        (["RULES FOR TOWING", "AND STORAGE"], "RULES FOR TOWING AND STORAGE"),
        (["Rules for towing", "Storage"], "Rules for towing"),  # it had room on the line above
        (["Rules for the", "Date: March 3, 2019"], "Rules for the"),
        (["RULES FOR TOWING", "11-4.1"], "RULES FOR TOWING"),
        (["RULES FOR TOWING", "MARCH 3, 2019"], "RULES FOR TOWING"),
        (["Rules for counter-", "terrorism units"], "Rules for counter-terrorism units"),
        (["Hafen- und", "Lagerordnung"], "Hafen- und Lagerordnung"),  # a hyphen that is suspended
        (
            ["RULES FOR", *["TOWING CARS"] * 9],
            "RULES FOR" + " TOWING CARS" * 4,
        ),  # five lines at most
    ],
)
def test_a_title_goes_on_where_it_breaks_off(lines: list[str], title: str) -> None:
    assert join_title(lines, 0, lines[0], {}) == title


def test_a_title_is_set_in_one_size() -> None:
    lines = ["RULES FOR TOWING", "AND STORAGE"]
    sizes = dict(zip(map(squash, lines), (16.0, 15.5), strict=True))
    assert join_title(lines, 0, lines[0], sizes) == "RULES FOR TOWING AND STORAGE"
    assert join_title(lines, 0, lines[0], {**sizes, squash(lines[1]): 11.0}) == "RULES FOR TOWING"


def test_what_is_as_long_as_a_paragraph_is_its_first_line() -> None:
    lines = ["RULES " * 12, "TOWING " * 12, "STORAGE " * 12, "VEHICLES " * 12]
    assert sum(map(len, lines)) > MAX_TITLE_CHARS
    assert join_title(lines, 0, lines[0].strip(), {}) == lines[0].strip()


def test_a_kind_or_an_office_may_end_the_title_above() -> None:
    above = "Standards for the Handling of Property by Officers of the"
    assert ends_a_title(above, "Police Department")
    assert not ends_a_title("Towing", "Directive")
    assert not ends_a_title("Standards for the Handling of Property by Officers", "Towing")
    assert not stops_title("Towing")
