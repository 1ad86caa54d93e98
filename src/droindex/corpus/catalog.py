"""The catalogue: one table of metadata at the top of a corpus, as CSV or as lines of JSON."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from droindex.errors import CorpusError
from droindex.metadata.dates import date_readings, order_of
from droindex.metadata.keys import DATES, KNOWN_KEYS, clean_line, guess_key, normalise_key
from droindex.metadata.label_hints import Hints, fold_label, means_label
from droindex.metadata.parsing import MAX_KEYS, loads_json
from droindex.problems import (
    MAX_REPORTED,
    UNREADABLE_LABEL,
    Problem,
    and_more,
    decode_text,
    read_small,
    reason,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from droindex.model import DateOrder

__all__ = ["CATALOG_NAMES", "MAX_CATALOG_BYTES", "Catalog", "CatalogRow", "read_catalogs"]

CATALOG_NAMES = ("catalog.csv", "catalog.jsonl")  # where both say something, the first wins
MAX_CATALOG_BYTES = 200_000_000  # 100,000 rows of 2 kB; the rows are held in memory
_DELIMITERS = ",;\t|"
_NO_TEXT = re.compile("[\0-\x08\x0e-\x1f]")
_FILE_KEY = re.compile(rb'"file"\s*:\s*"((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_HIDES = "Until it is mended, only operators know of the documents that have it."
_HINT = "Mend the catalogue; until then nothing is changed, since it may hold access labels."


@dataclass(frozen=True, slots=True)
class CatalogRow:
    """What the catalogue says of one file.

    Attributes:
        where: File and line, for problems.
        values: Known keys, raw values; blank ones left out.
        is_damaged: Whether it could not be read, and no label of the corpus stands in it.
        date_orders: Of day and month in its dates that may be two days, by key: what the other
            dates of that column keep to.
    """

    where: str
    values: Mapping[str, Any]
    is_damaged: bool = False
    date_orders: Mapping[str, DateOrder] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The digest of the values and of how their dates are read, 32 hexadecimal digits."""
        values = dict(self.values)
        if self.date_orders:
            values[""] = dict(self.date_orders)
        text = json.dumps(values, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


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
) -> Catalog:
    """Read the catalogue; where there are two, the CSV wins per value.

    A catalogue that gives labels is read as a whole or not at all: a row that cannot be read may
    be the one that labels a document.

    Args:
        paths: The files, each named as one of `CATALOG_NAMES` in any case.
        labels: The labels of the corpus.
        is_name: Tells whether a text is the name of a document, as rows give it.

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
        reader = _CatalogReader(path, tuple(labels), is_name)
        reader.read()
        catalog.problems += reader.problems
        for file, row in reader.rows.items():
            first = catalog.rows.get(file)
            values = {**row.values, **first.values} if first else row.values
            catalog.rows[file] = replace(
                row, where=first.where if first else row.where, values=values
            )
    _order_dates(catalog.rows)
    return catalog


def _order_dates(rows: dict[str, CatalogRow]) -> None:
    """Let the dates of each column that allow one reading only decide how the others are read."""
    for key in DATES:
        cells = {file: row.values.get(key) for file, row in rows.items()}
        texts = {file: cell for file, cell in cells.items() if isinstance(cell, str)}
        order = order_of(texts.values())
        for file, text in texts.items() if order else ():
            if order and len(date_readings(text)) > 1:
                orders = {**rows[file].date_orders, key: order}
                rows[file] = replace(rows[file], date_orders=orders)


class _CatalogReader:
    """Reads one file of the catalogue."""

    def __init__(self, path: Path, labels: tuple[str, ...], is_name: Callable[[str], bool]) -> None:
        self._hints = Hints.of(labels)
        self._labels = [fold_label(label) for label in labels]
        self._is_name = is_name
        self._has_labels = False
        self._was_guessed = False  # whether its encoding was: then nothing may be found in it
        self._path = path
        self._name = path.name
        self._reported: set[str] = set()
        self._hiding: set[str] = set()  # unknown keys of which it is told that they hide
        self._left_out = 0  # unknown keys that are not reported one by one
        self.rows: dict[str, CatalogRow] = {}
        self.problems: list[Problem] = []

    def read(self) -> None:
        """Read all rows."""
        try:
            data = read_small(self._path, max_bytes=MAX_CATALOG_BYTES)
        except (OSError, ValueError) as error:
            raise self._refusal(f"cannot be read: {reason(error)}") from error
        if self._name.lower().endswith(".csv"):
            self._read_csv(self._decode(data))
        else:
            self._read_lines(data)
        if self._left_out:
            self._report(self._name, "unknown-key", and_more(self._left_out))

    def _refusal(self, what: str) -> CorpusError:
        return CorpusError(f"The catalogue {self._name} {what}.", hint=_HINT)

    def _report(self, where: str, slug: str, message: str) -> None:
        self.problems.append(Problem(where, slug, message))

    def _decode(self, data: bytes) -> str:
        try:
            text = _decoded(data)
        except UnicodeDecodeError:
            message = (
                "The catalogue is not in UTF-8 and was read as Windows-1252: check accents and "
                'dashes, or save it as "CSV UTF-8".'
            )
            self._report(self._name, "catalog-encoding", message)
            self._was_guessed = True
            text = data.decode("cp1252", "replace")
        if _NO_TEXT.search(text):
            raise self._refusal('is no text. Save it as "CSV UTF-8"')
        return text

    def _read_csv(self, text: str) -> None:
        self._has_labels = self._hints.in_text(text)
        text, delimiter = _delimiter(text)
        cells = csv.reader(
            io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True
        )
        header: list[str] = []
        last: tuple[list[str], str] | None = None
        try:
            for row in cells:
                if not any(cell.strip() for cell in row):
                    continue
                where = f"{self._name}:{cells.line_num}"
                if header:
                    self._csv_row(header, row, delimiter, where)
                    last = row, where
                    continue
                if len(row) > MAX_KEYS:
                    raise self._refusal(f"has {len(row):,} columns, more than {MAX_KEYS:,}")
                header = [normalise_key(cell) for cell in row]
                self._has_labels |= any(key == "label" or means_label(key) for key in header)
                if "file" not in header:
                    self._no_file_column()
                    return
                self._check_head(header, row)
        except csv.Error as error:
            self._csv_broken(header, f"{self._name}:{cells.line_num}", error)
        if last and not text.rstrip(" ").endswith(("\n", "\r")):
            self._not_ended(header, *last)

    def _not_ended(self, header: list[str], row: list[str], where: str) -> None:
        """Hide the document of a last line that may have lost its label, or the end of one."""
        name = dict(zip(header, row, strict=False)).get("file", "").strip()
        known, label = self.rows.get(name), fold_label(row[-1])
        is_last = len(row) == len(header) and (header[-1] == "label" or means_label(header[-1]))
        if known is None or not is_last:
            return
        if not label or any(other != label and other.startswith(label) for other in self._labels):
            values = {**known.values, "label": UNREADABLE_LABEL}
            self.rows[name] = CatalogRow(known.where, values)
            message = (
                "The last line does not end, and its label may be cut off: end it with a line "
                "break. Until then only operators know of the document."
            )
            self._report(where, "unreadable-label", message)

    def _check_head(self, header: list[str], row: list[str]) -> None:
        """Refuse a head that does not say whose labels the rows give."""
        if self._has_labels and header.count("file") > 1:
            raise self._refusal('may hold labels, and has two columns "file": name one otherwise')
        lines = (line.strip() for cell in row for line in cell.splitlines()[1:])
        if self._has_labels and any(map(self._is_name, lines)):
            raise self._refusal("may hold labels, and its first row runs on into others")

    def _no_file_column(self) -> None:
        if self._has_labels or self._was_guessed:
            raise self._refusal(
                'may hold labels, and its first row names no column "file" that says whose. The '
                'first row must name the columns, with , ; tab or | between them; one is "file"'
            )
        message = 'The catalogue is ignored: its first row names no column "file". Add one.'
        self._report(self._name, "catalog-no-file", message)

    def _csv_broken(self, header: list[str], where: str, error: csv.Error) -> None:
        if not header or self._has_labels:
            raise self._refusal(f"is broken in or before line {where.rpartition(':')[2]}: {error}")
        message = f"The catalogue is ignored from here on ({error}): mend the quotes."
        self._report(where, "catalog-broken", message)

    def _csv_row(self, header: list[str], row: list[str], delimiter: str, where: str) -> None:
        line = where.rpartition(":")[2]
        pairs = [(key, cell) for key, cell in zip(header, row, strict=False) if cell.strip()]
        extra = [cell for cell in row[len(header) :] if cell.strip()]
        if len(row) < len(header) or extra:
            what = f"has {len(row)} cells where the first row has {len(header)}"
            step = "put texts that hold the separator in quotes"
            if self._has_labels:
                raise self._refusal(f"may hold labels, and its line {line} {what}: {step}")
            self._report(where, "catalog-row", f"The row {what}: {step}.")
        if self._has_labels and any(self._swallows(cell, delimiter) for cell in row):
            raise self._refusal(
                f"may hold labels, and a cell that ends in line {line} holds other rows: close "
                "the quotes of the rows before it"
            )
        self._add(pairs, where)

    def _swallows(self, cell: str, delimiter: str) -> bool:
        """Whether a cell of several lines holds rows that a stray quote took in."""
        if "\n" not in cell:
            return False
        _, *lines = cell.splitlines()
        return any(
            self._is_name(piece.strip('" \t')) or self._hints.is_label(piece)
            for line in lines
            for piece in line.split(delimiter)
        )

    def _read_lines(self, data: bytes) -> None:
        with suppress(UnicodeDecodeError):
            data = _decoded(data).encode("utf-8", "surrogatepass")
        for number, line in enumerate(data.split(b"\n"), start=1):
            if not line.strip():
                continue
            where = f"{self._name}:{number}"
            try:
                row = loads_json(line)
            except (ValueError, RecursionError) as error:
                self._broken_line(line, where, reason(error))
                continue
            if isinstance(row, dict):
                self._add(((normalise_key(key), value) for key, value in row.items()), where)
            else:
                self._broken_line(line, where, "it is no table of keys and values")

    def _broken_line(self, line: bytes, where: str, why: str) -> None:
        found = _FILE_KEY.findall(line)
        if not found:
            number = where.rpartition(":")[2]
            raise self._refusal(f"is broken in line {number} ({why}), and does not say of whom")
        message = (
            f"The line is left out, it cannot be read ({why}). Mend it; it may hold a label: until "
            "then only operators know of its document."
        )
        has_label = self._hints.names_label(line.decode("utf-8", "replace"))
        for file in found:
            name = _unescaped(file)
            is_new = name.strip() not in self.rows
            self._add([("file", name), ("label", UNREADABLE_LABEL)], where)
            if is_new and name.strip() and not has_label:
                self.rows[name.strip()] = replace(self.rows[name.strip()], is_damaged=True)
        self._report(where, "catalog-row", message)

    def _add(self, pairs: Iterable[tuple[str, Any]], where: str) -> None:
        """Take what a row says, or report why it is left out."""
        values = self._collected(pairs, where)
        file = values.pop("file", "")
        if isinstance(file, str) and file.strip():
            self._keep(file.strip(), values, where)
            return
        if "label" in values or any(map(self._hints.is_label, values.values())):
            line = where.rpartition(":")[2]
            raise self._refusal(f"has a label in line {line} and no file that says whose")
        message = 'The row is left out: its column "file" is empty. Name the file.'
        self._report(where, "catalog-row", message)

    def _collected(self, pairs: Iterable[tuple[str, Any]], where: str) -> dict[str, Any]:
        """Return the values of a row by key; of two, the first counts, and two labels hide."""
        values: dict[str, Any] = {}
        for key, value in self._known(pairs, where):
            first = values.setdefault(key, value)
            if first == value:
                continue
            if key == "file":
                line = where.rpartition(":")[2]
                raise self._refusal(f"names two files in line {line}: give each a line of its own")
            if key == "label":
                values[key] = UNREADABLE_LABEL
        return values

    def _keep(self, file: str, values: dict[str, Any], where: str) -> None:
        """Keep the first row of a file; a second one counts only against its label."""
        first = self.rows.get(file)
        if first is None:
            self.rows[file] = CatalogRow(where, values)
            return
        message = f"{shown(file)} has a row already ({first.where}); the first counts. Remove one."
        if "label" in values and values["label"] != first.values.get("label"):
            self.rows[file] = CatalogRow(first.where, {**first.values, "label": UNREADABLE_LABEL})
            message += " Their labels differ: until then only operators know of the document."
            self._report(where, "unreadable-label", message)
            return
        self._report(where, "duplicate-key", message)

    def _known(self, pairs: Iterable[tuple[str, Any]], where: str) -> Iterator[tuple[str, Any]]:
        """Yield the known keys with a value; report each unknown key once."""
        for key, value in pairs:
            if value is None or (isinstance(value, str) and not value.strip()):
                continue
            if key in KNOWN_KEYS or key == "file":
                yield key, value
                continue
            hides = self._hints.gives_label(key, value) or self._hints.in_value(
                value, is_known=False
            )
            if hides and self._is_name(key):
                line = where.rpartition(":")[2]
                raise self._refusal(f"has {shown(key)} as a key in line {line}, not as a file")
            if hides:
                yield "label", UNREADABLE_LABEL
            self._report_unknown(key, where, hides=hides)

    def _report_unknown(self, key: str, where: str, *, hides: bool) -> None:
        if key in self._reported or key == "doc_id":  # an exported list has the ids too
            if hides and key not in self._hiding and len(self._hiding) < MAX_REPORTED:
                self._hiding.add(key)
                what = f"{shown(key)} holds what looks like a label. {_HIDES}"
                self._report(where, "unreadable-label", what)
            return
        self._reported.add(key)
        if len(self._reported) > MAX_REPORTED and not hides:
            self._left_out += 1
            return
        guess = guess_key(key)
        message = f"Unknown key {shown(key)} is ignored in all rows: "
        message += f"did you mean {guess}?" if guess else "remove it."
        if hides:
            self._hiding.add(key)
            message += f" {_HIDES}"
        self._report(where, "unreadable-label" if hides else "unknown-key", message)


def _decoded(data: bytes) -> str:
    """Return the text of a catalogue, also where it is UTF-16 and does not say so."""
    pairs = data[: len(data) // 2 * 2]
    zeros = pairs[::2].count(0), pairs[1::2].count(0)
    if sum(zeros) > len(data) // 4 and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le")
    return decode_text(data)


def _delimiter(text: str) -> tuple[str, str]:
    """Return the text of the rows and what separates their cells."""
    text = text.lstrip("\r\n")
    first = re.match(r"sep=(.)\r?\n", text)  # how spreadsheets say it
    if first:
        return text[first.end() :], first[1]
    head = text.partition("\n")[0]

    def known(delimiter: str) -> int:
        keys = [normalise_key(cell.strip('" \r')) for cell in head.split(delimiter)]
        return sum(2 if key == "file" else key in KNOWN_KEYS for key in keys)

    return text, max(_DELIMITERS, key=known)


def _unescaped(raw: bytes) -> str:
    """Return the text of a JSON string whose surroundings are broken."""
    try:
        return clean_line(str(json.loads(b'"' + raw + b'"')))
    except ValueError:
        return raw.decode("utf-8", "replace")
