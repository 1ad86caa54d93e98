"""Contributions add up like numbers: in order, with nothing as zero, and each requirement once."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from droindex.engine.clauses import Bool, Clause, Constant, NoDocuments, PhraseOf, Term
from droindex.library.scopes import EVERYTHING, ScopeClauses
from droindex.query.compile.contribution import (
    NOTHING,
    Compiled,
    Contribution,
    Highlights,
    HitFilters,
    Requirement,
    all_of,
    combined,
)
from droindex.query.language.nodes import Group, Parsed


def contribution(words: str) -> Contribution:
    """Return a contribution that tells of some letters in every way."""
    return Contribution(
        tuple(Term("all", word) for word in words),
        tuple(Requirement(word, 1.0, Term("all", word), key=word) for word in words),
        Highlights(frozenset(words), frozenset(words.upper())) if words else Highlights(),
        words=tuple(words),
        corrections=dict.fromkeys(words, words),
        notes=tuple(words),
    )


CONTRIBUTIONS = st.text("abcdef", max_size=4).map(contribution)


@given(CONTRIBUTIONS, CONTRIBUTIONS, CONTRIBUTIONS)
def test_how_they_are_grouped_changes_nothing(
    one: Contribution, two: Contribution, three: Contribution
) -> None:
    whole = combined([one, two, three, Contribution()])
    assert combined([combined([one, two]), three, Contribution()]) == whole
    assert combined([one, combined([two, three]), Contribution()]) == whole


@given(st.lists(CONTRIBUTIONS, min_size=2))
def test_everything_is_kept_in_order_and_each_requirement_once(parts: list[Contribution]) -> None:
    whole = combined(parts)
    assert whole.clauses == tuple(clause for part in parts for clause in part.clauses)
    assert whole.notes == tuple(note for part in parts for note in part.notes)
    assert whole.highlights.stems == frozenset().union(*(x.highlights.stems for x in parts))
    keys = [item.key for part in parts for item in part.requirements]
    assert [item.key for item in whole.requirements] == list(dict.fromkeys(keys))
    for wrong, right in whole.corrections.items():
        assert [x.corrections[wrong] for x in parts if wrong in x.corrections][-1] == right


@given(CONTRIBUTIONS)
def test_nothing_adds_nothing(one: Contribution) -> None:
    assert combined([]) is NOTHING
    assert combined([NOTHING, one, NOTHING]) is one
    assert one.scoring() == one._replace(clauses=())
    assert one.scoring(NoDocuments()).clause == NoDocuments()


def test_what_was_meant_by_a_mistyped_word_is_not_asked_for_again() -> None:
    meant = Contribution(answered=frozenset({"escort"}))
    word = Contribution(requirements=(Requirement("escort", 2.0, key="escort"),))
    assert combined([meant, word]).requirements == ()
    assert combined([word, meant]).requirements == word.requirements


def test_words_that_were_asked_for_each_are_not_asked_for_as_alternatives_too() -> None:
    words = Contribution(
        requirements=(Requirement("a", 1.0, key="a"), Requirement("b", 1, key="b"))
    )
    branches = ((Requirement("x", 1.0),),)
    either = Contribution(requirements=(Requirement("a b", 2.0, None, branches, ("a", "b")),))
    assert combined([words, either]).requirements == words.requirements
    assert len(combined([either, words]).requirements) == 3


def test_all_of_one_clause_is_that_clause() -> None:
    one, two = Term("all", "a"), Term("all", "b")
    assert all_of([]) is None
    assert all_of([one]) is one
    assert all_of([one, two]) == Bool(must=(one, two))


def compiled(clause: Clause | None = None, limits: HitFilters | None = None) -> Compiled:
    parsed = Parsed("", Group((), 0, 0), ())
    none = HitFilters(EVERYTHING, (), date(2020, 1, 1))
    return Compiled(parsed, limits or none, clause, (), (), frozenset(), (), (), Highlights(), (),
                    (), {})  # fmt: skip


def test_a_query_is_limited_by_its_scope_and_filters() -> None:
    word, kind, old = Term("all", "a"), Term("doc_type_key", "memo"), Term("scope", "archived")
    limits = HitFilters(ScopeClauses((), (old,)), (kind,), date(2020, 1, 1))
    found = compiled(word, limits)
    assert found.is_limited
    assert not compiled(word).is_limited
    assert compiled(word).limited() == word
    text = repr(found.limited())
    assert repr(old) in text
    assert repr(kind) in text
    assert compiled().is_empty
    assert not found.is_empty


def test_a_stand_in_has_the_limits_and_requirements_of_the_query_that_found_nothing() -> None:
    asked = compiled(Term("all", "a"))._replace(requirements=(Requirement("a", 1.0, key="a"),))
    other = compiled(Term("all", "b")).in_place_of(asked)
    assert other.clause == Term("all", "b")
    assert other.requirements == asked.requirements
    assert other.noting("one").noting("two", "three").notes == ("one", "two", "three")
    assert asked.is_one_word
    assert not other._replace(is_relaxed=True).is_one_word


def test_what_holds_a_word_of_a_union_is_not_asked_for_the_union_besides() -> None:
    one, two, kind = Term("all", "a"), Term("all", "b"), Term("doc_type_key", "memo")
    limits = HitFilters(EVERYTHING, (kind,), date(2020, 1, 1))
    union = Bool(should=(one._replace(boost=0.5), two))
    neutral = Constant(kind, 0.0)
    both = Bool(must=(one, two))
    assert compiled(union, limits).holding((one, two)) == Bool(must=(both, neutral))
    for bound in (both, Bool(should=(both, two)), two):
        assert compiled(bound).holding((one,)) == Bool(must=(bound, one))


def test_every_hit_holds_what_it_must_match() -> None:
    phrase, word = PhraseOf("all", ("a", "b"), 0, 2.0), Term("all", "c")
    asked = (Requirement("a b", 1.0, phrase._replace(boost=1.0)),)
    bound = Bool(must=(Bool(must=(phrase,), should=(word,)),))
    assert compiled(bound)._replace(requirements=asked).binds_all
    more = (*asked, Requirement("c", 1.0, word))
    assert not compiled(bound)._replace(requirements=more).binds_all
    assert not compiled(Bool(should=(phrase,)))._replace(requirements=asked).binds_all
    either = (Requirement("a OR c", 1.0, None, (asked, more[1:])),)
    assert not compiled(bound)._replace(requirements=either).binds_all
    assert not compiled()._replace(requirements=asked).binds_all
