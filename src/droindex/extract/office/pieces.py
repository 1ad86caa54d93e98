"""What the readers of office formats give, and how it becomes pages.

Word, OpenDocument and RTF are texts that flow: where a page ends is decided by who prints them.
Programs leave beside the text where pages ended when they laid it out last, and how many there
were. Where both agree, these are the pages; else the text has none, and is one part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from droindex.extract.cleanup.clean import clean_line, clean_text
from droindex.extract.protocol import FileFacts, OutlineEntry, SizedLine, UnreadableFileError
from droindex.model import FileStatus
from droindex.pages import NO_PAGE, BlockKind, Page, PageStatus

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

__all__ = [
    "PageBreak",
    "Piece",
    "Reading",
    "between_breaks",
    "is_heading_line",
    "listed",
    "row_pieces",
    "table_row",
    "with_pages",
]

_MAX_OUTLINE = 5_000
_MAX_PROPERTIES = 100
_MAX_VALUE = 500  # characters of a property
_MAX_RUNNING = 100
_MAX_NAMES = 20  # of what is listed
_TITLE_SIZE = 13.0  # points; paragraphs in smaller type are no lines of one title, but in capitals
_NO_TITLE = frozenset({BlockKind.ITEM, BlockKind.CONTENTS, BlockKind.FOOTNOTE})
_SIGN_OF_LIFE = 5_000  # pieces, which take about a second
_SIZED_LINES = 120  # evidence for the title
_PART_CHARS = 100_000  # after which a text without pages goes on in another part, at a heading
_LONGEST_PART = 400_000  # after which it does so anywhere; a page may have a million
_CELL_GAP = "  "  # between cells, as in the text of a web page
_ROW_CHARS = 600  # of a row; the cells of more are pages of a form, or columns of text
_HEADING_WORDS = 12  # of a line in bold that is a heading; more are a sentence
_HEADING_CHARS = 90
_SENTENCE_ENDS = (".", ";", ",", ":", "?", "!")
_TEXTS = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING})
_Part = TypeVar("_Part")
_BLANKS = re.compile(" {2,}")
_TOGETHER = frozenset({BlockKind.ITEM, BlockKind.ROW, BlockKind.HEADER, BlockKind.CONTENTS})


class Piece(NamedTuple):
    """A paragraph, heading, item or row.

    Attributes:
        kind: What it is.
        text: Its text; newlines end lines.
        level: Of a heading, from 0.
        size: Of its type in points; 0 where it is not known.
        goes_on: Whether it goes on from the piece before, which a page break has cut.
        style: The name of its style, if known: neighbours of one style in large type may be one
            title.
    """

    kind: BlockKind
    text: str
    level: int = 0
    size: float = 0.0
    goes_on: bool = False
    style: str = ""


class PageBreak(NamedTuple):
    """The end of a page.

    Attributes:
        is_laid_out: Whether the text ended there by itself when it was laid out, or was told to.
    """

    is_laid_out: bool


@dataclass
class Reading:
    """What a reader found in a file.

    Attributes:
        media_type: Of the file.
        backend: What read it.
        pieces: The text in reading order; it may be read as it is asked for.
        properties: The file's own properties, by name.
        running_lines: Heads and feet; they are asked for after the pieces.
        page_count: How many pages the file says that it has; None where it does not.
        unread: What the file holds besides and was not read, by name.
    """

    media_type: str
    backend: str
    pieces: Iterable[Piece | PageBreak] = ()
    properties: dict[str, str] = field(default_factory=dict)
    running_lines: Iterable[str] = ()
    page_count: int | None = None
    unread: tuple[str, ...] = ()


def table_row(cells: Sequence[str]) -> Piece:
    """Return a row of a table; the lines of a cell are joined."""
    texts = [" ".join(cell.split()) for cell in cells]
    return Piece(BlockKind.ROW, _CELL_GAP.join(text for text in texts if text))


def row_pieces(cells: Iterable[list[Piece | PageBreak]]) -> Iterator[Piece | PageBreak]:
    """Yield the row of a table, or what stands in its cells where that is more than a row.

    Args:
        cells: What stands in each cell.
    """
    cells = [cell for cell in cells if cell]
    texts = [text for cell in cells if (text := _cell_text(cell))]
    if len(texts) < len(("one", "two")) or sum(map(len, texts)) > _ROW_CHARS:
        for cell in cells:
            yield from cell
        return
    # Each cell that goes on over the page has the break in it.
    count = max(sum(isinstance(item, PageBreak) for item in cell) for cell in cells)
    before = int(any(isinstance(cell[0], PageBreak) for cell in cells))
    yield from [PageBreak(is_laid_out=True)] * before
    yield table_row(texts)
    yield from [PageBreak(is_laid_out=True)] * (count - before)


def _cell_text(cell: Iterable[Piece | PageBreak]) -> str:
    texts = [item for item in cell if isinstance(item, Piece)]
    return " ".join(item.text for item in texts if item.kind is not BlockKind.FOOTNOTE)


def between_breaks(items: Iterable[_Part | PageBreak]) -> Iterator[list[_Part] | PageBreak]:
    """Yield page breaks, and what stands between them."""
    part: list[_Part] = []
    for item in items:
        if isinstance(item, PageBreak):
            yield part
            yield item
            part = []
        else:
            part.append(item)
    yield part


def is_heading_line(text: str) -> bool:
    """Whether a text in bold is a heading that has no style of one: short, and no sentence."""
    if len(text) > _HEADING_CHARS or "\n" in text or text.endswith(_SENTENCE_ENDS):
        return False
    return any(map(str.isalpha, text)) and len(text.split()) <= _HEADING_WORDS


def with_pages(reading: Reading) -> Iterator[FileFacts | Page]:
    """Yield the facts of a file, then its pages, or its parts where it has no pages.

    Facts that say no more than the kind of the file come now and then while it is read: signs of
    life, as a page of a PDF is one.

    Args:
        reading: What a reader found.

    Raises:
        UnreadableFileError: After all pages, where the file holds more than was read.
    """
    sheets = yield from _sheets(reading)
    while len(sheets) > 1 and not sheets[-1] and len(sheets) != reading.page_count:
        sheets.pop()
    has_pages = len(sheets) == reading.page_count
    parts = sheets if has_pages else _parts(chain.from_iterable(sheets))
    yield FileFacts(
        media_type=reading.media_type,
        page_count=len(parts) if has_pages else None,
        properties=_clean_properties(reading.properties),
        outline=tuple(islice(_outline(parts), _MAX_OUTLINE)),
        sized_lines=tuple(_sized_lines(parts)),
        running_lines=_clean_lines(reading.running_lines),
    )
    label = None if has_pages else NO_PAGE
    for number, part in enumerate(parts, 1):
        text, layout = _laid_out(part)
        status = PageStatus.OK if text else PageStatus.EMPTY
        yield Page(number, text, label, status, reading.backend, layout=layout)
    if reading.unread:
        raise UnreadableFileError(
            FileStatus.PARTIAL,
            f"What is attached was not read: {listed(reading.unread)}. Save it beside the mail.",
        )


def listed(names: Sequence[str], between: str = ", ") -> str:
    """Return names in a row; of very many, the first ones and how many more there are."""
    more = len(names) - _MAX_NAMES
    return between.join(names[:_MAX_NAMES]) + (f" and {more} more" if more > 0 else "")


def _sheets(reading: Reading) -> Generator[FileFacts, None, list[list[Piece]]]:
    """Return the pieces by page; a break that was asked for and the same laid out are one.

    Yields:
        Signs of life.
    """
    sheets: list[list[Piece]] = [[]]
    above: PageBreak | None = PageBreak(is_laid_out=False)  # none is asked for at the very top
    for count, item in enumerate(reading.pieces):
        if not count % _SIGN_OF_LIFE:
            yield FileFacts(media_type=reading.media_type)
        if isinstance(item, PageBreak):
            if above is None or (above.is_laid_out and item.is_laid_out):
                sheets.append([])
            above = PageBreak(item.is_laid_out or (above is not None and above.is_laid_out))
        elif text := _clean(item):
            sheets[-1].append(item._replace(text=text))
            above = None
    return sheets


def _clean(piece: Piece) -> str:
    """Return the text of a piece, cleaned; two blanks are the gap between the cells of a row."""
    text = clean_text(piece.text)
    return (text if piece.kind is BlockKind.ROW else _BLANKS.sub(" ", text)).strip()


def _parts(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Return a text without pages in parts that are not too long; a piece that was cut is whole."""
    parts: list[list[Piece]] = [[]]
    chars = 0
    for piece in pieces:
        if piece.goes_on and parts[-1]:
            before = parts[-1][-1]
            parts[-1][-1] = before._replace(text=f"{before.text} {piece.text}")
            continue
        is_heading = piece.kind is BlockKind.HEADING
        if chars > _LONGEST_PART or (chars > _PART_CHARS and is_heading):
            parts.append([])
            chars = 0
        parts[-1].append(piece)
        chars += len(piece.text)
    return parts


