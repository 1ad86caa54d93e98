"""What the heads of a catalogue's columns mean: ours as they are, theirs as corpus.toml says."""

from __future__ import annotations

import json
import re
import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from droindex.errors import SettingsError
from droindex.metadata.custom_fields import custom_name_fault
from droindex.metadata.infer.label_lexicon import FIELD_OF_LABEL
from droindex.metadata.keys import (
    DATE_TEXTS,
    KNOWN_KEYS,
    REFERENCES,
    clean_line,
    guess_key,
    normalise_key,
    squash,
)
from droindex.metadata.label_hints import means_label
from droindex.problems import Problem, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = [
    "FILE",
    "Column",
    "Columns",
    "field_to_add",
    "guess_of_head",
    "head_key",
    "line_to_add",
    "read_columns",
]

FILE = "file"  # the column that says which document a row is of
_OTHER_NAMES = {  # of our keys, besides those that header blocks use
    "date": "issued",
    "documenttype": "doc_type",
    "hyperlink": "url",
    "link": "url",
    "owner": "opi",
    "processowner": "opi",
    "state": "status",
    "webaddress": "url",
    "weblink": "url",
}
_NO_GUESSES = {*DATE_TEXTS, *REFERENCES}  # what no slip of another head is
_NAME_CHARS = 30  # of a custom field's name that is offered; it may have 40
_MAX_HEADS = 10_000  # that are kept: lines of JSON may each have other ones
_IGNORED = ""  # as the key of a column that nothing is made of
_TABLE = "catalog.columns"


def head_key(head: str) -> str:
    r"""Return the key that heads are compared by: without case, blanks and Unicode form.

    >>> head_key("Document\u00a0 Title") == head_key("document title") == "document_title"
    True
    """
    return normalise_key(head if head.isascii() else unicodedata.normalize("NFKC", head))


def line_to_add(head: str, key: str) -> str:
    """Return what to write into corpus.toml so that a head means one of our keys, or nothing.

    >>> line_to_add("Date of issue", "issued"), line_to_add("Remarks", "")[-17:]
    ('below [catalog.columns]: "Date of issue" = "issued"', '"Remarks" = false')
    """
    meant = f'"{key}"' if key else "false"
    return f"below [{_TABLE}]: {json.dumps(clean_line(head), ensure_ascii=False)} = {meant}"


def field_to_add(head: str) -> str:
    """Return what to write into corpus.toml so that a head gives a custom field.

    >>> field_to_add("Process Owner")
    'below [fields]: process_owner = {column = "Process Owner", type = "keyword"}'
    """
    plain = unicodedata.normalize("NFKD", head).casefold().encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_NAME_CHARS].rstrip("_")
    if custom_name_fault(name) or means_label(name):
        name = f"column_{name}".rstrip("_")
    written = json.dumps(clean_line(head), ensure_ascii=False)
    return f'below [fields]: {name} = {{column = {written}, type = "keyword"}}'


def guess_of_head(head: str) -> str | None:
    """Return our key that a head was probably meant as; None without a guess.

    >>> [guess_of_head(head) for head in ("Date of issue", "Aktenzeichen", "Titel", "Remarks")]
    ['issued', 'number', 'title', None]
    """
    plain = squash(head)
    meant = _OTHER_NAMES.get(plain) or FIELD_OF_LABEL.get(plain)
    if meant is not None:
        return meant if meant in KNOWN_KEYS else None
    return guess_key(head_key(head), KNOWN_KEYS - _NO_GUESSES)


class Column(NamedTuple):
    """What a head means.

    Attributes:
        written: The head, as the catalogue spells it.
        head: The same, as heads are compared.
        key: Our key; empty where nothing is made of the column, None where the head is unknown.
        is_mapped: Whether corpus.toml says so.
    """

    written: str
    head: str
    key: str | None
    is_mapped: bool

    @property
    def is_ours(self) -> bool:
        """Whether the head is our key itself."""
        return self.key == self.head and not self.is_custom

    @property
    def is_custom(self) -> bool:
        """Whether it gives a custom field."""
        return bool(self.key) and self.key != FILE and self.key not in KNOWN_KEYS


