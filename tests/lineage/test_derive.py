"""Lines, relations and times in force: any graph of supersession, and the shapes that matter."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.lineage.derive import Binding, derived
from droindex.lineage.lineage import Lineage
from droindex.model import Document, Reference
from droindex.standing import BoundReason, RelationKind

BINDING = Binding(
    lambda document: document.status != "Draft",
    lambda document: document.status in ("Superseded", "Rescinded"),
)
FIRST = date(2000, 1, 1)
days = st.none() | st.integers(0, 12).map(lambda months: FIRST + timedelta(days=31 * months))


def ref(doc_id: str, part: str | None = None) -> Reference:
    return Reference(doc_id, doc_id=doc_id, part=part)


def made(*documents: Document) -> dict[str, Document]:
    return derived({document.doc_id: document for document in documents}, BINDING)


def line(documents: dict[str, Document], doc_id: str) -> Lineage:
    own = documents[doc_id]
    members = [one for one in documents.values() if own.line and one.line == own.line]
    return Lineage(doc_id, members or [own])


edges = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.booleans()), max_size=16)


@given(edges, st.lists(days, min_size=8, max_size=8))
def test_any_graph_gives_lines_that_end_and_are_the_same_from_every_member(
    graph: list[tuple[int, int, bool]], dates: list[date | None]
) -> None:
    found = made(
        *(
            Document(
                doc_id=str(node),
                issued=dates[node],
                supersedes=tuple(ref(str(old)) for new, old, up in graph if up and new == node),
                superseded_by=tuple(
                    ref(str(new)) for new, old, up in graph if not up and old == node
                ),
            )
            for node in range(8)
        )
    )
    for new, old, _ in graph:
        if new != old:
            assert found[str(new)].line == found[str(old)].line is not None
    for doc_id in found:
        own = line(found, doc_id)
        ids = [document.doc_id for document in own]
        assert len(ids) == len(set(ids))
        assert doc_id in ids
        assert all(line(found, other) == own for other in ids)
        for step in own.successions:
            if not step.relation.is_doubtful and not _in_circle(own, step.new):
                assert ids.index(step.old) < ids.index(step.new)


def _in_circle(own: Lineage, doc_id: str) -> bool:
    """Whether a document is said to replace what is said to replace it, by undoubted steps."""
    after = {step.new for step in own.successions if step.old == doc_id}
    seen: set[str] = set()
    while after - seen:
        seen |= after
        after = {step.new for step in own.successions if step.old in after}
    return doc_id in seen


@given(st.lists(st.tuples(days, days, st.booleans(), st.sampled_from(["", "Superseded"]))))
def test_documents_of_one_unforked_line_are_never_in_force_together(
    chain: list[tuple[date | None, date | None, bool, str]],
) -> None:
    documents = [
        Document(
            doc_id=f"d{at:03}",
            issued=issued if is_issued else None,
            revised=None if is_issued else issued,
            expires=expires,
            status=status or None,
            supersedes=(ref(f"d{at - 1:03}"),) if at else (),
        )
        for at, (issued, expires, is_issued, status) in enumerate(chain)
    ]
    known = [
        found.in_force.known
        for found in made(*documents).values()
        if found.in_force and found.in_force.known
    ]
    for (_, end), (start, _) in pairwise(sorted(known, key=lambda span: span[0])):
        assert end is not None
        assert end <= start


@given(st.lists(st.tuples(days, days), min_size=1), days.filter(bool))
def test_what_is_known_is_possible(chain: list[tuple[date | None, date | None]], day: date) -> None:
    documents = [
        Document(
            doc_id=f"d{at}",
            effective=effective,
            expires=expires,
            superseded_by=(ref(f"d{at + 1}"),) if at + 1 < len(chain) else (),
        )
        for at, (effective, expires) in enumerate(chain)
    ]
    for found in made(*documents).values():
        assert found.in_force is not None
        known, possible = found.in_force.known, found.in_force.possible
        if known:
            assert possible is not None
            assert possible[0] <= known[0]
            assert (known[1] or date.max) <= possible[1]
        status = found.in_force.status_on(day)
        assert (status == "Current") is (found.in_force.on(day) is True)
        assert (status is None) is (found.in_force.on(day) is None)


def test_a_fork_ends_with_the_first_of_its_successors() -> None:
    found = made(
        Document(doc_id="a", issued=date(2000, 1, 1)),
        Document(doc_id="b", issued=date(2003, 5, 1), supersedes=(ref("a"),)),
        Document(doc_id="c", issued=date(2003, 9, 1), supersedes=(ref("a"),)),
    )
    end = found["a"].in_force.end  # type: ignore[union-attr]  # it is no draft
    assert end is not None
    assert (end.day, end.reason) == (date(2003, 5, 1), BoundReason.REPLACED)
    assert [own.doc_id for own in found["a"].successors] == ["b", "c"]
    assert all(own.is_completed for own in found["a"].successors)
    assert {own.line for own in found.values()} == {"a"}


def test_a_part_that_is_replaced_leaves_the_rest_in_force() -> None:
    found = made(
        Document(doc_id="a", issued=date(2000, 1, 1)),
        Document(doc_id="b", issued=date(2003, 1, 1), supersedes=(ref("a", "section 3 only"),)),
    )
    assert found["a"].in_force is not None
    assert found["a"].in_force.end is None
    assert found["a"].replaced_by == ""
    (amended,) = found["a"].relations
    assert (amended.kind, amended.part) == (RelationKind.AMENDED_BY, "section 3 only")


def test_a_draft_replaces_nothing_yet_and_is_not_in_force() -> None:
    found = made(
        Document(doc_id="a", issued=date(2000, 1, 1)),
        Document(doc_id="b", issued=date(2003, 1, 1), status="Draft", supersedes=(ref("a"),)),
    )
    assert found["b"].in_force is None
    assert found["a"].in_force is not None
    assert found["a"].in_force.on(date(2004, 1, 1)) is True
    assert found["a"].replaced_by == ""


@pytest.mark.parametrize(
    ("number", "title", "source"),
    [("12050", "Visitor Badges", "number"), (None, "Visitor Badges", "title")],
)
def test_editions_that_nobody_links_are_a_line_that_is_inferred(
    number: str | None, title: str, source: str
) -> None:
    found = made(
        Document(doc_id="a", number=number, title=f"{title} (2002)", issued=date(2002, 1, 1)),
        Document(doc_id="b", number=number, title=title, issued=date(2006, 1, 1)),
    )
    (later,) = found["a"].successors
    assert (later.doc_id, later.is_inferred, later.source) == ("b", True, source)
    assert (
        found["a"].replaced_by
        == "likely replaced by a later edition: 2006-01-01 Visitor Badges (b)"
    )
    assert found["a"].in_force is not None
    assert found["a"].in_force.on(date(2005, 12, 31)) is True
    assert found["a"].in_force.on(date(2006, 1, 1)) is None  # likely not, and nobody says so


def test_an_edition_that_says_it_is_over_ended_when_the_next_began() -> None:
    found = made(
        Document(
            doc_id="a",
            number="1-2",
            title="Bed Space",
            status="Superseded",
            issued=date(2002, 1, 1),
        ),
        Document(doc_id="b", number="1-2", title="Bed Space", issued=date(2006, 1, 1)),
    )
    end = found["a"].in_force.end  # type: ignore[union-attr]  # it is no draft
    assert end is not None
    assert (end.day, end.reason) == (date(2006, 1, 1), BoundReason.LATER_EDITION)
    assert end.confidence < 1


def test_a_number_that_many_documents_share_makes_no_line() -> None:
    found = made(
        *(
            Document(doc_id=f"d{at}", number="7", title=name, issued=date(2000 + at, 1, 1))
            for at, name in enumerate(
                ["Boilers", "Flags", "Fire Drills", "Pagers", "Radios", "Keys", "Parking", "Time"]
            )
        ),
        *(
            Document(
                doc_id=f"m{at}", title="Monthly Report", issued=date(2000, 1 + at % 12, 1 + at)
            )
            for at in range(14)
        ),
    )
    assert {document.line for document in found.values()} == {None}


def test_many_papers_under_one_number_are_editions_only_where_their_titles_are_the_same() -> None:
    def under_one_number(*titles: str) -> set[str | None]:
        days = (date(2000 + at, 1, 1) for at in range(len(titles)))
        papers = [
            Document(doc_id=f"d{at}", number="77.7", title=title, issued=day)
            for at, (title, day) in enumerate(zip(titles, days, strict=True))
        ]
        return {own.line for own in made(*papers).values()}

    assert under_one_number(*(f"Topic {name} matters" for name in "abcdefghij")) == {None}
    assert under_one_number(*["Topic of matters"] * 5) == {"d0"}
    assert under_one_number("Topic of matters", "Topic of some matters") == {"d0"}


def test_two_editions_of_one_day_are_neither_the_later() -> None:
    found = made(
        Document(doc_id="a", number="12-1", title="Beds", issued=date(2002, 1, 1)),
        Document(doc_id="b", number="12-1", title="Beds", issued=date(2002, 1, 1)),
    )
    assert found["a"].line is found["b"].line is None


def test_what_contradicts_itself_is_said_and_not_known() -> None:
    found = made(
        Document(doc_id="a", issued=date(2005, 1, 1), superseded_by=(ref("b"),)),
        Document(doc_id="b", issued=date(2003, 1, 1)),
        Document(doc_id="c", issued=date(2003, 1, 1), supersedes=(ref("c"),)),
        Document(doc_id="x", supersedes=(ref("y"),)),
        Document(doc_id="y", supersedes=(ref("x"),)),
        Document(doc_id="e", issued=date(2003, 1, 1), expires=date(2002, 1, 1)),
    )
    in_force = {doc_id: document.in_force for doc_id, document in found.items()}
    assert all(own is not None for own in in_force.values())
    doubts = {doc_id: own.doubts for doc_id, own in in_force.items() if own}
    assert "older than it" in doubts["a"][0]
    assert "replace itself" in doubts["c"][0]
    assert "what is said to replace it" in doubts["x"][0]
    assert "expire before" in doubts["e"][0]
    on = {doc_id: own.on(date(2006, 1, 1)) for doc_id, own in in_force.items() if own}
    assert on == {"a": None, "b": True, "c": True, "x": None, "y": None, "e": None}


def test_of_two_that_replace_each_other_dates_decide() -> None:
    found = made(
        Document(doc_id="a", issued=date(2001, 1, 1), supersedes=(ref("b"),)),
        Document(doc_id="b", issued=date(2004, 1, 1), supersedes=(ref("a"),)),
    )
    assert found["a"].in_force is not None
    assert found["a"].in_force.known == (date(2001, 1, 1), date(2004, 1, 1))
    assert [own.doc_id for own in found["a"].successors] == ["b"]
    assert found["b"].successors == ()


def test_a_month_leaves_the_day_open() -> None:
    found = made(
        Document(doc_id="a", issued=date(2001, 1, 1)),
        Document(
            doc_id="b",
            issued=date(2004, 10, 1),
            issued_text="October 2004",
            supersedes=(ref("a"),),
        ),
    )
    old, new = found["a"].in_force, found["b"].in_force
    assert old is not None
    assert new is not None
    assert [own.on(date(2004, 9, 30)) for own in (old, new)] == [True, False]
    assert [own.on(date(2004, 10, 15)) for own in (old, new)] == [None, None]
    assert [own.on(date(2004, 10, 31)) for own in (old, new)] == [False, True]


def test_a_successor_that_is_not_in_the_library_ends_its_predecessor_by_its_date() -> None:
    after = Reference("Sep 29, 2008 - Beds", issued=date(2008, 9, 29), title="Beds")
    found = made(
        Document(doc_id="a", issued=date(2006, 2, 3), superseded_by=(after,)),
        Document(doc_id="b", issued=date(2006, 2, 3), superseded_by=(Reference("Beds"),)),
    )
    assert found["a"].in_force is not None
    assert found["a"].in_force.known == (date(2006, 2, 3), date(2008, 9, 29))
    assert found["a"].replaced_by == "superseded by 2008-09-29 Beds"
    assert found["b"].in_force is not None
    assert found["b"].in_force.on(date(2007, 1, 1)) is None


@pytest.mark.parametrize(
    ("number", "summary", "source"),
    [
        ("Appendix 11-4.1", "", "number"),
        ("Form 7", "Appendix to DROPPM Chapter 11: Removal Process.", "summary"),
    ],
)
def test_a_part_of_a_manual_knows_its_chapter(number: str, summary: str, source: str) -> None:
    found = made(
        Document(doc_id="m/11", number="Chapter 11", title="DROPPM Chapter 11: Detention"),
        Document(doc_id="m/12", number="Chapter 12", title="DROPPM Chapter 12: Hearings"),
        Document(doc_id="m/a", number=number, summary=summary, title="Worksheet"),
    )
    own = line(found, "m/a")
    assert own.chapter is not None
    assert (own.chapter.doc_id, own.chapter.source) == ("m/11", source)
    assert [part.doc_id for part in line(found, "m/11").parts] == ["m/a"]
    assert line(found, "m/12").parts == ()
    assert found["m/a"].line is None
