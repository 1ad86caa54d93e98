from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from droindex import Document, DocumentNotFoundError, Index, LimitError, Page, QueryError
from droindex.extract.blocks.layout import with_layouts

PROSE = "Nothing of note stands in this sentence, which is here to make the page a page of prose."


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    manual = [
        f"13.1 Keys\nThe yard has a gate. {PROSE}",
        f"13.2 Gates\nA gate is locked at night by the guard of the yard. {PROSE}",
        f"{PROSE}\n13.3 Guards\nThe guard of the gate has a radio.",
        PROSE,
    ]
    memo = ["Gates\nEvery gate is painted."]
    documents = [
        Document(doc_id=doc_id, title=title, status=status).with_pages(
            with_layouts([Page(n, text, label=f"B-{n}") for n, text in enumerate(pages, 1)])
        )
        for doc_id, title, status, pages in (
            ("manual", "Yard Manual", "Current", manual),
            ("memo", "Paint", "Archived", memo),
        )
    ]
    Index.update(tmp_path / "a.idx", documents)
    with Index.open(tmp_path / "a.idx") as opened:
        yield opened


def test_every_page_of_a_document_that_holds_something_is_listed(index: Index) -> None:
    found = index.passages("gate guard", "manual")
    assert {hit.page for hit in found} == {1, 2, 3}
    assert [hit.rank for hit in found] == [1, 2, 3]
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert found[-1].page == 1  # it has no guard
    assert {hit.snippet.page_label for hit in found} == {"B-1", "B-2", "B-3"}
    sections = {hit.page: hit.snippet.section for hit in found}
    assert sections == {1: "13.1 Keys", 2: "13.2 Gates", 3: "13.3 Guards"}


def test_a_document_answers_in_whatever_scope_it_stands(index: Index) -> None:
    assert [hit.doc_id for hit in index.passages("gate", "memo")] == ["memo"]


def test_across_documents_the_scope_counts(index: Index) -> None:
    assert {hit.doc_id for hit in index.passages("gate")} == {"manual"}
    found = index.passages("gate", scope="all")
    assert {hit.doc_id for hit in found} == {"manual", "memo"}
    assert len(index.passages("gate", scope="all", limit=2)) == 2
    assert index.passages("gate", scope="all", filters={"doc_id": "memo"})[0].doc_id == "memo"


def test_one_word_is_enough(index: Index) -> None:
    assert {hit.page for hit in index.passages("radio", "manual")} == {3}
    assert index.passages("zebra", "manual") == []


def test_the_json_shape_has_the_snippet_with_its_section(index: Index) -> None:
    shape = index.passages("radio", "manual")[0].to_dict()
    assert list(shape) == ["rank", "doc_id", "title", "score", "snippet"]
    assert shape["snippet"]["section"] == "13.3 Guards"


def test_what_cannot_be_listed_is_an_error(index: Index) -> None:
    with pytest.raises(DocumentNotFoundError):
        index.passages("gate", "nowhere")
    with pytest.raises(LimitError):
        index.passages("gate", limit=0)
    with pytest.raises(QueryError):
        index.passages("gate", scope="everywhere")
