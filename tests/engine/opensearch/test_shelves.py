"""Words on shelves: counted within bounds, packed, and found again."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.engine.opensearch import shelves
from droindex.engine.opensearch.shelves import Shelves, WordCounts, shelf_entries
from droindex.errors import IndexDamagedError

words = st.lists(st.text("abcé文", min_size=1, max_size=3), unique=True, max_size=6)


class Kept:
    """What a server keeps of shelves, as the one request that reads them asks for it."""

    def __init__(self, entries: dict[str, dict[str, Any]]) -> None:
        self.entries = entries
        self.requests = 0

    def ask(self, method: str, path: str, body: Any, *, action: str) -> dict[str, Any]:
        self.requests += 1
        return {
            "docs": [
                {"_id": key, "found": key in self.entries, "_source": self.entries.get(key)}
                for key in body["ids"]
            ]
        }


def on_shelves(counts: dict[str, int]) -> tuple[Shelves, Kept]:
    kept = Kept(dict(shelf_entries("all", sorted(counts.items()))))
    return Shelves(kept, "words"), kept  # type: ignore[arg-type]


@given(st.lists(words, max_size=20), st.text("abcé文", max_size=2), st.integers(1, 9))
def test_every_word_is_found_with_its_count(
    entries: list[list[str]], prefix: str, size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelves, "_PER_SHELF", size)
        patch.setattr(shelves, "_COUNTED", 5)  # most of it goes through files
        counted, expected = WordCounts(), Counter[str]()
        for own in entries:
            counted.add({*own})
            expected.update({*own})
        found = dict(counted.merged())
        assert found == expected
        assert list(found) == sorted(found)
        reader, _ = on_shelves(found)
        assert dict(reader.starting("all", prefix)) == {
            word: count for word, count in expected.items() if word.startswith(prefix)
        }
        for word in [*expected, "zz", ""]:
            assert reader.count("all", word) == expected[word]


def test_what_was_there_before_counts_as_well() -> None:
    counted = WordCounts()
    counted.add(["bond", "order"])
    found = list(counted.merged([("alien", 2), ("bond", 3)]))
    assert found == [("alien", 2), ("bond", 4), ("order", 1)]


def test_a_shelf_is_read_once_and_all_of_a_prefix_together() -> None:
    reader, kept = on_shelves({f"w{number:05}": 1 for number in range(10_000)})
    assert reader.count("all", "w00007") == 1
    assert kept.requests == 2  # the list of shelves, and the shelf
    assert reader.count("all", "w00008") == 1
    assert kept.requests == 2
    assert len(list(reader.starting("all", "w"))) == 10_000
    assert kept.requests == 3


def test_words_that_are_not_whole_are_refused() -> None:
    reader, kept = on_shelves({"bond": 1})
    del kept.entries["all 0"]
    with pytest.raises(IndexDamagedError, match="not whole") as caught:
        reader.count("all", "bond")
    assert "droindex copy" in caught.value.hint
