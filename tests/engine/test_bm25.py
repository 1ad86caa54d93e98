"""The numbers of BM25: what is rare weighs more, and nothing weighs less than nothing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.engine.bm25 import K1, MOST, B, idf

COUNTS = st.integers(0, 10_000_000)


@pytest.mark.parametrize(
    ("doc_freq", "num_docs", "expected"),
    [
        (0, 0, math.log(2)),
        (1, 1, math.log(4 / 3)),
        (1, 2, math.log(2)),
        (1, 10, math.log(1 + 9.5 / 1.5)),
        (10, 10, math.log(1 + 0.5 / 10.5)),
        (0, 10, math.log(1 + 10.5 / 0.5)),
        (3, 2, math.log(1 + 0.5 / 3.5)),  # a share of a tiny set
    ],
)
def test_the_formula_is_that_of_lucene(doc_freq: int, num_docs: int, expected: float) -> None:
    assert idf(doc_freq, num_docs) == pytest.approx(expected)


@given(COUNTS, COUNTS)
def test_a_weight_is_a_number_above_zero(doc_freq: int, num_docs: int) -> None:
    assert 0 < idf(doc_freq, num_docs) < math.inf


@given(st.integers(0, 1_000_000), st.integers(0, 1_000_000), st.integers(1, 1_000_000))
def test_what_is_rarer_weighs_more(first: int, second: int, num_docs: int) -> None:
    rare, common = sorted((min(first, num_docs), min(second, num_docs)))
    assert idf(rare, num_docs) >= idf(common, num_docs)
    if rare + 1 < common:
        assert idf(rare, num_docs) > idf(common, num_docs)


@given(st.integers(0, 1_000), st.integers(1_000, 1_000_000), st.integers(1, 1_000))
def test_a_word_weighs_more_among_more_documents(doc_freq: int, num_docs: int, more: int) -> None:
    assert idf(doc_freq, num_docs + more) > idf(doc_freq, num_docs)


@given(st.integers(0, 1_000), st.floats(0.01, 1_000.0))
def test_no_frequency_and_no_length_score_more_than_the_most(times: int, length: float) -> None:
    """`length` is that of the field, as a multiple of the mean."""
    score = times * (K1 + 1) / (times + K1 * (1 - B + B * length))
    assert score <= MOST
