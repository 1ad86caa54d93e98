"""A compiled query as data, until an engine turns it into its own objects.

A clause is one of the tuples below. Scores add up: a term and a phrase score BM25 times their
boost, `Constant` replaces the score of what it wraps, a filter is a `Constant` of 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "AllDocuments",
    "AnyNumber",
    "AnyOf",
    "Bool",
    "Clause",
    "Constant",
    "NoDocuments",
    "PhraseOf",
    "Span",
    "Term",
    "Wildcard",
    "added_up",
    "filtered",
]


class Term(NamedTuple):
    """Documents that hold a term in a field; BM25 times `boost`."""

    field: str
    term: str
    boost: float = 1.0


class PhraseOf(NamedTuple):
    """Documents that hold terms side by side, each `slop` positions off its place at most.

    Off to either side: two terms the other way round are two positions off. Of more than two
    terms, a loose phrase is one of each two neighbours, in which inner terms count half.
    """

    field: str
    terms: tuple[str, ...]
    slop: int = 0
    boost: float = 1.0


class AnyOf(NamedTuple):
    """Documents whose field holds one of many raw values; scores 1."""

    field: str
    values: tuple[str, ...]


class AnyNumber(NamedTuple):
    """Documents whose field of whole numbers holds one of these; scores 1."""

    field: str
    values: tuple[int, ...]


class Wildcard(NamedTuple):
    """Documents with a term of a shape: `*` stands for any letters, `?` for one; scores 1."""

    field: str
    shape: str


class Span(NamedTuple):
    """Documents whose whole number in a field lies between two bounds, both included."""

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)  # tuples without a field would be equal, whatever they are
class AllDocuments:
    """Every document; scores 1 where it must match: in a union engines leave that out."""


@dataclass(frozen=True, slots=True)
class NoDocuments:
    """No document."""


class Constant(NamedTuple):
    """What `clause` matches, each with the same score."""

    clause: Clause
    score: float


class Bool(NamedTuple):
    """All of `must`, none of `must_not`, and one of `should` at least if there is no `must`."""

    must: tuple[Clause, ...] = ()
    should: tuple[Clause, ...] = ()
    must_not: tuple[Clause, ...] = ()


Clause = (
    Term
    | PhraseOf
    | AnyOf
    | AnyNumber
    | Wildcard
    | Span
    | AllDocuments
    | NoDocuments
    | Constant
    | Bool
)


def filtered(
    clause: Clause | None, filters: tuple[Clause, ...], excluded: tuple[Clause, ...]
) -> Clause:
    """Return a clause limited by filters that leave every score as it is.

    Args:
        clause: What scores; None where nothing does.
        filters: What a hit must also match.
        excluded: What a hit must not match.
    """
    neutral = tuple(Constant(item, 0.0) for item in filters)
    if clause is None:
        clause = Constant(AllDocuments(), 0.0) if not neutral else None
    if clause is not None and not neutral and not excluded:
        return clause
    must = neutral if clause is None else (clause, *neutral)
    return Bool(must=must, must_not=excluded)


def added_up(limit: Clause, scored: Iterable[Clause]) -> Clause:
    """Return what `limit` matches, with the scores that other clauses give to it added up.

    It scores as `Bool(must=(Constant(limit, 0.0), Bool(should=scored)))` does, and finds what no
    clause matches as well, with a score of 0. It suits limits that match few documents: each
    clause is asked for these alone, where a union is worked out for thousands around each of them.

    Args:
        limit: The few documents.
        scored: What gives them scores.
    """
    everything = Constant(AllDocuments(), 0.0)
    each = (Bool(must=(everything,), should=(clause,)) for clause in scored)
    return Bool(must=(Constant(limit, 0.0), *each))
