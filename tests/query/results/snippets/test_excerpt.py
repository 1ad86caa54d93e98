from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from droindex.engine.passages import Passage
from droindex.query.results.snippets.excerpt import (
    Excerpt,
    lead_of,
    section_of,
)
from droindex.query.results.snippets.lines import PassageLines, word_end, word_start
from droindex.query.results.snippets.places import Stretch
from droindex.query.results.snippets.segments import joined

MAX_CHARS = 240
LINES = st.lists(
    st.sampled_from(
        [
            *("Any person with lawful status may post a bond.", "4. Bring the form.", "", "  "),
            *("BONDS", "Form I-352    Original    A-file", "and the rest of it goes on here"),
            *("Contents ........ 12", "• An item of a list; it ends.", "x" * 90, "ends. Begins"),
        ]
    ),
    min_size=1,
    max_size=12,
)


@st.composite
def layouts(draw: st.DrawFn, lines: list[str]) -> str:
    """Layouts as pages have them: what goes on is of the kind of what it goes on from."""
    letters: list[str] = []
    for line in lines:
        letter = draw(st.sampled_from("PIRHCU")) if line.strip() else "-"
        goes_on = letters[-1:] == [letter] or letters[-1:] == [letter.lower()]
        letters.append(letter.lower() if goes_on and draw(st.booleans()) else letter)
    return "".join(letters)


def nothing(_text: str, _start: int, _end: int) -> list[tuple[int, int]]:
    return []


def shown(text: str, layout: str, place: int, last: int | None = None) -> str:
    lines = PassageLines(Passage(1, None, text, layout))
    best = Stretch(place, place if last is None else last)
    excerpt = Excerpt.around(lines, best, MAX_CHARS)
    return "".join(part for part, _ in joined(text, excerpt, nothing))


def test_a_snippet_begins_with_its_sentence_below_its_heading() -> None:
    text = "13.3 Who may post\nAny person with lawful status may post a bond. Others may not."
    assert shown(text, "HP", text.index("person")) == (
        "13.3 Who may post — Any person with lawful status may post a bond. Others may not."
    )
    assert shown(text, "HP", text.index("Others")) == "Others may not."


def test_a_row_reads_as_a_row_and_ends_before_text() -> None:
    text = (
        "Form I-352    Original    A-file\nForm I-391    Copy    Obligor\n\nAll of them are kept."
    )
    assert shown(text, "RR-P", 5).startswith("Form I-352 · Original · A-file · Form I-391")


def test_the_middle_of_a_long_sentence_is_left_out() -> None:
    text = "The officer who " + "in any such case and " * 15 + "releases the detainee signs it."
    found = shown(text, "P", text.index("releases"))
    assert found.startswith("The officer who ")
    assert " … " in found
    assert "releases the detainee" in found


@given(LINES, st.data())
def test_whatever_is_asked_for_is_shown_in_about_the_length_asked_for(
    lines: list[str], data: st.DataObject
) -> None:
    text = "\n".join(lines)
    layout = data.draw(st.one_of(st.just(""), layouts(lines)))
    places = [match.start() for match in re.finditer(r"\w+", text)]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    found = shown(text, layout, place)
    assert found == found.strip()
    assert "\n" not in found
    assert "  " not in found
    # Above the length asked for: a heading in front, marks of what was cut, one long word.
    assert len(found) <= MAX_CHARS + 300
    squashed = "".join(found.split())
    word = re.compile(r"\w+").match(text, place)
    assert word is not None
    assert word.group()[:40] in squashed


@given(LINES)
def test_pieces_rise_and_lie_in_the_text(lines: list[str]) -> None:
    text = "\n".join(lines)
    passage = PassageLines(Passage(1, None, text))
    for excerpt in (lead_of(passage, MAX_CHARS), Excerpt.beginning(text, MAX_CHARS)):
        ends = [place for piece in excerpt.pieces for place in (piece.start, piece.end)]
        assert ends == sorted(ends)
        assert all(0 <= place <= len(text) for place in ends)


def test_a_section_is_the_heading_above() -> None:
    text = "# 13.3  Who may post\nAny person.\nANOTHER\nNobody."
    passage = Passage(1, None, text, "HPHP", "The page before")
    lines = PassageLines(passage)
    assert section_of(passage, lines, text.index("person")) == "13.3 Who may post"
    assert section_of(passage, lines, text.index("Nobody")) == "ANOTHER"
    plain = passage._replace(text="Any person.", layout="P")
    assert section_of(plain, PassageLines(plain), 0) == "The page before"
    bare = plain._replace(layout="")
    assert section_of(bare, PassageLines(bare), 0) is None


@given(st.text(alphabet="ab \n", max_size=40), st.integers(0, 45))
def test_no_word_is_cut_at_an_end(text: str, place: int) -> None:
    end = word_end(text, place)
    assert end <= max(place, 0) or end == len(text)
    start = word_start(text, min(place, len(text)), len(text))
    assert 0 <= start <= len(text)
    assert start in (0, len(text)) or text[start - 1] in " \n"


def test_a_sentence_whose_first_line_looks_like_a_heading_is_not_parted_from_the_rest() -> None:
    text = "B. Members May Use Kinetic Energy Rounds\n(KER), known as bean bags, as a last means."
    lines = PassageLines(Passage(1, None, text, "HP"))
    shown = Excerpt.around(lines, Stretch(text.index("bean"), text.index("bean")), MAX_CHARS)
    assert [piece.before for piece in shown.pieces] == ["", " "]
    items = "B. What Members May Use\n(a) bean bags, as a last means, and nothing else than these."
    lines = PassageLines(Passage(1, None, items, "HI"))
    shown = Excerpt.around(lines, Stretch(items.index("bean"), items.index("bean")), MAX_CHARS)
    assert [piece.before for piece in shown.pieces] == ["", " — "]


def test_what_opens_a_list_is_shown_with_its_beginning_or_not_at_all() -> None:
    opened = "The keeper does the following:\n(a) counts the keys, one by one, each evening."
    lines = PassageLines(Passage(1, None, opened, "PI"))
    shown = Excerpt.around(lines, Stretch(4, 4), MAX_CHARS)
    assert [opened[piece.start : piece.end] for piece in shown.pieces] == opened.split("\n")
    closed = "The keeper counts the keys.\n(b) Keys that are lost:"
    lines = PassageLines(Passage(1, None, closed, "PI"))
    shown = Excerpt.around(lines, Stretch(4, 4), MAX_CHARS)
    assert [closed[piece.start : piece.end] for piece in shown.pieces] == [
        closed[: closed.index("\n")]
    ]
