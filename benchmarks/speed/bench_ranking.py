"""What the ranking costs over the plainest one: the raw engine's flat OR of the same words.

What is measured: reading a query, compiling it, and its hits in order with an exact count: ten of
them, scope all, without stored fields and snippets; the default ranking, and `fast`. A second row
of each kind measures the whole `Index.search` without snippets, ten hits with their fields.
Against: the engine's boolean query of the same stems in the one field of all text, nothing else,
ten hits with an exact count; in the second row with two stored fields of these.
Corpus: the bulk sample, its queries of one word and of several, and whole titles of sections,
which are long enough for feedback; with a filter, the 10,000 generated documents.
The figures are the median and the 95th percentile of the ratios of single queries, each of
medians and of minima of their CPU times, taken in turns.
"""

from __future__ import annotations

import json
import random
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import pytest
import tantivy
from corpora import bulk_records
from ratio import Row, record, settled, times_in_turns
from tantivy import Occur
from twin import reader_of

from droindex.query.ranker import Wanted, find
from droindex.query.request import Request
from droindex.query.search import compile_request
from droindex.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from libraries import Bench

GROUP = "The ranking"
TARGETS = {"one and two words": 3.0, "three to five words": 6.0, "titles of sections": 6.0}
P95_TARGET = 10.0
FAST_TARGET = 1.3
WITH_FILTER = 2.0  # times these targets
_SEED, _TITLES = 3, 60
_FILTERS = {"doc_type": "Directive"}


class Spread(NamedTuple):
    """Ratios of single queries: their median and their 95th percentile."""

    median: float
    p95: float


class Found(NamedTuple):
    """The ratios of medians, and of minima."""

    medians: Spread
    minima: Spread


def spread(ratios: list[float]) -> Spread:
    """Return the middle and the tail of ratios."""
    ordered = sorted(ratios)
    return Spread(ordered[len(ordered) // 2], ordered[int(0.95 * len(ordered))])


def titles() -> list[str]:
    """Return seeded titles of five to eight words."""
    dice = random.Random(_SEED)
    found = []
    for line in dice.sample(list(bulk_records()), 10 * _TITLES):
        words = re.findall(r"[A-Za-z]{4,}", json.loads(line)["title"])
        if len(words) >= 5:
            found.append(" ".join(words[: dice.randint(5, 8)]).lower())
    return found[:_TITLES]


def texts_of(bench: Bench, kind: str) -> list[str]:
    """Return the queries of a kind."""
    if kind == "titles of sections":
        return titles()
    plain = [query.text for query in bench.of("term", "union")]
    return [text for text in plain if (len(text.split()) > 2) == (kind == "three to five words")]


def flat(bench: Bench, text: str, filters: dict[str, str]) -> tantivy.Query:
    """Return the plainest query of the same words."""
    analyzer, schema = bench.reader.analyzer, bench.raw.schema
    terms = [stem for stem, word in analyzer.query_terms(text) if not analyzer.is_stop_word(word)]
    words = tantivy.Query.boolean_query(
        [
            (Occur.Should, tantivy.Query.term_query(schema, "all", stem))
            for stem in dict.fromkeys(terms)
        ]
    )
    if not filters:
        return words
    limits = [
        tantivy.Query.const_score_query(
            tantivy.Query.term_query(schema, f"{name}_key", value.casefold()), 0.0
        )
        for name, value in filters.items()
    ]
    return tantivy.Query.boolean_query([(Occur.Must, item) for item in (words, *limits)])


def ranked(bench: Bench, ranking: str, filters: dict[str, str]) -> Callable[[str], object]:
    """Return what puts hits in order."""
    reader, settings = reader_of(bench.index), Settings().for_ranking(ranking)
    wanted = Wanted("relevance", 0, 10)
    today = datetime.now(UTC).date()

    def work(text: str) -> object:
        request = Request(today=today, text=text, scope="all", filters=filters)
        compiled = compile_request(reader, request, settings)
        return find(reader, compiled, compiled.limited(), wanted, settings.ranking)

    return work


def searched(bench: Bench, ranking: str, filters: dict[str, str]) -> Callable[[str], object]:
    """Return the whole search, without snippets."""
    return lambda text: bench.index.search(
        text, scope="all", snippets=False, ranking=ranking, filters=filters
    )


def measured(
    bench: Bench, kind: str, ranking: str, *, whole: bool = False, filters: dict[str, str]
) -> Found:
    """Return the ratios of one kind of query."""
    raw = bench.raw

    def theirs(text: str) -> object:
        query = flat(bench, text, filters)
        return raw.fetch(query) if whole else raw.searcher.search(query, 10, True)

    make = searched if whole else ranked
    pairs = list(times_in_turns(make(bench, ranking, filters), theirs, texts_of(bench, kind)))
    return Found(*(spread([one / two for one, two in side]) for side in zip(*pairs, strict=True)))


def rows(kind: str, ranking: str, found: Found, target: float | None, note: str) -> Iterator[Row]:
    """Yield the rows of one measurement."""
    what = f"{kind}, {ranking} ÷ flat OR{note}"
    yield Row(GROUP, f"{what}: median", found.medians.median, found.minima.median, target)
    tail = None if target is None or ranking == "fast" else P95_TARGET * (target / TARGETS[kind])
    yield Row(GROUP, f"{what}: p95", found.medians.p95, found.minima.p95, tail)


def settled_on(measure: Callable[[], Found], target: float) -> Found:
    """Return the best of up to three measurements."""
    return settled(measure, lambda found: found.medians.median, target)


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("ranking", ["default", "fast"])
def test_hits_in_order(bulk: Bench, kind: str, ranking: str) -> None:
    target = FAST_TARGET if ranking == "fast" else TARGETS[kind]
    found = settled_on(lambda: measured(bulk, kind, ranking, filters={}), target)
    for row in rows(kind, ranking, found, target, ""):
        record(row)


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("ranking", ["default", "fast"])
def test_whole_search(bulk: Bench, kind: str, ranking: str) -> None:
    found = measured(bulk, kind, ranking, whole=True, filters={})
    for row in rows(kind, ranking, found, None, ", the whole search"):
        record(row)


@pytest.mark.parametrize("kind", ["one and two words", "three to five words"])
def test_with_a_filter(generated: Callable[[int], Bench], kind: str) -> None:
    bench = generated(10_000)
    target = WITH_FILTER * TARGETS[kind]
    found = settled_on(lambda: measured(bench, kind, "default", filters=_FILTERS), target)
    for row in rows(kind, "default", found, target, " with the same filter"):
        record(row)
