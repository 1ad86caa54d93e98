"""Dates of a head: which day is meant, in whatever way it is written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.extract.protocol import Extraction
from droindex.metadata.infer.dates import date_offers
from droindex.metadata.infer.head import read_head
from droindex.model import FileStatus
from droindex.pages import Page

DAY = date(2004, 5, 6)
DAYS = st.dates(date(1970, 1, 1), date(2068, 1, 1))
FORMS = st.sampled_from(["%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%Y-%m-%d"])


def bare(text: str) -> dict[str, date]:
    """Return the surest day of each field in a head without labels."""
    head = read_head(Extraction(FileStatus.OK, pages=(Page(1, text),)))
    offers = sorted(date_offers(head, ()), key=lambda offer: offer[3])
    return {name: day for name, day, _, _ in offers}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("May 6, 2004", {"issued": DAY}),
        ("(May 6, 2004)", {"issued": DAY}),
        ("(05-06-04)", {"issued": DAY}),
        ("05-06-04", {}),  # may be a number
        ("May 6, 2004 ~", {"issued": DAY}),  # a speck on a scan
        ("May 6, 2004 to", {}),
        ("HO/ITD-1/EXT_2/CIR/2004/60 May 6, 2004", {"issued": DAY}),
        ("6th of May\n2004", {"issued": DAY}),
        ("2004-05-06", {"issued": DAY}),
        ("DIRECTIVE 11-4.1, May 6, 2004", {"issued": DAY}),
        ("In effect from May 6, 2004", {"effective": DAY}),
        ("Effective as of May 6, 2004", {"effective": DAY}),
        ("Revised May 6, 2004", {}),
        ("Printed on May 6, 2004", {}),
        ("Expires May 6, 2014", {}),
        ("Act of May 6, 2004", {}),
        ("May 6, 2004 and May 7, 2004", {}),  # nobody knows which
        ("Escort of Detainees", {}),
    ],
)
def test_a_day_that_stands_alone(line: str, expected: dict[str, date]) -> None:
    assert bare(f"GENERAL ORDER\nEscort of Detainees\n{line}\n") == expected


@given(DAYS, FORMS)
def test_a_day_alone_on_a_line_is_that_of_issue_in_any_form(day: date, form: str) -> None:
    assert bare(f"GENERAL ORDER\n{day.strftime(form)}\nEscort of Detainees\n") == {"issued": day}


@given(st.text(max_size=200))
def test_any_head_gives_days_with_their_text(text: str) -> None:
    head = read_head(Extraction(FileStatus.OK, pages=(Page(1, text),)))
    for name, day, written, sure in date_offers(head, ()):
        assert name in {"issued", "effective"}
        assert isinstance(day, date)
        assert any(written in line for line in head.lines)
        assert 0 < sure < 1
