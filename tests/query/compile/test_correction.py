"""Misspellings: what a mistyped word is read as, and that only living words are named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import document

from droindex import Index

# Slips in judged queries and titles of the sample corpus, chosen by hand, each kind in turn; the
# seeded measure over 200 of them is benchmarks/quality/misspellings.py.
SAMPLE = {
    "Detainee Telephone Access": "Detainee Telephhone Access",
    "Post-Order Custody Review": "Post-Order Cusody Review",
    "hunger strike": "hunger strile",
    "body armor": "body amror",
    "bond breach": "bond brreach",
    "juvenile coordinator": "juvenile coodinator",
    "country clearance": "country clearqnce",
    "chickenpox quarantine": "chickenpox quarantien",
    "charter flights": "charter fligyhts",
    "suicide watch": "sicide watch",
    "ankle bracelet": "ankle braxelet",
    "sedation on flights": "sedatoin on flights",
    "home-to-work vehicles": "home-to-work vehiclles",
    "video hearings": "video hearngs",
    "credible fear": "credivle fear",
    "pregnant detainees": "prengant detainees",
    "Aguadilla hurricane": "Aguadilla hurrricane",
    '"surge team"': '"surge tem"',
    '"collateral arrest"': '"collateral artest"',
    '"unauthorized commitment"': '"unauthorized comimtment"',
}
ENOUGH = 0.9  # of them, the right first document is in the first three


@pytest.fixture(scope="module")
def sample(sample_library: Path) -> Iterator[Index]:
    with Index.open(sample_library, clearance="LES") as opened:
        yield opened


def ids(index: Index, query: str, limit: int = 10) -> list[str]:
    return [hit.doc_id for hit in index.search(query, scope="all", limit=limit, snippets=False)]


def test_a_misspelt_query_finds_what_was_meant(sample: Index) -> None:
    missed = [
        wrong
        for right, wrong in SAMPLE.items()
        if ids(sample, right)[0] not in ids(sample, wrong, 3)
    ]
    assert len(missed) <= (1 - ENOUGH) * len(SAMPLE), missed


def test_right_queries_are_not_put_right(sample: Index) -> None:
    for right in SAMPLE:
        results = sample.search(right, scope="all", snippets=False)
        assert results.suggestion is None, right


@pytest.fixture
def index(library: Callable[..., Path]) -> Iterator[Index]:
    records = [
        {"doc_id": f"order{n}", "body": f"The removal order of case {n}, by the judge."}
        for n in range(30)
    ]
    records += [{"doc_id": f"horder{n}", "body": "A border fence."} for n in range(40)]
    records += [
        {"doc_id": "oder", "body": "The river Oder floods."},
        {"doc_id": "phrase", "body": "The trial judge decides at once."},
        {"doc_id": "phrase2", "body": "The trial judge decides again."},
        {"doc_id": "trail", "body": "A trail through the wood."},
        *({"doc_id": f"trial{n}", "body": "The trial of the case."} for n in range(20)),
    ]
    with Index.open(library(records)) as opened:
        yield opened


def test_the_company_of_the_other_words_decides(index: Index) -> None:
    assert index.search("removal xorder").suggestion == "removal order"
    assert index.search("fence xorder").suggestion == "fence border"


def test_a_rare_known_word_is_searched_beside_what_was_likelier_meant(index: Index) -> None:
    results = index.search("removal oder", limit=40)
    assert results.suggestion == "removal order"
    assert any("“order” is searched as well" in note for note in results.notes)
    assert {"order0", "oder"} <= {hit.doc_id for hit in results}


def test_known_words_that_stand_together_are_left_alone(index: Index) -> None:
    results = index.search("river oder")
    assert (results.suggestion, results.notes) == (None, ())


def test_a_phrase_that_stands_nowhere_is_read_with_a_likelier_word(index: Index) -> None:
    results = index.search('"trail judge"')
    assert {hit.doc_id for hit in results} == {"phrase", "phrase2"}
    assert results.suggestion == '"trial judge"'
    assert results.total_all_words == 2
    assert index.search('"trail judge"', strict=True).total == 0
    assert index.search("trail AND judge").suggestion == "trial AND judge"


def test_a_word_that_was_put_right_is_held(index: Index) -> None:
    results = index.search("removal ordder judge")
    best = results[0]
    assert (best.match, best.words_held, best.words_required) == (100, 3, 3)
    assert results.total_all_words == 30
    part = index.search("ordder fence")[0]
    assert part.match is not None
    assert 0 < part.match < 100
    assert (part.words_held, part.words_required) == (1, 2)
    assert part.to_dict()["words_required"] == 2


@pytest.mark.parametrize("typed", ["boarder", "trails", "theses", "horder"])
def test_a_plain_word_is_not_put_right(library: Callable[..., Path], typed: str) -> None:
    """Of words near those of a library, only the one that is none of English is a slip."""
    body = "The border of the hoarder, frails and these."
    with Index.open(library([{"doc_id": f"d{n}", "body": body} for n in range(3)])) as opened:
        results = opened.search(f"{typed} zebra")
        assert (results.suggestion is not None) == (typed == "horder"), results.notes


def test_kids_are_no_kinds(sample: Index) -> None:
    results = sample.search("kids in custody")
    assert results.suggestion is None
    assert results.notes == ("No document here holds “kids”.",)
    assert sample.search("hospitel").suggestion == "hospital"


def test_a_short_word_in_capitals_is_found_as_it_is_written(library: Callable[..., Path]) -> None:
    records = [
        {"doc_id": "many", "body": "A sip, a sip and a sip: each sip of many a sip."},
        {"doc_id": "one", "body": "One of the SIPS, the only one, among a lot of other words."},
        *({"doc_id": f"other{n}", "body": f"Something else {n}."} for n in range(9)),
    ]
    with Index.open(library(records)) as opened:
        assert [hit.doc_id for hit in opened.search("sip")] == ["many", "one"]
        assert [hit.doc_id for hit in opened.search("SIPS")] == ["one", "many"]
        assert [hit.doc_id for hit in opened.search("the SIPS")] == ["one", "many"]


def test_a_mistyped_word_inside_quotes_is_put_right(index: Index) -> None:
    results = index.search('"removal ordder"')
    assert results.total == 30
    assert results.suggestion == '"removal order"'
    assert (results[0].match, results[0].words_held, results[0].words_required) == (100, 2, 2)
    assert index.search('"removal ordder"', strict=True).total == 0


@settings(deadline=None)
@given(st.text(max_size=30))
def test_no_text_breaks_the_speller(sample: Index, text: str) -> None:
    sample.search(text, limit=1, snippets=False)
    sample.suggest(text, limit=1)
    sample.search(f"{text}~2 AND zqescort", limit=1, snippets=False)


# --- words of deleted documents --------------------------------------------------------------


@pytest.fixture
def changed(library: Callable[..., Path]) -> Iterator[Index]:
    """A library whose only document with `quarantine` was replaced."""
    kept = [{"doc_id": f"kept{n}", "body": "An escort stays awake."} for n in range(30)]
    path = library([*kept, {"doc_id": "old", "title": "Quarantine", "body": "In quarantine."}])
    Index.update(path, documents=[document("Now of something else.", doc_id="old")])
    with Index.open(path) as opened:
        yield opened


@pytest.mark.parametrize("typed", ["quaranitne", "quarantin", "quaran", "qarantine", "quarantine"])
def test_a_word_that_no_living_document_holds_is_neither_named_nor_searched(
    changed: Index, typed: str
) -> None:
    for results in (changed.search(typed), changed.suggest(typed)):
        assert results.total == 0
        assert results.suggestion is None
        assert not any("quarantine" in note.replace(typed, "") for note in results.notes)
    assert changed.search(typed).notes == (f"No document here holds “{typed}”.",)


@pytest.mark.parametrize("query", ["quaranitne~", "quarantin~2", "title:quarantin~", "quaran*"])
def test_nor_is_it_one_of_many(changed: Index, query: str) -> None:
    results = changed.search(query)
    assert results.total == 0
    assert results.notes[0].startswith("No word here")


def test_living_words_are_found_beside_dead_ones(changed: Index) -> None:
    assert changed.search("escrot").suggestion == "escort"
    assert changed.search("quarantine escrot").total == 30
    assert changed.suggest("escrot").total == 30


# --- as you type -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "suggestion"),
    [
        ("esc", None),
        ("xsc", None),  # too short to tell
        ("escro", "escor"),
        ("escrot dev", "escort dev"),
        ("juvenile escrot ratois", "juvenile escort ratios"),
        ("detainee tranf", "detainee transf"),
        ("escrot ", "escort "),
        ("11-4", None),
    ],
)
def test_a_slip_in_what_is_typed_is_put_right(
    sample: Index, typed: str, suggestion: str | None
) -> None:
    results = sample.suggest(typed)
    assert results.suggestion == suggestion
    assert results.query == typed
    if suggestion:
        meant = sample.suggest(suggestion)
        assert [hit.doc_id for hit in results] == [hit.doc_id for hit in meant]
        assert results.total > 0


@pytest.mark.parametrize("typed", ["\ud800title", "esc\x00rot", "escrot " * 500])
def test_what_nobody_types_is_answered_as_it_is(sample: Index, typed: str) -> None:
    assert sample.suggest(typed).suggestion is None


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("juv esc", "DROPPM Appendix 11-4.2: Juvenile Escort and Shelter Roster"),
        ("juv esc ros", "DROPPM Appendix 11-4.2: Juvenile Escort and Shelter Roster"),
        ("bon bre", "Bond Acceptance, Breach and Mitigation"),
        ("dev esc", "Field Advisory Deviation from the Escort Policy"),
        ("duties of fie", "Duties of Field Office Juvenile Coordinators"),
    ],
)
def test_each_word_may_be_half_typed(sample: Index, typed: str, title: str) -> None:
    results = sample.suggest(typed)
    assert results[0].document.title == title
    assert (results[0].relevance, results[0].match) == (100, 100)
    told = results[0].explain()
    assert sum(part.score for part in told.parts) == pytest.approx(results[0].score, abs=0.001)
    assert [hit.doc_id for hit in sample.suggest(typed, limit=3)] == [
        hit.doc_id for hit in results[:3]
    ]


def test_titles_that_hold_all_beginnings_come_first_in_order(library: Callable[..., Path]) -> None:
    titles = {
        "ordered": "Control of expenditures",
        "reversed": "Export contracts",
        "apart": "Control of grants and their expenditures",
        "body": "Something else",
    }
    records = [
        {"doc_id": key, "title": title, "body": "con exp control experience " * (key == "body")}
        for key, title in titles.items()
    ]
    with Index.open(library(records)) as opened:
        found = [hit.doc_id for hit in opened.suggest("con exp")]
        assert found == ["ordered", "apart", "reversed", "body"]
        told = opened.suggest("con exp")[0].explain()
        purposes = {part.purpose: part.what for part in told.parts}
        assert purposes["in this order in the title"] == "con* exp*"
        assert purposes["in the title, in any order"] == "con* exp*"
        assert sum(part.score for part in told.parts) == pytest.approx(told.score, abs=0.001)
        scores = {hit.doc_id: hit.score for hit in opened.suggest("con exp")}
        for scope in ("active", "all"):
            assert {h.doc_id: h.score for h in opened.suggest("con exp", scope=scope)} == scores
        assert opened.suggest("con exp").completions == ("con exp", "con experience")


def test_the_first_digits_of_a_number_bring_its_document(sample: Index) -> None:
    for hit in sample.suggest("directive 1103", limit=3):
        assert (hit.document.number or "").startswith("1103")


@pytest.mark.parametrize("typed", ["11-", "form 11-", "11.", "form 11"])
def test_numbers_that_begin_so_are_listed_in_their_order(
    library: Callable[..., Path], typed: str
) -> None:
    numbers = ["11-10", "11-2", "11-4.1", "11-1", "110.2", "11032.1", "12-1"]
    records = [
        {
            "doc_id": number,
            "title": f"Form {number}",
            "number": number,
            "body": "form 11 of 110 " * at,
        }
        for at, number in enumerate(numbers)
    ]
    with Index.open(library(records)) as opened:
        found = [hit.doc_id for hit in opened.suggest(typed)]
    assert found[:4] == ["11-1", "11-2", "11-4.1", "11-10"]


def test_behind_a_word_that_is_completed_which_stands_behind_it(
    library: Callable[..., Path],
) -> None:
    records = [
        {"doc_id": "many", "body": "removal of a person per performance by permission"},
        *(
            {"doc_id": f"d{at}", "body": "the removal period ends in ninety days"}
            for at in range(3)
        ),
        *(
            {"doc_id": f"p{at}", "body": "a person with permission for the performance"}
            for at in range(9)
        ),
    ]
    with Index.open(library(records)) as opened:
        results = opened.suggest("removal per")
        assert {hit.doc_id for hit in results[:3]} == {"d0", "d1", "d2"}
        assert results.completions is not None
        assert results.completions[0] == "removal period"
        assert opened.suggest("removal of a per").completions[0] == "removal of a person"
        assert opened.suggest("removal rem").completions == ()  # no word is offered twice


def test_a_short_form_is_enough_for_what_it_means(library: Callable[..., Path]) -> None:
    records = [
        {"doc_id": "means", "body": "The Flight Safety Office (FSO) decides."},
        {"doc_id": "other", "body": "Flight Safety Office and others."},
        {"doc_id": "none", "body": "Something else."},
    ]
    with Index.open(library(records)) as opened:
        assert {hit.doc_id for hit in opened.suggest("FSO")} == {"means", "other"}


def test_beside_other_words_a_short_form_needs_capitals(library: Callable[..., Path]) -> None:
    records = [
        {"doc_id": "means", "body": "The Secure Archive for Evidence (SAFE) keeps travel papers."},
        {"doc_id": "meant", "body": "Travel to the Secure Archive for Evidence."},
        {"doc_id": "plain", "body": "Travel is safe."},
    ]
    with Index.open(library(records)) as opened:
        assert {hit.doc_id for hit in opened.suggest("travel safe")} == {"means", "plain"}
        assert "meant" in {hit.doc_id for hit in opened.suggest("travel SAFE")}


def test_one_letter_is_enough(sample: Index) -> None:
    hits = sample.suggest("e")
    assert len(hits) == 10
    assert hits[0].snippet is not None


def test_every_beginning_of_a_word_finds_it(sample: Index) -> None:
    for length in range(1, len("tuberculosis") + 1):
        assert sample.suggest("tuberculosis"[:length]).total


def test_a_half_typed_word_is_completed_by_words_that_stand_with_the_others(
    sample: Index,
) -> None:
    assert "immigration" in (sample.suggest("immi").completions or ())
    together = sample.suggest("Travel doc").completions
    assert together is not None
    assert together[0] == "Travel document"
    for text in together:
        assert sample.search(text.replace(" ", " AND "), scope="all", snippets=False).total
    assert sample.suggest("travel ").completions == ()
    assert sample.suggest("travel xqz").completions == ()
    assert sample.suggest("11-4.").completions == ()
    assert sample.search("travel doc").completions is None


@pytest.mark.parametrize("text", ["abcd\udc80\udc81x", "1\udc80-2", "\udc80", "travel \ud800d"])
def test_text_that_no_keyboard_makes_is_completed_by_nothing(sample: Index, text: str) -> None:
    assert sample.suggest(text).to_dict()["completions"] == []
