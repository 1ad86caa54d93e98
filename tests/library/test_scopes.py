"""Scopes on any day: what the build wrote, and what has expired since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import search_on

from droindex import Document, Index
from droindex.api.status import status_of
from droindex.corpus.config import CorpusConfig
from droindex.engine.clauses import Bool, NoDocuments, Span, Term
from droindex.engine.fields import day_number
from droindex.library.scopes import (
    EVERYTHING,
    ScopeClauses,
    archived,
    days_expired,
    scope_clauses,
    scope_counts,
    scope_of,
    scopes_on,
)
from droindex.model import Scope
from droindex.store.store import Store

DAY = date(2020, 5, 17)
CONFIG = CorpusConfig()


def counted(documents: Iterable[Document]) -> dict[str, Any]:
    """Return what a set says of its scopes, as a build counts it."""
    scopes, expiring = Counter[str](), Counter[int]()
    for item in documents:
        scope = scope_of(item, CONFIG)
        scopes[scope] += 1
        if item.expires and scope == "active":
            expiring[day_number(item.expires)] += 1
    return scope_counts(scopes, expiring)


def info(*days: date, archived: int = 0, other: int = 0) -> dict[str, object]:
    scopes = {"active": 3, "archived": archived, "other": other}
    return {"scopes": scopes, "expiries": [day_number(day) for day in days]}


@pytest.mark.parametrize(
    ("values", "scope"),
    [
        ({}, "active"),
        ({"status": "Current"}, "active"),
        ({"status": "Superseded"}, "archived"),
        ({"status": "RESCINDED"}, "archived"),
        ({"status": "Draft"}, "other"),
        ({"collection": "Help", "status": "Superseded"}, "other"),
        ({"expires": DAY}, "active"),  # until the day on which somebody asks is later
    ],
)
def test_status_and_collection_decide_the_scope(values: dict[str, object], scope: str) -> None:
    assert scope_of(Document(doc_id="d", **values), CONFIG) == scope  # type: ignore[arg-type]


def test_a_set_counts_its_scopes_and_when_how_many_expire() -> None:
    later = DAY + timedelta(days=4)
    documents = [Document(doc_id=str(n), expires=day) for n, day in enumerate([DAY, later, later])]
    documents += [Document(doc_id="d", expires=DAY, status="Draft"), Document(doc_id="e")]
    found = counted(documents)
    assert found == {
        "scopes": {"active": 4, "archived": 0, "other": 1},
        "expiries": [day_number(DAY), day_number(later)],
        "expiring": [1, 2],
    }
    assert scopes_on(found, DAY) == {"active": 4, "archived": 0, "other": 1}  # its last day
    assert scopes_on(found, later) == {"active": 3, "archived": 1, "other": 1}
    assert scopes_on(found, date(2999, 1, 1)) == {"active": 1, "archived": 3, "other": 1}


def test_a_set_of_an_older_version_counts_as_on_the_day_of_its_build() -> None:
    assert scopes_on(info(DAY), date(2999, 1, 1)) == {"active": 3, "archived": 0, "other": 0}


@given(
    st.lists(st.none() | st.dates(date(2019, 1, 1), date(2022, 1, 1))),
    st.lists(st.sampled_from([None, "Current", "Draft", "Rescinded"]), min_size=1),
    st.dates(date(2019, 1, 1), date(2022, 1, 1)),
)
def test_no_document_is_lost_between_scopes_on_any_day(
    days: list[date | None], statuses: list[str | None], today: date
) -> None:
    documents = [
        Document(doc_id=str(n), expires=day, status=statuses[n % len(statuses)])
        for n, day in enumerate(days)
    ]
    scopes = scopes_on(counted(documents), today)
    active = [item for item in documents if scope_of(item, CONFIG) == "active"]
    assert sum(scopes.values()) == len(documents)
    assert scopes["active"] == sum(not item.expires or item.expires >= today for item in active)


def test_all_of_an_archive_without_documents_needs_no_filter() -> None:
    assert scope_clauses(info(), Scope.ALL, DAY) == EVERYTHING
    assert scope_clauses(info(), Scope.ACTIVE, DAY) == EVERYTHING
    assert archived(info(), DAY) == ()


def test_what_has_expired_moves_to_the_archive() -> None:
    today = DAY + timedelta(days=1)
    expired = Span("expires", None, day_number(DAY))
    assert scope_clauses(info(DAY), Scope.ACTIVE, today) == ScopeClauses((), (expired,))
    either = Bool(should=(Term("scope", "archived"), expired))
    other = (Term("scope", "other"),)
    assert scope_clauses(info(DAY), Scope.ARCHIVED, today) == ScopeClauses((either,), other)
    assert archived(info(DAY), today) == (Bool(must=(either,), must_not=other),)


def test_where_nothing_has_expired_the_stored_scopes_decide() -> None:
    held = info(DAY, archived=1, other=2)
    outside = (Term("scope", "archived"), Term("scope", "other"))
    assert scope_clauses(held, Scope.ACTIVE, DAY) == ScopeClauses((), outside)
    assert scope_clauses(held, Scope.ARCHIVED, DAY) == ScopeClauses((Term("scope", "archived"),))
    assert NoDocuments() not in archived(held, DAY)


@given(st.lists(st.dates(date(2000, 1, 1), date(2040, 1, 1))), st.dates())
def test_expired_are_the_days_before_today(days: list[date], today: date) -> None:
    assert days_expired(info(*days), today) == sum(day < today for day in days)


def test_a_search_finds_by_the_day_it_names(library: Callable[..., Path]) -> None:
    last = datetime.now(UTC).date() + timedelta(days=20)
    records = [
        {"doc_id": "lapsing", "body": "escort", "expires": last},
        {"doc_id": "lasting", "body": "escort"},
    ]

    def found(today: date, scope: str) -> set[str]:
        return {hit.doc_id for hit in search_on(index, today, text="escort", scope=scope)}

    with Index.open(library(records)) as index:
        assert found(last, "active") == {"lapsing", "lasting"}
        assert found(last, "archived") == set()
        day_after = last + timedelta(days=1)
        assert found(day_after, "active") == {"lasting"}
        assert found(day_after, "archived") == {"lapsing"}
        assert found(day_after, "all") == {"lapsing", "lasting"}


def test_a_status_tells_the_scopes_of_today(library: Callable[..., Path]) -> None:
    records = [
        {"doc_id": "lapsed", "body": "escort", "expires": DAY},
        {"doc_id": "lasting", "body": "escort"},
    ]
    path = library(records)
    info = Store(path).current().manifest["sets"]["open"]
    assert (info["scopes"], info["expiries"]) == (
        {"active": 2, "archived": 0},
        [day_number(DAY)],
    )
    assert status_of(path, DAY).scopes == {"active": 2, "archived": 0}
    assert Index.status(path).scopes == {"active": 1, "archived": 1}
