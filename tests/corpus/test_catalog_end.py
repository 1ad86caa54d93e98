"""A catalogue whose last line does not end may have lost a label, or the end of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from droindex.corpus.catalog.catalog import read_catalogs
from droindex.problems import UNREADABLE_LABEL

LABELS = ("LES", "LES SENSITIVE", "TOP")


@pytest.mark.parametrize(
    ("last", "label"),
    [
        ("a.txt;On travel;", UNREADABLE_LABEL),
        ("a.txt;On travel;  ", UNREADABLE_LABEL),
        ("a.txt;On travel;LES", UNREADABLE_LABEL),  # of LES SENSITIVE
        ("a.txt;On travel;T", UNREADABLE_LABEL),
        ("a.txt;On travel;TOP", "TOP"),
        ("a.txt;On travel;open", "open"),
        ("a.txt;On travel;\n", None),
        ("a.txt;On travel;\r\n", None),
        ("a.txt;On travel;LES\n", "LES"),
        ("a.txt;On travel;\n  ", None),  # the line has ended
        ("a.txt;On travel;LES;", "LES"),  # so has the cell
    ],
)
def test_a_label_that_may_be_cut_hides_its_document(
    tmp_path: Path, last: str, label: str | None
) -> None:
    catalog = tmp_path / "catalog.csv"
    catalog.write_bytes(f"file;title;label\nb.txt;On escort;TOP\n{last}".encode())
    found = read_catalogs([catalog], labels=LABELS)
    assert found.rows["a.txt"].values.get("label") == label
    told = [problem.slug for problem in found.problems]
    assert told == ["unreadable-label"] * (label == UNREADABLE_LABEL)


def test_so_does_a_key_that_may_mean_the_label(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.csv"
    catalog.write_text("file;title;classification\na.txt;On travel;")
    found = read_catalogs([catalog], labels=LABELS)
    assert found.rows["a.txt"].values["label"] == UNREADABLE_LABEL


def test_a_last_line_without_an_end_is_nothing_where_its_label_stands_before(
    tmp_path: Path,
) -> None:
    catalog = tmp_path / "catalog.csv"
    catalog.write_text("file;label;title\nb.txt;TOP;On escort\na.txt;;On travel")
    found = read_catalogs([catalog], labels=LABELS)
    assert "label" not in found.rows["a.txt"].values
