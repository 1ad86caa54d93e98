from __future__ import annotations

import pytest

from droindex.extract.blocks import line_shapes
from droindex.extract.blocks.line_shapes import ITEM


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("13.3 Who may post .............. 12", "13 3 who may post"),
        ("Who may post", "who may post"),
        ("and the rest of a sentence", ""),  # begins in the middle
        ("a) The first entry", "a the first entry"),
        ("12", ""),
        ("x" * 200, ""),
    ],
)
def test_what_a_line_says_as_an_entry(line: str, key: str) -> None:
    assert line_shapes.entry_key(line) == key


@pytest.mark.parametrize(
    ("line", "leads"),
    [
        ("Purpose ............... 3", True),
        ("Purpose . . . . . . . 3", True),
        ("Purpose ______________ 3", True),
        ("Purpose …………", True),
        ("So he waited ... and waited for the officer", False),
        ("....................", False),  # no word is led from
        ("Purpose 3", False),
    ],
)
def test_dots_lead_to_a_page(line: str, leads: bool) -> None:  # noqa: FBT001 - a column of the table
    assert line_shapes.is_leader(line) is leads


@pytest.mark.parametrize(
    ("line", "is_heading"),
    [
        ("13.3 Who may post", True),
        ("IV. POLICY", True),
        ("CHAPTER 7 - Removal of aliens", True),
        ("§ 1201. Definitions", True),
        ("4. Purpose.", True),
        ("300.4.1 MOVING VEHICLES", True),  # section of a manual, whose policy has the number 300
        ("300.00 Fee", False),
        ("2–3. Sources and citations", True),
        ("B-3. Sources and citations", True),
        ("2-52-3 Definitions", True),
        ("10-15 Members", False),
        ("12-20-10 Revised", False),  # a date
        ("7.1.Who may post", True),
        ("7.1.who may post", False),
        ("§ 14", True),
        ("4. The officer signs the form.", False),  # a sentence
        ("5 12 17", False),  # a row
        ("12 March 2004", False),
        ("1.2 the rest of a sentence", False),
        ("Who may post", False),
    ],
)
def test_headings_with_numbers(line: str, is_heading: bool) -> None:  # noqa: FBT001 - as above
    assert line_shapes.is_numbered_heading(line) is is_heading


@pytest.mark.parametrize(
    ("line", "after", "is_heading"),
    [
        ("Who may post", "Any person with lawful status may post a bond for the alien.", True),
        ("PURPOSE", "Anything", True),
        ("Purpose:", "Anything", True),
        ("Who may post", "", False),
        ("Who may post", "and who may not post a bond for the alien at any time", False),
        ("who may post", "Any person with lawful status may post a bond for the alien.", False),
        ("This goes on for", "Any person with lawful status may post a bond for them.", False),
    ],
)
def test_headings_without_numbers(line: str, after: str, is_heading: bool) -> None:  # noqa: FBT001 - as above
    assert line_shapes.is_plain_heading(line, after, 90) is is_heading


@pytest.mark.parametrize(
    "line",
    [
        "3",
        "- 3 -",
        "Page 3 of 12",
        "page 3/12",
        "Policy 30.1    Page 4",
        "G-12 March 4, 2015",
    ],
)
def test_lines_that_name_the_page(line: str) -> None:
    assert line_shapes.is_page_name(line)


@pytest.mark.parametrize("line", ["11-2", "Page", "Chapter 3", "3 copies"])
def test_numbers_of_directives_and_words_name_no_page(line: str) -> None:
    assert not line_shapes.is_page_name(line)


@pytest.mark.parametrize(
    "line", ["(a) An item", "• An item", "12. An item", "iv) An item", "o Officers"]
)
def test_items_begin_with_a_mark(line: str) -> None:
    assert ITEM.match(line)


@pytest.mark.parametrize("line", ["over the top", "An item", "(a)", "•", "2006 was a year"])
def test_other_lines_are_no_items(line: str) -> None:
    assert not ITEM.match(line)


def test_rows_have_cells_and_prose_has_none() -> None:
    assert line_shapes.is_row("Form I-352    Original")
    assert not line_shapes.is_row(
        "The officer signs the form  and then gives it to the clerk at once"
    )
    assert not line_shapes.is_row("  indented")


def test_rules_and_titles_of_lists() -> None:
    assert line_shapes.is_furniture("-----")
    assert not line_shapes.is_furniture("- 3 -x")
    assert line_shapes.contents_title("TABLE OF CONTENTS")
    assert line_shapes.contents_title("Index of Orders")
    assert not line_shapes.contents_title("Contents may be hot")
    assert line_shapes.is_reference_title("IV. References:")
    assert not line_shapes.is_reference_title("References are kept by the clerk")
