"""Filters and date ranges -> clauses that limit the hits and never touch a score."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from droindex.engine.analysis import fold
from droindex.engine.clauses import AllDocuments, AnyOf, Bool, Clause, NoDocuments, Span
from droindex.engine.fields import CITES, DOC_ID, FACETS, FIELDS, FieldKind, day_number
from droindex.engine.schema import key_field
from droindex.errors import QueryError
from droindex.library.cited import cited_by, citing
from droindex.library.custom_filters import (
    count_custom,
    custom_between,
    custom_value,
    custom_words,
    kinds_of,
)
from droindex.library.in_force import binds, may_bind, never_known
from droindex.problems import nearest

if TYPE_CHECKING:
    from droindex.library.reader import SetReader

__all__ = [
    "UNKNOWN",
    "FilterValue",
    "check_facets",
    "custom_range",
    "day_span",
    "field_filter",
    "filter_values",
    "first_day",
    "in_force_between",
    "keyword_filter",
    "last_day",
    "near_value",
]

UNKNOWN = "unknown"  # as a day: documents of which it is not known when they are in force

FilterValue = str | int | date | Iterable[str]

_DAY = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2}))?(?:-(?P<day>\d{1,2}))?")
_NUMBERED = (FieldKind.IDENTIFIER, FieldKind.REFERENCE)  # found however they are punctuated
_MIN_PART = 4  # letters of a word of a value that is compared by itself; shorter ones are alike
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
    custom = kinds_of(reader)
    if name not in custom and (spec is None or spec.kind is FieldKind.TEXT):
        raise QueryError(
            f"There is no filter {name!r}.",
            slug="unknown-field",
            hint=_fields_hint("Filters", name, (*_filterable(), *custom)),
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
        QueryError: `bad-date` or `bad-citation`.
    """
    value = value.encode("utf-8", "replace").decode()
    if name not in FIELDS:
        return _custom_filter(reader, name, value)
    kind = FIELDS[name].kind
    if kind is FieldKind.DATE:
        return _days(name, value)
    if kind is FieldKind.CITATION:
        return citing(reader, value) if name == CITES else cited_by(reader, value)
    if kind is FieldKind.PERIOD:
        return _in_force(name, value)
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


def _custom_filter(reader: SetReader, name: str, value: str) -> Clause:
    """Return the clause of a custom field's value, or of two with `..` between."""
    kind = kinds_of(reader)[name]
    if kind == "text":
        return custom_words(reader, name, value)
    if kind == "keyword":
        return custom_value(reader, name, value)
    low, dots, high = value.partition("..")
    if not low and not high:
        raise _no_date(name, value) if kind == "date" else _no_number(name, value)
    return custom_range(reader, name, low or None, (high or None) if dots else low)


def custom_range(
    reader: SetReader,
    name: str,
    low: str | None,
    high: str | None,
    *,
    low_open: bool = False,
    high_open: bool = False,
) -> Clause:
    """Return the clause of a range of a custom field.

    Args:
        reader: The set.
        name: A custom field of dates or numbers.
        low: The lowest value as written; None for no bound.
        high: The highest one, likewise.
        low_open: Whether the lowest is left out, as a whole day, month or year.
        high_open: Whether the highest is.

    Raises:
        QueryError: `bad-date` or `bad-number`.
    """
    if kinds_of(reader)[name] == "number":
        first, last = (None if one is None else _number_of(name, one) for one in (low, high))
    else:
        first = _bound(name, low, last=low_open)
        last = _bound(name, high, last=not high_open)
    return custom_between(reader, name, first, last, low_open=low_open, high_open=high_open)


def _number_of(name: str, written: str) -> float:
    try:
        return float(written)
    except ValueError:
        raise _no_number(name, written) from None


def _no_number(name: str, value: object) -> QueryError:
    return QueryError(
        f"{name}: {value!r} is not a number.", slug="bad-number", hint="Write 1250 or 12.5."
    )


def _days(name: str, value: str) -> Clause:
    """Return the clause of a day, month or year, or of two with `..` between."""
    low, dots, high = value.partition("..")
    if not low and not high:
        raise _no_date(name, value)
    return day_span(name, low or None, (high or None) if dots else low)


def _in_force(name: str, value: str) -> Clause:
    """Return the clause of the documents that are in force on a day, or on some day of a range."""
    if fold(value) == UNKNOWN:
        return never_known()
    low, dots, high = value.partition("..")
    if not low and not high:
        raise _no_date(name, value)
    return in_force_between(name, low or None, (high or None) if dots else low)


def in_force_between(
    name: str,
    low: str | date | None,
    high: str | date | None,
    *,
    or_unknown: bool = False,
) -> Clause:
    """Return the clause of the documents that are in force on some day of a range.

    Args:
        name: What to call it where a day is none.
        low: First day: a date, or `2004`, `2004-05`, `2004-05-31`; None for no bound.
        high: Last day, likewise; a year or a month means its last day.
        or_unknown: Whether those count as well of which it is not known.

    Raises:
        QueryError: `bad-date`.
    """
    first = _bound(name, low, last=False)
    final = _bound(name, high, last=True)
    if first is not None and final is not None and first > final:
        return NoDocuments()
    known = binds(first, final)
    return _either(known, may_bind(first, final)) if or_unknown else known


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


def check_facets(names: Sequence[str], custom: Mapping[str, str]) -> None:
    """Raise QueryError (`unknown-field`) for a name that cannot be counted.

    Args:
        names: What is to be counted.
        custom: The kinds of the set's custom fields, by name.
    """
    countable = (*FACETS, *(name for name, kind in custom.items() if kind == "keyword"))
    for name in names:
        if name not in countable:
            raise QueryError(
                f"There is no facet {name!r}.",
                slug="unknown-field",
                hint=_fields_hint("Facets", name, countable),
            )


def near_value(reader: SetReader, name: str, value: str) -> str | None:
    """Return the value of a keyword field that is like one that no document has; None if none is.

    A word of a value is enough: a surname, the last word of a place.

    Args:
        reader: The set.
        name: The field.
        value: What was asked for.
    """
    if kinds_of(reader).get(name) == "keyword":
        counted = count_custom(reader, AllDocuments(), (name,), _MAX_VALUES)[name]
        own = {fold(known): known for known, _ in counted}
        return own.get(nearest(fold(value), own) or "")
    if name not in FACETS:
        return None
    facets = reader.documents.facets(AllDocuments(), (name,), _MAX_VALUES)[name]
    shown = {fold(known): known for known, _ in facets}
    names = reader.documents.terms(key_field(name), "", _MAX_VALUES)
    if near := nearest(fold(value), (*shown, *(term for term, _ in names))):
        return shown.get(near, near)
    parts = {part: own for own in shown for part in own.split() if len(part) >= _MIN_PART}
    near = nearest(fold(value), parts)
    return shown[parts[near]] if near else None


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
