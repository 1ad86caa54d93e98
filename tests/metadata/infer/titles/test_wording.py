"""Titles as people and programs leave them: cleaned, told from junk, and made of file names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.metadata.infer.titles.wording import clean_title, file_name_title, is_junk_title

TITLES = st.sampled_from(
    ["Escort of Detainees", "Use of Force", "Body-Worn Cameras", "Bonds and Sureties", "Towing"]
)
ANY = st.text(max_size=80)


@pytest.mark.parametrize(
    ("read", "number", "title"),
    [
        ("Escort of Detainees", "", "Escort of Detainees"),
        ("  Escort   of\tDetainees ", "", "Escort of Detainees"),
        ("Escort of Detainees Page 1 of 7", "", "Escort of Detainees"),
        ("Escort of Detainees - 12", "", "Escort of Detainees"),
        ("Subject: Escort of Detainees", "", "Escort of Detainees"),
        ("TITLE : Use of Force", "", "Use of Force"),
        ("Re: Use of Force", "", "Use of Force"),
        ("\u2022 Use of Force", "", "Use of Force"),
        ("o Use of Force", "", "Use of Force"),
        ("of Use", "", "of Use"),
        ("Use of Force, Version 1.25", "", "Use of Force"),
        ("Use of Force (Rev. 3)", "", "Use of Force"),
        ("Use of Force v2", "", "Use of Force"),
        ("Use of Force \u2014", "", "Use of Force"),
        ('"Use of Force"', "", "Use of Force"),
        ("Use of Force (Revised", "", "Use of Force (Revised)"),
        ("11-4.1 Escort of Detainees", "11-4.1", "Escort of Detainees"),
        ("11-4.1: Escort of Detainees", "11-4.1", "Escort of Detainees"),
        ("11-4.2 Escort of Detainees", "11-4.1", "11-4.2 Escort of Detainees"),  # another one
        ("Chapter 21 Legal Proceedings", "21", "Chapter 21 Legal Proceedings"),
        ("Use of Force . . . . . . . 315", "", "Use of Force"),  # a row of a contents
        ("Use of Force, issued May 1, 2019, amended June 2, 2020", "", "Use of Force"),
        ("Use of Force (Updated May 1, 2019)", "", "Use of Force"),
        ("Uses of Force of 1994", "", "Uses of Force of 1994"),
        ("", "", ""),
    ],
)
def test_what_is_glued_to_a_title_is_taken_off(read: str, number: str, title: str) -> None:
    assert clean_title(read, number) == title


@given(TITLES, st.sampled_from(["Subject: ", "Title: ", "\u25a0 ", ""]),
       st.sampled_from([" Page 3", " Version 2.0", " (v1.2)", " Rev. 7", " -", ""]))  # fmt: skip
def test_a_title_comes_out_of_what_is_around_it(title: str, before: str, behind: str) -> None:
    assert clean_title(before + title + behind) == title


@given(ANY)
def test_a_clean_title_is_one_line_without_marks_at_its_ends(text: str) -> None:
    title = clean_title(text)
    assert title == title.strip()
    assert "\n" not in title
    assert title.count("(") <= title.count(")") + max(0, text.count("(") - 1)


@pytest.mark.parametrize(
    "text",
    [
        *("", "ab", "12", "12-34-56", "....", "a1 2 3 4 5", "\u00a0"),
        *("Microsoft Word - Policy.doc", "policy_final.pdf", "Memo.docx", "index.html"),
        *("untitled", "Untitled-1", "Document1", "Document 12", "Presentation2"),
        *("scan0001", "SKM_C25820", "img_20200101", "Doc123", "Binder1", "Combined2"),
        *("Template", "Policy template", "Letterhead", "MEMO", "Print", "REPORT", "Subject:"),
        *("page 3", "Slide 1", "default", "title", "Full Page", "no title", "View PDF"),
    ],
)
def test_titles_that_programs_make_say_nothing(text: str) -> None:
    assert is_junk_title(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Escort of Detainees", "Use of Force", "Towing", "Report of Lost Badges", "Page Layout"),
        *("Title 8: Aliens and Nationality", "Scanning of Passports", "Binders and Folders"),
        *("Document Retention", "Untied Laces", "Letter of Reprimand"),
    ],
)
def test_titles_that_people_write_say_something(text: str) -> None:
    assert not is_junk_title(text)


@given(TITLES)
def test_a_title_in_any_case_is_a_title(title: str) -> None:
    assert not is_junk_title(title)
    assert not is_junk_title(title.lower())
    assert is_junk_title(f"Microsoft Word - {title}.docx")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("escort-of-detainees.pdf", "Escort of detainees"),
        ("orders/2004/escort_of_detainees.pdf", "Escort of detainees"),
        ("orders\\escort%20of%20detainees.PDF", "Escort of detainees"),
        ("11-4.1.pdf", "11-4.1"),
        ("bod-15-01.pdf", "Bod-15-01"),
        ("use+of+force.html", "Use of force"),
        (".hidden.txt", "Hidden"),
        ("no suffix", "No suffix"),
        ("v1.2", "V1"),
        ("a.b.c.pdf", "A.b.c"),
        ("", ""),
    ],
)
def test_a_file_name_is_a_title_of_last_resort(name: str, title: str) -> None:
    assert file_name_title(name) == title


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=8), min_size=1, max_size=5),
       st.sampled_from(["-", "_", "%20", " ", "+", "--"]))  # fmt: skip
def test_the_words_of_a_file_name_are_parted_by_blanks(words: list[str], between: str) -> None:
    text = " ".join(words)
    assert file_name_title(f"folder/{between.join(words)}.pdf") == text[:1].upper() + text[1:]


@given(ANY)
def test_any_file_name_gives_one_line_without_its_folders(name: str) -> None:
    title = file_name_title(name)
    assert title == title.strip()
    assert "/" not in title
    assert len(title) <= 250
