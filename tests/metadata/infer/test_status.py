"""The status that a document states of itself: labels, sentences on page one, stamps."""

from __future__ import annotations

import pytest

from droindex.extract.protocol import Extraction, FileFacts
from droindex.metadata.infer.inference import choose, infer
from droindex.model import FileStatus, Page

BODY = "\n1. Purpose\nThis directive says who may tow a vehicle.\n"


def status(page: str, *, running: tuple[str, ...] = ()) -> object:
    facts = FileFacts(page_count=1, running_lines=running)
    read = infer(Extraction(FileStatus.OK, "", (Page(1, page),), facts), "a.pdf")
    found = choose(read).get("status")
    return found and found.value


@pytest.mark.parametrize(
    ("cover", "expected"),
    [
        ("The attached document has been archived and is provided for history.", "Archived"),
        ("This policy has been archived.", "Archived"),
        ("This document is no longer in effect.", "Archived"),
        ("This General Order No. 5 was rescinded on May 3, 2010.", "Rescinded"),
        ("This directive is cancelled.", "Rescinded"),
        ("This version has been superseded by Version 2.0.", "Superseded"),
        ("Status: Draft", "Draft"),
        ("ARCHIVED", "Archived"),
        ("*** SUPERSEDED ***", "Superseded"),
        ("DRAFT FOR FINAL REVIEW", "Draft"),
        ("DRAFT - NOT FOR DISTRIBUTION", "Draft"),
    ],
)
def test_a_cover_says_what_became_of_its_document(cover: str, expected: str) -> None:
    assert status(f"Towing of Vehicles\n{cover}\n{BODY}") == expected


def test_a_cover_counts_behind_the_scraps_of_a_table() -> None:
    cover = "The attached document has been archived and is\nprovided solely for history.\n"
    running = tuple(f"Field Content {at}" for at in range(9))
    assert status(cover + BODY, running=running) == "Archived"


def test_what_is_archived_is_so_although_it_was_superseded_too() -> None:
    text = (
        "The attached document has been archived.\nThis document has been superseded by another.\n"
    )
    assert status(text + BODY) == "Archived"


@pytest.mark.parametrize("head", ["DRAFT", "Draft v0.3", "Working Draft", "Pre-decisional Draft"])
def test_a_running_head_says_that_it_is_a_draft(head: str) -> None:
    assert status("Towing of Vehicles" + BODY, running=("Towing Policy", head)) == "Draft"


@pytest.mark.parametrize(
    "text",
    [
        "This order remains in effect until this order is rescinded.",
        "This directive supersedes BOD 16-01, which is hereby archived.",
        "It may have been superseded by another document.",
        "If this policy has been archived, ask the office.",
        "Draft minutes are kept for a year.",
        "The draft policy was sent to all.",
        "Archived records: see the schedule.",
        "General Order 5 is rescinded.",
        "DRAFT HORSES AND MULES",
    ],
)
def test_what_is_said_of_others_or_on_a_condition_is_no_status(text: str) -> None:
    assert status(f"Towing of Vehicles\n{text}\n{BODY}", running=("Draft horses",)) is None
