"""Search without snippets, against the raw engine with the same clauses on the same files.

What is measured: `Index.search(text, snippets=False)`, limit 10, scope active, warm, without the
feedback of long queries (bench_ranking.py measures what that costs): reading the query,
compiling it, searching, exact total, two stored fields of ten hits, percentages, hits.
Against: the engine's own query objects made from the same clauses, its search with an exact
count, the same two fields of ten hits. The raw engine gets the clauses ready-made; the stricter
row gives it even its query objects ready-made.
Corpus: the bulk sample, 300 queries of six classes, and generated documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from corpora import CLASSES, Query
from ratio import Ratio, Row, compare, record, settled
from twin import clause_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from libraries import Bench

GROUP = "Search without snippets"
TARGET = 1.15
GATE = 1.7  # about a quarter above what was measured


def against_raw(bench: Bench, queries: list[Query], *, ready: bool = False) -> Ratio:
    """Return our search over the raw engine's."""
    clauses = {query: clause_of(bench.index, query.text) for query in queries}
    objects = {query: bench.raw.query(clause) for query, clause in clauses.items()}

    def ours(query: Query) -> object:
        return bench.unfed.search(query.text, snippets=False)

    def theirs(query: Query) -> object:
        return bench.raw.fetch(objects[query] if ready else bench.raw.query(clauses[query]))

    return compare(ours, theirs, queries)


def same_hits(bench: Bench, query: Query) -> bool:
    """Whether both sides find the same documents, ties apart."""
    clause = clause_of(bench.index, query.text)
    found = bench.raw.searcher.search(bench.raw.query(clause), 10, True)
    results = bench.unfed.search(query.text, snippets=False)
    scores = [score for score, _ in found.hits]
    shown = [hit.score for hit in results]
    return results.total == found.count and shown == pytest.approx(scores, abs=1e-3)


def test_both_sides_do_the_same_work(corpus: Bench) -> None:
    assert all(same_hits(corpus, query) for query in corpus.queries)


@pytest.mark.parametrize("kind", CLASSES)
def test_each_class(bulk: Bench, kind: str) -> None:
    found = against_raw(bulk, bulk.of(kind))
    note = f"{found.ours_us:.0f} / {found.theirs_us:.0f} µs"
    record(Row(GROUP, f"bulk, {kind} ÷ raw engine", found.medians, found.minima, None, note))


def test_all_classes(bulk: Bench) -> None:
    found = settled(lambda: against_raw(bulk, bulk.queries), lambda r: r.worse, TARGET)
    note = f"{found.ours_us:.0f} / {found.theirs_us:.0f} µs"
    record(Row(GROUP, "bulk, all ÷ raw engine", found.medians, found.minima, TARGET, note))
    assert found.worse <= GATE


def test_ready_made_objects(bulk: Bench) -> None:
    found = against_raw(bulk, bulk.queries, ready=True)
    what = "bulk, all ÷ raw engine with ready-made query objects"
    record(Row(GROUP, what, found.medians, found.minima))


@pytest.mark.parametrize("count", [1_000, 10_000])
def test_generated(generated: Callable[[int], Bench], count: int) -> None:
    bench = generated(count)
    found = against_raw(bench, bench.queries)
    note = f"{found.ours_us:.0f} / {found.theirs_us:.0f} µs"
    what = f"{bench.name}, all ÷ raw engine"
    record(Row(GROUP, what, found.medians, found.minima, None, note))
