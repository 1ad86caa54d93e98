from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import document

from droindex import Document, Index

Library = Callable[..., Path]
MISSED = "{} documents that match have {} and are left out."

RECORDS: list[dict[str, object]] = [
    *({"doc_id": f"issued-{year}", "issued": date(year, 1, 2)} for year in range(2000, 2005)),
    {"doc_id": "effective", "effective": date(2003, 5, 1)},
    {"doc_id": "revised", "revised": date(2003, 6, 1)},
    {"doc_id": "both", "issued": date(2001, 3, 4), "revised": date(2003, 6, 1)},
    {"doc_id": "undated"},
    {"doc_id": "figures", "issued_text": "03/02/2003"},  # nothing says which is the day
    {"doc_id": "archived", "status": "Archived"},
    {"doc_id": "other", "body": "nothing that anybody asks for"},
]


@pytest.fixture
def index(library: Library) -> Iterator[Index]:
    with Index.open(library([{"body": "escort policy", **record} for record in RECORDS])) as index:
        yield index


def ids(index: Index, query: str, **values: object) -> list[str]:
    return sorted(hit.doc_id for hit in index.search(query, limit=50, **values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("escort date:2003", {}),
        ("escort year:2003", {}),
        ("escort", {"filters": {"date": "2003"}}),
        ("escort", {"filters": {"year": 2003}}),
        ("escort", {"since": "2003", "until": date(2003, 12, 31)}),
    ],
)
def test_a_date_of_no_kind_is_the_best_date_of_each_document(
    index: Index, query: str, values: dict[str, object]
) -> None:
    assert ids(index, query, **values) == ["effective", "issued-2003", "revised"]
    assert index.search(query, **values).notes == (MISSED.format(2, "no date"),)  # type: ignore[arg-type]


def test_the_years_of_a_facet_are_those_of_the_best_dates(index: Index) -> None:
    found = index.search("escort", facets=("year",)).facets["year"]
    assert {item.value: item.count for item in found}["2003"] == 3


def test_who_asks_for_a_kind_of_date_gets_that_kind_and_hears_of_others(index: Index) -> None:
    assert ids(index, "escort", issued_from="2003", issued_to="2003") == ["issued-2003"]
    (note,) = index.search("escort issued:2003").notes
    assert note == (
        f"{MISSED.format(4, 'no date of issue')} 2 of them have a date of another kind: ask with "
        "date: to go by it."
    )
    (note,) = index.search("escort issued:2003 expires:2030").notes[-1:]
    assert note == MISSED.format(5, "no date of issue or no date of expiry")


def test_one_document_is_told_as_one(index: Index) -> None:
    (note,) = index.search("nothing date:2003..").notes
    assert note == "1 document that matches has no date and is left out."


@pytest.mark.parametrize(
    "query",
    [
        "escort",
        "escort -date:2003",  # nobody is left out for want of a date
        "escort -(date:2003 year:2004)",
        "escort number:2003",
        "escort AND (policy OR date:2003)",  # all that have no date hold the other
        "issued-2003 http://example.org/2003",
    ],
)
def test_where_no_date_leaves_nothing_out_nothing_is_said(index: Index, query: str) -> None:
    assert not [note for note in index.search(query).notes if "left out" in note]


def test_the_count_goes_with_the_scope(index: Index) -> None:
    (note,) = index.search("escort date:2003", scope="all").notes
    assert note == MISSED.format(3, "no date")
    (*_, note) = index.search("escort date:2003", scope="archived").notes
    assert note == "1 document that matches has no date and is left out."


def test_a_list_without_hits_says_so_too(index: Index) -> None:
    results = index.search("escort date:1980")
    assert (results.total, results.notes[-1]) == (0, MISSED.format(2, "no date"))
    assert results.to_dict()["notes"][-1] == MISSED.format(2, "no date")


def test_each_clearance_counts_what_it_may_see(tmp_path: Path) -> None:
    path = tmp_path / "library.idx"
    documents = [document("escort", doc_id=f"open-{place}") for place in range(3)]
    documents += [document("escort", doc_id=f"les-{place}", label="LES") for place in range(4)]
    Index.update(path, documents=documents)
    with Index.open(path) as index:
        assert index.search("escort date:2003").notes[-1] == MISSED.format(3, "no date")
    with Index.open(path, clearance="LES") as index:
        assert index.search("escort date:2003").notes[-1] == MISSED.format(7, "no date")


# Whatever a query is built of: the count is that of the documents that would be found if a date
# that they lack were one that fits. The library has a document of each kind.

WORDS = ("escort", "removal", "detention")
YEARS = (2001, 2002)
DAYS = (None, *(date(year, 7, 1) for year in YEARS))
TEXTS = [" ".join(words) for size in (1, 2, 3) for words in combinations(WORDS, size)]
EACH_KIND = [
    document(text, doc_id=f"d{place}", issued=issued, effective=effective)
    for place, (text, issued, effective) in enumerate(product(TEXTS, DAYS, DAYS))
]


@pytest.fixture(scope="module")
def each_kind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    path = tmp_path_factory.mktemp("undated") / "library.idx"
    Index.update(path, documents=EACH_KIND)
    with Index.open(path) as index:
        yield index


LEAVES = st.sampled_from([f'"{word}"' for word in WORDS]) | st.builds(
    "{}:{}".format, st.sampled_from(["date", "issued", "effective", "year"]), st.sampled_from(YEARS)
)


def joined(parts: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    pair = st.tuples(st.sampled_from(["AND", "OR"]), parts, parts)
    return pair | st.tuples(st.just("NOT"), parts)


def written(tree: object) -> str:
    match tree:
        case ("NOT", part):
            return f"(NOT {written(part)})"
        case (word, one, other):
            return f"({written(one)} {word} {written(other)})"
    return str(tree)


def fits(tree: object, item: Document, *, is_let_in: bool, is_negated: bool = False) -> bool:
    """Whether a document fits; `is_let_in`: also where it lacks a date that would let it in."""
    match tree:
        case ("NOT", part):
            return not fits(part, item, is_let_in=is_let_in, is_negated=not is_negated)
        case (word, *parts):
            each = [fits(part, item, is_let_in=is_let_in, is_negated=is_negated) for part in parts]
            return all(each) if word == "AND" else any(each)
    name, _, year = str(tree).partition(":")
    if not year:
        return name.strip('"') in item.body
    best = item.best_date[0] if item.best_date else None
    day = best if name in {"date", "year"} else getattr(item, name)
    return is_let_in and not is_negated if day is None else day.year == int(year)


@settings(max_examples=200, deadline=None)
@given(tree=st.recursive(LEAVES, joined, max_leaves=6))
def test_the_count_is_of_those_that_a_date_would_let_in(each_kind: Index, tree: object) -> None:
    results = each_kind.search(written(tree), limit=100, snippets=False)
    found = {item.doc_id for item in EACH_KIND if fits(tree, item, is_let_in=False)}
    let_in = {item.doc_id for item in EACH_KIND if fits(tree, item, is_let_in=True)}
    if not found:
        return  # something else may be searched in its place
    assert {hit.doc_id for hit in results} == found
    counts = re.findall(r"^(\d+) documents? that match", "\n".join(results.notes), re.MULTILINE)
    assert counts == [str(len(let_in - found))] * (let_in != found)
