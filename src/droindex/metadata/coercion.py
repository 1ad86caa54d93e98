"""Raw keys and values, from a sidecar, a catalogue or a record, turned into typed ones."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from droindex.metadata.keys import (
    DATE_TEXTS,
    DATES,
    LINES,
    REFERENCES,
    clean_line,
    clean_text,
    guess_key,
    normalise_key,
)
from droindex.metadata.label_hints import Hints, fold_label
from droindex.metadata.values import parse_date, parse_reference
from droindex.model import FileStatus, Reference, Status
from droindex.problems import (
    MAX_REPORTED,
    OPEN_LABEL,
    UNREADABLE_LABEL,
    Problem,
    and_more,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from droindex.settings import BuildSettings

__all__ = ["Given", "coerce"]

_FILE_KEYS = (
    "file",
    "size_bytes",
    "media_type",
    "sha256",
    "page_count",
    "file_status",
    "needs_ocr_pages",
)
_EXPORTED_KEYS = ("sources", "confidence")  # an exported document has them; they say nothing here
_TABLE_KEYS = ("doc_id", "number", "issued", "title", "text")
_MAX_ITEMS = 1_000  # subjects or references of one document; the most seen are some dozens
_MAX_NUMBER = 10**18  # a longer one is no document's number
_UNTIL = (
    'Write label = "LES", or label = "open", once, at the top; until then only operators know of '
    "this document."
)
_DIGEST = re.compile("[0-9a-f]{64}")
_STATUSES = {status.casefold(): status.value for status in Status}


@dataclass(frozen=True, slots=True)
class Given:
    """Metadata that somebody gave, typed.

    Attributes:
        values: By name of the `Document` field. `label` may be None: explicitly open.
        sources: Where each value came from, by the same names: `sidecar`, `catalog`, `record`.
        problems: What could not be used.
    """

    values: Mapping[str, Any]
    sources: Mapping[str, str]
    problems: tuple[Problem, ...] = ()

    @property
    def says_open(self) -> bool:
        """Whether it says that the document is open."""
        return "label" in self.values and self.values["label"] is None


def coerce(
    raw: Mapping[str, Any],
    *,
    source: str,
    file: str,
    settings: BuildSettings,
    statuses: Collection[str] = (),
    labels: Collection[str] = (),
) -> Given:
    """Turn raw metadata into the typed values of a document; never raises, whatever comes.

    Keys are compared without case, and blanks and hyphens count as underscores. Null, blank texts
    and empty lists mean absent. A label is never dropped: where it cannot be read, the document
    carries `UNREADABLE`, which no list has and which therefore ranks above all labels. The label
    `open` (in any case) says that the document is open, whatever its text says.

    Args:
        raw: Keys and values as TOML, JSON or CSV gave them.
        source: What they came from: `sidecar`, `catalog` or `record`. Records may give the facts
            of a file; in a catalogue, texts with `;` are lists of references.
        file: Named in problems.
        settings: The limits.
        statuses: Stated statuses beyond `Status` that are known, for example the active ones.
        labels: The labels of the corpus: a value that is one of them, under whatever key, hints
            at a label as a key does that means one.

    Returns:
        The values that could be used, and a problem for each that could not. Slugs:
        `unknown-key`, `duplicate-key`, `bad-value`, `bad-date`, `value-too-long`,
        `unknown-status`, `unreadable-label`.
    """
    coercion = _Coercion(source, file, settings, statuses, Hints.of(tuple(labels)))
    for key, value in raw.items():
        coercion.take(str(key), value)
    return coercion.given()


class _Coercion:
    """The values and problems of one piece of metadata."""

    def __init__(
        self,
        source: str,
        file: str,
        settings: BuildSettings,
        statuses: Collection[str],
        hints: Hints,
    ) -> None:
        self._hints = hints
        self._hinting: dict[str, bool] = {}  # key -> whether it is a known one
        self._source = source
        self._file = file
        self._limit = settings.max_metadata_chars
        self._statuses = {**_STATUSES, **{word.casefold(): word for word in statuses}}
        self._taken: dict[str, object] = {}
        self._values: dict[str, Any] = {}
        self._problems: list[Problem] = []
        self._unknown_keys = 0
        self._readers: dict[str, Callable[[str, Any], Any]] = {
            **dict.fromkeys(LINES, self._line),
            **dict.fromkeys(DATES, self._date),
            **dict.fromkeys(DATE_TEXTS, self._line),
            **dict.fromkeys(REFERENCES, self._references),
            "summary": self._text,
            "subject": self._subject,
            "status": self._status,
        }
        if source == "record":
            self._readers |= {
                "file": self._path,
                "size_bytes": self._count,
                "page_count": self._count,
                "media_type": self._line,
                "sha256": self._sha256,
                "file_status": self._file_status,
                "needs_ocr_pages": self._page_numbers,
            }

    def given(self) -> Given:
        """Return what was taken."""
        self._heed_hints()
        for name in DATES:
            text = self._values.get(f"{name}_text")
            day = parse_date(text) if text and name not in self._values else None
            if day:
                self._values[name] = day
        if self._unknown_keys > MAX_REPORTED:
            message = and_more(self._unknown_keys - MAX_REPORTED)
            self._problems.append(Problem(self._file, "unknown-key", message))
        sources = dict.fromkeys(self._values, self._source)
        return Given(
            MappingProxyType(self._values), MappingProxyType(sources), tuple(self._problems)
        )

    def take(self, raw_key: str, value: object) -> None:
        """Read one key and its value."""
        key = normalise_key(raw_key)
        if key == "label":
            self._label(value)
        elif key not in self._readers:
            self._unknown(raw_key, key, value)
        elif not _is_absent(value):
            if key in self._taken:
                self._report("duplicate-key", f"{key} is given twice; the first counts")
                return
            self._taken[key] = value
            if self._hints.in_value(value, is_known=True):
                self._hinting[raw_key] = True
            read = self._readers[key](key, value)
            if read is not None:
                self._values[key] = read

    def _report(self, slug: str, message: str) -> None:
        self._problems.append(Problem(self._file, slug, f"{message}."))

    def _bad(self, key: str, value: object, expected: str) -> None:
        self._report("bad-value", f"{key} is left out: {shown(value)} is not {expected}")

    def _unknown(self, raw_key: str, key: str, value: object) -> None:
        hides = self._hints.tells(key, value)
        if not hides and self._hints.in_value(value, is_known=False):
            self._hinting[raw_key] = key in _EXPORTED_KEYS
        if self._source == "record" and key in _EXPORTED_KEYS:
            return
        self._unknown_keys += 1
        if hides:
            self._values["label"] = UNREADABLE_LABEL
        elif self._unknown_keys > MAX_REPORTED:
            return
        guess = guess_key(key, (*self._readers, "label"))
        message = f"Unknown key {shown(raw_key)} is ignored: "
        message += f"did you mean {guess}?" if guess else "remove it."
        if hides:
            message += f" {_UNTIL}"
        self._problems.append(Problem(self._file, "unknown-key", message))

    def _heed_hints(self) -> None:
        """Hide a document whose metadata hints at a label and gives none.

        That it is open counts against known keys alone: a title may be the name of a label.
        """
        says_open = "label" in self._values and self._values["label"] is None
        if says_open or "label" not in self._values:
            telling = [
                key for key, is_known in self._hinting.items() if not (says_open and is_known)
            ]
            if telling:
                self._values["label"] = UNREADABLE_LABEL
                self._report(
                    "unreadable-label",
                    f"{shown(telling[0])} holds what looks like a label. {_UNTIL.rstrip('.')}",
                )

    def _label(self, value: object) -> None:
        if value is None or (isinstance(value, str) and not value.strip()):
            return
        label = clean_line(value) if isinstance(value, str) else ""
        folded = fold_label(label)
        read = None if folded == OPEN_LABEL else label
        given = self._values.get("label", read)
        is_same = given is read or (given and read and fold_label(given) == folded)
        if not folded or not is_same:
            self._values["label"] = UNREADABLE_LABEL
            what = "is given twice" if label else f"is not a text ({shown(value)})"
            self._report(
                "unreadable-label",
                f"label {what}. {_UNTIL.rstrip('.')}",
            )
            return
        self._values["label"] = read

    def _cut(self, key: str, text: str) -> str:
        if len(text) <= self._limit:
            return text
        self._report(
            "value-too-long",
            f"{key} has {len(text):,} characters and is cut after {self._limit:,}; shorten it",
        )
        return text[: self._limit].rstrip()

    def _text(self, key: str, value: object) -> str | None:
        text = _as_text(value)
        if text is None:
            self._bad(key, value, "a text")
            return None
        return self._cut(key, clean_text(text)) or None

    def _line(self, key: str, value: object) -> str | None:
        text = self._text(key, value)
        return clean_line(text) or None if text else None

    def _status(self, key: str, value: object) -> str | None:
        word = self._line(key, value)
        if word is None:
            return None
        status = self._statuses.get(word.casefold())
        if status is None:
            self._report(
                "unknown-status",
                f"status {shown(word)} is kept but belongs to no scope; use one of "
                f"{', '.join(_STATUSES.values())}, or name it in corpus.toml",
            )
        return status or word

    def _date(self, key: str, value: object) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = self._line(key, value)
        if text is None:
            return None
        self._values.setdefault(f"{key}_text", text)
        day = parse_date(text)
        if day is None:
            self._report(
                "bad-date",
                f"{key} is kept as text only: {shown(text)} is no date; dates look like 2006-02-03",
            )
        return day

    def _items(self, key: str, value: object, separator: str | None) -> list[Any]:
        if isinstance(value, str) and separator:
            value = value.split(separator)
        items = list(value) if isinstance(value, (list, tuple)) else [value]
        items = [item for item in items if not _is_absent(item)]
        if len(items) > _MAX_ITEMS:
            self._report(
                "value-too-long",
                f"{key} has {len(items):,} entries; the first {_MAX_ITEMS:,} are kept",
            )
        return items[:_MAX_ITEMS]

    def _subject(self, key: str, value: object) -> tuple[str, ...] | None:
        lines = [self._line(key, item) for item in self._items(key, value, ";")]
        return tuple(dict.fromkeys(line for line in lines if line)) or None

    def _references(self, key: str, value: object) -> tuple[Reference, ...] | None:
        separator = ";" if self._source == "catalog" else None
        found: list[Reference] = []
        for item in self._items(key, value, separator):
            if isinstance(item, dict):
                reference = self._reference(key, item)
            else:
                text = self._line(key, item)
                reference = parse_reference(text) if text else None
            if reference:
                found.append(reference)
        return tuple(dict.fromkeys(found)) or None

    def _reference(self, key: str, table: Mapping[Any, Any]) -> Reference | None:
        texts: dict[str, str] = {}
        issued: date | None = None
        for raw_name, value in table.items():
            name = normalise_key(str(raw_name))
            if name not in _TABLE_KEYS:
                self._unknown_keys += 1
                if self._unknown_keys > MAX_REPORTED:
                    continue
                guess = guess_key(name, _TABLE_KEYS)
                step = f"did you mean {guess}?" if guess in _TABLE_KEYS else "remove it."
                message = f"Unknown key {shown(raw_name)} in {key} is ignored: {step}"
                self._problems.append(Problem(self._file, "unknown-key", message))
            elif _is_absent(value):
                continue
            elif name == "issued":
                issued = self._reference_date(key, value)
            else:
                text = self._line(f"{name} in {key}", value)
                if text:
                    texts[name] = text
        return _compose(texts, issued)

    def _reference_date(self, key: str, value: object) -> date | None:
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        text = self._line(f"issued in {key}", value)
        day = parse_date(text) if text else None
        if text and day is None:
            self._report("bad-date", f"issued in {key} is left out: {shown(text)} is no date")
        return day

    def _path(self, key: str, value: object) -> str | None:
        text = value if isinstance(value, str) else ""
        parts = text.replace("\\", "/").split("/")
        if not text or clean_text(text) != text or ".." in parts or not parts[0] or ":" in parts[0]:
            self._bad(key, value, "a path relative to the corpus")
            return None
        return self._cut(key, text)

    def _count(self, key: str, value: object) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_NUMBER:
            return value
        self._bad(key, value, "a whole number from 0")
        return None

    def _sha256(self, key: str, value: object) -> str | None:
        digest = value.strip().lower() if isinstance(value, str) else ""
        if _DIGEST.fullmatch(digest):
            return digest
        self._bad(key, value, "a digest of 64 hexadecimal digits")
        return None

    def _file_status(self, key: str, value: object) -> FileStatus | None:
        try:
            return FileStatus(str(value))
        except ValueError:
            self._bad(key, value, f"one of {', '.join(FileStatus)}")
            return None

    def _page_numbers(self, key: str, value: object) -> tuple[int, ...] | None:
        items: list[Any] = list(value) if isinstance(value, (list, tuple)) else [None]
        if all(isinstance(item, int) and 0 < item < _MAX_NUMBER for item in items):
            return tuple(sorted({int(item) for item in items}))
        self._bad(key, value, "a list of page numbers")
        return None


def _is_absent(value: object) -> bool:
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


def _compose(texts: Mapping[str, str], issued: date | None) -> Reference | None:
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
        found = parse_reference(text)
    if not text:
        return None
    return replace(
        found,
        doc_id=texts.get("doc_id"),
        number=texts.get("number", found.number),
        issued=issued or found.issued,
        title=texts.get("title", found.title),
    )
