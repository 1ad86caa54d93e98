from __future__ import annotations

import pytest

from droindex.query.language.plain_words import is_plain_word


@pytest.mark.parametrize("word", ["kids", "custody", "towing", "officer"])
def test_words_that_people_mean_as_they_stand(word: str) -> None:
    assert is_plain_word(word, "english")


@pytest.mark.parametrize("word", ["", "custdoy", "kdis", "Kids", "# a", "11.2", "scowl:"])
def test_slips_and_lines_of_the_licence_are_no_words(word: str) -> None:
    assert not is_plain_word(word, "english")


@pytest.mark.parametrize("language", ["german", "", "klingon"])
def test_without_a_list_no_word_is_plain(language: str) -> None:
    assert not is_plain_word("custody", language)
