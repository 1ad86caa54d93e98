"""When each document is in force: from its start, up to but without its end.

What is known is told apart from what is only possible: a bound has the first and the last day that
it may fall on. A document is in force for certain where all of these agree.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from droindex.lineage.lines import Graph, circles
from droindex.metadata.dates import is_month
from droindex.standing import Bound, BoundReason, InForce

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from droindex.lineage.edges import Edge
    from droindex.model import Document

__all__ = ["Intervals"]

_STATED = 1.0
_BY_STATUS = 0.6  # that a later edition replaced what says it is over: two things that agree
_REVISED = 0.5  # that a document was in force since its revision, which says nothing of before
_OLDER_SUCCESSOR = "What is said to replace it is older than it."
_CIRCLE = "It is said to replace what is said to replace it."
_ITSELF = "It is said to replace itself."
_EXPIRY = "It is said to expire before it begins."


class _Span(NamedTuple):
    """The first and the last day that a start may fall on; None where nothing is known."""

    earliest: date | None
    latest: date | None


@dataclass(slots=True)
class _Doubts:
    """What is contradicted: edges, and sentences that say so of documents."""

    edges: set[tuple[str, str]] = field(default_factory=set)
    of: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


class Intervals:
    """Works out when the documents of one set are in force.

    Args:
        documents: The documents that may be in force at all, by id.
        edges: Who replaces whom among them, stated or inferred.
        is_over: Whether a document says of itself that it is no longer in force.
        selves: Ids of documents that state they replace themselves.
    """

    def __init__(
        self,
        documents: Mapping[str, Document],
        edges: Iterable[Edge],
        is_over: Callable[[Document], bool],
        selves: frozenset[str] = frozenset(),
    ) -> None:
        self._documents = documents
        self._is_over = is_over
        self._whole = [edge for edge in edges if edge.part is None]
        self._stated = [edge for edge in self._whole if not edge.is_inferred]
        self._starts = {key: _start(document) for key, document in documents.items()}
        self._doubts = _Doubts()
        for doc_id in selves & documents.keys():
            self._doubts.of[doc_id].append(_ITSELF)
        self._settle_circles()
        kept = [edge for edge in self._stated if edge.step not in self._doubts.edges]
        self._narrow_starts(kept)
        self._graph = _graph_of([*kept, *(edge for edge in self._whole if edge.is_inferred)])
        self._by_old: dict[str, list[Edge]] = defaultdict(list)
        for edge in self._whole:
            if edge.step not in self._doubts.edges:
                self._by_old[edge.old].append(edge)
        self._first_after = self._first_days_after()

    @property
    def doubtful(self) -> set[tuple[str, str]]:
        """The edges, as pairs of newer and older, that dates or other statements contradict."""
        return self._doubts.edges

    def of(self, doc_id: str) -> InForce:
        """Return when a document is in force."""
        start = self._starts[doc_id]
        end = self._end(doc_id)
        doubts = tuple(dict.fromkeys(self._doubts.of.get(doc_id, ())))
        return InForce(start, end, doubts)

    # circles and starts -------------------------------------------------------------------------

    def _settle_circles(self) -> None:
        """Doubt the edges of circles that dates contradict; all of a circle that none decide."""
        found = circles(_graph_of(self._stated))
        inside = [e for e in self._stated if e.new in found and found[e.new] == found.get(e.old)]
        undecided: set[int] = set()
        for edge in inside:
            self._doubts.of[edge.new].append(_CIRCLE)
            new, old = self._starts[edge.new], self._starts[edge.old]
            if new.earliest is None or old.latest is None:
                undecided.add(found[edge.new])
            elif new.earliest <= old.latest:
                self._doubts.edges.add(edge.step)
        kept = [edge for edge in inside if edge.step not in self._doubts.edges]
        undecided |= {found[doc_id] for doc_id in circles(_graph_of(kept))}
        for edge in inside:
            if found[edge.new] in undecided:
                self._doubts.edges.add(edge.step)
        self._undecided = {doc_id for doc_id, circle in found.items() if circle in undecided}

    def _narrow_starts(self, kept: Sequence[Edge]) -> None:
        """Let what has no date begin no earlier than what it replaced."""
        floor: dict[str, date] = {}
        graph = _graph_of(kept)
        for doc_id in _older_first(graph):
            below = [floor[old] for old in graph.older.get(doc_id, ()) if old in floor]
            start = self._starts[doc_id]
            if start.earliest is None and below:
                latest = start.latest
                if latest is None or max(below) <= latest:
                    self._starts[doc_id] = start = Bound(
                        start.day, start.reason, start.confidence, max(below), latest
                    )
            if start.earliest is not None:
                floor[doc_id] = start.earliest

    # ends ---------------------------------------------------------------------------------------

    def _first_days_after(self) -> dict[str, _Span]:
        """Return the first days on which any of those that follow a document begins."""
        found: dict[str, _Span] = {}
        for doc_id in reversed(_older_first(self._graph)):
            spans: list[_Span] = []
            for new in self._graph.newer.get(doc_id, ()):
                start = self._starts[new]
                spans.append(_Span(start.earliest if start.day else None, start.latest))
                if new in found:
                    spans.append(found[new])
            found[doc_id] = _Span(
                min((span.earliest for span in spans if span.earliest), default=None),
                min((span.latest for span in spans if span.latest), default=None),
            )
        return found

    def _end(self, doc_id: str) -> Bound | None:
        """Return when a document ends: by expiry or by what replaced it, whichever comes first."""
        document, start = self._documents[doc_id], self._starts[doc_id]
        replaced = self._replaced(doc_id)
        if document.expires is None:
            return replaced
        over = document.expires + timedelta(days=1) if document.expires < date.max else date.max
        if start.earliest is not None and over <= start.earliest:
            self._doubts.of[doc_id].append(_EXPIRY)
            return Bound(None, BoundReason.CONTRADICTED, 0.0, start.earliest, None)
        expired = Bound(over, BoundReason.EXPIRES, _sure(document, "expires"), over, over)
        if replaced is None or (replaced.earliest is not None and replaced.earliest >= over):
            return expired
        if replaced.reason is BoundReason.STATUS:
            return expired  # it says that it is over, and since when it says as well
        latest = min(over, replaced.latest) if replaced.latest else over
        return Bound(replaced.day, replaced.reason, replaced.confidence, replaced.earliest, latest)

    def _replaced(self, doc_id: str) -> Bound | None:
        """Return when a document is replaced; None where nothing says that it is."""
        start = self._starts[doc_id]
        edges = self._by_old.get(doc_id, ())
        stated = [edge for edge in edges if not edge.is_inferred]
        if doc_id in self._undecided:
            return Bound(None, BoundReason.CONTRADICTED, 0.0, start.earliest, None)
        if stated:
            return self._by_successors(doc_id, stated)
        if named := self._by_name(doc_id):
            return named
        later = [edge for edge in edges if edge.is_inferred]
        is_over = self._is_over(self._documents[doc_id])
        if later:
            return self._by_edition(doc_id, later[0], is_over=is_over)
        return Bound(None, BoundReason.STATUS, 0.0, start.earliest, None) if is_over else None

    def _by_successors(self, doc_id: str, stated: Sequence[Edge]) -> Bound:
        """Return the end that stated successors give: the start of the first of them."""
        start, after = self._starts[doc_id], self._first_after[doc_id]
        before = start.latest or start.earliest
        if self._is_older_after(doc_id):
            self._doubt_older(doc_id, stated)
            return Bound(None, BoundReason.CONTRADICTED, 0.0, start.earliest, None)
        dated = [edge for edge in stated if self._starts[edge.new].day]
        if len(dated) < len(stated) or not dated:
            # one that has no date may have come first
            return Bound(None, BoundReason.UNDATED, 0.0, before, after.latest)
        first = min(dated, key=lambda edge: (self._starts[edge.new].day or date.max, edge.new))
        bound = self._starts[first.new]
        earliest = min(filter(None, (*after, bound.earliest)), default=None)
        confidence = min(first.confidence, bound.confidence)
        return Bound(bound.day, BoundReason.REPLACED, confidence, earliest, after.latest)

    def _is_older_after(self, doc_id: str) -> bool:
        """Whether anything that follows a document begins before it does."""
        own, after = self._starts[doc_id].earliest, self._first_after[doc_id].latest
        return own is not None and after is not None and after < own

    def _doubt_older(self, doc_id: str, stated: Sequence[Edge]) -> None:
        """Say that a successor is older than what it is said to replace."""
        self._doubts.of[doc_id].append(_OLDER_SUCCESSOR)
        own = self._starts[doc_id].earliest
        for edge in stated:
            latest = self._starts[edge.new].latest
            if latest and own and latest < own:
                self._doubts.edges.add(edge.step)

    def _by_name(self, doc_id: str) -> Bound | None:
        """Return the end that a successor gives which is not in the library: its date, if named."""
        document, start = self._documents[doc_id], self._starts[doc_id]
        whole = [own for own in document.superseded_by if own.doc_id is None and own.part is None]
        whole = [own for own in whole if own.text.strip() != doc_id]
        if not whole:
            return None
        days = [own.issued for own in whole if own.issued]
        if len(days) < len(whole) or (start.earliest and min(days) < start.earliest):
            return Bound(None, BoundReason.UNDATED, 0.0, start.earliest, None)
        sure = document.confidence.get("superseded_by", _STATED)
        return Bound(min(days), BoundReason.REPLACED, sure, min(days), min(days))

    def _by_edition(self, doc_id: str, edge: Edge, *, is_over: bool) -> Bound:
        """Return the end that a later edition likely gives; known where the document is over."""
        begins, start = self._starts[edge.new], self._starts[doc_id]
        if self._is_older_after(doc_id):
            return Bound(None, BoundReason.CONTRADICTED, 0.0, start.earliest, None)
        floor = min(filter(None, (*self._first_after[doc_id], begins.earliest)), default=None)
        if is_over and begins.day:
            return Bound(begins.day, BoundReason.LATER_EDITION, _BY_STATUS, floor, begins.latest)
        return Bound(None, BoundReason.LATER_EDITION, edge.confidence, floor, None)


def _graph_of(edges: Iterable[Edge]) -> Graph:
    return Graph.of(edge.step for edge in edges)


def _older_first(graph: Graph) -> list[str]:
    """Return the documents of a graph without circles so that older ones come first."""
    pending = {
        key: len(graph.older.get(key, ())) for key in graph.newer.keys() | graph.older.keys()
    }
    ready = sorted(key for key, count in pending.items() if not count)
    ordered: list[str] = []
    while ready:
        own = ready.pop()
        ordered.append(own)
        for new in graph.newer.get(own, ()):
            pending[new] -= 1
            if not pending[new]:
                ready.append(new)
    return ordered


def _start(document: Document) -> Bound:
    """Return when a document begins: on its day of effect, else of issue."""
    for name in ("effective", "issued"):
        day: date | None = getattr(document, name)
        if day is None:
            continue
        written = getattr(document, f"{name}_text") or ""
        last = _end_of_month(day) if day.day == 1 and is_month(written) else day
        return Bound(day, BoundReason(name), _sure(document, name), day, last)
    if document.revised is not None:
        return Bound(None, BoundReason.REVISED, _REVISED, None, document.revised)
    return Bound(None, BoundReason.UNDATED, 0.0, None, None)


def _sure(document: Document, name: str) -> float:
    return document.confidence.get(name, _STATED)


def _end_of_month(day: date) -> date:
    if day.month == 12:
        return day.replace(day=31)
    return day.replace(month=day.month + 1, day=1) - timedelta(days=1)
