"""The chain of editions."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from droindex.metadata.lineage import chain
from droindex.model import Document, Reference


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
