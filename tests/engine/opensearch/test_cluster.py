"""What goes wrong with a cluster is an error of ours, with the next step: over real connections."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from droindex.engine.opensearch.address import Address
from droindex.engine.opensearch.bulk import Bulk
from droindex.engine.opensearch.cluster import Cluster
from droindex.engine.opensearch.reader import Reader
from droindex.errors import (
    ClusterError,
    DroindexError,
    EngineError,
    IncompleteResultsError,
    IndexDamagedError,
    SettingsError,
    StorageError,
)

Answer = tuple[int, Any]
FLOOD = {
    "type": "cluster_block_exception",
    "reason": "index [p] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage "
    "watermark, index has read-only-allow-delete block];",
}
MISSING = {
    "type": "search_phase_execution_exception",
    "reason": "all shards failed",
    "caused_by": {"type": "x", "reason": "Search rejected due to missing shards [[p][1]]"},
}


@contextmanager
def answering(*answers: Answer) -> Iterator[tuple[str, list[str]]]:
    """Serve answers one after the other, the last one for ever; give the address and requests."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, shape = answers[min(len(asked), len(answers) - 1)]
            asked.append(f"{self.command} {self.path}")
            body = shape if isinstance(shape, bytes) else json.dumps(shape).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - as the base class asks

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"opensearch://127.0.0.1:{server.server_port}/p", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def fault(error: Any, status: int = 400) -> Answer:
    return status, {"error": error, "status": status}


def impatient(address: str, **environ: str) -> Cluster:
    return Cluster(Address.parse(address), environ, patience_s=0.0, pause=lambda _seconds: None)


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (fault("Unauthorized", 401), ClusterError, "DROINDEX_OPENSEARCH_PASSWORD"),
        (fault({"type": "security_exception", "reason": "no"}, 403), ClusterError, "role"),
        (fault(FLOOD, 403), StorageError, "Free disk space"),
        (fault(FLOOD, 429), StorageError, "Free disk space"),
        (fault({"type": "x", "reason": "No space left on device"}, 500), StorageError, "disk"),
        (fault(MISSING, 500), IncompleteResultsError, "droindex status"),
        (fault(MISSING, 503), IncompleteResultsError, "droindex status"),
        ((408, {"timed_out": True, "status": "red"}), IncompleteResultsError, "droindex status"),
        (fault({"type": "circuit_breaking_exception", "reason": "x"}, 429), ClusterError, "moment"),
        (fault({"type": "index_not_found_exception"}, 404), IndexDamagedError, "droindex copy"),
        (fault({"type": "too_many_nested_clauses"}, 400), EngineError, "fewer words"),
        (fault({"type": "parsing_exception", "reason": "x"}, 400), EngineError, "report"),
        ((502, b"<html>Bad gateway</html>"), IncompleteResultsError, "droindex status"),
        ((200, b"<html>Hello</html>"), DroindexError, ""),
    ],
)
def test_an_answer_that_is_a_refusal_is_told_with_the_next_step(
    answer: Answer, kind: type[DroindexError], said: str
) -> None:
    with answering(answer) as (address, _), pytest.raises(kind) as caught:
        impatient(address).ask("POST", "/p/_search", {}, action="search")
    assert said in caught.value.hint
    assert caught.value.hint


def test_an_index_that_does_not_come_up_in_time_is_told() -> None:
    with (
        answering((408, {"timed_out": True, "status": "red"})) as (address, _),
        pytest.raises(IncompleteResultsError, match="all parts of an index in time"),
    ):
        impatient(address).wait_until_whole(["p", "p-words"])


def test_no_cluster_is_told_with_the_address_to_give() -> None:
    with answering((200, {})) as (address, _):
        pass
    with pytest.raises(ClusterError, match="cannot be reached") as caught:
        impatient(address).version  # noqa: B018 - it asks
    assert "opensearch://HOST:9200/NAME" in caught.value.hint
    assert caught.value.exit_code == 10


def test_a_cluster_without_tls_is_told_where_tls_is_asked_for() -> None:
    with answering((200, {})) as (address, _), pytest.raises(ClusterError):
        impatient(address.replace("opensearch:", "opensearchs:")).version  # noqa: B018 - it asks


def test_a_file_of_an_authority_that_is_none_is_told(tmp_path: Path) -> None:
    file = tmp_path / "authority.pem"
    file.write_text("no certificate")
    environ = {"DROINDEX_OPENSEARCH_CA": str(file)}
    with answering((200, {})) as (address, _):
        secure = Address.parse(address.replace("opensearch:", "opensearchs:"))
        with pytest.raises(ClusterError):
            Cluster(secure, environ, patience_s=0.0).version  # noqa: B018 - it asks


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"version": {"number": "7.10.2"}}, "another server 7.10.2"),
        ({"version": {"number": "9.3.1", "build_flavor": "default"}}, "another server 9.3.1"),
        ({"version": {"distribution": "opensearch", "number": "1.3.0"}}, "opensearch 1.3.0"),
        ({"version": {"distribution": "opensearch", "number": "4.0.0"}}, "opensearch 4.0.0"),
        ({}, "another server"),
    ],
)
def test_another_server_or_version_is_named_and_refused(told: Any, why: str) -> None:
    with answering((200, told)) as (address, _), pytest.raises(ClusterError, match=why) as caught:
        impatient(address).similarity  # noqa: B018 - it asks
    assert "OpenSearch 2 and 3" in caught.value.message


