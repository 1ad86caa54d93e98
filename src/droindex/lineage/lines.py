"""Lines of documents: which belong together, and in what order they stand.

A line is all that edges lead to, whichever way: so it is the same from each of its members,
however it forks and merges.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from droindex.lineage.edges import Edge
    from droindex.model import Document

__all__ = ["Graph", "circles", "in_order", "lines_of"]


class Graph(NamedTuple):
    """Who follows whom.

    Attributes:
        newer: Document -> those that replace it.
        older: Document -> those that it replaces.
    """

    newer: Mapping[str, set[str]]
    older: Mapping[str, set[str]]

    @classmethod
    def of(cls, edges: Iterable[Edge]) -> Graph:
        """Return the graph of edges."""
        newer: dict[str, set[str]] = defaultdict(set)
        older: dict[str, set[str]] = defaultdict(set)
        for edge in edges:
            newer[edge.old].add(edge.new)
            older[edge.new].add(edge.old)
        return cls(dict(newer), dict(older))


def lines_of(edges: Collection[Edge]) -> list[list[str]]:
    """Return the ids of each line, in no order that says anything.

    Args:
        edges: All edges; a document without one stands in no line.
    """
    graph = Graph.of(edges)
    seen: set[str] = set()
    found: list[list[str]] = []
    for start in sorted(graph.newer.keys() | graph.older.keys()):
        if start in seen:
            continue
        line, waiting = {start}, [start]
        while waiting:
            own = waiting.pop()
            fresh = (graph.newer.get(own, set()) | graph.older.get(own, set())) - line
            line |= fresh
            waiting += sorted(fresh)
        seen |= line
        found.append(sorted(line))
    return found


def in_order(
    line: Collection[str], edges: Iterable[Edge], documents: Mapping[str, Document]
) -> list[str]:
    """Return the ids of a line so that older ones stand before newer.

    Dates decide what edges leave open, then ids.

    Args:
        line: The members.
        edges: What leads from one to another; those outside the line do not matter.
        documents: The documents, by id.
    """
    graph = Graph.of(edge for edge in edges if edge.new in line and edge.old in line)

    def key(doc_id: str) -> tuple[date, str]:
        best = documents[doc_id].best_date
        return best[0] if best else date.max, doc_id

    pending = {doc_id: len(graph.older.get(doc_id, ())) for doc_id in line}
    ready = [key(doc_id) for doc_id, count in pending.items() if not count]
    heapq.heapify(ready)
    ordered: list[str] = []
    by_date = iter(sorted(pending, key=key))
    while pending:
        # in a circle no one is first: the earliest date is taken to be
        doc_id = (
            heapq.heappop(ready)[1] if ready else next(one for one in by_date if one in pending)
        )
        if pending.pop(doc_id, None) is None:
            continue
        ordered.append(doc_id)
        for following in graph.newer.get(doc_id, set()) & pending.keys():
            pending[following] -= 1
            if pending[following] == 0:
                heapq.heappush(ready, key(following))
    return ordered


def circles(graph: Graph) -> dict[str, int]:
    """Return the circle that each document stands in, by a number; those in none are left out.

    Circles that share a document are one: the strongly connected components, by Tarjan's algorithm
    (Depth-first search and linear graph algorithms, 1972), without recursion.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: dict[str, int] = {}
    for root in sorted(graph.newer):
        if root in index:
            continue
        work = [(root, iter(sorted(graph.newer.get(root, ()))))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            own, following = work[-1]
            for other in following:
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(sorted(graph.newer.get(other, ())))))
                    break
                if other in on_stack:
                    low[own] = min(low[own], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[own])
                if low[own] == index[own]:
                    _close(own, stack, on_stack, found)
    return found


def _close(root: str, stack: list[str], on_stack: set[str], found: dict[str, int]) -> None:
    """Take a finished component off the stack; one of two documents or more is a circle."""
    members: list[str] = []
    while True:
        member = stack.pop()
        on_stack.discard(member)
        members.append(member)
        if member == root:
            break
    if len(members) > 1:
        number = len(found)
        found.update(dict.fromkeys(members, number))
