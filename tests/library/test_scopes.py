"""Scopes on any day: what the build wrote, and what has expired since."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import search_on

from droindex import Document, Index
from droindex.build.build import BuildOptions, build
from droindex.corpus.config import CorpusConfig
from droindex.engine.clauses import Bool, NoDocuments, Span, Term
from droindex.engine.fields import day_number
from droindex.library.scopes import (
    EVERYTHING,
    ScopeClauses,
    archived,
    expired_since,
    scope_clauses,
    scope_counts,
    scope_of,
)
from droindex.model import Scope
from droindex.store.store import Store

DAY = date(2020, 5, 17)
CONFIG = CorpusConfig()


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
        ({"expires": DAY}, "active"),  # it binds on its last day
        ({"expires": DAY - timedelta(days=1)}, "archived"),
        ({"expires": DAY - timedelta(days=1), "collection": "help"}, "other"),
        ({"expires": DAY - timedelta(days=1), "status": "Draft"}, "archived"),
    ],
)
def test_status_collection_and_expiry_decide_the_scope(
    values: dict[str, object], scope: str
) -> None:
    assert scope_of(Document(doc_id="d", **values), CONFIG, DAY) == scope  # type: ignore[arg-type]


def test_a_set_counts_its_scopes_and_names_the_days_to_come() -> None:
    days = [DAY, DAY + timedelta(days=4), DAY + timedelta(days=4), DAY - timedelta(days=4), None]
    documents = [Document(doc_id=str(n), expires=day) for n, day in enumerate(days)]
    assert scope_counts(documents, CONFIG, DAY) == {
        "scopes": {"active": 4, "archived": 1},
        "expiries": [day_number(DAY), day_number(DAY + timedelta(days=4))],
    }


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
    assert expired_since(info(*days), today) == sum(day < today for day in days)


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


def test_a_build_stores_the_scopes_of_the_day_it_is_given(tmp_path: Path) -> None:
    record = {"doc_id": "lapsing", "body": "escort", "expires": f"{DAY}"}
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(json.dumps(record) + "\n")

    def scopes(name: str, today: date) -> dict[str, int]:
        build(corpus, tmp_path / name, BuildOptions(today=today))
        info = Store(tmp_path / name).current().manifest["sets"]["open"]
        return {scope: count for scope, count in info["scopes"].items() if count}

    assert scopes("on the day", DAY) == {"active": 1}
    assert scopes("on the next", DAY + timedelta(days=1)) == {"archived": 1}
    assert scopes("on the day", DAY + timedelta(days=1)) == {"archived": 1}
