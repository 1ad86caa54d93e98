"""Clauses -> the query language of the server, so that scores are those of the other engines."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from droindex.engine import clauses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from droindex.engine.clauses import Clause

__all__ = ["EMPTY", "NOWHERE", "Queries", "leaves_of"]

Query = dict[str, Any]

NOWHERE = "\u2300"  # a sign that no analyzer makes a term of
EMPTY = NOWHERE * 2  # stands in a field that holds no word
_NEXT_TO_NOTHING = 1e-9  # the boost of what is only there to be counted; 0 would leave it out


class Queries:
    """Makes queries for one index.

    Args:
        factors: Field -> what its boosts are multiplied with, where that is not 1.
    """

    def __init__(self, factors: Mapping[str, float]) -> None:
        self._factors = factors

    def scored(self, clause: Clause) -> Query:
        """Return a clause as what is asked for with scores.

        A shard that lacks a word of a phrase says nothing of the phrase's field, and scores would
        be worked out from the others: a word that stands nowhere makes all of them tell.
        """
        query = self.of(clause)
        fields = dict.fromkeys(_phrase_fields(clause))
        if not fields:
            return query
        asked = [_term(field, NOWHERE, _NEXT_TO_NOTHING) for field in fields]
        return {"bool": {"must": [query], "should": asked}}

    def of(self, clause: Clause) -> Query:
        """Return the server's form of a clause."""
        return _CONVERTERS[type(clause)](self, clause)

    def _boost(self, field: str, boost: float) -> float:
        return boost * self._factors.get(field, 1.0)

    def _term(self, clause: clauses.Term) -> Query:
        return _term(clause.field, clause.term, self._boost(clause.field, clause.boost))

    def _phrase(self, clause: clauses.PhraseOf) -> Query:
        if len(clause.terms) == 1:
            return self._term(clauses.Term(clause.field, clause.terms[0], clause.boost))
        if clause.slop and len(clause.terms) > 2:
            return self._chain(clause)
        if clause.slop and len({*clause.terms}) == 1:  # the other engines find a word near itself
            return self._term(clauses.Term(clause.field, clause.terms[0], 2 * clause.boost))
        asked = {
            "query": " ".join(clause.terms),
            "slop": clause.slop,
            "boost": self._boost(clause.field, clause.boost),
        }
        return {"match_phrase": {clause.field: asked}}

    def _chain(self, clause: clauses.PhraseOf) -> Query:
        """Return a loose phrase of many words as one of each two neighbours."""
        pairs = list(dict.fromkeys(pairwise(clause.terms)))
        boost = clause.boost * len(clause.terms) / (2 * (len(clause.terms) - 1))
        parts = [
            self._phrase(clauses.PhraseOf(clause.field, pair, clause.slop, boost)) for pair in pairs
        ]
        return {"bool": {"must": parts}}

    def _any_of(self, clause: clauses.AnyOf | clauses.AnyNumber) -> Query:
        return _constant({"terms": {clause.field: list(clause.values)}}, 1.0)

    def _wildcard(self, clause: clauses.Wildcard) -> Query:
        shape = clause.shape.replace("\\", "\\\\")
        asked: Query = {"wildcard": {clause.field: {"value": shape}}}
        if not clause.shape.strip("*?"):  # else it is no shape that the sign for nothing has
            asked = {"bool": {"filter": asked, "must_not": {"term": {clause.field: EMPTY}}}}
        return _constant(asked, 1.0)

    def _span(self, clause: clauses.Span) -> Query:
        bounds = {"gte": clause.low, "lte": clause.high}
        known = {key: value for key, value in bounds.items() if value is not None}
        return _constant({"range": {clause.field: known}}, 1.0)

    def _all(self, _clause: clauses.AllDocuments) -> Query:
        return {"match_all": {}}

    def _none(self, _clause: clauses.NoDocuments) -> Query:
        return {"match_none": {}}

    def _constant(self, clause: clauses.Constant) -> Query:
        return _constant(self.of(clause.clause), clause.score)

    def _bool(self, clause: clauses.Bool) -> Query:
        if not (clause.must or clause.should or clause.must_not):
            return {"match_none": {}}  # for the server it would be everything
        parts: dict[str, Any] = {
            "must": [self.of(item) for item in clause.must if not _is_filter(item)],
            "filter": [self._filter(item) for item in clause.must if _is_filter(item)],
            "should": [self.of(item) for item in clause.should],
            "must_not": [self.of(item) for item in clause.must_not],
        }
        parts = {key: items for key, items in parts.items() if items}
        if clause.should:
            parts["minimum_should_match"] = 0 if clause.must else 1
        return {"bool": parts}

    def _filter(self, clause: Clause) -> Query:
        assert isinstance(clause, clauses.Constant)
        return self.of(clause.clause)


def leaves_of(clause: Clause) -> Iterator[Clause]:
    """Yield the clauses in a clause that hold no others."""
    if isinstance(clause, clauses.Constant):
        yield from leaves_of(clause.clause)
    elif isinstance(clause, clauses.Bool):
        for item in (*clause.must, *clause.should, *clause.must_not):
            yield from leaves_of(item)
    else:
        yield clause


def _phrase_fields(clause: Clause) -> Iterator[str]:
    """Yield the fields of the phrases in a clause that score."""
    if isinstance(clause, clauses.PhraseOf) and len(clause.terms) > 1:
        yield clause.field
    elif isinstance(clause, clauses.Bool):
        for item in (*clause.must, *clause.should):
            yield from _phrase_fields(item)


def _is_filter(clause: Clause) -> bool:
    return isinstance(clause, clauses.Constant) and not clause.score


def _term(field: str, term: str, boost: float) -> Query:
    return {"term": {field: {"value": term, "boost": boost}}}


def _constant(query: Query, score: float) -> Query:
    return {"constant_score": {"filter": query, "boost": score}}


_CONVERTERS: dict[type, Callable[[Queries, Any], Query]] = {
    clauses.Term: Queries._term,  # noqa: SLF001 - the table of its own converters
    clauses.PhraseOf: Queries._phrase,  # noqa: SLF001 - as above
    clauses.AnyOf: Queries._any_of,  # noqa: SLF001 - as above
    clauses.AnyNumber: Queries._any_of,  # noqa: SLF001 - as above
    clauses.Wildcard: Queries._wildcard,  # noqa: SLF001 - as above
    clauses.Span: Queries._span,  # noqa: SLF001 - as above
    clauses.AllDocuments: Queries._all,  # noqa: SLF001 - as above
    clauses.NoDocuments: Queries._none,  # noqa: SLF001 - as above
    clauses.Constant: Queries._constant,  # noqa: SLF001 - as above
    clauses.Bool: Queries._bool,  # noqa: SLF001 - as above
}
