"""Queries, judgements and runs in files, also in files with faults."""

from __future__ import annotations

import pytest

from droindex import QueryError
from droindex.evaluate.trec import read_judgements, read_run, read_topics


@pytest.fixture
def file(tmp_path):
    """Writes a file: `file(text)`."""

    def write(content, name="file.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


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
