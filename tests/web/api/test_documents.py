from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from droindex import Index

ESCORT = "enforcement/escort-deviation"


@pytest.fixture
def content(sample_library: Path) -> bytes:
    with Index.open(sample_library) as index:
        path = index.file_path(ESCORT)
    assert path is not None
    return path.read_bytes()


def test_a_file_is_sent_as_the_library_read_it(site: Any, content: bytes) -> None:
    answer = site.get(f"/pdf/{ESCORT}")
    assert answer.content == content
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-disposition"] == "inline; filename*=UTF-8''escort-deviation.pdf"
    held = {"If-None-Match": answer.headers["etag"]}
    assert site.get(f"/pdf/{ESCORT}", headers=held).status_code == 304
    head = site.head(f"/pdf/{ESCORT}")
    assert (head.headers["content-length"], head.content) == (str(len(content)), b"")


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=10-", 10, None),
        ("bytes=-10", -10, None),
        ("bytes=-99999999", 0, None),
        ("bytes=5-99999999", 5, None),
    ],
)
def test_a_part_of_a_file_is_sent(
    site: Any, content: bytes, wanted: str, start: int, end: int | None
) -> None:
    answer = site.get(f"/pdf/{ESCORT}", headers={"Range": wanted})
    part = content[start:end]
    first = len(content) + start if start < 0 else start
    assert (answer.status_code, answer.content) == (206, part)
    assert (
        answer.headers["content-range"] == f"bytes {first}-{first + len(part) - 1}/{len(content)}"
    )


@pytest.mark.parametrize("wanted", ["bytes=99999999-", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(site: Any, content: bytes, wanted: str) -> None:
    answer = site.get(f"/pdf/{ESCORT}", headers={"Range": wanted})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(content)}"


@pytest.mark.parametrize(
    "wanted",
    ["bytes=", "bytes=-", "bytes=9-3", "bytes=a-b", "bytes=0-1,4-5", "x" * 999],
)
def test_what_is_no_single_range_is_answered_with_the_whole_file(
    site: Any, content: bytes, wanted: str
) -> None:
    answer = site.get(f"/pdf/{ESCORT}", headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (200, content)


@pytest.mark.parametrize(
    "path",
    [
        "no-such-document",
        "",
        "../corpus.toml",
        "..%2F..%2Fpyproject.toml",
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        f"{ESCORT}.pdf",
        "enforcement%2F..%2Fenforcement%2Fescort-deviation",
        "%00",
        "%FF%FE",
        "a%0D%0ASet-Cookie:%20x=1",
        "x" * 5_000,
    ],
)
@pytest.mark.parametrize("kind", ["pdf", "doc", "cite", "api/documents", "page"])
def test_nothing_but_the_id_of_a_document_opens_anything(site: Any, kind: str, path: str) -> None:
    answer = site.get(f"/{kind}/{path}")
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


def test_a_page_of_the_corpus_does_not_run_as_a_page_of_ours(
    client_of: Any, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "page.html").write_text("<title>Page</title><script>alert(1)</script><p>Escort.")
    Index.build(corpus, tmp_path / "library.idx")
    answer = client_of(tmp_path / "library.idx").get("/pdf/page")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_hostile_words_are_shown_as_text(client_of: Any, library: Any) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    path = library(
        [
            {
                "doc_id": 'a<b>"c',
                "title": evil,
                "summary": evil,
                "body": f"Escort {evil} escort",
                "category": evil,
                "subject": (evil,),
                "signatory": evil,
                "status": evil,
            }
        ]
    )
    client = client_of(path)
    addresses = [
        "/", "/search?q=escort", "/search?q=%22%3E%3Cscript%3E",
        "/advanced?q=%22%3E%3Cscript%3E&opi=%22%3E",
        "/recent", "/browse", "/doc/a%3Cb%3E%22c", "/doc/a%3Cb%3E%22c?q=escort",
        "/fragment/search?q=escort",
        "/recent.atom", "/search.atom?q=%3Cscript%3E", "/doc/%3Cscript%3E",
        "/search?issued_from=%3Cscript%3E",
    ]  # fmt: skip
    for address in addresses:
        text = client.get(address, headers={"Accept": "text/html"}).text
        assert "<script>" not in text, address
        assert "<img" not in text, address
