"""A catalogue as CSV, as spreadsheets and registers write it."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from droindex.corpus.catalog.columns import FILE, head_key, line_to_add
from droindex.corpus.catalog.head import column_of_files, find_layout, table_rows
from droindex.corpus.catalog.rows import CatalogRow
from droindex.metadata.label_hints import fold_label, means_label
from droindex.metadata.parsing import MAX_KEYS
from droindex.problems import UNREADABLE_LABEL

if TYPE_CHECKING:
    from droindex.corpus.catalog.head import Layout
    from droindex.corpus.catalog.rows import RowTaker

__all__ = ["TableReader"]

_WRAPPERS = frozenset("='")  # begin what a spreadsheet puts around a text
_FORCED_TEXT = re.compile(r'="([^"]*)"')  # so that a spreadsheet takes 11-4 for no date
_GUARDED = re.compile(r"^'(?=\s*[=+\-@])")  # so that it takes a text for no formula
_FAULT = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)")  # where a formula failed
_PATH = re.compile(r"\S+\.(?:pdf|html?|txt|md)", re.IGNORECASE)
_TOTAL = re.compile(
    r"(?:(?:grand|sub)[ -]?)?totals?\b|sum(?:me)?\b|count\b|gesamt|anzahl\b|somme\b|nombre\b",
    re.IGNORECASE,
)


class TableReader:
    """Reads a catalogue in CSV.

    Args:
        taker: Takes its rows and problems.
        was_guessed: Whether its encoding was: then nothing may be found in it.
    """

    def __init__(self, taker: RowTaker, *, was_guessed: bool) -> None:
        self._taker = taker
        self._was_guessed = was_guessed
        self._has_labels = taker.columns.gives_labels
        self._head: list[str] = []  # as the catalogue spells it
        self._keys: list[str | None] = []
        self._needed = 0  # cells that a row has at least

    def read(self, text: str) -> None:
        """Read all rows.

        Raises:
            CorpusError: It may hold labels, and cannot be read as a whole.
        """
        self._has_labels |= self._taker.hints.in_text(text)
        layout = find_layout(text, self._taker.columns, self._taker.is_name)
        if layout.head is None:
            self._no_head(layout)
            return
        last: tuple[list[str], str] | None = None
        place = len(layout.head.above)
        line = 0
        try:
            for at, (row, line) in enumerate(table_rows(layout.text, layout.delimiter)):
                if at == place:
                    self._take_head(row, layout.head.above)
                if at <= place or row == self._head:  # some print the head on each page
                    continue
                where = f"{self._taker.name}:{line + layout.lines_before}"
                self._row(row, layout.delimiter, where)
                last = row, where
        except csv.Error as error:
            self._broken(line + layout.lines_before + 1, error)
        if last and not text.rstrip(" ").endswith(("\n", "\r")):
            self._not_ended(*last)

    def _take_head(self, head: list[str], above: list[list[str]]) -> None:
        """Note what the columns mean."""
        if len(head) > MAX_KEYS:
            raise self._taker.refusal(f"has {len(head):,} columns, more than {MAX_KEYS:,}")
        self._head = head
        self._keys = [self._taker.columns.of(cell).key for cell in head]
        self._needed = max(at for at, cell in enumerate(head, 1) if cell.strip())
        self._has_labels |= any(map(self._may_label, range(len(head))))
        if self._has_labels:
            self._refuse_doubtful(head, above)

    def _refuse_doubtful(self, head: list[str], above: list[list[str]]) -> None:
        """Refuse a head that does not say whose labels the rows give."""
        if self._keys.count(FILE) > 1:
            raise self._taker.refusal(
                'may hold labels, and has two columns "file": name one otherwise'
            )
        lines = (line.strip() for cell in head for line in cell.splitlines()[1:])
        if any(map(self._taker.is_name, lines)):
            raise self._taker.refusal("may hold labels, and its first row runs on into others")
        titles = [cell.strip() for row in above for cell in row]
        if any(map(self._taker.hints.guards, titles)) or any(map(_PATH.fullmatch, titles)):
            raise self._taker.refusal(
                "may hold labels, and has what looks like a label or a file above its head: remove "
                "it there"
            )

    def _may_label(self, place: int) -> bool:
        """Whether a column gives labels, by what it means or by its head."""
        return self._keys[place] == "label" or means_label(head_key(self._head[place]))

    def _no_head(self, layout: Layout) -> None:
        """Refuse a table that does not say whose labels it gives; else report that it is none."""
        taker = self._taker
        try:
            if next(table_rows(layout.text, layout.delimiter), None) is None:
                return  # there is nothing in it
        except csv.Error as error:
            raise self._broken_refusal(layout.lines_before + 1, error) from error
        theirs = column_of_files(layout, taker.is_name)
        step = f"Add to corpus.toml, {line_to_add(theirs, FILE)}." if theirs else ""
        if self._has_labels or self._was_guessed:
            hint = f"{step} Until then nothing is changed." if step else ""
            what = (
                'may hold labels, and none of its first rows names a column "file" that says '
                "whose. One must name the columns, with , ; tab or | between them"
            )
            raise taker.refusal(what, hint) if hint else taker.refusal(what)
        message = 'The catalogue is ignored: none of its first rows names a column "file". '
        message += step or "Add one, with the path of each file."
        taker.report(taker.name, "catalog-no-file", message)

    def _broken_refusal(self, line: int, error: csv.Error) -> Exception:
        return self._taker.refusal(f"is broken in or before line {line}: {error}")

    def _broken(self, line: int, error: csv.Error) -> None:
        if self._has_labels or not self._head:
            raise self._broken_refusal(line, error)
        message = f"The catalogue is ignored from here on ({error}): mend the quotes."
        self._taker.report(f"{self._taker.name}:{line}", "catalog-broken", message)

    def _row(self, row: list[str], delimiter: str, where: str) -> None:
        if self._is_total(row):
            return
        line = where.rpartition(":")[2]
        self._heed_width(row, where, line)
        of_lines = (cell for cell in row if "\n" in cell)
        if self._has_labels and any(self._swallows(cell, delimiter) for cell in of_lines):
            raise self._taker.refusal(
                f"may hold labels, and a cell that ends in line {line} holds other rows: close "
                "the quotes of the rows before it"
            )
        self._taker.add(self._cells(row, where), where)

    def _heed_width(self, row: list[str], where: str, line: str) -> None:
        """Report a row that is shorter or longer than the head; refuse it where labels may slip."""
        extra = [cell for cell in row[len(self._head) :] if cell.strip()]
        if len(row) >= self._needed and not extra:
            return
        what = f"has {len(row)} cells where the first row has {len(self._head)}"
        step = "put texts that hold the separator in quotes"
        if self._has_labels:
            raise self._taker.refusal(f"may hold labels, and its line {line} {what}: {step}")
        self._taker.report(where, "catalog-row", f"The row {what}: {step}.")

    def _cells(self, row: list[str], where: str) -> list[tuple[str, str]]:
        """Return the heads and the cells of a row, without what a spreadsheet puts around them."""
        found: list[tuple[str, str]] = []
        for place, (head, raw) in enumerate(zip(self._head, row, strict=False)):
            key, cell = self._keys[place], _bare(raw)
            if cell[:1] == "#" and _FAULT.fullmatch(cell) and key and not self._may_label(place):
                message = f"{key} is left out: {cell} stands where a formula failed."
                self._taker.report(where, "bad-value", message)
            else:
                found.append((head, cell))
        return found

    def _is_total(self, row: list[str]) -> bool:
        """Whether a row sums up the others: it says so, counts, and speaks of no document."""
        first = next(cell for cell in row if cell.strip())
        if not _TOTAL.match(first.strip()):
            return False
        cells = [cell.strip() for cell in row if cell.strip()]
        labels = (at for at, cell in enumerate(row[: len(self._head)]) if cell.strip())
        if any(map(self._is_of_a_document, cells)) or any(map(self._may_label, labels)):
            return False
        return all(any(map(str.isdigit, cell)) for cell in cells[1:])

    def _is_of_a_document(self, cell: str) -> bool:
        return self._taker.is_name(cell) or self._taker.hints.names_label(cell)

    def _swallows(self, cell: str, delimiter: str) -> bool:
        """Whether a cell of several lines holds rows that a stray quote took in."""
        _, *lines = cell.splitlines()
        return any(
            self._taker.is_name(piece.strip('" \t')) or self._taker.hints.is_label(piece)
            for line in lines
            for piece in line.split(delimiter)
        )

    def _not_ended(self, row: list[str], where: str) -> None:
        """Hide the document of a last line that may have lost its label, or the end of one."""
        rows = self._taker.rows
        name = _bare(dict(zip(self._keys, row, strict=False)).get(FILE, ""))
        known, label = rows.get(name), fold_label(row[-1])
        if known is None or len(row) != len(self._head) or not self._may_label(len(row) - 1):
            return
        others = self._taker.labels
        if not label or any(other != label and other.startswith(label) for other in others):
            values = {**known.values, "label": UNREADABLE_LABEL}
            rows[name] = CatalogRow(known.where, values)
            message = (
                "The last line does not end, and its label may be cut off: end it with a line "
                "break. Until then only operators know of the document."
            )
            self._taker.report(where, "unreadable-label", message)


def _bare(raw: str) -> str:
    """Return a cell without blanks around it, and without what keeps it from being a formula."""
    cell = raw.strip()
    if cell[:1] not in _WRAPPERS:
        return cell
    forced = _FORCED_TEXT.fullmatch(cell)
    return forced[1] if forced else _GUARDED.sub("", cell, count=1)
