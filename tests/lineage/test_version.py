"""Versions of a line as an index keeps them: their order, and which of them leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from droindex import Document
from droindex.lineage.version import Version, leading, ordered
from droindex.standing import Bound, BoundReason, InForce, Relation, RelationKind

DAYS = st.dates(date(1990, 1, 1), date(2020, 12, 31))


def bound(day: date) -> Bound:
    return Bound(day, BoundReason.ISSUED, 1.0, day, day)


def version(doc_id: str, first: date, end: date | None = None, *older: str) -> Version:
    ends = Bound(end, BoundReason.REPLACED, 1.0, end, end) if end else None
    relations = tuple(Relation(RelationKind.SUPERSEDES, old, old) for old in older)
    in_force = InForce(bound(first), ends)
    return Version.of(Document(doc_id=doc_id, issued=first, in_force=in_force, relations=relations))


@given(DAYS, st.none() | st.integers(1, 4_000), st.lists(st.text(max_size=4), max_size=3))
def test_what_an_index_keeps_says_the_same(first: date, days: int | None, older: list[str]) -> None:
    own = version("a", first, first + timedelta(days) if days else None, *older)
    assert Version.unpacked(own.packed()) == own


@given(DAYS, st.integers(1, 4_000), DAYS)
def test_a_version_is_in_force_as_its_document_is(first: date, days: int, day: date) -> None:
    own = version("a", first, first + timedelta(days))
    is_on = InForce(bound(first), bound(first + timedelta(days))).on(day)
    assert (own.fitness(day.toordinal()) == 4) is is_on


def test_what_is_in_force_leads_then_what_may_be_then_what_was_and_a_draft_last() -> None:
    over = version("over", date(2000, 1, 1), date(2002, 1, 1))
    present = version("present", date(2002, 1, 1), date(2010, 1, 1), "over")
    to_come = version("to come", date(2010, 1, 1), None, "present")
    draft = Version.of(Document(doc_id="draft", issued=date(2005, 1, 1)))
    line = ordered([to_come, draft, present, over])
    assert [own.doc_id for own in line] == ["over", "present", "draft", "to come"]
    assert leading(line, date(2004, 1, 1)).doc_id == "present"
    assert leading(line, date(2012, 1, 1)).doc_id == "to come"
    assert leading(line, date(1999, 1, 1)).doc_id == "to come"  # none is in force yet
    assert leading([over, draft], date(2004, 1, 1)).doc_id == "over"
    not_known = present._replace(known=None)
    assert leading([over, not_known], date(2004, 1, 1)).doc_id == "present"


def test_a_step_that_is_doubtful_orders_nothing() -> None:
    doubtful = Relation(RelationKind.SUPERSEDES, "b", "b", is_doubtful=True)
    first = Document(doc_id="a", issued=date(2000, 1, 1), relations=(doubtful,))
    second = Document(doc_id="b", issued=date(2001, 1, 1))
    line = ordered(map(Version.of, (second, first)))
    assert [own.doc_id for own in line] == ["a", "b"]
    stated = replace(first, relations=(replace(doubtful, is_doubtful=False),))
    line = ordered(map(Version.of, (second, stated)))
    assert [own.doc_id for own in line] == ["b", "a"]
