"""Two rankings compared: the test of significance by hand."""

from __future__ import annotations

import pytest

from droindex import QueryError
from droindex.evaluate.comparison import compare, randomisation_test
from droindex.evaluate.metrics import METRICS, evaluate

JUDGED = {"q1": {"a": 3, "b": 1, "c": 0}, "q2": {"a": 1}, "q3": {"d": 2}}
RUN = {"q1": ["b", "x", "a"], "q2": ["x", "a"]}


@pytest.mark.parametrize(
    ("differences", "p"),
    [
        ([], 1.0),
        ([0.0, 0.0], 1.0),
        ([0.5], 1.0),  # + and - are as far from 0
        ([1.0, 2.0], 0.5),  # 3, 1, -1, -3
        ([1.0, 1.0, 1.0], 0.25),  # 2 of 8
        ([0.1, 0.2, -0.3], 1.0),
        ([0.1] * 10, 2 / 1024),
        ([0.0, 1.0, 2.0, 0.0], 0.5),
    ],
)
def test_small_samples_try_all_signs(differences, p):
    assert randomisation_test(differences) == pytest.approx(p)


def test_large_samples_draw_signs_and_repeat_themselves():
    clear, level = [0.1] * 40, [0.1, -0.1] * 20
    assert randomisation_test(clear) == pytest.approx(1 / 10_001)
    assert randomisation_test(level) == 1.0
    mixed = [0.1] * 26 + [-0.1] * 14  # the sign test gives p = 0.081
    assert randomisation_test(mixed) == randomisation_test(mixed) == pytest.approx(0.081, abs=0.01)
    assert randomisation_test(mixed[:39]) < randomisation_test(mixed)


def test_two_rankings_are_compared_query_by_query():
    judged = {f"q{number}": {"a": 1} for number in range(4)}
    new = evaluate({"q0": ["a"], "q1": ["a"], "q2": ["x", "a"], "q3": ["a"]}, judged)
    old = evaluate({"q0": ["x", "a"], "q1": ["a"], "q2": ["a"], "q3": ["y", "x", "a"]}, judged)
    found = {item.metric: item for item in compare(new, old)}
    mrr = found["mrr"]
    assert list(found) == list(METRICS)
    assert (mrr.better, mrr.worse, mrr.equal) == (2, 1, 1)
    assert mrr.mean == pytest.approx(3.5 / 4)
    assert mrr.difference == pytest.approx((0.5 - 0.5 + 2 / 3) / 4)
    assert mrr.p == pytest.approx(6 / 8)  # of ±1/2 ±1/2 ±2/3, only ±(2/3 - 1) is nearer to 0
    assert mrr.to_dict()["difference"] == 0.166667


def test_rankings_of_other_queries_do_not_compare():
    one, other = (evaluate({}, {name: {"a": 1}}) for name in ("q1", "q2"))
    with pytest.raises(QueryError, match="no query in common"):
        compare(one, other)
