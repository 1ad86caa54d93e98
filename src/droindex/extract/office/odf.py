"""OpenDocument files (.odt, .odp): their text in blocks, heads and feet, notes, properties."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from droindex.extract.office.container import attribute, child, children, local
from droindex.extract.office.kinds import MediaType
from droindex.extract.office.numbering import BULLET, Counters, Level
from droindex.extract.office.pieces import (
    PageBreak,
    Piece,
    Reading,
    between_breaks,
    is_heading_line,
    row_pieces,
)
from droindex.extract.protocol import UnreadableFileError
from droindex.model import FileStatus
from droindex.pages import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
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
_SIGNS = {"s": " ", "tab": "\t", "line-break": "\n"}
_MAX_TEMPLATE = 20  # characters around a number
_DEFAULT_SIZE = 12.0  # points, where nothing says
_NOTE_SIZE = 8.0


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
    shared = container.xml("styles.xml")
    styles = _Styles(shared, content)
    body = child(content, "body")
    text, slides = child(body, "text"), child(body, "presentation")
    reader = _TextReader(styles)
    properties, pages = _properties(container.xml("meta.xml"))
    if slides is not None:
        sheets = [reader.read(item) for item in children(slides, "page")]
        count = len(sheets) or None
        return Reading(MediaType.ODP, "odf", _parted(sheets), properties, page_count=count)
    pieces = reader.read(text) if text is not None else ()
    return Reading(MediaType.ODT, "odf", pieces, properties, _running_lines(shared, styles), pages)


def _parted(sheets: Iterable[Iterator[Piece | PageBreak]]) -> Iterator[Piece | PageBreak]:
    """Yield the pieces of slides, with a break between each and the next."""
    for number, sheet in enumerate(sheets):
        if number:
            yield PageBreak(is_laid_out=True)
        yield from sheet


def _running_lines(shared: Element | None, styles: _Styles) -> Iterator[str]:
    """Yield what stands in heads and feet."""
    for master in children(child(shared, "master-styles"), "master-page"):
        for edge in master:
            is_edge = local(edge).startswith(("header", "footer"))
            for piece in _TextReader(styles).read(edge) if is_edge else ():
                if isinstance(piece, Piece):
                    yield piece.text


def _properties(root: Element | None) -> tuple[dict[str, str], int | None]:
    """Return the properties by name, and the number of pages."""
    meta = child(root, "meta")
    found: dict[str, list[str]] = {}
    for item in meta if meta is not None else ():
        own = local(item) == "user-defined"
        name = attribute(item, "name") if own else _PROPERTIES.get(local(item), "")
        found.setdefault(name, []).append((item.text or "").strip())
    found.pop("", None)
    pages = attribute(child(meta, "document-statistic"), "page-count")
    count = int(pages) if pages.isdecimal() and len(pages) <= len("99999") else 0
    values = {name: ", ".join(filter(None, texts)) for name, texts in found.items()}
    return values, count or None


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
        if place.isdecimal() and 0 < int(place) <= _MAX_LEVEL:
            is_bullet = "bullet" in local(item)
            found[int(place) - 1] = Level("bullet") if is_bullet else _level(item, int(place))
    return found


def _level(item: Element, level: int) -> Level:
    """Return a level of a list that has numbers; it is the first one or a deeper one."""
    shown = attribute(item, "display-levels", "1")
    first = level - int(shown) + 1 if shown.isdecimal() and 0 < int(shown) <= level else level
    numbers = ".".join(f"%{number}" for number in range(first, level + 1))
    before, after = (attribute(item, f"num-{side}fix")[:_MAX_TEMPLATE] for side in ("pre", "suf"))
    start = attribute(item, "start-value", "1")
    return Level(
        _FORMATS.get(attribute(item, "num-format"), "decimal"),
        f"{before}{numbers}{after}",
        int(start) if start.isdecimal() and len(start) < len("1000000") else 1,
    )


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
                yield from map(_as_contents, self._blocks(item, nesting))
            elif name not in _GONE:
                yield from self._inside(item, nesting)

    def _inside(self, element: Element, nesting: int) -> Iterator[Piece | PageBreak]:
        """Yield the blocks in a section, a box or the like; as one where it is nested too deep."""
        if nesting < _MAX_NESTING:
            yield from self._blocks(element, nesting + (local(element) == "text-box"))
        else:
            yield _flat(element)

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
        goes_on = False
        for part in between_breaks(self._letters(paragraph)):
            if isinstance(part, PageBreak):
                yield part
            elif text := "".join(part).strip():
                yield _piece(text, look, "" if goes_on else number, level, goes_on=goes_on)
                goes_on = True
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            yield from self._inside(box, nesting + 1)
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
        name = attribute(parent, "style-name") or name
        if not level and attribute(parent, "continue-numbering") != "true":
            self._counters.restart(name)
        levels = self._styles.lists.get(name, {0: Level("bullet")})
        for item in children(parent, "list-item", "list-header"):
            number = ""
            if local(item) == "list-item" and child(item, "p") is not None:
                number = self._counters.next(name, levels, level)
            for inner in item:
                if local(inner) == "list" and nesting < _MAX_NESTING:
                    yield from self._list(inner, name, level + 1, nesting + 1)
                elif local(inner) in ("p", "h"):
                    yield from self._paragraph(inner, nesting, number)
                    number = ""
                else:
                    yield from self._other(inner, nesting)

    def _other(self, element: Element, nesting: int) -> Iterator[Piece | PageBreak]:
        """Yield what stands in an item of a list besides text and lists."""
        name = local(element)
        if name == "list":  # nested too deep
            yield _flat(element)
        elif name == "table":
            yield from self._table(element, nesting)
        elif name == "soft-page-break":
            yield PageBreak(is_laid_out=True)

    def _letters(self, parent: Element) -> Iterator[str | PageBreak]:
        """Yield the text and the page breaks in a paragraph."""
        yield _plain(parent.text)
        for item in parent:
            name = local(item)
            if name in _SIGNS:
                yield _SIGNS[name]
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
        if nesting >= _MAX_NESTING:
            yield _flat(table)
            return
        for row in self._rows(table):
            if isinstance(row, PageBreak):
                yield row
            else:
                cells = children(row, "table-cell")
                yield from row_pieces([*self._blocks(cell, nesting + 1)] for cell in cells)

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
    is_bold = look.is_bold and number != BULLET and is_heading_line(text)
    if level is not None or is_bold:
        kind = BlockKind.HEADING
    else:
        kind = BlockKind.ITEM if number else BlockKind.PARAGRAPH
    text = f"{number} {text}" if number else text
    return Piece(kind, text, 1 if level is None else level, look.size, goes_on, look.style)


def _as_contents(item: Piece | PageBreak) -> Piece | PageBreak:
    return item._replace(kind=BlockKind.CONTENTS) if isinstance(item, Piece) else item


def _flat(element: Element) -> Piece:
    """Return all that stands in an element as one piece: it is nested too deep for more."""
    return Piece(BlockKind.PARAGRAPH, " ".join(element.itertext()), size=_NOTE_SIZE)


def _plain(text: str | None) -> str:
    """Return text of XML as it is shown: line ends and the blanks of its layout are one blank."""
    if not text:
        return ""
    words = " ".join(text.split())
    return f"{' ' * text[:1].isspace()}{words}{' ' * (bool(words) and text[-1:].isspace())}"
