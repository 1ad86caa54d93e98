"""Layout of text, and which characters may reach a terminal."""

from __future__ import annotations

import json
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.cli.terminal import Screen, cell_width, escape_json, wrap
from droindex.text import clean

JOINERS = set("\u00ad\u200c\u200d")
UNSAFE = {
    letter
    for letter in map(chr, range(0x110000))
    if category(letter) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
} - JOINERS
ANY_TEXT = st.text(st.characters(exclude_categories=()) | st.sampled_from(sorted(UNSAFE)))


def test_nothing_in_all_of_unicode_steers_a_terminal():
    everything = "".join(map(chr, range(0x110000)))
    assert not UNSAFE & set(clean(everything))
    assert not (UNSAFE - set(map(chr, range(32)))) & set(escape_json(everything))
    assert set("aé日\u0301😀\ufe0f") | JOINERS <= set(clean(everything))


@given(ANY_TEXT)
def test_clean_text_is_safe_and_as_long(text):
    assert not UNSAFE & set(clean(text))
    assert len(clean(text)) == len(text)


def test_line_breaks_and_tabs_become_blanks():
    assert clean("a\tb\nc\r\x85\u2028d\x1b") == "a b c   d\ufffd"
    assert clean("plain") == "plain"


@given(ANY_TEXT)
def test_escaped_json_is_safe_and_means_the_same(text):
    escaped = escape_json(json.dumps(text, ensure_ascii=False))
    assert not UNSAFE & set(escaped)
    assert json.loads(escaped) == json.loads(json.dumps(text))


@given(st.lists(st.tuples(ANY_TEXT, st.booleans())), st.integers(2, 40))
def test_wrapped_lines_fit_and_keep_every_letter(segments, width):
    lines = list(wrap(segments, width))
    shown = ["".join(text for text, _ in line) for line in lines]
    assert all(cell_width(line) <= width for line in shown)
    whole = "".join(clean(text) for text, _ in segments)
    assert "".join("".join(shown).split()) == "".join(whole.split())


def test_a_word_may_be_marked_in_part():
    assert list(wrap([("un", False), ("escort", True), ("ed trip", False)], 9)) == [
        [("un", False), ("escort", True)],
        [("ed", False), (" ", False), ("trip", False)],
    ]


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("a\u00adb", 2), ("", 0)]
)
def test_width_counts_columns(text, width):
    assert cell_width(text) == width


def test_emphasis_only_where_it_can_be_shown():
    segments = [("an ", False), ("escort ratio", True)]
    plain, styled = Screen(40), Screen(40, is_styled=True)
    assert list(plain.paragraph(segments, 2)) == ["  an escort ratio"]
    assert list(styled.paragraph(segments, 2)) == ["  an \x1b[1mescort ratio\x1b[22m"]
    assert plain.dim("x") == "x"
    assert styled.dim("x") == "\x1b[2mx\x1b[22m"


def test_links_only_where_they_can_be_shown_and_to_plain_addresses():
    linked, plain = Screen(is_styled=True, is_linked=True), Screen(is_styled=True)
    shown = linked.link("Memo", "file:///a%20b.pdf")
    assert shown == "\x1b]8;;file:///a%20b.pdf\x1b\\Memo\x1b]8;;\x1b\\"
    assert plain.link("Memo", "file:///a.pdf") == "Memo"
    for address in ("", "file:///a b", "file:///\x1b\\", "file:///\u00e9", "x" * 2001):
        assert linked.link("Memo", address) == "Memo"
    assert linked.link("", "file:///a.pdf") == ""


@pytest.mark.parametrize(("columns", "width"), [("10", 40), ("77", 77), ("500", 120)])
def test_width_follows_the_terminal_within_reason(monkeypatch, columns, width):
    monkeypatch.setenv("COLUMNS", columns)
    assert Screen.of_stdout().width == width
