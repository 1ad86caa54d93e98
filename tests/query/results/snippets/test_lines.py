from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.engine.passages import Passage
from droindex.query.results.snippets.lines import (
    BLANK,
    HEADING,
    ITEM_LINE,
    PARAGRAPH,
    ROW,
    PassageLines,
    sentence_end,
    sentence_start,
)

PIECES = st.sampled_from(
    [
        *"abcXYZ019 .?!:\n\t\"'()”’§•–",
        "Dr. ",
        "No. ",
        "e.g. ",
        "Sec. ",
        ". The ",
        "?” If ",
        ".1 A ",
        ":\n• ",
    ]
)
TEXTS = st.lists(PIECES, max_size=60).map("".join)
LETTERS = st.sampled_from("pPhHiIrRcCuU-")


def lines_of(text: str, layout: str = "") -> PassageLines:
    return PassageLines(Passage(1, None, text, layout))


@pytest.mark.parametrize(
    ("text", "place", "begins"),
    [
        ("It is so. The officer signs.", "officer", "The"),
        ("See No. 5 of Dr. Torres here.", "Torres", "See"),  # abbreviations end nothing
        ("J. P. Torres signs it.", "signs", "J."),  # nor do initials
        ("First: the form. Second part", "Second", "Second"),
        ("Bring these:\n• a passport", "passport", "•"),  # a list begins after a colon
        ("Bring these: Passports count", "count", "Bring"),  # in a line a colon begins nothing
        ("He asked “Why?” Nobody knew.", "knew", "Nobody"),
        ("It ends here.12 The next one", "next", "The"),  # behind the number of a note
    ],
)
def test_a_sentence_begins_where_a_reader_sees_it(text: str, place: str, begins: str) -> None:
    found = sentence_start(text, 0, text.index(place))
    assert found is not None
    assert text[found:].startswith(begins)


def test_a_sentence_that_begins_too_far_away_has_no_start() -> None:
    text = "a word " * 200
    assert sentence_start(text, 0, len(text) - 5) is None
    assert sentence_start(text, len(text) - 20, len(text) - 5) == len(text) - 20


@pytest.mark.parametrize(
    ("text", "least", "most", "ends"),
    [
        ("One goes. Two go. Three go on and on", 5, 20, "One goes. Two go."),  # the last that fits
        ("One goes. Two go. Three go on and on", 5, 12, "One goes."),
        ("He said “Go.” Then he went on and on", 5, 20, "He said “Go.”"),
        ("These count: Passports and the like", 5, 30, None),  # a colon ends no sentence
        ("See Sec. Two and No. Five of the law", 2, 30, None),
    ],
)
def test_a_sentence_ends_between_two_places(
    text: str, least: int, most: int, ends: str | None
) -> None:
    found = sentence_end(text, 0, least, most)
    assert (None if found is None else text[:found]) == ends


@given(TEXTS, st.integers(0, 90), st.integers(0, 90), st.integers(0, 90))
def test_ends_lie_between_their_bounds_behind_a_mark(
    text: str, start: int, least: int, more: int
) -> None:
    most = least + more
    found = sentence_end(text, min(start, len(text)), least, most)
    if found is not None:
        assert least <= found <= most
        assert re.search(r"[.!?][\"'”’)\]]*\d{0,2}$", text[:found])
        assert text[found : found + 1].isspace()
        # No later one would do: what is taken is the last.
        assert sentence_end(text, min(start, len(text)), found + 1, most) is None


@given(TEXTS, st.data())
def test_starts_lie_between_the_block_and_the_place(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    first = data.draw(st.integers(0, place))
    found = sentence_start(text, first, place)
    if found is not None:
        assert first <= found <= place
        assert found == first or text[found - 1].isspace()


@given(TEXTS, st.lists(LETTERS, max_size=80).map("".join))
def test_every_place_is_in_a_line_and_every_line_in_a_block(text: str, layout: str) -> None:
    lines = lines_of(text, layout)
    assert len(lines) == text.count("\n") + 1
    for line in range(len(lines)):
        assert text[lines.starts[line] : lines.end(line)] == lines.lines[line]
        assert lines.at(lines.starts[line]) == line
        assert lines.at(lines.end(line)) == line
        first, last = lines.block(line)
        assert 0 <= first <= line < last <= len(lines)
        if all(map(str.strip, lines.lines[first:last])):  # all lines of a block have the same one
            assert {lines.block(other) for other in range(first, last)} == {(first, last)}


def test_a_layout_says_what_lines_are_and_empty_ones_are_blank() -> None:
    lines = lines_of("13.3 Who may post\n\nAny person may\npost it.\nForm  Copies\n", "HPPpRR")
    assert [lines.kind(line) for line in range(len(lines))] == [
        *(HEADING, BLANK, PARAGRAPH, PARAGRAPH, ROW, BLANK)
    ]
    assert lines.block(3) == (2, 4)
    assert lines.heading_above(2) == (0, 1)
    assert lines.heading_above(4) is None
    assert lines.has_layout


def test_a_layout_that_is_too_short_is_not_trusted() -> None:
    lines = lines_of("One line.\nTwo lines.\nThree lines.", "HP")
    assert not lines.has_layout
    assert [lines.kind(line) for line in range(3)] == [PARAGRAPH] * 3


def test_without_a_layout_lines_are_judged_by_their_looks() -> None:
    text = "13.3 Who May Post\n(a) The first item of it.\nForm I-352    Original    File"
    lines = lines_of(text)
    assert [lines.kind(line) for line in range(3)] == [HEADING, ITEM_LINE, ROW]
