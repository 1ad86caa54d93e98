"""Text whose codes are 29 too low is read as on paper; all other text is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.extract.cleanup.glyph_shift import unshifted

SHIFT = 29
SENTENCES = [
    "The escort of detainees in custody",
    "Bonds are posted at the office, between 8 and 12.",
    "POLICY NUMBER 11-4.1 Directive",
    "Removal orders, see chapter 3, are signed by the director",
]
WORDS = st.sampled_from(
    ["escort", "Order", "DIRECTIVE", "removal", "custody", "Policy", "detention"]
)


def shifted(text: str) -> str:
    """Return a text as a font without a map gives it."""
    return "".join(chr(ord(char) - SHIFT) for char in text)


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_is_read_as_on_paper(text: str) -> None:
    assert unshifted(shifted(text)) == text


@given(st.lists(WORDS, min_size=4, max_size=12))
def test_words_with_blanks_come_back(words: list[str]) -> None:
    text = " ".join(words)
    assert unshifted(shifted(text)) == text


@pytest.mark.parametrize("text", SENTENCES)
def test_a_run_amid_sound_lines_is_mended_in_its_place(text: str) -> None:
    assert unshifted(f"A sound line.\n{shifted(text)}\n") == f"A sound line.\n{text}\n"


@given(st.text(st.characters(min_codepoint=0x20), max_size=200))
def test_text_without_controls_is_left_alone(text: str) -> None:
    assert unshifted(text) == text


@given(st.text(st.characters(max_codepoint=0x7E), max_size=120))
def test_what_comes_out_is_the_text_or_has_fewer_controls(text: str) -> None:
    found = unshifted(text)
    controls = [sum(char < " " and char not in "\t\n\r\v\f" for char in t) for t in (text, found)]
    assert found == text or controls[1] < controls[0]


@pytest.mark.parametrize(
    "run",
    [
        "\x03\x03abcdefgh",  # two controls: real text has a stray one
        shifted("bcd fgh jkl mnp qrs"),  # no words
        shifted("xkqzt wvbnm plkjh gfdsw"),  # no vowels in words
        shifted("aB eR iT oP uX aB"),  # too short for words
    ],
)
def test_runs_that_give_no_words_stay(run: str) -> None:
    assert unshifted(run) == run


@pytest.mark.parametrize(
    ("dropped", "read"),
    [
        ("January15,2004", "January 15, 2004"),
        ("Chapter123", "Chapter 123"),
        ("Directive11-4.1", "Directive 11-4.1"),
        ("January15,20045", "January 15,20045"),  # five figures are no year
    ],
)
def test_blanks_that_pdfium_drops_are_put_before_figures(dropped: str, read: str) -> None:
    assert unshifted(shifted(dropped)) == read
