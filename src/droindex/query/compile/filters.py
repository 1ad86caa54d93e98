"""Filters and date ranges -> clauses that limit the hits and never touch a score."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from droindex.engine.analysis import fold
from droindex.engine.clauses import AllDocuments, AnyOf, Bool, Clause, NoDocuments, Span
from droindex.engine.fields import DOC_ID, FACETS, FIELDS, FieldKind, day_number
from droindex.engine.schema import key_field
from droindex.errors import QueryError
from droindex.problems import nearest

if TYPE_CHECKING:
    from droindex.library.reader import SetReader

__all__ = [
    "FilterValue",
    "check_facets",
    "day_span",
    "field_filter",
    "filter_values",
    "first_day",
    "keyword_filter",
    "last_day",
    "near_value",
]

FilterValue = str | int | date | Iterable[str]

_DAY = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2}))?(?:-(?P<day>\d{1,2}))?")
_NUMBERED = (FieldKind.IDENTIFIER, FieldKind.REFERENCE)  # found however they are punctuated
_MAX_VALUES = 10_000  # of a field that are looked through; a library has a few hundred
_WORD = re.compile(r"\w+")
_HABITS = {  # what other programs call a field
    "type": "doc_type",
    "typ": "doc_type",
    "kind": "doc_type",
    "author": "signatory",
    "signed": "signatory",
    "office": "opi",
    "topic": "subject",
    "id": "doc_id",
}
_SHELVED = ("category", "collection")  # found by the other names that corpus.toml gives them too


def keyword_filter(reader: SetReader, name: str, value: FilterValue) -> Clause:
    """Return the clause of `filters={name: value}`; several values mean any of them.

    Raises:
        QueryError: `unknown-field` or `bad-date`.
    """
    spec = FIELDS.get(name)
    if spec is None or spec.kind is FieldKind.TEXT:
        raise QueryError(
            f"There is no filter {name!r}.",
            slug="unknown-field",
            hint=_fields_hint("Filters", name, _filterable()),
        )
    clauses = tuple(field_filter(reader, name, item) for item in filter_values(value))
    if not clauses:
        return NoDocuments()
    return clauses[0] if len(clauses) == 1 else _either(*clauses)


def filter_values(value: FilterValue) -> list[str]:
    """Return the values of a filter, of which a document must have one."""
    return [str(value)] if isinstance(value, str | int | date) else [str(item) for item in value]


def field_filter(reader: SetReader, name: str, value: str) -> Clause:
    """Return the clause of `name:value` for a field that is no text field.

    Raises:
        QueryError: `bad-date`.
    """
    kind = FIELDS[name].kind
    if kind is FieldKind.DATE:
        return _days(name, value)
    value = value.encode("utf-8", "replace").decode()
    keys = {fold(value)}
    if kind in _NUMBERED and name != DOC_ID:
        keys.add(" ".join(surface for _, surface in reader.analyzer.terms(value)))
    if name in _SHELVED:
        keys |= _shelf_names(reader, name, value)
    if kind is FieldKind.KEYWORD:
        doc_freq = reader.vocabulary.doc_freq  # a tenth of what counting the clause costs
        if not any(doc_freq(key_field(name), key) for key in keys):
            keys.update(_longer_values(reader, name, value))
    return AnyOf(key_field(name), tuple(sorted(keys)))


def _longer_values(reader: SetReader, name: str, value: str) -> Iterator[str]:
    """Yield the values that hold all words of one that no document has: `torres`, `john p. torres`.

    A category answers to a longer name than its own, too.
    """
    words = _WORD.findall(fold(value))
    if not words:
        return
    for term, _ in reader.documents.terms(key_field(name), "", _MAX_VALUES):
        own = _WORD.findall(term)
        is_shorter = name in _SHELVED and len(own) > 1 and words[: len(own)] == own
        if is_shorter or set(words) <= set(own):
            yield term


def _days(name: str, value: str) -> Clause:
    """Return the clause of a day, month or year, or of two with `..` between."""
    low, dots, high = value.partition("..")
    if not low and not high:
        raise _no_date(name, value)
    return day_span(name, low or None, (high or None) if dots else low)


def day_span(name: str, low: str | int | date | None, high: str | int | date | None) -> Clause:
    """Return the clause of a range of days, both ends included.

    Args:
        name: A date field.
        low: First day: a date, or `2004`, `2004-05`, `2004-05-31`; None for no bound.
        high: Last day, likewise; a year or a month means its last day.

    Raises:
        QueryError: `bad-date`.
    """
    first = _bound(name, low, last=False)
    final = _bound(name, high, last=True)
    if first is not None and final is not None and first > final:
        return NoDocuments()
    return Span(name, first, final)


def first_day(name: str, value: str) -> int:
    """Return the first day of a year, month or day, as a day number."""
    return _bound(name, value, last=False) or 0


def last_day(name: str, value: str) -> int:
    """Return the last day of a year, month or day, as a day number."""
    return _bound(name, value, last=True) or 0


def check_facets(names: Sequence[str]) -> None:
    """Raise QueryError (`unknown-field`) for a name that cannot be counted."""
    for name in names:
        if name not in FACETS:
            raise QueryError(
                f"There is no facet {name!r}.",
                slug="unknown-field",
                hint=_fields_hint("Facets", name, FACETS),
            )


def near_value(reader: SetReader, name: str, value: str) -> str | None:
    """Return the value of a keyword field that is like one that no document has; None if none is.

    Args:
        reader: The set.
        name: The field.
        value: What was asked for.
    """
    if name not in FACETS:
        return None
    facets = reader.documents.facets(AllDocuments(), (name,), _MAX_VALUES)[name]
    shown = {fold(known): known for known, _ in facets}
    names = reader.documents.terms(key_field(name), "", _MAX_VALUES)
    near = nearest(fold(value), (*shown, *(term for term, _ in names)))
    return shown.get(near, near) if near else None


def _fields_hint(kind: str, name: str, known: Collection[str]) -> str:
    """Return which fields there are, and first which one a wrong name is near to."""
    word = name.strip().casefold()
    near = _HABITS.get(word) or nearest(word, known)
    meant = f"Did you mean {near!r}? " if near in known else ""
    return f"{meant}{kind}: {', '.join(known)}."


def _filterable() -> list[str]:
    return [name for name, spec in FIELDS.items() if spec.kind is not FieldKind.TEXT]


def _either(*clauses: Clause) -> Clause:
    return Bool(should=clauses)


def _shelf_names(reader: SetReader, name: str, value: str) -> set[str]:
    shelves = reader.config.categories if name == "category" else reader.config.collections
    wanted = fold(value)
    return {
        fold(shelf.name) for shelf in shelves if wanted in {fold(alias) for alias in shelf.aliases}
    }


def _bound(name: str, value: str | int | date | None, *, last: bool) -> int | None:
    """Return the first or last day that a value names, as a day number; None for no bound."""
    if value is None or isinstance(value, date):
        return None if value is None else day_number(value)
    first, month, day = _first_day(name, value)
    if day or not last:
        return day_number(first)
    return _last_of_month(first) if month else day_number(first.replace(month=12, day=31))


def _first_day(name: str, value: str | int) -> tuple[date, str | None, str | None]:
    """Return the first day that a value names, and its month and day as written."""
    match = _DAY.fullmatch(str(value).strip())
    if match is None:
        raise _no_date(name, value)
    year, month, day = match.groups()
    try:
        return date(int(year), int(month or 1), int(day or 1)), month, day
    except ValueError as error:
        raise _no_date(name, value) from error


def _last_of_month(first: date) -> int:
    length = 31 if first.month == 12 else (first.replace(month=first.month + 1) - first).days
    return day_number(first) + length - 1


def _no_date(name: str, value: object) -> QueryError:
    return QueryError(
        f"{name}: {value!r} is not a date.",
        slug="bad-date",
        hint="Write 2008, 2008-05 or 2008-05-31.",
    )
