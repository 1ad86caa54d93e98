"""Text files, Markdown and web pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from droindex.extract.cleanup.clean import clean_text
from droindex.extract.cleanup.markup import Tag, pieces
from droindex.extract.plain import HtmlExtractor, _PageParser
from droindex.extract.protocol import FileFacts
from droindex.extract.workers.run import Extracted
from droindex.model import FileStatus
from droindex.pages import NO_PAGE, Page
from droindex.settings import ExtractSettings

Read = Callable[..., list[Extracted]]


@pytest.mark.parametrize(
    "data",
    [
        "Detention – naïve".encode(),
        b"\xef\xbb\xbf" + "Detention – naïve".encode(),
        "Detention – naïve".encode("utf-16"),
        "Detention – naïve".encode("cp1252"),
    ],
)
def test_encodings(tmp_path: Path, read: Read, data: bytes) -> None:
    path = tmp_path / "memo.txt"
    path.write_bytes(data)
    [found] = read(path)
    assert found.extraction.status is FileStatus.OK
    page = Page(1, "Detention – naïve", label=NO_PAGE, backend="plain", layout="P")
    assert found.extraction.pages == (page,)
    assert found.extraction.facts.page_count is None
    assert found.extraction.facts.media_type == "text/plain"


def test_binary_data_and_nothing(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.txt").write_bytes(b"MZ\x00\x01")
    (tmp_path / "b.txt").write_bytes(b"")
    binary, empty = read(tmp_path / "a.txt", tmp_path / "b.txt")
    assert binary.extraction.status is FileStatus.DAMAGED
    assert empty.extraction.status is FileStatus.EMPTY


def test_a_web_page(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "page.html"
    path.write_text(
        "<!doctype html><html><head><title>Escort &amp; Travel</title>"
        '<meta name="Author" content="J. Doe"><meta name="dc.date" content="2004">'
        "<style>p{}</style><script>let secret = 1;</script></head><body>"
        "<h1>Escort</h1><p>First <b>para</b>graph.</p><p>Second\nparagraph.</p>"
        "<table><tr><td>a</td><td>b</td></tr></table><pre>x\n  y</pre></body></html>"
    )
    [found] = read(path)
    facts = found.extraction.facts
    assert facts.properties == {"Author": "J. Doe", "dc.date": "2004", "Title": "Escort & Travel"}
    assert [(entry.title, entry.level) for entry in facts.outline] == [("Escort", 0)]
    text = found.extraction.pages[0].text
    assert "First paragraph." in text
    assert "Second paragraph." in text
    assert "a  b" in text
    assert "x\n  y" in text
    assert "secret" not in text
    assert "p{}" not in text


def test_markdown_headings_are_the_outline(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "note.md"
    path.write_text("# The Title\n\ntext\n\n```\n# no heading\n```\n\n## Part *one*\n")
    [found] = read(path)
    assert found.extraction.facts.properties == {"Title": "The Title"}
    assert [(e.title, e.level) for e in found.extraction.facts.outline] == [
        ("The Title", 0),
        ("Part *one*", 1),
    ]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>a <b title='x > y'>b</b>", "a b"),
        ("<p>if a < b and c > d", "if a < b and c > d"),
        ("a<!-- > <p>no -->b<!-->c<!--->d", "abcd"),
        ("a<![CDATA[ b ]]>c<![", "ac<!["),
        ("a<!-- never closed <p>b", "ab"),
        ("<p class='never closed>a</p><p>b</p>", "a\n\nb"),
        ("<p title=\"never closed>a</p><p>it's</p>", "a\n\nit's"),
        ("<p title=don't>a</p><p>b</p>", "a\n\nb"),
        ("a<script>if (1 < 2) '</p>';</SCRIPT >b<style>c", "ab"),
        ("a<script/>b", "ab"),
        ("&lt;b&gt; &#65;&#x42; &amp;amp; &#99999999999;", "<b> AB &amp; \ufffd"),
        ("&#" + "9" * 5_000 + ";", "\ufffd"),
        ("a</>b</ c>d<>", "abd<>"),
        ("a<p", "a<p"),
    ],
)
def test_markup_is_read_as_browsers_do(page: str, text: str) -> None:
    parser = _PageParser()
    for piece in pieces(page):
        parser.take(piece)
    assert clean_text("".join(parser.parts)).strip() == text


def test_attributes_of_a_tag() -> None:
    (tag,) = pieces("<META Name = author content='A &amp; B' name=other x content=\"c\"/>")
    assert isinstance(tag, Tag)
    assert (tag.name, tag.is_end, tag.is_empty) == ("meta", False, True)
    assert tag.attributes() == {"name": "author", "content": "A & B", "x": ""}


@given(st.text(alphabet=st.sampled_from("<>/!-ab \"'=&;thead script title body h1"), max_size=80))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_tag_soup_is_too_much(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "soup.html"
    path.write_text(text)
    facts, page = HtmlExtractor().extract(path, ExtractSettings())
    assert isinstance(facts, FileFacts)
    assert isinstance(page, Page)
