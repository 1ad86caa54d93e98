from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from droindex import Index


def test_a_search_says_what_the_library_says_and_where_to_go(
    site: Any, sample_library: Path
) -> None:
    found = site.get("/api/search?q=juvenile+escort&limit=3&facets=opi").json()
    with Index.open(sample_library) as index:
        expected = index.search("juvenile escort", limit=3, facets=["opi"]).to_dict()
        fingerprint = index.fingerprint
    assert {name: found[name] for name in expected if name not in ("took_ms", "hits")} == {
        name: value for name, value in expected.items() if name not in ("took_ms", "hits")
    }
    for hit, own in zip(found["hits"], expected["hits"], strict=True):
        assert hit == {**hit, **own}
        assert hit["url"] == f"/doc/{hit['doc_id']}"
        assert hit["pdf_url"].startswith(f"/pdf/{hit['doc_id']}#page=")
        assert "".join(text for text, _ in hit["title_segments"]) == hit["title"]
    assert found["generation"] == fingerprint


def test_what_replaced_a_hit_is_named(site: Any) -> None:
    found = site.get("/api/search?q=&scope=archived&limit=50").json()["hits"]
    others = [other for hit in found for other in hit["superseded_by"]]
    here = [other for other in others if other["doc_id"]]
    assert len(here) > 10
    for other in here:
        record = site.get(f"/api{other['url'].replace('/doc/', '/documents/')}").json()
        assert (record["doc_id"], record["title"]) == (other["doc_id"], other["title"])
    (absent,) = [other for other in others if not other["doc_id"]]
    assert (absent["title"], absent["url"]) == ("archive/escort-ratios-2004", None)


def test_what_was_in_force_on_a_day(site: Any, sample_library: Path) -> None:
    found = site.get("/api/search?q=escort&in_force_on=2006-03-01").json()
    with Index.open(sample_library) as index:
        expected = index.search("escort", in_force_on="2006-03-01")
        all_of_them = index.search("escort", in_force_on="2006-03-01", in_force_unknown=True)
    assert found["in_force_on"] == "2006-03-01"
    assert [hit["doc_id"] for hit in found["hits"]] == [hit.doc_id for hit in expected]
    assert found["notes"] == list(expected.notes)
    address = found["links"]["self"] + "&in_force_unknown=true"
    assert site.get(address).json()["total"] == all_of_them.total > expected.total


def test_a_row_for_each_line_of_documents(site: Any) -> None:
    found = site.get("/api/search?q=lottery+garage&group=lineage&limit=1").json()
    assert (found["total_lines"], len(found["hits"])) == (1, 1)
    assert found["total"] > found["total_lines"]
    assert found["links"]["next"] is None
    (hit,) = found["hits"]
    line = hit["line"]
    assert line["leading"]["url"] == "/doc/mission-support/parking-permits"
    assert line["matched"] == hit["doc_id"] != line["leading"]["doc_id"]
    assert line["remark"].startswith("matched in the version of 2001-04-09")
    assert hit["superseded_by"][0]["issued"] == "2003-05-05"
    alone = site.get("/api/search?q=lottery+garage&limit=1").json()
    assert (alone["total_lines"], alone["hits"][0]["line"]) == (None, None)


def test_the_next_page_is_asked_for_as_this_one(site: Any) -> None:
    asked = (
        "q=removal&scope=all&sort=-issued&limit=2&facets=opi%2Cyear&strict=1&group=lineage"
        "&in_force_unknown=1&in_force_on=2006&since=2003&category=Enforcement&cut=plone"
    )
    links = site.get(f"/api/search?{asked}").json()["links"]
    assert sorted(parse_qsl(urlsplit(links["self"]).query)) == sorted(parse_qsl(asked))
    following = dict(parse_qsl(urlsplit(links["next"]).query))
    assert following == {**dict(parse_qsl(asked)), "offset": "2"}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("scope=nowhere", "scope"),
        ("limit=0", "limit"),
        ("limit=51", "limit"),
        ("limit=ten", "limit"),
        ("limit=%F0%9D%9F%99", "limit"),
        ("offset=-1", "offset"),
        ("offset=1001", "offset"),
        ("sort=best", "sort"),
        ("strict=maybe", "strict"),
        ("cut=all", "cut"),
        ("q=" + "x" * 513, "q"),
        ("q=a&q=b", "q"),
        ("q=a%00b", "q"),
        ("doc_typ=Manual", "doc_typ"),
        ("facets=opi,nothing", "facets"),
        ("issued_from=soon", "issued_from"),
        ("until=2004-13", "until"),
        ("in_force_on=yesterday", "in_force_on"),
        ("in_force_unknown=perhaps", "in_force_unknown"),
        ("group=title", "group"),
        ("issued=soon", "issued"),
    ],
)
def test_a_bad_parameter_is_named_and_why(site: Any, query: str, parameter: str) -> None:
    answer = site.get(f"/api/search?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["parameter"]) == (400, parameter)
    assert len(problem["detail"]) > 20


def test_a_fault_in_a_strict_query_is_told_with_its_place(site: Any) -> None:
    problem = site.get("/api/search?q=juv+AND&strict=1").json()
    assert (problem["parameter"], problem["position"]) == ("q", 4)
    lenient = site.get("/api/search?q=juv+AND").json()
    assert lenient["notes"]


def test_what_is_typed_is_answered_with_documents_to_go_to(site: Any, sample_library: Path) -> None:
    found = site.get("/api/suggest?q=Immi&limit=3&cut=plone").json()
    with Index.open(sample_library) as index:
        expected = index.suggest("Immi", limit=3)
    assert [hit["doc_id"] for hit in found["hits"]] == [hit.doc_id for hit in expected]
    assert found["total"] == expected.total
    assert found["hits"][0]["cut_title"] == "Procedural Guidance and Inter..."
    assert found["links"]["all"] == "/search?q=Immi"


def test_an_answer_is_not_sent_again_while_the_library_is_the_same(site: Any) -> None:
    first = site.get("/api/search?q=escort")
    held = {"If-None-Match": first.headers["etag"]}
    again = site.get("/api/search?q=escort", headers=held)
    assert (again.status_code, again.content) == (304, b"")
    assert site.get("/api/search?q=escorts", headers=held).status_code == 200
