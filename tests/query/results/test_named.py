from __future__ import annotations

import json

import pytest

from droindex.engine.analysis import Analyzer
from droindex.engine.clauses import Bool, PhraseOf, Term
from droindex.errors import EngineError
from droindex.query.results.named import Named, QueryWords, names_path, naming_stems

PLAIN = Named(json.dumps({"title": "Vehicle Fleet and Home-to-Work Use"}).encode())
NUMBERED = Named(json.dumps({"title": "Hold Rooms", "number": "11087.2"}).encode())


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer("english")


def words(analyzer: Analyzer, query: str) -> QueryWords:
    terms = [stem for stem, word in analyzer.terms(query) if not analyzer.is_stop_word(word)]
    return QueryWords(analyzer, [Term("text", stem) for stem in terms])


def test_what_is_absent_is_empty() -> None:
    named = Named(b'{"language":"en"}')
    assert (named.title, named.number, named.summary) == ("", "", "")


def test_what_names_a_document_is_what_was_stored() -> None:
    stored = {"sources": {"title": "of a source"}, "title": 'The "blue" book', "file": "A/B.pdf"}
    named = Named(json.dumps(stored).encode())
    assert (named.title, named.path) == ('The "blue" book', "a/b.pdf")
    assert named.values == stored


def test_metadata_that_cannot_be_read_are_told_as_a_fault_of_the_index() -> None:
    with pytest.raises(EngineError):
        Named(b"{").title  # noqa: B018 - it is read when looked at


@pytest.mark.parametrize(
    ("query", "marked", "expected"),
    [
        ("home-to-work vehicles", ["vehicles", "working"], True),
        ("home-to-work vehicles", ["vehicle", "home", "work"], False),  # the text says it all
        ("home-to-work vans", ["home"], False),  # the title says not all
        ("vehicle", ["vehicles"], False),
        ("bonds", ["bond"], False),
    ],
)
def test_a_title_may_say_more_than_a_text(
    analyzer: Analyzer,
    query: str,
    marked: list[str],
    expected: bool,  # noqa: FBT001 - drawn
) -> None:
    assert words(analyzer, query).are_named(PLAIN, marked) is expected


@pytest.mark.parametrize(
    ("query", "marked", "expected"),
    [
        ("directive 11087.2", ["directive"], True),  # a directive it is: which one, is asked
        ("11087.2", ["11087", "2"], True),  # which a reader knows
        ("directive policy", ["directive"], False),
        ("11087.2 hold rooms", ["hold", "room"], False),  # the number need not be said again
        ("11087.2 hold rooms", ["11087", "2"], True),
        ("directive on bonds", ["directive"], False),
    ],
)
def test_a_number_says_which_directive_it_is(
    analyzer: Analyzer,
    query: str,
    marked: list[str],
    expected: bool,  # noqa: FBT001 - drawn
) -> None:
    assert words(analyzer, query).are_named(NUMBERED, marked) is expected


def test_words_of_a_number_tell_nothing_else(analyzer: Analyzer) -> None:
    asked = words(analyzer, "directive 11087.2 rooms")
    assert asked.are_numbered(NUMBERED, ["Directive", "11087"])
    assert not asked.are_numbered(NUMBERED, ["rooms"])
    assert not asked.are_numbered(PLAIN, ["Directive"])  # it has no number


def test_stray_figures_are_few_of_what_was_asked_for(analyzer: Analyzer) -> None:
    asked = words(analyzer, "memo 07 14 on escorts")
    assert asked.are_stray({"14"})
    assert not asked.are_stray({"14", "escort"})
    assert not words(analyzer, "07 14 99").are_stray({"14"})
    assert not words(analyzer, "rule 14").are_stray({"14"})


def test_a_summary_may_tell_more_than_a_text(analyzer: Analyzer) -> None:
    asked = words(analyzer, "who may lower a bond to fifteen hundred dollars")
    telling, silent = (
        Named(json.dumps({"title": "Bonds", "summary": text}).encode())
        for text in ("Lets a supervisor lower a bond by a hundred dollars.", "Sets a bond.")
    )
    assert asked.are_told(telling, ["bond"])
    assert not asked.are_told(silent, ["bond"])
    assert not asked.are_told(telling, ["lower", "bond", "hundred"])


def test_either_of_two_words_is_one_word(analyzer: Analyzer) -> None:
    either = Bool(should=(Term("text", "vehicl"), Term("text", "van")))
    run = PhraseOf("text", ("home", "work"))
    asked = QueryWords(analyzer, [either, Term("text", "home"), run])
    assert asked.are_named(PLAIN, ["vans"])
    assert not asked.are_named(PLAIN, ["vans", "home"])


@pytest.mark.parametrize(
    ("path", "stem", "expected"),
    [
        ("orders/lasvegas-001.pdf", "las", True),
        ("orders/lasvegas-001.pdf", "vega", True),
        ("orders/lasvegas-001.pdf", "order", True),
        ("orders/lasvegas-001.pdf", "001", False),
        ("orders/lasvegas-001.pdf", "asv", False),
        ("orders/lasvegas-001.pdf", "pd", False),
    ],
)
def test_a_path_names_what_its_parts_begin_or_end_with(
    path: str,
    stem: str,
    expected: bool,  # noqa: FBT001 - drawn
) -> None:
    assert names_path(path, stem) is expected


def test_a_document_is_named_by_the_words_of_its_title_number_and_file() -> None:
    named = Named(b'{"title":"Use of Force","number":"11022.1","file":"plano-001.pdf"}')
    stems = ["use", "forc", "11022", "plano", "taser", "orce"]  # the last one within a word
    assert naming_stems(named, stems, Analyzer("english")) == ({"11022"}, {"use", "forc", "plano"})
