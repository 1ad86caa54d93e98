"""Tables of versions and of amendments."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.metadata.infer.forms.tables import table_dates
from droindex.pages import Page

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = (
    "6 May 2018 0.9 First draft\n6 May 2019 1.0 Final version, approved\nby the Board\n"
    "1 July 2020 1.1 Keys of gates\n2 August 2021 1.2 New\n"
)


def told(text: str) -> dict[str, date]:
    """Return the days that a text tells."""
    return {name: day for name, day, _, _ in table_dates([Page(1, text)])}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"Keys\n9 Version Control\nDate Version Purpose\n{ROWS}",
            {"issued": date(2019, 5, 6), "revised": date(2021, 8, 2)},
        ),
        (
            "Document history\n1.0 May 2019 Berg First\n2.0 July 2021 Lind Second\n",
            {"issued": date(2019, 5, 1), "revised": date(2021, 7, 1)},
        ),
        (
            "Revision history\n1.0 6 May 2019\n1.9 6 May 2020\n1.10 6 May 2021\n",
            {"issued": date(2019, 5, 6), "revised": date(2021, 5, 6)},
        ),
        ("Revision history\n1.0 6 May 2019 Berg\n", {"issued": date(2019, 5, 6)}),
        ("Revision history\n0.3 6 May 2019 Berg\n", {}),  # a draft
        (
            "As amended by By-laws:\nNumber: Passed:\n# 7-20 May 6, 2020\n# 8-22 May 6, 2022\n",
            {"revised": date(2022, 5, 6)},
        ),
        (
            "Version control\n1.0 6 May 2019 Berg\nNext review 1.1 6 May 2022\n",
            {"issued": date(2019, 5, 6)},
        ),
        (  # no versions: the ends of the column, whatever year is misprinted between
            (
                "Revision History\nDate Description Author\n1/22/1996 Adopted Board\nAda Berg\n"
                "6/6/2102 Revised Board\n11/29/2007 Keys of gates Board\n"
            ),
            {"issued": date(1996, 1, 22), "revised": date(2007, 11, 29)},
        ),
        (
            "Change log\n6 May 2021 Gates\n6 May 2020 Keys\n6 May 2019 Rooms\n",
            {"revised": date(2021, 5, 6)},
        ),
        (
            "FOOTNOTE # MEMO # DATE SENT REVISIONS\n*1 8209 3-18-11 KEYS\n*2 37 07-29-14 GATES\n",
            {"revised": date(2014, 7, 29)},
        ),
        ("Document control\nIssued 6 May 2019\nReview date 6 May 2022\n", {}),
        ("Revision history\n6 May 2019 Keys\n6 May 2022 Next review\n", {}),
        ("Revision History .... 3\n6 May 2019 Keys\n6 May 2021 Gates\n", {}),  # of the contents
        ("Revision history\n6 May 2019 Keys\n1. Purpose\n6 May 2021 is a holiday\n", {}),
        (ROWS, {}),  # of no table
        ("", {}),
    ],
)
def test_a_table_tells_the_first_and_the_last_day(text: str, expected: dict[str, date]) -> None:
    assert told(text) == expected


def test_a_table_goes_on_over_the_next_pages() -> None:
    texts = ["Revision history\n1.0 6 May 2019 Keys\n", "1.1 6 May 2020 Gates\n", "Keys\n"]
    pages = [Page(number, text) for number, text in enumerate(texts, start=1)]
    expected = {"issued": date(2019, 5, 6), "revised": date(2020, 5, 6)}
    assert {name: day for name, day, _, _ in table_dates(pages)} == expected


@pytest.mark.parametrize(
    ("heading", "expected"),
    [("Revision history", {"revised": date(2021, 5, 6)}), ("Key log", {})],
)
def test_a_table_in_the_middle_of_a_paper_needs_a_heading_of_its_own(
    heading: str, expected: dict[str, date]
) -> None:
    rows = "6 May 2019 Keys\n6 May 2020 Gates\n"
    texts = [*["Keys"] * 4, f"{heading}\n{rows}", "6 May 2021 Rooms", *["Keys"] * 4]
    pages = [Page(number, text) for number, text in enumerate(texts, start=1)]
    assert {name: day for name, day, _, _ in table_dates(pages)} == expected


@pytest.mark.parametrize("cased", [str.lower, str.capitalize, str.title, str.upper])
@pytest.mark.parametrize(
    "heading",
    [
        *("revision history", "revision log", "change log", "record of changes"),
        *("amendment record", "änderungshistorie", "änderungsverzeichnis"),
        "footnote # date changes",
    ],
)
def test_in_the_middle_of_a_paper_a_heading_is_found_in_any_case(
    heading: str, cased: Callable[[str], str]
) -> None:
    table = f"{cased(heading)}\n6 May 2019 Keys\n6 May 2020 Gates\n"
    texts = [*["Keys"] * 4, table, *["Keys"] * 4]
    pages = [Page(number, text) for number, text in enumerate(texts, start=1)]
    assert [(name, day) for name, day, _, _ in table_dates(pages)] == [
        ("revised", date(2020, 5, 6))
    ]


@given(st.text(max_size=300))
def test_any_text_gives_days_with_their_text(text: str) -> None:
    for name, day, written, sure in table_dates([Page(1, f"Version control\n{text}")]):
        assert name in {"issued", "revised"}
        assert isinstance(day, date)
        assert written
        assert 0 < sure < 1
