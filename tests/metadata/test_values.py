"""Dates, numbers and references, as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from bounds import LONGER, assert_linear, repeated
from hypothesis import given
from hypothesis import strategies as st

from droindex.metadata.dates import find_dates, leading_date, parse_date
from droindex.metadata.values import (
    is_number_like,
    is_web_address,
    normalise_number,
    number_keys,
    number_tokens,
    parse_reference,
    read_number,
)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2006-02-03", date(2006, 2, 3)),
        ("2006-02-03T10:15:00Z", date(2006, 2, 3)),
        ("20060203", date(2006, 2, 3)),
        ("Feb 03, 2006", date(2006, 2, 3)),
        ("February 3, 2006", date(2006, 2, 3)),
        ("3 February 2006", date(2006, 2, 3)),
        ("the 3rd day of February, 2006", date(2006, 2, 3)),
        ("Friday, February 3, 2006", date(2006, 2, 3)),
        ("03/02/2006", date(2006, 3, 2)),
        ("01/01/16", date(2016, 1, 1)),
        ("08-18-00", date(2000, 8, 18)),
        ("6/4/91", date(1991, 6, 4)),
        ("MAY 18 2015", date(2015, 5, 18)),
        ("OCT 2 7 2018", date(2018, 10, 27)),
        ("26 Apr 13", date(2013, 4, 26)),
        ("Sept. 29, 2008", date(2008, 9, 29)),
        ("  Sep\u00a029, 2008 ", date(2008, 9, 29)),
        ("9999-12-31", date(9999, 12, 31)),
    ],
)
def test_a_date_is_read(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        *("", "2006", "June 2017", "See 29, 2008", "Feb 30, 2006", "25/12/2016", "2006-13-01"),
        *("0/12/2001", "issued 2006-02-03", "2006-02-03 and later", "1.2.3", "11-4.1", "99/99/99"),
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None


def test_dates_are_found_inside_running_text_with_their_place() -> None:
    text = "D-52, issued 08/18/00, and September\n14, 2016. See CALEA 1.2.3 and 5/11-212."
    found = find_dates(text)
    assert [day for _, _, day in found] == [date(2000, 8, 18), date(2016, 9, 14)]
    assert text[found[0][0] : found[0][1]] == "08/18/00"


def test_a_leading_date_says_where_it_ends() -> None:
    text = " May 5, 2020 Revision Date:"
    lead = leading_date(text)
    assert lead is not None
    assert text[: lead[0]].strip() == "May 5, 2020"
    assert lead[1] == date(2020, 5, 5)
    assert leading_date("none") is None


@pytest.mark.parametrize(
    ("text", "number", "issued", "title"),
    [
        (
            "Jan 22, 2004 \u2014 Case Load Priority with Fugitive Operations",
            None,
            date(2004, 1, 22),
            "Case Load Priority with Fugitive Operations",
        ),
        ("Jun 09, 2006 Monthly Priorities", None, date(2006, 6, 9), "Monthly Priorities"),
        ("10074.1", "10074.1", None, None),
        ("BOD 16-01", "BOD 16-01", None, None),
        ("Interim Policy No. 10074.1", "10074.1", None, None),
        ("Policy Number 10074.2: Detainers", "10074.2", None, "Detainers"),
        ("D-52, issued 01/01/16", "D-52", date(2016, 1, 1), None),
        ("ROC-1 Add. 4", "ROC-1 Add. 4", None, None),
        (
            "BOD 16-01, Securing High Value Assets (June 9, 2016)",
            "BOD 16-01",
            date(2016, 6, 9),
            "Securing High Value Assets",
        ),
        ("enforcement/escort-deviation", None, None, None),
        ("policies/11-4.1", None, None, None),
        ("11-4.1.pdf", None, None, None),
        ("2008 Performance Based Standards", None, None, None),
        ("the 1,000 Arrests Annual Goal", None, None, None),
    ],
)
def test_a_reference_is_taken_apart(
    text: str, number: str | None, issued: date | None, title: str | None
) -> None:
    reference = parse_reference(text)
    assert (reference.number, reference.issued, reference.title) == (number, issued, title)
    assert reference.text == text
    assert reference.doc_id is None


def test_numbers_are_compared_without_case_blanks_and_kinds_of_hyphen() -> None:
    keys = {normalise_number(text) for text in ("BOD-16-01", "bod 16\u201301", "BOD  16-01")}
    assert keys == {"bod16-01"}
    assert normalise_number("No. 10074.1") == normalise_number("Policy Number 10074.1")
    assert normalise_number("Version 1.25") == normalise_number("v1.25")


def test_numbers_that_differ_only_in_where_the_hyphen_stands_are_not_the_same() -> None:
    assert normalise_number("11-4") != normalise_number("1-14")


def test_a_number_is_also_known_without_its_series() -> None:
    assert number_keys("BOD 16-01") == ("bod16-01", "16-01")
    assert number_keys("10074.1") == ("10074.1",)
    assert number_keys("Policy") == ()


def test_number_like_texts() -> None:
    for text in ("10074.2", "11-4.1", "OPER.11", "CJCSI 3520.01C", "OPS-69/18-065", "<2016-02>"):
        assert is_number_like(text), text
    for text in ("", "Subject", "May 5, 2020", "Detention Standards", "a 5 day rule"):
        assert not is_number_like(text), text
    assert read_number("General Order No. D-52") == "D-52"
    assert read_number("Detention") is None


def test_number_tokens_leave_out_dates() -> None:
    text = "This cancels CJCSI 3520.01B and 10074.1 of June 5, 2001, with 7 annexes."
    assert number_tokens(text) == ["CJCSI 3520.01B", "10074.1"]


@given(st.text(max_size=300))
def test_no_text_makes_the_readers_raise(text: str) -> None:
    parse_date(text)
    leading_date(text)
    find_dates(text)
    parse_reference(text)
    normalise_number(text)
    number_keys(text)
    number_tokens(text)


@given(st.dates(min_value=date(1969, 1, 1), max_value=date(2068, 12, 31)))
def test_every_day_is_read_back_in_every_form(day: date) -> None:
    for form in ("%Y-%m-%d", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%m/%d/%Y", "%m/%d/%y"):
        written = day.strftime(form)
        assert parse_date(written) == day
        assert [found for _, _, found in find_dates(f"on {written} it")] == [day]


@pytest.mark.parametrize("piece", [" ", "1", "a", "1/", "Jan ", "A-1 ", "- ", "1,", "(", "of "])
def test_the_work_grows_with_the_text_alone(piece: str) -> None:
    def read(text: str) -> None:
        for reader in (parse_date, find_dates, parse_reference, number_tokens, normalise_number):
            reader(text)

    short, long = (repeated(piece, size) for size in (25_000, LONGER * 25_000))
    assert_linear(lambda: read(short), lambda: read(long))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://example.org/policies/7-2.pdf?v=1#page=3", True),
        ("HTTP://example.org", True),
        ("http://[::1]:8080/a", True),
        ("https://müller.example/größe", True),
        ("javascript:alert(1)", False),
        ("ftp://example.org/a", False),
        ("file:///etc/passwd", False),
        ("//example.org/a", False),
        ("www.example.org", False),
        ("https:///a", False),
        ("https://example.org/a b", False),
        ('https://example.org/"onmouseover=x', False),
        ("https://example.org\\@evil.example", False),
        ("https://example.org:port/", False),
        ("http://[bad/", False),
        ("https://example.org/\u202ea", False),
        (f"https://example.org/{'a' * 2_000}", False),
        ("", False),
    ],
)
def test_an_address_begins_with_http_and_names_a_host(text: str, *, is_one: bool) -> None:
    assert is_web_address(text) == is_one


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_not(text: str) -> None:
    if is_web_address(text):
        assert text.lower().startswith(("http://", "https://"))
