"""What was in force on a day: clauses for the days that the build worked out for each document."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from droindex.engine.clauses import Bool, Clause, Span
from droindex.engine.fields import LAST_DAY, day_number
from droindex.engine.schema import BINDS_FROM, BINDS_TO, MAY_BIND_FROM, MAY_BIND_TO

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["binds", "may_bind", "never_known", "unknown_among"]


def binds(first: int | None, last: int | None) -> Bool:
    """Return what matches the documents that are in force for certain on some day of a span.

    Args:
        first: The first day, as a day number; None for no bound.
        last: The last day, likewise.
    """
    low = day_number(date.min) if first is None else first
    high = LAST_DAY if last is None else last
    return Bool(must=(Span(BINDS_FROM, None, high), Span(BINDS_TO, low, None)))


def may_bind(first: int | None, last: int | None) -> Bool:
    """Return what matches the documents of which it is not known whether they are.

    Args:
        first: The first day, as a day number; None for no bound.
        last: The last day, likewise.
    """
    known = binds(first, last)
    begins, ends = known.must
    assert isinstance(begins, Span)
    assert isinstance(ends, Span)
    return Bool(
        must=(begins._replace(field=MAY_BIND_FROM), ends._replace(field=MAY_BIND_TO)),
        must_not=(known,),
    )


def never_known() -> Span:
    """Return what matches the documents of which it is not known on some day."""
    return Span(MAY_BIND_FROM, day_number(date.min), None)


def unknown_among(filters: Sequence[Clause]) -> tuple[Clause, ...] | None:
    """Return filters with what is not known in place of what is in force; None where none asks.

    Args:
        filters: What hits must match.
    """
    found = [_unknown(clause) for clause in filters]
    if all(other is None for other in found):
        return None
    return tuple(other or clause for clause, other in zip(filters, found, strict=True))


def _unknown(clause: Clause) -> Clause | None:
    """Return the counterpart of a clause that `binds` made; None for another clause."""
    if not isinstance(clause, Bool) or len(clause.must) != len((BINDS_FROM, BINDS_TO)):
        return None
    begins, ends = clause.must
    if isinstance(begins, Span) and isinstance(ends, Span) and begins.field == BINDS_FROM:
        return may_bind(ends.low, begins.high)
    return None
