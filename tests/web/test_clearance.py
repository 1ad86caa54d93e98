"""Whoever sees the open documents alone gets the same bytes whether or not others exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from droindex import Index, Reference

OPEN = [
    {
        "doc_id": "escort",
        "title": "Escort Policy",
        "body": "Officers escort aliens to travel.",
        "issued_text": "2006-02-03",
        "category": "Enforcement",
        "doc_type": "Directive",
    },
    {
        "doc_id": "bond",
        "title": "Bond Policy",
        "body": "A bond is posted by a surety.",
        "status": "Superseded",
        "category": "Enforcement",
    },
    {"doc_id": "transfer", "title": "Transfer Policy", "body": "Travel of detainees; escort."},
]
HIDDEN = [
    {
        "doc_id": "secret",
        "title": "Zebra Escort Tactics",
        "label": "LES",
        "source": "Tactics Unit",
        "body": "Zebra escort tactics travel travel bond surety.",
        "category": "Covert",
        "collection": "zebra",
        "subject": ("Zebra",),
        "issued_text": "2008-09-29",
        "supersedes": (Reference("escort", doc_id="escort"),),
        "related": (Reference("bond", doc_id="bond"),),
    },
]
ADDRESSES = [
    "/", "/recent", "/archives", "/browse", "/browse/Enforcement", "/browse/Covert",
    "/browse/zebra",
    "/search?q=escort", "/search?q=zebra", "/search?q=zebr", "/search?scope=all", "/advanced",
    "/search?q=travel&category=Covert", "/fragment/search?q=escort",
    "/doc/escort", "/doc/escort?q=travel", "/doc/secret", "/doc/nothing", "/cite/secret",
    "/page/secret?q=zebra", "/page/nothing", "/page/escort?q=travel",
    "/pdf/secret", "/pdf/nothing", "/pdf/escort", "/api/documents/secret", "/api/documents/nothing",
    "/api/documents/escort", "/api/search?q=escort&facets=category,source,subject,label,collection",
    "/api/search?q=zebra", "/api/search?q=travel&scope=all&sort=title", "/api/search?q=zebbra",
    "/api/search?label=LES", "/api/search?category=Covrt", "/api/search?q=x&fcet=1",
    "/api/suggest?q=ze", "/api/suggest?q=esc", "/suggest?q=zeb", "/suggest?q=esc",
    "/api/browse?scope=all", "/api/recent?scope=all", "/recent.atom", "/recent.json",
    "/search.atom?q=escort", "/search.json?q=zebra", "/opensearch.xml", "/healthz",
    "/api/search?q=escort+AND&strict=1", "/api/search?limit=0",
    "/search?q=escort&group=lineage&scope=all", "/api/search?q=escort&group=lineage&scope=all",
    "/search?q=escort&in_force_on=2009-01-01", "/api/search?q=&in_force_on=2009&in_force_unknown=1",
    "/api/search?q=citedby:secret", "/api/search?q=cites:secret&strict=1", "/metrics",
    "/openapi.json", "/nowhere", "/page/escort?page=1&q=zebra",
]  # fmt: skip


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    from support import document

    folder = tmp_path_factory.mktemp("clearance")
    for name, records in (("open", OPEN), ("both", [*OPEN, *HIDDEN])):
        Index.update(folder / name, documents=[document(**record) for record in records])
    # one generation more, and one document less that was hidden
    Index.update(folder / "both", documents=[document(doc_id="x", title="Zebra", label="LES")])
    Index.update(folder / "both", remove=["x"])
    return folder / "open", folder / "both"


def said(answer: Any) -> tuple[int, dict[str, str], bytes]:
    """Return all of an answer but the time that it took."""
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    body = re.sub(rb'"took_ms":[0-9.e-]+', b"", answer.content)
    body = re.sub(rb"\([0-9.]+ ms\)", b"", body)
    return answer.status_code, headers, body


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_the_open_caller_gets_the_same_bytes(
    client_of: Any, libraries: tuple[Path, Path], address: str, accept: str
) -> None:
    one, other = (
        said(client_of(path).get(address, headers={"Accept": accept})) for path in libraries
    )
    assert one == other


@pytest.mark.parametrize("address", ["/", "/api/search?q=escort", "/recent.atom", "/doc/escort"])
def test_what_the_open_caller_holds_is_right_whatever_is_hidden(
    client_of: Any, libraries: tuple[Path, Path], address: str
) -> None:
    one, other = (client_of(path) for path in libraries)
    held = {"If-None-Match": one.get(address).headers["etag"]}
    assert other.get(address, headers=held).status_code == 304


@pytest.mark.parametrize("path", ["/doc/", "/pdf/", "/page/", "/cite/", "/api/documents/"])
def test_a_labelled_document_is_as_unknown_as_any(
    client_of: Any, libraries: tuple[Path, Path], path: str
) -> None:
    client = client_of(libraries[1])
    hidden, unknown = client.get(f"{path}secret"), client.get(f"{path}nothing")
    assert said(hidden) == said(unknown)
    assert hidden.status_code == 404


def test_who_is_cleared_sees_it_and_no_cache_may_keep_it(
    client_of: Any, libraries: tuple[Path, Path]
) -> None:
    client = client_of(libraries[1], authorize=lambda request: request.headers.get("x-clearance"))
    cleared = client.get("/api/search?q=zebra", headers={"X-Clearance": "LES"})
    assert [hit["doc_id"] for hit in cleared.json()["hits"]] == ["secret"]
    assert cleared.headers["cache-control"] == "private, no-cache"
    assert cleared.headers["vary"] == "Cookie, Authorization"
    held = {"If-None-Match": cleared.headers["etag"]}
    again = client.get("/api/search?q=zebra", headers=held)
    assert again.status_code == 200
    assert not again.json()["hits"]


def test_who_is_cleared_may_be_asked_of_a_coroutine(
    client_of: Any, libraries: tuple[Path, Path]
) -> None:
    async def authorize(_request: Any) -> str:
        return "LES"

    assert client_of(libraries[1], authorize=authorize).get("/doc/secret").status_code == 200
