"""Queries that would take the engine long, or that it refuses; and notes that say what was done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bounds import ending
from support import search_on

from droindex import Index, QueryError
from droindex.query.compile.speller import corrected

Library = Callable[..., Path]
SMALL = [
    {"doc_id": "escort", "title": "Escort", "number": "11-2", "body": "escort of a juvenile " * 9},
    {"doc_id": "travel", "title": "Travel", "body": "travel documents for the escort"},
]


def test_a_loose_phrase_of_common_words_takes_little_time(library: Library) -> None:
    common = "the of and to in"
    bodies = [{"doc_id": f"d{place}", "body": f"{common} " * 400} for place in range(20)]
    with Index.open(library(bodies)) as index:
        with ending(60.0):  # seconds of CPU; without the limit it took minutes
            results = index.search(f'"{common}"~1000')
        assert results.total == 20
        assert len(results.notes) == 1  # that so many words are too many
        assert not index.search('"the of and to"~100').notes
        with pytest.raises(QueryError) as caught:
            index.search(f'"{common}"~1000', strict=True)
        assert caught.value.slug == "bad-slop"


@pytest.mark.parametrize("field", ["number", "doc_id", "summary", "body"])
def test_too_many_wildcards_are_told_and_no_error(library: Library, field: str) -> None:
    with Index.open(library(SMALL)) as index:
        asked = f"{field}:1*1??????????1"
        (note,) = index.search(f"escort {asked}").notes
        assert note == (
            "“1*1??????????1” has too many wildcards, or is too long to have any. It was left out."
        )
        with pytest.raises(QueryError) as caught:
            index.search(asked, strict=True)
        assert caught.value.slug == "bad-wildcard"


def test_many_wildcards_in_a_word_of_the_text_find_all_that_fit(library: Library) -> None:
    words = [
        f"ab{place:03}".translate(str.maketrans("0123456789", "cdefghijkl")) for place in range(150)
    ]
    records = [{"doc_id": word, "body": f"{word}xxxxxxxz"} for word in words]
    with Index.open(library(records)) as index:
        assert index.search("a*b??????????z").total == 150


def test_what_finds_nothing_either_way_is_told_once_and_without_promises(library: Library) -> None:
    with Index.open(library(SMALL)) as index:
        results = index.search('"qqqqq wwwww"')
        assert results.total == 0
        assert results.notes == ("No document here holds “qqqqq”, “wwwww”.",)
        results = index.search("-(docunents travek) docunents travek")
        assert len(set(results.notes)) == len(results.notes)


def test_a_correction_that_changes_nothing_in_the_text_is_none() -> None:
    assert corrected("détentoin", {"detentoin": "detention"}) is None
    assert corrected("Detentoin of", {"detentoin": "detention"}) == "detention of"


def test_what_has_expired_since_the_build_shapes_no_ranking(library: Library) -> None:
    today = datetime.now(UTC).date()
    text = "detention standards for travel custody officers"
    records = [
        {"doc_id": "lapsing", "body": f"{text} beacon", "expires": today + timedelta(days=2)},
        {"doc_id": "one", "title": text, "body": f"{text} lantern"},
        {"doc_id": "two", "body": f"{text} lantern beacon of a vessel and its crew"},
    ]
    with Index.open(library(records)) as index:
        before, after = (
            {hit.doc_id: hit.score for hit in search_on(index, day, text=text, scope="all")}
            for day in (today, today + timedelta(days=9))
        )
    assert after["lapsing"] < before["lapsing"]  # the archive is not raised


def test_a_rare_word_is_asked_for_in_every_group(library: Library) -> None:
    common = [{"doc_id": f"d{place}", "body": "detention standards policy"} for place in range(30)]
    rare = {"doc_id": "rare", "body": "detentian lamps"}
    with Index.open(library([*common, rare])) as index:
        results = index.search("(detentian standards) AND (detentian policy)", limit=100)
        assert results.notes == ("“detentian” is rare here: “detention” is searched as well.",)
        assert "rare" in {hit.doc_id for hit in results}
