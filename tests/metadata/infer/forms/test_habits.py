"""The order of day and month that goes with the language of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.metadata.infer.forms.habits import order_of_language
from droindex.model import DateOrder
from droindex.pages import Page

DAY = DateOrder.DAY_FIRST


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("The behavior of a guard and the color of the key are told to the center.", None),
        ("The behaviour of a guard and the colour of the key are told to the centre.", None),
        ("The key of the house is kept.", None),
        ("Der Schlüssel und die Tür. " * 6 + "Das Haus wird für die Wache gebaut.", DAY),
        ("La clave del puerto para los guardas. " * 6, DAY),
        ("Les clés des portes pour une maison. " * 6, DAY),
        ("", None),
    ],
)
def test_a_language_has_an_order_or_tells_none(text: str, order: DateOrder | None) -> None:
    assert order_of_language([Page(1, text)]) is order


@given(st.text(max_size=300))
def test_any_text_is_looked_at(text: str) -> None:
    assert order_of_language([Page(1, text)]) in {None, DAY}
