"""The order of day and month in dates in figures: decided by what allows one reading only."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.metadata.dates import (
    date_readings,
    figures_in,
    find_dates,
    find_months,
    is_month,
    order_of,
    parse_date,
)
from droindex.model import DateOrder

DAY, MONTH = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("03/02/2006", MONTH, date(2006, 3, 2)),
        ("03/02/2006", DAY, date(2006, 2, 3)),
        ("03/02/2006", None, None),
        ("3-2-2006", DAY, date(2006, 2, 3)),
        ("3.2.06", DAY, date(2006, 2, 3)),
        ("25/12/2016", DAY, date(2016, 12, 25)),
        ("25/12/2016", None, date(2016, 12, 25)),
        ("25/12/2016", MONTH, None),
        ("12/25/2016", DAY, None),
        ("12/25/2016", None, date(2016, 12, 25)),
        ("07/07/2016", None, date(2016, 7, 7)),
        ("2006-03-02", DAY, date(2006, 3, 2)),
        ("3 February 2006", MONTH, date(2006, 2, 3)),
        ("31/31/2016", None, None),
    ],
)
def test_a_date_in_figures_is_read_in_the_order_given(
    text: str, order: DateOrder | None, day: date | None
) -> None:
    assert parse_date(text, order) == day


def test_a_date_that_may_be_two_days_has_two_readings() -> None:
    assert date_readings("03/02/2006") == (date(2006, 3, 2), date(2006, 2, 3))
    assert date_readings("25/12/2016") == (date(2016, 12, 25),)
    assert date_readings("soon") == ()


def test_dates_in_running_text_are_found_in_either_order() -> None:
    text = "Issued 25/12/2016, revised 12/26/2016."
    assert [day for _, _, day in find_dates(text)] == [date(2016, 12, 25), date(2016, 12, 26)]
    assert list(figures_in(text)) == ["25/12/2016", "12/26/2016"]


@given(
    st.lists(st.dates(date(1990, 1, 1), date(2030, 1, 1)), max_size=12),
    st.sampled_from([*DateOrder]),
)
def test_what_dates_decide_is_the_order_that_they_were_written_in(
    days: list[date], order: DateOrder
) -> None:
    form = "%d/%m/%Y" if order is DAY else "%m/%d/%Y"
    texts = [day.strftime(form) for day in days]
    decided = order_of(texts)
    assert decided in {order, None}
    if any(day.day > 12 for day in days):
        assert decided is order
        assert [parse_date(text, decided) for text in texts] == days
    # and what has one reading is right, whatever decides
    assert all(parse_date(text, None) in {day, None} for text, day in zip(texts, days, strict=True))


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(13, 27))
def test_dates_that_contradict_each_other_decide_nothing(day: date, later: int) -> None:
    one = day.replace(day=later)
    other = one + timedelta(days=1)
    assert order_of([one.strftime("%d/%m/%Y"), other.strftime("%m/%d/%Y")]) is None


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("October 2020", [date(2020, 10, 1)]),
        ("Policy of Oct. 2020, and more", [date(2020, 10, 1)]),
        ("octubre de 2020", [date(2020, 10, 1)]),
        ("OUTUBRO DE 2020", [date(2020, 10, 1)]),
        ("from March 2019 to May 2020", [date(2019, 3, 1), date(2020, 5, 1)]),
        ("3 October 2020", []),
        ("the 3rd of October 2020", []),
        ("3 de octubre de 2020", []),
        ("October 3, 2020", []),
        ("you may 2000 times", []),
        ("October 20201", []),
        ("October 1066", []),
    ],
)
def test_a_month_without_a_day_is_found_where_none_is_named(text: str, months: list[date]) -> None:
    assert [month for _, _, month in find_months(text)] == months


def test_the_whole_of_a_text_is_a_month() -> None:
    assert is_month("October 2020")
    assert is_month(" octubre de 2020 ")
    assert is_month("septembre 2020")
    assert not is_month("may 2020")  # "you may 2020 times"
    assert not is_month("October 3, 2020")
    assert not is_month("")


@pytest.mark.parametrize(
    "text",
    [
        "26 DE SETEMBRO DE 2019",
        "26 de setembro de 2019",
        "26 września 2019",
        "26º de setembro, 2019",
    ],
)
def test_portuguese_and_polish_months_are_known(text: str) -> None:
    assert [day for _, _, day in find_dates(f"z dnia {text} r.")] == [date(2019, 9, 26)]
