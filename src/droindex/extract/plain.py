"""The extractors of text files, Markdown and web pages: texts that flow, without pages."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from droindex.extract.cleanup.clean import clean_line, clean_text
from droindex.extract.cleanup.markup import Tag, pieces
from droindex.extract.protocol import FRONT_MATTER, FileFacts, OutlineEntry, UnreadableFileError
from droindex.model import FileStatus
from droindex.pages import NO_PAGE, Page, PageStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from droindex.settings import ExtractSettings

__all__ = ["HtmlExtractor", "MarkdownExtractor", "PlainExtractor", "decoded", "text_of_html"]

_MAX_OUTLINE = 5_000
_MAX_PROPERTIES = 50
_HEAD = 4_096  # bytes in which a web page has to name its character set
_CHARSET = re.compile(rb"charset\s*+=\s*+[\"']?+\s*+([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_HEADING = re.compile(r"^(#{1,6})[ \t]++(\S.*)$", re.MULTILINE)
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_FENCE_OF_KEYS = re.compile(r"(---|\+\+\+)[ \t]*+\r?\n")
_FENCE_ENDS = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*+\r?$", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*+\r?$", re.MULTILINE),
}
_MAX_FRONT_CHARS = 20_000  # of a block of keys; people write a kilobyte
_BINARY = b"\x00"


class PlainExtractor:
    """Reads text files: UTF-8, UTF-16 with a byte order mark, else Windows-1252."""

    name = "plain"
    version = "5"
    suffixes: tuple[str, ...] = (".txt",)
    media_type = "text/plain"

    def extract(self, path: Path, settings: ExtractSettings) -> Iterator[FileFacts | Page]:
        """Yield the facts and the text; see `Extractor.extract`.

        Raises:
            UnreadableFileError: It holds binary data.
        """
        data = path.read_bytes()
        if not _is_text(data[: 1 << 16]):
            raise UnreadableFileError(FileStatus.DAMAGED, "It holds binary data, not text.")
        facts, text = self._parse(data)
        yield facts
        text = clean_text(text)
        status = PageStatus.OK if text.strip() else PageStatus.EMPTY
        yield Page(1, text, label=NO_PAGE, status=status, backend=self.name)

    def _parse(self, data: bytes) -> tuple[FileFacts, str]:
        return FileFacts(media_type=self.media_type), decoded(data)


class MarkdownExtractor(PlainExtractor):
    """Reads Markdown as it is written; its headings become the outline, the first one the title.

    The block of keys that it opens with is kept as the property `Front matter`, fences included.
    """

    name = "markdown"
    version = "6"
    suffixes = (".md",)
    media_type = "text/markdown"

    def _parse(self, data: bytes) -> tuple[FileFacts, str]:
        text = decoded(data)
        outline = tuple(
            OutlineEntry(clean_line(match[2].rstrip(" \t#") or "#"), len(match[1]) - 1, 1)
            for match in _HEADING.finditer(_FENCE.sub("", text))
        )[:_MAX_OUTLINE]
        properties = {"Title": outline[0].title} if outline and outline[0].level == 0 else {}
        if block := _front_matter(text):
            properties[FRONT_MATTER] = block
        facts = FileFacts(media_type=self.media_type, properties=properties, outline=outline)
        return facts, text


def _front_matter(text: str) -> str:
    """Return the block of keys that a text opens with, cut where it is too long; else nothing."""
    opened = _FENCE_OF_KEYS.match(text)
    end = _FENCE_ENDS[opened[1]].search(text, opened.end()) if opened else None
    return text[: min(end.end(), _MAX_FRONT_CHARS)] if end else ""


class HtmlExtractor(PlainExtractor):
    """Reads web pages: their text without scripts and styles, title and meta tags as properties."""

    name = "html"
    version = "6"
    suffixes = (".html", ".htm")
    media_type = "text/html"

    def _parse(self, data: bytes) -> tuple[FileFacts, str]:
        match = _CHARSET.search(data[:_HEAD])
        parser = _PageParser()
        for piece in pieces(decoded(data, match[1].decode("ascii") if match else None)):
            parser.take(piece)
        facts = FileFacts(
            media_type=self.media_type,
            properties=parser.properties,
            outline=tuple(parser.outline[:_MAX_OUTLINE]),
        )
        return facts, "".join(parser.parts)


def text_of_html(markup: str) -> str:
    """Return what a reader sees of a piece of HTML."""
    parser = _PageParser()
    for piece in pieces(markup):
        parser.take(piece)
    return "".join(parser.parts)


class _PageParser:
    """Collects what a reader of the page sees."""

    _SILENT = frozenset({"script", "style", "template", "noscript", "svg", "head"})
    _BLOCKS = frozenset(
        [
            "address",
            "article",
            "aside",
            "blockquote",
            "br",
            "dd",
            "div",
            "dl",
            "dt",
            "fieldset",
            "figcaption",
            "figure",
            "footer",
            "form",
            "header",
            "hr",
            "li",
            "main",
            "nav",
            "ol",
            "option",
            "p",
            "pre",
            "section",
            "table",
            "tr",
            "ul",
            "caption",
            "tbody",
            "thead",
        ]
    )
    _CELLS = frozenset({"td", "th"})
    _HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
    _PROPERTIES = (("author", "Author"), ("description", "Subject"), ("keywords", "Keywords"))

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.properties: dict[str, str] = {}
        self.outline: list[OutlineEntry] = []
        self._silent: list[str] = []
        self._heading: list[str] | None = None
        self._title: list[str] | None = None
        self._pre = 0

    def take(self, piece: str | Tag) -> None:
        """Take the next text or tag of the page."""
        if isinstance(piece, str):
            self._take_text(piece)
        elif piece.is_end:
            self._end(piece.name)
        elif not (piece.is_empty and piece.name in self._SILENT):
            self._start(piece.name, piece)

    def _start(self, tag: str, piece: Tag) -> None:
        if tag == "title" and "Title" not in self.properties:
            self._title = []
        elif tag == "meta":
            self._note(piece.attributes())
        elif tag == "body":
            self._silent.clear()  # a head that was never closed must not swallow the page
        elif tag in self._SILENT:
            if tag not in self._silent:  # the end of the first of two ends both
                self._silent.append(tag)
        elif tag in self._HEADINGS:
            self.parts.append("\n\n")
            self._heading = []
        elif tag in self._BLOCKS:
            self.parts.append("\n\n" if tag == "p" else "\n")
            self._pre += tag == "pre"
        elif tag in self._CELLS:
            self.parts.append("  ")

    def _end(self, tag: str) -> None:
        if tag == "title" and self._title is not None:
            if title := clean_line("".join(self._title)):
                self.properties["Title"] = title
            self._title = None
        elif tag in self._silent:
            del self._silent[self._silent.index(tag) :]
        elif tag in self._HEADINGS:
            if self._heading is not None and (text := clean_line("".join(self._heading))):
                self.outline.append(OutlineEntry(text, int(tag[1]) - 1, 1))
            self._heading = None
            self.parts.append("\n")
        elif tag in self._BLOCKS:
            self.parts.append("\n")
            self._pre = max(0, self._pre - (tag == "pre"))

    def _take_text(self, data: str) -> None:
        if self._title is not None:
            self._title.append(data)
            return
        if self._silent:
            return
        self.parts.append(data if self._pre else re.sub(r"\s+", " ", data))
        if self._heading is not None:
            self._heading.append(data)

    def _note(self, meta: dict[str, str]) -> None:
        name = meta.get("name", "").strip().lower()
        value = clean_line(meta.get("content", ""))
        if name and value and len(self.properties) < _MAX_PROPERTIES:
            name = dict(self._PROPERTIES).get(name, name[:64])
            self.properties.setdefault(name, value)


def _is_text(head: bytes) -> bool:
    """Whether the beginning of a file looks like text."""
    return _BINARY not in head or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def decoded(data: bytes, charset: str | None = None) -> str:
    """Return the text: UTF-8, else as its mark says, else as it says itself, else Windows-1252."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    if charset:
        try:
            return data.decode(charset)
        except (LookupError, UnicodeError):
            pass
    return data.decode("cp1252", errors="replace")
