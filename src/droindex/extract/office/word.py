"""Word files (.docx, .docm): their text in blocks, heads and feet, notes, properties."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from droindex.extract.office.container import attribute, child, children, local
from droindex.extract.office.kinds import MediaType
from droindex.extract.office.numbering import BULLET
from droindex.extract.office.pieces import (
    PageBreak,
    Piece,
    Reading,
    between_breaks,
    is_heading_line,
    row_pieces,
)
from droindex.extract.office.word_styles import (
    Look,
    WordLists,
    WordStyles,
    with_paragraph,
    with_runs,
)
from droindex.pages import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from xml.etree.ElementTree import Element

    from droindex.extract.office.container import Container

__all__ = ["core_properties", "read_word"]

_PROPERTIES = {  # of the parts docProps/core.xml and docProps/app.xml, as those of a PDF are named
    "title": "Title",
    "subject": "Subject",
    "creator": "Author",
    "keywords": "Keywords",
    "description": "Description",
    "category": "Category",
    "contentStatus": "Status",
    "created": "CreationDate",
    "modified": "ModDate",
    "lastModifiedBy": "LastModifiedBy",
    "Company": "Company",
    "Manager": "Manager",
}
# How Office keeps the sensitivity that somebody chose: its name, beside ids and times.
_SENSITIVITY = re.compile(r"MSIP_Label_[0-9a-fA-F-]+_(?P<what>\w+)$")
_SENSITIVE = "Sensitivity"
_GONE = frozenset(  # deleted, or not for readers
    {
        *("del", "moveFrom", "delText", "instrText", "delInstrText", "fldData", "rt"),
        *("pPr", "rPr", "sdtPr"),
    }
)
_LETTERS = frozenset({"t", "br", "lastRenderedPageBreak", "tab", "cr", "noBreakHyphen", "ptab"})
_SIGNS = {"tab": "\t", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_MAX_NESTING = 12  # of tables in tables
_NOTE_SIZE = 8.0  # points; of what is not the text itself


class _Run(NamedTuple):
    """Some letters of one look."""

    text: str
    look: Look


def read_word(container: Container, main: str) -> Reading:
    """Return what a Word file holds.

    Args:
        container: The file.
        main: The path of the part that holds the text.

    Raises:
        UnreadableFileError: A part is broken, encrypted or too large.
    """
    related = [(kind, place) for _, kind, place in container.related(main)]
    parts = dict(reversed(related))
    body = child(container.xml(main), "body")
    styles = WordStyles(container.xml(parts.get("styles", "")))
    lists = WordLists(container.xml(parts.get("numbering", "")))
    notes = {
        kind: container.xml(parts[name])
        for kind, name in (("footnote", "footnotes"), ("endnote", "endnotes"))
        if name in parts
    }
    reader = _TextReader(styles, lists, notes)
    heads = [
        place
        for edge in ("header", "footer")
        for place in dict.fromkeys(place for kind, place in related if kind == edge)
    ]
    properties, pages = core_properties(container)
    return Reading(
        MediaType.DOCX,
        "word",
        reader.read(body) if body is not None else (),
        properties,
        _running_lines(reader, [container.xml(place) for place in heads], styles),
        pages,
    )


def _running_lines(
    reader: _TextReader, heads: Iterable[Element | None], styles: WordStyles
) -> Iterator[str]:
    """Yield the watermarks that were met in the text, and what stands in heads and feet."""
    yield from reader.marks
    for head in heads:
        yield from _plain_lines(head, styles)


def core_properties(container: Container) -> tuple[dict[str, str], int | None]:
    """Return the properties of a file of Office by name, and its number of pages or slides.

    Those that its organisation has defined are there under their own names.
    """
    places = {kind: place for _, kind, place in container.related("")}
    roots = [container.xml(places.get(f"{kind}-properties", "")) for kind in ("core", "extended")]
    items = [item for root in roots if root is not None for item in root]
    found = _named_properties(items)
    for name, text in _own_properties(container.xml(places.get("custom-properties", ""))):
        if name != _SENSITIVE:
            found.setdefault(name, text)
        else:  # several choices all count
            found[name] = ", ".join(filter(None, (found.get(name), text)))
    return found, _count_of_pages(items)


def _named_properties(items: Iterable[Element]) -> dict[str, str]:
    """Return the usual properties by name."""
    found: dict[str, str] = {}
    for item in items:
        if local(item) in _PROPERTIES and (text := (item.text or "").strip()):
            found.setdefault(_PROPERTIES[local(item)], text)
    return found


def _count_of_pages(items: Iterable[Element]) -> int | None:
    """Return how many pages or slides a file says that it has; None where it does not."""
    texts = [item.text or "" for item in items if local(item) in ("Pages", "Slides")]
    known = [int(text) for text in texts if text.isdecimal() and len(text) <= len("99999")]
    return max(known, default=0) or None


def _own_properties(root: Element | None) -> Iterator[tuple[str, str]]:
    """Yield the properties that an organisation has defined, and the sensitivity chosen."""
    for item in children(root, "property"):
        name, text = attribute(item, "name"), "".join(item.itertext()).strip()
        chosen = _SENSITIVITY.match(name)
        if chosen is None and name:
            yield name, text
        elif chosen is not None and chosen["what"] == "Name":
            yield _SENSITIVE, text


def _plain_lines(root: Element | None, styles: WordStyles) -> Iterator[str]:
    """Yield the lines of a head, a foot or a note."""
    if root is None:
        return
    reader = _TextReader(styles, WordLists(None), {})
    for piece in reader.read(root):
        if isinstance(piece, Piece):
            yield piece.text
    yield from reader.marks


class _TextReader:
    """Reads the text of a part.

    Args:
        styles: The styles of the file.
        lists: Counts its items.
        notes: The parts of foot- and endnotes, by the name of their elements.

    Attributes:
        marks: What stands across its pages: watermarks.
    """

    def __init__(self, styles: WordStyles, lists: WordLists, notes: dict[str, Element | None]):
        self._styles = styles
        self._lists = lists
        self._notes = {
            (kind, attribute(item, "id")): item
            for kind, root in notes.items()
            for item in children(root, kind)
        }
        self._note_count = 0
        self._boxes: list[Element] = []  # text boxes of the paragraph that is read
        self._due: list[Piece] = []  # notes that are due at the end of the page
        self._sections: list[str] = []
        self._section = 0
        self.marks: list[str] = []

    def read(self, parent: Element) -> Iterator[Piece | PageBreak]:
        """Yield the blocks of a body, and then its notes."""
        # Each says how it begins, and stands where it ends.
        self._sections = [
            attribute(child(item, "type"), "val")
            for item in parent.iter()
            if local(item) == "sectPr"
        ]
        for item in self._blocks(parent, 0):
            if isinstance(item, PageBreak):
                yield from self._notes_due()
            yield item
        yield from self._notes_due()

    def _notes_due(self) -> list[Piece]:
        due, self._due = self._due, []
        return due

    def _blocks(self, parent: Element, nesting: int) -> Iterator[Piece | PageBreak]:
        """Yield the blocks in an element; content controls and the like are looked into."""
        for item in parent:
            name = local(item)
            if name == "p":
                yield from self._paragraph(item, nesting)
            elif name == "tbl":
                yield from self._table(item, nesting)
            elif name not in _GONE:
                yield from self._blocks(item, nesting)

    def _paragraph(self, paragraph: Element, nesting: int) -> Iterator[Piece | PageBreak]:
        properties = child(paragraph, "pPr")
        look = with_paragraph(
            self._styles.look(attribute(child(properties, "pStyle"), "val")), properties
        )
        if look.breaks_before:
            yield PageBreak(is_laid_out=False)
        number = self._lists.number(look.list_id, look.list_level) if look.list_id else ""
        goes_on = False
        for part in between_breaks(self._runs(paragraph, look)):
            if isinstance(part, PageBreak):
                yield part
            elif any(run.text.strip() for run in part):
                yield self._piece(part, look, "" if goes_on else number, goes_on=goes_on)
                goes_on = True
        yield from self._boxes_met(nesting)
        if child(properties, "sectPr") is not None:
            yield from self._section_end()

    def _boxes_met(self, nesting: int) -> Iterator[Piece | PageBreak]:
        """Yield what stands in the text boxes of the paragraph that was read."""
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            if nesting < _MAX_NESTING:
                yield from self._blocks(box, nesting + 1)
            else:
                yield _flat(box)

    def _section_end(self) -> Iterator[PageBreak]:
        """Yield a break where the next section begins on a page of its own."""
        self._section += 1
        if self._sections[self._section : self._section + 1] != ["continuous"]:
            yield PageBreak(is_laid_out=False)

    def _piece(self, runs: list[_Run], look: Look, number: str, *, goes_on: bool) -> Piece:
        text = "".join(run.text for run in runs).strip()
        size = max(runs, key=lambda run: len(run.text.strip())).look.size
        kind = _kind(look, number, is_set_as_heading=_is_bold_heading(runs, text))
        level = look.level if look.level is not None else look.list_level + 1
        text = f"{number} {text}" if number else text
        return Piece(kind, text, level, size, goes_on, look.style)

    def _runs(self, parent: Element, look: Look) -> Iterator[_Run | PageBreak]:
        """Yield the letters and the page breaks in a paragraph."""
        for item in parent:
            name = local(item)
            if name == "r":
                own = with_runs(look, child(item, "rPr"))
                yield from self._letters(item, own)
            elif name == "AlternateContent":  # the same in two ways
                yield from self._runs(_best_choice(item), look)
            elif name not in _GONE and name:
                yield from self._runs(item, look)

    def _letters(self, run: Element, look: Look) -> Iterator[_Run | PageBreak]:
        """Yield what a run holds."""
        for item in run:
            name = local(item)
            if name in _LETTERS:
                yield _letter(item, look)
            elif name in ("footnoteReference", "endnoteReference"):
                yield _Run(self._note(name.removesuffix("Reference"), attribute(item, "id")), look)
            elif name == "AlternateContent":
                yield from self._letters(_best_choice(item), look)
            elif name in ("drawing", "pict", "object"):
                self._look_into(item)
            elif name == "ruby":
                yield from self._runs(item, look)

    def _look_into(self, drawing: Element) -> None:
        """Note the text boxes and the watermarks of a drawing."""
        for item in drawing.iter():
            name = local(item)
            if name == "txbxContent" and not any(local(up) == name for up in _above(item, drawing)):
                self._boxes.append(item)
            elif name == "textpath" and (mark := attribute(item, "string").strip()):
                self.marks.append(mark)

    def _note(self, kind: str, note_id: str) -> str:
        """Return the figure that stands for a note, which is due at the end of the page."""
        note = self._notes.get((kind, note_id))
        if note is None:
            return ""
        del self._notes[kind, note_id]  # it may not be one of itself
        text = " ".join(" ".join(_plain_lines(note, self._styles)).split())
        if not text:
            return ""
        self._note_count += 1
        self._due.append(Piece(BlockKind.FOOTNOTE, f"{self._note_count} {text}", size=_NOTE_SIZE))
        return str(self._note_count)

    def _table(self, table: Element, nesting: int) -> Iterator[Piece | PageBreak]:
        """Yield the rows; of a table that lays out a page, what stands in its cells."""
        if nesting >= _MAX_NESTING:
            yield _flat(table)
            return
        for row in self._rows(table):
            cells = [
                list(self._blocks(cell, nesting + 1))
                for cell in row
                if not _is_continued(child(cell, "tcPr"))
            ]
            yield from row_pieces(cells)

    def _rows(self, parent: Element) -> Iterator[list[Element]]:
        """Yield the cells of each row, those in content controls as well."""
        for item in parent:
            name = local(item)
            if name == "tr":
                yield list(_cells(item))
            elif name in ("sdt", "sdtContent", "ins", "customXml"):
                yield from self._rows(item)


def _kind(look: Look, number: str, *, is_set_as_heading: bool) -> BlockKind:
    """Return what a paragraph is by its style, its number and its letters."""
    if look.is_contents:
        return BlockKind.CONTENTS
    if look.level is not None or (is_set_as_heading and number != BULLET):
        return BlockKind.HEADING
    return BlockKind.ITEM if number else BlockKind.PARAGRAPH


def _letter(item: Element, look: Look) -> _Run | PageBreak:
    """Return the text, the sign or the page break that an element of a run stands for."""
    name = local(item)
    if name == "t":
        return _Run(item.text or "", look)
    if name == "lastRenderedPageBreak":
        return PageBreak(is_laid_out=True)
    if name == "br":
        is_page = attribute(item, "type") == "page"
        return PageBreak(is_laid_out=False) if is_page else _Run("\n", look)
    return _Run(_SIGNS[name], look)


def _flat(element: Element) -> Piece:
    """Return all that stands in an element as one piece: it is nested too deep for more."""
    return Piece(BlockKind.PARAGRAPH, " ".join(element.itertext()), size=_NOTE_SIZE)


def _cells(row: Element) -> Iterator[Element]:
    for item in row:
        name = local(item)
        if name == "tc":
            yield item
        elif name in ("sdt", "sdtContent", "customXml"):
            yield from _cells(item)


def _is_continued(properties: Element | None) -> bool:
    """Whether a cell is the lower part of one that was merged."""
    merge = child(properties, "vMerge")
    return merge is not None and attribute(merge, "val", "continue") == "continue"


def _is_bold_heading(runs: list[_Run], text: str) -> bool:
    """Whether a paragraph is a short line in bold, as people write headings without a style."""
    return is_heading_line(text) and all(run.look.is_bold for run in runs if run.text.strip())


def _best_choice(alternatives: Element) -> Element:
    """Return the first of several shapes of one thing; itself where there is none."""
    found = child(alternatives, "Choice")
    if found is None:
        found = child(alternatives, "Fallback")
    return alternatives if found is None else found


def _above(item: Element, top: Element) -> Iterator[Element]:
    """Yield what an element stands in, up to another."""
    up = item.getparent()  # type: ignore[attr-defined] # of lxml
    while up is not None and up is not top:
        yield up
        up = up.getparent()
