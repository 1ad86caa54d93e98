"""Fields that filter the hits: `opi:ADDRM`, `issued:2004..2006`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from droindex.engine.clauses import Bool, Span
from droindex.engine.fields import FIELDS, FieldKind
from droindex.engine.schema import CUSTOM_KEY
from droindex.errors import QueryError
from droindex.library.custom_filters import kinds_of
from droindex.query.compile.contribution import NOTHING, Contribution, all_of, combined
from droindex.query.compile.filters import (
    custom_range,
    day_span,
    field_filter,
    first_day,
    in_force_between,
    last_day,
)
from droindex.query.language import nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.engine.clauses import Clause
    from droindex.query.compile.context import QueryContext

__all__ = ["FilterCompiler", "is_filter"]


_DAYS = (FieldKind.DATE, FieldKind.PERIOD)


def is_filter(item: nodes.Node) -> bool:
    """Whether a node only filters the hits: ranges and values of fields without text."""
    if isinstance(item, nodes.Fielded):
        return item.field not in FIELDS or FIELDS[item.field].kind is not FieldKind.TEXT
    if isinstance(item, nodes.Or):
        return all(is_filter(branch) for branch in item.nodes)
    return isinstance(item, nodes.Range)


class FilterCompiler:
    """Compiles the filters of one query; a value that is none becomes a note.

    Args:
        context: The query and its set.
    """

    def __init__(self, context: QueryContext) -> None:
        self._context = context

    def compiled(self, item: nodes.Node) -> Contribution:
        """Return the filter of `field:value` or a range; without one where it has no value."""
        if isinstance(item, nodes.Range):
            return self._range(item)
        if isinstance(item, nodes.Or):
            return _either([self.compiled(branch) for branch in item.nodes])
        assert isinstance(item, nodes.Fielded)
        return self._keyword(item.field, item.node)

    def _keyword(self, name: str, node: nodes.Node) -> Contribution:
        match node:
            case nodes.Group() | nodes.Or():
                return _either([self._keyword(name, part) for part in node.nodes])
            case nodes.And():
                bound = combined([self._keyword(name, part) for part in node.nodes])
                clause = all_of(bound.clauses)
                return bound if clause is None else bound.scoring(clause)
            case nodes.Not():
                inner = self._keyword(name, node.node)
                return inner.scoring(*[Bool(must_not=(clause,)) for clause in inner.clauses])
            case nodes.Word():
                return self._word(name, node)
            case nodes.Phrase():
                return self._value(name, node.text, node.start)
        return NOTHING

    def _word(self, name: str, node: nodes.Word) -> Contribution:
        told = self._fuzzy_value(name, node) if node.edits else NOTHING
        if node.pattern and name not in FIELDS:
            start = f"{name}{'~' if kinds_of(self._context.reader)[name] == 'text' else '='}"
            return combined((told, self._context.pattern(node, CUSTOM_KEY, start)))
        if node.pattern and FIELDS[name].kind not in _DAYS:
            return combined((told, self._context.pattern(node, f"{name}_key")))
        return combined((told, self._value(name, node.text, node.start)))

    def _value(self, name: str, text: str, position: int) -> Contribution:
        try:
            return Contribution((field_filter(self._context.reader, name, text),))
        except QueryError as error:
            return self._bad_value(error, position)

    def _fuzzy_value(self, name: str, node: nodes.Word) -> Contribution:
        """Say that whole values are not looked for with slips; the value is taken as written."""
        message = f"The field “{name}” holds whole values, which are not looked for with slips."
        hint = "A ~ works behind words, and in title:, summary: and body:."
        if self._context.strict:
            raise QueryError(
                message,
                query=self._context.parsed.text,
                position=node.end - 1,
                hint=hint,
                slug="bad-fuzzy",
            )
        return Contribution(notes=(f"{message} The ~ was ignored. {hint}",))

    def _range(self, item: nodes.Range) -> Contribution:
        try:
            if item.field not in FIELDS:
                return Contribution((self._custom_range(item),))
            if FIELDS[item.field].kind is FieldKind.PERIOD:
                return Contribution((self._period(item),))
            span = day_span(item.field, item.low, item.high)
        except QueryError as error:
            return self._bad_value(error, item.start)
        if not isinstance(span, Span):
            return Contribution((span,))
        # An open bound leaves out the whole day, month or year that it names.
        low, high = span.low, span.high
        if item.low_open and item.low is not None:
            low = last_day(item.field, item.low) + 1
        if item.high_open and item.high is not None:
            high = first_day(item.field, item.high) - 1
        return Contribution((Span(item.field, low, high),))

    def _period(self, item: nodes.Range) -> Clause:
        """Return what is in force on some day of a range; an open bound is itself outside."""
        low, high = item.low, item.high
        after = low and item.low_open and date.fromordinal(last_day(item.field, low) + 1)
        before = high and item.high_open and date.fromordinal(first_day(item.field, high) - 1)
        return in_force_between(item.field, after or low, before or high)

    def _custom_range(self, item: nodes.Range) -> Clause:
        return custom_range(
            self._context.reader,
            item.field,
            item.low,
            item.high,
            low_open=item.low_open,
            high_open=item.high_open,
        )

    def _bad_value(self, error: QueryError, position: int) -> Contribution:
        if self._context.strict:
            raise QueryError(
                error.message,
                query=self._context.parsed.text,
                position=position,
                hint=error.hint,
                slug=error.slug,
            ) from error
        return Contribution(notes=(f"{error.message} It was left out. {error.hint}",))


def _either(branches: Sequence[Contribution]) -> Contribution:
    """Return the filter that one of several filters must fulfil."""
    found = combined(branches)
    return found.scoring(Bool(should=found.clauses)) if found.clauses else found
