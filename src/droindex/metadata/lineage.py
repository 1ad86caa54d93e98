"""Who supersedes whom: the chain of editions.

It is worked out within the documents given, so that the documents of one clearance never learn of
those of another.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from droindex.model import Document

__all__ = ["chain"]


def chain(documents: Mapping[str, Document], doc_id: str) -> list[str]:
    """Return the lineage of a document: what it replaced, itself, and what replaced it.

    Both what a document says it supersedes and what it says superseded it count, in either
    direction; contradictions (two documents that supersede each other) do no harm.

    Args:
        documents: All documents of one clearance, by id.
        doc_id: The document asked for.

    Returns:
        Ids from the oldest to the newest; the document alone where it has no relatives, nothing
        where it is not among the documents.
    """
    if doc_id not in documents:
        return []
    older: dict[str, set[str]] = defaultdict(set)
    newer: dict[str, set[str]] = defaultdict(set)
    for document in documents.values():
        for new, old in _successions(document):
            if new in documents and old in documents and new != old:
                older[new].add(old)
                newer[old].add(new)
    members = _reach(doc_id, older) | _reach(doc_id, newer)
    return _in_order(members, older, newer, documents)


def _successions(document: Document) -> Iterable[tuple[str, str]]:
    """Yield the pairs of newer and older ids that a document states."""
    for reference in document.supersedes:
        if reference.doc_id:
            yield document.doc_id, reference.doc_id
    for reference in document.superseded_by:
        if reference.doc_id:
            yield reference.doc_id, document.doc_id


def _reach(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    """Return all that can be reached from an id, itself included."""
    seen, waiting = {start}, [start]
    while waiting:
        fresh = edges.get(waiting.pop(), set()) - seen
        seen |= fresh
        waiting += fresh
    return seen


def _in_order(
    members: set[str],
    older: Mapping[str, set[str]],
    newer: Mapping[str, set[str]],
    documents: Mapping[str, Document],
) -> list[str]:
    """Return ids so that older ones stand before newer; dates, then ids, order the rest."""

    def key(doc_id: str) -> tuple[date, str]:
        return documents[doc_id].issued or date.max, doc_id

    pending = {doc_id: len(older.get(doc_id, set()) & members) for doc_id in members}
    ready = [key(doc_id) for doc_id, count in pending.items() if not count]
    heapq.heapify(ready)
    ordered: list[str] = []
    by_date = iter(sorted(pending, key=key))
    while pending:
        # in a circle no one is first: the earliest date is taken to be
        doc_id = (
            heapq.heappop(ready)[1] if ready else next(item for item in by_date if item in pending)
        )
        if pending.pop(doc_id, None) is None:
            continue
        ordered.append(doc_id)
        for following in newer.get(doc_id, set()) & pending.keys():
            pending[following] -= 1
            if pending[following] == 0:
                heapq.heappush(ready, key(following))
    return ordered
