from __future__ import annotations

import time
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from droindex import Page
from droindex.extract.blocks.layout import page_layouts, with_layouts
from droindex.extract.protocol import OutlineEntry
from droindex.pages import BlockKind


def text_of(shown: str) -> tuple[str, str]:
    """Return the text of lines that each begin with their letter, and the letters."""
    lines = dedent(shown).strip("\n").split("\n")
    return "\n".join(line[2:] for line in lines), "".join(line[0] for line in lines)


DIRECTIVE = """
    L VILLAGE OF NOWHERE
    l POLICE DEPARTMENT
    l DIRECTIVE: 104-A
    l Subject: Towing of Vehicles
    l Issue Date: May 3, 2006
    P PURPOSE: The purpose of this directive is to say when a vehicle may be towed
    p and who pays for it.
    H I. WHEN TO TOW
    I A. An officer may tow a vehicle that stands in the way of traffic on a state
    i road or a bridge.
    I B. A vehicle with current plates is not towed.
    H II. FEES
    P The owner pays the fee before the vehicle is released. A receipt is given at the
    p counter, and a copy goes to the file.
"""
MEMORANDUM = """
    L OFFICE OF DETENTION AND REMOVAL
    l MEMORANDUM
    l To: All District Directors
    l From: Walter B. Stroud
    l Subject: Detainee Transfers
    l Summary: Replaced the telephone call of 1998 by a written transfer request, and made the
    l medical summary obligatory.
    H A request in writing
    P The call between supervisors is replaced by a one-page request, sent by fax. It states why
    p the person is moved.
    H Medical summary
    P The clinic of the sending facility fills in a summary for every person, also for the healthy.
"""
TABLE = """
    P The journal is kept for the time that this table says, and then it is destroyed by a vendor.
    H Schedule
    R Series Keep in office
    R Unit logbook 1 year
    R Videotapes 3 years
    R Grievances 5 years
    H Exceptions
    P Nothing is destroyed while a court or an inspector has asked for it in writing, or may ask.
"""
CELLS = """
    P The following fees are paid at the counter before the vehicle leaves the lot of the police.
    R Fee  Amount
    R Towing  $400.00
"""
WRAPPED_CELLS = """
    P Escorts protect the public, the crew, the person and each other, in this order of weight.
    R Group Perso
    r ns
    R Escorts
    R No risk, commercial
    r flight
    R 1 to 2 none, or 1
    R Violent or resisting 1 3, one of them a
    r supervisor
    R Bus, restrained 40 3
    P At least one escort is of the same sex as the person escorted. Deviations are asked for by
    p letter.
"""
TITLES_OF_FORMS = """
    P The forms below are kept at the counter of each office, and are handed out without a fee.
    R I-205 Warrant of removal Final order; executed at departure
    R I-217 Information for travel document Request to a consulate
    R I-229 Warning for failure to depart Refusal to cooperate
    R I-246 Application for a stay Before removal
    H Notes
    P The consulates want two copies of each, and the clerk of the office keeps a third one for
    p Mayagüez. At San Pedro the roof over the counter is under repair and a tent is in use.
"""
FOOTNOTES = """
    P A software update mitigates a critical vulnerability in the operating systems of servers.1 It
    p bypasses the store, so that unwanted software is taken for one that is signed by its author2
    N 1 In particular, the one that was told in January
    N 2 Store of keys | Elevation of Privilege Vulnerability
    n https://example.org/advisory/2020
    F 7
"""
RAISED_NOTE = """
    P Holds survive changes of personnel. A departing employee signs for each one handed over.1
    p The schedule of the office applies to the rest, and the clerk of records keeps a copy of it.
    N 1
    n  In 2005 one office erased eleven tapes under a hold since nobody had been told of it.
"""
NO_NOTES = """
    P The owner of the vehicle pays the fee at the counter before it leaves the lot of the police.
    R 1 Towing of a vehicle that stands in the way
    R 2 Storage for each day
    R 3 Release at night
"""
ENUMERATION = """
    P The statutory entitlements that are looked at before a month is over are listed here in full:
    I 1. Holiday pay
    I 2. Annual leave pay
    I 3. Paternity leave pay
    H 4.1 Calculating the entitlements
    P They are counted by the wages of the month before, whatever the employer has written down.
"""
CONTENTS = """
    C Table of Contents
    C 1. Purpose .............. 2
    C 2. Authority of officers in the field .............. 3
    C 3. Reports . . . . 4
"""


