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


def test_searches_go_on_while_the_library_is_built_again_and_again(
    client_of: Callable[..., Any], library: Callable[..., Path]
) -> None:
    path = library([ESCORT])
    client = client_of(path)
    is_done = Event()
    answers: list[tuple[int, int, int]] = []

    def ask() -> None:
        while not is_done.is_set():
            answer = client.get("/api/search?q=policy&limit=50")
            shape = answer.json()
            answers.append((answer.status_code, shape["total"], len(shape["hits"])))

    readers = [Thread(target=ask) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(6):
        Index.update(path, documents=[document(doc_id=f"d{number}", title=f"Policy {number}")])
    is_done.set()
    for reader in readers:
        reader.join()
    assert {status for status, _, _ in answers} == {200}
    assert all(total == shown for _, total, shown in answers)
    assert total(client) == 7


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
