"""Where a phrase stands, and what is said in other words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from droindex import Page
from droindex.changes.paragraphs import paragraphs
from droindex.changes.phrases import find_phrase, nearest_wording, phrase_words

TEXT = paragraphs(
    [
        Page(
            1, "Escorts\n\nOne officer escorts two detainees.\n\n* * *\n\nThe office\u2019s clerk"
        ),
        Page(2, "keeps the list."),
    ]
)


def places(phrase: str) -> list[int]:
    return find_phrase(phrase_words(phrase), TEXT)


def test_case_punctuation_and_breaks_of_pages_do_not_count() -> None:
    assert places("one OFFICER escorts") == [1]
    assert places("The office's clerk keeps") == [3]
    assert places("two detainees; the office's") == [1]  # over a rule that has no words
    assert places("escort") == []
    assert places("escorts") == [0, 1]


def test_what_is_like_a_phrase_is_told_with_the_part_that_is() -> None:
    assert nearest_wording(phrase_words("One guard escorts two detainees"), TEXT) == (
        1,
        "One officer escorts two detainees.",
    )
    assert nearest_wording(phrase_words("Nobody said anything like this"), TEXT) is None
    assert nearest_wording(["officer"], TEXT) is None


@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=40), st.data())
def test_each_part_of_a_text_is_found_in_it(words: list[str], data: st.DataObject) -> None:
    text = paragraphs([Page(1, "\n\n".join(words))])
    first = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(first + 1, len(words)))
    assert first in find_phrase(words[first:end], text)
