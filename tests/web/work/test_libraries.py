"""A library that is built, damaged or taken away while it is served."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from support import cut_short, document

from droindex import Index, IndexNotFoundError

ESCORT = {"doc_id": "escort", "title": "Escort Policy", "body": "Officers escort aliens."}


def total(client: Any) -> int:
    found: int = client.get("/api/search?q=policy").json()["total"]
    return found


def test_a_new_state_answers_the_next_request(
    client_of: Callable[..., Any], library: Callable[..., Path]
) -> None:
    path = library([ESCORT])
    client = client_of(path)
    first = client.get("/api/search?q=policy")
    Index.update(path, documents=[document(doc_id="bond", title="Bond Policy")])
    again = client.get("/api/search?q=policy", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 200
    assert again.json()["total"] == 2
    assert "Bond Policy" in client.get("/").text


def test_searches_go_on_while_the_library_is_built_again_and_again_and_none_is_of_two_states(
    client_of: Callable[..., Any], library: Callable[..., Path]
) -> None:
    def titled(number: int) -> list[dict[str, object]]:
        return [{"doc_id": f"d{place}", "title": f"Policy {number}"} for place in range(5)]

    path = library(titled(0))
    client = client_of(path)
    is_done = Event()
    answers: list[tuple[int, int, str, frozenset[str]]] = []

    def ask() -> None:
        while not is_done.is_set():
            answer = client.get("/api/search?q=policy&limit=50")
            shape = answer.json()
            titles = frozenset(hit["title"] for hit in shape["hits"])
            answers.append((answer.status_code, shape["total"], shape["generation"], titles))

    readers = [Thread(target=ask) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 7):
        Index.update(path, documents=[document(**record) for record in titled(number)])
    is_done.set()
    for reader in readers:
        reader.join()
    assert {(status, found) for status, found, _, _ in answers} == {(200, 5)}
    assert {len(titles) for _, _, _, titles in answers} == {1}
    states = {(generation, titles) for _, _, generation, titles in answers}
    assert len({generation for generation, _ in states}) == len(states)
    (hit, *_) = client.get("/api/search?q=policy").json()["hits"]
    assert hit["title"] == "Policy 6"


def test_the_last_good_state_answers_where_the_newest_is_damaged_and_health_says_so(
    client_of: Callable[..., Any], library: Callable[..., Path]
) -> None:
    path = library([ESCORT])
    client = client_of(path)
    assert client.get("/healthz").json()["status"] == "ok"
    assert total(client) == 1
    Index.update(path, documents=[document(doc_id="bond", title="Bond Policy")])
    newest = max(item for item in (path / "generations").iterdir() if item.is_dir())
    cut_short(newest / "manifest.json", 10)
    assert total(client) == 1
    health = client.get("/healthz").json()
    assert health["status"] == "degraded"
    assert health["remarks"]


def test_a_library_that_is_taken_away_is_told_as_such(
    client_of: Callable[..., Any], library: Callable[..., Path]
) -> None:
    path = library([ESCORT])
    client = client_of(path)
    shutil.rmtree(path)
    answer = client.get("/api/search?q=policy")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert str(path) not in answer.text
    page = client.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 503
    assert "cannot answer" in page.text
    health = client.get("/healthz")
    assert health.json()["status"] in ("degraded", 503)


def test_there_has_to_be_a_library(client_of: Callable[..., Any], tmp_path: Path) -> None:
    with pytest.raises(IndexNotFoundError):
        client_of(tmp_path / "nothing")
