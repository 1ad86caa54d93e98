"""Fuzzy words: `escrot~` and `escrot~2` stand for the real words near them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engine.libraries import opened, put
from hypothesis import given
from hypothesis import strategies as st
from support import document

from droindex import Index
from droindex.engine.protocol import Engine
from droindex.errors import QueryError
from droindex.query.language.edit_distance import distance, likelihood, one_edit_away

RECORDS = [
    {"doc_id": "one", "title": "Escort of minors", "body": "An escort stays awake."},
    {"doc_id": "two", "title": "Escrow", "body": "Money in escrow.", "opi": "OPS (OPS)"},
    {"doc_id": "three", "title": "Resort", "body": "Escorts never resort to it.", "summary": "x"},
    {"doc_id": "four", "title": "Other", "body": "Nothing of that kind.", "summary": "An escort."},
    {"doc_id": "five", "title": "Вывоз", "body": "Порядок вывоза."},
]


@pytest.fixture
def index(tmp_path: Path, engine: Engine) -> Iterator[Index]:
    path = put(tmp_path / "index.idx", [document(**record) for record in RECORDS], engine)
    with opened(path, engine) as index:
        yield index


def found(index: Index, query: str) -> set[str]:
    return {hit.doc_id for hit in index.search(query)}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("escrot~", {"one", "two", "four"}),  # exchanged, or a wrong letter
        ("escrot~2", {"one", "two", "three", "four"}),
        ("scort~", {"one", "four"}),
        ("esscort~", {"one", "four"}),
        ("ascort~", {"one", "four"}),
        ("ESCORT~", {"one", "three", "four"}),
        ("title:escrot~", {"one", "two"}),
        ("summary:escrot~", {"four"}),
        ("body:escrot~", {"one", "two"}),
        ("body:escrot~2", {"one", "two", "three"}),
        ("minors AND escrot~", {"one"}),
        ("resort -escrot~2", set()),
        ("Другой вывос~", {"five"}),
        ("stays-escrot~", {"one"}),
    ],
)
def test_a_fuzzy_word_finds_the_words_near_it(index: Index, query: str, expected: set[str]) -> None:
    assert found(index, query) == expected


def test_near_words_are_scored_and_marked_and_held(index: Index) -> None:
    results = index.search("escrot~2")
    assert [hit.match for hit in results] == [100] * 4
    assert len({hit.score for hit in results}) > 1
    hit = next(hit for hit in results if hit.doc_id == "one")
    assert hit.snippet is not None
    assert ("escort", True) in hit.snippet.segments


def test_a_weight_weighs(index: Index) -> None:
    once, twice = index.search("escrot~"), index.search("escrot~^2")
    assert twice[0].score == pytest.approx(2 * once[0].score, abs=1e-3)


def test_the_nearest_words_come_first(index: Index) -> None:
    assert index.search("escort~2")[0].doc_id == "one"
    assert index.search("escrow~2")[0].doc_id == "two"


def test_only_a_few_words_have_two_slips(index: Index) -> None:
    words = [f"escrot{letter}~2" for letter in "abcdef"]
    notes = index.search(" ".join(words), snippets=False).notes
    assert notes.count("More than 4 words with two slips: the others are read with one.") == 1


def test_no_near_word_is_said(index: Index) -> None:
    results = index.search("zzzzz~")
    assert results.total == 0
    assert results.notes == ("No word here is near “zzzzz”.",)


def test_whole_values_have_no_near_ones(index: Index) -> None:
    results = index.search("opi:OPS~")
    assert [hit.doc_id for hit in results] == ["two"]
    assert "~ was ignored" in results.notes[0]
    with pytest.raises(QueryError) as caught:
        index.search("opi:OPS~", strict=True)
    assert (caught.value.slug, caught.value.position) == ("bad-fuzzy", 7)


SHORT = st.text("abc", max_size=5)


@given(SHORT, SHORT)
def test_one_edit_away_is_the_distance_of_one(one: str, other: str) -> None:
    assert (other in set(one_edit_away(one, "abc"))) == (distance(one, other, 1) <= 1)


@given(SHORT, SHORT)
def test_the_distance_is_the_same_both_ways_and_stops_past_the_most(one: str, other: str) -> None:
    exact = distance(one, other, 9)
    assert exact == distance(other, one, 9)
    assert (distance(one, other, 2) <= 2) == (exact <= 2)
    assert (exact == 0) == (one == other)


@given(st.text("abcdefg", min_size=1, max_size=8))
def test_every_slip_has_a_likelihood(word: str) -> None:
    assert all(likelihood(word, near) <= 0 for near in one_edit_away(word, "abx") if near != word)


def test_likelier_slips() -> None:
    assert likelihood("recieve", "receive") > likelihood("recxive", "receive")
    assert likelihood("escirt", "escort") > likelihood("escwrt", "escort")
    assert likelihood("commitee", "committee") > likelihood("commxttee", "committee")
    assert likelihood("escoert", "escort") > likelihood("escoqqrt"[:7], "escort")
    assert likelihood("wscort", "escort") < likelihood("escoet", "escort")
