"""The best passage of each hit, all hits of a page of results in one search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.index.clauses import AnyOf, added_up
from droindex.index.entries import owner_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from droindex.index.clauses import Clause
    from droindex.index.engine import Found
    from droindex.index.library import SetReader

__all__ = ["best_passages"]

_AT_ONCE = 50  # documents in one search
_PER_DOCUMENT = 10  # passages listed in it; whose best is not among them is asked by itself


def best_passages(
    reader: SetReader, doc_ids: Sequence[str], scored: Sequence[Clause]
) -> dict[str, Found]:
    """Return the passage of each document with the highest score; none where nothing scores.

    Args:
        reader: The set.
        doc_ids: The documents.
        scored: What ranks passages; the scores add up.
    """
    best: dict[str, Found] = {}
    for start in range(0, len(doc_ids), _AT_ONCE):
        best |= _best_of_some(reader, doc_ids[start : start + _AT_ONCE], scored)
    return {doc_id: found for doc_id, found in best.items() if found.score > 0}


def _best_of_some(
    reader: SetReader, doc_ids: Sequence[str], scored: Iterable[Clause]
) -> Mapping[str, Found]:
    pages = reader.pages
    size = max(100, _PER_DOCUMENT * len(doc_ids)) if len(doc_ids) > 1 else 1
    found, total = pages.search(added_up(AnyOf("doc_id", tuple(doc_ids)), scored), size)
    if len(doc_ids) == 1:
        return dict.fromkeys(doc_ids, found[0]) if found else {}
    names = {owner_number(doc_id): doc_id for doc_id in doc_ids}
    owners = pages.numbers("owner", [hit.address for hit in found])
    best: dict[str, Found] = {}
    for owner, hit in zip(owners, found, strict=True):
        best.setdefault(names[owner], hit)
    if total is not None and total > len(found):  # long documents may have crowded others out
        for doc_id in doc_ids:
            if doc_id not in best:
                best |= _best_of_some(reader, (doc_id,), scored)
    return best
