"""What of the sample was in force on which day: against a table read off its metadata by hand."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from droindex import Index

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = Path(__file__).with_name("in_force.tsv")


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


@pytest.fixture(scope="module")
def indexes(sample_library: Path) -> Iterator[dict[str, Index]]:
    with (
        Index.open(sample_library) as everybody,
        Index.open(sample_library, clearance="LES") as officers,
    ):
        yield {"": everybody, "LES": officers}


def test_the_table_asks_for_forty_days_at_least() -> None:
    assert len({row["day"] for row in rows()}) >= 40


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['day']}{row['clearance']}")
def test_what_was_in_force_on_a_day(row: dict[str, str], indexes: dict[str, Index]) -> None:
    index = indexes[row["clearance"]]
    day = date.fromisoformat(row["day"])
    found: dict[str, set[str]] = {"in_force": set(), "not_in_force": set(), "not_known": set()}
    for name in ("in_force", "not_in_force", "not_known"):
        for doc_id in row[name].split():
            in_force = index.get(doc_id).in_force
            on = in_force.on(day) if in_force else False
            found["in_force" if on else "not_known" if on is None else "not_in_force"].add(doc_id)
    assert found == {name: set(row[name].split()) for name in found}
