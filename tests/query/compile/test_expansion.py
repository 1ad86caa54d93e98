"""Words that are not in the library as they were typed: acronyms, synonyms, slips, beginnings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support import document

from droindex import Index


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "corpus.toml").write_text(
        'synonyms = [["restraints", "handcuffs"]]\n'
        "[acronyms]\n"
        'ORR = "Office of Refugee Resettlement"\n',
        "utf-8",
    )
    (corpus / "short.txt").write_text("The ORR desk answers.", "utf-8")
    (corpus / "long.txt").write_text("The Office of Refugee Resettlement designates.", "utf-8")
    (corpus / "office.txt").write_text("An office of another kind, for a refugee.", "utf-8")
    (corpus / "cuffs.txt").write_text("Handcuffs and quarantine.", "utf-8")
    Index.build(corpus, tmp_path / "library.idx", workers=0)
    with Index.open(tmp_path / "library.idx") as opened:
        yield opened


def found(index: Index, query: str) -> dict[str, int | None]:
    return {hit.doc_id: hit.match for hit in index.search(query)}


def test_an_acronym_finds_its_meaning_and_says_so(index: Index) -> None:
    assert found(index, "orr") == {"short": 100, "long": 100}
    assert "Office of Refugee Resettlement" in index.search("ORR").notes[0]


def test_a_meaning_finds_its_acronym(index: Index) -> None:
    matches = found(index, "office of refugee resettlement")
    assert matches["short"] == 100
    assert matches["long"] == 100
    assert matches["office"] is not None
    assert matches["office"] < 100


def test_words_with_an_acronym_are_counted_as_they_are_written(index: Index) -> None:
    counts = {
        hit.doc_id: (hit.words_held, hit.words_required)
        for hit in index.search("office of refugee resettlement")
    }
    assert counts["short"] == counts["long"]
    held, required = counts["office"]
    assert held is not None
    assert required is not None
    assert held == required - 1  # no resettlement
    (both,) = index.search("orr OR zebra", limit=1)
    assert (both.words_held, both.words_required) == (1, 1)  # alternatives are one


def test_a_synonym_is_found_and_marked_as_a_whole(index: Index) -> None:
    hits = index.search("restraints")
    assert found(index, "restraints") == {"cuffs": 100}
    assert hits[0].snippet is not None
    assert ("Handcuffs", True) in hits[0].snippet.segments
    long = next(hit for hit in index.search("ORR") if hit.doc_id == "long")
    assert long.snippet is not None
    marked = [text for text, is_match in long.snippet.segments if is_match]
    assert marked == ["Office", "Refugee", "Resettlement"]


def test_acronyms_count_inside_and(index: Index) -> None:
    assert found(index, "orr AND designates") == {"long": 100}


@pytest.fixture
def harvest(tmp_path: Path) -> Iterator[Index]:
    """A library whose documents define a short form and an unlucky one."""
    texts = {
        "defines": "The National Fugitive Operations Program (NFOP) has teams. "
        "The Secure Archive For Exhibits (SAFE) is locked.",
        "short": "NFOP teams meet on Mondays.",
        "long": "The plans of a national fugitive operations program are kept.",
        "word": "A safe place for teams.",
        "other": "Teams of another program.",
    }
    documents = [document(text, doc_id=key) for key, text in texts.items()]
    Index.update(tmp_path / "harvest.idx", documents=documents)
    with Index.open(tmp_path / "harvest.idx") as opened:
        yield opened


def test_a_short_form_that_a_document_defines_finds_its_meaning(harvest: Index) -> None:
    results = harvest.search("NFOP plans")
    assert results.notes == ("“NFOP” also finds “National Fugitive Operations Program”.",)
    assert {hit.doc_id: hit.match for hit in results}["long"] == 100
    long = next(hit for hit in results if hit.doc_id == "long")
    assert long.snippet is not None
    marked = [text for text, is_match in long.snippet.segments if is_match]
    assert marked == ["plans", "national", "fugitive", "operations", "program"]


def test_a_meaning_that_a_document_defines_finds_its_short_form(harvest: Index) -> None:
    results = harvest.search("national fugitive operations program")
    assert {hit.doc_id: hit.match for hit in results}["short"] == 100
    assert results.notes == ("“national fugitive operations program” also finds “NFOP”.",)


def test_a_short_form_in_small_letters_is_a_word_unless_it_stands_alone(harvest: Index) -> None:
    assert harvest.search("nfop").notes
    assert harvest.search("safe place").notes == ()
    assert harvest.search("SAFE place").notes


def test_what_was_written_ranks_before_what_it_stands_for(harvest: Index) -> None:
    order = [hit.doc_id for hit in harvest.search("NFOP teams")]
    assert order.index("short") < order.index("long")


@pytest.mark.parametrize("typed", ["quaranitne", "qarantine", "quarantinee"])
def test_a_slip_is_put_right_and_said(index: Index, typed: str) -> None:
    results = index.search(typed)
    assert [hit.doc_id for hit in results] == ["cuffs"]
    assert any(typed in note for note in results.notes)


def test_a_correction_is_suggested(index: Index) -> None:
    assert index.search("refugee quaranitne").suggestion == "refugee quarantine"
    assert index.search("refugee quarantine").suggestion is None


def test_a_mistyped_word_is_held_where_the_right_one_is(index: Index) -> None:
    assert found(index, "quaranitne")["cuffs"] == 100