@pytest.mark.parametrize(("number", "formula"), [("2.19.6", "BM25"), ("3.1.0", "LegacyBM25")])
def test_the_formula_goes_by_the_version(number: str, formula: str) -> None:
    told = {"version": {"distribution": "opensearch", "number": number}}
    with answering((200, told)) as (address, asked):
        cluster = impatient(address)
        assert cluster.similarity == formula
        assert cluster.similarity == formula
    assert asked == ["GET /"]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_what_a_lost_node_makes_fail_is_asked_again(status: int) -> None:
    pauses: list[float] = []
    failing = fault(MISSING, status)
    with answering(failing, failing, (200, {"hits": 1})) as (address, asked):
        cluster = Cluster(Address.parse(address), {}, pause=pauses.append)
        assert cluster.ask("POST", "/p/_search", {}, action="search") == {"hits": 1}
    assert len(asked) == 3
    assert pauses == [0.05, 0.1]


def test_a_refusal_is_not_asked_again() -> None:
    for answer in (fault("Unauthorized", 401), fault(FLOOD, 429), fault({"type": "x"}, 400)):
        with answering(answer) as (address, asked), pytest.raises(DroindexError):
            Cluster(Address.parse(address), {}).ask("GET", "/", action="look")
        assert len(asked) == 1


def test_a_password_goes_over_no_open_network() -> None:
    environ = {"DROINDEX_OPENSEARCH_USER": "me", "DROINDEX_OPENSEARCH_PASSWORD": "secret"}
    for far in ("search.example", "127.example.com", "[2001:db8::1]", "localhost,127.0.0.1.nip.io"):
        with pytest.raises(SettingsError, match="in the open") as caught:
            Cluster(Address.parse(f"opensearch://{far}/p"), environ)
        assert "opensearchs://" in caught.value.hint
        Cluster(Address.parse(f"opensearchs://{far}/p"), environ)
    for near in ("127.0.0.1", "127.1.2.3", "localhost", "[::1]"):
        Cluster(Address.parse(f"opensearch://{near}/p"), environ)


def result(status: int, kind: str = "") -> dict[str, Any]:
    item: dict[str, Any] = {"_id": "a", "status": status}
    if kind:
        item["error"] = {"type": kind, "reason": kind}
    return {"index": item}


def test_entries_that_are_refused_for_want_of_room_are_sent_again_and_no_others() -> None:
    full = {"errors": True, "items": [result(201), result(429, "rejected_execution_exception")]}
    pauses: list[float] = []
    with answering((200, full), (200, {"errors": False, "items": [result(201)]})) as (
        address,
        asked,
    ):
        bulk = Bulk(impatient(address), "p", pause=pauses.append)
        bulk.put("a", {"text": "é"})
        bulk.put("b", {"text": "x"})
        bulk.flush()
        bulk.flush()
    assert len(asked) == 2
    assert len(pauses) == 1


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("mapper_parsing_exception", 400, EngineError),
        ("cluster_block_exception", 403, StorageError),
        ("cluster_block_exception", 429, StorageError),
    ],
)
def test_an_entry_that_is_refused_ends_the_writing(
    kind: str, status: int, error: type[DroindexError]
) -> None:
    answer = (200, {"errors": True, "items": [result(status, kind)]})
    with answering(answer) as (address, _):
        bulk = Bulk(impatient(address), "p")
        bulk.put("a", {})
        with pytest.raises(error):
            bulk.flush()


def test_what_waits_is_sent_before_it_grows_large() -> None:
    with answering((200, {"errors": False, "items": []})) as (address, asked):
        bulk = Bulk(impatient(address), "p", 0)
        for number in range(10):
            bulk.put(str(number), {"text": "x" * 50_000})
        assert len(asked) == 5
        for number in range(10):  # of two bytes each
            bulk.put(str(number), {"text": "é" * 25_000})
        assert len(asked) == 10
        bulk.flush()
    assert len(asked) == 10


def test_an_index_that_is_not_there_or_not_whole_is_not_opened() -> None:
    for answer in (
        fault({"type": "index_not_found_exception"}, 404),
        (200, {"p": {"mappings": {}}}),
        (200, {"p": {"mappings": {"_meta": {"droindex": {"fields": {}}}}}}),
    ):
        with answering(answer) as (address, _), pytest.raises(IndexDamagedError) as caught:
            Reader(impatient(address), "p")
        assert "droindex copy" in caught.value.hint
