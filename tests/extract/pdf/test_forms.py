"""The values of form fields that a reader of the page can see, and no others."""

from __future__ import annotations

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from droindex.extract.pdf.forms import HIDDEN, MAX_ANNOTATIONS, SECRET, clean_values, field_values


def field(**values: object) -> DictionaryObject:
    """Return a text field: `V` its value, `F` its flags on the page, `Ff` its flags."""
    made = DictionaryObject(
        {NameObject("/Subtype"): NameObject("/Widget"), NameObject("/FT"): NameObject("/Tx")}
    )
    for key, value in values.items():
        name = NameObject(f"/{key}")
        if value is None:
            made.pop(name, None)
        elif isinstance(value, str):
            made[name] = NameObject(value) if value[:1] == "/" else TextStringObject(value)
        elif isinstance(value, int):
            made[name] = NumberObject(value)
        else:
            made[name] = value
    return made


def values_of(*fields: object) -> list[str]:
    """Return the values of a page with some annotations."""
    page = pypdf.PdfWriter().add_blank_page(100, 100)
    page[NameObject("/Annots")] = ArrayObject(fields)
    return list(field_values(page))


def test_values_come_in_the_order_of_the_page() -> None:
    assert values_of(*(field(V=f"value {n}") for n in range(5))) == [f"value {n}" for n in range(5)]


def test_a_page_without_annotations_has_no_values() -> None:
    assert list(field_values(pypdf.PdfWriter().add_blank_page(100, 100))) == []


@pytest.mark.parametrize(
    ("changes", "is_seen"),
    [
        ({}, True),
        ({"F": 4}, True),  # to be printed
        ({"F": 2}, False),  # hidden
        ({"F": 32}, False),  # not for the screen
        ({"F": HIDDEN}, False),
        ({"Ff": 1 << 12}, True),  # several lines
        ({"Ff": SECRET}, False),
        ({"Ff": SECRET | 1}, False),
        ({"FT": "/Btn"}, False),
        ({"FT": "/Ch"}, False),
        ({"FT": None}, False),
        ({"Subtype": "/Link"}, False),
        ({"V": None}, False),
        ({"V": 7}, False),
        ({"F": "much"}, True),  # no number: no flag
    ],
)
def test_only_text_that_can_be_seen_is_a_value(changes: dict[str, object], is_seen: bool) -> None:  # noqa: FBT001 - drawn
    assert values_of(field(**{"V": "words", **changes})) == (["words"] if is_seen else [])


def test_what_a_field_does_not_say_its_parents_say() -> None:
    parent = field(V="of the parent", Ff=0)
    child = DictionaryObject(
        {NameObject("/Subtype"): NameObject("/Widget"), NameObject("/Parent"): parent}
    )
    assert values_of(child) == ["of the parent"]
    child[NameObject("/V")] = TextStringObject("its own")
    assert values_of(child) == ["its own"]
    parent[NameObject("/Ff")] = NumberObject(SECRET)
    assert values_of(child) == []


@pytest.mark.parametrize(("depth", "is_found"), [(1, True), (7, True), (9, False)])
def test_a_family_has_a_few_generations(depth: int, is_found: bool) -> None:  # noqa: FBT001 - drawn
    widget = field(V="far up")
    for _ in range(depth):
        child = DictionaryObject({NameObject("/Subtype"): NameObject("/Widget")})
        child[NameObject("/Parent")] = widget
        widget = child
    assert values_of(widget) == (["far up"] if is_found else [])


def test_a_field_that_is_its_own_parent_comes_to_an_end() -> None:
    widget = field(V=None, FT=None)
    widget[NameObject("/Parent")] = widget
    assert values_of(widget) == []


def test_annotations_that_are_none_are_passed_over() -> None:
    assert values_of(NumberObject(3), TextStringObject("x"), field(V="words")) == ["words"]


def test_not_more_than_the_most_are_looked_at() -> None:
    fields = [field(V=str(number)) for number in range(MAX_ANNOTATIONS + 3)]
    assert len(values_of(*fields)) == MAX_ANNOTATIONS


@given(st.lists(st.text(max_size=30), max_size=300))
def test_values_for_a_page_are_clean_not_empty_and_not_too_many(values: list[str]) -> None:
    found = clean_values(iter(values))
    assert len(found) <= 200
    assert all(value == value.strip() and value for value in found)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ([" a ", "", "  ", "b"], ["a", "b"]),
        (["x" * 5_000], ["x" * 2_000]),
        (["a"] * 500, ["a"] * 200),
        (["co\u00adoperate"], ["cooperate"]),
    ],
)
def test_values_are_put_into_a_page_so(raw: list[str], clean: list[str]) -> None:
    assert clean_values(iter(raw)) == clean
