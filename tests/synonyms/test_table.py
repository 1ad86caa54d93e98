"""What the documents of a set define, kept beside its indexes and taken away with a document."""

from __future__ import annotations

import json
from itertools import islice, product
from pathlib import Path
from string import ascii_uppercase

import pytest
from support import document, flip_byte

from droindex import Index, IndexDamagedError
from droindex.store.store import Store
from droindex.synonyms.table import (
    _MAX_SHORT_FORMS,
    MAX_BRACKETS,
    MAX_PER_DOCUMENT,
    SYNONYMS,
    definitions_of,
)

NFOP = "The National Fugitive Operations Program (NFOP) has teams."
OTHER = "The Northern Field Office Plan (NFOP) is older."


def kept(library: Path, name: str = "open") -> dict[str, list[list[object]]]:
    path = Store(library).current().folder / name / SYNONYMS
    shape: dict[str, list[list[object]]] = json.loads(path.read_bytes())
    return shape


def meanings(library: Path, key: str = "nfop", name: str = "open") -> list[tuple[object, object]]:
    return [(text, count) for text, _, count, _ in kept(library, name).get(key, [])]


def put(library: Path, *texts: str, start: int = 0, **values: object) -> None:
    documents = [document(text, doc_id=f"d{n}", **values) for n, text in enumerate(texts, start)]
    Index.update(library, documents=documents)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library.idx"


def test_a_meaning_counts_its_documents_in_whatever_form(library: Path) -> None:
    put(library, NFOP, NFOP.upper(), f"{NFOP} {NFOP}", "nothing")
    assert meanings(library) == [("National Fugitive Operations Program", 3)]
    assert meanings(library, "nation fugit oper program") == [("NFOP", 3)]


def test_what_goes_with_a_document_is_gone(library: Path) -> None:
    put(library, NFOP, *["filler"] * 20)
    put(library, OTHER, start=30)
    assert len(meanings(library)) == 2
    Index.update(library, remove=["d30"])
    assert meanings(library) == [("National Fugitive Operations Program", 1)]
    put(library, "Now without.")
    assert kept(library) == {}


def test_an_update_leaves_what_building_anew_would(library: Path, tmp_path: Path) -> None:
    put(library, NFOP, *["filler"] * 20)
    put(library, OTHER, start=30)
    fresh = tmp_path / "fresh.idx"
    put(fresh, NFOP, *["filler"] * 20)
    put(fresh, OTHER, start=30)
    put(fresh, "passing", start=31)
    Index.update(fresh, remove=["d31"])
    paths = [Store(place).current().folder / "open" / SYNONYMS for place in (library, fresh)]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_the_meaning_of_most_documents_leads_and_a_rare_one_goes(library: Path) -> None:
    put(library, OTHER, NFOP, NFOP)
    assert [count for _, count in meanings(library)] == [2, 1]
    assert meanings(library)[0][0] == "National Fugitive Operations Program"
    put(library, NFOP, start=10)
    assert [count for _, count in meanings(library)] == [3]


def defined(first: int, last: int) -> str:
    """Return definitions of different short forms, each of three letters."""
    forms = islice(product(ascii_uppercase, repeat=3), first, last)
    return " ".join(f"The {a}abit {b}ebit {c}ibit ({a}{b}{c}) reads." for a, b, c in forms)


def test_a_document_gives_a_bounded_number_of_short_forms() -> None:
    found = definitions_of([defined(0, MAX_PER_DOCUMENT + 20)])
    assert len(found) == MAX_PER_DOCUMENT
    assert found == definitions_of([defined(0, MAX_PER_DOCUMENT)])


def test_a_set_keeps_a_bounded_number_of_short_forms(library: Path) -> None:
    starts = range(0, 5 * MAX_PER_DOCUMENT, MAX_PER_DOCUMENT)
    put(library, *[defined(start, start + MAX_PER_DOCUMENT) for start in starts])
    short = [ways for ways in kept(library).values() if all(meant for *_, meant in ways)]
    assert len(short) == _MAX_SHORT_FORMS


def test_a_bounded_number_of_brackets_is_looked_at() -> None:
    noise = "It reads (as ever). " * (MAX_BRACKETS - 1)
    assert definitions_of([noise, NFOP]) == definitions_of([NFOP])
    assert definitions_of([noise, "It reads (once more).", NFOP]) == []


@pytest.mark.parametrize(
    "text",
    [
        "Information Technology (IT) serves.",  # a word of every text
        "The Department and Agency (D/A) answers.",
        "The On-the-Beam (OTB) way.",  # each `beam` would ask for it
    ],
)
def test_what_would_be_all_noise_is_not_kept(library: Path, text: str) -> None:
    put(library, text)
    assert kept(library) == {}


def test_each_set_has_what_its_own_documents_define(library: Path, tmp_path: Path) -> None:
    without = tmp_path / "without.idx"
    put(library, NFOP, NFOP)
    put(without, NFOP, NFOP)
    put(library, OTHER, OTHER, OTHER, start=5, label="LES")
    assert meanings(library) == meanings(without)
    assert meanings(library, name="clearance-1")[0] == ("Northern Field Office Plan", 3)
    paths = [Store(place).current().folder / "open" / SYNONYMS for place in (library, without)]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_corpus_toml_overrules(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text(f"{NFOP} The Policy Management Unit (PMU) reads.", "utf-8")
    (corpus / "corpus.toml").write_text(
        '[acronyms]\nNFOP = "new family office"\nPMU = false\n', "utf-8"
    )
    library = tmp_path / "library.idx"
    assert Index.build(corpus, library, workers=0).problems == ()
    assert kept(library) == {}
    with Index.open(library) as index:
        assert index.search("PMU").notes == ()
        assert "new family office" in index.search("NFOP").notes[0]
    (corpus / "corpus.toml").unlink()
    Index.build(corpus, library, workers=0)
    assert len(kept(library)) == 4


def test_going_back_and_an_exported_set_keep_it(library: Path, tmp_path: Path) -> None:
    put(library, NFOP)
    put(library, OTHER)
    Index.rollback(library)
    assert meanings(library) == [("National Fugitive Operations Program", 1)]
    Index.export_set(library, None, tmp_path / "copy.idx")
    assert kept(tmp_path / "copy.idx") == kept(library)
    with Index.open(tmp_path / "copy.idx") as index:
        assert index.search("NFOP").notes


def test_damage_is_noticed_and_mended_by_the_next_build(library: Path) -> None:
    put(library, NFOP, "filler")
    path = Store(library).current().folder / "open" / SYNONYMS
    flip_byte(path, 0)
    with pytest.raises(IndexDamagedError):
        Index.open(library)
    put(library, "more", start=7)
    assert Index.check(library).damages == () or Store(library).current().folder != path.parents[1]
    assert meanings(library) == [("National Fugitive Operations Program", 1)]
