"""`eval`: what it prints, and how it ends."""

from __future__ import annotations

import json
import sys

import pytest

from droindex import Document, Index

QUERIES = "q1\tescort\nq2\tvehicles\nq3\txylophone\n"
# Document `mission/vehicles` alone holds q2's word; nothing holds q3's.
QRELS = "q1 0 enforcement/cases 1\nq2 0 mission/vehicles 1\nq3 0 enforcement/cases 1\n"


@pytest.fixture
def judged(run, tmp_path):
    """Runs `eval` with judgements: `judged("--metric", "mrr")`."""
    queries, qrels = tmp_path / "queries.tsv", tmp_path / "qrels.txt"
    queries.write_text(QUERIES)
    qrels.write_text(QRELS)

    def call(*args, **options):
        return run("eval", "--queries", str(queries), "--qrels", str(qrels), *args, **options)

    return call


@pytest.fixture
def other_run(tmp_path):
    """A run that finds the document of q2 second."""
    path = tmp_path / "other.run"
    path.write_text("q2 Q0 enforcement/cases 1 2.0 x\nq2 Q0 mission/vehicles 2 1.0 x\n")
    return path


def test_all_metrics_over_all_queries(judged):
    result = judged()
    assert (result.exit_code, result.stderr) == (0, "")
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0] == ["3", "queries,", "scope", "active"]
    names = [line[0] for line in lines[2:]]
    assert names == ["ndcg@10", "mrr", "map", "p@10", "recall@100"]
    assert lines[-1] == ["recall@100", "0.6667"]


def test_values_of_each_query(judged):
    result = judged("--metric", "recall@5,p@1", "--metric", "mrr", "--per-query")
    text = result.stdout.partition("\n\nquery")[2]
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines()[1:]}
    assert text.splitlines()[0].split() == ["recall@5", "p@1", "mrr"]
    assert rows["q2"] == ["1.0000", "1.0000", "1.0000"]
    assert rows["q3"] == ["0.0000", "0.0000", "0.0000"]


def test_comparison_with_a_run_file(judged, other_run):
    result = judged("--metric", "mrr", "--compare", str(other_run), "--per-query")
    lines = [line.split() for line in result.stdout.splitlines()]
    heads, values = lines[2], lines[3]
    assert heads == ["metric", "library", "other", "change", "better", "worse", "equal", "p"]
    assert (values[0], values[2]) == ("mrr", "0.1667")
    assert values[4:] == ["2", "0", "1", "0.5000"]  # q1 and q2 of 3: both signs of 2 of 4 sums
    assert "randomisation test" in result.stdout
    assert ["query", "mrr", "other"] in lines
    assert ["q2", "1.0000", "0.5000"] in lines


def test_comparison_with_a_second_library(judged, tmp_path, small):
    path = tmp_path / "second.idx"
    Index.update(path, documents=[Document(doc_id="enforcement/cases", title="Xylophone")])
    result = judged("--format", "json", "--metric", "recall@100", "--compare", str(path))
    shape = json.loads(result.stdout)
    assert shape["metrics"] == {"recall@100": 0.666667}
    assert shape["compared"]["with"] == str(path)
    assert shape["compared"]["metrics"] == {"recall@100": 0.333333}
    assert shape["compared"]["differences"] == [
        {
            "metric": "recall@100",
            "mean": 0.666667,
            "other_mean": 0.333333,
            "difference": 0.333333,
            "better": 2,
            "worse": 1,
            "equal": 0,
            "p": 1.0,
        }
    ]
    same = json.loads(judged("--format", "json", "--compare", str(small)).stdout)
    assert {item["p"] for item in same["compared"]["differences"]} == {1.0}


def test_json_has_queries_only_if_asked(judged):
    shape = json.loads(judged("--format", "json", "--scope", "all").stdout)
    assert list(shape) == ["format", "scope", "depth", "queries", "metrics", "notes"]
    assert (shape["format"], shape["scope"], shape["depth"]) == (1, "all", 1000)
    shape = json.loads(judged("--format", "json", "--per-query").stdout)
    assert set(shape["per_query"]) == {"q1", "q2", "q3"}


def test_run_of_the_library_itself_reads_back_the_same(run, tmp_path):
    queries, qrels = tmp_path / "queries.tsv", tmp_path / "qrels.txt"
    queries.write_text("q 1\tsums\n")
    qrels.write_text("q%201 0 odd/=1+1%20%25 1\n")
    asked = ("--scope", "all")
    trec = run("query", *asked, "--format", "trec", "--topics", str(queries)).stdout
    (tmp_path / "own.run").write_text(trec)
    files = ("--queries", str(queries), "--qrels", str(qrels))
    result = run("eval", *asked, *files, "--metric", "mrr", "--compare", str(tmp_path / "own.run"))
    assert result.stdout.splitlines()[3].split()[:3] == ["mrr", "1.0000", "1.0000"]


def test_what_is_left_out_is_a_note(judged, tmp_path):
    qrels = tmp_path / "qrels.txt"
    qrels.write_text("q1 0 enforcement/cases 1\nq9 0 x 1\n")
    result = judged()
    assert result.stdout.startswith("1 query, ")
    assert result.stderr.splitlines() == [
        "note: Left out: 2 queries without judgements.",
        "note: Left out: the judgements of 1 query that were not asked.",
    ]
    shape = json.loads(judged("--format", "json").stdout)
    assert len(shape["notes"]) == 2


def test_nothing_found_at_all(judged, tmp_path):
    (tmp_path / "queries.tsv").write_text("q1\txylophone\n")
    result = judged()
    assert result.exit_code == 1
    assert "0.0000" in result.stdout


def test_ids_cannot_steer_the_terminal(judged, tmp_path):
    (tmp_path / "queries.tsv").write_text("q\x1b[2J\tescort\n")
    (tmp_path / "qrels.txt").write_text("q\x1b[2J 0 enforcement/cases 1\n")
    result = judged("--per-query")
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("queries.tsv", "q1 escort\n", "queries.tsv, line 1: not of the form `id TAB query`."),
        ("queries.tsv", "z\tescort\n", "None of the queries has a relevant document"),
        ("qrels.txt", "q1 0 a 1\nq1 0 b\n", "qrels.txt, line 2: not of the form"),
        ("qrels.txt", None, "qrels.txt cannot be read: No such file"),
        ("other.run", "q1 Q0 a 1 x x\n", "other.run, line 1: the score 'x' is no number."),
        ("other.run", "z Q0 a 1 1 x\n", "other.run has none of the queries"),
    ],
)
def test_files_that_cannot_be_used(judged, other_run, tmp_path, name, content, message):
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_text(content)
    result = judged("--compare", str(other_run))
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


@pytest.mark.parametrize("args", [("--metric", "p"), ("--scope", "mars"), ("--clearance", "XX")])
def test_what_cannot_be_asked(judged, args):
    result = judged(*args)
    assert result.exit_code == (8 if "--clearance" in args else 2)
    assert result.stderr.startswith("error: ")


def test_files_are_required(run):
    assert run("eval").exit_code == 2


def test_missing_library(judged, tmp_path):
    assert judged(index=tmp_path / "none.idx").exit_code == 3
    result = judged("--compare", str(tmp_path))
    assert result.exit_code == 3


def test_without_the_extra_nothing_is_searched(judged, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    result = judged(index=tmp_path / "none.idx")
    assert result.exit_code == 8
    assert "pip install 'droindex[eval]'" in result.stderr
