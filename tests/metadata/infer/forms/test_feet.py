"""Dates that end the head or the foot of the pages."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.extract.protocol import Extraction, FileFacts
from droindex.metadata.infer.forms.feet import foot_dates
from droindex.model import FileStatus
from droindex.pages import Page

DAY = date(2019, 5, 16)


def told(*lines: str, pages: tuple[str, ...] = ()) -> dict[str, date]:
    """Return the day of each field that running lines tell."""
    numbered = tuple(Page(number, text) for number, text in enumerate(pages, start=1))
    facts = FileFacts(running_lines=lines)
    read = Extraction(FileStatus.OK, pages=numbered, facts=facts)
    return {name: day for name, day, _, _ in foot_dates(read)}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Rules of the Harbour - 16 May 2019", {"issued": DAY}),
        ("Keys of Gates | 16 May 2019 | 4", {"issued": DAY}),
        ("Règlement du port - mai 2019", {"issued": date(2019, 5, 1)}),
        ("G-12 (05/16/2019)", {"issued": DAY}),
        ("Changes are highlighted; rev. 3 (16 May 2019)", {"revised": DAY}),
        ("Harbour Rules updated (16 May 2019) Page 3", {"revised": DAY}),
        # of something else, or not set off
        ("Printed copy - 16 May 2019", {}),
        ("PDF generiert am (16.05.2019)", {}),
        ("Review due - 16 May 2019", {}),
        ("\u00a9 Harbour Office - 16 May 2019", {}),
        ("Rules of 16 May 2019", {}),
        ("From 6 May 2019 - 16 May 2019", {}),
        ("Rules - 16 May 2019 and later", {}),
        ("Rules of the Harbour", {}),
    ],
)
def test_a_foot_tells_a_day_that_is_set_off(line: str, expected: dict[str, date]) -> None:
    assert told(line) == expected


def test_feet_that_differ_tell_nothing() -> None:
    assert told("Keys - 16 May 2019", "Gates - 17 May 2019") == {}


def test_of_two_pages_the_lines_at_both_edges_count() -> None:
    foot = "Rules - 16 May 2019"
    body = "Keys\nGates\nRooms\nStairs\nDoors\n"
    assert told(pages=(f"{foot}\n{body}", f"{body}{foot}\n")) == {"issued": DAY}
    assert told(pages=(f"{foot}\n{body}", body)) == {}


@given(st.text(max_size=200))
def test_any_line_gives_days_with_their_text(line: str) -> None:
    read = Extraction(FileStatus.OK, facts=FileFacts(running_lines=(line,)))
    for name, day, written, sure in foot_dates(read):
        assert name in {"issued", "revised"}
        assert isinstance(day, date)
        assert written
        assert 0 < sure < 1
