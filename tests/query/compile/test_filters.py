"""Values of filters: as they are, by a part of a long name, and what is near to a wrong one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import document, opened

from droindex import Index, QueryError

DOCUMENTS = (
    document("escort", doc_id="one", signatory="John P. Torres", doc_type="Directive"),
    document("escort", doc_id="two", signatory="Torres", doc_type="Guidance"),
    document("escort", doc_id="three", signatory="Anna María Núñez", doc_type="Directive"),
    document("escort", doc_id="four", category="Detention and Removal", doc_type="Manual"),
    document("escort", doc_id="five", opi="Enforcement (ADENF)", doc_type="Manual"),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    yield from opened(tmp_path_factory.mktemp("filters"), DOCUMENTS)


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("signatory", "Torres", {"two"}),  # as the facet counts it
        ("signatory", "john torres", {"one"}),
        ("signatory", "núñez", {"three"}),
        ("signatory", "Tor", set()),
        ("category", "Detention and Removal Management", {"four"}),
        ("category", "removal", {"four"}),
        ("doc_type", "Directives", set()),
        ("opi", "adenf", {"five"}),
        ("opi", "enforcement", {"five"}),
    ],
)
def test_a_value_that_nothing_has_stands_for_those_that_hold_its_words(
    index: Index, name: str, value: str, found: set[str]
) -> None:
    filtered = index.search("", filters={name: value}, scope="all")
    assert {hit.doc_id for hit in filtered} == found
    asked = index.search(f'{name}:"{value}"', scope="all")
    assert {hit.doc_id for hit in asked} == found


def test_a_value_finds_as_many_as_its_facet_counts(index: Index) -> None:
    facets = index.search("", scope="all", facets=("signatory", "doc_type", "opi")).facets
    for name, values in facets.items():
        for item in values:
            total = index.search("", scope="all", filters={name: item.value}).total
            assert total == item.count, (name, item)


@pytest.mark.parametrize(
    ("filters", "query", "note"),
    [
        (
            {"doc_type": "Directve"},
            "",
            "No document here has the doc_type “Directve”. Did you mean “Directive”?",
        ),
        (
            {"doc_type": ["Manuel", "Zebra"]},
            "",
            "No document here has the doc_type “Zebra”.",
        ),
        ({"opi": "ADNF"}, "", "No document here has the opi “ADNF”. Did you mean “ADENF”?"),
        (
            {},
            "doc_type:Guidence",
            'No document here fits doc_type:Guidence. Did you mean doc_type:"Guidance"?',
        ),
        (
            {},
            "signatory:Núñes",  # one word of a name
            'No document here fits signatory:Núñes. Did you mean signatory:"Anna María Núñez"?',
        ),
        ({}, "issued:1999", "No document here fits issued:1999."),
    ],
)
def test_a_wrong_value_is_told_and_one_that_is_near(
    index: Index, filters: dict[str, str], query: str, note: str
) -> None:
    results = index.search(query, filters=filters, scope="all")
    assert results.total == 0
    assert note in results.notes


@pytest.mark.parametrize(
    ("name", "near"),
    [("type", "doc_type"), ("Author", "signatory"), ("catgory", "category"), ("zzz", None)],
)
def test_a_wrong_field_is_told_one_only_where_it_is_near(
    index: Index, name: str, near: str | None
) -> None:
    with pytest.raises(QueryError) as caught:
        index.search("", filters={name: "x"})
    assert caught.value.hint is not None
    assert caught.value.hint.startswith(f"Did you mean {near!r}? Filters: " if near else "Filters:")


@given(value=st.text(max_size=12))
def test_any_text_is_a_value(index: Index, value: str) -> None:
    assert index.search("", filters={"category": value}).total <= len(DOCUMENTS)
