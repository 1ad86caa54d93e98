"""Numbers, citations, short forms of directives, and texts that quote something."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engine.libraries import opened, put
from support import document

from droindex import Index, QueryError
from droindex.engine.analysis import Analyzer
from droindex.engine.profile import pack_profile, unpack_profile
from droindex.engine.protocol import Engine

DOCUMENTS = [
    document(
        "Fax machines are retired. This order revokes nothing.",
        doc_id="order",
        title="EO 13837",
        number="EO 13837",
    ),
    document(
        "As Executive Order 13837 says, official time is counted. The order binds.",
        doc_id="guidance",
        title="Guidance on official time",
    ),
    document("An executive order of lunch.", doc_id="lunch", title="Lunch"),
    document(
        "Secure high value assets. See App. 11-4.1.",
        doc_id="assets",
        title="High value assets",
        number="BOD 18-02",
    ),
    document("BOD 18-02 is cited here.", doc_id="citing", title="Which directives bind"),
    document("The roster.", doc_id="roster", title="Roster", number="Appendix 11-4.1"),
    document("Volume 2 of the manual.", doc_id="volume", title="Manual", number="M-100 V2"),
    document("An old way to escort.", doc_id="old", title="Escort", status="Superseded"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Iterator[Index]:
    path = put(tmp_path_factory.mktemp("citations") / "library.idx", DOCUMENTS, engine)
    with opened(path, engine) as index:
        yield index


def ids(index: Index, query: str, **options: object) -> list[str]:
    return [hit.doc_id for hit in index.search(query, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("EO 13837", "order"),
        ("executive order 13837", "order"),
        ("BOD 18-02", "assets"),
        ("bod18-02", "assets"),
        ("BOD 18-O2", "assets"),  # a scanned zero
        ("BOD l8-02", "assets"),  # a scanned one
        ("App. 11-4.1", "roster"),
        ("Appendix 11-4.1", "roster"),
        ("11-4.1", "roster"),
        ("vol. 2", "volume"),
    ],
)
def test_a_number_brings_its_document_first(index: Index, query: str, first: str) -> None:
    assert ids(index, query)[0] == first


def test_what_cites_a_number_comes_after_it(index: Index) -> None:
    assert ids(index, "BOD 18-02")[:2] == ["assets", "citing"]


def test_a_misread_number_is_told(index: Index) -> None:
    notes = index.search("BOD 18-O2").notes
    assert notes.count("No document here holds “18-O2”: read as “18-02”.") == 1


def test_letters_are_left_alone_where_they_are_no_slip(index: Index) -> None:
    assert not any("read as" in note for note in index.search("Illinois O 18-02").notes)


def test_a_short_form_stands_for_its_name_before_a_number_only(index: Index) -> None:
    results = index.search("EO 13837")
    assert {"order", "guidance"} <= {hit.doc_id for hit in results}
    assert any("Executive Order" in note for note in results.notes)
    assert not any("Executive Order" in note for note in index.search("EO time").notes)


def test_a_text_that_quotes_something_does_not_demand_it(index: Index) -> None:
    text = (
        "I would like to know which directives bind an agency that keeps fax machines, given that "
        '"the order binds" was said somewhere in guidance'
    )
    results = index.search(text)
    assert {"guidance", "citing"} <= {hit.doc_id for hit in results}
    assert any("quotes something" in note for note in results.notes)
    demanded = index.search(text.replace('"the', 'AND "the'))
    assert {hit.doc_id for hit in demanded} == {"guidance"}
    assert [hit.doc_id for hit in index.search(text, strict=True)] == ["guidance"]


def test_short_queries_with_quotes_bind(index: Index) -> None:
    assert ids(index, 'guidance "order binds"') == ["guidance"]


@pytest.mark.parametrize("query", ["executive order 13837", "high value assets", "roster lunch"])
def test_the_fast_ranking_finds_the_same_documents(index: Index, query: str) -> None:
    assert set(ids(index, query, ranking="fast")) == set(ids(index, query))
    assert ids(index, query, ranking="fast")[0] == ids(index, query)[0]


def test_there_is_no_other_ranking(index: Index) -> None:
    with pytest.raises(QueryError) as caught:
        index.search("order", ranking="slow")
    assert caught.value.slug == "unknown-ranking"
    with pytest.raises(QueryError):
        index.scan("order", ranking="slow")


def test_notes_say_what_other_scopes_hold(index: Index) -> None:
    results = index.search("escort")
    assert results.total == 0
    assert "1 document fits in other scopes: search the scope “all”." in results.notes
    assert not index.search("escort", scope="all").notes


def test_a_profile_keeps_the_most_frequent_terms() -> None:
    text = "The escort escorts; the officer and the escort report. Reports are filed."
    packed = pack_profile(text, Analyzer(), 3)
    assert unpack_profile(packed) == {"escort": 3, "report": 2, "file": 1}
    assert unpack_profile(pack_profile("", Analyzer(), 3)) == {}


def test_a_number_alone_behind_a_name_brings_the_part_with_that_number(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    names = ("Manual Chapter 21", "Manual Appendix 21-1", "Manual Chapter 1")
    Index.update(library, [document("Text.", doc_id=n[-4:], title=n, number=n) for n in names])
    with Index.open(library) as index:
        assert index.search("manual 21")[0].document.number == "Manual Chapter 21"
        assert index.search("ch. 21")[0].document.number == "Manual Chapter 21"
        assert not any("No document here holds" in note for note in index.search("ch. 21").notes)


def test_alternatives_of_fields_bind(index: Index) -> None:
    assert ids(index, "(number:13837 OR title:roster) order") == ["order"]
    assert set(ids(index, '("fax machines" OR "the manual") order volume')) == {"order", "volume"}
    both = index.search("title:(official OR lunch)")
    assert {hit.match for hit in both} == {100}


def test_a_field_that_nothing_fits_is_named(index: Index) -> None:
    results = index.search("order title:escrot opi:NOBODY")
    assert "No document here fits title:escrot." in results.notes
    assert "No document here fits opi:NOBODY." in results.notes


def test_loose_phrases_of_frequent_words_cost_little(tmp_path: Path) -> None:
    text = "to the office of the field office director of the office " * 2_000
    library = tmp_path / "library.idx"
    Index.update(library, [document(text, doc_id="long", title="Long")])
    with Index.open(library) as index:
        results = index.search('"to the office of the field office director of the office"~100')
        assert (results.total, results[0].match) == (1, 100)
        assert results.took_ms < 2_000
        assert index.search('"field office director"~2').total == 1
        assert index.search('"director field office director to"~1', strict=True).total == 0


def test_a_search_box_leaves_out_what_is_excluded(index: Index) -> None:
    def suggested(text: str) -> set[str]:
        return {hit.doc_id for hit in index.suggest(text)}

    assert "lunch" in suggested("order") & suggested("order -lun")
    assert "lunch" not in suggested("order -lunch ")
    assert index.suggest("11-4.1")[0].doc_id == "roster"


def test_a_number_is_held_whole_or_not_at_all(index: Index) -> None:
    results = index.search("app 11-4.1", scope="all")
    assert {hit.doc_id: hit.match for hit in results}["roster"] is not None
    held = {hit.doc_id: (hit.words_held, hit.words_required) for hit in results}
    assert held["assets"] == (2, 2)
    assert "11-4.1" in [part.what for part in results[0].explain().requirements]
    assert not any("No document" in note for note in results.notes)


@pytest.mark.parametrize("query", ["11-4.2", "13837.18", "BOD 02-18"])
def test_a_number_that_no_document_holds_is_told_whatever_its_parts(
    index: Index, query: str
) -> None:
    number = query.rsplit(maxsplit=1)[-1]
    results = index.search(query, scope="all")
    assert any(f"No document here holds “{number}”" in note for note in results.notes)
    assert results.total_all_words == 0
    assert all(hit.match is not None and hit.match < 100 for hit in results)
