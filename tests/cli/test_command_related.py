"""`related`: what else to read, and the other names of a document."""

from __future__ import annotations

import csv
import io
import json

import pytest

from droindex import Document, Index, Page, Reference


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    pages = (Page(1, "Escorts travel by bus with two officers and a chaperone."),)
    path = tmp_path_factory.mktemp("related") / "library.idx"
    Index.update(
        path,
        [
            Document(doc_id="bus", number="7-2", title="Buses", pages=pages, status="Current",
                     related=(Reference("Memo", doc_id="memo"),)),
            Document(doc_id="memo", title="Memo", status="Current"),
            Document(doc_id="coach", title="Coaches", status="Current",
                     pages=(Page(1, "A chaperone and two officers travel by bus as escorts."),)),
        ],
    )  # fmt: skip
    return path


def test_links_come_first_and_then_what_is_alike(run, golden, library):
    result = run("related", "7-2", index=library)
    assert result.exit_code == 0
    golden("related.txt", result.stdout)


def test_programs_read_the_same_in_all_formats(run, library):
    ids = run("related", "bus", "--format", "ids", index=library).stdout.split()
    assert ids == ["memo", "coach"]
    shape = json.loads(run("related", "bus", "--format", "json", index=library).stdout)
    assert shape["doc_id"] == "bus"
    assert [item["doc_id"] for item in shape["documents"]] == ids
    lines = run("related", "bus", "--format", "jsonl", index=library).stdout.splitlines()
    assert [json.loads(line) for line in lines] == shape["documents"]
    out = run("related", "bus", "--format", "csv", index=library).stdout_bytes.decode()
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert [row["doc_id"] for row in rows] == ids
    cited = run("related", "bus", "--format", "cite", index=library).stdout
    assert cited == "Memo (no date).\nCoaches (no date).\n"


def test_the_limit_holds(run, library):
    assert run("related", "bus", "-n1", "--format", "ids", index=library).stdout == "memo\n"
    alone = run("related", "memo", "--scope", "archived", index=library)
    assert (alone.exit_code, alone.stdout) == (1, "No documents related to memo\n")
