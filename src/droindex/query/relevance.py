"""The two percentages: relevance, against the best hit, and match, against what was asked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from droindex.index.clauses import AnyOf, Bool, Clause, Constant, NoDocuments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.index.library import SetReader
    from droindex.query.contribution import Requirement

__all__ = ["Matcher", "held_idf", "holds_all", "leaves_of", "relevance"]

_BITS = 20  # powers of two that add up exactly in the engine's 32-bit scores
_EPSILON = 1e-9  # what floating point may lose when equal weights are added in another order


def relevance(score: float, best: float) -> int | None:
    """Return the whole percent of the best score, rounded down; None where nothing scores.

    The formula is that of the catalogue software behind the reference library,
    `int(100 * score / best)`: a hit that is not tied with the best never shows 100.

    Args:
        score: The hit's score, 0 or more.
        best: The highest score among all hits of the search.
    """
    if best <= 0:
        return None
    if score == best:  # the quotient of a sum of several numbers may fall short of 1
        return 100
    percent = int(100 * score / best)
    return percent if 0 <= percent <= 100 else max(0, min(100, percent))


def holds_all(parts: Sequence[Requirement]) -> tuple[Clause, ...]:
    """Return clauses that a document matches exactly if it holds every part."""
    return tuple(_holds(part) for part in parts)


class Matcher:
    """Works out `match` for the hits of one page of results, all at once, when first asked.

    match = floor(100 x sum of the idf of the parts that a document holds / sum over all parts).
    Which parts a hit holds is asked in one search limited to these hits: part number i scores
    2 to the power of i, so that the score of a hit is the set of its parts.

    Args:
        reader: The set that was searched.
        requirements: What was asked for.
        doc_ids: The hits.
    """

    def __init__(
        self, reader: SetReader, requirements: Sequence[Requirement], doc_ids: Sequence[str]
    ) -> None:
        self._reader = reader
        self._requirements = requirements
        self._doc_ids = tuple(doc_ids)
        self._percents: dict[str, int] | None = None

    def __call__(self, doc_id: str) -> int | None:
        """Return the match of a hit; None where nothing was asked for."""
        if not self._requirements:
            return None
        if self._percents is None:
            self._percents = self._work_out()
        return self._percents[doc_id]

    def _work_out(self) -> dict[str, int]:
        leaves = [leaf for part in self._requirements for leaf in leaves_of(part)]
        places = {id(leaf): place for place, leaf in enumerate(leaves)}
        total = sum(part.idf for part in self._requirements)
        return {
            doc_id: _percent(
                sum(held_idf(part, places, mine) for part in self._requirements), total
            )
            for doc_id, mine in self._held(leaves).items()
        }

    def _held(self, leaves: Sequence[Requirement]) -> dict[str, set[int]]:
        """Return the places of the leaves that each hit holds."""
        held: dict[str, set[int]] = {doc_id: set() for doc_id in self._doc_ids}
        clauses = [leaf.clause for leaf in leaves if leaf.clause is not None]
        for start in range(0, len(clauses), _BITS):
            for doc_id, bits in self._ask(clauses[start : start + _BITS]):
                held[doc_id] |= {start + bit for bit in range(_BITS) if bits >> bit & 1}
        return held

    def _ask(self, clauses: Sequence[Clause]) -> list[tuple[str, int]]:
        limit = Constant(AnyOf("doc_id", self._doc_ids), 0.0)
        bits = tuple(Constant(clause, float(1 << bit)) for bit, clause in enumerate(clauses))
        documents = self._reader.documents
        found, _ = documents.search(
            Bool(must=(limit,), should=bits), len(self._doc_ids), count=False
        )
        return [(documents.stored(hit.address, ("doc_id",))[0], int(hit.score)) for hit in found]


def _percent(held: float, total: float) -> int:
    return max(0, min(100, math.floor(100 * held / total + _EPSILON)))


def leaves_of(part: Requirement) -> list[Requirement]:
    """Return the parts without alternatives that a part consists of."""
    if not part.branches:
        return [part]
    return [leaf for branch in part.branches for inner in branch for leaf in leaves_of(inner)]


def held_idf(part: Requirement, places: dict[int, int], held: set[int]) -> float:
    """Return the share of a part's weight that is held; of alternatives the best counts.

    Args:
        part: What was asked for.
        places: Identity of each of its leaves -> a number.
        held: The numbers of the leaves that the document holds.
    """
    if not part.branches:
        return part.idf if places[id(part)] in held else 0.0
    best = 0.0
    for branch in part.branches:
        whole = sum(inner.idf for inner in branch)
        got = sum(held_idf(inner, places, held) for inner in branch)
        best = max(best, got / whole if whole else 0.0)
    return part.idf * best


def _holds(part: Requirement) -> Clause:
    if not part.branches:
        return part.clause if part.clause is not None else NoDocuments()
    return Bool(should=tuple(Bool(must=holds_all(branch)) for branch in part.branches))
