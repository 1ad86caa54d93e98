"""As you type: each beginning of a query, against the raw engine's two-term query.

What is measured: `Index.suggest(text)` for every beginning of the bulk sample's queries, from one
letter on, and for each with a slip in it (two letters exchanged), warm, limit 10, scope active.
Against: the plain engine's query of two words in three boosted fields, ten hits with two stored
fields and an exact count, for all queries of two words in the same sample.
The figure is the 95th percentile of ours over theirs, of CPU time.
"""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING, TypeVar

from ratio import REPETITIONS, Row, record, settled

from droindex.engine import clauses as c

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corpora import Query
    from libraries import Bench

GROUP = "As you type"
TARGET = 5.0
GATE = 6.5
_STEP = 6  # every so many-th query is typed
_BOOSTS = {"all": 1.0, "title": 3.0, "summary": 2.0}

T = TypeVar("T")


def p95(
    ask: Callable[[T], object], items: Sequence[T], choose: Callable[[list[float]], float]
) -> float:
    """Return the 95th percentile over the items of what is chosen from their repeated times."""
    found = []
    for item in items:
        ask(item)
        times = []
        for _ in range(REPETITIONS):
            start = time.thread_time()
            ask(item)
            times.append(time.thread_time() - start)
        found.append(choose(times))
    return sorted(found)[int(0.95 * len(found))]


def beginnings(queries: list[Query]) -> list[str]:
    """Return what stands in the box after each key."""
    texts = [" ".join(query.terms) for query in queries[::_STEP]]
    return [text[:count] for text in texts for count in range(1, len(text) + 1)]


def with_slips(typed: list[str]) -> list[str]:
    """Return texts with two letters of the last word exchanged, where it has four or more."""
    words = [(text, text.rpartition(" ")[2]) for text in typed]
    return [
        text[: len(text) - len(word)] + word[0] + word[2] + word[1] + word[3:]
        for text, word in words
        if len(word) > 3
    ]


def two_terms(bench: Bench) -> list[c.Clause]:
    """Return the boosted two-term queries of the sample."""
    found: list[c.Clause] = []
    for query in bench.of("union", "intersection"):
        if len(query.terms) == 2:
            stems = bench.reader.analyzer.stems(list(query.terms))
            terms = [c.Term(name, s, boost) for s in stems for name, boost in _BOOSTS.items()]
            found.append(c.Bool(should=tuple(terms)))
    return found


def against_two_terms(bench: Bench, typed: list[str]) -> Row:
    """Return the row of ratios of 95th percentiles."""
    clauses = two_terms(bench)

    def theirs(clause: c.Clause) -> object:
        return bench.raw.fetch(bench.raw.query(clause))

    ratios, times = [], []
    for choose in (median, min):
        ours, raw = p95(bench.index.suggest, typed, choose), p95(theirs, clauses, choose)
        ratios.append(ours / raw)
        times.append((ours, raw))
    note = f"{1e6 * times[0][0]:.0f} / {1e6 * times[0][1]:.0f} µs"
    what = "bulk, p95 of every beginning ÷ p95 of the raw engine's two-term query"
    return Row(GROUP, what, ratios[0], ratios[1], TARGET, note)


def worse(row: Row) -> float:
    """Return the larger of a row's ratios."""
    return max(row.medians, row.minima)


def test_every_beginning(bulk: Bench) -> None:
    typed = beginnings(bulk.queries)
    row = settled(lambda: against_two_terms(bulk, typed), worse, TARGET)
    record(row)
    assert worse(row) <= GATE


def test_with_slips(bulk: Bench) -> None:
    typed = with_slips(beginnings(bulk.queries))
    assert len(typed) > 100
    row = against_two_terms(bulk, typed)
    what = "bulk, likewise with two letters exchanged"
    record(Row(GROUP, what, row.medians, row.minima, None, row.note))
