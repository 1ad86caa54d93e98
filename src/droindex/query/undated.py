"""Dated searches: how many documents fit but for a date that they do not have.

Who asks for what is of 2006 must be told of what may be of 2006, and does not say so.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from droindex.engine.analysis import fold
from droindex.engine.clauses import AnyOf, Bool, Clause, Constant, Span, Wildcard
from droindex.engine.fields import DATE, IN_FORCE, YEAR, day_number
from droindex.engine.schema import (
    BINDS_FROM,
    BINDS_TO,
    MAY_BIND_FROM,
    MAY_BIND_TO,
    key_field,
)
from droindex.library.in_force import unknown_among
from droindex.query.compile.filters import UNKNOWN
from droindex.query.language import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.library.reader import SetReader
    from droindex.query.compile.contribution import Compiled
    from droindex.query.request import Request

__all__ = ["days_in_question", "days_of_query", "undated_notes", "unknown_notes"]

_MISSED = {  # what a document does not have that is left out
    DATE: "no date",
    "issued": "no date of issue",
    "effective": "no date of effect",
    "revised": "no date of revision",
    "expires": "no date of expiry",
}
_BETTER = frozenset(("issued", "effective", "revised"))  # kinds in whose place the best date serves
_YEAR_KEY = key_field(YEAR)


def days_in_question(request: Request, parsed: nodes.Parsed) -> str:
    """Return the day, or days, of which it is asked what was in force; an empty text for none."""
    if request.in_force_on is not None:
        return str(request.in_force_on)
    return days_of_query(parsed)


def days_of_query(parsed: nodes.Parsed) -> str:
    """Return the days of `inforce:2006-03-01`, where a query demands them of each hit."""
    for item in parsed.root.nodes:
        is_period = isinstance(item, nodes.Fielded | nodes.Range) and item.field == IN_FORCE
        if is_period and (text := parsed.text[item.start : item.end].partition(":")[2].strip('"')):
            return "" if fold(text) == UNKNOWN else text
    return ""


_OF_PERIODS = frozenset((BINDS_FROM, BINDS_TO, MAY_BIND_FROM, MAY_BIND_TO))


def unknown_notes(reader: SetReader, compiled: Compiled, days: str) -> Iterator[str]:
    """Yield of how many documents it is not known whether they are in force when it is asked for.

    Args:
        reader: The set.
        compiled: The query that was answered.
        days: The day, or the days, as they were asked for.
    """
    own = compiled.hit_filters
    filters = unknown_among((*compiled.filters, *own.filters))
    if filters is None:
        return
    unknown = compiled._replace(filters=filters, hit_filters=own._replace(filters=()))
    if not (number := reader.documents.count(unknown.limited())):
        return
    documents = "1 document that matches" if number == 1 else f"{number} documents that match"
    yield (
        f"{documents} may have been in force on {days}: that is not known, and left out. "
        "Ask for what is not known as well to see them."
    )


def undated_notes(reader: SetReader, compiled: Compiled, total: int) -> Iterator[str]:
    """Yield how many documents a query leaves out for having no date, and how to find them.

    Args:
        reader: The set.
        compiled: The query that was answered.
        total: How many documents it found.
    """
    if ":" not in compiled.parsed.text and not compiled.hit_filters.filters:
        return  # nothing names a field: a search without dates pays nothing
    fields: dict[str, None] = {}
    open_ended = _open_ended(compiled, fields)
    if not fields:
        return
    left_out = reader.documents.count(open_ended.limited()) - total
    if not left_out:
        return
    missed = " or ".join(_MISSED.get(name, f"no date in “{name}”") for name in fields)
    if left_out == 1:
        note = f"1 document that matches has {missed} and is left out."
    else:
        note = f"{left_out} documents that match have {missed} and are left out."
    if fields.keys() <= _BETTER and (others := _of_another_kind(reader, open_ended) - total):
        have = "has" if others == 1 else "have"
        note += f" {others} of them {have} a date of another kind: ask with date: to go by it."
    yield note


def _of_another_kind(reader: SetReader, open_ended: Compiled) -> int:
    """Return how many documents have a date of some kind, and fit but for that."""
    dated = open_ended._replace(filters=(*open_ended.filters, _any_day(DATE)))
    return reader.documents.count(dated.limited())


def _open_ended(compiled: Compiled, fields: dict[str, None]) -> Compiled:
    """Return a query in which no date fits every range of days; note the fields of the ranges."""
    clause = compiled.clause
    own = compiled.hit_filters
    return compiled._replace(
        clause=None if clause is None else _opened(clause, fields),
        filters=tuple(_opened(item, fields) for item in compiled.filters),
        excluded=tuple(_opened(item, fields, is_excluded=True) for item in compiled.excluded),
        hit_filters=own._replace(filters=tuple(_opened(item, fields) for item in own.filters)),
    )


def _opened(clause: Clause, fields: dict[str, None], *, is_excluded: bool = False) -> Clause:
    """Return a clause that documents match, too, that lack a date it asks for.

    Args:
        clause: The clause.
        fields: Takes the date fields that it asks for.
        is_excluded: Whether hits must not match it: no date is left out then.
    """
    match clause:
        case Constant():
            return clause._replace(clause=_opened(clause.clause, fields, is_excluded=is_excluded))
        case Bool():
            must, should = (
                tuple(_opened(item, fields, is_excluded=is_excluded) for item in part)
                for part in (clause.must, clause.should)
            )
            must_not = tuple(
                _opened(item, fields, is_excluded=not is_excluded) for item in clause.must_not
            )
            return Bool(must, should, must_not)
    name = _date_field(clause)
    if name is None or is_excluded:
        return clause
    fields[name] = None
    return Bool(should=(clause, Bool(must_not=(_any_day(name),))))


def _any_day(name: str) -> Span:
    """Return what matches the documents that have a date in a field."""
    return Span(name, day_number(date.min), None)


def _date_field(clause: Clause) -> str | None:
    """Return the date field that a clause without others in it asks for; None if it asks none."""
    if isinstance(clause, Span):
        return None if clause.field in _OF_PERIODS else clause.field
    is_year = isinstance(clause, AnyOf | Wildcard) and clause.field == _YEAR_KEY
    return DATE if is_year else None
