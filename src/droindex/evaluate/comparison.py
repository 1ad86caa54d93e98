"""Two rankings of the same queries, compared: by their means, and by chance."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from operator import getitem
from random import Random
from typing import TYPE_CHECKING, Any

from droindex.errors import QueryError
from droindex.evaluate.metrics import BAD_FILE, mean_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.evaluate.metrics import Evaluation

__all__ = ["SIGNIFICANCE_TEST", "Comparison", "compare", "randomisation_test"]

SIGNIFICANCE_TEST = "paired randomisation test, two-sided, 10,000 rounds, seed 1935"

_ROUNDS = 10_000  # give p with a standard error of .005 at most
_SEED = 1935  # any number does, as long as it stays
_GROUP = 8  # differences that one random byte gives signs to
_ROUNDING = 1e-9  # sums that differ by less are equal: only the order of adding differs


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
        raise QueryError("The two rankings have no query in common.", slug=BAD_FILE)
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


def _comparison(metric: str, new: Sequence[float], old: Sequence[float]) -> Comparison:
    differences = [a - b for a, b in zip(new, old, strict=True)]
    better = sum(difference > 0 for difference in differences)
    worse = sum(difference < 0 for difference in differences)
    return Comparison(
        metric,
        mean_of(new),
        mean_of(old),
        better,
        worse,
        len(differences) - better - worse,
        randomisation_test(differences),
    )


def _signed_sums(values: Sequence[float]) -> list[float]:
    """Return the sum of the values for each choice of their signs."""
    sums = [0.0]
    for value in values:
        sums = [total + signed for total in sums for signed in (value, -value)]
    return sums
