"""Fields that limit the hits -> filters: `opi:ADDRM`, `issued:2004..2006`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.errors import QueryError
from droindex.index.clauses import Bool, Clause, Span
from droindex.index.fields import FIELDS, FieldKind
from droindex.query import nodes
from droindex.query.asked import all_of
from droindex.query.filters import day_span, field_filter, first_day, last_day

if TYPE_CHECKING:
    from droindex.query.asked import Draft

__all__ = ["LimitCompiler", "is_limit"]


def is_limit(item: nodes.Node) -> bool:
    """Whether a node limits the hits without a score: ranges and values of fields without text."""
    if isinstance(item, nodes.Fielded):
        return FIELDS[item.field].kind is not FieldKind.TEXT
    if isinstance(item, nodes.Or):
        return all(is_limit(branch) for branch in item.nodes)
    return isinstance(item, nodes.Range)


class LimitCompiler:
    """Turns the limits of one query into filters; a value that is none becomes a note.

    Args:
        draft: What the compilation gathers.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def limit(self, item: nodes.Node) -> Clause | None:
        """Return the filter of `field:value` or a range; None where its value is no value."""
        if isinstance(item, nodes.Range):
            return self._range(item)
        if isinstance(item, nodes.Or):
            either = [clause for branch in item.nodes if (clause := self.limit(branch))]
            return Bool(should=tuple(either)) if either else None
        assert isinstance(item, nodes.Fielded)
        return self._keyword(item.field, item.node)

    def _keyword(self, name: str, node: nodes.Node) -> Clause | None:
        if isinstance(node, nodes.Group | nodes.Or):
            found = [clause for part in node.nodes if (clause := self._keyword(name, part))]
            return Bool(should=tuple(found)) if found else None
        if isinstance(node, nodes.And):
            found = [clause for part in node.nodes if (clause := self._keyword(name, part))]
            return all_of(found)
        if isinstance(node, nodes.Not):
            inner = self._keyword(name, node.node)
            return Bool(must_not=(inner,)) if inner is not None else None
        if not isinstance(node, nodes.Word | nodes.Phrase):
            return None
        if isinstance(node, nodes.Word) and node.slips:
            self._fuzzy_value(name, node)
        if isinstance(node, nodes.Word) and node.pattern and FIELDS[name].kind != FieldKind.DATE:
            return self._draft.pattern(node, f"{name}_key")
        try:
            return field_filter(self._draft.reader, name, node.text)
        except QueryError as error:
            return self._bad_value(error, node.start)

    def _fuzzy_value(self, name: str, node: nodes.Word) -> None:
        """Say that whole values are not looked for with slips; the value is taken as written."""
        message = f"The field “{name}” holds whole values, which are not looked for with slips."
        hint = "A ~ works behind words, and in title:, summary: and body:."
        if self._draft.strict:
            raise QueryError(
                message,
                query=self._draft.parsed.text,
                position=node.end - 1,
                hint=hint,
                slug="bad-fuzzy",
            )
        self._draft.out.notes.append(f"{message} The ~ was ignored. {hint}")

    def _range(self, item: nodes.Range) -> Clause | None:
        try:
            span = day_span(item.field, item.low, item.high)
        except QueryError as error:
            return self._bad_value(error, item.start)
        if not isinstance(span, Span):
            return span
        # An open bound leaves out the whole day, month or year that it names.
        low, high = span.low, span.high
        if item.low_open and item.low is not None:
            low = last_day(item.field, item.low) + 1
        if item.high_open and item.high is not None:
            high = first_day(item.field, item.high) - 1
        return Span(item.field, low, high)

    def _bad_value(self, error: QueryError, position: int) -> Clause | None:
        if self._draft.strict:
            raise QueryError(
                error.message,
                query=self._draft.parsed.text,
                position=position,
                hint=error.hint,
                slug=error.slug,
            ) from error
        self._draft.out.notes.append(f"{error.message} It was left out. {error.hint}")
        return None
