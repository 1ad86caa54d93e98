"""Single raw values of metadata turned into typed ones, with what is wrong with them."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from droindex.metadata.dates import date_readings, parse_date
from droindex.metadata.keys import clean_line, clean_text, guess_key, normalise_key
from droindex.metadata.values import is_web_address, parse_reference
from droindex.model import FileStatus, Reference, Status
from droindex.problems import MAX_REPORTED, Problem, and_more, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from droindex.model import DateOrder

__all__ = ["ProblemLog", "ValueReader", "is_absent"]

_TABLE_KEYS = ("doc_id", "number", "issued", "title", "text")
_MAX_ITEMS = 1_000  # subjects or references of one document; the most seen are some dozens
_MAX_NUMBER = 10**18  # a longer one is no document's number
_FIGURES = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_SAY_ORDER = 'write it like 2006-02-03, or say dates = "day-first" or "month-first" in corpus.toml'
_DIGEST = re.compile("[0-9a-f]{64}")
_STATUSES = {status.casefold(): status.value for status in Status}


class ProblemLog:
    """What is wrong with the metadata of one file or row.

    Args:
        file: Named in each problem.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._unknown_keys = 0
        self._found: list[Problem] = []

    def report(self, slug: str, message: str) -> None:
        """Add a problem; the message has no full stop."""
        self._found.append(Problem(self._file, slug, f"{message}."))

    def bad(self, key: str, value: object, expected: str) -> None:
        """Add that a value is not what was expected."""
        self.report("bad-value", f"{key} is left out: {shown(value)} is not {expected}")

    def count_unknown(self) -> bool:
        """Count an unknown key; whether it is one of those that are told."""
        self._unknown_keys += 1
        return self._unknown_keys <= MAX_REPORTED

    def unknown(self, message: str, *, hides: bool = False) -> None:
        """Add an unknown key; one that may mean a label hides its document."""
        slug = "unreadable-label" if hides else "unknown-key"
        self._found.append(Problem(self._file, slug, message))

    def all(self) -> tuple[Problem, ...]:
        """Return the problems, with how many unknown keys are not among them."""
        more = self._unknown_keys - MAX_REPORTED
        rest = (Problem(self._file, "unknown-key", and_more(more)),) if more > 0 else ()
        return (*self._found, *rest)


