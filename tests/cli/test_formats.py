"""Hits for programs: what CSV and TREC readers get whatever an id or a title holds."""

from __future__ import annotations

import csv
import io
import itertools
import json
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from droindex import Index
from droindex.cli.commands import topics
from droindex.cli.failure import FOUND, NOTHING_FOUND
from droindex.cli.formats import _cell, _word, dump, print_csv, print_trec
from droindex.text import clean

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT)
def test_a_word_of_a_run_has_no_blanks_and_comes_back(text: str) -> None:
    word = _word(text)
    assert not any(letter.isspace() for letter in word)
    assert word == clean(word)
    if text.isprintable():
        assert unquote(word) == text


@given(ANY_TEXT)
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    cell = _cell(text)
    assert isinstance(cell, str)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell in (clean(text), f"'{clean(text)}")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shape=st.dictionaries(ANY_TEXT, ANY_TEXT))
def test_json_is_read_back_as_it_was(shape: dict[str, str], capsys: pytest.CaptureFixture) -> None:
    capsys.readouterr()
    dump(shape)
    assert json.loads(capsys.readouterr().out) == shape


def test_scores_of_a_run_fall_where_hits_tie(small, capsys) -> None:
    with Index.open(small) as index:
        assert print_trec("q 1", index.search("", scope="all"))
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    scores = [float(row[4]) for row in rows]
    assert {row[0] for row in rows} == {"q%201"}
    assert [int(row[3]) for row in rows] == list(range(1, len(rows) + 1))
    assert all(one > two for one, two in itertools.pairwise(scores))


def test_a_table_has_a_row_for_each_hit(small, capsys) -> None:
    with Index.open(small) as index:
        results = index.search("escort", scope="all")
        print_csv(results)
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
    assert [row["doc_id"] for row in rows] == [hit.doc_id for hit in results]
    assert [row["rank"] for row in rows] == [str(hit.rank) for hit in results]


def test_topics_find_something_or_nothing(small, tmp_path, capsys) -> None:
    file = tmp_path / "topics.tsv"
    with Index.open(small) as index:
        file.write_text("1\tescort\n2\tzeppelin\n")
        assert topics.run(index, str(file), limit=2) == FOUND
        assert {line.split()[0] for line in capsys.readouterr().out.splitlines()} == {"1"}
        file.write_text("2\tzeppelin\n")
        assert topics.run(index, str(file)) == NOTHING_FOUND
