"""A score as a set of bits says the same as asking for each clause by itself."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from engine.libraries import SCHEMA
from hypothesis import given, settings
from hypothesis import strategies as st

from droindex.engine.clauses import (
    AllDocuments,
    AnyOf,
    Bool,
    Clause,
    Constant,
    NoDocuments,
    PhraseOf,
    Term,
    Wildcard,
)
from droindex.engine.schema import OWNER
from droindex.engine.tantivy.engine import TANTIVY, Reader

WORDS = [f"w{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
EVERYTHING: Clause = AllDocuments()
WORD = st.sampled_from(WORDS)
TERM = WORD.map(lambda word: Term("exact", word))
PAIR = st.tuples(TERM, TERM)
CLAUSES: st.SearchStrategy[Clause] = st.one_of(
    TERM,
    st.tuples(WORD, st.sampled_from([0.3, 2.0])).map(lambda drawn: Term("exact", *drawn)),
    st.lists(WORD, min_size=2, max_size=3).map(lambda words: PhraseOf("all", tuple(words))),
    PAIR.map(lambda pair: Bool(should=pair)),
    PAIR.map(lambda pair: Bool(must=pair[:1], must_not=pair[1:])),
    st.sampled_from(["wa*", "?b", "x*"]).map(lambda shape: Wildcard("exact", shape)),
    st.just(AnyOf("doc_id", ("d1", "d3"))),
    TERM.map(lambda term: Constant(term, 0.5)),
    st.just(NoDocuments()),
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """An index whose documents hold other parts of the alphabet each."""
    folder = tmp_path_factory.mktemp("packed") / "index"
    writer = TANTIVY.writer(folder, SCHEMA, TANTIVY.analyzer("english"), 0)
    for number in range(24):
        held = [word for place, word in enumerate(WORDS) if (place * 7 + number) % (number % 5 + 2)]
        text = " ".join(held * (number % 3 + 1))
        writer.add({"doc_id": f"d{number}", OWNER: number + 1, "all": text, "exact": text})
    writer.commit()
    return TANTIVY.reader(folder)


def matched(reader: Reader, clause: Clause) -> set[int]:
    """Return the keys of what a clause matches by itself."""
    rows, _ = reader.search(clause, 100)
    return {row.key for row in rows}


def assert_agrees(reader: Reader, clauses: Sequence[Clause], within: Clause) -> None:
    """Assert that the bits of every entry are those of asking clause by clause."""
    found = reader.scores(clauses, within, 100)
    each = [matched(reader, clause) for clause in clauses]
    expected = {
        key: sum(1 << bit for bit, keys in enumerate(each) if key in keys)
        for key in matched(reader, within)
    }
    assert {held.row.key: held.clauses for held in found} == expected
    assert all(0 <= held.frequency <= 1.001 * max(1, len(clauses)) for held in found)


@given(clauses=st.lists(CLAUSES, min_size=1, max_size=18))
@settings(max_examples=40)
def test_bits_are_the_clauses_that_are_held(reader: Reader, clauses: list[Clause]) -> None:
    assert_agrees(reader, clauses, EVERYTHING)


@given(clauses=st.lists(CLAUSES, min_size=19, max_size=60))
@settings(max_examples=25)
def test_more_than_fit_in_a_number_are_asked_in_turns(
    reader: Reader, clauses: list[Clause]
) -> None:
    assert_agrees(reader, clauses, EVERYTHING)


@given(clauses=st.lists(CLAUSES, min_size=1, max_size=24), word=st.sampled_from(WORDS))
@settings(max_examples=25)
def test_only_what_is_asked_within_is_told(
    reader: Reader, clauses: list[Clause], word: str
) -> None:
    assert_agrees(reader, clauses, Term("exact", word))


def test_what_holds_more_comes_first_and_the_frequent_word_among_equals(reader: Reader) -> None:
    clauses = [Term("exact", "wb"), Term("exact", "wc"), Term("exact", "wd")]
    found = reader.scores(clauses, EVERYTHING, 100)
    order = [(held.clauses, held.frequency) for held in found]
    assert order == sorted(order, reverse=True)
    assert any(frequency > 0 for _, frequency in order)


def test_what_scores_by_being_there_has_no_frequency(reader: Reader) -> None:
    clauses = [Constant(Term("exact", word), 3.0) for word in WORDS[:20]]
    assert {held.frequency for held in reader.scores(clauses, EVERYTHING, 100)} == {0.0}


def test_the_limit_keeps_those_that_hold_the_most() -> None:
    analyzer = TANTIVY.analyzer("english")
    # The engine watches its notes, and lays a lock there when they go.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        writer = TANTIVY.writer(Path(folder) / "index", SCHEMA, analyzer, 0)
        for number in range(9):
            text = " ".join(WORDS[: number + 1])
            writer.add({"doc_id": f"d{number}", OWNER: number + 1, "all": text, "exact": text})
        writer.commit()
        reader = TANTIVY.reader(Path(folder) / "index")
        clauses = [Term("exact", word) for word in WORDS[:9]]
        found = reader.scores(clauses, EVERYTHING, 3)
    assert [held.clauses.bit_count() for held in found] == [9, 8, 7]
