"""Where the head of a table stands, and what separates its cells."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from itertools import islice, takewhile
from typing import TYPE_CHECKING, NamedTuple

from droindex.corpus.catalog.columns import FILE, Columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Layout", "TableHead", "column_of_files", "find_layout", "table_rows"]

_DELIMITERS = ",;\t|"
_MAX_ROWS = 30  # in which a head is looked for: above it stand titles, a date, who made the list
_MAX_CHARS = 200_000  # likewise
_FILE_WEIGHT = 2  # a row with the column "file" and no other of ours against one with one other
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n")  # how spreadsheets say it


class TableHead(NamedTuple):
    """The head of a table.

    Attributes:
        cells: Of the row that names the columns.
        above: The rows above it, blank ones left out.
    """

    cells: list[str]
    above: list[list[str]]


class Layout(NamedTuple):
    """How a table is written.

    Attributes:
        text: Its rows.
        delimiter: What separates their cells.
        lines_before: Lines of the file that are no part of the text.
        head: None where no row names a column of files.
    """

    text: str
    delimiter: str
    lines_before: int
    head: TableHead | None


def table_rows(text: str, delimiter: str) -> Iterator[tuple[list[str], int]]:
    """Yield the rows that are not blank, each with the line that it ends in.

    Raises:
        csv.Error: Quotes are broken, or a cell has no end.
    """
    cells = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True
    )
    for row in cells:
        if any(cell.strip() for cell in row):
            yield row, cells.line_num


def find_layout(text: str, columns: Columns, is_name: Callable[[str], bool]) -> Layout:
    """Return how a table is written: the row and the separator under which most heads are known.

    Above the head there may be titles. A row of several cells that names a document is no title:
    what stands below it is no head.

    Args:
        text: The file.
        columns: Our keys of their heads.
        is_name: Tells whether a text is the name of a document.
    """
    start = len(text) - len(text.lstrip("\r\n"))
    said = _SEPARATOR_LINE.match(text, start)
    begin = said.end() if said else start
    rest = text[begin:]
    layouts = [
        Layout(
            rest, delimiter, text.count("\n", 0, begin), _head(rest, delimiter, columns, is_name)
        )
        for delimiter in (said[1] if said else _DELIMITERS)
    ]
    return max(layouts, key=lambda layout: _known(layout, columns))


def _known(layout: Layout, columns: Columns) -> tuple[bool, int]:
    """Return how well a layout explains the table."""
    if layout.head is not None:
        return True, _weight(layout.head.cells, columns)
    first = next(iter(_first_rows(layout.text, layout.delimiter)), [])
    return False, _weight(first, columns) or len(first)


def _head(
    text: str, delimiter: str, columns: Columns, is_name: Callable[[str], bool]
) -> TableHead | None:
    """Return the first row that has a column of files, and of such rows the one that knows most."""
    best: TableHead | None = None
    above: list[list[str]] = []
    for row in _first_rows(text, delimiter):
        names_file = any(columns.of(cell).key == FILE for cell in row)
        more = best is None or _weight(row, columns) > _weight(best.cells, columns)
        if names_file and more:
            best = TableHead(row, list(above))
        if _width(row) > 1 and any(map(is_name, row)):
            break
        above.append(row)
    return best


def _weight(row: list[str], columns: Columns) -> int:
    keys = (columns.of(cell).key for cell in row)
    return sum(_FILE_WEIGHT if key == FILE else 1 for key in keys if key)


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    """Return the first rows, as far as they can be read."""
    rows: list[list[str]] = []
    with suppress(csv.Error):
        for row, _line in islice(table_rows(text[:_MAX_CHARS], delimiter), _MAX_ROWS):
            rows.append(row)
    return rows


def column_of_files(layout: Layout, is_name: Callable[[str], bool]) -> str:
    """Return the head of the column whose cells name documents; empty where there is none.

    The head is taken for the nearest row above those cells that has one there.
    """
    rows = _first_rows(layout.text, layout.delimiter)
    hits = Counter(
        place for row in rows for place, cell in enumerate(row) if cell and is_name(cell.strip())
    )
    if not hits:
        return ""
    place, _count = hits.most_common(1)[0]
    return _head_above(rows, place, is_name)


def _head_above(rows: Sequence[list[str]], place: int, is_name: Callable[[str], bool]) -> str:
    """Return the nearest head above the first cell of a column that names a document."""
    cells = ((row[place].strip() if place < len(row) else "", _width(row)) for row in rows)
    above = takewhile(lambda item: not (item[0] and is_name(item[0])), cells)
    heads = [cell for cell, width in above if cell and width > 1]
    return heads[-1] if heads else ""


def _width(row: list[str]) -> int:
    """Return how many cells of a row are not blank."""
    return sum(1 for cell in row if cell.strip())
