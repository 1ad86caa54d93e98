"""What callers hand over is used, or refused with an error of ours that names the argument."""

from __future__ import annotations

import math
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.arguments import (
    check_callable,
    check_seconds,
    check_text,
    check_whole,
    to_path,
    to_texts,
)
from droindex.errors import QueryError, SettingsError

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.binary(max_size=8)
)
ANYTHING = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.text(max_size=3), SCALARS)


def refused(check: Any, *arguments: object, **options: object) -> str:
    """Return the message with which something is refused; empty where it is taken."""
    try:
        check(*arguments, **options)
    except SettingsError as error:
        return str(error) if error.hint else "no hint"
    return ""


@pytest.mark.parametrize("value", ["a", "a/b", Path("a"), PurePosixPath("/x"), "ü", "\udc80", " "])
def test_a_path_is_a_name_that_a_file_can_have(value: object) -> None:
    assert to_path(value, "path") == Path(str(value))


@pytest.mark.parametrize("value", [None, 1, b"a", "", "a\0b", "\ud800", [], object(), True])
def test_what_no_file_can_have_as_a_name_is_refused(value: object) -> None:
    assert refused(to_path, value, "corpus").startswith("corpus is no path")


@given(ANYTHING)
def test_a_path_of_anything_is_a_path_or_refused(value: object) -> None:
    message = refused(to_path, value, "corpus")
    assert message.startswith("corpus is no path") or isinstance(to_path(value, "corpus"), Path)


@pytest.mark.parametrize("value", [0, 0.0, 1, 2.5, 1e9, 10**9])
def test_seconds_are_numbers_from_zero(value: object) -> None:
    check_seconds(value, "wait_s")


@pytest.mark.parametrize("value", [-1, -0.1, math.nan, math.inf, -math.inf, 1e10, True, "1", None])
def test_what_is_no_number_of_seconds_is_refused(value: object) -> None:
    assert refused(check_seconds, value, "wait_s") == "wait_s is no number of seconds."


def test_no_seconds_may_be_allowed() -> None:
    check_seconds(None, "wait_s", may_be_none=True)
    assert refused(check_seconds, "", "wait_s", may_be_none=True)


@given(ANYTHING, st.integers(0, 1_000))
def test_whole_numbers_are_taken_up_to_the_most(value: object, most: int) -> None:
    message = refused(check_whole, value, "keep", most=most)
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    is_fine = value is None or (is_whole and 0 <= value <= most)  # type: ignore[operator]
    assert bool(message) is not is_fine
    if message:
        assert message == f"keep is no whole number from 0 to {most:,}."


@given(ANYTHING)
def test_texts_and_functions_are_what_they_are(value: object) -> None:
    is_text = value is None or isinstance(value, str)
    assert bool(refused(check_text, value, "label")) is not is_text
    assert bool(refused(check_callable, value, "on_progress")) is (value is not None)
    assert not refused(check_callable, len, "on_progress")


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=5), max_size=5))
def test_any_iterable_of_texts_is_a_list(texts: list[str]) -> None:
    for value in (texts, tuple(texts), iter(texts), dict.fromkeys(texts)):
        found = to_texts(value, "ids")
        assert found == (tuple(dict.fromkeys(texts)) if isinstance(value, dict) else tuple(texts))


@pytest.mark.parametrize("value", [1, None, 1.5, object(), True])
def test_what_is_no_list_is_refused(value: object) -> None:
    assert refused(to_texts, value, "ids") == "ids is no list of ids."


@pytest.mark.parametrize("value", [[1], ["a", None], [b"a"], ["\ud800"], b"ab"])
def test_a_list_of_something_else_is_refused(value: object) -> None:
    assert refused(to_texts, value, "ids") == "ids holds something else than ids."


def test_one_text_is_no_list_of_letters() -> None:
    with pytest.raises(QueryError) as caught:
        to_texts("abc", "ids", error=QueryError)
    assert "ids=['abc']" in str(caught.value.hint)
    with pytest.raises(SettingsError):
        to_texts("abc", "ids")
