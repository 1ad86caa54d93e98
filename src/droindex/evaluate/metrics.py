"""What metrics say of one ranking, query by query."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Any

from droindex.errors import MissingExtraError, QueryError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from droindex.api import Index

__all__ = [
    "BAD_FILE",
    "DEPTH",
    "METRICS",
    "Evaluation",
    "Judgements",
    "Run",
    "check_metrics",
    "evaluate",
    "mean_of",
    "run_topics",
]

Judgements = Mapping[str, Mapping[str, int]]  # query id -> document id -> grade
Run = Mapping[str, Sequence[str]]  # query id -> document ids, best first

METRICS = ("ndcg@10", "mrr", "map", "p@10", "recall@100")
DEPTH = 1_000  # hits per query: what TREC runs have, so that map compares with published ones

BAD_FILE = "evaluation-file"  # the slug of what is wrong with files
_METRIC = re.compile(r"(ndcg|mrr|map|p|recall)(?:@([1-9][0-9]{0,3}))?")
_NAMES = {"ndcg": "nDCG", "mrr": "RR", "map": "AP", "p": "P", "recall": "R"}
_NEED_CUT = ("p", "recall")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the metrics say of one ranking.

    Attributes:
        metrics: Their names, in the order asked for.
        per_query: Query id -> metric -> value, for every query that counts.
        notes: What was left out, and why.
    """

    metrics: tuple[str, ...]
    per_query: Mapping[str, Mapping[str, float]]
    notes: tuple[str, ...] = ()

    def mean(self, metric: str) -> float:
        """Return the mean of a metric over all queries that count."""
        return mean_of([values[metric] for values in self.per_query.values()])

    def to_dict(self, *, per_query: bool = True) -> dict[str, Any]:
        """Return the JSON shape.

        Args:
            per_query: Whether the values of each query are in it.
        """
        shape: dict[str, Any] = {
            "queries": len(self.per_query),
            "metrics": {name: round(self.mean(name), 6) for name in self.metrics},
        }
        if per_query:
            shape["per_query"] = {
                query: {name: round(value, 6) for name, value in values.items()}
                for query, values in self.per_query.items()
            }
        return shape


def run_topics(
    index: Index, topics: Mapping[str, str], *, scope: str = "active", depth: int = DEPTH
) -> dict[str, list[str]]:
    """Return a run: the ids of the documents that a library finds for each query, best first.

    Args:
        index: The library, open.
        topics: Query id -> query.
        scope: `active`, `archived` or `all`.
        depth: Hits per query, 1 to 1000.

    Raises:
        QueryError: There is no such scope.
        LimitError: `limit-out-of-range`.
    """
    return {
        topic: [hit.doc_id for hit in index.search(text, scope=scope, limit=depth, snippets=False)]
        for topic, text in topics.items()
    }


def evaluate(
    run: Run,
    judgements: Judgements,
    *,
    topics: Collection[str] | None = None,
    metrics: Sequence[str] = METRICS,
) -> Evaluation:
    """Return what the metrics say of a run.

    A query for which the run has nothing counts as 0. A query without a relevant document is left
    out: no ranking could do well or badly at it.

    Args:
        run: Query id -> document ids, best first.
        judgements: Query id -> document id -> grade; 0 and what is missing is not relevant.
        topics: Ids of the queries that were asked; None for those that are judged.
        metrics: Their names: `ndcg`, `mrr` and `map`, alone or with a cut such as `@10`, `p` and
            `recall` with one.

    Raises:
        MissingExtraError: `missing-extra`, ir-measures is not installed.
        QueryError: There is no such metric, or no query that counts.
    """
    measures = _measures(metrics)
    queries = judgements if topics is None else topics
    counted = {
        query: judgements[query] for query in queries if any(judgements.get(query, {}).values())
    }
    if not counted:
        raise QueryError(
            "None of the queries has a relevant document among the judgements.",
            hint="Check that both files use the same query ids.",
            slug=BAD_FILE,
        )
    values = _values(measures, run, counted)
    return Evaluation(tuple(measures), values, tuple(_left_out(queries, judgements, counted)))


def check_metrics(metrics: Sequence[str]) -> None:
    """Refuse what cannot be measured, before time is spent on searching.

    Raises:
        MissingExtraError: `missing-extra`, ir-measures is not installed.
        QueryError: There is no such metric.
    """
    _measures(metrics)


def _measures(metrics: Sequence[str]) -> dict[str, Any]:
    """Return name -> measure of the library for each metric."""
    try:
        import ir_measures  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        raise MissingExtraError(
            "Evaluation needs the package ir-measures, which is not installed.", extra="eval"
        ) from error
    measures: dict[str, Any] = {}
    for metric in metrics:
        match = _METRIC.fullmatch(metric.strip().casefold())
        if match is None or (match[2] is None and match[1] in _NEED_CUT):
            raise QueryError(
                f"There is no metric {metric!r}.",
                hint=f"Metrics: {', '.join(METRICS)}; @ and another number give another cut.",
                slug="unknown-metric",
            )
        measure = getattr(ir_measures, _NAMES[match[1]])
        measures[match[0]] = measure @ int(match[2]) if match[2] else measure
    return measures


def _values(
    measures: Mapping[str, Any], run: Run, judgements: Judgements
) -> dict[str, dict[str, float]]:
    """Return query id -> metric -> value, for every query that is judged."""
    import ir_measures  # noqa: PLC0415 - an extra, and slow to import

    # Scores are made of the ranks: evaluators order equal scores by document id.
    ranked = {
        query: {key: float(-rank) for rank, key in enumerate(run.get(query, ()))}
        for query in judgements
    }
    values: dict[str, dict[str, float]] = {query: {} for query in judgements}
    for item in ir_measures.iter_calc(list(measures.values()), judgements, ranked):
        values[item.query_id][str(item.measure)] = item.value
    return {
        query: {name: found[str(measure)] for name, measure in measures.items()}
        for query, found in values.items()
    }


def _left_out(
    topics: Collection[str], judgements: Judgements, counted: Collection[str]
) -> Iterator[str]:
    unjudged = sum(query not in judgements for query in topics)
    hopeless = len(topics) - unjudged - len(counted)
    unasked = sum(query not in topics for query in judgements)
    if unjudged:
        yield f"Left out: {_queries(unjudged)} without judgements."
    if hopeless:
        yield f"Left out: {_queries(hopeless)} without a relevant document."
    if unasked:
        yield f"Left out: the judgements of {_queries(unasked)} that were not asked."


def _queries(count: int) -> str:
    return "1 query" if count == 1 else f"{count} queries"


def mean_of(values: Sequence[float]) -> float:
    """Return the mean; 0 of nothing."""
    return fsum(values) / len(values) if values else 0.0
