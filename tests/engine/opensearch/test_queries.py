"""What clauses become for the server."""

from __future__ import annotations

from typing import Any

import pytest

from droindex.engine.clauses import (
    AllDocuments,
    AnyNumber,
    AnyOf,
    Bool,
    Clause,
    Constant,
    NoDocuments,
    PhraseOf,
    Span,
    Term,
    Wildcard,
    filtered,
)
from droindex.engine.opensearch.queries import EMPTY, NOWHERE, Queries, leaves_of

PLAIN = Queries({})
BONDS = Term("all", "bond")
BOND = {"term": {"all": {"value": "bond", "boost": 1.0}}}
ORDER = {"term": {"all": {"value": "order", "boost": 0.5}}}


def constant(query: dict[str, Any], boost: float = 1.0) -> dict[str, Any]:
    return {"constant_score": {"filter": query, "boost": boost}}


def phrase(text: str, slop: int = 0, boost: float = 1.0) -> dict[str, Any]:
    return {"match_phrase": {"all": {"query": text, "slop": slop, "boost": boost}}}


@pytest.mark.parametrize(
    ("clause", "query"),
    [
        (Term("all", "bond"), BOND),
        (PhraseOf("all", ("bond",), 0, 0.5), {"term": {"all": {"value": "bond", "boost": 0.5}}}),
        (PhraseOf("all", ("bond", "order"), 2, 0.4), phrase("bond order", 2, 0.4)),
        (PhraseOf("all", ("a", "b", "c")), phrase("a b c")),
        (PhraseOf("all", ("order", "order"), 1, 0.25), ORDER),
        (
            PhraseOf("all", ("a", "b", "c"), 1),
            {"bool": {"must": [phrase("a b", 1, 0.75), phrase("b c", 1, 0.75)]}},
        ),
        (AnyOf("kind", ("memo", "order")), constant({"terms": {"kind": ["memo", "order"]}})),
        (AnyNumber("owner", (1 << 62,)), constant({"terms": {"owner": [1 << 62]}})),
        (Wildcard("exact", "b?n*\\"), constant({"wildcard": {"exact": {"value": "b?n*\\\\"}}})),
        (
            Wildcard("exact", "?*"),
            constant(
                {
                    "bool": {
                        "filter": {"wildcard": {"exact": {"value": "?*"}}},
                        "must_not": {"term": {"exact": EMPTY}},
                    }
                }
            ),
        ),
        (Span("day", None, 7), constant({"range": {"day": {"lte": 7}}})),
        (Span("day", 3, 7), constant({"range": {"day": {"gte": 3, "lte": 7}}})),
        (AllDocuments(), {"match_all": {}}),
        (NoDocuments(), {"match_none": {}}),
        (Bool(), {"match_none": {}}),
        (
            Bool(should=(Term("all", "bond"), Term("all", "order", 0.5))),
            {"bool": {"should": [BOND, ORDER], "minimum_should_match": 1}},
        ),
        (
            Bool(must=(Term("all", "bond"),), should=(Term("all", "order", 0.5),)),
            {"bool": {"must": [BOND], "should": [ORDER], "minimum_should_match": 0}},
        ),
        (
            filtered(
                Term("all", "bond"), (AnyOf("kind", ("memo",)),), (Term("all", "order", 0.5),)
            ),
            {
                "bool": {
                    "must": [BOND],
                    "filter": [constant({"terms": {"kind": ["memo"]}})],
                    "must_not": [ORDER],
                }
            },
        ),
        (Constant(Term("all", "bond"), 2.5), constant(BOND, 2.5)),
    ],
)
def test_a_clause_becomes_a_query(clause: Clause, query: dict[str, Any]) -> None:
    assert PLAIN.of(clause) == query


def test_a_phrase_that_scores_has_every_shard_tell_of_its_field() -> None:
    clause = Bool(should=(PhraseOf("all", ("bond", "order")), Constant(Term("title", "bond"), 1.0)))
    asked = PLAIN.scored(clause)["bool"]
    assert asked["must"] == [PLAIN.of(clause)]
    assert [next(iter(item["term"])) for item in asked["should"]] == ["all"]
    assert asked["should"][0]["term"]["all"]["value"] == NOWHERE


def test_what_scores_without_phrases_is_asked_as_it_is() -> None:
    for clause in (Term("all", "bond"), Constant(PhraseOf("all", ("bond", "order")), 1.0)):
        assert PLAIN.scored(clause) == PLAIN.of(clause)


def test_boosts_make_up_for_a_formula_of_its_own() -> None:
    queries = Queries({"summary": 0.5})
    asked = queries.of(Bool(should=(Term("summary", "bond", 3.0), Term("all", "bond", 3.0))))
    boosts = [next(iter(item["term"].values()))["boost"] for item in asked["bool"]["should"]]
    assert boosts == [1.5, 3.0]


def test_the_leaves_of_a_clause_are_counted() -> None:
    inner = Bool(must=(Term("all", "a"),), must_not=(Constant(AllDocuments(), 0.0),))
    assert len(list(leaves_of(Bool(should=(inner, NoDocuments()))))) == 3
