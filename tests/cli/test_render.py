"""Lists and columns as people read them, at any width."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex import Document, Index
from droindex.cli.render import columns, counted, dated_lines, hanging, plone_lines, results_lines
from droindex.cli.terminal import Screen, cell_width

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORDS = st.lists(st.text("abc日é", min_size=1, max_size=12), min_size=1, max_size=30)
WIDTHS = st.integers(40, 120)


@given(WORDS, WIDTHS, st.integers(0, 8))
def test_an_entry_hangs_by_two_columns(words: list[str], width: int, indent: int) -> None:
    lines = list(hanging(" ".join(words), indent, Screen(width)))
    assert " ".join(" ".join(lines).split()) == " ".join(words)
    assert [len(line) - len(line.lstrip()) for line in lines] == [
        indent,
        *[indent + 2] * (len(lines) - 1),
    ]
    assert all(cell_width(line) <= width for line in lines)


@given(st.lists(st.tuples(st.text("nm", min_size=1, max_size=9), WORDS), min_size=1), WIDTHS)
def test_values_stand_in_one_column(rows: list[tuple[str, list[str]]], width: int) -> None:
    lines = list(columns([(name, " ".join(words)) for name, words in rows], Screen(width)))
    start = max(len(name) for name, _ in rows) + 2
    assert [line[:start].strip() for line in lines if line[0] != " "] == [name for name, _ in rows]
    shown = " ".join(" ".join(line[start:] for line in lines).split())
    assert shown == " ".join(word for _, words in rows for word in words)


def test_empty_values_are_left_out_and_empty_entries_are_a_line() -> None:
    assert list(columns([("a", ""), ("bb", "x")], Screen())) == ["bb  x"]
    assert list(columns([], Screen())) == []
    assert list(hanging("", 2, Screen())) == [""]


def test_counts_stand_in_a_column() -> None:
    assert list(counted({"a": 5, "b": 12}, indent=2)) == ["   5  a", "  12  b"]
    assert list(counted({}, indent=2)) == []


@given(WORDS, WORDS, WIDTHS, st.integers(1, 1_000))
def test_a_document_of_a_dated_list_stands_behind_its_rank_and_day(
    title: list[str], facts: list[str], width: int, rank: int
) -> None:
    document = Document(doc_id="a", title=" ".join(title), issued=date(2006, 2, 3))
    lines = list(dated_lines(rank, 1_000, document, facts, Screen(width)))
    indent = len("1000. 2006-02-03  ")
    assert lines[0][:indent] == f"{rank:>4}. 2006-02-03  "
    assert all(line[:indent].isspace() for line in lines[1:])
    assert all(cell_width(line) <= width for line in lines)
    shown = " ".join(" ".join(line[indent:] for line in lines).split())
    assert "".join(shown.split()) == "".join(" ".join([*title, " · ".join(facts)]).split())


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_below_the_headline_is_wider_than_the_screen(small, width: int) -> None:
    with Index.open(small) as index:
        results = index.search("escort deviation", scope="all", facets=("doc_type",))
        lines = list(results_lines(results, results, Screen(width), last=len(results)))
    assert all(cell_width(line) <= width for line in lines[1:])
    assert lines[0].startswith(f"{results.total} found in the Entire Site, ")


def test_a_summary_does_not_stand_on_the_page_to_see(library: Callable[..., Path]) -> None:
    records = [
        {
            "doc_id": "order",
            "title": "Transfers",
            "number": "10028.3",
            "summary": "Says which persons may be moved.",
            "body": "The 3 reasons are listed.",
        },
    ]
    with Index.open(library(records)) as index:
        results = index.search("moved persons transfers listed")
        shown = "\n".join(results_lines(results, results, Screen(80), last=len(results)))
        assert "Summary (see p. 1): Says which persons may be moved." in shown
        assert ", p." not in results[0].cite()
        bodies = index.search("reasons")
        shown = "\n".join(results_lines(bodies, bodies, Screen(80), last=len(bodies)))
    assert "p. 1: The 3 reasons are listed." in shown
    assert bodies[0].cite().endswith(", p. 1.")


def test_the_short_list_says_that_there_is_more(small) -> None:
    with Index.open(small) as index:
        first = index.search("escort", scope="all", limit=1)
        every = index.search("escort", scope="all")
    assert list(plone_lines(first, first))[-2:] == ["Advanced Search…", "Show all…"]
    assert list(plone_lines(every, every))[-1] == "Advanced Search…"
