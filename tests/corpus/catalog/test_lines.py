"""A catalogue as lines of JSON: a broken line hides its document, or stops the build."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.corpus.catalog.columns import Columns
from droindex.corpus.catalog.lines import LineReader
from droindex.corpus.catalog.rows import RowTaker
from droindex.errors import CorpusError
from droindex.problems import UNREADABLE_LABEL

FILES = st.sampled_from(["a.txt", "b.pdf", "c/ä.txt"])
TITLES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=9)


def read(data: bytes, **columns: str) -> RowTaker:
    """Return what took the rows of some lines."""
    taker = RowTaker("catalog.jsonl", ("LES",), Columns(columns), lambda text: text == "a.txt")
    LineReader(taker).read(data)
    return taker


def test_each_line_is_a_row_and_blank_ones_count_as_lines() -> None:
    taker = read(b'{"file": "a.txt", "title": "A"}\n\n  \n{"file": "b.txt", "number": "7-2"}')
    assert {file: (row.where, dict(row.values)) for file, row in taker.rows.items()} == {
        "a.txt": ("catalog.jsonl:1", {"title": "A"}),
        "b.txt": ("catalog.jsonl:4", {"number": "7-2"}),
    }
    assert not taker.problems


@pytest.mark.parametrize(
    ("line", "is_damaged"),
    [
        (b'{"file": "a.txt", "title": "A}', True),
        (b'{"file": "a.txt", "label": "LES"', False),  # as restricted as its label may say
        (b'["file", {"file": "a.txt"}]', True),
        (b'{"Document  Name" : "\\u0061.txt", title: 1}', True),
    ],
)
def test_a_broken_line_hides_the_document_that_it_names(line: bytes, is_damaged: bool) -> None:  # noqa: FBT001 - a row
    taker = read(b'{"file": "b.txt"}\n' + line, document_name="file")
    assert taker.rows["a.txt"].values["label"] == UNREADABLE_LABEL
    assert taker.rows["a.txt"].is_damaged is is_damaged
    assert not taker.rows["b.txt"].values
    assert ("catalog.jsonl:2", "catalog-row") in {(item.file, item.slug) for item in taker.problems}


@pytest.mark.parametrize("line", [b'{"title": "A"', b"nonsense", b'["LES"]', b'"file"', b"\xff"])
def test_a_broken_line_that_names_no_document_stops_the_build(line: bytes) -> None:
    with pytest.raises(CorpusError, match=r"is broken in line 2 .* does not say of whom"):
        read(b'{"file": "a.txt"}\n' + line)


@given(rows=st.dictionaries(FILES, TITLES), data=st.data())
def test_what_is_written_is_read_and_a_cut_loses_no_label(
    rows: dict[str, str], data: st.DataObject
) -> None:
    whole = b"".join(
        json.dumps({"file": file, "title": title, "label": "LES"}).encode() + b"\n"
        for file, title in rows.items()
    )
    taken = read(whole).rows
    assert {file: row.values["title"] for file, row in taken.items()} == rows
    end = data.draw(st.integers(0, len(whole)))
    with suppress(CorpusError):  # it may be cut where no file is named yet
        for row in read(whole[:end]).rows.values():
            assert row.values["label"] in {"LES", UNREADABLE_LABEL}


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(CorpusError):
        read(data)
