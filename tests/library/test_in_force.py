"""What was in force on a day, as a filter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from support import document, opened

from droindex import Index, QueryError, Reference


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    old = (Reference("old", doc_id="old"),)
    documents = [
        document("escort", doc_id="old", issued=date(2004, 1, 22), status="Superseded"),
        document("escort", doc_id="new", issued=date(2006, 2, 3), supersedes=old),
        document("escort", doc_id="undated"),
        document("escort", doc_id="over", issued=date(2003, 3, 1), status="Rescinded"),
        document("escort", doc_id="term", issued=date(2005, 1, 1), expires=date(2005, 12, 31)),
        document("escort", doc_id="draft", issued=date(2003, 1, 1), status="Draft"),
    ]
    yield from opened(tmp_path_factory.mktemp("in-force"), documents)


def ids(index: Index, query: str = "escort", **options: object) -> set[str]:
    return {hit.doc_id for hit in index.search(query, **options)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2004-01-21", set()),
        ("2004-01-22", {"old"}),
        ("2005-06", {"old", "term"}),
        ("2005-12-31", {"old", "term"}),
        ("2006-02-02", {"old"}),
        ("2006-02-03", {"new"}),
        ("2006", {"old", "new"}),
    ],
)
def test_only_what_was_in_force_is_found_whatever_became_of_it(
    index: Index, day: str, expected: set[str]
) -> None:
    assert ids(index, in_force_on=day) == expected
    assert ids(index, f"escort inforce:{day}") == expected
    assert ids(index, filters={"inforce": day}, scope="all") == expected


def test_a_date_serves_as_well_as_a_text(index: Index) -> None:
    assert ids(index, in_force_on=date(2004, 6, 1)) == {"old"}


def test_what_may_have_been_in_force_is_counted_in_a_note_and_listed_on_request(
    index: Index,
) -> None:
    found = index.search("escort", in_force_on="2004-06-01")
    (note,) = found.notes
    assert note == (
        "2 documents that match may have been in force on 2004-06-01: that is not known, and left "
        "out. Ask for what is not known as well to see them."
    )
    assert found.in_force_on == "2004-06-01"
    everything = index.search("escort", in_force_on="2004-06-01", in_force_unknown=True)
    assert {hit.doc_id for hit in everything} == {"old", "undated", "over"}
    assert everything.notes == ()
    assert ids(index, "escort inforce:unknown", scope="all") == {"undated", "over"}
    assert ids(index, "escort (inforce:2004-06-01 OR inforce:unknown)", scope="all") == {
        *("old", "undated", "over"),
    }


def test_a_range_means_some_day_of_it(index: Index) -> None:
    assert ids(index, "escort inforce:2006-02-03..2007") == {"new"}
    assert ids(index, "escort inforce:<2004-01-23") == {"old"}
    assert ids(index, "escort inforce:>=2006") == {"old", "new"}
    assert ids(index, "escort -inforce:2005-06-01", scope="all") == {
        *("new", "undated", "over", "draft"),
    }


@pytest.mark.parametrize("day", ["yesterday", "2005-02-30", "2005-13", "", ".."])
def test_a_day_that_is_none_is_refused(index: Index, day: str) -> None:
    with pytest.raises(QueryError) as error:
        index.search("escort", in_force_on=day)
    assert error.value.slug == "bad-date"


def test_a_day_that_is_none_in_a_query_is_a_note(index: Index) -> None:
    found = index.search("escort inforce:yesterday")
    assert "'yesterday' is not a date" in found.notes[0]
    assert found.total > 0
