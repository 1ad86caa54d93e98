"""Pages of PDF files as pictures, over HTTP."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from bounds import until
from PIL import Image
from support import children, endless_pdf, pdf_of

from droindex import Index

ADDRESS = "/page/enforcement/escort-deviation"


def test_a_page_is_a_picture_that_may_be_kept(site: Any) -> None:
    reply = site.get(ADDRESS, params={"page": 1, "q": "escort", "width": 300})
    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/png")
    with Image.open(io.BytesIO(reply.content)) as picture:
        assert picture.width == 300
    tag = reply.headers["etag"]
    again = site.get(
        ADDRESS,
        params={"page": 1, "q": "escort", "width": 300},
        headers={"If-None-Match": tag},
    )
    assert (again.status_code, again.content) == (304, b"")
    other = site.get(ADDRESS, params={"page": 1, "width": 300})
    assert other.headers["etag"] != tag
    assert other.content != reply.content


@pytest.mark.parametrize(
    ("address", "status", "slug"),
    [
        (f"{ADDRESS}?page=99", 404, "page-image"),
        (f"{ADDRESS}?page=0", 400, "bad-parameter"),
        (f"{ADDRESS}?width=9", 400, "bad-parameter"),
        (f"{ADDRESS}?dpi=9", 400, "bad-parameter"),
        ("/page/no/such", 404, "document-not-found"),
        ("/page/../../etc/passwd", 404, "not-found"),
    ],
)
def test_what_there_is_no_picture_of(site: Any, address: str, status: int, slug: str) -> None:
    reply = site.get(address)
    assert (reply.status_code, reply.json()["slug"]) == (status, slug)


def test_hits_say_where_their_page_is_to_be_seen(site: Any) -> None:
    for path, query in (("/api/search", "escort deviation"), ("/api/suggest", "escort devi")):
        hits = site.get(path, params={"q": query}).json()["hits"]
        shown = [hit for hit in hits if hit["snippet"]["page"] and hit["image_url"]]
        assert shown
        reply = site.get(shown[0]["image_url"])
        assert (reply.status_code, reply.headers["content-type"]) == (200, "image/png")
        plain = site.get(shown[0]["image_url"].partition("q=")[0].rstrip("&"))
        assert plain.content != reply.content


def test_words_of_titles_are_marked(site: Any) -> None:
    hit = site.get("/api/search", params={"q": "escort deviation"}).json()["hits"][0]
    assert [text for text, is_match in hit["title_segments"] if is_match] == ["Deviation", "Escort"]
    assert "".join(text for text, _ in hit["title_segments"]) == hit["title"]


def test_what_is_hidden_has_no_picture(tmp_path: Path, client_of: Callable[..., Any]) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "secret.pdf").write_bytes(pdf_of(["Escort of informants."]))
    (corpus / "secret.json").write_text('{"label": "LES"}')
    (corpus / "open.pdf").write_bytes(pdf_of(["Escort of aliens."]))
    Index.build(corpus, tmp_path / "library.idx", ocr=False)
    client = client_of(tmp_path / "library.idx")
    hidden, unknown = client.get("/page/secret?page=1"), client.get("/page/other?page=1")
    assert (hidden.status_code, hidden.content) == (unknown.status_code, unknown.content)
    assert hidden.status_code == 404
    address = "/page/open?page=1&q=escort+informants"
    shown = client.get(address)
    for name in ("secret.pdf", "secret.json"):
        (corpus / name).unlink()
    Index.build(corpus, tmp_path / "other.idx", ocr=False)
    other = client_of(tmp_path / "other.idx").get(address)
    assert (shown.status_code, shown.content) == (200, other.content)
    (corpus / "secret.pdf").write_bytes(pdf_of(["Escort of informants."]))
    cleared = client_of(tmp_path / "library.idx", authorize=lambda _request: "LES")
    assert cleared.get("/page/secret?page=1").status_code == 200


def test_a_page_that_cannot_be_drawn_is_told_and_its_document_is_still_shown(
    tmp_path: Path, client_of: Callable[..., Any]
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    whole = pdf_of(["Escort of aliens."])
    (corpus / "escort.pdf").write_bytes(whole)
    Index.build(corpus, tmp_path / "library.idx", ocr=False)
    client = client_of(tmp_path / "library.idx")
    assert client.get("/page/escort?page=2").status_code == 404
    (corpus / "escort.pdf").write_bytes(whole[: len(whole) // 2])  # cut short by a bad copy
    reply = client.get("/page/escort?page=1")
    assert (reply.status_code, reply.json()["slug"]) == (404, "file-changed")
    assert client.get("/pdf/escort").status_code == 404
    for address in ("/doc/escort", "/search?q=escort"):
        assert client.get(address).status_code == 200
    (corpus / "escort.pdf").unlink()
    reply = client.get("/page/escort?page=1")
    assert (reply.status_code, reply.json()["slug"]) == (404, "page-image")
    assert str(tmp_path) not in reply.text


def test_no_search_waits_for_a_page_that_nobody_can_draw(
    tmp_path: Path, client_of: Callable[..., Any]
) -> None:
    from droindex.web import WebOptions

    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "endless.pdf").write_bytes(endless_pdf())
    (corpus / "open.pdf").write_bytes(pdf_of(["Escort of aliens."]))
    Index.build(corpus, tmp_path / "library.idx", ocr=False)
    client = client_of(tmp_path / "library.idx", options=WebOptions(threads=1))
    ends: list[str] = []

    def draw() -> None:
        reply = client.get("/page/endless?page=1")
        assert (reply.status_code, reply.json()["slug"]) == (404, "page-image")
        ends.append("page")

    before = set(children())
    drawer = Thread(target=draw)
    drawer.start()
    until(lambda: set(children()) - before)
    assert client.get("/api/search?q=escort").status_code == 200
    ends.append("search")
    drawer.join()
    assert ends == ["search", "page"]
