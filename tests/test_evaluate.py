"""Evaluation: the metrics by hand, the test of significance, and files with faults."""

from __future__ import annotations

import math
import sys

import pytest

from droindex import Index, MissingExtraError, QueryError
from droindex.evaluate import (
    METRICS,
    check_metrics,
    compare,
    evaluate,
    randomisation_test,
    read_judgements,
    read_run,
    read_topics,
    run_topics,
)

JUDGED = {"q1": {"a": 3, "b": 1, "c": 0}, "q2": {"a": 1}, "q3": {"d": 2}}
RUN = {"q1": ["b", "x", "a"], "q2": ["x", "a"]}


@pytest.fixture
def file(tmp_path):
    """Writes a file: `file(text)`."""

    def write(content, name="file.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


# metrics --------------------------------------------------------------------------------------


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


# comparing ------------------------------------------------------------------------------------


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


# files ----------------------------------------------------------------------------------------


def test_topics_have_headings_blank_lines_and_more_columns(file):
    path = file("\ufeffqid\tquery\n7\tescort \n\nq 8\tsums\tleft out\r\n9\t\n")
    assert read_topics(path) == {"7": "escort", "q 8": "sums", "9": ""}


def test_judgements_and_runs_decode_their_ids(file):
    path = file("q%208 0 odd/=1+1%20%25 2\nq1\t0\ta  -1\n")
    assert read_judgements(path) == {"q 8": {"odd/=1+1 %": 2}, "q1": {"a": 0}}
    path = file("q%208 Q0 odd/=1+1%20%25 1 0.5 x\n")
    assert read_run(path) == {"q 8": ["odd/=1+1 %"]}


def test_scores_order_a_run_and_lines_order_equal_scores(file):
    path = file("q Q0 a 1 1.0 x\nq Q0 b 2 2e1 x\nq Q0 d 3 1.0 x\nq Q0 c 4 1 x\n")
    assert read_run(path) == {"q": ["b", "a", "d", "c"]}


def test_the_same_judgement_twice_is_one(file):
    assert read_judgements(file("q 0 a 1\nq 0 a 1\n")) == {"q": {"a": 1}}


@pytest.mark.parametrize(
    ("read", "content", "message"),
    [
        (read_topics, "1\tx\n2 y\n", "line 2: not of the form `id TAB query`"),
        (read_topics, "1\tx\n1\ty\n", "line 2: a second query '1'"),
        (read_topics, "\tx\n", "line 1: not of the form"),
        (read_topics, b"1\t\xff\n", "is not UTF-8 text"),
        (read_judgements, "q 0 a 1\n\nq 0 b\n", "line 3: not of the form `query 0 document grade`"),
        (read_judgements, "q 0 a 1 x\n", "line 1: not of the form"),
        (read_judgements, "q 0 a good\n", "line 1: the grade 'good' is no whole number"),
        (read_judgements, "q 0 a 1\nq 0 a 2\n", "line 2: a second grade for 'q' and 'a'"),
        (read_judgements, "\n", "is empty"),
        (read_run, "", "is empty"),
        (read_run, "q 0 a 1\n", "line 1: not of the form `query Q0 document rank score name`"),
        (read_run, "q Q0 a 1 high x\n", "line 1: the score 'high' is no number"),
        (read_run, "q Q0 a 1 nan x\n", "line 1: the score 'nan' is no number"),
        (read_run, "q Q0 a 1 2 x\nq Q0 a 2 1 x\n", "line 2: 'a' a second time for query 'q'"),
    ],
)
def test_files_with_faults_name_the_line(file, read, content, message):
    path = file(content)
    with pytest.raises(QueryError) as caught:
        read(path)
    assert str(path) in caught.value.message
    assert message in caught.value.message
    assert caught.value.slug == "evaluation-file"


@pytest.mark.parametrize("read", [read_topics, read_judgements, read_run])
def test_file_that_is_not_there(read, tmp_path):
    with pytest.raises(QueryError, match="cannot be read"):
        read(tmp_path / "none")


# the library ----------------------------------------------------------------------------------


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
