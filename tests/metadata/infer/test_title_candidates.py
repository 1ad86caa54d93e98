"""Titles: whole, and neither the next box, nor another document, nor an archive's stamp."""

from __future__ import annotations

from droindex.extract.protocol import Extraction, FileFacts, SizedLine
from droindex.metadata.infer.inference import choose, infer
from droindex.model import FileStatus
from droindex.pages import Page

BODY = "1. Purpose\nThis order tells officers what they shall do with property they find.\n"


def title(*pages: str, sized: tuple[tuple[str, float, int], ...] = ()) -> object:
    facts = FileFacts(sized_lines=tuple(SizedLine(*line) for line in sized))
    numbered = tuple(Page(number, text) for number, text in enumerate(pages, start=1))
    found = choose(infer(Extraction(FileStatus.OK, "", numbered, facts), "f.pdf"))
    return found["title"].value


def test_a_last_word_that_looks_like_a_heading_belongs_to_the_title() -> None:
    page = (
        "From: Working Group on Towing\n"
        "Subject: Proposed changes to the rules for the towing of abandoned vehicles and to the\n"
        "Policy\nDate: October 4, 2012\n" + BODY
    )
    expected = (
        "Proposed changes to the rules for the towing of abandoned vehicles and to the Policy"
    )
    assert title(page) == expected
    assert choose(infer(_of(page), "f.pdf"))["issued_text"].value == "October 4, 2012"


def test_a_heading_below_a_short_line_is_a_heading() -> None:
    assert title("Subject: Towing\nPolicy\nNote: vehicles are towed.\n") == "Towing"


def test_a_title_ends_where_the_line_below_names_another_document() -> None:
    page = (
        "Title: Certificate Modifications and Restorations\n"
        "Certificate Policy For The Common Policy Framework Version\n2.5 July 2023\n" + BODY
    )
    assert title(page) == "Certificate Modifications and Restorations"


def test_a_title_ends_where_a_line_with_a_date_begins() -> None:
    page = "TOPIC NEW TECHNOLOGY FRAMEWORK AND UPDATED POLICY\nREFERRAL DATE 16 MAY 2021\n" + BODY
    assert title(page) == "NEW TECHNOLOGY FRAMEWORK AND UPDATED POLICY"


def test_the_head_of_the_next_box_is_no_part_of_the_title() -> None:
    assert title("SUBJECT: OATH OF OFFICE DISTRIBUTION\nC,E*\nREVISION DATES\n" + BODY) == (
        "OATH OF OFFICE"
    )


def test_a_word_that_was_broken_at_its_hyphen_is_whole() -> None:
    page = "TITLE: RULES FOR CITIZEN RIDE-\nALONG PARTICIPANTS\nNUMBER: 1.2\n" + BODY
    assert title(page) == "RULES FOR CITIZEN RIDE-ALONG PARTICIPANTS"


def test_a_header_block_that_was_drawn_last_is_read() -> None:
    page = (
        "TO: All Personnel\nPURPOSE: This policy gives guidelines on force.\n"
        + "Officers use only force that is lawful and reasonable.\n" * 9
        + "Subject: Use of Force\nIssued: May 26, 2015\nEffective Date: June 1, 2015\n"
        "General Order: 15-35R\n"
    )
    found = choose(infer(_of(page), "f.pdf"))
    assert found["title"].value == "Use of Force"
    assert found["issued_text"].value == "May 26, 2015"


def test_a_signature_block_is_no_header_block() -> None:
    page = "Towing of Vehicles\n" + BODY + "Subject: see above\nDate: June 1, 2015\n"
    assert title(page) != "see above"


def test_an_archives_cover_without_a_title_leaves_it_to_the_page_behind() -> None:
    cover = (
        "The attached document has been archived.\nArchived Document\nTitle:\n"
        "Publication Date: February 1, 2021\nSuperseding Document\nTitle:\n"
        "Publication Date: September 30, 2022\n"
    )
    behind = "Common Profiles for\nTowing Certificates\n"
    sized = (
        ("Archived Document", 14.0, 1),
        ("Publication Date: February 1, 2021", 11.0, 1),
        ("Common Profiles for", 22.0, 2),
        ("Towing Certificates", 22.0, 2),
        ("The profiles of certificates stand in this document.", 11.0, 2),
    )
    assert title(cover, behind + BODY, sized=sized) == "Common Profiles for Towing Certificates"


def test_a_manual_has_its_running_head_for_a_title_and_its_chapters_have_not() -> None:
    running = ("Lakeview Police Department", "Lakeview PD Policy Manual")
    facts = FileFacts(running_lines=running)
    first = "CHIEF'S PREFACE\nThis manual is for members.\n"
    pages = tuple(Page(number, first) for number in range(1, 61))
    manual = choose(infer(Extraction(FileStatus.OK, "", pages, facts), "f.pdf"))
    assert manual["title"].value == "Lakeview PD Policy Manual"
    policy = (Page(1, "Policy\n415\nAircraft Accidents\n415.1 PURPOSE AND SCOPE\nA guide.\n"),)
    chapter = choose(infer(Extraction(FileStatus.OK, "", policy, facts), "f.pdf"))
    assert chapter["title"].value != "Lakeview PD Policy Manual"


def test_a_phrase_without_a_label_that_many_texts_offer_is_no_title() -> None:
    readings = infer(_of("VILLAGE NOTICES AND SERVICES\nTowing of Vehicles\n" + BODY), "towing.pdf")
    phrase = choose(readings)["title"].value
    assert choose(readings, repeated_phrases={str(phrase).casefold()})["title"].value != phrase
    labelled = infer(_of("Subject: Approval of Products\n" + BODY), "a.pdf")
    kept = choose(labelled, repeated_phrases={"approval of products"})["title"].value
    assert kept == "Approval of Products"


def _of(page: str) -> Extraction:
    return Extraction(FileStatus.OK, "", (Page(1, page),), FileFacts())
