"""Keys in any spelling are known, slips are guessed, and texts are clean whatever was written."""

from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.metadata.keys import (
    DATE_TEXTS,
    DATES,
    KNOWN_KEYS,
    LINES,
    REFERENCES,
    clean_line,
    clean_text,
    guess_key,
    normalise_key,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)  # halves of characters too
KEYS = st.sampled_from(sorted(KNOWN_KEYS))
SEPARATORS = st.sampled_from(["_", " ", "-", "  ", "__", " - ", "\t"])


@given(ANY_TEXT)
def test_a_clean_text_is_unicode_without_controls_and_stays_so(text: str) -> None:
    clean = clean_text(text)
    clean.encode()
    allowed = {"\t", "\n"}
    controls = {char for char in clean if ord(char) < 0x20 or ord(char) == 0x7F}
    assert controls <= allowed
    assert clean == clean.strip()
    assert clean_text(clean) == clean


@given(ANY_TEXT)
def test_a_clean_line_is_one_line_with_single_blanks(text: str) -> None:
    line = clean_line(text)
    assert line.splitlines() in ([], [line])
    assert line == " ".join(line.split())
    assert clean_line(line) == line


@given(st.text(st.sampled_from(string.ascii_letters + " é\n\t"), max_size=40))
def test_what_is_clean_is_left_alone(text: str) -> None:
    assert clean_text(text) == text.strip()


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\x00b", "ab"),
        ("a\r\nb", "a\nb"),
        ("a\x0bb\x0cc\rd", "a b c d"),
        ("a\x1bb\x7fc", "abc"),
        ("\ud83d\ude00", "\U0001f600"),  # two halves are one character
        ("a\ud800", "a\ufffd"),
        (" \n a \t ", "a"),
        ("a\n\nb", "a\n\nb"),
        ("", ""),
    ],
)
def test_texts_as_people_and_programs_leave_them(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@given(KEYS, SEPARATORS, st.sampled_from([str.upper, str.title, str.lower, str.capitalize]))
def test_a_known_key_is_known_in_any_spelling(key: str, separator: str, style: object) -> None:
    assert callable(style)
    written = style(separator.join(key.split("_")))
    assert normalise_key(f" {written} ") == key


@given(ANY_TEXT)
def test_a_key_spelled_as_the_table_does_stays_so(key: str) -> None:
    once = normalise_key(key)
    assert normalise_key(once) == once
    assert not once.startswith("_")
    assert not once.endswith("_")
    assert not set(once) & set(" -\t\n")


@given(KEYS, st.data())
def test_a_letter_left_out_of_a_long_key_is_guessed(key: str, data: st.DataObject) -> None:
    if len(key) < 8:
        return
    place = data.draw(st.integers(1, len(key) - 2))
    slip = key[:place] + key[place + 1 :]
    assert guess_key(slip) is not None


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("author", "signatory"),
        ("office", "opi"),
        ("tags", "subject"),
        ("date", "issued"),
        ("les", "label"),
        ("classification", "label"),
        ("lable", "label"),
        ("titel", "title"),
        ("supercedes", "supersedes"),
        ("zzqx", None),
        ("", None),
    ],
)
def test_what_an_unknown_key_was_meant_as(key: str, meant: str | None) -> None:
    assert guess_key(key) == meant


def test_a_guess_is_one_of_the_keys_that_are_asked_for() -> None:
    assert guess_key("filee", known=("file", "page")) == "file"
    assert guess_key("titel", known=("file", "page")) is None


def test_each_key_is_of_one_kind() -> None:
    kinds = [*LINES, *DATES, *DATE_TEXTS, *REFERENCES, "summary", "subject", "label", "url"]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) == KNOWN_KEYS
    assert all(unicodedata.normalize("NFKC", key).casefold() == key for key in KNOWN_KEYS)
