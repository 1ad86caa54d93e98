"""Pages -> the paragraphs that are compared: whole over page breaks, their blanks made one.

How lines are broken is a matter of the page, not of the text. So is what names a page (its number,
its head and foot), and a list of contents with leaders: both are left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from droindex.pages import NO_PAGE, BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from droindex.pages import Block, Page

__all__ = ["Paragraph", "paragraphs"]

_ENDS = (".", ":", ";", "!", "?", "”", '"', ")")  # what a paragraph ends with, as a rule
_FLOWING = (BlockKind.PARAGRAPH, BlockKind.ITEM)
_BESIDE = (BlockKind.FOOTNOTE,)  # stands between the two parts of a paragraph that goes on
_LEADER = re.compile(r"(?:\.\s?){5}|…{2}")  # from a heading to its page; it repeats the heading
_MAX_SECTION = 120  # characters of a heading


class Paragraph(NamedTuple):
    """A paragraph, heading, item or row of a document.

    Attributes:
        text: Its words with one blank between them.
        kind: What it is.
        page: The page on which it begins, from 1; None where the text has no pages.
        label: What is printed on that page; None where it has no labels.
        section: The heading under which it stands, or which it is; empty before the first.
    """

    text: str
    kind: BlockKind
    page: int | None
    label: str | None
    section: str


def paragraphs(pages: Iterable[Page]) -> list[Paragraph]:
    r"""Return the paragraphs of a document, in reading order.

    Args:
        pages: Its pages, with their layouts; without one, blank lines part paragraphs.

    Example:
        >>> from droindex.pages import Page
        >>> pages = [Page(1, "1. Purpose\nIt tells who\nmay", layout="HPp"), Page(2, "post.")]
        >>> [(own.section, own.text) for own in paragraphs(pages)][1]
        ('1. Purpose', 'It tells who may post.')
    """
    found: list[Paragraph] = []
    section = ""
    for page in pages:
        number, label = (None, None) if page.label == NO_PAGE else (page.number, page.label)
        is_first = True
        for kind, text in _parts(page.blocks):
            before = _open_one(found) if is_first and _goes_on(kind, text) else None
            is_first = False
            if before is not None:
                found[before] = found[before]._replace(text=f"{found[before].text} {text}")
                continue
            if kind is BlockKind.HEADING:
                section = text[:_MAX_SECTION]
            found.append(Paragraph(text, kind, number, label, section))
    return found


def _parts(blocks: Iterable[Block]) -> Iterator[tuple[BlockKind, str]]:
    """Yield the blocks of a page that are compared; each line of a header has its own meaning."""
    for block in blocks:
        lines = block.text.split("\n") if block.kind is BlockKind.HEADER else [block.text]
        for line in lines:
            text = " ".join(line.split())
            if text and not _is_of_pages(block.kind, text):
                yield block.kind, text


def _is_of_pages(kind: BlockKind, text: str) -> bool:
    """Whether a block only tells of pages: it names one, or leads to one."""
    if kind is BlockKind.RUNNING:
        return True
    return kind is BlockKind.CONTENTS and _LEADER.search(text) is not None


def _goes_on(kind: BlockKind, text: str) -> bool:
    """Whether the first block of a page may go on with what the page before it ended in."""
    return kind is BlockKind.PARAGRAPH and text[0].islower()


def _open_one(found: list[Paragraph]) -> int | None:
    """Return the place of the last paragraph, if it does not end; what stands beside is passed."""
    for at in range(len(found) - 1, -1, -1):
        if found[at].kind in _BESIDE:
            continue
        is_open = found[at].kind in _FLOWING and not found[at].text.endswith(_ENDS)
        return at if is_open else None
    return None
