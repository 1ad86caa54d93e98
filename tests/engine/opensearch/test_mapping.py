"""Indexes of the server, and the formula that makes up for words that stand nowhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.engine.bm25 import K1, B
from droindex.engine.opensearch.mapping import Counted, factors_of, index_body, similarities
from droindex.engine.schema import DOCUMENTS_SCHEMA, PASSAGES_SCHEMA


def test_every_field_but_bytes_is_searched_and_nothing_else() -> None:
    for schema in (DOCUMENTS_SCHEMA, PASSAGES_SCHEMA):
        mapping = index_body(schema, 3, "BM25")["mappings"]
        own = {field.name for field in schema if type(field).__name__ != "Blob"}
        assert own == mapping["properties"].keys() - {"place_", "stored"}
        assert mapping["dynamic"] is False
        assert mapping["_source"] == {"includes": ["stored.*"]}


@given(
    tokens=st.integers(1, 10_000),
    empty=st.integers(0, 500),
    entries=st.integers(1, 500),
    length=st.integers(1, 2_000),
    times=st.integers(1, 50),
)
def test_the_formula_scores_as_if_nothing_stood_in_empty_fields(
    tokens: int, empty: int, entries: int, length: int, times: int
) -> None:
    entries += empty
    words = {"summary": Counted(tokens, empty)}
    own = similarities("BM25", words)["of_summary"]
    factor = factors_of(words).get("summary", 1.0)
    counted_average, average = (tokens + empty) / entries, tokens / entries

    def score(k1: float, b: float, mean: float) -> float:
        return times * (k1 + 1) / (times + k1 * (1 - b + b * length / mean))

    assert 0 <= own["b"] <= 1
    found = factor * score(own["k1"], own["b"], counted_average)
    assert found == pytest.approx(score(K1, B, average), rel=1e-9)


def test_a_field_that_nothing_is_empty_in_has_the_usual_formula() -> None:
    for words in (Counted(7, 0), Counted(0, 3), None):
        assert similarities("LegacyBM25", {"all": words})["of_all"] == {
            "type": "LegacyBM25",
            "k1": K1,
            "b": B,
        }
    assert factors_of({"all": Counted(7, 0)}) == {}
