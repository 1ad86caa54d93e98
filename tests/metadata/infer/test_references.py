"""What a document replaces, as labels and sentences say it."""

from __future__ import annotations

from datetime import date

import pytest

from droindex.metadata.infer.references import (
    chapter_reference,
    read_references,
    sentence_references,
)
from droindex.model import Page


@pytest.mark.parametrize(
    "value",
    [
        *("None", "N/A", "N/A New", "N/A-New", "New Directive", "all previous orders"),
        *("CALEA –4.1.1, 4.1.2, 4.1.3", "ILEAP ADM.05.01", "Accreditation Standards 1.2.3"),
    ],
)
def test_what_names_no_document_replaces_none(value: str) -> None:
    assert read_references(value) == ()


def test_a_label_names_number_title_and_date() -> None:
    (found,) = read_references("BOD 16-01, Securing High Value Assets (June 9, 2016)")
    assert (found.number, found.issued) == ("BOD 16-01", date(2016, 6, 9))
    assert found.title == "Securing High Value Assets"


@pytest.mark.parametrize("end", ["", ", as", ", as amended", ", as amended by Change 2, 2011"])
def test_that_it_was_amended_is_no_part_of_it(end: str) -> None:
    named = "DoD Instruction 4715.13, “DoD Noise Program,” November 15, 2005"
    (found,) = read_references(named + end)
    assert (found.number, found.issued) == ("4715.13", date(2005, 11, 15))
    assert (found.title, found.text) == ("DoD Noise Program", named)


def test_dates_behind_a_number_are_its_editions() -> None:
    found = read_references("D-52, issued 08/18/00, 04/26/01")
    assert [(item.number, item.issued) for item in found] == [
        ("D-52", date(2000, 8, 18)),
        ("D-52", date(2001, 4, 26)),
    ]


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("This directive supersedes BOD 16-01.", ["BOD 16-01"]),
        ("CJCSI 3520.01B is hereby canceled.", ["CJCSI 3520.01B"]),
        ("This order stays in force until superseded by BOD 16-01.", []),
        ("This order supersedes 7-1 when the sheriff says so.", []),
        ("When signed, this order supersedes 7-1.", []),
        ("This is 7-1.", []),
    ],
)
def test_a_sentence_counts_that_says_so_without_a_condition(
    sentence: str, numbers: list[str]
) -> None:
    found = sentence_references([Page(1, f"1. Purpose. {sentence} Ask the chief.")])
    assert [item.number for item in found] == numbers


@pytest.mark.parametrize(
    ("text", "number", "part"),
    [
        ("This directive rescinds Policy No. 10074.1. Keys are kept.", "10074.1", None),
        ("This directive supersedes Policy No. 10074.1, in its entirety.", "10074.1", None),
        ("DATE: 06/07/16\n\nAmends G-12, issued 03/04/15. Doors are locked.", "G-12", "amended"),
        ("SUBJECT: Keys\nRescinds Policy No. 10074.1\n", "10074.1", None),
    ],
)
def test_a_sentence_goes_on_behind_no_and_begins_with_what_is_done(
    text: str, number: str, part: str | None
) -> None:
    (found,) = sentence_references([Page(1, text)])
    assert (found.number, found.part) == (number, part)


def test_a_line_of_the_head_says_which_chapter_the_paper_belongs_to() -> None:
    text = "Forms for Detention\nAppendix to DROPPM Chapter 11\nUse these forms."
    (found,) = chapter_reference([Page(1, text)])
    assert found.text == "DROPPM Chapter 11"
    assert chapter_reference([Page(1, "Send it as an appendix to Chapter 3 of your report.")]) == ()
    assert chapter_reference([]) == ()
