"""Presentations (.pptx): a page for each slide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.extract.office.container import attribute, child, children, local
from droindex.extract.office.kinds import MediaType
from droindex.extract.office.numbering import BULLET
from droindex.extract.office.pieces import PageBreak, Piece, Reading, table_row
from droindex.extract.office.word import core_properties
from droindex.pages import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from droindex.extract.office.container import Container

__all__ = ["read_slides"]

_TITLES = frozenset({"title", "ctrTitle"})
_SMALL = frozenset({"dt", "ftr", "sldNum", "hdr"})


def read_slides(container: Container, main: str) -> Reading:
    """Return what a presentation holds.

    Args:
        container: The file.
        main: The path of the part that lists the slides.

    Raises:
        UnreadableFileError: A part is broken, encrypted or too large.
    """
    places = {own: place for own, _, place in container.related(main)}
    listed = child(container.xml(main), "sldIdLst")
    slides = [
        place for item in children(listed, "sldId") if (place := places.get(_relation(item), ""))
    ]
    pieces: list[Piece | PageBreak] = []
    running: list[str] = []
    for place in slides:
        if pieces:
            pieces.append(PageBreak(is_laid_out=True))
        slide = container.xml(place)
        if slide is not None:
            pieces += _shapes(slide, running)
    properties, _ = core_properties(container)
    count = len(slides) or None
    return Reading(MediaType.PPTX, "slides", pieces, properties, running, count)


def _relation(item: Element) -> str:
    """Return the id of the relation that an element names, which also has an id of its own."""
    return next((value for key, value in item.attrib.items() if key.endswith("}id")), "")


def _shapes(parent: Element, running: list[str]) -> Iterator[Piece]:
    """Yield the text of the shapes of a slide; of its foot, add it to the running lines."""
    for item in parent:
        name = local(item)
        if name == "sp":
            yield from _shape(item, running)
        elif name == "tbl":
            for row in children(item, "tr"):
                bodies = (child(cell, "txBody") for cell in children(row, "tc"))
                yield table_row([" ".join(_paragraphs(body)) for body in bodies])
        elif name == "AlternateContent":
            chosen = child(item, "Choice")
            yield from _shapes(item if chosen is None else chosen, running)
        else:
            yield from _shapes(item, running)


def _shape(shape: Element, running: list[str]) -> Iterator[Piece]:
    """Yield the text of one shape; a foot goes to the running lines."""
    holder = attribute(child(shape, "nvSpPr", "nvPr", "ph"), "type")
    paragraphs = [text for text in _paragraphs(child(shape, "txBody")) if text]
    if holder in _SMALL:
        running += paragraphs
    elif holder in _TITLES and paragraphs:
        yield Piece(BlockKind.HEADING, " ".join(paragraphs), 0)
    elif holder in ("body", "") and len(paragraphs) > 1:
        yield from (Piece(BlockKind.ITEM, f"{BULLET} {text}") for text in paragraphs)
    else:
        yield from (Piece(BlockKind.PARAGRAPH, text) for text in paragraphs)


def _paragraphs(body: Element | None) -> Iterator[str]:
    """Yield the paragraphs of a shape, each on one line."""
    for paragraph in children(body, "p"):
        parts = []
        for item in paragraph.iter():
            if local(item) == "t":
                parts.append(item.text or "")
            elif local(item) == "br":
                parts.append(" ")
        yield " ".join("".join(parts).split())
