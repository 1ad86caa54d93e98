"""Faults are values: an error in strict mode, with its place; else a note, once."""

from __future__ import annotations

import pytest

from droindex.errors import QueryError
from droindex.query.language import faults
from droindex.query.language.faults import Fault, Faults

ALL = [
    faults.query_too_long(5),
    faults.too_many_clauses(5, 1_000),
    faults.unclosed_quote(5),
    faults.bad_slop(5, 100),
    faults.bad_boost(5, "1" * 50, 100.0),
    faults.boost_of_group(5),
    faults.lone_wildcard(5),
    faults.fuzzy_wildcard(5),
    faults.bad_edits(5, "9", 2),
    faults.bad_edits(5, "0", 0),
    faults.misplaced_tilde(5),
    faults.unknown_field(5, "tilte", "title", {"title": "text"}),
    faults.unknown_field(5, "zzz", "", ["title", "opi"]),
    faults.rangeless_field(5, "opi", "opi:>b"),
    faults.broken_range(5, "..", "issued:.."),
    faults.reversed_range(5, "2006", "2004"),
    faults.unexpected_parenthesis(5),
    faults.empty_parentheses(5),
    faults.unclosed_parenthesis(5),
    faults.nested_too_deep(5, 10),
    faults.dangling_operator(5, "AND"),
    faults.excluded_twice(5),
]
SILENT = {"Parentheses hold nothing.", 'There is no field "zzz".'}


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.message[:30])
def test_a_fault_is_an_error_in_strict_mode_and_a_note_otherwise(fault: Fault) -> None:
    with pytest.raises(QueryError) as caught:
        Faults("a query", strict=True).add(fault)
    assert caught.value.slug == fault.slug
    assert caught.value.position == 5
    assert caught.value.hint == fault.hint
    lenient = Faults("a query", strict=False)
    lenient.add(fault)
    lenient.add(fault)
    assert lenient.notes == (() if fault.message in SILENT else (fault.note,))


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.message[:30])
def test_what_is_said_is_short_whatever_was_typed(fault: Fault) -> None:
    assert fault.message.endswith(".")
    assert fault.hint
    assert len(fault.message) + len(fault.note) < 250


def test_every_fault_of_the_module_is_listed_here() -> None:
    made = {name for name in faults.__all__ if name[0].islower()}
    assert len(made) == len({fault.message for fault in ALL}) - 2  # two are made in two ways
