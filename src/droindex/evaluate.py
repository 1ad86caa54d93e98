"""How good a ranking is, against judgements: metrics per query, and two rankings compared.

Reads queries, judgements and runs in the formats of TREC. The metrics come from the package
`ir-measures` (extra `eval`); the test of significance is here and needs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isfinite
from operator import getitem
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from droindex.errors import MissingExtraError, QueryError

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterator

    from droindex.api import Index

__all__ = [
    "DEPTH",
    "METRICS",
    "SIGNIFICANCE_TEST",
    "Comparison",
    "Evaluation",
    "Judgements",
    "Run",
    "check_metrics",
    "compare",
    "evaluate",
    "parse_topics",
    "randomisation_test",
    "read_judgements",
    "read_run",
    "read_topics",
    "run_topics",
]

Judgements = Mapping[str, Mapping[str, int]]  # query id -> document id -> grade
Run = Mapping[str, Sequence[str]]  # query id -> document ids, best first

METRICS = ("ndcg@10", "mrr", "map", "p@10", "recall@100")
DEPTH = 1_000  # hits per query: what TREC runs have, so that map compares with published ones
SIGNIFICANCE_TEST = "paired randomisation test, two-sided, 10,000 rounds, seed 1935"

_ROUNDS = 10_000
_SEED = 1935  # any number does, as long as it stays
_GROUP = 8  # differences that one random byte gives signs to
_ROUNDING = 1e-9  # sums that differ by less are equal: only the order of adding differs
_HEADERS = ("qid", "id", "query_id", "topic")
_METRIC = re.compile(r"(ndcg|mrr|map|p|recall)(?:@([1-9][0-9]{0,3}))?")
_NAMES = {"ndcg": "nDCG", "mrr": "RR", "map": "AP", "p": "P", "recall": "R"}
_NEED_CUT = ("p", "recall")
_BAD_FILE = "evaluation-file"
_QRELS_FORM = "query 0 document grade"
_RUN_FORM = "query Q0 document rank score name"


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
        return _mean([values[metric] for values in self.per_query.values()])

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


@dataclass(frozen=True, slots=True)
class Comparison:
    """One metric of two rankings of the same queries.

    Attributes:
        metric: Its name.
        mean: Of the ranking in question.
        other_mean: Of the ranking that it is compared with.
        better: Queries for which the ranking in question has the higher value.
        worse: Queries for which it has the lower one.
        equal: All other queries.
        p: How often chance alone gives a difference of the means as large, see SIGNIFICANCE_TEST.
    """

    metric: str
    mean: float
    other_mean: float
    better: int
    worse: int
    equal: int
    p: float

    @property
    def difference(self) -> float:
        """`mean` less `other_mean`: above 0 where the ranking in question is better."""
        return self.mean - self.other_mean

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "metric": self.metric,
            "mean": round(self.mean, 6),
            "other_mean": round(self.other_mean, 6),
            "difference": round(self.difference, 6),
            "better": self.better,
            "worse": self.worse,
            "equal": self.equal,
            "p": round(self.p, 6),
        }


# measuring ------------------------------------------------------------------------------------


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
            slug=_BAD_FILE,
        )
    values = _values(measures, run, counted)
    return Evaluation(tuple(measures), values, tuple(_left_out(queries, judgements, counted)))


def compare(new: Evaluation, old: Evaluation) -> tuple[Comparison, ...]:
    """Compare two rankings, metric by metric, over the queries that both evaluations hold.

    Args:
        new: The ranking in question.
        old: The ranking that it is compared with.

    Raises:
        QueryError: They have no query in common.
    """
    queries = [query for query in new.per_query if query in old.per_query]
    if not queries:
        raise QueryError("The two rankings have no query in common.", slug=_BAD_FILE)
    return tuple(
        _comparison(
            metric,
            [new.per_query[query][metric] for query in queries],
            [old.per_query[query][metric] for query in queries],
        )
        for metric in new.metrics
        if metric in old.metrics
    )


def randomisation_test(differences: Sequence[float]) -> float:
    """Return the two-sided p value of paired differences.

    If the two rankings were alike, each difference could as well have the other sign. The value
    is the share of all choices of signs whose sum is as far from 0 as the one found: of all of
    them where there are at most 10,000, else of 10,000 drawn with a fixed seed.

    Args:
        differences: One for each query.
    """
    moved = [difference for difference in differences if difference]
    found = abs(fsum(moved)) - _ROUNDING
    if 2 ** len(moved) <= _ROUNDS:
        sums = _signed_sums(moved)
        return sum(abs(value) >= found for value in sums) / len(sums)
    tables = []
    for start in range(0, len(moved), _GROUP):
        table = _signed_sums(moved[start : start + _GROUP])
        tables.append(table * (2**_GROUP // len(table)))  # the last group may be a short one
    dice = Random(_SEED)  # noqa: S311 - nothing here is a secret
    extreme = 0
    for _ in range(_ROUNDS):
        total: float = sum(map(getitem, tables, dice.randbytes(len(tables))))
        extreme += abs(total) >= found
    return (extreme + 1) / (_ROUNDS + 1)


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


def _comparison(metric: str, new: Sequence[float], old: Sequence[float]) -> Comparison:
    differences = [a - b for a, b in zip(new, old, strict=True)]
    better = sum(difference > 0 for difference in differences)
    worse = sum(difference < 0 for difference in differences)
    return Comparison(
        metric,
        _mean(new),
        _mean(old),
        better,
        worse,
        len(differences) - better - worse,
        randomisation_test(differences),
    )


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values) if values else 0.0


def _signed_sums(values: Sequence[float]) -> list[float]:
    """Return the sum of the values for each choice of their signs."""
    sums = [0.0]
    for value in values:
        sums = [total + signed for total in sums for signed in (value, -value)]
    return sums


# reading --------------------------------------------------------------------------------------


def read_topics(path: str | os.PathLike[str]) -> dict[str, str]:
    """Read queries: lines `id TAB query`, in UTF-8; further columns are ignored.

    Returns:
        Query id -> query.

    Raises:
        QueryError: `evaluation-file`, with the line that cannot be used.
    """
    return parse_topics(_text(path), str(path))


def parse_topics(text: str, name: str) -> dict[str, str]:
    """Read queries from text; blank lines and a line of headings are skipped.

    Args:
        text: Lines `id TAB query`.
        name: What to call it in messages.

    Returns:
        Query id -> query.

    Raises:
        QueryError: `evaluation-file`, with the line that cannot be used.
    """
    topics: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        topic, tab, rest = line.partition("\t")
        topic = topic.strip()
        if not line.strip() or (number == 1 and topic.casefold() in _HEADERS):
            continue
        if not tab or not topic:
            raise _fault(name, number, "not of the form `id TAB query`")
        if topic in topics:
            raise _fault(name, number, f"a second query {topic!r}")
        topics[topic] = rest.split("\t")[0].strip()
    return topics


def read_judgements(path: str | os.PathLike[str]) -> dict[str, dict[str, int]]:
    """Read judgements (qrels): lines `query 0 document grade`, in UTF-8.

    Ids are those of a run of `droindex query --format trec`: blanks and `%` are %-encoded.

    Returns:
        Query id -> document id -> grade; a grade below 0 becomes 0.

    Raises:
        QueryError: `evaluation-file`, with the line that cannot be used.
    """
    judgements: dict[str, dict[str, int]] = {}
    for number, cells in _rows(path, _QRELS_FORM):
        query, document = unquote(cells[0]), unquote(cells[2])
        try:
            grade = max(0, int(cells[3]))
        except ValueError:
            raise _fault(path, number, f"the grade {cells[3]!r} is no whole number") from None
        if judgements.setdefault(query, {}).setdefault(document, grade) != grade:
            raise _fault(path, number, f"a second grade for {query!r} and {document!r}")
    return judgements


def read_run(path: str | os.PathLike[str]) -> dict[str, list[str]]:
    """Read a run: lines `query Q0 document rank score name`, in UTF-8.

    The score decides the order, as TREC's own program has it, and among equal scores the order
    of the lines.

    Returns:
        Query id -> document ids, best first.

    Raises:
        QueryError: `evaluation-file`, with the line that cannot be used.
    """
    scores: dict[str, dict[str, float]] = {}
    for number, cells in _rows(path, _RUN_FORM):
        query, document = unquote(cells[0]), unquote(cells[2])
        found = scores.setdefault(query, {})
        if document in found:
            raise _fault(path, number, f"{document!r} a second time for query {query!r}")
        found[document] = _score(path, number, cells[4])
    return {
        query: sorted(found, key=found.__getitem__, reverse=True) for query, found in scores.items()
    }


def _score(path: str | os.PathLike[str], number: int, text: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = float("nan")
    if not isfinite(score):
        raise _fault(path, number, f"the score {text!r} is no number")
    return score


def _rows(path: str | os.PathLike[str], form: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each line that is not blank; there must be one."""
    count = len(form.split())
    is_empty = True
    for number, line in enumerate(_text(path).split("\n"), 1):
        cells = line.split()
        if cells:
            if len(cells) != count:
                raise _fault(path, number, f"not of the form `{form}`")
            is_empty = False
            yield number, cells
    if is_empty:
        raise QueryError(f"{path} is empty.", hint=f"Its lines are `{form}`.", slug=_BAD_FILE)


def _fault(path: str | os.PathLike[str], number: int, what: str) -> QueryError:
    return QueryError(f"{path}, line {number}: {what}.", slug=_BAD_FILE)


def _text(path: str | os.PathLike[str]) -> str:
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or str(error)
        raise QueryError(f"{path} cannot be read: {reason}.", slug=_BAD_FILE) from error
    except UnicodeDecodeError as error:
        raise QueryError(f"{path} is not UTF-8 text.", slug=_BAD_FILE) from error
