"""The documents of one clearance set, each with its line, its relations and its time in force."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from droindex.lineage.edges import Edge, stated_edges
from droindex.lineage.editions import inferred_editions
from droindex.lineage.intervals import Intervals
from droindex.lineage.lines import Graph, in_order, lines_of
from droindex.lineage.parts import parts_of_chapters
from droindex.standing import InForce, Relation, RelationKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from droindex.model import Document

__all__ = ["Binding", "derived"]

_ORDER = tuple(RelationKind)


class Binding(NamedTuple):
    """What a corpus says of statuses.

    Attributes:
        may_bind: Whether a document may be in force at all: no draft, no help page.
        is_over: Whether a document says of itself that it is no longer in force.
    """

    may_bind: Callable[[Document], bool]
    is_over: Callable[[Document], bool]


def derived(
    documents: Mapping[str, Document],
    binding: Binding,
    is_series: Callable[[str], bool] = lambda _: False,
) -> dict[str, Document]:
    """Return the documents with `in_force`, `line` and `relations`, as far as these tell of them.

    Args:
        documents: All documents of one clearance, by id, or all of some lines with the chapters
            that they belong to and their parts; their references are completed.
        binding: What the corpus says of statuses.
        is_series: Whether a key of `edition_keys` is that of more documents than are editions.
    """
    stated, selves = stated_edges(documents)
    bound = {key: document for key, document in documents.items() if binding.may_bind(document)}
    inferred = inferred_editions(bound, stated, is_series)
    edges = [*stated, *inferred]
    binding_edges = [edge for edge in edges if edge.new in bound and edge.old in bound]
    intervals = Intervals(bound, binding_edges, binding.is_over, selves)
    in_force = {key: intervals.of(key) for key in bound}  # doubts show while ends are worked out
    edges = [_judged(edge, intervals, is_bound=edge.new in bound) for edge in edges]
    relations = _relations(documents, edges)
    lines = _lines(documents, edges)
    return {
        key: _with(document, in_force.get(key), lines.get(key), relations.get(key, ()))
        for key, document in documents.items()
    }


def _judged(edge: Edge, intervals: Intervals, *, is_bound: bool) -> Edge:
    """Return an edge, marked as doubtful where it is: a draft, too, replaces nothing yet."""
    if is_bound and edge.step not in intervals.doubtful:
        return edge
    return replace(edge, is_doubtful=True)


def _with(
    document: Document,
    in_force: InForce | None,
    line: str | None,
    relations: tuple[Relation, ...],
) -> Document:
    return replace(document, in_force=in_force, line=line, relations=relations)


def _lines(documents: Mapping[str, Document], edges: list[Edge]) -> dict[str, str]:
    """Return the line of each document that stands in one, by the id of its oldest."""
    found: dict[str, str] = {}
    graph = Graph.of(edge.step for edge in edges if not edge.is_doubtful)
    for line in lines_of(edges):
        oldest = in_order({member: _day(documents[member]) for member in line}, graph)[0]
        found.update(dict.fromkeys(line, oldest))
    return found


def _day(document: Document) -> int | None:
    best = document.best_date
    return best[0].toordinal() if best else None


def _relations(
    documents: Mapping[str, Document], edges: Iterable[Edge]
) -> dict[str, tuple[Relation, ...]]:
    """Return what other documents are to each document: by kind, then by date."""
    found: dict[str, list[Relation]] = defaultdict(list)
    for edge in edges:
        is_part = edge.part is not None
        newer = RelationKind.AMENDED_BY if is_part else RelationKind.SUPERSEDED_BY
        older = RelationKind.AMENDS if is_part else RelationKind.SUPERSEDES
        found[edge.old].append(
            _relation(newer, documents[edge.new], edge, is_completed=not edge.said_by_old)
        )
        found[edge.new].append(
            _relation(older, documents[edge.old], edge, is_completed=not edge.said_by_new)
        )
    for document in documents.values():
        found[document.doc_id] += _not_here(document)
    for own in parts_of_chapters(documents):
        whole, part = documents[own.whole], documents[own.part]
        trust = {"source": own.source, "confidence": own.confidence}
        found[own.part].append(_named(RelationKind.PART_OF, whole, **trust))
        found[own.whole].append(_named(RelationKind.HAS_PART, part, is_completed=True, **trust))
    return {key: tuple(sorted(own, key=_place)) for key, own in found.items() if own}


def _relation(kind: RelationKind, other: Document, edge: Edge, *, is_completed: bool) -> Relation:
    return _named(
        kind,
        other,
        part=edge.part,
        source=edge.source,
        confidence=edge.confidence,
        is_completed=is_completed and not edge.is_inferred,
        is_inferred=edge.is_inferred,
        is_doubtful=edge.is_doubtful,
    )


def _named(kind: RelationKind, other: Document, **facts: object) -> Relation:
    best = other.best_date
    return Relation(
        kind,
        other.doc_id,
        other.title or other.doc_id,
        other.number,
        best[0] if best else None,
        **facts,  # type: ignore[arg-type]  # the two callers above name fields of a relation
    )


def _not_here(document: Document) -> Iterator[Relation]:
    """Yield the successors that a document names and that are not in the library."""
    for reference in document.superseded_by:
        if reference.doc_id is not None or reference.text.strip() == document.doc_id:
            continue
        yield Relation(
            RelationKind.AMENDED_BY if reference.part else RelationKind.SUPERSEDED_BY,
            None,
            reference.title or reference.text,
            reference.number,
            reference.issued,
            reference.part,
            document.sources.get("superseded_by", ""),
            document.confidence.get("superseded_by", 1.0),
        )


def _place(relation: Relation) -> tuple[int, str, str]:
    day = relation.day.isoformat() if relation.day else "9999"
    return _ORDER.index(relation.kind), day, relation.doc_id or relation.title