class Columns:
    """What heads mean.

    Args:
        mapping: Head, as `head_key` spells it, -> our key, or an empty one.

    Attributes:
        are_mapped: Whether corpus.toml says anything.
    """

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self._mapping = mapping
        self._known: dict[str, Column] = {}
        self.are_mapped = bool(mapping)

    def of(self, written: str) -> Column:
        """Return what a head means, as the catalogue spells it."""
        column = self._known.get(written)
        if column is None:
            head = head_key(written)
            ours = head if head in KNOWN_KEYS or head == FILE else None
            column = Column(written, head, self._mapping.get(head, ours), head in self._mapping)
            if len(self._known) < _MAX_HEADS:
                self._known[written] = column
        return column

    def heads_of(self, key: str) -> tuple[str, ...]:
        """Return the heads that mean one of our keys."""
        return (key, *(head for head, meant in self._mapping.items() if meant == key))

    @property
    def gives_labels(self) -> bool:
        """Whether corpus.toml names a column of labels."""
        return "label" in self._mapping.values()


def read_columns(
    table: object, file: str, custom: Collection[str] = ()
) -> tuple[Mapping[str, str], list[Problem]]:
    """Return what `[catalog.columns]` says, and what is wrong with it.

    Args:
        table: Their heads and our keys; `false` for a column that nothing is made of.
        file: Named in problems.
        custom: The names of the custom fields, which a column may give as well.

    Returns:
        Head, as `head_key` spells it, -> our key or an empty one; problems `bad-value`.

    Raises:
        SettingsError: It is no table, or one of its lines may give a label and cannot be used:
            labels decide who sees what, so nothing is guessed.
    """
    if not isinstance(table, dict):
        step = 'write it as a table: [catalog.columns] with "Ref" = "number".'
        raise _unusable(file, _TABLE, step)
    columns: dict[str, str] = {}
    problems: list[Problem] = []
    for raw_head, value in table.items():
        head, key = head_key(raw_head), _key_of(value, custom)
        if head and key is not None and columns.get(head, key) == key:
            columns[head] = key
            continue
        step = _step(head, value, custom)
        if any(map(means_label, (head, head_key(str(value)), columns.get(head, "")))):
            step += ' It may give labels; a column of labels is written "Marking" = "label".'
            raise _unusable(file, f"{_TABLE}.{shown(raw_head)}", step)
        message = f"{_TABLE}.{shown(raw_head)} in {file} is left out: {step}"
        problems.append(Problem(file, "bad-value", message))
    return MappingProxyType(columns), problems


def _unusable(file: str, what: str, step: str) -> SettingsError:
    return SettingsError(f"{what} in {file} cannot be used.", hint=f"{step[:1].upper()}{step[1:]}")


def _key_of(value: object, custom: Collection[str]) -> str | None:
    """Return the key that a value of the table names; None where it names none."""
    if value is False:
        return _IGNORED
    key = normalise_key(value) if isinstance(value, str) else None
    return key if key in KNOWN_KEYS or key == FILE or key in custom else None


def _step(head: str, value: object, custom: Collection[str]) -> str:
    """Return what to write instead."""
    if not isinstance(value, str):
        return "give one of our keys in quotes, or false for a column that is left out."
    if _key_of(value, custom) is not None:
        return "it is there twice, save for case, blanks and hyphens: remove one."
    if head in KNOWN_KEYS or head == FILE:
        return f'their head comes first: {json.dumps(value, ensure_ascii=False)} = "{head}".'
    guess = guess_key(normalise_key(value), (*KNOWN_KEYS, FILE, *custom))
    return f"there is no key {shown(value)}; " + (
        f"did you mean {guess}?" if guess else "docs/fields.md lists them."
    )
