"""`diff` and `history` on the command line."""

from __future__ import annotations

import json
from datetime import date

import pytest

from droindex import Document, Index, Page, Reference

OLD = "1. Ratio\n\nOne officer escorts each detainee.\n\n2. Meals\n\nNone are served."
NEW = "1. Ratio\n\nTwo officers escort each detainee.\n\n2. Meals\n\nNone are served."


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("changes") / "library.idx"
    Index.update(
        path,
        [
            Document(doc_id="old", number="7-1", title="Escorts (2001)", issued=date(2001, 5, 3),
                     status="Superseded", pages=(Page(1, OLD),)),
            Document(doc_id="new", number="7-2", title="Escorts", issued=date(2004, 5, 3),
                     status="Current", pages=(Page(1, NEW + "\x1b[2J"),),
                     supersedes=(Reference("7-1", doc_id="old"),)),
            Document(doc_id="scan", title="A scan"),
        ],
    )  # fmt: skip
    return path


def test_what_changed_is_printed_for_people(run, golden, library):
    result = run("diff", "7-1", "new", index=library)
    assert result.exit_code == 0
    golden("diff.txt", result.stdout)


def test_programs_and_pages_get_the_same(run, library):
    with Index.open(library) as index:
        diff = index.diff("old", "new")
    assert json.loads(run("diff", "old", "new", "--format", "json", index=library).stdout) == (
        diff.to_dict()
    )
    assert run("diff", "old", "new", "--format", "html", index=library).stdout == diff.html() + "\n"


def test_two_that_say_the_same_end_with_one(run, library):
    result = run("diff", "old", "old", index=library)
    assert result.exit_code == 1
    assert "The two say the same, word for word." in result.stdout


def test_what_cannot_be_compared_is_told_with_the_next_step(run, library):
    result = run("diff", "old", "scan", index=library)
    assert result.exit_code == 2
    assert "There is no text of 'scan' to compare." in result.stderr
    assert run("diff", "old", "nothing", index=library).exit_code == 7


def test_a_phrase_is_followed_through_the_editions(run, golden, library):
    result = run("history", "two officers escort each detainee", "old", index=library)
    assert result.exit_code == 0
    golden("history.txt", result.stdout)
    shape = json.loads(
        run("history", "each detainee", "7-2", "--format", "json", index=library).stdout
    )
    assert [version["there"] for version in shape["versions"]] == [True, True]


def test_a_phrase_that_is_nowhere_ends_with_one_and_a_note(run, library):
    result = run("history", "jet bridge", "new", index=library)
    assert result.exit_code == 1
    assert "No edition holds the phrase word for word." in result.stderr
    assert run("history", "x" * 10_000, "new", index=library).exit_code == 2
