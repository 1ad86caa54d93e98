"""The description of the API holds: whatever it lets programs ask is answered as it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

schemathesis = pytest.importorskip("schemathesis")


@pytest.fixture(scope="session")
def described(sample_library: Path) -> Any:
    from droindex.web import create_app

    return schemathesis.openapi.from_asgi("/openapi.json", create_app(sample_library))


PATHS = (
    "/api/search",
    "/api/suggest",
    "/api/recent",
    "/api/browse",
    "/api/documents/{doc_id}",
    "/pdf/{doc_id}",
    "/page/{doc_id}",
    "/healthz",
)


@pytest.mark.parametrize("path", PATHS)
def test_what_the_description_lets_programs_ask_is_answered_as_it_says(
    described: Any, path: str
) -> None:
    # A query that is well-formed may have a fault all the same, or a field no such value.
    left_out = [schemathesis.checks.CHECKS.get_one("positive_data_acceptance")]

    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=described[path]["GET"].as_strategy())
    def holds(case: Any) -> None:
        case.call_and_validate(excluded_checks=left_out)

    holds()


def test_the_description_has_all_paths(described: Any) -> None:
    assert set(described.raw_schema["paths"]) == set(PATHS)


def test_every_address_of_the_description_is_there_under_a_prefix(
    client_of: Any, sample_library: Path
) -> None:
    from starlette.applications import Starlette
    from starlette.routing import Mount
    from starlette.testclient import TestClient

    from droindex.web import create_app

    app = create_app(sample_library)
    client = TestClient(Starlette(routes=[Mount("/lib", app)]))
    said = client.get("/lib/openapi.json").json()
    assert said["openapi"] == "3.1.0"
    assert said["servers"] == [{"url": "/lib"}]
    for path in said["paths"]:
        url = "/lib" + path.replace("{doc_id}", "enforcement/escort-deviation")
        assert client.get(url).status_code == 200
    app.close()


def test_counts_are_told_where_the_host_asks_for_them(client_of: Any, sample_library: Path) -> None:
    from droindex.web import WebOptions

    assert client_of(sample_library).get("/metrics").status_code == 404
    client = client_of(sample_library, options=WebOptions(metrics=True))
    client.get("/api/search?q=secret-query")
    text = client.get("/metrics").text
    assert 'droindex_requests_total{kind="api",status="200"} 1.0' in text
    assert "secret" not in text
