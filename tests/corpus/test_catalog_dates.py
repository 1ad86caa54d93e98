"""Catalogues whose dates are figures: never a wrong date without a report."""

from __future__ import annotations

import csv
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from droindex import Library
from droindex.corpus.config_file import load_config
from droindex.corpus.given import read_given
from droindex.corpus.scan import scan
from droindex.model import DateOrder
from droindex.settings import BuildSettings

FORMS = {DateOrder.DAY_FIRST: "%d/%m/%Y", DateOrder.MONTH_FIRST: "%m/%d/%Y"}


def corpus_of(folder: Path, cells: dict[str, list[str]], toml: str = "") -> Path:
    """Make a corpus of as many documents as a column has cells."""
    count = len(next(iter(cells.values())))
    with (folder / "catalog.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", *cells])
        rows.writerows(
            [f"d{at:02}.txt", *(column[at] for column in cells.values())] for at in range(count)
        )
    for at in range(count):
        (folder / f"d{at:02}.txt").write_text(f"Towing of vehicles, part {at}.")
    if toml:
        (folder / "corpus.toml").write_text(toml)
    return folder


def dates_read(corpus: Path, key: str = "issued") -> list[tuple[date | None, bool]]:
    """Return each document's date, and whether something was reported of it."""
    config, problems = load_config(corpus)
    assert not problems
    found = []
    for entry in scan(corpus, config).entries:
        given_ = read_given(entry, settings=BuildSettings(), dates=config.dates)
        told = any(
            problem.slug == "bad-date" and problem.message.startswith(f"{key} ")
            for problem in given_.problems
        )
        found.append((given_.values.get(key), told))
    return found


DAYS = st.dates(date(1990, 1, 1), date(2030, 1, 1))
CELLS = st.lists(  # a day, its order in a column that is mixed, and how it is written
    st.tuples(DAYS, st.sampled_from([*FORMS]), st.integers(0, 4)), min_size=8, max_size=8
)


def written(day: date, order: DateOrder, form: int) -> str:
    """Return a date in figures, in one of the forms that people use."""
    is_day_first = order is DateOrder.DAY_FIRST
    first, second = (day.day, day.month) if is_day_first else (day.month, day.day)
    return (
        f"{first:02}/{second:02}/{day.year}",
        f"{first}/{second}/{day.year % 100:02}",
        f"{first:02}.{second:02}.{day.year}",
        f" {first}-{second:02}-{day.year}",
        f"{first:02}/{second:02}/{day.year} 00:00",
    )[form]


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(st.sampled_from(["issued", "effective", "expires"]), CELLS, min_size=1),
    st.sampled_from([None, *FORMS]),
    st.integers(1, 8),
)
def test_no_date_is_wrong_without_a_report(
    columns: dict[str, list[tuple[date, DateOrder, int]]], only: DateOrder | None, count: int
) -> None:
    columns = {
        key: [(day, only or order, form) for day, order, form in cells[:count]]
        for key, cells in columns.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        cells = {key: [written(*cell) for cell in column] for key, column in columns.items()}
        corpus = corpus_of(Path(folder), cells)
        found = {key: dates_read(corpus, key) for key in columns}
    for key, column in columns.items():
        deciding = {order for day, order, _ in column if day.day > 12}
        for (day, order, _), (read, told) in zip(column, found[key], strict=True):
            if day.day > 12 or day.day == day.month or deciding == {order}:
                assert (read, told) == (day, False)
            elif len(deciding) == 1:  # all that decide agree, and this one is written otherwise
                assert read is not None
            else:
                assert (read, told) == (None, True)


def test_a_day_that_is_its_month_decides_nothing(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"issued": ["1-01-2000", "06/09/2000"]})
    assert dates_read(corpus) == [(date(2000, 1, 1), False), (None, True)]


def test_each_column_decides_for_itself(tmp_path: Path) -> None:
    cells = {"issued": ["25/12/2016", "03/02/2006"], "effective": ["12/25/2016", "03/02/2006"]}
    corpus = corpus_of(tmp_path, cells)
    assert dates_read(corpus)[1][0] == date(2006, 2, 3)
    assert dates_read(corpus, "effective")[1][0] == date(2006, 3, 2)


@pytest.mark.parametrize(
    ("order", "day"), [("day-first", date(2006, 2, 3)), ("month-first", date(2006, 3, 2))]
)
def test_the_configuration_decides_where_nothing_else_does(
    tmp_path: Path, order: str, day: date
) -> None:
    corpus = corpus_of(tmp_path, {"issued": ["03/02/2006"]})
    assert dates_read(corpus) == [(None, True)]
    (tmp_path / "corpus.toml").write_text(f'dates = "{order}"\n')
    assert dates_read(corpus) == [(day, False)]


def test_an_order_that_there_is_not_is_told(tmp_path: Path) -> None:
    (tmp_path / "corpus.toml").write_text('dates = "american"\n')
    config, problems = load_config(tmp_path)
    assert config.dates is None
    assert [(problem.slug, "'day-first'" in problem.message) for problem in problems] == [
        ("bad-value", True)
    ]


def test_dates_in_texts_follow_their_corpus_and_are_told_where_nothing_decides(
    tmp_path: Path,
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    head = "Policy Number: 7-{0}\nSubject: Towing, part {0}\nIssue Date: {1}\n\n1. Purpose\nTow.\n"
    (corpus / "a.txt").write_text(head.format(1, "03/02/2006"))
    library = Library(tmp_path / "library.idx")
    report = library.build(corpus)
    assert [(problem.file, problem.slug) for problem in report.problems] == [("a.txt", "bad-date")]
    with library.open() as index:
        assert index.get("a").issued is None
        assert index.get("a").issued_text == "03/02/2006"
    (corpus / "b.txt").write_text(head.format(2, "25/12/2016"))
    assert not library.build(corpus).problems
    with library.open() as index:
        assert index.get("a").issued == date(2006, 2, 3)
        assert index.get("b").issued == date(2016, 12, 25)
    (corpus / "corpus.toml").write_text('dates = "month-first"\n')
    library.build(corpus)
    with library.open() as index:
        assert index.get("a").issued == date(2006, 3, 2)


def test_each_folder_decides_for_itself(tmp_path: Path) -> None:
    head = "Policy Number: 7-{0}\nSubject: Towing, part {0}\nIssue Date: {1}\n\n1. Purpose\nTow.\n"
    corpus = tmp_path / "corpus"
    dates = {
        "uk/a": "03/02/2006",
        "uk/b": "25/12/2016",
        "us/a": "03/02/2006",
        "us/b": "12/25/2016",
        "other/a": "03/02/2006",
    }
    for number, (name, written) in enumerate(dates.items()):
        (corpus / name).parent.mkdir(parents=True, exist_ok=True)
        (corpus / f"{name}.txt").write_text(head.format(number, written))
    library = Library(tmp_path / "library.idx")
    problems = library.build(corpus).problems
    assert [problem.file for problem in problems] == ["other/a.txt"]
    with library.open() as index:
        assert index.get("uk/a").issued == date(2006, 2, 3)
        assert index.get("us/a").issued == date(2006, 3, 2)
        assert index.get("other/a").issued is None
