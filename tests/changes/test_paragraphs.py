"""What is compared: the paragraphs of a text, whole over page breaks."""

from __future__ import annotations

from droindex import BlockKind, Page
from droindex.changes.paragraphs import paragraphs
from droindex.pages import NO_PAGE


def test_a_paragraph_that_a_page_breaks_is_one_and_keeps_the_page_it_begins_on() -> None:
    pages = [
        Page(1, "1. Scope\nEvery officer carries", "iii", layout="HP"),
        Page(2, "the order.\nAnother one.", layout="PP"),
    ]
    found = paragraphs(pages)
    assert [own.text for own in found] == [
        "1. Scope",
        "Every officer carries the order.",
        "Another one.",
    ]
    assert (found[1].page, found[1].label, found[1].section) == (1, "iii", "1. Scope")
    assert found[0].kind is BlockKind.HEADING


def test_a_note_at_the_foot_of_a_page_parts_no_paragraph() -> None:
    pages = [
        Page(1, "Every officer carries\n1 See there.", layout="PN"),
        Page(2, "the order.", layout="P"),
    ]
    assert [own.text for own in paragraphs(pages)] == [
        "Every officer carries the order.",
        "1 See there.",
    ]


def test_what_only_tells_of_pages_is_left_out() -> None:
    page = Page(1, "- 3 -\nScope ........ 4\nSee Chapter 11\nText.", layout="FCCP")
    assert [own.text for own in paragraphs([page])] == ["See Chapter 11", "Text."]


def test_each_line_of_a_header_block_stands_for_itself() -> None:
    page = Page(1, "Number: 7-2\nDate: May 3, 2004", layout="Ll")
    assert [own.text for own in paragraphs([page])] == ["Number: 7-2", "Date: May 3, 2004"]


def test_a_text_without_pages_names_none() -> None:
    (found,) = paragraphs([Page(1, "Text.", NO_PAGE)])
    assert (found.page, found.label) == (None, None)
