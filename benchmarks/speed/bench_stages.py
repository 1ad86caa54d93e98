"""Each stage of a search by itself, and the raw engine's counterpart where it has one.

What is measured, warm, limit 10: reading the query (parse), turning it into clauses (compile),
the search with its hits, the two percentages, snippets, facets, suggestions, and a whole answer
as JSON data (end to end). pytest-benchmark prints the times: they are notes, only the ratios in
RESULTS.md are claims.
Corpus: 1,000 and 10,000 generated documents and the bulk sample; 120 or 300 queries a round.
Against: the raw engine on the same files with the same clauses. Reading a query stands beside the
engine's own parser over three fields with boosts, which does less: no notes, no limits.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import tantivy
from corpora import CLASSES, Query
from ratio import Row, compare, record
from twin import RawEngine, clause_of

from droindex.engine.fields import QUERY_FIELDS
from droindex.query.compile.compiler import compile_query
from droindex.query.language.parser import parse
from droindex.query.request import Request, hit_filters_of
from droindex.query.results.relevance import relevance
from droindex.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from libraries import Bench
    from pytest_benchmark.fixture import BenchmarkFixture

FACETS = ("opi", "doc_type", "category")
_FIELDS = ["title", "summary", "all"]
_BOOSTS = {"title": 0.35, "summary": 0.1}
_SETTINGS = Settings()


def measure(benchmark: BenchmarkFixture, work: Callable[[Query], object], bench: Bench) -> None:
    """Time one round over all queries of a corpus."""

    def one_round() -> None:
        for query in bench.queries:
            work(query)

    benchmark.extra_info["queries a round"] = len(bench.queries)
    benchmark.pedantic(one_round, rounds=5, warmup_rounds=1)


def read(query: Query) -> object:
    """Read a query."""
    return parse(query.text, fields=QUERY_FIELDS, limits=_SETTINGS.limits)


@pytest.mark.benchmark(group="parse")
def test_parse(benchmark: BenchmarkFixture, corpus: Bench) -> None:
    measure(benchmark, read, corpus)


@pytest.mark.benchmark(group="parse")
def test_parse_raw(benchmark: BenchmarkFixture, corpus: Bench) -> None:
    def read_raw(query: Query) -> object:
        return corpus.raw.index.parse_query(query.text, _FIELDS, field_boosts=_BOOSTS)

    measure(benchmark, read_raw, corpus)


@pytest.mark.benchmark(group="compile")
def test_compile(benchmark: BenchmarkFixture, corpus: Bench) -> None:
    parsed = {query: parse(query.text, fields=QUERY_FIELDS) for query in corpus.queries}
    reader = corpus.reader
    limits = hit_filters_of(reader, Request(today=datetime.now(UTC).date()))

    def compile_(query: Query) -> object:
        return compile_query(parsed[query], reader, _SETTINGS, limits)

    measure(benchmark, compile_, corpus)


@pytest.mark.benchmark(group="compile")
def test_compile_raw(benchmark: BenchmarkFixture, corpus: Bench) -> None:
    clauses = {query: clause_of(corpus.index, query.text) for query in corpus.queries}
    measure(benchmark, lambda query: corpus.raw.query(clauses[query]), corpus)


@pytest.mark.benchmark(group="search")
def test_search(benchmark: BenchmarkFixture, corpus: Bench) -> None:
    measure(benchmark, lambda query: corpus.index.search(query.text, snippets=False), corpus)


@pytest.mark.benchmark(group="search")
def test_search_raw(benchmark: BenchmarkFixture, corpus: Bench) -> None:
    clauses = {query: clause_of(corpus.index, query.text) for query in corpus.queries}
    raw = corpus.raw
    measure(benchmark, lambda query: raw.fetch(raw.query(clauses[query])), corpus)


@pytest.mark.benchmark(group="relevance of ten hits")
def test_relevance(benchmark: BenchmarkFixture) -> None:
    scores = [30.0 - i for i in range(10)]
    benchmark(lambda: [relevance(score, scores[0]) for score in scores])


@pytest.mark.benchmark(group="search with match")
def test_match(benchmark: BenchmarkFixture, corpus: Bench) -> None:
    def ask(query: Query) -> object:
        return [hit.match for hit in corpus.index.search(query.text, snippets=False)]

    measure(benchmark, ask, corpus)


@pytest.mark.benchmark(group="search with snippets")
def test_snippets(benchmark: BenchmarkFixture, corpus: Bench) -> None:
    measure(benchmark, lambda query: corpus.index.search(query.text), corpus)


@pytest.mark.benchmark(group="suggest")
def test_suggest(benchmark: BenchmarkFixture, corpus: Bench) -> None:
    def ask(query: Query) -> object:
        typed = " ".join(query.terms)
        return corpus.index.suggest(typed[: max(3, len(typed) - 2)])

    measure(benchmark, ask, corpus)


@pytest.mark.benchmark(group="suggest")
def test_suggest_raw(benchmark: BenchmarkFixture, corpus: Bench) -> None:
    """The engine's own as-you-type query: a phrase whose last word is a prefix, constant score."""
    raw = corpus.raw

    def ask(query: Query) -> object:
        typed = " ".join(query.terms)
        words = typed[: max(3, len(typed) - 2)].lower().split()
        wanted = tantivy.Query.phrase_prefix_query(raw.schema, "all", words)
        return raw.fetch(wanted)

    measure(benchmark, ask, corpus)


@pytest.mark.benchmark(group="end to end")
def test_end_to_end(benchmark: BenchmarkFixture, corpus: Bench) -> None:
    facets = FACETS if corpus.name != "bulk" else ()
    measure(
        benchmark, lambda query: corpus.index.search(query.text, facets=facets).to_dict(), corpus
    )


@pytest.mark.benchmark(group="facets")
def test_facets(benchmark: BenchmarkFixture, generated: Callable[[int], Bench]) -> None:
    bench = generated(10_000)
    measure(
        benchmark,
        lambda query: bench.index.search(query.text, snippets=False, facets=FACETS),
        bench,
    )


def test_facets_ratio(generated: Callable[[int], Bench]) -> None:
    bench = generated(10_000)
    clauses = {query: clause_of(bench.index, query.text) for query in bench.queries}
    wanted = {name: {"terms": {"field": name, "size": 100}} for name in FACETS}

    def theirs(query: Query) -> object:
        raw: RawEngine = bench.raw
        raw.fetch(raw.query(clauses[query]))
        return raw.searcher.aggregate(raw.query(clauses[query]), wanted)

    found = compare(
        lambda query: bench.index.search(query.text, snippets=False, facets=FACETS),
        theirs,
        bench.queries,
    )
    what = f"{bench.name}, three facets, no snippets ÷ raw engine"
    record(Row("Parts", what, found.medians, found.minima))


@pytest.mark.parametrize("kind", CLASSES)
def test_match_costs(bulk: Bench, kind: str) -> None:
    found = compare(
        lambda query: [hit.match for hit in bulk.index.search(query.text, snippets=False)],
        lambda query: bulk.index.search(query.text, snippets=False),
        bulk.of(kind),
    )
    what = f"bulk, {kind}: search with all `match` read ÷ without"
    record(Row("Parts", what, found.medians, found.minima))
