"""Short forms that no document prints, read by the initials of titles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex import Index
from droindex.synonyms.initials import initials_in

STOP_WORDS = frozenset({"of", "the", "and", "on", "for"})
RECORDS = [
    {"doc_id": "list", "title": "List of Service Processing Centers", "body": "Eight sites."},
    {"doc_id": "check", "title": "Second-Party Check of Entries", "body": "Two look at it."},
    *(
        {"doc_id": f"d{at}", "title": f"Visit {at}", "body": "a service processing center"}
        for at in range(4)
    ),
    {"doc_id": "other", "title": "Spice", "body": "spices"},
]


@pytest.mark.parametrize(
    ("title", "letters", "found"),
    [
        ("Service Processing Centers", "spc", ["Service Processing Centers"]),
        ("List of Service Processing Centers", "spc", ["Service Processing Centers"]),
        (
            "The Office of Refugee Resettlement on Aid",
            "orr",
            ["Office of Refugee Resettlement"],
        ),
        ("Draft: Law Library Pilot", "llp", ["Law Library Pilot"]),
        ("Two Service Processing Centers", "spc", []),  # it begins in the middle of a name
        ("Service Processing Centers Act", "spc", []),  # it ends in the middle of one
        ("Service processing of claims", "spc", []),  # no name
        ("Service: Processing Centers", "spc", []),  # two parts
        ("Office of Field Operations", "oof", []),  # a small word gives no letter
        ("", "spc", []),
    ],
)
def test_words_that_stand_by_themselves_give_the_letters(
    title: str, letters: str, found: list[str]
) -> None:
    assert list(initials_in(title, letters, STOP_WORDS)) == found


@given(
    st.lists(st.sampled_from(["Service", "of", "Center", "Processing:", "the", "pilot", "—"])),
    st.text("scpo", min_size=1, max_size=5),
)
def test_what_is_found_stands_in_the_title_and_has_these_initials(
    words: list[str], letters: str
) -> None:
    title = " ".join(words)
    for meaning in initials_in(title, letters, STOP_WORDS):
        assert meaning in title
        content = [word for word in meaning.split() if word not in STOP_WORDS]
        assert "".join(word[0].lower() for word in content) == letters


def test_it_stands_for_what_most_documents_hold(library: Callable[..., Path]) -> None:
    with Index.open(library(RECORDS)) as index:
        results = index.search("SPC")
        assert index.suggest("SPC")[0].doc_id == "list"
    assert results[0].doc_id == "list"
    assert {hit.doc_id for hit in results} == {"list", "d0", "d1", "d2", "d3"}
    assert results[0].match == 100
    (note,) = results.notes
    assert note == (
        "No document here holds “SPC”: by the initials of titles, read as"
        " “Service Processing Centers”."
    )


@pytest.mark.parametrize("query", ["spc", "SP", "SPCX", "Spc"])
def test_what_is_no_short_form_in_capitals_is_in_no_document(
    library: Callable[..., Path], query: str
) -> None:
    with Index.open(library(RECORDS)) as index:
        assert not any("initials" in note for note in index.search(query).notes)


def test_a_short_form_that_a_document_holds_is_searched_alone(
    library: Callable[..., Path],
) -> None:
    records = [*RECORDS, {"doc_id": "own", "title": "Else", "body": "SPC is a statistic"}]
    with Index.open(library(records)) as opened:
        assert [hit.doc_id for hit in opened.search("SPC")] == ["own"]
