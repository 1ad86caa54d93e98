from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from droindex import Page
from droindex.engine.passages import pages_from_passages, passage_entries, read_passage
from droindex.engine.schema import HEADINGS, INFO, KIND, LISTING, TEXT

LETTERS = "HhPpIiRrLlCcFf"


@st.composite
def pages(draw: st.DrawFn) -> list[Page]:
    made = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        lines = draw(st.lists(st.text("ab .", max_size=40), min_size=1, max_size=12))
        layout = "".join(draw(st.sampled_from(LETTERS)) if line else "-" for line in lines)
        has_layout = draw(st.booleans())
        made.append(
            Page(number, "\n".join(lines), layout=layout if has_layout else "", backend="x")
        )
    return made


@settings(max_examples=200, deadline=None)
@given(pages(), st.integers(8, 200))
def test_pages_come_back_whole_with_their_layouts(given_pages: list[Page], size: int) -> None:
    entries = list(passage_entries("memo", given_pages, size))
    back = pages_from_passages((entry[TEXT], entry[INFO]) for entry in reversed(entries))
    assert [(page.number, page.text) for page in back] == [
        (page.number, page.text) for page in given_pages
    ]
    for page, given_page in zip(back, given_pages, strict=True):
        assert page.layout.upper() == given_page.layout.upper()


@settings(max_examples=100, deadline=None)
@given(pages(), st.integers(8, 200))
def test_a_passage_has_a_letter_for_each_of_its_lines(given_pages: list[Page], size: int) -> None:
    for entry in passage_entries("memo", given_pages, size):
        passage = read_passage(entry[TEXT], entry[INFO])
        assert not passage.layout or len(passage.layout) == passage.text.count("\n") + 1


def test_a_passage_knows_the_section_that_it_goes_on_with() -> None:
    first = Page(1, "1. Purpose\nText.\n2. Fees\nText.", layout="HPHP")
    second = Page(2, "More text.\n3. End\nText.", layout="PHP")
    entries = list(passage_entries("memo", [first, second], 2_500))
    assert [entry[HEADINGS] for entry in entries] == ["1. Purpose\n2. Fees", "3. End"]
    found = [read_passage(entry[TEXT], entry[INFO]) for entry in entries]
    assert [passage.section for passage in found] == [None, "2. Fees"]
    assert [passage.is_first for passage in found] == [True, False]


@pytest.mark.parametrize(
    ("layout", "is_listing"),
    [("CCC", True), ("CCP", True), ("CPP", False), ("CCN", True), ("CNN", False), ("", False)],
)
def test_a_page_that_is_mostly_entries_is_a_listing(layout: str, *, is_listing: bool) -> None:
    page = Page(1, "1. Purpose .... 2\n2. Keys ....... 3\n3. End ........ 4", layout=layout)
    (entry,) = passage_entries("memo", [page], 2_500)
    assert (entry.get(KIND) == LISTING) is is_listing


def test_the_words_of_a_library_of_before_are_read_without_a_layout() -> None:
    passage = read_passage("Text.", b'{"n":3,"p":4,"l":"iii"}')
    assert passage == (3, "iii", "Text.", "", None, False)
