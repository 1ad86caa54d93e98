"""tantivy and the engine in plain Python answer alike: random entries, random clauses."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from engine.libraries import SCHEMA
from engine.memory import MEMORY, MemoryReader, rounded_length
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from droindex.engine import protocol
from droindex.engine.clauses import (
    AllDocuments,
    AnyNumber,
    AnyOf,
    Bool,
    Clause,
    Constant,
    NoDocuments,
    PhraseOf,
    Span,
    Term,
    Wildcard,
    added_up,
)
from droindex.engine.schema import OWNER
from droindex.engine.tantivy.engine import TANTIVY, Reader

WORDS = ["escort", "escorts", "removal", "removed", "order", "orders", "custody", "of", "bond"]
STEMS = ["escort", "remov", "order", "custodi", "the", "of", "bond", "nothing"]
SHAPES = ["e*", "*ed", "?f", "o*s", "*", "b?nd", "x*", "o.*"]
KINDS = ["memo", "manual", "order"]
ROUGH = 2e-2  # of a share that is packed into the few bits that are left


# Every example writes indexes: making a failing one smaller would take minutes.
QUICK = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def text(words: list[str]) -> str:
    return " ".join(words)


texts = st.lists(st.sampled_from(WORDS), min_size=0, max_size=60).map(text)
entries = st.lists(
    st.fixed_dictionaries(
        {
            "all": texts,
            "kind": st.lists(st.sampled_from(KINDS), max_size=2, unique=True),
            "day": st.one_of(st.none(), st.integers(1, 9)),
        }
    ),
    min_size=1,
    max_size=12,
)


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, min_size=1, max_size=6).map(tuple)


boosts = st.sampled_from([1.0, 0.25, 1.7])
numbers = st.integers(0, 12).map(lambda number: 1 << 40 | number)
spans = st.builds(Span, st.just("day"), st.one_of(st.none(), st.integers(0, 9)), st.integers(0, 9))
leaves: st.SearchStrategy[Clause] = st.one_of(
    st.builds(Term, st.just("all"), st.sampled_from(STEMS), boosts),
    st.builds(Term, st.just("exact"), st.sampled_from(WORDS), boosts),
    st.builds(Term, st.just("kind"), st.sampled_from(KINDS), boosts),
    st.builds(
        PhraseOf,
        st.just("all"),
        st.lists(st.sampled_from(STEMS[:5]), min_size=1, max_size=4).map(tuple),
        st.integers(0, 3),
        boosts,
    ),
    st.builds(AnyOf, st.just("kind"), some(st.sampled_from([*KINDS, "none"]))),
    st.builds(AnyNumber, st.just(OWNER), some(numbers)),
    st.builds(Wildcard, st.just("exact"), st.sampled_from(SHAPES)),
    # What may match everything: tantivy leaves its score out of a union.
    st.builds(Constant, spans, st.just(0.0)),
    st.just(Constant(AllDocuments(), 0.0)),
    st.just(NoDocuments()),
)


def nested(inner: st.SearchStrategy[Clause]) -> st.SearchStrategy[Clause]:
    few = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Constant, inner, st.sampled_from([0.0, 1.0, 2.5])),
        st.builds(Bool, few, few, st.lists(inner, max_size=1).map(tuple)),
        st.builds(added_up, inner, st.lists(inner, max_size=3)),
    )


clauses = st.recursive(leaves, nested, max_leaves=8)


def written(drawn: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for number, entry in enumerate(drawn):
        whole = {"doc_id": f"d{number}", OWNER: 1 << 40 | number, "exact": entry["all"], **entry}
        whole["place"] = f"{len(entry['all']):04} {number:02}"
        found.append({key: value for key, value in whole.items() if value not in (None, [])})
    return found


class Both:
    """The same entries in both engines."""

    def __init__(self, folder: Path, drawn: list[dict[str, Any]]) -> None:
        analyzer = TANTIVY.analyzer("english")
        found = written(drawn)
        for name, engine in (("tantivy", TANTIVY), ("memory", MEMORY)):
            writer = engine.writer(folder / name, SCHEMA, analyzer, 0)
            for entry in found:
                writer.add(entry)
            writer.commit()
        self.tantivy: Reader = TANTIVY.reader(folder / "tantivy")
        self.memory: MemoryReader = MEMORY.reader(folder / "memory")


def scored(reader: protocol.Reader, clause: Clause) -> tuple[dict[int, float], int | None]:
    rows, total = reader.search(clause, 100)
    scores = [row.score for row in rows]
    assert scores == sorted(scores, reverse=True)
    return {row.key: row.score for row in rows}, total


@settings(QUICK, max_examples=100)
@given(entries, st.lists(clauses, min_size=1, max_size=12))
def test_the_same_clauses_find_and_score_the_same(
    drawn: list[dict[str, Any]], asked: list[Clause]
) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        both = Both(folder, drawn)
        for clause in asked:
            ours, total = scored(both.memory, clause)
            theirs, counted = scored(both.tantivy, clause)
            assert total == counted == both.memory.count(clause) == both.tantivy.count(clause)
            assert theirs.keys() == ours.keys(), clause
            assert theirs == pytest.approx(ours, rel=1e-4, abs=1e-6), clause
            assert both.memory.facets(clause, ("kind",), 9) == both.tantivy.facets(
                clause, ("kind",), 9
            )
            columns = (reader.column(clause, OWNER) for reader in (both.memory, both.tantivy))
            assert len({tuple(sorted(map(str, column))) for column in columns}) == 1
            for offset, limit in ((0, 100), (1, 2)):
                mine, others = (
                    reader.search(clause, limit, order="place", offset=offset)[0]
                    for reader in (both.memory, both.tantivy)
                )
                assert [row.key for row in mine] == [row.key for row in others]
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # the engine may still tidy up


@settings(QUICK, max_examples=50)
@given(entries, st.lists(leaves, min_size=1, max_size=25), leaves)
def test_both_say_the_same_of_what_entries_hold(
    drawn: list[dict[str, Any]], asked: list[Clause], within: Clause
) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        both = Both(folder, drawn)
        ours, theirs = (
            {held.row.key: held for held in reader.scores(asked, within, 100)}
            for reader in (both.memory, both.tantivy)
        )
        assert {key: held.clauses for key, held in ours.items()} == {
            key: held.clauses for key, held in theirs.items()
        }
        if len(asked) == 1:
            for key, held in ours.items():
                assert theirs[key].frequency == pytest.approx(held.frequency, abs=ROUGH)
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # the engine may still tidy up


@settings(QUICK, max_examples=20)
@given(entries, st.sampled_from(["", "e", "o", "the", "zz"]))
def test_both_have_the_same_dictionary(drawn: list[dict[str, Any]], prefix: str) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        both = Both(folder, drawn)
        for field in ("all", "exact"):
            ours, theirs = (dict(r.terms(field, prefix, 99)) for r in (both.memory, both.tantivy))
            assert ours == theirs
            for term, count in ours.items():
                assert both.tantivy.count(Term(field, term)) == count
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # the engine may still tidy up


def test_long_fields_count_by_their_rounded_length(tmp_path: Path) -> None:
    lengths = [1, 23, 24, 39, 41, 55, 57, 100, 1000, 5003]
    both = Both(tmp_path, [{"all": text(["bond"] + ["custody"] * (size - 1))} for size in lengths])
    bond = Term("all", "bond")
    ours, theirs = (scored(reader, bond)[0] for reader in (both.memory, both.tantivy))
    assert theirs == pytest.approx(ours, rel=1e-5)
    assert [rounded_length(size) for size in (24, 41, 57, 100)] == [24, 40, 56, 96]


def test_the_protocol_has_sixteen_members() -> None:
    members = [
        f"{part.__name__}.{name}"
        for part in (protocol.Engine, protocol.Writer, protocol.Reader)
        for name in {*vars(part), *get_type_hints(part)}
        if not name.startswith("_")
    ]
    assert len(members) <= 16
