"""What is asked of a search: values that are refused, and filters and dates as clauses."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import document

from droindex import Index, LimitError, QueryError, Settings
from droindex.engine.clauses import AnyOf, Bool, NoDocuments, Span
from droindex.engine.fields import QUERY_FIELDS, day_number
from droindex.library.reader import SetReader
from droindex.library.scopes import EVERYTHING
from droindex.query.compile.context import QueryContext
from droindex.query.compile.contribution import Contribution
from droindex.query.compile.field_filters import FilterCompiler, is_filter
from droindex.query.compile.filters import (
    day_span,
    field_filter,
    first_day,
    keyword_filter,
    last_day,
)
from droindex.query.language.parser import parse
from droindex.query.request import Request, check_request, hit_filters_of

TODAY = date(2020, 5, 17)
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SetReader]:
    path: Path = tmp_path_factory.mktemp("request") / "library.idx"
    Index.update(path, [document("escort", doc_id="one", opi="ADDRM", number="11-4.1")])
    with Index.open(path) as index, index._reader as opened:
        yield opened


@pytest.mark.parametrize(
    ("values", "error", "slug"),
    [
        ({"limit": 0}, LimitError, "limit-out-of-range"),
        ({"limit": 1001}, LimitError, "limit-out-of-range"),
        ({"offset": -1}, LimitError, "limit-out-of-range"),
        ({"offset": 100_001}, LimitError, "limit-out-of-range"),
        ({"sort": "newest"}, QueryError, "unknown-sort"),
        ({"scope": "some"}, QueryError, "unknown-scope"),
        ({"ranking": "best"}, QueryError, "unknown-ranking"),
        ({"facets": ("tilte",)}, QueryError, "unknown-field"),
    ],
)
def test_what_no_query_could_make_right_is_refused(
    values: dict[str, object], error: type[QueryError | LimitError], slug: str
) -> None:
    with pytest.raises(error) as caught:
        check_request(Request(today=TODAY, **values), Settings())  # type: ignore[arg-type]
    assert caught.value.slug == slug
    assert caught.value.hint


def test_an_empty_request_limits_nothing(reader: SetReader) -> None:
    check_request(Request(today=TODAY), Settings())
    assert hit_filters_of(reader, Request(today=TODAY)) == (EVERYTHING, (), TODAY)


def test_filters_and_dates_limit_in_the_order_in_which_they_are_given(reader: SetReader) -> None:
    filters = {"opi": "ADDRM", "doc_type": None, "doc_id": ["a", "b"]}
    request = Request(today=TODAY, filters=filters, issued_to="2004")  # type: ignore[arg-type]
    opi, doc_id, issued = hit_filters_of(reader, request).filters
    assert opi == field_filter(reader, "opi", "addrm")
    assert isinstance(doc_id, Bool)
    assert doc_id.should == (AnyOf("doc_id_key", ("a",)), AnyOf("doc_id_key", ("b",)))
    assert issued == Span("issued", None, day_number(date(2004, 12, 31)))


def test_a_filter_of_no_values_matches_nothing(reader: SetReader) -> None:
    assert keyword_filter(reader, "opi", []) == NoDocuments()
    with pytest.raises(QueryError, match="no filter 'body'"):
        keyword_filter(reader, "body", "escort")


def test_a_number_is_found_however_it_is_punctuated(reader: SetReader) -> None:
    found = field_filter(reader, "number", "11.4-1")
    assert isinstance(found, AnyOf)
    assert "11 4 1" in found.values


@given(DAYS)
def test_a_day_a_month_and_a_year_begin_and_end_where_the_calendar_says(day: date) -> None:
    length = calendar.monthrange(day.year, day.month)[1]
    month, year = f"{day:%Y-%m}", f"{day:%Y}"
    assert first_day("issued", day.isoformat()) == last_day("issued", f"{day}") == day_number(day)
    assert first_day("issued", month) == day_number(day.replace(day=1))
    assert last_day("issued", month) == day_number(day.replace(day=length))
    assert first_day("issued", year) == day_number(date(day.year, 1, 1))
    assert last_day("issued", year) == day_number(date(day.year, 12, 31))


@given(DAYS, DAYS)
def test_a_span_holds_both_its_ends_and_is_empty_the_wrong_way_round(one: date, two: date) -> None:
    low, high = min(one, two), max(one, two)
    assert day_span("issued", low, high) == Span("issued", day_number(low), day_number(high))
    if low < high:
        assert day_span("issued", high, low) == NoDocuments()


@pytest.mark.parametrize(
    "value", ["", "soon", "2004-13", "2004-00", "2004-02-30", "2004-05-00", "0000", "04", "-2004"]
)
def test_what_is_no_date(value: str) -> None:
    with pytest.raises(QueryError) as caught:
        first_day("issued", value)
    assert caught.value.slug == "bad-date"


def limit_of(reader: SetReader, text: str, *, strict: bool = False) -> Contribution:
    parsed = parse(text, fields=QUERY_FIELDS)
    context = QueryContext(
        parsed, reader, Settings(), strict=strict, corrections={}, is_half_typed=False
    )
    node = parsed.root.nodes[0]
    assert is_filter(node)
    return FilterCompiler(context).compiled(node)


def test_an_open_bound_leaves_out_the_whole_year_that_it_names(reader: SetReader) -> None:
    after, before = day_number(date(2005, 1, 1)), day_number(date(2003, 12, 31))
    assert limit_of(reader, "issued:>2004").clauses == (Span("issued", after, None),)
    assert limit_of(reader, "issued:<2004").clauses == (Span("issued", None, before),)


def test_a_value_that_is_none_is_a_note_or_an_error(reader: SetReader) -> None:
    found = limit_of(reader, "issued:soon")
    assert found.clauses == ()
    assert len(found.notes) == 1
    with pytest.raises(QueryError):
        limit_of(reader, "issued:soon", strict=True)
    assert not is_filter(parse("title:escort", fields=QUERY_FIELDS).root.nodes[0])


def test_who_asks_tells_the_day(library: Callable[..., Path]) -> None:
    path = library([{"doc_id": "a", "body": "escort", "expires": TODAY + timedelta(days=40_000)}])
    with Index.open(path) as index, index._reader as opened:
        before = hit_filters_of(opened, Request(today=TODAY))
        after = hit_filters_of(opened, Request(today=TODAY + timedelta(days=40_001)))
    assert before.scope == EVERYTHING
    assert after.scope != EVERYTHING
