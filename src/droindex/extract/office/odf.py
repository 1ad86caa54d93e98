"""OpenDocument files (.odt, .odp): their text in blocks, heads and feet, notes, properties."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from droindex.extract.office.container import attribute, child, children, local
from droindex.extract.office.kinds import MediaType
from droindex.extract.office.numbering import BULLET, Counters, Level
from droindex.extract.office.pieces import PageBreak, Piece, Reading, table_row
from droindex.extract.protocol import UnreadableFileError
from droindex.model import FileStatus
from droindex.pages import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from droindex.extract.office.container import Container

__all__ = ["read_odf"]

_PROPERTIES = {
    "title": "Title",
    "subject": "Subject",
    "initial-creator": "Author",
    "creator": "LastModifiedBy",
    "keyword": "Keywords",
    "description": "Description",
    "creation-date": "CreationDate",
    "date": "ModDate",
}
_GONE = frozenset(
    {
        *("tracked-changes", "change", "annotation", "annotation-end", "sequence-decls", "forms"),
        *("variable-decls", "user-field-decls", "settings", "event-listeners"),
        *("notes", "desc", "title"),
    }
)
_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman"}
_FORMATS |= {"I": "upperRoman", "": "none"}
_MAX_LEVEL = 9
_MAX_DEPTH = 20  # of styles that are based on another
_MAX_NESTING = 12  # of lists and tables in one another
_MAX_SPACES = 40  # in a row
_MAX_TEMPLATE = 20  # characters around a number
_DEFAULT_SIZE = 12.0  # points, where nothing says
_NOTE_SIZE = 8.0
_HEADING_WORDS = 12
_HEADING_CHARS = 90
_ROW_CHARS = 600


@dataclass(frozen=True, slots=True)
class _Look:
    """What a style says of a paragraph."""

    size: float = _DEFAULT_SIZE
    is_bold: bool = False
    breaks_before: bool = False
    breaks_after: bool = False
    is_title: bool = False
    list_name: str = ""
    style: str = ""


def read_odf(container: Container) -> Reading:
    """Return what an OpenDocument text or presentation holds.

    Raises:
        UnreadableFileError: A part is broken, encrypted or too large.
    """
    manifest = container.data("META-INF/manifest.xml")
    if b"encryption-data" in manifest:
        raise UnreadableFileError(FileStatus.ENCRYPTED, "It asks for a password.")
    content = container.xml("content.xml")
    if content is None:
        raise UnreadableFileError(FileStatus.DAMAGED, "It has no part that holds its text.")
    common = container.xml("styles.xml")
    styles = _Styles(common, content)
    body = child(content, "body")
    text, slides = child(body, "text"), child(body, "presentation")
    reader = _TextReader(styles)
    properties, pages = _properties(container.xml("meta.xml"))
    if slides is not None:
        sheets = [list(reader.read(item)) for item in children(slides, "page")]
        slide_pieces = [item for sheet in sheets for item in (*sheet, PageBreak(is_laid_out=True))]
        return Reading(
            MediaType.ODP, "odf", slide_pieces[:-1], properties, page_count=len(sheets) or None
        )
    pieces = reader.read(text) if text is not None else ()
    running = [
        piece.text
        for master in children(child(common, "master-styles"), "master-page")
        for edge in master
        if local(edge).startswith(("header", "footer"))
        for piece in _TextReader(styles).read(edge)
        if isinstance(piece, Piece)
    ]
    return Reading(MediaType.ODT, "odf", pieces, properties, running, pages)


def _properties(root: Element | None) -> tuple[dict[str, str], int | None]:
    """Return the properties by name, and the number of pages."""
    found: dict[str, str] = {}
    count: int | None = None
    for item in child(root, "meta") if child(root, "meta") is not None else ():  # type: ignore[union-attr]
        name, text = local(item), (item.text or "").strip()
        if name in _PROPERTIES:
            own = _PROPERTIES[name]
            is_more = own == "Keywords" and own in found
            found[own] = f"{found[own]}, {text}" if is_more else found.get(own, text)
        elif name == "user-defined":
            found.setdefault(attribute(item, "name"), text)
        elif name == "document-statistic":
            pages = attribute(item, "page-count")
            count = int(pages) if pages.isdecimal() and len(pages) <= len("99999") else None
    return found, count or None


class _Styles:
    """The styles of a file: the common ones and those that it made by itself."""

    def __init__(self, *roots: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._default: Element | None = None
        self.lists: dict[str, dict[int, Level]] = {}
        self.outline: dict[int, Level] = {}
        for root in roots:
            for group in children(root, "styles", "automatic-styles"):
                for item in group:
                    self._take(item)
        self._looks: dict[str, _Look] = {}

    def _take(self, item: Element) -> None:
        name = local(item)
        if name == "style" and attribute(item, "family") == "paragraph":
            self._styles[attribute(item, "name")] = item
        elif name == "default-style" and attribute(item, "family") == "paragraph":
            self._default = item
        elif name == "list-style":
            self.lists[attribute(item, "name")] = _levels(item)
        elif name == "outline-style":
            self.outline = _levels(item)

    def look(self, name: str) -> _Look:
        """Return what a style says."""
        if name not in self._looks:
            look = _with_style(_Look(), self._default) if self._default is not None else _Look()
            for item in reversed(self._lineage(name)):
                look = _with_style(look, item)
            self._looks[name] = look
        return self._looks[name]

    def _lineage(self, name: str) -> list[Element]:
        found: list[Element] = []
        while name in self._styles and len(found) < _MAX_DEPTH:
            found.append(self._styles[name])
            name = attribute(found[-1], "parent-style-name")
        return found


def _with_style(look: _Look, style: Element) -> _Look:
    text = child(style, "text-properties")
    paragraph = child(style, "paragraph-properties")
    look = replace(look, size=_size(attribute(text, "font-size"), look.size))
    if weight := attribute(text, "font-weight"):
        look = replace(look, is_bold=weight == "bold")
    name = attribute(style, "name").lower()
    before = attribute(paragraph, "break-before")
    master = attribute(style, "master-page-name")
    if before or master:
        look = replace(look, breaks_before=before == "page" or bool(master))
    if after := attribute(paragraph, "break-after"):
        look = replace(look, breaks_after=after == "page")
    if not name.startswith("p") or not name[1:].isdecimal():  # one that a program made for a place
        look = replace(look, is_title=name == "title", style=name)
    if lists := attribute(style, "list-style-name"):
        look = replace(look, list_name=lists)
    return look


def _size(written: str, above: float) -> float:
    """Return a size in points; it may be a share of that of the style above."""
    number = written.removesuffix("pt").removesuffix("%")
    if not (number.replace(".", "", 1).isdecimal() and len(number) <= len("1000.00")):
        return above
    return above * float(number) / 100 if written.endswith("%") else float(number)


def _levels(style: Element) -> dict[int, Level]:
    """Return the levels of a list."""
    found: dict[int, Level] = {}
    for item in style:
        place = attribute(item, "level")
        if not (place.isdecimal() and 0 < int(place) <= _MAX_LEVEL):
            continue
        level = int(place)
        if "bullet" in local(item):
            found[level - 1] = Level("bullet")
            continue
        shown = attribute(item, "display-levels", "1")
        first = level - int(shown) + 1 if shown.isdecimal() and 0 < int(shown) <= level else level
        numbers = ".".join(f"%{number}" for number in range(first, level + 1))
        before, after = (
            attribute(item, f"num-{side}fix")[:_MAX_TEMPLATE] for side in ("pre", "suf")
        )
        start = attribute(item, "start-value", "1")
        found[level - 1] = Level(
            _FORMATS.get(attribute(item, "num-format"), "decimal"),
            f"{before}{numbers}{after}",
            int(start) if start.isdecimal() and len(start) < len("1000000") else 1,
        )
    return found


class _TextReader:
    """Reads the text of a part."""

    def __init__(self, styles: _Styles) -> None:
        self._styles = styles
        self._counters = Counters()
        self._boxes: list[Element] = []
        self._due: list[Piece] = []

    def read(self, parent: Element) -> Iterator[Piece | PageBreak]:
        """Yield the blocks in an element, and its notes at the end of each page."""
        for item in self._blocks(parent, 0):
            if isinstance(item, PageBreak):
                yield from self._notes_due()
            yield item
        yield from self._notes_due()

    def _notes_due(self) -> list[Piece]:
        due, self._due = self._due, []
        return due

    def _blocks(self, parent: Element, nesting: int) -> Iterator[Piece | PageBreak]:
        for item in parent:
            name = local(item)
            if name in ("p", "h"):
                yield from self._paragraph(item, nesting)
            elif name == "list":
                yield from self._list(item, "", 0, nesting)
            elif name == "table":
                yield from self._table(item, nesting)
            elif name == "soft-page-break":
                yield PageBreak(is_laid_out=True)
            elif name == "index-body":
                for piece in self._blocks(item, nesting):
                    is_text = isinstance(piece, Piece)
                    yield piece._replace(kind=BlockKind.CONTENTS) if is_text else piece  # type: ignore[call-arg]
            elif name not in _GONE and nesting < _MAX_NESTING:
                yield from self._blocks(item, nesting + (name == "text-box"))

    def _paragraph(
        self, paragraph: Element, nesting: int, number: str = ""
    ) -> Iterator[Piece | PageBreak]:
        """Yield a paragraph, in parts where a page ends in it, and then its boxes."""
        look = self._styles.look(attribute(paragraph, "style-name"))
        level = self._level(paragraph, look)
        if level is not None and not number and not look.is_title:
            number = self._heading_number(paragraph, level)
        if look.breaks_before:
            yield PageBreak(is_laid_out=False)
        parts, goes_on = [""], False
        for item in self._letters(paragraph):
            if isinstance(item, str):
                parts[-1] += item
                continue
            if parts[-1].strip():
                yield _piece(parts[-1].strip(), look, number, level, goes_on=goes_on)
                goes_on, number = True, ""
            parts.append("")
            yield item
        if parts[-1].strip():
            yield _piece(parts[-1].strip(), look, number, level, goes_on=goes_on)
        boxes, self._boxes = self._boxes, []
        for box in boxes if nesting < _MAX_NESTING else ():
            yield from self._blocks(box, nesting + 1)
        if look.breaks_after:
            yield PageBreak(is_laid_out=False)

    def _level(self, paragraph: Element, look: _Look) -> int | None:
        """Return the level of a heading, from 0; None for text."""
        if look.is_title:
            return 0
        if local(paragraph) != "h":
            return None
        level = attribute(paragraph, "outline-level", "1")
        return min(int(level), _MAX_LEVEL) - 1 if level.isdecimal() and int(level) else 0

    def _heading_number(self, heading: Element, level: int) -> str:
        if level not in self._styles.outline or attribute(heading, "is-list-header") == "true":
            return ""
        return self._counters.next("", self._styles.outline, level)

    def _list(
        self, parent: Element, name: str, level: int, nesting: int
    ) -> Iterator[Piece | PageBreak]:
        """Yield the items of a list and of the lists in it."""
        own = attribute(parent, "style-name")
        if own and not level and attribute(parent, "continue-numbering") != "true":
            self._counters.restart(own)
        name = own or name
        levels = self._styles.lists.get(name, {0: Level("bullet")})
        for item in children(parent, "list-item", "list-header"):
            number = ""
            if local(item) == "list-item" and child(item, "p") is not None:
                number = self._counters.next(name, levels, level)
            for inner in item:
                kind = local(inner)
                if kind == "list" and nesting < _MAX_NESTING:
                    yield from self._list(inner, name, level + 1, nesting + 1)
                elif kind in ("p", "h"):
                    yield from self._paragraph(inner, nesting, number)
                    number = ""
                elif kind == "table":
                    yield from self._table(inner, nesting)
                elif kind == "soft-page-break":
                    yield PageBreak(is_laid_out=True)

    def _letters(self, parent: Element) -> Iterator[str | PageBreak]:
        """Yield the text and the page breaks in a paragraph."""
        yield _plain(parent.text)
        for item in parent:
            name = local(item)
            if name == "s":
                count = attribute(item, "c", "1")
                yield " " * (min(int(count), _MAX_SPACES) if count.isdecimal() else 1)
            elif name == "tab":
                yield "\t"
            elif name == "line-break":
                yield "\n"
            elif name == "soft-page-break":
                yield PageBreak(is_laid_out=True)
            elif name == "note":
                yield self._note(item)
            elif name in ("frame", "custom-shape", "rect", "g"):
                self._boxes.append(item)
            elif name and name not in _GONE:
                yield from self._letters(item)
            yield _plain(item.tail)

    def _note(self, note: Element) -> str:
        """Return the figure that stands for a note, which is due at the end of the page."""
        citation, body = child(note, "note-citation"), child(note, "note-body")
        figure = "".join(citation.itertext()) if citation is not None else ""
        text = " ".join(" ".join(body.itertext()).split()) if body is not None else ""
        if text:
            self._due.append(Piece(BlockKind.FOOTNOTE, f"{figure} {text}", size=_NOTE_SIZE))
        return figure

    def _table(self, table: Element, nesting: int) -> Iterator[Piece | PageBreak]:
        """Yield the rows; of a table that lays out a page, what stands in its cells."""
        for row in self._rows(table):
            if isinstance(row, PageBreak):
                yield row
                continue
            cells = [
                [item for item in self._blocks(cell, nesting + 1) if isinstance(item, Piece)]
                for cell in children(row, "table-cell")
                if nesting < _MAX_NESTING
            ]
            cells = [cell for cell in cells if cell]
            chars = sum(len(piece.text) for cell in cells for piece in cell)
            if len(cells) > 1 and chars <= _ROW_CHARS:
                yield table_row([" ".join(piece.text for piece in cell) for cell in cells])
            else:
                for cell in cells:
                    yield from cell

    def _rows(self, parent: Element) -> Iterator[Element | PageBreak]:
        for item in parent:
            name = local(item)
            if name == "table-row":
                yield item
            elif name == "soft-page-break":
                yield PageBreak(is_laid_out=True)
            elif name in ("table-header-rows", "table-rows", "table-row-group"):
                yield from self._rows(item)


def _piece(text: str, look: _Look, number: str, level: int | None, *, goes_on: bool) -> Piece:
    kind = BlockKind.PARAGRAPH
    is_short = len(text) <= _HEADING_CHARS and len(text.split()) <= _HEADING_WORDS
    is_bold = look.is_bold and is_short and "\n" not in text and text[-1] not in ".;,:?!"
    if level is not None or (is_bold and any(map(str.isalpha, text)) and number != BULLET):
        kind = BlockKind.HEADING
    elif number:
        kind = BlockKind.ITEM
    text = f"{number} {text}" if number else text
    return Piece(kind, text, 1 if level is None else level, look.size, goes_on, look.style)


def _plain(text: str | None) -> str:
    """Return text of XML as it is shown: line ends and the blanks of its layout are one blank."""
    if not text:
        return ""
    words = " ".join(text.split())
    return f"{' ' * text[:1].isspace()}{words}{' ' * (bool(words) and text[-1:].isspace())}"
