"""Words on shelves: counted within bounds, packed, and found again."""

from __future__ import annotations

import base64
import zlib
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


def test_files_go_when_the_words_are_not_asked_for_to_their_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shelves, "_COUNTED", 1)
    counted = WordCounts()
    counted.add(["bond", "order"])
    (run,) = counted._runs
    found = counted.merged()
    assert next(found) == ("bond", 1)
    found.close()  # type: ignore[attr-defined]
    assert run.closed


@pytest.mark.parametrize(
    ("key", "source"),
    [
        ("all", {}),
        ("all", {"first": 7}),
        ("all", {"first": [7]}),
        ("all 0", {}),
        ("all 0", {"words": 7}),
        ("all 0", {"words": "é"}),
        ("all 0", {"words": "a"}),
        ("all 0", {"words": "Ym9uZCAx"}),
        ("all 0", {"words": base64.b64encode(zlib.compress(b"bond")).decode()}),
        ("all 0", {"words": base64.b64encode(zlib.compress(b"\xff 1")).decode()}),
    ],
)
def test_words_that_are_not_as_they_were_written_are_refused(
    key: str, source: dict[str, Any]
) -> None:
    reader, kept = on_shelves({"bond": 1})
    kept.entries[key] = source
    with pytest.raises(IndexDamagedError, match="not whole"):
        reader.count("all", "bond")


def test_words_that_are_not_whole_are_refused() -> None:
    reader, kept = on_shelves({"bond": 1})
    del kept.entries["all 0"]
    with pytest.raises(IndexDamagedError, match="not whole") as caught:
        reader.count("all", "bond")
    assert "droindex copy" in caught.value.hint