@pytest.mark.parametrize(
    "shown",
    [
        *(DIRECTIVE, MEMORANDUM, TABLE, CELLS, WRAPPED_CELLS, TITLES_OF_FORMS),
        *(FOOTNOTES, RAISED_NOTE, NO_NOTES, ENUMERATION, CONTENTS),
    ],
)
def test_the_lines_of_a_page_are_told_apart(shown: str) -> None:
    text, layout = text_of(shown)
    assert page_layouts([Page(1, text)]) == [layout]


def test_entries_that_come_again_as_headings_are_contents() -> None:
    topics = ["Carrying the spray", "Warn before using", "Medical attention", "Disposal of cans"]
    listed = "\n".join(["This chapter contains the following topics:", *topics])
    filler = "An employee who carries it must have been trained in the last twelve months of duty."
    pages = [Page(1, listed), *(Page(n, f"{t}\n{filler}") for n, t in enumerate(topics, 2))]
    layouts = page_layouts(pages)
    assert layouts[0] == "CCCCC"
    assert layouts[1:] == ["HP"] * 4


def test_entries_that_point_nowhere_are_contents_among_those_that_do() -> None:
    topics = ["1. Who may tell", "2. When", "3. Safeguards", "4. Outcomes", "5. Appeal", "6. End"]
    listed = [*topics[:3], "• Good faith", "• Anonymous allegations", *topics[3:]]
    filler = "An employee who tells must have been at the university in the last twelve months."
    pages = [
        Page(1, "\n".join(["What this paper holds:", *listed])),
        *(Page(n, f"{t}\n{filler}") for n, t in enumerate(topics, 2)),
    ]
    assert page_layouts(pages)[0][1:] == "CCCCCCCC"


def test_entries_of_a_statute_point_to_headings_that_their_text_follows() -> None:
    listed = ["33. Resolution of disputes.", "34. Penalties.", "35. Punishment by imprisonment."]
    rule = "Any person who contravenes a provision of this law pays a fine of ten thousand."
    body = "\n".join(f"{entry}—{rule}\nNo other fine is due." for entry in listed)
    pages = [Page(1, "PART IX\n" + "\n".join(listed)), Page(2, rule), Page(3, body)]
    layouts = page_layouts(pages)
    assert layouts[0][1:] == "CCC"
    assert "C" not in layouts[2]


def test_questions_are_entries_of_contents() -> None:
    listed = ["Contents", "1. Policy", "2. Who can make a disclosure under this procedure?"]
    listed += ["3. How do I make a disclosure to somebody outside?", "4. Outcomes"]
    assert page_layouts([Page(1, "\n".join(listed))]) == ["CCCCC"]


def test_a_list_that_stands_twice_is_no_contents_list() -> None:
    rules = "\n".join(f"• carry the key number {n} of the yard" for n in "abcd")
    assert page_layouts([Page(1, rules), Page(2, rules)]) == ["IIII", "IIII"]


def test_what_the_outline_names_on_a_page_is_a_heading() -> None:
    text = "On the keeping of all keys in the yard of the station, day and night\nKeys hang there."
    assert page_layouts([Page(1, text)])[0] == "Pp"
    outline = [OutlineEntry(text.partition("\n")[0], 0, 1)]
    assert page_layouts([Page(1, text)], outline)[0] == "HP"


@pytest.mark.parametrize(
    "line", ["Page 2 of 9", "Personnel Unit Page ii", "- 7 -", "REF-04 January 5, 2009", "______"]
)
def test_what_names_a_page_at_its_edge_is_running(line: str) -> None:
    filler = "The owner pays the fee before the vehicle is released from the lot of the police."
    assert page_layouts([Page(2, f"{line}\n{filler}\n{filler}")])[0] == "FPp"


