"""The status that a document states of itself, and not of another one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.extract.protocol import Extraction, FileFacts
from droindex.metadata.infer.status import status_of
from droindex.model import FileStatus
from droindex.pages import Page


def status(text: str, *running: str) -> str | None:
    """Return the status that the first page and the running heads state."""
    facts = FileFacts(running_lines=running)
    found = status_of(Extraction(FileStatus.OK, pages=(Page(1, text),), facts=facts), ())
    return None if found is None else found[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("This document has been archived.", "Archived"),
        ("The attached policy has been superseded by another one.", "Superseded"),
        ("This directive was rescinded on May 5.", "Rescinded"),
        ("This directive is hereby cancelled.", "Rescinded"),
        ("This policy is now obsolete.", "Archived"),
        ("This order is no longer in effect.", "Archived"),
        ("This memorandum number 12-3 has been withdrawn.", "Rescinded"),
        ("This document is a working draft.", "Draft"),
        ("This\ndocument has\nbeen archived", "Archived"),
        ("This document has been archived. This policy was superseded.", "Archived"),
        ("This document may have been archived.", None),
        ("That document has been archived.", None),
        ("Unless this document has been archived, it is in force.", None),
        ("If this policy is superseded, tell the office.", None),
        ("This directive supersedes Directive 11-1.", None),
        ("Detainees are archived.", None),
        ("", None),
    ],
)
def test_a_sentence_says_so_of_the_document_itself(text: str, expected: str | None) -> None:
    assert status(text) == expected


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("ARCHIVED", "Archived"),
        ("*** SUPERSEDED ***", "Superseded"),
        ("[RESCINDED]", "Rescinded"),
        ("DRAFT", "Draft"),
        ("DRAFT FOR PUBLIC COMMENT", "Draft"),
        ("CANCELED POLICY", "Rescinded"),
        ("archived", None),
        ("Draft policies of the office", None),
        ("DRAFTING OF POLICIES", None),
    ],
)
def test_a_stamp_is_a_line_of_its_own_in_capitals(stamp: str, expected: str | None) -> None:
    assert status(f"Escort of Detainees\n{stamp}\nPURPOSE\nTo tell officers.") == expected


def test_a_stamp_stands_at_the_top_or_the_end_of_the_page() -> None:
    words = "\n".join(f"Line {number} of the policy" for number in range(40))
    assert status(f"DRAFT\n{words}") == "Draft"
    assert status(f"{words}\nDRAFT") == "Draft"
    assert status(f"{words}\nDRAFT\n{words}") is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("Draft", "Draft"),
        ("draft version 2", "Draft"),
        ("Pre-decisional draft", "Draft"),
        ("Drafting guide", None),
        ("ARCHIVED", "Archived"),
    ],
)
def test_a_running_head_says_so_on_every_page(head: str, expected: str | None) -> None:
    assert status("Escort of Detainees", head) == expected


@given(st.text(max_size=300), st.lists(st.text(max_size=40), max_size=3))
def test_any_text_has_a_status_of_the_list_or_none(text: str, running: list[str]) -> None:
    assert status(text, *running) in {None, "Archived", "Superseded", "Rescinded", "Draft"}


def test_without_pages_nothing_is_stated() -> None:
    assert status_of(Extraction(FileStatus.OK), ()) is None


@pytest.mark.parametrize(
    ("text", "running"),
    [
        ("BORRADOR\nReglamento de llaves\n", ()),
        ("ENTWURF\nRichtlinie\n", ()),
        ("Special Publication 900-1\n(Draft)\nKeys of Cells\n", ()),
        ("Reglamento de llaves\n", ("BORRADOR — Sujeto a revisión",)),
    ],
)
def test_a_draft_says_so_in_other_languages_and_in_brackets(
    text: str, running: tuple[str, ...]
) -> None:
    assert status(text, *running) == "Draft"