def _laid_out(pieces: Iterable[Piece]) -> tuple[str, str]:
    """Return the text of some pieces, and the letter of each of its lines."""
    lines: list[str] = []
    letters: list[str] = []
    above: BlockKind | None = None
    for piece in pieces:
        if above is not None and not (piece.kind is above and above in _TOGETHER):
            lines.append("")
            letters.append("-")
        own = [line.strip() for line in piece.text.split("\n") if line.strip()]
        lines += own
        letters += [piece.kind.letter, *piece.kind.letter.lower() * (len(own) - 1)][: len(own)]
        above = piece.kind
    return "\n".join(lines), "".join(letters)


def _outline(parts: Sequence[Sequence[Piece]]) -> Iterator[OutlineEntry]:
    """Yield the headings."""
    for number, part in enumerate(parts, 1):
        for piece in part:
            if piece.kind is BlockKind.HEADING:
                yield OutlineEntry(clean_line(piece.text), piece.level, number)


def _sized_lines(parts: Sequence[Sequence[Piece]]) -> Iterator[SizedLine]:
    """Yield the first lines that may be a title with their size, if all of it is known."""
    if all(piece.size for part in parts[:2] for piece in part if piece.kind in _TEXTS):
        lines = (line for at, part in enumerate(parts[:2], 1) for line in _part_lines(part, at))
        yield from islice(lines, _SIZED_LINES)


