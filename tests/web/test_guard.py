from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/api/search", "/pdf/x", "/nowhere"])
def test_nothing_but_reading_is_let_in(site: Any, method: str, path: str) -> None:
    answer = site.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    ["/", "/search?q=a", "/api/search?q=a", "/nowhere", "/api/search?limit=x", "/static/site.css"],
)
def test_every_answer_carries_what_keeps_browsers_safe(site: Any, path: str) -> None:
    headers = site.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in headers
    assert "access-control-allow-origin" not in headers


def test_other_origins_read_what_the_host_lets_them(client_of: Any, sample_library: Path) -> None:
    from droindex.web import WebOptions

    options = WebOptions(origins=("https://intranet.example",))
    client = client_of(sample_library, options=options)
    own = client.get("/api/search?q=a", headers={"Origin": "https://intranet.example"})
    assert own.headers["access-control-allow-origin"] == "https://intranet.example"
    other = client.get("/api/search?q=a", headers={"Origin": "https://intranet.example.evil"})
    assert "access-control-allow-origin" not in other.headers
    assert own.headers["vary"] == other.headers["vary"] == "Origin"
    asked = {"Origin": "https://intranet.example", "Access-Control-Request-Method": "GET"}
    preflight = client.options("/api/search", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD"


def test_a_client_that_asks_too_often_is_told_when_to_come_again(
    client_of: Any, sample_library: Path
) -> None:
    from droindex.web import WebOptions

    client = client_of(sample_library, options=WebOptions(requests_per_minute=8))
    codes = [client.get("/healthz").status_code for _ in range(4)]
    assert codes[:2] == [200, 200]
    assert codes[3] == 429
    answer = client.get("/healthz")
    assert 0 < int(answer.headers["retry-after"]) <= 8
    assert answer.json()["status"] == 429


def test_a_bucket_fills_steadily_and_each_client_has_its_own() -> None:
    from droindex.web.guard import RateLimit

    now = 0.0
    limit = RateLimit(60, clock=lambda: now)
    assert [limit.wait_s("a") for _ in range(15)] == [0] * 15
    assert limit.wait_s("a") == 1
    assert limit.wait_s("b") == 0
    now = 1.0
    assert limit.wait_s("a") == 0
    assert limit.wait_s("a") == 1


@pytest.mark.parametrize(
    "query", ["q=%FF", "q=%F0%28", "&".join(["a=1"] * 70), "q=" + "a" * 9_000], ids=len
)
@pytest.mark.parametrize("path", ["/api/search", "/search", "/search.atom", "/api/suggest"])
def test_addresses_that_cannot_be_read_are_refused(site: Any, path: str, query: str) -> None:
    assert site.get(f"{path}?{query}").status_code in (400, 414)


@pytest.mark.parametrize("path", ["/recent.atom", "/opensearch.xml", "/doc/help/faq", "/"])
def test_a_host_that_is_none_becomes_no_markup(site: Any, path: str) -> None:
    host = 'evil.example"><script>alert(1)</script>'
    text = site.get(path, headers={"Host": host}).text
    assert "<script>alert" not in text
    if path.endswith(("atom", "xml")):
        ET.fromstring(text)


@pytest.mark.parametrize("path", ["/", "/search?q=escort", "/api/search?q=escort", "/healthz"])
def test_a_head_is_the_answer_without_its_body(site: Any, path: str) -> None:
    whole, head = site.get(path), site.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers.get("etag") == whole.headers.get("etag")


@pytest.mark.parametrize("path", ["/api/search", "/search", "/browse/Enforcement", "/archives"])
def test_beyond_the_end_of_a_list_there_is_nothing(site: Any, path: str) -> None:
    answer = site.get(f"{path}?offset=1000")
    assert answer.status_code == 200
    if path == "/api/search":
        shape = answer.json()
        assert shape["hits"] == []
        assert shape["total"] > 0
        assert shape["links"]["next"] is None
    else:
        assert "/doc/" not in answer.text[answer.text.index("<main") :]
        assert ">Previous</a>" in answer.text
