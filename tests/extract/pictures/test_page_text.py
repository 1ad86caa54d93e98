"""Words that are looked for among the drawn characters of a page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.extract.pictures.page_text import found_words

Span = tuple[int, int]


def finder(*words: str) -> Callable[[str], list[Span]]:
    pattern = re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)
    return lambda text: [match.span() for match in pattern.finditer(text)]


@pytest.mark.parametrize(
    ("drawn", "word", "text", "pieces"),
    [
        ("the escort ratio", "escort", "escort", ["escort"]),
        ("the immi\ufffe\r\ngration law", "immigration", "immigration", ["immi", "gration"]),
        ("the immi\u0002gration law", "immigration", "immigration", ["immi", "gration"]),
        ("the immi\u00ad\ngration law", "immigration", "immigration", ["immi", "gration"]),
        ("the immi-\r\n  gration law", "immigration", "immigration", ["immi", "gration"]),
        ("an Anglo-\r\nAmerican law", "american", "American", ["American"]),
        ("a \ufb01rst of\ufb01cer", "officer", "officer", ["of\ufb01cer"]),
        ("OF\ufb01CE", "office", "OFfiCE", ["OF\ufb01CE"]),
        ("a well-known fact", "known", "known", ["known"]),
        ("page 3-\r\n4 of it", "34", "", []),
        ("in 2004-\r\n2006", "2006", "2006", ["2006"]),
        ("a\u00a0word", "word", "word", ["word"]),
    ],
)
def test_a_word_is_found_where_it_is_drawn(
    drawn: str, word: str, text: str, pieces: list[str]
) -> None:
    found = found_words(drawn, finder(word), 9)
    assert [item.text for item in found] == [text] * bool(pieces)
    runs = [drawn[first : last + 1] for item in found for first, last in item.runs]
    assert runs == pieces


def test_a_cut_compound_is_marked_in_both_its_parts() -> None:
    found = found_words("by non-\r\ndetained aliens", finder("non", "detained"), 9)
    assert [item.text for item in found] == ["non", "detained"]


def test_a_word_that_is_whole_is_not_marked_a_second_time_in_its_parts() -> None:
    found = found_words("after-\r\nwards", finder("afterwards", "after", "wards"), 9)
    assert [item.text for item in found] == ["afterwards"]


def test_glyph_codes_without_a_map_are_read_as_they_are_printed() -> None:
    drawn = "".join(chr(ord(char) - 29) for char in "The detention of officers is ordered")
    (found,) = found_words(drawn, finder("detention"), 9)
    assert (found.text, found.runs) == ("detention", ((4, 12),))


def test_no_more_words_are_marked_than_asked_for() -> None:
    found = found_words("an " * 50, finder("an"), 20)
    assert len(found) == 20
    assert found[0].runs == ((0, 1),)


@given(st.text(alphabet="ab-\r\n\ufffe\u0002\u00ad\ufb01 \u0301\U0001f600", max_size=60))
def test_what_is_found_are_drawn_characters_in_their_order(drawn: str) -> None:
    found = found_words(drawn, finder(r"\w+"), 100)
    places = [place for item in found for first, last in item.runs for place in (first, last)]
    assert places == sorted(places)
    assert all(0 <= place < len(drawn) for place in places)
    letters = [place for place, char in enumerate(drawn) if char in "ab\ufb01"]
    marked = {
        place for item in found for first, last in item.runs for place in range(first, last + 1)
    }
    assert marked.issuperset(letters)
