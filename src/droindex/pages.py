"""A page, the blocks of its text, and how reading it ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

__all__ = ["NO_PAGE", "Block", "BlockKind", "Page", "PageStatus"]

NO_PAGE = ""  # as the label of a page: it is no page, but a part of a text that has none


class PageStatus(StrEnum):
    """How the reading of one page ended."""

    OK = "ok"
    EMPTY = "empty"
    NEEDS_OCR = "needs_ocr"
    DAMAGED = "damaged"
    TOO_BIG = "too_big"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"


class BlockKind(StrEnum):
    """What a block of a page is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"  # of a list
    ROW = "row"  # of a table
    HEADER = "header"  # letterhead, labels and their values at the top of a document
    CONTENTS = "contents"  # an entry that points elsewhere: contents, lists of references
    FOOTNOTE = "footnote"
    RUNNING = "running"  # what names the page: its number, rules, heads and feet

    @property
    def letter(self) -> str:
        """The letter that stands for it in a layout."""
        return _LETTERS[self]


_LETTERS = {
    BlockKind.HEADING: "H",
    BlockKind.PARAGRAPH: "P",
    BlockKind.ITEM: "I",
    BlockKind.ROW: "R",
    BlockKind.HEADER: "L",
    BlockKind.CONTENTS: "C",
    BlockKind.FOOTNOTE: "N",
    BlockKind.RUNNING: "F",
}
_KINDS = {letter: kind for kind, letter in _LETTERS.items()}


class Block(NamedTuple):
    """A piece of a page: a paragraph, a heading, an item of a list, a row of a table and so on.

    Attributes:
        kind: What it is.
        text: Its lines, joined by newlines.
    """

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document, or the whole text of one that has no pages.

    Attributes:
        number: Place in the file, from 1; what a viewer's `#page=` takes, where it is a page.
        text: The page's text, paragraphs separated by newlines; may be empty.
        label: What is printed on the page, for example `iii`; None where the file has no labels,
            empty where it has no pages (`NO_PAGE`): then this is a part of a text that flows.
        status: How reading it ended.
        backend: What read it (`pypdf`, `pdfium`, `tesseract`, …); empty for text that was given.
        is_ocr: True where the text was recognised in an image.
        layout: A letter for each line of the text: what block it belongs to (`P` paragraph, `H`
            heading, `I` item, `R` row, `L` header block, `C` contents, `N` footnote, `F` running
            head or foot), small where the block began in a line above, `-` for a blank line.
            Empty if not known.
    """

    number: int
    text: str
    label: str | None = None
    status: PageStatus = PageStatus.OK
    backend: str = ""
    is_ocr: bool = False
    layout: str = ""

    @property
    def blocks(self) -> tuple[Block, ...]:
        r"""The text in its blocks, in reading order, without blank lines.

        Without a layout, what stands between blank lines is a paragraph.

        >>> page = Page(1, "\n".join(["1. Purpose", "It tells who", "may post."]), layout="HPp")
        >>> [(block.kind.value, block.text.split()) for block in page.blocks]
        [('heading', ['1.', 'Purpose']), ('paragraph', ['It', 'tells', 'who', 'may', 'post.'])]
        """
        found: list[tuple[BlockKind, list[str]]] = []
        is_open = False
        for at, line in enumerate(self.text.split("\n")):
            letter = self.layout[at : at + 1] or ("p" if line.strip() else "-")
            kind = _KINDS.get(letter.upper())
            if kind is None or not line.strip():
                is_open = False
                continue
            if is_open and letter.islower() and found[-1][0] is kind:
                found[-1][1].append(line)
            else:
                found.append((kind, [line]))
            is_open = True
        return tuple(Block(kind, "\n".join(lines)) for kind, lines in found)
