"""`Index`: a handle that travels, and the shelves of a library in its own order."""

from __future__ import annotations

import pickle
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from droindex import Document, Library, Page
from droindex.api.index import ShelfCount, _shelves
from droindex.corpus.config import Shelf

NAMES = st.text("abc", min_size=1, max_size=3)


@given(st.lists(NAMES, unique=True), st.dictionaries(NAMES, st.integers(1, 9)))
def test_shelves_that_are_described_come_first(names: list[str], counts: dict[str, int]) -> None:
    found = _shelves("category", [Shelf(name, f"about {name}") for name in names], counts)
    assert [shelf.name for shelf in found[: len(names)]] == names
    assert [shelf.name for shelf in found[len(names) :]] == sorted(counts.keys() - set(names))
    assert {shelf.name: shelf.count for shelf in found if shelf.count} == counts
    assert all(shelf.description == "" for shelf in found[len(names) :])


def test_a_shelf_as_json() -> None:
    assert ShelfCount("category", "Enforcement", "What binds.", 3).to_dict() == {
        "field": "category",
        "name": "Enforcement",
        "description": "What binds.",
        "count": 3,
    }


def test_another_process_opens_its_own_with_the_same_clearance(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.idx")
    pages = (Page(1, "A badge."),)
    library.update([Document(doc_id="hidden", label="LES", pages=pages)])
    with library.open(clearance="LES") as index, pickle.loads(pickle.dumps(index)) as other:
        assert (other.path, other.clearance, len(other)) == (index.path, "LES", 1)
        assert [hit.doc_id for hit in other.search("badge")] == ["hidden"]