class ValueReader:
    """Reads the values of one piece of metadata; each method takes a key and its raw value.

    Args:
        problems: Takes what is wrong with them.
        max_chars: Of a text; a longer one is cut.
        statuses: Stated statuses beyond `Status` that are known.
        lists_in_texts: Whether a text with `;` is a list of references.
        date_orders: Of day and month in figures, by key; without one, a date that may be two days
            stays a text.

    Attributes:
        problems: What is wrong with the values.
        date_texts: What dates were read from, by the name of their field.
    """

    def __init__(
        self,
        problems: ProblemLog,
        max_chars: int,
        statuses: Collection[str],
        *,
        lists_in_texts: bool,
        date_orders: Mapping[str, DateOrder],
    ) -> None:
        self.problems = problems
        self.date_texts: dict[str, str] = {}
        self._limit = max_chars
        self._statuses = {**_STATUSES, **{word.casefold(): word for word in statuses}}
        self._orders = date_orders
        self._separator = ";" if lists_in_texts else None

    def _cut(self, key: str, text: str) -> str:
        if len(text) <= self._limit:
            return text
        self.problems.report(
            "value-too-long",
            f"{key} has {len(text):,} characters and is cut after {self._limit:,}; shorten it",
        )
        return text[: self._limit].rstrip()

    def text(self, key: str, value: object) -> str | None:
        """Return a text; None where it is none."""
        text = _as_text(value)
        if text is None:
            self.problems.bad(key, value, "a text")
            return None
        return self._cut(key, clean_text(text)) or None

    def line(self, key: str, value: object) -> str | None:
        """Return a text on one line; None where it is none."""
        text = self.text(key, value)
        return clean_line(text) or None if text else None

    def status(self, key: str, value: object) -> str | None:
        """Return a status, spelt as it is known; None where it is none."""
        word = self.line(key, value)
        if word is None:
            return None
        status = self._statuses.get(word.casefold())
        if status is None:
            self.problems.report(
                "unknown-status",
                f"status {shown(word)} is kept but belongs to no scope; use one of "
                f"{', '.join(_STATUSES.values())}, or say in corpus.toml, below [statuses], what "
                f"it is: archived = [{shown(word)}], or active, or draft",
            )
        return status or word

    def url(self, key: str, value: object) -> str | None:
        """Return the address of a page; None where it is none."""
        line = self.text(key, value)
        if line is not None and is_web_address(line):
            return line
        if line is not None:
            self.problems.bad(key, value, "an address that begins with http:// or https://")
        return None

    def day(self, key: str, value: object) -> date | None:
        """Return a day; what it was read from goes to `date_texts`; None where it is none."""
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = self.line(key, value)
        if text is None:
            return None
        self.date_texts[key] = text
        return self._parsed(key, text, f"{key} is kept as text only")

    def custom(self, key: str, kind: str, value: object) -> str | int | float | None:
        """Return the value of a custom field; None where it is none.

        Args:
            key: Its name.
            kind: One of `CUSTOM_KINDS`.
            value: As it was given.
        """
        if kind == "number":
            return self._number(key, value)
        if kind == "text":
            return self.text(key, value)
        if kind == "keyword" or (isinstance(value, str) and not clean_line(value)):
            return self.line(key, value)
        day = self.day(key, value)
        text = self.date_texts.pop(key, None)
        return day.isoformat() if day else text

    def _number(self, key: str, value: object) -> int | float | None:
        """Return a number; only figures with a point are one, for a comma may be either."""
        if isinstance(value, str):
            value = float(value) if _FIGURES.fullmatch(value.strip()) else value
        if (
            isinstance(value, (int, float))
            and not isinstance(value, bool)
            and abs(value) < _MAX_NUMBER
        ):
            return int(value) if value == int(value) else value
        self.problems.bad(key, value, "a number like 1250 or 12.5")
        return None

    def _parsed(self, key: str, text: str, outcome: str) -> date | None:
        """Return the day that a text is in the order of its key; reports what is none."""
        order = self._orders.get(key)
        day = parse_date(text, order)
        readings = date_readings(text) if day is None else ()
        if len(readings) > 1:
            one, other = (reading.isoformat() for reading in readings)
            why = f"may be {one} or {other}; {_SAY_ORDER}"
        elif readings:
            why = f"is no date with the {str(order).replace('-first', '')} first"
        else:
            why = "is no date; dates look like 2006-02-03"
        if day is None:
            self.problems.report("bad-date", f"{outcome}: {shown(text)} {why}")
        return day

    def _items(self, key: str, value: object, separator: str | None) -> list[Any]:
        if isinstance(value, str) and separator:
            value = value.split(separator)
        items = list(value) if isinstance(value, (list, tuple)) else [value]
        items = [item for item in items if not is_absent(item)]
        if len(items) > _MAX_ITEMS:
            self.problems.report(
                "value-too-long",
                f"{key} has {len(items):,} entries; the first {_MAX_ITEMS:,} are kept",
            )
        return items[:_MAX_ITEMS]

    def subject(self, key: str, value: object) -> tuple[str, ...] | None:
        """Return the subjects, each once; None where it is none."""
        lines = [self.line(key, item) for item in self._items(key, value, ";")]
        return tuple(dict.fromkeys(line for line in lines if line)) or None

    def references(self, key: str, value: object) -> tuple[Reference, ...] | None:
        """Return the documents named, each once; None where it is none."""
        found: list[Reference] = []
        for item in self._items(key, value, self._separator):
            if isinstance(item, dict):
                reference = self._reference(key, item)
            else:
                text = self.line(key, item)
                reference = parse_reference(text, self._orders.get(key)) if text else None
            if reference:
                found.append(reference)
        return tuple(dict.fromkeys(found)) or None

    def _reference(self, key: str, table: Mapping[Any, Any]) -> Reference | None:
        texts: dict[str, str] = {}
        issued: date | None = None
        for raw_name, value in table.items():
            name = normalise_key(str(raw_name))
            if name not in _TABLE_KEYS:
                self._unknown(key, raw_name, name)
            elif name == "issued":
                issued = None if is_absent(value) else self._reference_date(key, value)
            else:
                text = None if is_absent(value) else self.line(f"{name} in {key}", value)
                texts |= {name: text} if text else {}
        return _compose(texts, issued, self._orders.get(key))

    def _unknown(self, key: str, raw_name: object, name: str) -> None:
        if self.problems.count_unknown():
            guess = guess_key(name, _TABLE_KEYS)
            step = f"did you mean {guess}?" if guess in _TABLE_KEYS else "remove it."
            self.problems.unknown(f"Unknown key {shown(raw_name)} in {key} is ignored: {step}")

    def _reference_date(self, key: str, value: object) -> date | None:
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        text = self.line(f"issued in {key}", value)
        return self._parsed(key, text, f"issued in {key} is left out") if text else None

    def path(self, key: str, value: object) -> str | None:
        """Return the path of a file; None where it is none."""
        text = value if isinstance(value, str) else ""
        parts = text.replace("\\", "/").split("/")
        if not text or clean_text(text) != text or ".." in parts or not parts[0] or ":" in parts[0]:
            self.problems.bad(key, value, "a path relative to the corpus")
            return None
        return self._cut(key, text)

    def count(self, key: str, value: object) -> int | None:
        """Return a whole number from 0; None where it is none."""
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_NUMBER:
            return value
        self.problems.bad(key, value, "a whole number from 0")
        return None

    def sha256(self, key: str, value: object) -> str | None:
        """Return a digest; None where it is none."""
        digest = value.strip().lower() if isinstance(value, str) else ""
        if _DIGEST.fullmatch(digest):
            return digest
        self.problems.bad(key, value, "a digest of 64 hexadecimal digits")
        return None

    def file_status(self, key: str, value: object) -> FileStatus | None:
        """Return how a file was read; None where it is none."""
        try:
            return FileStatus(str(value))
        except ValueError:
            self.problems.bad(key, value, f"one of {', '.join(FileStatus)}")
            return None

    def page_numbers(self, key: str, value: object) -> tuple[int, ...] | None:
        """Return page numbers, rising; None where it is none."""
        items: list[Any] = list(value) if isinstance(value, (list, tuple)) else [None]
        if all(isinstance(item, int) and 0 < item < _MAX_NUMBER for item in items):
            return tuple(sorted({int(item) for item in items}))
        self.problems.bad(key, value, "a list of page numbers")
        return None


def is_absent(value: object) -> bool:
    """Whether a value means that there is none."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, (list, tuple, dict)) and not value)


def _as_text(value: object) -> str | None:
    """Return a text, or a number as the text it was probably meant as; None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value) if abs(value) < _MAX_NUMBER else None
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else None
    return None


def _compose(
    texts: Mapping[str, str], issued: date | None, order: DateOrder | None
) -> Reference | None:
    """Return the reference that a table gives; its text is made of its parts where it has none."""
    text = texts.get("text")
    if text is None:
        parts = [texts[name] for name in ("number", "title") if name in texts]
        text = ", ".join(parts)
        if issued:
            text = f"{text} ({issued.isoformat()})" if text else issued.isoformat()
        text = text or texts.get("doc_id", "")
        found = Reference(text=text)
    else:
        found = parse_reference(text, order)
    if not text:
        return None
    return replace(
        found,
        doc_id=texts.get("doc_id"),
        number=texts.get("number", found.number),
        issued=issued or found.issued,
        title=texts.get("title", found.title),
    )
