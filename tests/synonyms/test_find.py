"""Short forms that a text defines: those whose initials fit, and no others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.synonyms.find import find_definitions

MANY = 10_000


def found(*texts: str, max_brackets: int = MANY) -> list[tuple[str, str]]:
    return [tuple(item) for item in find_definitions(texts, max_brackets)]


@pytest.mark.parametrize(
    ("text", "short", "meaning"),
    [
        (
            "under the National Fugitive Operations Program (NFOP), each",
            "NFOP",
            "National Fugitive Operations Program",
        ),
        (
            "NFOP (National Fugitive Operations Program) plans",
            "NFOP",
            "National Fugitive Operations Program",
        ),
        (
            "the Office of the Principal Legal Advisor (OPLA) and",
            "OPLA",
            "Office of the Principal Legal Advisor",
        ),
        (
            "from Detention and Removal Operations (DRO)",
            "DRO",
            "Detention and Removal Operations",
        ),
        ("enrolled in Alternatives to Detention (ATD)", "ATD", "Alternatives to Detention"),
        ("a memorandum of understanding (MOU) with", "MOU", "memorandum of understanding"),
        ("all Field Office Directors (FODs) shall", "FOD", "Field Office Director"),
        ("Law Enforcement Agencies (LEA's) may", "LEA", "Law Enforcement Agency"),
        ("the Non-Detained Docket (NDD)", "NDD", "Non-Detained Docket"),
        ("a Counter-terrorism Unit Report (CUR)", "CUR", "Counter-terrorism Unit Report"),
        ("the Intelligence\nOperations Unit\n(IOU) reads", "IOU", "Intelligence Operations Unit"),
        ("Intelligence Opera-\ntions Unit (IOU)", "IOU", "Intelligence Operations Unit"),
        ("the Non-\nDetained Docket (NDD)", "NDD", "Non-Detained Docket"),
        (
            "IMMIGRATION AND CUSTOMS ENFORCEMENT (ICE)",
            "ICE",
            "IMMIGRATION AND CUSTOMS ENFORCEMENT",
        ),
        ("Time & Attendance Review (T&AR)", "T&AR", "Time & Attendance Review"),
        ("the Department of Defense (DoD)", "DoD", "Department of Defense"),
        ("as U.S. Customs Service (USCS) did", "USCS", ""),
        ("Headquarters DRO Policy Unit (HDROPU)", "HDROPU", "Headquarters DRO Policy Unit"),
        (
            "the Policy Management Unit (hereinafter “PMU”) keeps",
            "PMU",
            "Policy Management Unit",
        ),
        ("the Policy Management Unit (PMU, or the unit)", "PMU", "Policy Management Unit"),
        ("Section 4. Policy Management Unit (PMU)", "PMU", "Policy Management Unit"),
        ("the Sheriff's Advisory Board's (SAB) seat", "SAB", "Sheriff's Advisory Board"),
        ("the Hold Room (HR) log", "HR", "Hold Room"),
    ],
)
def test_what_a_text_defines(text: str, short: str, meaning: str) -> None:
    assert found(text) == ([(short, meaning)] if meaning else [])


@pytest.mark.parametrize(
    "text",
    [
        "the field office keeps it (FOK) there",  # no initial of its own for every letter
        "National Fugitive Program (NFOP)",
        "Detention and Removal Management (ADDRM)",
        "the hold room (HR) log",  # two letters need capitals
        "see paragraph (A) or (b)",
        "Immigration Act. Policy Unit (APU)",  # another sentence
        "of the Principal Legal Advisor (OPLA)",  # no meaning begins with a small word
        "Form 213 Record Order (FRO)",  # a number between
        "Anti-Detention Center (DC)",  # not from the middle of a word
        "the Act (Public Law)",
        "an Example (EXAMPLE)",
        "UNIT (the Policy Management group)",
        "the Unit (Revised Edition)",
        "a Very Long List Of Words Which Nobody Would Ever Write (AVLLOWWNWEW)",
        "Policy Unit\n\n(PU)",  # another paragraph
    ],
)
def test_what_does_not_fit_is_left_out(text: str) -> None:
    assert found(text) == []


def test_all_are_found_in_reading_order_up_to_the_limit() -> None:
    page = "Policy Management Unit (PMU), Hold Room Log (HRL) and (see above)"
    assert [short for short, _ in found(page, page)] == ["PMU", "HRL", "PMU", "HRL"]
    assert [short for short, _ in found(page, page, max_brackets=4)] == ["PMU", "HRL", "PMU"]


TEXTS = st.lists(
    st.text(max_size=30)
    | st.sampled_from(
        [
            "(NFOP)",
            "National",
            "of",
            "Fugitive-",
            "\n",
            "Operations",
            "PROGRAM",
            "(",
            ")",
            "“",
            ". ",
        ]
    ),
    max_size=30,
).map(" ".join)


@given(TEXTS)
def test_any_text_can_be_read_and_every_letter_begins_a_word(text: str) -> None:
    for short, meaning in found(text):
        letters = [letter for letter in short.casefold() if letter.isalpha()]
        words = meaning.casefold().replace("-", " ").split()
        assert words
        assert "\n" not in meaning
        assert len(letters) >= 2
        assert letters[0] == words[0][0]
