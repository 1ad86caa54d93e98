from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.query.results.snippets.excerpt import Excerpt, Piece
from droindex.query.results.snippets.segments import joined

MAX_CHARS = 240


def nothing(_text: str, _start: int, _end: int) -> list[tuple[int, int]]:
    return []


@pytest.mark.parametrize(
    ("text", "shown_text"),
    [
        ("One\nline", "One line"),
        ("One \n line", "One line"),
        ("tab\there", "tab here"),
        ("• An item", "An item"),
        ("no-break\u00a0blank", "no-break blank"),
    ],
)
def test_blanks_of_every_kind_are_one_blank(text: str, shown_text: str) -> None:
    excerpt = Excerpt.beginning(text, MAX_CHARS)
    assert joined(text, excerpt, nothing) == ((shown_text, False),)


def test_marks_stand_where_the_words_stand() -> None:
    text = "Post  the\nbond at once"
    excerpt = Excerpt.beginning(text, MAX_CHARS)
    found = joined(text, excerpt, lambda *_: [(0, 4), (10, 14)])
    assert found == (("Post", True), (" the ", False), ("bond", True), (" at once", False))


def test_rows_have_their_cells_parted() -> None:
    text = "Form I-352    Original   A-file"
    row = Excerpt((Piece("", 0, len(text), is_row=True),))
    assert joined(text, row, nothing) == (("Form I-352 · Original · A-file", False),)


def test_what_is_cut_says_so() -> None:
    text = "the bond is posted at"
    excerpt = Excerpt((Piece("", 0, len(text)),), is_inside=True, is_cut=True)
    assert joined(text, excerpt, nothing) == (("…the bond is posted at …", False),)


@given(
    st.text(alphabet="ab \n\t\u00a0•", min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=4),
)
def test_nothing_is_lost_but_blanks_and_the_first_bullet(
    text: str, spans: list[tuple[int, int]]
) -> None:
    words = [(a, b) for a, b in sorted(spans) if a < b <= len(text) and text[a:b].isalpha()]
    found = joined(text, Excerpt((Piece("", 0, len(text)),)), lambda *_: words)
    kept = "".join("".join(part for part, _ in found).split())
    assert kept.lstrip("•") == "".join(text.split()).lstrip("•")
    assert all(part and (not marked or part.isalpha()) for part, marked in found)
