"""Titles: whole, and neither the next box, nor another document, nor an archive's stamp."""

from __future__ import annotations

from droindex.extract.protocol import Extraction, FileFacts, SizedLine
from droindex.metadata.infer.head import Head
from droindex.metadata.infer.header_fields import read_header_fields
from droindex.metadata.infer.inference import choose, infer
from droindex.metadata.infer.titles.candidates import title_candidates
from droindex.metadata.keys import squash
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


def test_editions_that_are_named_for_their_title_keep_it() -> None:
    lines = (SizedLine("Pursuit of vehicles", 20, 1), SizedLine("1. Purpose", 10, 1))
    pages = (Page(1, "Pursuit of vehicles\n" + BODY),)
    extraction = Extraction(FileStatus.OK, "", pages, FileFacts(sized_lines=lines))
    phrases = {"pursuit of vehicles"}
    for name, expected in (
        ("Pursuit of vehicles in force from 2 July 2012.pdf", "Pursuit of vehicles"),
        ("vehicle-pursuit-redacted.pdf", "Pursuit of vehicles"),
        ("reply 11.pdf", "Reply 11"),
    ):
        found = choose(infer(extraction, name), repeated_phrases=phrases)
        assert found["title"].value == expected


def test_a_subject_that_ended_before_it_had_to_takes_no_line_of_the_text() -> None:
    page = (
        "Subject: 2023 Letter of Compliance of the Federal Auditor\n"
        "A compliance audit of the Federal Certification Authority and Registration Authorities\n"
        "was made to see that the Authority is operated in accordance with its statements.\n"
    )
    assert title(page) == "2023 Letter of Compliance of the Federal Auditor"


def test_a_small_word_carries_a_title_on_though_a_number_follows() -> None:
    page = "NATIONAL AUTHORIZATION ACT\nFOR FISCAL YEAR 2010\n" + BODY
    sized = (
        ("NATIONAL AUTHORIZATION ACT", 14, 1),
        ("FOR FISCAL YEAR 2010", 14, 1),
        ("1. Purpose", 10, 1),
    )
    assert title(page, sized=sized) == "NATIONAL AUTHORIZATION ACT FOR FISCAL YEAR 2010"


def test_the_title_of_a_cover_is_what_its_version_is_of() -> None:
    cover = ("Loaner Process for", "Test Cards", "VERSION 1.0.5 Rev. A", "CARD EVALUATION PROGRAM")
    sizes = (16, 16, 9, 18)
    sized = tuple((line, size, 1) for line, size in zip(cover, sizes, strict=True))
    behind = ((f"Line {number} of the text of the process.", 11, 2) for number in range(30))
    page = "\n".join(cover) + "\n"
    assert title(page, BODY, sized=(*sized, *behind)) == "Loaner Process for Test Cards"


def test_a_letter_is_not_named_for_who_sends_or_gets_it() -> None:
    letter = (
        "Police National Headquarters\n180 High Street. PO Box 3017, Wellington 6140\n"
        "Telephone: +64 4 474 9499\n25 November 2020\nA. Person\nrequest-1@example.org\n"
        "{salutation}\nI write in response to the request that you made in September.\n"
    )
    for salutation in ("Dear A. Person", "Tēnā koe A", "Sehr geehrte Frau Person,"):
        page = letter.format(salutation=salutation)
        lines = enumerate(page.split("\n"))
        sized = tuple((line, 12.0 if at == 0 else 10.0, 1) for at, line in lines)
        assert title(page, sized=sized) == "F"
    assert title(letter.format(salutation="Subject: Pursuits")) == "Pursuits"


def test_a_gap_ends_a_title_where_no_sizes_are_known() -> None:
    scan = (
        "Flights of the Air Office via Brownsville\nInternational Airport\n\nA. Person, Agent\n"
        "University of Washington\n\nJune 7, 2020\n\n" + BODY
    )
    assert title(scan) == "Flights of the Air Office via Brownsville International Airport"


def test_who_leads_an_office_is_no_title() -> None:
    page = "CITY OF LAKE\n\nA. O\u2019Person, Chief of Police\n\nRide-Along Form\n\n" + BODY
    assert title(page) == "Ride-Along Form"


def test_the_reference_of_a_letter_is_no_title() -> None:
    page = "REF: IR-01-21\nKeys of cells\n" + BODY
    assert (
        title(page, sized=(("REF: IR-01-21", 14, 1), ("Keys of cells", 12, 1))) == "Keys of cells"
    )


def test_titles_come_with_the_surest_first_and_each_once() -> None:
    lines = ("TOWING MANUAL", "Order 7-2: Towing of Vehicles", "Title: Storage of Vehicles")
    sized = ((lines[1], 10.0), (lines[2], 10.0), ("Storage of Vehicles", 18.0))
    head = Head(lines, 1, sized, (), is_cover=False, body_size=10.0, pages=50)
    found = title_candidates(head, read_header_fields(lines, (), 1), "Order 7-2")
    assert [title for title, _ in found][:3] == [
        "Storage of Vehicles",
        "Towing of Vehicles",
        "TOWING MANUAL",
    ]
    sure = [own for _, own in found]
    assert sure == sorted(sure, reverse=True)
    assert len({squash(title) for title, _ in found}) == len(found)


def _of(page: str) -> Extraction:
    return Extraction(FileStatus.OK, "", (Page(1, page),), FileFacts())


def test_the_title_stands_below_kind_and_number() -> None:
    page = "PROVINCIA DEL PUERTO\nPROCEDIMIENTO PR-ZZ-09\nLLAVES DE LA CASA\nPAPEL Rev. 1\n"
    found = choose(infer(_of(page), "f.pdf"))
    assert (found["number"].value, found["title"].value) == ("PR-ZZ-09", "LLAVES DE LA CASA")


def test_a_paper_that_is_a_part_has_number_and_heading_of_it() -> None:
    page = "HILL COUNTY\nREGULATIONS\nSECTION IV. KEEPING OF KEYS\nA. Keys of the house\n"
    found = choose(infer(_of(page), "f.pdf"))
    assert found["number"].value == "Section IV"
    assert found["title"].value == "SECTION IV. KEEPING OF KEYS"
    assert "number" not in choose(infer(_of(page.replace("IV.", "I.")), "f.pdf"))


def test_an_abbreviation_at_the_label_is_the_end_of_a_title_that_was_drawn_last() -> None:
    page = "SUBJECT:\n(HKeeP)\n" + BODY + "Changing the House Keeping Program\n"
    assert title(page) == "Changing the House Keeping Program (HKeeP)"


def test_the_subject_may_stand_behind_a_page_of_addressees() -> None:
    circular = "CIRCULAR\nMay 2, 2019\nTo,\n" + "".join(
        f"All Keepers of Harbour {number}\n" for number in range(30)
    )
    letter = "Sir / Madam,\nSubject: Keeping of Keys\n" + BODY
    assert title(circular, letter) == "Keeping of Keys"
    assert title(circular.replace("To,", "By"), letter) != "Keeping of Keys"
