"""The catalogue: one table of metadata at the top of a corpus, as CSV or as lines of JSON."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from droindex.corpus.catalog.columns import Columns
from droindex.corpus.catalog.lines import LineReader
from droindex.corpus.catalog.rows import CatalogRow, RowTaker
from droindex.corpus.catalog.table import TableReader
from droindex.metadata.dates import date_readings, order_of
from droindex.metadata.keys import DATES
from droindex.problems import Problem, decode_text, read_small, reason

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

__all__ = ["CATALOG_NAMES", "MAX_CATALOG_BYTES", "Catalog", "CatalogRow", "read_catalogs"]

CATALOG_NAMES = ("catalog.csv", "catalog.jsonl")  # where both say something, the first wins
MAX_CATALOG_BYTES = 200_000_000  # 100,000 rows of 2 kB; the rows are held in memory
_NO_TEXT = re.compile("[\0-\x08\x0e-\x1f]")
_NO_COLUMNS: Mapping[str, str] = MappingProxyType({})


@dataclass
class Catalog:
    """The rows of a corpus's catalogue.

    Attributes:
        rows: By file, as the catalogue spells it.
        problems: What is wrong with it.
    """

    rows: dict[str, CatalogRow] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_catalogs(
    paths: Iterable[Path],
    labels: Collection[str] = (),
    is_name: Callable[[str], bool] = lambda _: False,
    columns: Mapping[str, str] = _NO_COLUMNS,
    dates: Collection[str] = DATES,
) -> Catalog:
    """Read the catalogue; where there are two, the CSV wins per value.

    A catalogue that gives labels is read as a whole or not at all: a row that cannot be read may
    be the one that labels a document.

    Args:
        paths: The files, each named as one of `CATALOG_NAMES` in any case.
        labels: The labels of the corpus.
        is_name: Tells whether a text is the name of a document, as rows give it.
        columns: Our keys of their heads, as `read_columns` returns them.
        dates: The keys whose values are dates.

    Returns:
        The rows and the problems: `two-catalogs`, `catalog-encoding`, `catalog-no-file`,
        `catalog-row`, `catalog-broken`, `unknown-key`, `duplicate-key`, `unreadable-label`.

    Raises:
        CorpusError: It cannot be read, or not so far that one can tell whose labels it holds.
    """
    catalog = Catalog()
    ordered = sorted(paths, key=lambda path: path.name.lower())
    if len(ordered) > 1:
        message = "There are two catalogues; where both give a value, the CSV wins. Remove one."
        catalog.problems.append(Problem(ordered[1].name, "two-catalogs", message))
    for path in ordered:
        taker = RowTaker(path.name, labels, Columns(columns), is_name)
        _read(path, taker)
        catalog.problems += taker.problems
        for file, row in taker.rows.items():
            first = catalog.rows.get(file)
            values = {**row.values, **first.values} if first else row.values
            catalog.rows[file] = replace(
                row, where=first.where if first else row.where, values=values
            )
    _order_dates(catalog.rows, dates)
    return catalog


def _order_dates(rows: dict[str, CatalogRow], dates: Collection[str]) -> None:
    """Let the dates of each column that allow one reading only decide how the others are read."""
    for key in dates:
        cells = {file: row.values.get(key) for file, row in rows.items()}
        texts = {file: cell for file, cell in cells.items() if isinstance(cell, str)}
        order = order_of(texts.values())
        for file, text in texts.items() if order else ():
            if order and len(date_readings(text)) > 1:
                orders = {**rows[file].date_orders, key: order}
                rows[file] = replace(rows[file], date_orders=orders)


def _read(path: Path, taker: RowTaker) -> None:
    """Read the rows of one file."""
    try:
        data = read_small(path, max_bytes=MAX_CATALOG_BYTES)
    except (OSError, ValueError) as error:
        raise taker.refusal(f"cannot be read: {reason(error)}") from error
    if path.name.lower().endswith(".csv"):
        _read_table(data, taker)
    else:
        with suppress(UnicodeDecodeError):
            data = _decoded(data).encode("utf-8", "surrogatepass")
        LineReader(taker).read(data)
    taker.report_rest()


def _read_table(data: bytes, taker: RowTaker) -> None:
    was_guessed = False
    try:
        text = _decoded(data)
    except UnicodeDecodeError:
        message = (
            "The catalogue is not in UTF-8 and was read as Windows-1252: check accents and "
            'dashes, or save it as "CSV UTF-8".'
        )
        taker.report(taker.name, "catalog-encoding", message)
        was_guessed = True
        text = data.decode("cp1252", "replace")
    if _NO_TEXT.search(text):
        raise taker.refusal('is no text. Save it as "CSV UTF-8"')
    TableReader(taker, was_guessed=was_guessed).read(text)


def _decoded(data: bytes) -> str:
    """Return the text of a catalogue, also where it is UTF-16 and does not say so."""
    pairs = data[: len(data) // 2 * 2]
    zeros = pairs[::2].count(0), pairs[1::2].count(0)
    if sum(zeros) > len(data) // 4 and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le")
    return decode_text(data)
