"""What was deleted is in no file, and what holds nothing of it is not written again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from engine.libraries import SCHEMA
from hypothesis import given, settings
from hypothesis import strategies as st

from droindex.engine.clauses import Term
from droindex.engine.schema import OWNER
from droindex.engine.tantivy.engine import TANTIVY
from droindex.engine.tantivy.opening import notes_of

ENGLISH = TANTIVY.analyzer("english")
NAMES = [chr(ord("a") + number % 26) * (5 + number // 26) for number in range(30)]


def add(folder: Path, numbers: Iterable[int]) -> None:
    """Add entries, each with a word that no other has."""
    writer = TANTIVY.writer(folder, SCHEMA, ENGLISH, 0)
    for number in numbers:
        text = f"{NAMES[number]} and what all have"
        writer.add({"doc_id": f"d{number}", OWNER: number + 1, "all": text, "exact": text})
    writer.commit()


def delete(folder: Path, numbers: Iterable[int]) -> None:
    """Delete entries."""
    writer = TANTIVY.writer(folder, SCHEMA, ENGLISH, 0)
    for number in numbers:
        writer.delete("doc_id", f"d{number}")
    writer.commit()


def held(folder: Path) -> set[int]:
    """Return which entries an index holds, by what it finds and by what it counts."""
    reader = TANTIVY.reader(folder)
    found = {number for number in range(30) if reader.count(Term("exact", NAMES[number]))}
    assert reader.num_docs == len(found) == reader.count(Term("exact", "have"))
    rows, count = reader.search(Term("all", "have"), 50)
    assert {row.key - 1 for row in rows} == found
    assert count == len(found)
    return found


@given(
    st.lists(st.sets(st.integers(0, 29), max_size=8), min_size=1, max_size=6),
    st.lists(st.sets(st.integers(0, 29), max_size=12), min_size=1, max_size=3),
)
@settings(max_examples=25)
def test_nothing_is_left_of_what_was_deleted(added: list[set[int]], gone: list[set[int]]) -> None:
    # The engine watches its notes, and lays a lock there when they go.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder, kept = Path(place) / "index", set[int]()
        for numbers in added:
            add(folder, numbers - kept)
            kept |= numbers
        for numbers in gone:
            delete(folder, numbers)
            kept -= numbers
            assert held(folder) == kept
            assert not any(segment["deletes"] for segment in notes_of(folder)["segments"])
            assert {item.name for item in folder.parent.iterdir()} == {"index"}


def test_a_clone_shares_what_holds_nothing_that_is_gone(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    for numbers in ((0, 1), (2, 3), (4, 5)):
        add(source, numbers)
    before = {file.name: file.read_bytes() for file in source.iterdir()}
    TANTIVY.clone(source, target)
    delete(target, (2,))
    assert held(target) == {0, 1, 3, 4, 5}
    shared = {file.name for file in target.iterdir() if file.stat().st_nlink == 2}
    whole = {name.partition(".")[0] for name in shared}
    assert len(whole) == 2  # of three segments
    assert shared == {name for name in before if name.partition(".")[0] in whole}
    assert held(source) == {0, 1, 2, 3, 4, 5}
    assert {file.name: file.read_bytes() for file in source.iterdir()} == before


@pytest.mark.parametrize("gone", [(0,), (0, 1), range(10)])
def test_an_index_can_be_changed_after_that(tmp_path: Path, gone: Iterable[int]) -> None:
    add(tmp_path / "index", range(10))
    delete(tmp_path / "index", gone)
    add(tmp_path / "index", gone)
    assert held(tmp_path / "index") == set(range(10))
