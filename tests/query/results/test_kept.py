"""Results, hits and documents are values: equal, pickled, copied, and short to read."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from datetime import date

import pytest
from support import opened

from droindex import Document, Hit, Index, Page, QueryError, Reference, RelatedDocument, Results

DOCUMENTS = (
    Document(
        doc_id="one",
        title="Escort <ratios>",
        number="7-2",
        doc_type="Directive",
        status="Current",
        issued=date(2006, 2, 3),
        summary="Who escorts whom.",
        related=(Reference("Two", doc_id="two"),),
        sources={"title": "sidecar"},
        pages=(Page(1, "Preface.", label="i"), Page(2, "An escort has three officers.")),
    ),
    Document(
        doc_id="two",
        issued_text="See 29, 2008",
        status="Current",
        pages=(Page(1, "The escort writes a report on officers."),),
    ),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    yield from opened(tmp_path_factory.mktemp("kept"), DOCUMENTS)


def found(index: Index, how: str) -> Results:
    if how == "search":
        return index.search("escort offcers", facets=("doc_type",))
    return index.suggest("escort off") if how == "suggest" else index.search(snippets=False)


@pytest.mark.parametrize("how", ["search", "suggest", "list"])
def test_results_say_after_a_journey_what_they_said_before(index: Index, how: str) -> None:
    results = found(index, how)
    there = pickle.loads(pickle.dumps(results))
    beside = copy.deepcopy(results)
    for other in (there, beside, found(index, how)):
        assert other == results
        assert hash(other) == hash(results)
        assert {**other.to_dict(), "took_ms": 0} == {**results.to_dict(), "took_ms": 0}
        assert list(other) == list(results)
    assert beside[0].explain() == results[0].explain()


def test_a_pickled_hit_says_that_it_cannot_explain_itself(index: Index) -> None:
    hit: Hit = pickle.loads(pickle.dumps(index.search("escort")[0]))
    with pytest.raises(QueryError) as caught:
        hit.explain()
    assert caught.value.slug == "not-explained"


def test_what_differs_is_not_equal(index: Index) -> None:
    results = index.search("escort")
    assert results != index.search("officers")
    assert results != index.search("escort", limit=1)
    assert results != list(results)
    assert results[0] != results[1]
    assert results[0] != results[0].document
    assert results[0] == index.search("escort", limit=1)[0]


def test_a_copy_can_be_changed_alone(index: Index) -> None:
    results = index.search("escort", facets=("doc_type",))
    other = copy.deepcopy(results)
    other.facets["doc_type"].clear()  # type: ignore[attr-defined] # a list, in fact
    assert results.facets["doc_type"]


def test_documents_travel_and_may_be_kept_in_sets(index: Index) -> None:
    document = index.get("one")
    (related,) = index.related("one", limit=1)
    for value in (document, related):
        assert pickle.loads(pickle.dumps(value)) == value == copy.deepcopy(value)
        assert len({value, copy.deepcopy(value)}) == 1
    assert isinstance(related, RelatedDocument)


def test_values_are_short_to_read(index: Index) -> None:
    assert repr(index.get("one")) == "<Document 'one' 'Escort <ratios>', 2 pages>"
    assert repr(index.get("two")) == "<Document 'two', 1 page>"
    assert repr(index.related("one", limit=1)[0]) == "<RelatedDocument 'two'>"
    assert len(repr(Document(doc_id="long", title="x" * 500))) < 100


def test_rows_are_flat_and_have_the_same_keys(index: Index) -> None:
    rows = index.search("escort").to_dicts()
    assert [tuple(row) for row in rows] == [Results.columns] * 2
    assert json.loads(json.dumps(rows)) == rows
    by_id = {row["doc_id"]: row for row in rows}
    assert (by_id["one"]["issued"], by_id["one"]["page"]) == ("2006-02-03", 2)
    assert by_id["two"]["issued"] == "See 29, 2008"
    assert index.search("zeppelin").to_dicts() == []


def test_rows_become_tables(index: Index) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("polars")
    results = index.search("escort")
    assert results.to_pandas().shape == results.to_polars().shape == (2, len(Results.columns))


def test_a_list_as_one_types_is_light(index: Index) -> None:
    results = index.suggest("escort off")
    shape = results.to_brief()
    assert json.loads(json.dumps(shape)) == shape
    assert [hit["doc_id"] for hit in shape["hits"]] == [hit.doc_id for hit in results]
    assert shape["hits"][0].keys() == {
        "rank", "doc_id", "relevance", "title", "number", "doc_type", "status", "issued", "summary",
        "replaced_by",
    }  # fmt: skip
    assert shape["completions"] == ["escort officers"]
    assert "snippet" not in vars(results[0])  # it was not cut for this
    assert len(json.dumps(shape)) < len(json.dumps(results.to_dict())) / 3


def test_notebooks_show_results_and_documents(index: Index) -> None:
    page = index.search("escort")._repr_html_()
    assert "Escort &lt;ratios&gt;" in page
    assert "<mark>escort</mark>" in page
    assert 'aria-label="100%"' in page
    assert "p. 2" in page
    shown = index.get("one")._repr_html_()
    assert "<h4>Escort &lt;ratios&gt;</h4><p>Who escorts whom.</p>" in shown
    assert "2006-02-03" in shown
    assert ">Two<" in shown
    assert "superseded_by" not in shown  # it has none


def test_a_hit_is_cited_at_its_page(index: Index) -> None:
    results = index.search("escort officers three")
    assert results[0].cite() == "Escort <ratios>, Directive 7-2 (February 3, 2006), p. 2."
    assert results.cite().splitlines() == [hit.cite() for hit in results]
    assert results.cite(style="ris").count("ER  - ") == 2
    assert index.search(snippets=False)[1].cite(url="https://h/x").endswith(". https://h/x")
    with pytest.raises(QueryError):
        results.cite(style="apa")
