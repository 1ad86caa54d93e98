"""Clauses are data that is told apart by what it says."""

from __future__ import annotations

from droindex.engine.clauses import AllDocuments, Constant, NoDocuments


def test_everything_and_nothing_are_two_things() -> None:
    assert AllDocuments() != NoDocuments()
    assert AllDocuments() == AllDocuments()
    assert len({Constant(AllDocuments(), 0.0), Constant(NoDocuments(), 0.0)}) == 2
