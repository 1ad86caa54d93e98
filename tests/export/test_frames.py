"""Rows as tables of pandas and polars: columns, types and dates."""

from __future__ import annotations

import sys
from datetime import date
from types import ModuleType
from typing import Any

import pytest

from droindex import MissingExtraError
from droindex.export import frames

COLUMNS = ("rank", "title", "issued", "page")
ROWS = (
    {"rank": 1, "title": "Escort", "issued": "2006-02-03", "page": 3},
    {"rank": 2, "title": "Bonds", "issued": "See 29, 2008", "page": None},
    {"rank": 3, "title": "Memo", "issued": None, "page": None},
)


def test_a_pandas_frame_has_the_columns_and_dates() -> None:
    pytest.importorskip("pandas")
    frame = frames.to_pandas(ROWS, COLUMNS, ("issued",))
    assert list(frame.columns) == list(COLUMNS)
    assert frame["title"].tolist() == ["Escort", "Bonds", "Memo"]
    assert [day.date() for day in frame["issued"].dropna()] == [date(2006, 2, 3)]
    empty = frames.to_pandas((), COLUMNS, ("issued",))
    assert (len(empty), list(empty.columns)) == (0, list(COLUMNS))


def test_a_polars_frame_has_the_columns_and_dates() -> None:
    pytest.importorskip("polars")
    frame = frames.to_polars(ROWS, COLUMNS, ("issued",))
    assert frame.columns == list(COLUMNS)
    assert frame["issued"].to_list() == [date(2006, 2, 3), None, None]
    assert frame["page"].to_list() == [3, None, None]
    empty = frames.to_polars((), COLUMNS, ("issued",))
    assert empty.shape == (0, len(COLUMNS))


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_a_package_that_is_not_there_is_named(name: str, monkeypatch: Any) -> None:
    absent: ModuleType | None = None  # what the import system takes for a module that is missing
    monkeypatch.setitem(sys.modules, name, absent)
    make = getattr(frames, f"to_{name}")
    with pytest.raises(MissingExtraError) as caught:
        make(ROWS, COLUMNS, ())
    assert name in caught.value.message
    assert caught.value.hint == f"Install it with: pip install {name}"
