"""The lines of a file of records are known again, whatever was done to the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from droindex.corpus.records import lines as record_lines
from droindex.corpus.records.files import RecordEntry, scan_records
from droindex.corpus.records.lines import LineChunk, LinesChanged, changed_lines, index_lines

MAX_ID_CHARS = 100
TEXTS = st.sampled_from(["", "a", "b", "longer text", "é"])
FILES = st.dictionaries(st.integers(0, 30), TEXTS, min_size=1, max_size=24)
ENDS = st.sampled_from(["\n", "\r\n", "\n\n"])


@pytest.fixture(autouse=True, scope="module")
def small_chunks() -> Iterator[None]:
    """Cut files into chunks of few lines, so that small ones have many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(record_lines, "_LINES", 3)
        yield


def content(records: dict[int, str], end: str = "\n", last: str = "\n") -> bytes:
    lines = [json.dumps({"id": f"d{key}", "body": text}) for key, text in records.items()]
    return (end.join(lines) + last).encode()


def indexed(path: Path) -> tuple[list[RecordEntry], list[LineChunk]]:
    """Return the records of a file and its chunks, as a build that looks at all of it has them."""
    entries, problems = scan_records(path)
    assert problems == []
    with path.open("rb") as file:
        return entries, index_lines(file, entries).put


def compared(path: Path, chunks: list[LineChunk]) -> LinesChanged | None:
    with path.open("rb") as file:
        return changed_lines(
            file, [LineChunk.from_json(c.place, c.to_json()) for c in chunks], MAX_ID_CHARS
        )


def after(chunks: list[LineChunk], found: LinesChanged) -> list[LineChunk]:
    kept = [chunk for chunk in chunks if chunk.place not in found.kept.dropped]
    return sorted([*kept, *found.kept.put])


def standing(chunks: list[LineChunk]) -> list[tuple[str, int, int, str]]:
    """Return where the records of chunks stand in their file."""
    at, found = 0, []
    for chunk in chunks:
        found += [(key, at + start, length, own) for key, start, length, own in chunk.records]
        assert len(chunk.records) == chunk.held
        at += chunk.size
    return found


@given(
    st.lists(st.tuples(FILES, st.randoms(use_true_random=False)), min_size=2, max_size=4),
    ENDS,
    st.sampled_from(["\n", ""]),
)
@settings(max_examples=150, deadline=None)
def test_what_changed_is_what_looking_at_all_finds(
    tmp_path_factory: pytest.TempPathFactory,
    files: list[tuple[dict[int, str], object]],
    end: str,
    last: str,
) -> None:
    path = tmp_path_factory.getbasetemp() / "records.jsonl"
    records, _ = files[0]
    path.write_bytes(content(records, end, last))
    entries, chunks = indexed(path)
    for others, _ in files[1:]:
        before = {entry.doc_id: entry.digest for entry in entries}
        path.write_bytes(content(others, end, last))
        entries, _ = indexed(path)
        found = compared(path, chunks)
        assert found is not None
        now = {entry.doc_id: entry.digest for entry in entries}
        assert {entry.doc_id for entry in found.entries} == {
            key for key, digest in now.items() if before.get(key) != digest
        }
        assert all(entry in entries for entry in found.entries)
        assert found.gone == before.keys() - now.keys()
        chunks = after(chunks, found)
        assert standing(chunks) == [(e.doc_id, e.offset, e.length, e.digest) for e in entries]
        assert sum(chunk.size for chunk in chunks) == path.stat().st_size


def test_a_line_in_the_middle_leaves_the_other_chunks_unread(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_bytes(content({n: f"text {n}" for n in range(60)}))
    _, chunks = indexed(path)
    path.write_bytes(content({n: f"text {n}" + " more" * (n == 31) for n in range(60)}))
    found = compared(path, chunks)
    assert found is not None
    assert [entry.doc_id for entry in found.entries] == ["d31"]
    assert found.looked_at == {"d30", "d31", "d32"}
    assert (len(found.kept.put), len(found.kept.dropped)) == (1, 1)


@pytest.mark.parametrize(
    "addition",
    [
        b'{"id": "d3", "body": "once more"}\n',  # an id twice
        b'{"id": "new"}\n{"id": "new"}\n',
        b"no record\n",
        b'{"body": "without an id"}\n',
    ],
)
def test_what_needs_a_look_at_all_of_it_gets_none_here(tmp_path: Path, addition: bytes) -> None:
    path = tmp_path / "records.jsonl"
    path.write_bytes(content(dict.fromkeys(range(9), "text")))
    _, chunks = indexed(path)
    path.write_bytes(path.read_bytes() + addition)
    found = compared(path, chunks)
    if found is not None:  # whoever asked knows that the id stands elsewhere too
        assert [entry.doc_id for entry in found.entries] == ["d3"]
        assert "d3" not in found.looked_at
    else:
        assert b"d3" not in addition


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xff\xfe"])
def test_a_file_with_a_mark_of_its_encoding_is_looked_at_whole(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "records.jsonl"
    path.write_bytes(content({1: "a"}))
    _, chunks = indexed(path)
    path.write_bytes(mark + path.read_bytes())
    assert compared(path, chunks) is None


def test_a_last_line_that_goes_on_is_a_changed_line(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_bytes(b'{"id": "a"}\n{"id": "b"}')
    _, chunks = indexed(path)
    path.write_bytes(b'{"id": "a"}\n{"id": "b"}  ')
    found = compared(path, chunks)
    assert found is not None
    assert [entry.doc_id for entry in found.entries] == ["b"]
