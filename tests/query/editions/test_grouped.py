"""Lists with one row for each line of documents."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import document, opened

from droindex import Index, QueryError, Reference
from droindex.query.editions.grouped import LinesOfHits


def version(doc_id: str, year: int, words: str, old: str = "", **values: object) -> object:
    supersedes = (Reference(old, doc_id=old),) if old else ()
    return document(
        words, doc_id=doc_id, title=f"Title {doc_id}", issued=date(year, 1, 1),
        supersedes=supersedes, **values,
    )  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    documents = [
        version("a1", 2000, "lottery of garage spaces", status="Superseded"),
        version("a2", 2004, "waiting list of garage spaces", "a1", status="Superseded"),
        version("a3", 2008, "passes open the gate", "a2", status="Current"),
        version("b1", 2001, "garage lamps and garage doors", status="Superseded"),
        version("b2", 2005, "garage lamps and garage doors by night", "b1", status="Current"),
        version("c", 2003, "a garage by itself", status="Current"),
        version("d1", 2003, "a garage of the archive", status="Superseded"),
        version("e1", 2003, "the boiler of a garage", status="Current"),
        version("e2", 2006, "garage draft", "e1", status="Draft"),
    ]
    yield from opened(tmp_path_factory.mktemp("grouped"), documents)  # type: ignore[arg-type]


def test_each_line_is_one_row_led_by_the_version_in_force(index: Index) -> None:
    found = index.search("garage", group="lineage")
    lines = {hit.line.leading.doc_id: hit.line for hit in found if hit.line}
    assert lines.keys() == {"a3", "b2", "e1"}
    assert lines["a3"].found == ("a1", "a2")  # the one that leads does not hold the word
    assert lines["a3"].versions == 3
    assert lines["b2"].found == ("b1", "b2")
    assert [hit.doc_id for hit in found if hit.line is None] == ["c"]


def test_a_match_in_an_old_version_says_where_it_stands_and_what_replaced_it(index: Index) -> None:
    (hit,) = index.search("lottery", group="lineage")
    assert hit.line is not None
    assert hit.line.remark == (
        "matched in the version of 2000-01-01 (a1), superseded by 2004-01-01 Title a2 (a2)"
    )
    assert hit.to_dict()["line"]["leading"]["doc_id"] == "a3"
    assert "lottery" in hit.snippet.text  # type: ignore[union-attr]  # snippets were asked for


@pytest.mark.parametrize(
    ("scope", "documents", "lines"), [("active", 6, 4), ("archived", 4, 3), ("all", 8, 5)]
)
def test_totals_are_exact_in_lines_and_in_documents(
    index: Index, scope: str, documents: int, lines: int
) -> None:
    found = index.search("garage", group="lineage", scope=scope)
    assert (found.total, found.total_lines, len(found)) == (documents, lines, lines)
    assert index.search("garage", scope=scope).total_lines is None


def test_pages_of_lines_follow_each_other_without_gaps(index: Index) -> None:
    whole = [hit.doc_id for hit in index.search("garage", group="lineage", scope="all")]
    paged = [
        hit.doc_id
        for offset in range(len(whole))
        for hit in index.search("garage", group="lineage", scope="all", limit=1, offset=offset)
    ]
    assert paged == whole
    assert [hit.doc_id for hit in index.scan("garage", group="lineage", scope="all")] == whole


@pytest.mark.parametrize("sort", ["relevance", "-issued", "issued", "title"])
@pytest.mark.parametrize("query", ["garage", ""])
def test_a_row_is_the_first_of_its_line_in_the_list_of_documents(
    index: Index, sort: str, query: str
) -> None:
    alone = index.search(query, scope="all", sort=sort)
    seen: set[str] = set()
    firsts = [
        (hit.doc_id, hit.score)
        for hit in alone
        if (line := hit.document.line or hit.doc_id) not in seen and not seen.add(line)  # type: ignore[func-returns-value]
    ]
    grouped = index.search(query, scope="all", sort=sort, group="lineage")
    assert [(hit.doc_id, hit.score) for hit in grouped] == firsts


def test_the_day_that_is_asked_for_decides_which_version_leads(index: Index) -> None:
    asked = index.search("lottery", group="lineage", in_force_on="2002", scope="all")
    written = index.search("lottery inforce:2002", group="lineage", scope="all")
    for (hit,) in (asked, written):
        assert hit.line is not None
        assert hit.line.leading.doc_id == "a1"
        assert hit.line.remark == ""


def test_lines_are_the_same_after_a_journey(index: Index) -> None:
    found = index.search("garage", group="lineage")
    again = pickle.loads(pickle.dumps(found))
    copied = copy.deepcopy(found)
    assert again.total_lines == copied.total_lines == found.total_lines == 4
    assert [hit.line for hit in again] == [hit.line for hit in copied] == [h.line for h in found]


def test_what_is_said_of_lines_is_read_when_it_is_looked_at(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    read = LinesOfHits.__call__
    monkeypatch.setattr(LinesOfHits, "__call__", lambda *args: (asked.append(args), read(*args))[1])
    found = index.search("garage", group="lineage")
    assert (len(found), asked) == (4, [])
    assert found[0].line is found[0].line
    assert len(asked) == 1


def test_a_group_that_does_not_exist_is_refused(index: Index) -> None:
    with pytest.raises(QueryError, match="There is no group 'chain'") as error:
        index.search("garage", group="chain")
    assert error.value.slug == "unknown-group"


@settings(max_examples=25, deadline=None)
@given(
    query=st.sampled_from(["garage", "garage OR boiler", "gate -lottery", "title:a1 garage", ""]),
    scope=st.sampled_from(["active", "archived", "all"]),
    day=st.dates(date(1999, 1, 1), date(2010, 1, 1)),
    unknown=st.booleans(),
)
def test_what_was_in_force_scores_what_it_scores_without_being_asked_when(
    index: Index, query: str, scope: str, day: date, *, unknown: bool
) -> None:
    everything = {hit.doc_id: hit.score for hit in index.search(query, scope="all")}
    found = index.search(query, scope=scope, in_force_on=day, in_force_unknown=unknown)
    assert {hit.doc_id: hit.score for hit in found}.items() <= everything.items()
    for hit in found:
        assert hit.document.in_force is not None
        on = hit.document.in_force.on(day)
        assert on or (unknown and on is None)
    typed = index.search(f"{query} inforce:{day}", scope=scope)
    plain = index.search(query, scope=scope, in_force_on=day)
    assert [hit.doc_id for hit in typed] == [hit.doc_id for hit in plain]
