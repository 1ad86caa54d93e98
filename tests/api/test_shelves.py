"""The shelves of a library, in its own order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from droindex import FacetCount, ShelfCount
from droindex.api.shelves import shelf_counts
from droindex.corpus.config import CorpusConfig, Shelf

NAMES = st.text("abc", min_size=1, max_size=3)


@given(st.lists(NAMES, unique=True), st.dictionaries(NAMES, st.integers(1, 9)))
def test_shelves_that_are_described_come_first(names: list[str], counts: dict[str, int]) -> None:
    described = CorpusConfig(categories=tuple(Shelf(name, f"about {name}") for name in names))
    facets = {
        "category": [FacetCount(name, count) for name, count in counts.items()],
        "collection": [FacetCount("memos", 1)],
    }
    *found, last = shelf_counts(described, facets)
    assert last == ShelfCount("collection", "memos", "", 1, "Memos")
    assert [shelf.name for shelf in found[: len(names)]] == names
    assert [shelf.name for shelf in found[len(names) :]] == sorted(counts.keys() - set(names))
    assert {shelf.name: shelf.count for shelf in found if shelf.count} == counts
    assert all(shelf.description == "" for shelf in found[len(names) :])


def test_a_shelf_as_json() -> None:
    assert ShelfCount("category", "ENF", "What binds.", 3, "Enforcement").to_dict() == {
        "field": "category",
        "name": "ENF",
        "description": "What binds.",
        "count": 3,
        "title": "Enforcement",
    }
