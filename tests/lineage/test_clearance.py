"""What is hidden leaves no trace in lines, times in force and lists of lines."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import document

from droindex import Document, Index, Reference

days = st.none() | st.integers(2000, 2008).map(lambda year: date(year, 1, 1))
papers = st.lists(
    st.tuples(days, st.lists(st.integers(0, 5), max_size=2), st.booleans()),
    min_size=2,
    max_size=6,
)


def seen(path: Path) -> object:
    """Return all that an open caller can learn of lines."""
    with Index.open(path) as index:
        shapes = [index.get(doc_id).to_dict() for doc_id in sorted(index)]
        lines = [index.lineage(doc_id).to_dict() for doc_id in sorted(index)]
        rows = [hit.to_dict() for hit in index.search("beds", group="lineage", scope="all")]
        dated = index.search("beds", in_force_on="2004-06-01", scope="all")
        return shapes, lines, rows, [hit.doc_id for hit in dated], dated.notes


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(papers)
def test_removing_a_labelled_document_changes_nothing_for_the_open_caller(
    tmp_path_factory: object, drawn: list[tuple[date | None, list[int], bool]]
) -> None:
    documents: list[Document] = [
        document(
            "beds",
            doc_id=f"d{at}",
            title=f"Beds of hall {at}" if at % 2 else "Beds of the hall",
            number="12-1",
            issued=issued,
            label="LES" if is_labelled else None,
            supersedes=tuple(Reference(f"d{old}") for old in replaced if old != at),
        )
        for at, (issued, replaced, is_labelled) in enumerate(drawn)
    ]
    folder: Path = tmp_path_factory.mktemp("clearance")  # type: ignore[attr-defined]  # pytest's
    Index.update(folder / "whole.idx", documents=documents)
    Index.update(folder / "open.idx", documents=[own for own in documents if own.label is None])
    assert seen(folder / "whole.idx") == seen(folder / "open.idx")