def test_blocks_are_the_text_in_its_order() -> None:
    text, _ = text_of(DIRECTIVE)
    (page,) = with_layouts([Page(1, text)])
    kinds = [block.kind for block in page.blocks]
    assert kinds == [
        BlockKind.HEADER,
        BlockKind.PARAGRAPH,
        BlockKind.HEADING,
        BlockKind.ITEM,
        BlockKind.ITEM,
        BlockKind.HEADING,
        BlockKind.PARAGRAPH,
    ]
    assert "\n".join(block.text for block in page.blocks) == text


def test_a_page_without_a_layout_has_paragraphs_between_blank_lines() -> None:
    blocks = Page(1, "One.\nTwo.\n\nThree.").blocks
    assert [(block.kind, block.text) for block in blocks] == [
        (BlockKind.PARAGRAPH, "One.\nTwo."),
        (BlockKind.PARAGRAPH, "Three."),
    ]


LINES = st.lists(st.text(st.characters(codec="utf-8"), max_size=120), max_size=30)


@settings(max_examples=200, deadline=None)
@given(st.lists(LINES, max_size=4))
def test_any_text_has_a_letter_for_each_line(pages: list[list[str]]) -> None:
    made = [Page(n, "\n".join(lines)) for n, lines in enumerate(pages, 1)]
    for page, layout in zip(made, page_layouts(made), strict=True):
        assert len(layout) == page.text.count("\n") + 1
        assert set(layout) <= set("HhPpIiRrLlCcFf-")
        for letter, line in zip(layout, page.text.split("\n"), strict=True):
            assert (letter == "-") == (not line.strip())


@pytest.mark.parametrize(
    "sign", [". ", "_", " ", "a. ", "(a) ", "A: ", "1.", "§", "…", "a1", "1 A\n", "Ab 9\n"]
)
def test_the_cost_grows_with_the_length_alone(sign: str) -> None:
    text = "\n".join([sign * 4_000, "x" + sign * 20_000, *["A" + sign * 80] * 400])
    started = time.process_time()
    page_layouts([Page(1, text)])
    assert time.process_time() - started < 5


def test_notes_that_nothing_names_cost_no_more_than_their_lines() -> None:
    lines = ["x" * 60] * 3_000 + [f"{number} Note of a source" for number in range(1, 900)]
    started = time.process_time()
    page_layouts([Page(1, "\n".join(lines))])
    assert time.process_time() - started < 2


def page_of(*lines: str) -> Page:
    return Page(1, "\n".join(lines))


BODY = [
    f"The keeper notes what came in and what went out of the store, item {at}." for at in "abcdefgh"
]


def test_a_chapter_at_the_head_of_each_page_is_no_running_head() -> None:
    pages = [page_of(f"TÍTULO {at}", "Registro Central", *BODY) for at in range(1, 5)]
    assert [layout[:2] for layout in page_layouts(pages)][1:] == ["HF"] * 3  # after a letterhead


def test_the_end_of_a_sentence_is_no_running_line_however_many_pages_have_one() -> None:
    kinds = ("bond", "loan", "note")
    begun = [
        f"The holder of a {kind} has the right to end the order to debit her" for kind in kinds
    ]
    pages = [page_of(line, "account.", *BODY) for line in begun]
    assert {layout[1] for layout in page_layouts(pages)} == {"p"}
    named = [page_of(f"{kind.title()}s of the Store End.", "account.", *BODY) for kind in kinds]
    assert {layout[1] for layout in page_layouts(named)} == {"F"}


def test_a_page_of_nothing_but_running_lines_is_told_by_the_other_pages() -> None:
    text = page_of("Rules of the Store", "DRAFT, page 2")
    assert page_layouts([text]) != ["FF"]
    assert page_layouts([text], running=["Rules of the Store", "DRAFT, page 1"]) == ["FF"]
