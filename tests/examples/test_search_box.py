"""The host application of examples/, asked over loopback as a browser would."""

from __future__ import annotations

import http.client
import importlib.util
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple
from urllib.parse import quote

import pytest

from droindex import Index

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "examples" / "search_box.py"


class Answer(NamedTuple):
    status: int
    media_type: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Box(NamedTuple):
    port: int
    index: Index

    def get(self, path: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            reply = connection.getresponse()
            return Answer(reply.status, reply.headers["Content-Type"], reply.read())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("search_box", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def box(example: ModuleType, sample_library: Path) -> Iterator[Box]:
    with Index.open(sample_library) as index:
        server = example.make_server(
            "127.0.0.1", 0, example.application(index), server_class=example.Server
        )
        server.RequestHandlerClass.log_message = lambda *_args: None
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield Box(server.server_port, index)
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_host_application_has_fewer_than_100_lines() -> None:
    assert len(SCRIPT.read_text().splitlines()) < 100


def test_the_page_holds_a_labelled_box_that_works_without_javascript(box: Box) -> None:
    answer = box.get("/")
    assert (answer.status, answer.media_type) == (200, "text/html; charset=utf-8")
    assert '<form action="/search" role="search">' in answer.text
    assert '<label for="q">' in answer.text
    assert 'role="combobox"' in answer.text
    assert 'role="listbox"' in answer.text
    assert 'aria-live="polite"' in answer.text
    assert box.index.name in answer.text


def test_what_is_typed_is_answered_with_the_json_of_the_results(box: Box) -> None:
    answer = box.get("/suggest?q=Immi")
    assert (answer.status, answer.media_type) == (200, "application/json")
    found = json.loads(answer.body)
    expected = box.index.suggest("Immi").to_dict()
    assert found | {"took_ms": 0} == expected | {"took_ms": 0}
    assert found["hits"][0]["relevance"] == 100


def test_a_results_page_shows_percentages_marks_pages_and_links(box: Box) -> None:
    answer = box.get("/search?q=juvenile+escort")
    results = box.index.search("juvenile escort")
    assert f"Documents found: {results.total}." in answer.text
    assert answer.text.count("<article>") == len(results)
    for hit in results:
        assert hit.snippet is not None
        assert f"{hit.relevance}%</span>" in answer.text
        assert hit.snippet.html() in answer.text
        assert f'"/file/{hit.doc_id}#page={hit.snippet.page}"' in answer.text
    assert "<mark>" in answer.text


def test_the_second_page_goes_on_where_the_first_ends(box: Box) -> None:
    first, second = box.get("/search?q=the+officer"), box.get("/search?q=the+officer&start=10")
    assert ">Next</a>" in first.text
    assert ">Previous</a>" not in first.text
    assert ">Previous</a>" in second.text
    hit = box.index.search("the officer", offset=10)[0]
    assert f"/file/{hit.doc_id}" in second.text
    assert f"/file/{hit.doc_id}" not in first.text


def test_the_link_of_a_hit_opens_its_pdf(box: Box) -> None:
    hit = box.index.search("escort deviation")[0]
    answer = box.get(f"/file/{hit.doc_id}")
    path = box.index.file_path(hit.doc_id)
    assert path is not None
    assert (answer.status, answer.media_type) == (200, "application/pdf")
    assert answer.body == path.read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "/file/no-such-document",
        "/file/",
        "/file/../corpus.toml",
        "/file/..%2F..%2Fpyproject.toml",
        "/file//etc/passwd",
        "/file/%2Fetc%2Fpasswd",
        "/file/enforcement/escort-deviation.pdf",
        "/file/enforcement/../enforcement/escort-deviation",
        "/file/%00",
        "/file/%FF%FE",
        "/corpus.toml",
        "/search_box.py",
    ],
)
def test_nothing_but_the_ids_of_documents_opens_a_file(box: Box, path: str) -> None:
    assert box.get(path).status == 404


def test_a_labelled_document_is_not_found_without_clearance(box: Box, sample_library: Path) -> None:
    with Index.open(sample_library, clearance="LES") as cleared:
        hidden = next(hit for hit in cleared.scan("", scope="all") if hit.document.label)
    assert box.get(f"/file/{quote(hidden.doc_id)}").status == 404


def test_markup_in_a_query_is_shown_as_text(box: Box) -> None:
    query = "\"><script>alert(1)</script>'&"
    answer = box.get(f"/search?q={quote(query)}&start=0")
    assert answer.status == 200
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#x27;&amp;" in answer.text


@pytest.mark.parametrize("rest", ["q=", "start=99999999", "q=escort&start=-1", "q=%FF&start=x", ""])
def test_odd_requests_get_a_page(box: Box, rest: str) -> None:
    assert box.get(f"/search?{rest}").status == 200
    assert box.get(f"/suggest?{rest}").status == 200


def test_a_long_query_is_cut(box: Box) -> None:
    found = json.loads(box.get(f"/suggest?q={'a' * 5000}").body)
    assert len(found["query"]) == 200
