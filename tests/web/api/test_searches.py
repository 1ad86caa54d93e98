from __future__ import annotations

from pathlib import Path
from typing import Any

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
    replaced = [hit for hit in found if hit["superseded_by"]]
    assert replaced
    for hit in replaced:
        for other in hit["superseded_by"]:
            assert site.get(f"/api/documents/{other['doc_id']}").json()["title"] == other["title"]


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
