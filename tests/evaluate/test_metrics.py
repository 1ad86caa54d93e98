"""Metrics worked out by hand, and what is left out of them."""

from __future__ import annotations

import math
import sys

import pytest

from droindex import Index, MissingExtraError, QueryError
from droindex.evaluate.metrics import METRICS, check_metrics, evaluate, run_topics

JUDGED = {"q1": {"a": 3, "b": 1, "c": 0}, "q2": {"a": 1}, "q3": {"d": 2}}
RUN = {"q1": ["b", "x", "a"], "q2": ["x", "a"]}


def test_metrics_are_what_one_works_out_by_hand():
    found = evaluate(RUN, JUDGED)
    ideal = 3 + 1 / math.log2(3)
    assert found.metrics == METRICS
    assert found.per_query["q1"] == pytest.approx(
        {
            "ndcg@10": (1 + 3 / math.log2(4)) / ideal,
            "mrr": 1.0,
            "map": (1 / 1 + 2 / 3) / 2,
            "p@10": 0.2,
            "recall@100": 1.0,
        }
    )
    assert found.per_query["q2"] == pytest.approx(
        {"ndcg@10": 1 / math.log2(3), "mrr": 0.5, "map": 0.5, "p@10": 0.1, "recall@100": 1.0}
    )
    assert found.mean("mrr") == pytest.approx((1.0 + 0.5 + 0.0) / 3)
    assert not found.notes


def test_query_that_finds_nothing_counts_as_zero():
    assert set(evaluate(RUN, JUDGED).per_query["q3"].values()) == {0.0}


def test_order_of_the_run_counts_and_not_the_names_of_documents():
    judged = {"q": {"m": 1}}
    for run in (["m", "z", "a"], ["m", "a", "z"]):
        assert evaluate({"q": run}, judged, metrics=["mrr"]).mean("mrr") == 1.0


def test_queries_that_cannot_tell_rankings_apart_are_left_out_and_said():
    judged = {"q1": {"a": 1}, "hopeless": {"a": 0}, "unasked": {"a": 1}}
    found = evaluate({"q1": ["a"]}, judged, topics=["q1", "hopeless", "unjudged"])
    assert list(found.per_query) == ["q1"]
    assert found.notes == (
        "Left out: 1 query without judgements.",
        "Left out: 1 query without a relevant document.",
        "Left out: the judgements of 1 query that were not asked.",
    )


def test_no_query_that_counts_is_an_error():
    with pytest.raises(QueryError, match="None of the queries") as caught:
        evaluate({}, {"q1": {"a": 1}}, topics=["other"])
    assert caught.value.slug == "evaluation-file"


def test_metrics_take_other_cuts_and_any_case():
    run = {"q": ["x", "a", "b"]}
    judged = {"q": {"a": 1, "b": 1}}
    found = evaluate(run, judged, metrics=["P@2", "recall@2", "mrr@1", "map@2", "ndcg"])
    assert found.metrics == ("p@2", "recall@2", "mrr@1", "map@2", "ndcg")
    assert list(found.per_query["q"].values())[:4] == [0.5, 0.5, 0.0, 0.25]


@pytest.mark.parametrize("metric", ["p", "recall", "bpref", "ndcg@0", "ndcg@x", "", "p@10@5"])
def test_metrics_that_do_not_exist_are_refused(metric):
    with pytest.raises(QueryError, match="There is no metric") as caught:
        check_metrics([metric])
    assert caught.value.slug == "unknown-metric"
    assert "ndcg@10" in caught.value.hint


def test_without_the_extra_an_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(MissingExtraError) as caught:
        evaluate(RUN, JUDGED)
    assert caught.value.hint == "Install it with: pip install 'droindex[eval]'"


def test_shape_for_json():
    found = evaluate({"q": ["x", "a", "y"]}, {"q": {"a": 1}}, metrics=["mrr", "p@3"])
    values = {"mrr": 0.5, "p@3": 0.333333}
    assert found.to_dict() == {"queries": 1, "metrics": values, "per_query": {"q": values}}
    assert "per_query" not in found.to_dict(per_query=False)


def test_run_has_the_ids_of_each_query_best_first(library):
    path = library(
        [
            {"doc_id": "one", "title": "Escort", "body": "An escort of officers."},
            {"doc_id": "two", "title": "Vehicles", "body": "An escort has vehicles."},
        ]
    )
    with Index.open(path) as index:
        run = run_topics(index, {"1": "escort", "2": "xylophone"}, depth=1)
        assert run == {"1": ["one"], "2": []}
        assert run_topics(index, {"1": "escort"}) == {"1": ["one", "two"]}
