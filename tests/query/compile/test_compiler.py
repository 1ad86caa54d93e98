"""A query as clauses: what each scorer contributes, as data, on a small real library."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import document, opened

from droindex import Index, QueryError, Reference, Settings
from droindex.engine.clauses import AnyOf, Bool, Clause, NoDocuments, PhraseOf, Term
from droindex.engine.fields import QUERY_FIELDS
from droindex.library.reader import SetReader
from droindex.query.compile.citations import CitationScorer
from droindex.query.compile.compiler import compile_query
from droindex.query.compile.context import QueryContext, shortened
from droindex.query.compile.contribution import NOTHING, Compiled, combined
from droindex.query.compile.correction import CorrectionScorer
from droindex.query.compile.expansion import ExpansionScorer
from droindex.query.compile.fuzzy import FuzzyScorer
from droindex.query.compile.speller import Speller, bound_corrections, corrected, plain_texts
from droindex.query.compile.terms import WordScorer, quoted
from droindex.query.compile.wildcards import WildcardScorer
from droindex.query.fallback import corrected_query, reasons_for_nothing, relaxed_query
from droindex.query.language import nodes
from droindex.query.language.parser import parse
from droindex.query.language.rewrite import relaxed, unquoted
from droindex.query.request import Request, hit_filters_of
from droindex.query.suggest import suggest

TODAY = date(2020, 5, 17)
DOCUMENTS = [
    document("The escort of detainees in custody.", doc_id="escort", title="Escort of detainees"),
    document("Travel documents and detention.", doc_id="travel", title="Travel", number="11-4.1"),
    document("Detention and removal; escorts.", doc_id="removal", title="Removal",
             supersedes=(Reference("travel"),)),
    document("The national fugitive operations program (NFOP).", doc_id="nfop", title="NFOP"),
    document("NFOP teams.", doc_id="teams", title="Teams"),
    document("An old custody order.", doc_id="old", title="Old order", status="Superseded"),
]  # fmt: skip
WORDS = st.sampled_from(
    ["escort", "detention", "travel", "nfop", "zzqx", "esc*", "detainee~", "11-4.1", '"escort of"',
     "-travel", "title:escort", "AND", "OR", "(", ")", "issued:2004.."],
)  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    yield from opened(tmp_path_factory.mktemp("compile"), DOCUMENTS)


@pytest.fixture(scope="module")
def reader(index: Index) -> SetReader:
    return index._handle.reader()


def compiled(reader: SetReader, text: str, *, strict: bool = False) -> Compiled:
    limits = hit_filters_of(reader, Request(today=TODAY))
    return compile_query(
        parse(text, fields=QUERY_FIELDS), reader, Settings(), limits, strict=strict
    )


def context_of(reader: SetReader, text: str) -> QueryContext:
    parsed = parse(text, fields=QUERY_FIELDS)
    return QueryContext(
        parsed, reader, Settings(), strict=False, corrections={}, is_half_typed=False
    )


def terms_in(clause: Clause | None) -> set[tuple[str, str]]:
    """Return (field, term) of every word that scores in a clause."""
    if isinstance(clause, Term):
        return {(clause.field, clause.term)}
    parts = (*clause.must, *clause.should) if isinstance(clause, Bool) else ()
    return {pair for part in parts for pair in terms_in(part)}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(WORDS, max_size=6).map(" ".join))
def test_the_same_query_compiles_to_the_same_clauses(reader: SetReader, text: str) -> None:
    once = compiled(reader, text)
    assert compiled(reader, text) == once
    assert len(set(once.notes)) == len(once.notes)
    keys = [item.key for item in once.requirements if item.key is not None]
    assert len(set(keys)) == len(keys)
    assert all(item.idf > 0 for item in once.requirements)


def test_a_word_scores_in_the_text_the_title_the_summary_and_as_written(reader: SetReader) -> None:
    found = compiled(reader, "escorts")
    stem, surface = reader.analyzer.query_terms("escorts")[0]
    assert terms_in(found.clause) == {
        ("all", stem), ("title", stem), ("summary", stem), ("exact", surface)
    }  # fmt: skip
    assert [item.label for item in found.requirements] == ["escorts"]
    assert found.highlights.stems == {stem}
    assert found.words == {stem}
    assert found.passage_clauses == (Term("text", stem),)


def test_titles_and_numbers_are_looked_for_that_some_document_has(reader: SetReader) -> None:
    assert "title_key" not in repr(compiled(reader, "custody orders").clause)
    assert "title_key" in repr(compiled(reader, "old order").clause)
    assert "number_key" not in repr(compiled(reader, "11-4.2").clause)
    assert "number_key" in repr(compiled(reader, "11-4.1").clause)


def test_a_word_asked_for_twice_counts_once_and_weighs_double(reader: SetReader) -> None:
    once, twice = compiled(reader, "escort"), compiled(reader, "escort escort")
    assert twice.requirements == once.requirements
    stem = reader.analyzer.query_terms("escort")[0][0]
    assert Term("text", stem, 2.0) in twice.passage_clauses


def test_neighbouring_words_score_as_a_phrase_too(reader: SetReader) -> None:
    found = compiled(reader, "travel documents")
    assert isinstance(found.clause, Bool)
    pairs = [clause for clause in found.clause.should if isinstance(clause, PhraseOf)]
    assert len(pairs) == 1
    assert len(pairs[0].terms) == 2


def test_alternatives_are_one_requirement_and_exclusions_none(reader: SetReader) -> None:
    found = compiled(reader, "escort OR travel -custody")
    assert [item.label for item in found.requirements] == ["escort OR travel"]
    assert len(found.excluded) == 1
    assert compiled(reader, "-custody").clause is None
    with pytest.raises(QueryError) as caught:
        compiled(reader, "-custody", strict=True)
    assert caught.value.slug == "only-exclusions"


def test_parentheses_in_prose_ask_for_nothing(reader: SetReader) -> None:
    assert compiled(reader, "(escort) (travel)").clause == compiled(reader, "escort travel").clause


def test_what_is_named_in_a_field_is_remembered_as_written(reader: SetReader) -> None:
    found = compiled(reader, "opi:ADDRM title:escort")
    assert [written for written, _ in found.named] == ["opi:ADDRM", "title:escort"]
    assert len(found.filters) == 1


def test_a_number_names_a_document(reader: SetReader) -> None:
    scorer = CitationScorer(context_of(reader, "11-4.1"))
    terms, notes = scorer.terms_of("11-4.1")
    runs, on_pages = scorer.numbers([terms])
    assert [run.terms for run in runs] == [tuple(stem for stem, _ in terms)]
    assert [run.terms for run in on_pages] == [run.terms for run in runs]
    assert notes == ()
    read, notes = scorer.terms_of("l1-4.1")
    assert read == terms
    assert notes == ("No document here holds “l1-4.1”: read as “11-4.1”.",)
    assert any(
        isinstance(clause.clause, AnyOf)  # type: ignore[union-attr] # constants all
        for clause in scorer.exact([terms], {stem: 1.0 for stem, _ in terms})
    )


def test_a_short_form_is_asked_for_either_way(reader: SetReader) -> None:
    context = context_of(reader, "NFOP")
    terms = context.analyzer.query_terms("NFOP")
    idfs = {stem: context.idf("all", stem) for stem, _ in terms}
    found, replaced = ExpansionScorer(context).expanded(terms, idfs, {}, {})
    (requirement,) = found.requirements
    assert len(requirement.branches) == 2
    assert replaced == {terms[0][0]}
    assert "also finds" in found.notes[0]
    assert context.is_in_capitals(tuple(replaced))


def test_a_mistyped_word_is_corrected_or_read_as_a_beginning(reader: SetReader) -> None:
    context = context_of(reader, "detentoin escor")
    scorer = CorrectionScorer(context)
    words = [(stem, word, 1.0) for stem, word in context.analyzer.query_terms("detentoin")]
    idfs = {stem: context.idf("all", stem) for stem, _, _ in words}
    found = scorer.corrected(words, idfs, {})
    assert found.corrections == {"detentoin": "detention"}
    assert found.requirements[0].clause == Term("all", "detent")
    assert scorer.corrected(words, idfs, found.corrections) is NOTHING
    assert scorer.as_meant([("detentoin", "detentoin")], found.corrections) == (
        context.analyzer.query_terms("detention")
    )
    begun = [(stem, word, 2.0) for stem, word in context.analyzer.query_terms("escor")]
    idfs = {stem: context.idf("all", stem) for stem, _, _ in begun}
    assert scorer.beginnings(begun, idfs) == {begun[0][0]: ("escor", 2.0)}
    assert scorer.likelier(words, {words[0][0]: context.top_idf}, {}) is NOTHING


def test_a_wildcard_stands_for_real_words(reader: SetReader) -> None:
    scorer = WildcardScorer(context_of(reader, "esc*"))
    found = scorer.expanded("esc*", "exact", 1.0)
    assert found is not None
    assert found.requirements[0].stands_for == ("escort", "escorts")
    assert found.highlights.surfaces == {"escort", "escorts"}
    assert scorer.expanded("11-4*", "exact", 1.0) is None  # several terms
    none = scorer.expanded("zzqx*", "exact", 1.0)
    assert none is not None
    assert none.clauses == (NoDocuments(),)


def test_a_fuzzy_word_stands_for_near_ones(reader: SetReader) -> None:
    found = FuzzyScorer(context_of(reader, "escrot~")).anywhere(nodes.Word("escrot", 0, 7, edits=1))
    assert found.requirements[0].stands_for == ("escort",)


def test_a_scorer_of_words_adds_nothing_for_none(reader: SetReader) -> None:
    scorer = WordScorer(context_of(reader, ""))
    assert scorer.plain([]) is NOTHING
    assert scorer.phrase(nodes.Phrase("--", 0, 4)) is NOTHING
    whole = combined([scorer.plain([nodes.Word("escort", 0, 6)]), NOTHING])
    assert whole.words
    assert quoted(["a", "b"], 3) == '"a b"~3'
    assert quoted(["a"]) == "a"


@given(st.text())
def test_a_word_is_shortened_in_a_note(word: str) -> None:
    assert len(shortened(word)) <= 41


def test_what_binds_is_relaxed_and_what_is_named_stays() -> None:
    parsed = parse('"a b" AND c title:d -e', fields=QUERY_FIELDS)
    loose = relaxed(parsed)
    assert loose is not None
    kinds = [type(node).__name__ for node in loose.root.nodes]
    assert kinds == ["Word", "Word", "Fielded", "Not"]
    assert relaxed(loose) is None
    short = parse('one two three "six seven"', fields=QUERY_FIELDS)
    assert unquoted(short) is short
    prose = parse(f'{"word " * 20}"six seven"', fields=QUERY_FIELDS)
    assert not any(isinstance(node, nodes.Phrase) for node in unquoted(prose).root.nodes)


def test_a_query_that_finds_nothing_says_why_and_has_stand_ins(reader: SetReader) -> None:
    found = compiled(reader, '"escort travel" title:zzqx')
    assert list(reasons_for_nothing(reader, found, {})) == ["No document here fits title:zzqx."]
    loose = relaxed_query(reader, found, Settings())
    assert loose is not None
    assert loose.is_relaxed
    assert loose.requirements == found.requirements
    assert corrected_query(reader, found, Settings()) is None
    assert relaxed_query(reader, compiled(reader, "escort"), Settings()) is None
    outside = compiled(reader, "old order")._replace(words=frozenset())
    assert list(reasons_for_nothing(reader, outside, {})) == [
        "1 document fits in other scopes: search the scope “all”."
    ]


def test_the_speller_names_living_words_alone(reader: SetReader) -> None:
    parsed = parse("detentoin -escrot (travel) title:zzqx*", fields=QUERY_FIELDS)
    assert list(plain_texts(parsed.root.nodes)) == ["detentoin", "travel"]
    speller = Speller(reader, ("detentoin", "travel"))
    assert speller.correction("detentoin") == "detention"
    assert speller.correction("zzqxzzqx") is None
    assert speller.is_begun("esco")
    assert speller.beginning("ecsor") == "escor"
    assert bound_corrections(parsed, reader) == {}
    assert corrected("Detentoin", {"detentoin": "detention"}) == "detention"


def test_a_suggestion_is_made_of_values(reader: SetReader) -> None:
    def suggested(text: str) -> tuple[str, str | None, tuple[str, ...], tuple[str, ...] | None]:
        found = suggest(reader, Request(today=TODAY, text=text), Settings(), ("A notice.",))
        return found.query, found.suggestion, found.notes, found.completions

    assert suggested("esc") == ("esc", None, ("A notice.",), ("escort", "escorts"))
    assert suggested("detentoin esc")[1] == "detention esc"
    assert suggested("escort ")[3] == ()
    assert suggested("-esc")[3] == ()
    assert suggested("")[3] == ()