def _part_lines(pieces: Iterable[Piece], number: int) -> Iterator[SizedLine]:
    """Yield the lines of a page that may be a title, and a gap between what is set apart."""
    above: str | None = None
    for piece in pieces:
        if piece.kind in _NO_TITLE or not piece.size:
            above = piece.kind.value
            continue
        is_large = piece.size >= _TITLE_SIZE or piece.text.isupper()
        if above is not None and not (is_large and piece.style == above):
            yield SizedLine("", 0.0, number)
        above = piece.style
        for line in filter(None, map(str.strip, piece.text.split("\n"))):
            yield SizedLine(line, piece.size, number)


def _clean_properties(properties: dict[str, str]) -> dict[str, str]:
    """Return the properties that say something, on one line each."""
    cleaned = {
        clean_line(key, max_chars=100): clean_line(value, max_chars=_MAX_VALUE)
        for key, value in list(properties.items())[:_MAX_PROPERTIES]
    }
    return {key: value for key, value in cleaned.items() if key and value}


def _clean_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the lines that say something, each once."""
    cleaned = (
        _CELL_GAP.join(filter(None, map(clean_line, line.split(_CELL_GAP))))
        for text in lines
        for line in text.split("\n")
    )
    return tuple(dict.fromkeys(line for line in cleaned if line))[:_MAX_RUNNING]
