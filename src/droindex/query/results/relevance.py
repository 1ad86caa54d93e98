"""The two percentages: relevance, against the best hit, and match, against what was asked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.clauses import AnyNumber, Bool, Clause, Constant, NoDocuments
from droindex.engine.entries import owner_number
from droindex.engine.schema import OWNER
from droindex.lazy import cached_property

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from droindex.library.reader import SetReader
    from droindex.query.compile.contribution import Requirement

__all__ = ["Match", "Matcher", "held_idf", "holds_all", "leaves_of", "relevance"]

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
    if score >= best:  # floating point may make a little less than 100 of it
        return 100
    return max(0, min(99, int(100 * score / best)))


def holds_all(parts: Sequence[Requirement]) -> tuple[Clause, ...]:
    """Return clauses that a document matches exactly if it holds every part."""
    return tuple(_holds(part) for part in parts)


class Match(NamedTuple):
    """How much of what was asked for a document holds.

    Attributes:
        percent: Whole percent, 0 to 100, each part by its rarity.
        held: How many words it holds; those of a phrase together or not at all.
        required: How many words were asked for; alternatives are one.
    """

    percent: int
    held: int
    required: int


class Matcher:
    """Works out `match` for the hits of one page of results, all at once, when first asked.

    match = floor(100 x sum of the idf of the parts that a document holds / sum over all parts).
    Which parts a hit holds is asked for all of them at once.

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

    @cached_property
    def _total(self) -> float:
        return sum([part.idf for part in self._requirements])

    @cached_property
    def _required(self) -> int:
        return sum(map(_words, self._requirements))

    def __call__(self, doc_id: str) -> Match | None:
        """Return the match of a hit; None where nothing was asked for."""
        if not self._requirements:
            return None
        return self._matches[doc_id]

    @cached_property
    def _matches(self) -> dict[str, Match]:
        """The match of each hit."""
        leaves = [leaf for part in self._requirements for leaf in leaves_of(part)]
        keys = tuple(map(owner_number, self._doc_ids))
        held = self._held(leaves, keys)
        places = {id(leaf): place for place, leaf in enumerate(leaves)}
        matches = {bits: self._match(places, bits) for bits in {0, *held.values()}}
        return {
            doc_id: matches[held.get(key, 0)]
            for doc_id, key in zip(self._doc_ids, keys, strict=True)
        }

    def _match(self, places: Mapping[int, int], bits: int) -> Match:
        """Return the match of what holds some of the leaves, each a bit at its place."""
        own = {place for place in places.values() if bits >> place & 1}
        share, words = 0.0, 0
        for part in self._requirements:
            held = held_idf(part, places, own)
            share += held
            words += _words_held(part, held, places, own)
        return Match(_percent(share, self._total), words, self._required)

    def _held(self, leaves: Sequence[Requirement], keys: tuple[int, ...]) -> dict[int, int]:
        """Return the leaves that each hit holds, by the hit's key: a bit at the place of each."""
        clauses = [Constant(leaf.clause or NoDocuments(), 0.0) for leaf in leaves]
        found = self._reader.documents.scores(clauses, AnyNumber(OWNER, keys), len(keys))
        return {row.key: bits for row, bits, _ in found}


def _words(part: Requirement) -> int:
    """Return how many words a part is: a phrase has several, alternatives are one thing.

    Words that can be said in other words are as many as were written.
    """
    return 1 if part.branches and part.key is None else len(part.label.split())


def _words_held(
    part: Requirement, share: float, places: Mapping[int, int], held: AbstractSet[int]
) -> int:
    """Return how many words of a part are held; of those in other words, each that is there."""
    if share >= part.idf - _EPSILON:
        return _words(part)
    if not part.branches or part.key is None:
        return 0
    return sum(1 for word in part.branches[0] if held_idf(word, places, held))


def _percent(held: float, total: float) -> int:
    return max(0, min(100, math.floor(100 * held / total + _EPSILON)))


def leaves_of(part: Requirement) -> list[Requirement]:
    """Return the parts without alternatives that a part consists of."""
    if not part.branches:
        return [part]
    return [leaf for branch in part.branches for inner in branch for leaf in leaves_of(inner)]


def held_idf(part: Requirement, places: Mapping[int, int], held: AbstractSet[int]) -> float:
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
