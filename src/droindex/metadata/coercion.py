"""Raw keys and values, from a sidecar, a catalogue or a record, turned into typed ones."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from droindex.metadata.dates import parse_date
from droindex.metadata.keys import (
    DATE_TEXTS,
    DATES,
    LINES,
    REFERENCES,
    clean_line,
    guess_key,
    normalise_key,
)
from droindex.metadata.label_hints import Hints, fold_label
from droindex.metadata.typed_values import ProblemLog, ValueReader, is_absent
from droindex.problems import OPEN_LABEL, UNREADABLE_LABEL, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from droindex.model import DateOrder
    from droindex.problems import Problem
    from droindex.settings import BuildSettings

__all__ = ["NO_KINDS", "Given", "coerce"]

_NO_ORDERS: Mapping[str, DateOrder] = MappingProxyType({})
NO_KINDS: Mapping[str, str] = MappingProxyType({})
_CUSTOM = "custom"  # the field of a document that holds its custom fields
_EXPORTED_KEYS = ("sources", "confidence")  # an exported document has them; they say nothing here
_UNTIL = (
    'Write label = "LES", or label = "open", once, at the top; until then only operators know of '
    "this document."
)


@dataclass(frozen=True, slots=True)
class Given:
    """Metadata that somebody gave, typed.

    Attributes:
        values: By name of the `Document` field. `label` may be None: explicitly open.
        sources: Where each value came from, by the same names: `sidecar`, `catalog`, `record`,
            `front matter`.
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
    date_orders: Mapping[str, DateOrder] = _NO_ORDERS,
    kinds: Mapping[str, str] = NO_KINDS,
) -> Given:
    """Turn raw metadata into the typed values of a document; never raises, whatever comes.

    Keys are compared without case, and blanks and hyphens count as underscores. Null, blank texts
    and empty lists mean absent. A label is never dropped: where it cannot be read, the document
    carries `UNREADABLE`, which no list has and which therefore ranks above all labels. The label
    `open` (in any case) says that the document is open, whatever its text says.

    Args:
        raw: Keys and values as TOML, JSON or CSV gave them.
        source: What they came from: `sidecar`, `catalog`, `record` or `front matter`. Records may
            give the facts of a file; in a catalogue, texts with `;` are lists of references.
        file: Named in problems.
        settings: The limits.
        statuses: Stated statuses beyond `Status` that are known, for example the active ones.
        labels: The labels of the corpus: a value that is one of them, under whatever key, hints
            at a label as a key does that means one.
        date_orders: Of day and month in dates in figures, by key. A date that may be two days
            stays a text under a key without one: it is never guessed.
        kinds: Of the custom fields, by name. Their values hint at a label as those of unknown keys
            do: to declare a field opens nothing.

    Returns:
        The values that could be used, and a problem for each that could not. Slugs:
        `unknown-key`, `duplicate-key`, `bad-value`, `bad-date`, `value-too-long`,
        `unknown-status`, `unreadable-label`.
    """
    coercion = _Coercion(source, file, settings, statuses, Hints.of(tuple(labels)), date_orders)
    coercion.kinds = kinds
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
        date_orders: Mapping[str, DateOrder],
    ) -> None:
        self._hints = hints
        self._hinting: dict[str, bool] = {}  # key -> whether it is a known one
        self._source = source
        self._date_orders = date_orders
        self._taken: set[str] = set()
        self._values: dict[str, Any] = {}
        self.kinds: Mapping[str, str] = NO_KINDS
        self._problems = ProblemLog(file)
        self._reader = reader = ValueReader(
            self._problems,
            settings.max_metadata_chars,
            statuses,
            lists_in_texts=source == "catalog",
            date_orders=date_orders,
        )
        self._readers: dict[str, Callable[[str, Any], Any]] = {
            **dict.fromkeys((*LINES, *DATE_TEXTS), reader.line),
            **dict.fromkeys(DATES, reader.day),
            **dict.fromkeys(REFERENCES, reader.references),
            "summary": reader.text,
            "subject": reader.subject,
            "status": reader.status,
            "url": reader.url,
        }
        if source == "record":
            self._readers |= {
                "file": reader.path,
                "size_bytes": reader.count,
                "page_count": reader.count,
                **dict.fromkeys(("part_count", "part_number"), reader.count),
                **dict.fromkeys(("first_page", "last_page"), reader.count),
                "part_of": reader.line,
                "media_type": reader.line,
                "sha256": reader.sha256,
                "file_status": reader.file_status,
                "needs_ocr_pages": reader.page_numbers,
            }

    def given(self) -> Given:
        """Return what was taken."""
        self._heed_hints()
        for name, written in self._reader.date_texts.items():
            self._values.setdefault(f"{name}_text", written)
        for name in DATES:
            text = self._values.get(f"{name}_text")
            is_open = text and name not in self._values and name not in self._reader.date_texts
            day = parse_date(str(text), self._date_orders.get(name)) if is_open else None
            if day:
                self._values[name] = day
        sources = dict.fromkeys(self._values, self._source)
        return Given(
            MappingProxyType(self._values), MappingProxyType(sources), self._problems.all()
        )

    def take(self, raw_key: str, value: object) -> None:
        """Read one key and its value."""
        key = normalise_key(raw_key)
        if key == "label":
            self._label(value)
        elif key in self.kinds:
            self._custom(raw_key, key, value)
        elif key == _CUSTOM and self._source == "record" and isinstance(value, dict):
            for inner_key, inner in value.items():  # as an exported document has them
                self._custom(inner_key, normalise_key(inner_key), inner)
        elif key not in self._readers:
            self._unknown(raw_key, key, value)
        elif key in self._taken and not is_absent(value):
            self._problems.report("duplicate-key", f"{key} is given twice; the first counts")
        elif not is_absent(value):
            self._taken.add(key)
            if self._hints.in_value(value, is_known=True):
                self._hinting[raw_key] = True
            read = self._readers[key](key, value)
            if read is not None:
                self._values[key] = read

    def _custom(self, raw_key: str, key: str, value: object) -> None:
        """Read the value of a custom field; it hides what it would hide under an unknown key."""
        if key not in self.kinds:
            self._unknown(raw_key, key, value)
            return
        if is_absent(value):
            return
        if self._hints.gives_label(key, value):
            self._hide(f"{shown(raw_key)} holds what looks like a label")
        elif self._hints.in_value(value, is_known=False):
            self._hinting[raw_key] = False
        read = self._reader.custom(key, self.kinds[key], value)
        if read is not None:
            self._values.setdefault(_CUSTOM, {}).setdefault(key, read)

    def _unknown(self, raw_key: str, key: str, value: object) -> None:
        hides = self._hints.gives_label(key, value)
        if not hides and self._hints.in_value(value, is_known=False):
            self._hinting[raw_key] = key in _EXPORTED_KEYS
        if self._source == "record" and key in _EXPORTED_KEYS:
            return
        is_told = self._problems.count_unknown()
        if hides:
            self._values["label"] = UNREADABLE_LABEL
        elif not is_told:
            return
        guess = guess_key(key, (*self._readers, "label"))
        message = f"Unknown key {shown(raw_key)} is ignored: "
        message += f"did you mean {guess}?" if guess else "remove it."
        if hides:
            message += f" {_UNTIL}"
        self._problems.unknown(message, hides=hides)

    def _heed_hints(self) -> None:
        """Hide a document whose metadata hints at a label and gives none.

        That it is open counts against known keys alone: a title may be the name of a label.
        """
        says_open = "label" in self._values and self._values["label"] is None
        if "label" in self._values and not says_open:
            return
        hints = (key for key, is_known in self._hinting.items() if not (says_open and is_known))
        first = next(hints, None)
        if first is not None:
            self._hide(f"{shown(first)} holds what looks like a label")

    def _hide(self, why: str) -> None:
        """Hide the document from all but operators until its label can be read."""
        self._values["label"] = UNREADABLE_LABEL
        self._problems.report("unreadable-label", f"{why}. {_UNTIL.rstrip('.')}")

    def _label(self, value: object) -> None:
        if value is None or (isinstance(value, str) and not value.strip()):
            return
        label = clean_line(value) if isinstance(value, str) else ""
        if not fold_label(label):
            self._hide("label is given twice" if label else f"label is not a text ({shown(value)})")
        elif not self._is_first(label):
            self._hide("label is given twice")
        else:
            self._values["label"] = None if fold_label(label) == OPEN_LABEL else label

    def _is_first(self, label: str) -> bool:
        """Whether no other label was given before."""
        if "label" not in self._values:
            return True
        given = self._values["label"]
        return fold_label(OPEN_LABEL if given is None else given) == fold_label(label)
