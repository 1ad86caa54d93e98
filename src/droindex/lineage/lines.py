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
    from collections.abc import Set as AbstractSet

    from droindex.lineage.edges import Edge

__all__ = ["Graph", "circles", "in_order", "lines_of"]

_NO_DAY = date.max.toordinal()  # what has no date comes last
_NOBODY: frozenset[str] = frozenset()


class Graph(NamedTuple):
    """Who follows whom.

    Attributes:
        newer: Document -> those that replace it.
        older: Document -> those that it replaces.
    """

    newer: Mapping[str, AbstractSet[str]]
    older: Mapping[str, AbstractSet[str]]

    @classmethod
    def of(cls, steps: Iterable[tuple[str, str]]) -> Graph:
        """Return the graph of steps, each from a newer document to an older one."""
        newer: dict[str, set[str]] = defaultdict(set)
        older: dict[str, set[str]] = defaultdict(set)
        for new, old in steps:
            newer[old].add(new)
            older[new].add(old)
        return cls(dict(newer), dict(older))


def lines_of(edges: Collection[Edge]) -> list[list[str]]:
    """Return the ids of each line, in no order that says anything.

    Args:
        edges: All edges; a document without one stands in no line.
    """
    graph = Graph.of(edge.step for edge in edges)
    seen: set[str] = set()
    found: list[list[str]] = []
    for start in sorted(graph.newer.keys() | graph.older.keys()):
        if start in seen:
            continue
        line, waiting = {start}, [start]
        while waiting:
            own = waiting.pop()
            fresh = (graph.newer.get(own, _NOBODY) | graph.older.get(own, _NOBODY)) - line
            line |= fresh
            waiting += sorted(fresh)
        seen |= line
        found.append(sorted(line))
    return found


def in_order(days: Mapping[str, int | None], graph: Graph) -> list[str]:
    """Return the ids of a line so that older ones stand before newer.

    Days decide what steps leave open, then ids.

    Args:
        days: Each member of the line, with the day that it is cited by, as an ordinal.
        graph: What leads from one to another; who is outside the line does not matter.
    """

    def key(doc_id: str) -> tuple[int, str]:
        day = days[doc_id]
        return _NO_DAY if day is None else day, doc_id

    pending = {doc_id: len(graph.older.get(doc_id, _NOBODY) & days.keys()) for doc_id in days}
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
        for following in graph.newer.get(doc_id, _NOBODY) & pending.keys():
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
