"""Hits in order: by score, ties by the newest and then by id; by date; by title; page by page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from engine.libraries import ENGINES, opened, put
from hypothesis import given, settings
from hypothesis import strategies as st
from support import document

from droindex import Settings
from droindex.engine.clauses import AllDocuments, Clause, Constant
from droindex.engine.fields import QUERY_FIELDS
from droindex.engine.protocol import Row
from droindex.engine.schema import DOC_ID
from droindex.library.reader import SetReader
from droindex.query.compile.compiler import compile_query
from droindex.query.compile.contribution import Compiled
from droindex.query.feedback import NO_LIFTS, lifts_of, unfiltered_clause, wants_feedback
from droindex.query.language.parser import parse
from droindex.query.ranker import FoundHits, Wanted, break_ties, find
from droindex.query.request import Request, hit_filters_of
from droindex.settings import RankingSettings

TODAY = date(2020, 5, 17)
PLAIN = RankingSettings(feedback_boost=0.0)
LONG = "escort custody removal detention bond travel"
# Few texts for many documents: most scores are shared by several.
TEXTS = ("escort", "escort custody", "escort custody removal", "escort escort bond", "travel bond")
DAYS = (None, date(2004, 5, 6), date(2004, 5, 7), date(2019, 1, 1))
DOCUMENTS = [
    document(
        TEXTS[number % len(TEXTS)],
        doc_id=f"d{number:02}",
        title=f"T{(number * 7) % 10}",
        issued=DAYS[(number // 3) % len(DAYS)],
        status="Superseded" if number % 9 == 8 else "Current",
    )
    for number in range(40)
]
BY_ID = {item.doc_id: item for item in DOCUMENTS}
QUERIES = st.lists(st.sampled_from(LONG.split()), min_size=1, max_size=4, unique=True).map(" ".join)


@pytest.fixture(scope="module", params=ENGINES)
def reader(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SetReader:
    """The set of a library that either engine holds."""
    engine = ENGINES[request.param]
    path: Path = tmp_path_factory.mktemp("ranker") / "library.idx"
    return opened(put(path, DOCUMENTS, engine), engine)._handle.reader()


def compiled(reader: SetReader, text: str, ranking: RankingSettings = PLAIN) -> Compiled:
    limits = hit_filters_of(reader, Request(today=TODAY, scope="all"))
    wanted = Settings(ranking=ranking)
    return compile_query(parse(text, fields=QUERY_FIELDS), reader, wanted, limits, strict=False)


def ids(reader: SetReader, rows: list[Row]) -> list[str]:
    return [str(doc_id) for (doc_id,) in reader.documents.fetch(rows, (DOC_ID,))]


def found(
    reader: SetReader, text: str, wanted: Wanted, ranking: RankingSettings = PLAIN
) -> FoundHits:
    query = compiled(reader, text, ranking)
    return find(reader, query, unfiltered_clause(query), wanted, ranking)


def newest_first(doc_id: str) -> tuple[int, str]:
    issued = BY_ID[doc_id].issued
    return -issued.toordinal() if issued else 1, doc_id


def oldest_first(doc_id: str) -> tuple[int, str]:
    issued = BY_ID[doc_id].issued
    return issued.toordinal() if issued else 10**9, doc_id


@given(query=QUERIES)
@settings(max_examples=25)
def test_equal_scores_are_ordered_by_the_newest_and_then_by_id(
    reader: SetReader, query: str
) -> None:
    hits = found(reader, query, Wanted("relevance", 0, 100)).hits
    keys = [
        (-row.score, *newest_first(doc_id))
        for row, doc_id in zip(hits, ids(reader, hits), strict=True)
    ]
    assert keys == sorted(keys)


@given(query=QUERIES, offset=st.integers(0, 45), limit=st.integers(1, 15))
@settings(max_examples=40)
@pytest.mark.parametrize("sort", ["relevance", "-issued", "issued", "title"])
def test_any_page_is_a_part_of_the_whole_list(
    reader: SetReader, sort: str, query: str, offset: int, limit: int
) -> None:
    whole = found(reader, query, Wanted(sort, 0, 100))
    page = found(reader, query, Wanted(sort, offset, limit))
    expected = whole.hits[offset : offset + limit]
    assert ids(reader, page.hits) == ids(reader, expected)
    assert [row.score for row in page.hits] == pytest.approx([row.score for row in expected])
    assert page.total == whole.total == len(whole.hits)


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("-issued", newest_first),
        ("issued", oldest_first),
        ("title", lambda doc_id: (BY_ID[doc_id].title, *newest_first(doc_id))),
    ],
)
@pytest.mark.parametrize("query", ["escort", "travel bond", "removal"])
def test_a_list_by_a_field_has_the_scores_of_the_list_by_score(
    reader: SetReader, sort: str, key: Callable[[str], tuple[object, ...]], query: str
) -> None:
    by_score = found(reader, query, Wanted("relevance", 0, 100))
    ordered = found(reader, query, Wanted(sort, 0, 100))
    names = ids(reader, ordered.hits)
    assert names == sorted(names, key=key)
    scores = dict(zip(ids(reader, by_score.hits), by_score.hits, strict=True))
    assert set(scores) == set(names)
    for name, row in zip(names, ordered.hits, strict=True):
        assert row.score == pytest.approx(scores[name].score)
    assert ordered.best == pytest.approx(by_score.best)


def test_where_nothing_scores_the_newest_come_first(reader: SetReader) -> None:
    query = compiled(reader, "-zzqx")
    assert query.clause is None
    everything: Clause = Constant(AllDocuments(), 0.0)
    for sort, key in (
        ("relevance", newest_first),
        ("-issued", newest_first),
        ("issued", oldest_first),
    ):
        listed = find(reader, query, everything, Wanted(sort, 0, 100), PLAIN)
        assert ids(reader, listed.hits) == sorted(BY_ID, key=key)
        assert (listed.total, listed.best, listed.lifts) == (40, 0.0, NO_LIFTS)


@given(first=st.integers(0, 20), length=st.integers(0, 20))
@settings(max_examples=30)
def test_ties_are_broken_for_a_part_as_for_the_whole(
    reader: SetReader, first: int, length: int
) -> None:
    query = compiled(reader, "escort OR travel")
    rows, _ = reader.documents.search(unfiltered_clause(query), 100)
    whole = ids(reader, break_ties(reader, rows, 0, 100))
    part = break_ties(reader, rows, first, first + length)
    assert ids(reader, part) == whole[first : first + length]


def test_no_page_is_asked_for_beyond_the_end(reader: SetReader) -> None:
    for sort in ("relevance", "title"):
        beyond = found(reader, "escort", Wanted(sort, 1_000, 10))
        assert beyond.hits == []
        assert beyond.total == found(reader, "escort", Wanted(sort, 0, 1)).total


@pytest.mark.parametrize(
    ("query", "settings_", "is_wanted"),
    [
        ("escort", RankingSettings(), False),
        (LONG, RankingSettings(), True),
        (LONG, RankingSettings(feedback_boost=0.0), False),
        (LONG, RankingSettings(long_query_words=7), False),
        ("escort custody", RankingSettings(long_query_words=2), True),
        ("escort escort escort escort escort escort", RankingSettings(), False),
    ],
)
def test_a_query_of_many_words_asks_for_feedback(
    reader: SetReader,
    query: str,
    settings_: RankingSettings,
    is_wanted: bool,  # noqa: FBT001 - drawn
) -> None:
    assert wants_feedback(compiled(reader, query, settings_), settings_) is is_wanted


@given(count=st.integers(0, 30), cut=st.floats(0, 10), boost=st.sampled_from([0.25, 1.0, 3.0]))
@settings(max_examples=40)
def test_nobody_gets_more_than_the_best_and_no_tie_with_the_cut_is_raised(
    reader: SetReader, count: int, cut: float, boost: float
) -> None:
    ranking = RankingSettings(feedback_boost=boost)
    query = compiled(reader, LONG, ranking)
    rows, _ = reader.documents.search(unfiltered_clause(query), 100)
    best = break_ties(reader, rows, 0, count)
    lifts = lifts_of(reader, best, cut, ranking, TODAY)
    raised = {row.key: row for row in best if row.score > cut}
    assert set(lifts.scores) <= set(raised)
    if not lifts.scores:
        assert lifts == NO_LIFTS
        return
    most = boost * best[0].score
    models = {row.key for row in lifts.models}
    likest = max(lift for key, lift in lifts.scores.items() if key not in models)
    assert lifts.most == pytest.approx(most)
    assert all(lifts.scores[key] <= likest for key in models)
    assert all(0 <= lift <= most * 1.000001 for lift in lifts.scores.values())
    assert [row.key for row in lifts.models] == [key for key in raised if key in lifts.scores][:2]
    weights = [*lifts.terms.values()]
    assert all(one >= other for one, other in pairwise(weights))
    archived = {key for key, name in zip(raised, ids(reader, [*raised.values()]), strict=True)
                if BY_ID[name].status == "Superseded"}  # fmt: skip
    assert not (archived - {best[0].key}) & set(lifts.scores)
