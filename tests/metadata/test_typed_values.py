"""What counts as no value at all, in metadata of any kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.metadata.typed_values import is_absent

ABSENT: list[object] = [None, "", " ", "\n\t", [], (), {}]
PRESENT: list[object] = [0, 0.0, False, True, "0", "x", [None], [""], {"": ""}, 1.5]


@pytest.mark.parametrize("value", ABSENT, ids=repr)
def test_nothing_is_absent(value: object) -> None:
    assert is_absent(value)


@pytest.mark.parametrize("value", PRESENT, ids=repr)
def test_a_value_that_says_something_is_there_also_where_it_says_no(value: object) -> None:
    assert not is_absent(value)


@given(st.text())
def test_a_text_is_absent_if_it_is_blank(text: str) -> None:
    assert is_absent(text) is (not text.strip())
