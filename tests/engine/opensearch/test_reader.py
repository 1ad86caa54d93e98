"""A real server answers as the other engines do: the same hits, scores, counts and values."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from engine.cluster import ClusterEngine
from engine.libraries import SCHEMA
from engine.memory import MEMORY
from engine.test_agreement import KINDS, QUICK, WORDS, clauses, leaves, text, written
from hypothesis import given, settings
from hypothesis import strategies as st

from droindex.engine.clauses import AllDocuments, Bool, Clause, Constant, PhraseOf, Term
from droindex.engine.opensearch.cluster import Cluster
from droindex.engine.protocol import Reader
from droindex.engine.schema import OWNER, Blob, Key, Number, Words
from droindex.errors import EngineError

ENTRIES = 40  # over three shards: in each of them some words stand nowhere


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Reader, Reader]:
    """The same entries in plain Python and on the cluster."""
    drawn = random.Random(7)
    entries = written(
        [
            {
                "all": text(drawn.choices(WORDS, k=drawn.randrange(25)) if number % 5 else []),
                "kind": drawn.sample(KINDS, drawn.randrange(3)),
                "day": drawn.choice([None, *range(1, 9)]),
            }
            for number in range(ENTRIES)
        ]
    )
    folder = tmp_path_factory.mktemp("pair")
    readers = []
    for engine in (MEMORY, ClusterEngine()):
        place = folder / type(engine).__name__
        writer = engine.writer(place, SCHEMA, engine.analyzer("english"), 0)
        for entry in entries:
            writer.add(entry)
        writer.commit()
        readers.append(engine.reader(place))
    return readers[0], readers[1]


def comparable(clause: Clause) -> Clause:
    """Return a clause whose scores both engines count alike.

    What droindex never does, score a whole value, the server does in its own way; and of words
    that are near each other it counts those that are nearer for more.
    """
    if isinstance(clause, Term) and clause.field == "kind":
        return Constant(clause, clause.boost)
    if isinstance(clause, PhraseOf) and clause.slop and len(clause.terms) > 1:
        return Constant(clause, clause.boost)
    if isinstance(clause, Bool):
        parts = (tuple(map(comparable, part)) for part in clause)
        return Bool(*parts)
    if isinstance(clause, Constant):
        return Constant(comparable(clause.clause), clause.score)
    return clause


@settings(QUICK, max_examples=150)
@given(clause=clauses)
def test_the_same_clauses_find_and_score_the_same(
    pair: tuple[Reader, Reader], clause: Clause
) -> None:
    clause = comparable(clause)
    (ours, total), (theirs, counted) = (reader.search(clause, 100) for reader in pair)
    assert total == counted == pair[1].count(clause), clause
    scores = {row.key: row.score for row in ours}
    assert {row.key: row.score for row in theirs} == pytest.approx(scores, rel=1e-4, abs=1e-6)
    assert pair[0].facets(clause, ("kind",), 9) == pair[1].facets(clause, ("kind",), 9)
    for offset, limit in ((0, 100), (1, 2)):
        one, other = (
            reader.search(clause, limit, order="place", offset=offset)[0] for reader in pair
        )
        assert [row.key for row in one] == [row.key for row in other]


@settings(QUICK, max_examples=50)
@given(asked=st.lists(leaves, min_size=1, max_size=25), within=leaves)
def test_both_say_the_same_of_what_entries_hold(
    pair: tuple[Reader, Reader], asked: list[Clause], within: Clause
) -> None:
    ours, theirs = (
        {held.row.key: held.clauses for held in reader.scores(asked, within, 100)}
        for reader in pair
    )
    assert ours == theirs


@pytest.mark.parametrize("field", ["all", "exact", "doc_id", "kind"])
@pytest.mark.parametrize("prefix", ["", "e", "or", "the", "d1", "zz"])
def test_both_have_the_same_dictionary(
    pair: tuple[Reader, Reader], field: str, prefix: str
) -> None:
    ours, theirs = (sorted(reader.terms(field, prefix, 99)) for reader in pair)
    assert ours == theirs
    for term, count in ours:
        assert pair[1].count(Term(field, term)) == count


def test_words_that_are_near_each_other_are_found_alike_and_counted_otherwise(
    pair: tuple[Reader, Reader],
) -> None:
    near = PhraseOf("all", ("custodi", "bond"), 3)
    ours, theirs = ({row.key: row.score for row in reader.search(near, 99)[0]} for reader in pair)
    assert ours.keys() == theirs.keys()
    assert theirs != pytest.approx(ours, rel=1e-2)


def test_a_long_list_comes_in_pages_and_is_one_list(
    pair: tuple[Reader, Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    clause = Bool(should=(Term("all", "bond"), Term("all", "order"), Term("exact", "custody")))
    whole = [(row.key, row.score) for row in pair[1].search(clause, 100)[0]]
    monkeypatch.setattr("droindex.engine.opensearch.reader._PAGE", 4)
    rows, total = pair[1].search(clause, 100)
    assert [(row.key, row.score) for row in rows] == whole
    assert total == len(whole) > 8


def test_many_values_are_counted_in_pages(
    pair: tuple[Reader, Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_FEW", "_PER_SHARD", "_PAGE"):
        monkeypatch.setattr(f"droindex.engine.opensearch.listing.{name}", 3)
    one, other = (reader.facets(AllDocuments(), ("place", "kind"), 100) for reader in pair)
    assert one == other
    assert pair[1].facets(AllDocuments(), ("place",), 2)["place"] == one["place"][:2]


BYTES = (
    Key("doc_id", is_stored=True),
    Number(OWNER),
    Words("all", is_stored=True),
    Blob("meta"),
)


@pytest.fixture
def engine() -> ClusterEngine:
    return ClusterEngine()


def test_what_is_stored_comes_back_as_it_was_given(engine: ClusterEngine, tmp_path: Path) -> None:
    values = [b"", b"{}", "é\n".encode(), b"\xff\x00"]
    writer = engine.writer(tmp_path / "b", BYTES, engine.analyzer("english"), 0)
    for number, value in enumerate(values):
        writer.add({"doc_id": f"d{number}", OWNER: number, "all": " A  bond ", "meta": value})
    writer.add({"doc_id": "d4", OWNER: 4})
    writer.commit()
    reader = engine.reader(tmp_path / "b")
    rows, _ = reader.search(Constant(AllDocuments(), 0.0), 9)
    fetched = map(tuple, reader.fetch(rows, ("meta", "all")))
    expected = {number: (value, " A  bond ") for number, value in enumerate(values)}
    found = dict(zip((row.key for row in rows), fetched, strict=True))
    assert found == {**expected, 4: (None, None)}


def test_hits_that_are_read_one_by_one_come_with_one_request(
    engine: ClusterEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = engine.writer(tmp_path / "o", BYTES, engine.analyzer("english"), 0)
    for number in range(6):
        writer.add({"doc_id": f"d{number // 2}", OWNER: number // 2, "all": "bond", "meta": b"x"})
    writer.commit()
    reader = engine.reader(tmp_path / "o")
    rows, _ = reader.search(Term("all", "bond"), 9)
    asked: list[str] = []
    ask = Cluster.ask
    monkeypatch.setattr(
        Cluster, "ask", lambda *args, **named: asked.append(args[2]) or ask(*args, **named)
    )
    for row in rows[::2]:
        assert reader.fetch([row], ("all",)) == [["bond"]]
    assert len(asked) == 1
    assert reader.fetch(rows, ("all", "meta")) == [["bond", b"x"]] * 6
    assert len(asked) == 2


def test_an_index_takes_more_as_a_copy_and_loses_none(
    engine: ClusterEngine, tmp_path: Path
) -> None:
    server, one, two = engine.engine, Path(f"{engine.prefix}-one"), Path(f"{engine.prefix}-two")
    analyzer = engine.analyzer("english")
    entry = {"doc_id": "a", OWNER: 1, "all": "bond order"}
    writer = server.writer(one, BYTES, analyzer, 0)
    writer.add(entry)
    writer.commit()
    server.clone(one, two)
    writer = server.writer(two, BYTES, analyzer, 0)
    writer.add({**entry, "doc_id": "b", OWNER: 2, "all": "bond custody"})
    with pytest.raises(EngineError, match="none of them can be deleted"):
        writer.delete("doc_id", "a")
    writer.commit()
    first, second = server.reader(one), server.reader(two)
    assert (first.num_docs, second.num_docs) == (1, 2)
    assert second.terms("all", "", 9) == [("bond", 2), ("custodi", 1), ("order", 1)]
    assert second.search(Term("all", "bond"), 9)[1] == 2


def test_numbers_are_read_as_a_column(pair: tuple[Reader, Reader]) -> None:
    for clause in (AllDocuments(), Term("all", WORDS[0])):
        for field in ("day", OWNER):
            ours, theirs = (sorted(map(str, reader.column(clause, field))) for reader in pair)
            assert ours == theirs
            assert ours
