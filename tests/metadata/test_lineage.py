"""References completed to documents, and the chain of editions."""

from __future__ import annotations

from datetime import date

from bounds import assert_linear
from hypothesis import given
from hypothesis import strategies as st

from droindex.metadata.lineage import chain, resolve
from droindex.metadata.values import parse_reference
from droindex.model import Document, Reference


def _ids(document: Document) -> list[str | None]:
    return [reference.doc_id for reference in document.supersedes]


def _document(doc_id: str, supersedes: str = "", **fields: object) -> Document:
    references = (parse_reference(supersedes),) if supersedes else ()
    return Document(doc_id=doc_id, supersedes=references, **fields)  # type: ignore[arg-type]


def test_a_reference_is_completed_by_id_number_date_and_title() -> None:
    old = _document("old", number="10074.1", title="Detainers", issued=date(2012, 12, 21))
    for mention in (
        *("old", "old.pdf", "10074.1", "Interim Policy No. 10074.1", "Detainers"),
        "Dec 21, 2012 \u2014 Detainers",
    ):
        changed = resolve([old, _document("new", mention)])
        assert list(changed) == ["new"], mention
        assert _ids(changed["new"]) == ["old"], mention


def test_a_series_name_may_be_missing_but_not_another() -> None:
    documents = [_document("bod", number="BOD 16-01"), _document("ed", number="ED 16-01")]
    assert _ids(resolve([*documents, _document("new", "BOD-16-01")])["new"]) == ["bod"]
    assert resolve([*documents, _document("new", "16-01")]) == {}
    assert _ids(resolve([documents[0], _document("new", "16-01")])["new"]) == ["bod"]
    assert resolve([documents[0], _document("new", "ED 16-01")]) == {}


def test_a_date_that_contradicts_is_no_match() -> None:
    old = _document("old", number="D-52", issued=date(2016, 1, 1))
    changed = resolve([old, _document("new", "D-52, issued 01/01/16", number="D-52")])
    assert _ids(changed["new"]) == ["old"]
    assert resolve([old, _document("new", "D-52, issued 08/18/00", number="D-52")]) == {}


def test_equal_matches_stay_open_and_no_document_supersedes_itself() -> None:
    twins = [_document("a", title="Bed Space"), _document("b", title="Bed Space")]
    assert resolve([*twins, _document("new", "Bed Space")]) == {}
    assert resolve([_document("self", "7-1", number="7-1")]) == {}


def test_the_closest_title_of_the_very_day_is_taken_if_it_is_clear() -> None:
    day = date(2004, 1, 22)
    old = _document("old", title="Case Load Priority with Fugitive Operations Teams", issued=day)
    other = _document("other", title="Firearms Qualification", issued=day)
    mention = "Jan 22, 2004 \u2014 Case Load Priority with Fugitive Operations"
    assert _ids(resolve([old, other, _document("new", mention)])["new"]) == ["old"]
    assert resolve([other, _document("new", mention)]) == {}


def test_ids_that_are_already_there_are_left_alone() -> None:
    given_ = Document(doc_id="new", related=(Reference(text="7-1", doc_id="elsewhere"),))
    assert resolve([given_, _document("old", number="7-1")]) == {}


def test_many_documents_cost_no_more_than_their_number() -> None:
    day = date(2006, 2, 3)
    documents = [
        _document(f"d{i}", f"N-{i + 1}.1", number=f"N-{i}.1", title=f"Title {i}", issued=day)
        for i in range(8_000)
    ]
    assert_linear(lambda: resolve(documents[:2_000]), lambda: resolve(documents))
    assert len(resolve(documents)) == 7_999


def test_the_chain_runs_from_the_oldest_to_the_newest_whoever_states_it() -> None:
    documents = {
        "a": Document(doc_id="a", superseded_by=(Reference("b", doc_id="b"),)),
        "b": Document(doc_id="b"),
        "c": Document(doc_id="c", supersedes=(Reference("b", doc_id="b"),)),
        "x": Document(doc_id="x"),
    }
    for doc_id in "abc":
        assert chain(documents, doc_id) == ["a", "b", "c"]
    assert chain(documents, "x") == ["x"]
    assert chain(documents, "unknown") == []


def test_a_circle_and_unknown_ids_do_no_harm() -> None:
    documents = {
        "a": Document(doc_id="a", issued=date(2004, 1, 1), supersedes=(Reference("", "b"),)),
        "b": Document(doc_id="b", issued=date(2006, 1, 1), supersedes=(Reference("", "a"),)),
        "c": Document(doc_id="c", supersedes=(Reference("", "gone"), Reference("", "c"))),
    }
    assert chain(documents, "b") == ["a", "b"]
    assert chain(documents, "c") == ["c"]


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=20), st.integers(0, 8))
def test_any_graph_gives_each_relative_once(edges: list[tuple[int, int]], start: int) -> None:
    documents = {
        str(node): Document(
            doc_id=str(node),
            supersedes=tuple(Reference("", str(old)) for new, old in edges if new == node),
        )
        for node in range(9)
    }
    ordered = chain(documents, str(start))
    assert len(ordered) == len(set(ordered))
    assert str(start) in ordered
    assert chain(documents, str(start)) == ordered
