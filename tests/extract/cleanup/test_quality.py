"""Telling text from noise."""

from __future__ import annotations

import pytest

from droindex.extract.cleanup.quality import (
    count_chars,
    count_split_words,
    is_garbled,
    is_spaced_out,
    words_of,
)

ENGLISH = "The field office director approves the transfer of a detainee in writing. " * 3


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH,
        "Rozhodnutí o vyhoštění cizince je vykonatelné nabytím právní moci,",
        "Quyết định trục xuất người nước ngoài có hiệu lực kể từ ngày ký.",
        "Decizia de îndepărtare a străinului poate fi atacată în termen de zece zile și țară.",
        "Решение о выдворении иностранца вступает в силу со дня его подписания руководителем.",
        "قرار إبعاد الأجنبي يسري من تاريخ توقيعه وينفذ فورا ما لم ينص على خلاف ذلك في القانون",
        "Yabancının sınır dışı edilmesi kararı imza tarihinden itibaren yürürlüğe girer.",
        "short \x01\x02",
        "",
    ],
)
def test_living_languages_are_text(text: str) -> None:
    assert not is_garbled(text)


@pytest.mark.parametrize(
    "text",
    [
        "ƚŚĞ ƐĂŵƉůĞ͘ ůů ƐƵĐŚ ƐĂŵƉůĞƐ ǁŝůů ǀĂƌǇ ŽŶ ĂŶ ĂŶŶƵĂů ďĂƐŝƐ ĐŽŵƉŽŶĞŶƚ",
        "\x04\x05\x06\x0e\x0f\x10" * 10,
        "\ufffd" * 60,
        "\ue001\ue002\ue003 " * 30,
    ],
)
def test_fonts_without_a_map_give_noise(text: str) -> None:
    assert is_garbled(text)


def test_noise_and_blanks_are_no_characters() -> None:
    assert count_chars(" a\n\x01\ufffd b ") == 2


def test_split_words_are_counted_by_the_words_of_the_document() -> None:
    known = set(words_of("the department is indicating approval of immigration"))
    assert count_split_words(words_of("de partment indicati ng the appr oval"), known) == 3
    assert count_split_words(words_of("the department is indicating"), known) == 0


def test_spaced_out_letters() -> None:
    assert is_spaced_out("D I R E C T I V E   o f   t h e   o f f i c e")
    assert not is_spaced_out(ENGLISH)
    assert not is_spaced_out("let x be a point and y a line with a b c d collinear " * 3)
