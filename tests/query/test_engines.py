"""The same documents in two engines: every answer is the same, order and ties included."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from engine.cluster import ClusterEngine
from engine.libraries import ENGINES, opened, put
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support import document

from droindex import Document, Index

ROOT = Path(__file__).resolve().parents[2]
EVERY = 4  # of the judged queries one in so many
Pair = tuple[Index, Index]


def answer(index: Index, query: str, *, is_rough: bool = False, **options: Any) -> dict[str, Any]:
    results = index.search(query, **options)
    shape = results.to_dict()
    del shape["took_ms"], shape["limit"]
    scores = [hit.pop("score") for hit in shape["hits"]]
    if is_rough:  # a percent at the border, two pages that are nearly as good
        for hit in shape["hits"]:
            del hit["snippet"], hit["relevance"]
    return {**shape, "scores": pytest.approx(scores, rel=1e-4, abs=1e-4), "best": scores}


def assert_alike(pair: Pair, query: str, **options: Any) -> None:
    if "ranking" not in options and is_on_cluster(pair[1]):
        # A server counts words that are near each other in its own way; this ranking has none.
        options["ranking"] = "fast"
    one, other = (answer(index, query, **options) for index in pair)
    assert one.pop("best") == other["scores"]
    del one["scores"], other["scores"], other["best"]
    assert one == other, query


def is_on_cluster(index: Index) -> bool:
    """Whether a library is that of the engine on a cluster."""
    return isinstance(index._handle._engine, ClusterEngine)  # type: ignore[union-attr]


def both(folder: Path, documents: list[Document], name: str) -> Pair:
    one, other = (
        opened(put(folder / own, documents, ENGINES[own]), ENGINES[own])
        for own in ("tantivy", name)
    )
    return one, other


@pytest.fixture(scope="module", params=["memory", "opensearch"])
def samples(
    request: pytest.FixtureRequest, sample_library: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    """The sample documents in tantivy and in another engine."""
    with Index.open(sample_library) as index:
        found = [index.get(hit.doc_id) for hit in index.scan(scope="all")]
    documents = [replace(item, file=None) for item in found]
    pair = both(tmp_path_factory.mktemp("both"), documents, request.param)
    with pair[0], pair[1]:
        yield pair


def judged() -> list[str]:
    with (ROOT / "corpus" / "judged" / "queries.tsv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row[1] for row in rows if len(row) > 1][::EVERY]


@pytest.mark.parametrize("query", judged())
def test_a_judged_query_has_one_answer(samples: Pair, query: str) -> None:
    assert_alike(samples, query, scope="all", facets=("opi", "year"))


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ('"travel documents"~3 escort', {}),
        ("deten* OR remov?l -juvenile", {}),
        ("title:escort body:detain*", {}),
        ("opi:d* custody", {}),
        ("escrot~ polcy~2", {}),
        ("detention", {"sort": "-issued"}),
        ("detention", {"sort": "title", "offset": 3, "limit": 5}),
        ("", {"issued_from": "2004", "issued_to": "2006"}),
        ("removal of aliens in custody by officers", {"scope": "archived"}),
        ("AED in detention", {"filters": {"doc_type": ["Directive", "Guidance"]}}),
    ],
)
def test_everything_that_can_be_asked_has_one_answer(
    samples: Pair, query: str, options: dict[str, Any]
) -> None:
    assert_alike(samples, query, **options)


@pytest.mark.parametrize("text", ["esc", "travel doc", "detenti", "immigration det"])
def test_suggestions_are_the_same(samples: Pair, text: str) -> None:
    one, other = (index.suggest(text) for index in samples)
    assert [hit.doc_id for hit in one] == [hit.doc_id for hit in other]
    assert one.completions == other.completions
    assert one.suggestion == other.suggestion


def test_what_is_related_is_the_same(samples: Pair) -> None:
    for hit in samples[0].search("detention"):
        one, other = (
            [(item.doc_id, item.relevance) for item in index.related(hit.doc_id)]
            for index in samples
        )
        assert one == other


WORDS = ["escort", "removal", "order", "custody", "bond", "officer", "the"]
bodies = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
papers = st.lists(
    st.fixed_dictionaries(
        {
            "title": st.sampled_from(["Escort", "Removal order", "Bond"]),
            "body": st.lists(bodies, min_size=1, max_size=2),
            "issued": st.one_of(st.none(), st.integers(2000, 2003).map(lambda y: date(y, 1, 1))),
            "status": st.sampled_from(["Current", "Superseded"]),
            "copies": st.integers(1, 3),  # so that some scores are the same
        }
    ),
    min_size=1,
    max_size=5,
)
word = st.sampled_from([*WORDS, "remo*", "b?nd", "escrot", "cust~", "unheard"])
phrase = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(lambda w: f'"{" ".join(w)}"')
piece = st.one_of(
    word,
    phrase,
    phrase.map(lambda text: f"{text}~2"),
    word.map(lambda text: f"-{text}"),
    word.map(lambda text: f"title:{text}"),
    st.tuples(word, word).map(" OR ".join),
    st.tuples(word, word).map(" AND ".join),
)
queries = st.lists(piece, min_size=1, max_size=6).map(" ".join)


@given(papers, st.lists(queries, min_size=1, max_size=8), st.sampled_from(["all", "active"]))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
def test_random_queries_over_random_documents_have_one_answer(
    drawn: list[dict[str, Any]], asked: list[str], scope: str
) -> None:
    copied = [paper for paper in drawn for _ in range(paper["copies"])]
    documents = [
        document(
            **{key: value for key, value in paper.items() if key != "copies"},
            doc_id=f"d{number:02}",
        )
        for number, paper in enumerate(copied)
    ]
    folder = Path(tempfile.mkdtemp())
    try:
        with ExitStack() as stack:
            pair = both(folder, documents, "memory")
            for index in pair:
                stack.enter_context(index)
            for query in asked:
                assert_alike(pair, query, is_rough=True, scope=scope, facets=("status", "year"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
