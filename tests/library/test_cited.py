"""Who refers to what, within what a caller may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from droindex import DocumentNotFoundError, Index, QueryError, Settings
from droindex.settings import RankingSettings

Make = Callable[..., Path]


@pytest.fixture
def linked(library: Make) -> Path:
    return library(
        [
            {"doc_id": "bonds", "number": "11032.3", "title": "Bonds", "issued": date(2004, 1, 1),
             "body": "Policy Number: 11032.3. See 8 CFR 236.1(c)."},
            {"doc_id": "escorts", "number": "11032.4", "issued": date(2006, 1, 1),
             "body": ["Under 8 CFR 236.1 and Policy No. 11032.3.", "Policy No. 11032.3 again."]},
            {"doc_id": "manual", "title": "DROPPM Chapter 11: Custody", "number": "Chapter 11",
             "body": "See the memorandum of June 9, 2006 and BOD 16-01."},
            {"doc_id": "memo", "doc_type": "Memorandum", "issued": date(2006, 6, 9),
             "body": "As DROPPM Chapter 11 says. INA 237(a)(2)."},
            {"doc_id": "secret", "label": "LES", "number": "BOD 16-01",
             "body": "Policy No. 11032.3 stands."},
        ]
    )  # fmt: skip


def ids(index: Index, query: str) -> set[str]:
    return {hit.doc_id for hit in index.search(query, scope="all")}


def test_documents_are_found_by_what_they_refer_to(linked: Path) -> None:
    with Index.open(linked) as index:
        assert ids(index, 'cites:"8 CFR 236.1"') == {"bonds", "escorts"}
        assert ids(index, 'cites:"8 C.F.R. § 236.1(c)"') == {"bonds"}
        assert ids(index, 'cites:"8 CFR part 236"') == {"bonds", "escorts"}
        assert ids(index, 'cites:"8 CFR"') == {"bonds", "escorts"}
        assert ids(index, "cites:INA") == ids(index, 'cites:"ina 237(a)"') == {"memo"}
        assert ids(index, "cites:11032.3") == ids(index, "cites:bonds") == {"escorts"}
        assert ids(index, "citedby:escorts") == ids(index, "citedby:11032.4") == {"bonds"}
        assert ids(index, "citedby:manual") == {"memo"}
        assert ids(index, "cites:manual") == {"memo"}
        assert ids(index, 'cites:"BOD 16-01"') == {"manual"}
        assert {hit.doc_id for hit in index.search("", filters={"cites": "bonds"})} == {"escorts"}


def test_what_is_told_of_a_document_goes_both_ways(linked: Path) -> None:
    with Index.open(linked) as index:
        escorts = index.citations("escorts")
        assert [(own.text, own.times, own.pages, own.doc_id) for own in escorts.cites] == [
            ("8 CFR 236.1", 1, (1,), None),
            ("11032.3", 2, (1, 2), "bonds"),
        ]
        assert [own.doc_id for own in index.citations("bonds").cited_by] == ["escorts"]
        shape = index.citations("bonds").to_dict()
        assert shape["times_cited"] == 1
        assert shape["cites"][0]["text"] == "8 CFR 236.1(c)"
        for doc_id in index:
            for own in index.citations(doc_id).cites:
                if own.doc_id is not None:
                    back = index.citations(own.doc_id).cited_by
                    assert doc_id in {other.doc_id for other in back}


def test_what_a_caller_may_not_see_cites_nothing_and_is_not_cited(linked: Path) -> None:
    with Index.open(linked) as index:
        assert index.citations("manual").cites[1].doc_id is None
        with pytest.raises(DocumentNotFoundError):
            index.citations("secret")
    with Index.open(linked, clearance="LES") as index:
        assert [own.doc_id for own in index.citations("manual").cites] == ["memo", "secret"]
        assert {own.doc_id for own in index.citations("bonds").cited_by} == {"escorts", "secret"}


def test_a_number_that_several_share_is_offered_and_not_linked(library: Make) -> None:
    path = library(
        [
            {"doc_id": "one", "number": "11032.3"},
            {"doc_id": "two", "number": "11032.3"},
            {"doc_id": "citing", "body": "Policy No. 11032.3 and Policy No. 99999.1."},
        ]
    )
    with Index.open(path) as index:
        (own,) = index.citations("citing").cites
        assert (own.doc_id, own.likely) == (None, ("one", "two"))
        assert index.citations("one").cited_by == ()
        assert ids(index, "citedby:citing") == set()


@pytest.mark.parametrize(
    ("query", "near"),
    [("cites:bond", "bonds"), ("citedby:escort", "escorts"), ("cites:qqqq", "Write")],
)
def test_a_value_that_is_none_is_told_with_what_is_near(
    linked: Path, query: str, near: str
) -> None:
    with Index.open(linked) as index:
        (note, *_) = index.search(query).notes
        assert near in note
        with pytest.raises(QueryError) as caught:
            index.search(query, strict=True)
        assert caught.value.slug == "bad-citation"


def test_a_reference_filters_and_scores_nothing(linked: Path) -> None:
    with Index.open(linked) as index:
        plain = {hit.doc_id: hit.score for hit in index.search("policy", scope="all")}
        with_filter = index.search('policy cites:"8 CFR"', scope="all")
        assert len(with_filter) == 2
        assert all(hit.score == plain[hit.doc_id] for hit in with_filter)


def test_a_value_that_is_none_finds_nothing_where_nothing_else_is_asked(linked: Path) -> None:
    with Index.open(linked) as index:
        for query in (
            "cites:nonsense",
            "citedby:nonsense",
            "inforce:nonsense",
            "issued:2011-02-30",
        ):
            found = index.search(query, scope="all")
            assert found.total == 0
            assert found.notes[-1] == "Nothing else was asked for, so nothing is listed."
        assert index.search("8 cites:nonsense", scope="all").total
        assert len(index.search(f"cites:{'9' * 900}").notes[0]) < 300


def test_how_often_a_document_is_cited_is_shown_and_scores_nothing(linked: Path) -> None:
    with Index.open(linked) as index:
        found = index.search("policy OR memorandum", scope="all")
        assert {hit.doc_id: hit.times_cited for hit in found} == {
            "bonds": 1, "escorts": 0, "manual": 1,
        }  # fmt: skip
        assert [hit.to_dict()["times_cited"] for hit in found] == [h.times_cited for h in found]
        assert index.citations("bonds").times_cited == 1
    with Index.open(linked, clearance="LES") as index:
        (hit,) = index.search("bonds title:bonds", scope="all")
        assert hit.times_cited == 2


def test_being_cited_counts_where_it_is_asked_for_and_no_more_than_said(linked: Path) -> None:
    asked = Settings(ranking=RankingSettings(cited_boost=0.5))
    with Index.open(linked) as plain, Index.open(linked, settings=asked) as index:
        before = {hit.doc_id: hit.score for hit in plain.search("policy", scope="all")}
        best = max(before.values())
        for hit in index.search("policy", scope="all"):
            added = hit.score - before[hit.doc_id]
            assert added == pytest.approx(
                0.5 * best * hit.times_cited / (hit.times_cited + 5), abs=1e-3
            )
            parts = {part.purpose: part.score for part in hit.explain().parts}
            assert sum(parts.values()) == pytest.approx(hit.score, abs=1e-3)
            assert ("other documents refer to it" in parts) is bool(hit.times_cited)
        filtered = index.search("policy", scope="all", filters={"cites": "8 CFR"})
        whole = {hit.doc_id: hit.score for hit in index.search("policy", scope="all")}
        assert {hit.doc_id: hit.score for hit in filtered}.items() <= whole.items()
