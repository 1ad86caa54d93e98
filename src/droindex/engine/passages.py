"""Pages -> the entries of the page index, with their blocks, and back again.

A passage is a page or a part of a long one. Beside its text stands where it is, and a letter for
each of its lines: the layout of the page, as far as it goes. What was given without a layout has
none here either: it is worked out when the passage is shown.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from droindex.engine.entries import READING, indexable_pages, owner_number
from droindex.engine.schema import DOC_ID, HEADINGS, INFO, KIND, LISTING, OWNER, TEXT
from droindex.pages import NO_PAGE, BlockKind, Page, PageStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Passage", "pages_from_passages", "passage_entries", "read_passage", "split_passages"]

_MAX_HEADING = 120  # characters of a heading that are kept with what stands under it
_LISTING_SHARE = 0.5  # of the text: fewer entries are a list inside a page
_CONTENTS, _HEADING = BlockKind.CONTENTS.letter, BlockKind.HEADING.letter


class Passage(NamedTuple):
    """A piece of a page as it is stored.

    Attributes:
        page: The page's number.
        label: What is printed on it.
        text: The text.
        layout: A letter for each line, as in `Page.layout`; empty if not known.
        section: The heading under which its first line stands; None if not known.
        is_first: Whether a document begins with it.
    """

    page: int
    label: str | None
    text: str
    layout: str = ""
    section: str | None = None
    is_first: bool = False

    @property
    def place(self) -> tuple[int | None, str | None]:
        """The page with what is printed on it; two times None where the text has no pages."""
        return (None, None) if self.label == NO_PAGE else (self.page, self.label)


def passage_entries(doc_id: str, pages: Iterable[Page], size: int) -> Iterator[dict[str, Any]]:
    """Yield the entries of the page index; together their texts are the pages' texts, whole.

    Args:
        doc_id: The document the pages belong to.
        pages: Its pages.
        size: About how many characters a passage may have.
    """
    place, owner = 0, owner_number(doc_id)
    section: str | None = None
    for page in indexable_pages(pages):
        for text, layout in _pieces(page, size):
            info = {"n": page.number, "p": place, "l": page.label, "e": page.backend}
            if page.status is not PageStatus.OK:
                info["s"] = page.status.value
            if page.is_ocr:
                info["o"] = 1
            info["b"], info["h"] = layout, section
            lean = {key: value for key, value in info.items() if value not in (None, "")}
            if page.label == NO_PAGE:
                lean["l"] = NO_PAGE
            packed = json.dumps(lean, ensure_ascii=False, separators=(",", ":")).encode()
            entry = {DOC_ID: doc_id, OWNER: owner, TEXT: text, INFO: packed}
            headings = list(_headings(text, layout)) if layout else []
            if headings:
                entry[HEADINGS] = "\n".join(headings)
                section = headings[-1]
            if layout and _is_listing(text, layout):
                entry[KIND] = LISTING
            yield entry
            place += 1


def pages_from_passages(passages: Iterable[tuple[str, bytes]]) -> tuple[Page, ...]:
    """Return the pages that were stored as (text, info), in whatever order they come."""
    with READING:
        return tuple(_join(passages))


def read_passage(text: str, info: bytes) -> Passage:
    """Return a stored passage for showing."""
    with READING:
        values = json.loads(info.decode())  # to guess how it is encoded takes as long
        return Passage(
            values["n"],
            values.get("l"),
            text,
            values.get("b", ""),
            values.get("h"),
            values["p"] == 0,
        )


def split_passages(text: str, size: int) -> Iterator[str]:
    """Yield pieces of about `size` characters, cut after a paragraph, a sentence or a word."""
    start = 0
    while len(text) - start > size * 3 // 2:
        low, high = start + size // 2, start + size
        end = high
        for mark in ("\n\n", "\n", ". ", " "):
            place = text.rfind(mark, low, high)
            if place > 0:
                end = place + len(mark)
                break
        yield text[start:end]
        start = end
    yield text[start:]


def _pieces(page: Page, size: int) -> Iterator[tuple[str, str]]:
    """Yield the passages of a page with their layouts.

    A piece that is cut inside a line shares its letter with the next; one that ends with a line
    has the letter of the line after it, for its empty last one.
    """
    if not page.layout:
        for text in split_passages(page.text, size):
            yield text, ""
        return
    line, is_cut = 0, False
    for text in split_passages(page.text, size):
        end = line + text.count("\n")
        layout = page.layout[line : end + 1]
        yield text, layout[:1].lower() + layout[1:] if is_cut else layout
        line, is_cut = end, not text.endswith("\n")


def _join(passages: Iterable[tuple[str, bytes]]) -> list[Page]:
    pieces = sorted(((json.loads(info), text) for text, info in passages), key=lambda x: x[0]["p"])
    pages: list[Page] = []
    for info, piece in pieces:
        before = pages.pop() if pages and pages[-1].number == info["n"] else None
        layout = info.get("b", "")
        if before is not None:
            layout = _joined_layout(before, layout)
        pages.append(
            Page(
                number=info["n"],
                text=piece if before is None else before.text + piece,
                label=info.get("l"),
                status=PageStatus(info.get("s", "ok")),
                backend=info.get("e", ""),
                is_ocr=bool(info.get("o")),
                layout=layout,
            )
        )
    return pages


def _joined_layout(before: Page, layout: str) -> str:
    if not (before.layout and layout):
        return ""
    if before.text.endswith("\n"):
        return before.layout[:-1] + layout
    return before.layout + layout[1:]


def _is_listing(text: str, layout: str) -> bool:
    """Whether most of a passage are entries that point elsewhere."""
    if _CONTENTS not in layout:
        return False
    chars: Counter[str] = Counter()
    for letter, line in zip(layout.upper(), text.split("\n"), strict=False):
        chars[letter] += len(line)
    body = sum(chars[letter] for letter in "HPIRCN")
    return chars[_CONTENTS] >= _LISTING_SHARE * body


def _headings(text: str, layout: str) -> Iterator[str]:
    """Yield the headings of a passage, each on one line."""
    if _HEADING not in layout:
        return
    lines = text.split("\n")
    at = layout.find(_HEADING)
    while at >= 0:
        end = at + 1
        while layout[end : end + 1] == _HEADING.lower():
            end += 1
        yield " ".join(" ".join(lines[at:end]).split())[:_MAX_HEADING]
        at = layout.find(_HEADING, end)
