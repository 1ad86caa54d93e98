"""Tokens: in order, each where it stands in the text; and the words and ranges among them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.errors import QueryError
from droindex.query.language.faults import Faults
from droindex.query.language.lexer import Lexer
from droindex.query.language.nodes import Range, Word
from droindex.query.language.ranges import NOT_A_RANGE, read_range
from droindex.query.language.repair import well_formed
from droindex.query.language.tokens import Kind, QueryToken
from droindex.query.language.word_forms import boost_of, slop_of, word_token
from droindex.settings import QueryLimits

FIELDS = {"title": "text", "opi": "keyword", "issued": "date"}
TEXTS = st.text(
    st.sampled_from("ab1 ()\"“”«»'‘*?:^~-+.<>…ANDORT") | st.characters(exclude_categories=["Cs"])
)
PIECES = st.sampled_from(
    ["a", "AND", "OR", "NOT", "(", ")", '"b c"', "-", "title:", "opi:", "issued:2004..", "~", "*",
     "x*", "w~2", "z^3", '"'],
)  # fmt: skip
QUERIES = TEXTS | st.lists(PIECES).map(" ".join) | st.lists(PIECES).map("".join)


def lexed(text: str) -> list[QueryToken]:
    return Lexer(text, FIELDS, Faults(text, strict=False)).tokens()


@given(QUERIES)
def test_tokens_stand_in_order_and_do_not_overlap(text: str) -> None:
    tokens = lexed(text)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert all(one.end <= two.start for one, two in pairwise(tokens))


@given(QUERIES)
def test_a_token_is_what_the_text_says_there(text: str) -> None:
    for token in lexed(text):
        written = text[token.start : token.end]
        if token.kind in (Kind.AND, Kind.OR, Kind.NOT):
            assert written == token.text == token.kind.name
        elif token.kind is Kind.FIELD:
            assert written.casefold().startswith(token.text + ":")
        elif isinstance(token.leaf, Word):
            assert written.startswith(token.leaf.text)
        assert (token.leaf is not None) == (token.kind is Kind.LEAF)


@given(QUERIES, st.integers(0, 3))
def test_well_formed_tokens_need_no_repair(text: str, depth: int) -> None:
    limits = QueryLimits(max_depth=max(1, depth))
    once = well_formed(lexed(text), text, limits, Faults(text, strict=False))
    strict = Faults(text, strict=True)
    assert well_formed(once, text, limits, strict) == once


@given(QUERIES)
def test_well_formed_tokens_are_balanced_and_operators_stand_between_things(text: str) -> None:
    tokens = well_formed(lexed(text), text, QueryLimits(), Faults(text, strict=False))
    depth = 0
    begins = (Kind.LEAF, Kind.OPEN, Kind.NOT, Kind.MINUS, Kind.FIELD)
    for place, token in enumerate(tokens):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        assert depth >= 0
        assert token.kind is not Kind.VOID
        if token.kind not in (Kind.LEAF, Kind.CLOSE):
            assert tokens[place + 1].kind in begins
    assert depth == 0


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("escort", Word("escort", 5, 11)),
        ("escort?", Word("escort", 5, 11)),
        ("esc?rt", Word("esc?rt", 5, 11, True)),
        ("esc*", Word("esc*", 5, 9, True)),
        ("escort^2", Word("escort", 5, 13, False, 2.0)),
        ("escort~", Word("escort", 5, 12, False, 1.0, 1)),
        ("escort~2^.5", Word("escort", 5, 16, False, 0.5, 2)),
        ("escort~9", Word("escort", 5, 13, False, 1.0, 2)),
        ("escort~0.8", Word("escort", 5, 15, False, 1.0, 1)),
        ("escort~0", Word("escort", 5, 13)),
        ("esc*~", Word("esc*", 5, 10, True)),
        ("http://a?b=1", Word("http://a?b=1", 5, 17)),
    ],
)
def test_what_a_word_carries(raw: str, expected: Word) -> None:
    token = word_token(raw, 5, Faults("", strict=False))
    assert token is not None
    assert token.leaf == expected


def test_punctuation_is_no_word_and_a_tilde_alone_is_void() -> None:
    faults = Faults("", strict=False)
    assert word_token("--", 0, faults) is None
    assert faults.notes == ()
    token = word_token("-~", 0, faults)
    assert token is not None
    assert token.kind is Kind.VOID
    assert len(faults.notes) == 1


@given(st.integers(0, 10**6), st.integers(0, 10**9))
def test_numbers_behind_words_and_phrases_stay_under_their_caps(boost: int, slop: int) -> None:
    faults = Faults("", strict=False)
    assert 0 < boost_of(str(boost), 0, faults) <= 100
    assert slop_of(str(slop), 0, faults) == min(slop, 100)


@pytest.mark.parametrize(
    ("value", "bounds"),
    [
        ("2004..2006", ("2004", "2006", False, False)),
        ("2006..2004", ("2004", "2006", False, False)),
        ("2004-05...", ("2004-05", None, False, False)),
        ("…2006", (None, "2006", False, False)),
        (">2004", ("2004", None, True, False)),
        ("<=2004.", (None, "2004", False, False)),
        ("≥2004", ("2004", None, False, False)),
        ("<2004!", (None, "2004", False, True)),
    ],
)
def test_ranges(value: str, bounds: tuple[object, ...]) -> None:
    text = f"issued:{value}"
    found = read_range("issued", "date", text, 0, 7, Faults(text, strict=False))
    assert isinstance(found, Range)
    assert (found.low, found.high, found.low_open, found.high_open) == bounds
    assert text[found.start : found.end].startswith("issued:")


def test_what_is_no_range() -> None:
    faults = Faults("", strict=False)
    assert read_range("issued", "date", "issued:2004", 0, 7, faults) == NOT_A_RANGE
    assert read_range("opi", "keyword", "opi:a..b", 0, 4, faults) == NOT_A_RANGE
    assert faults.notes == ()
    assert read_range("opi", "keyword", "opi:>b", 0, 4, faults) == NOT_A_RANGE
    assert read_range("issued", "date", "issued:..", 0, 7, faults) is None
    assert len(faults.notes) == 2
    with pytest.raises(QueryError, match="begins with 2006"):
        read_range("issued", "date", "issued:2006..2004", 0, 7, Faults("", strict=True))
