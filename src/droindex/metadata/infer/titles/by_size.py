"""The title of a document by the size of its type."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from droindex.metadata.infer.head import (
    is_address,
    is_issuer,
    is_noise,
)
from droindex.metadata.infer.header_fields import find_field_labels
from droindex.metadata.infer.titles.kinds import (
    has_own_host,
    is_body,
    names_kind,
    opens_with_kind,
    read_hosts,
)
from droindex.metadata.infer.titles.lines import (
    HYPHEN,
    ends_a_title,
    may_be_title,
    stops_title,
)
from droindex.metadata.infer.titles.wording import MAX_TITLE_CHARS
from droindex.metadata.keys import squash

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.metadata.infer.head import Head

__all__ = ["titles_by_size"]

_MAX_LINES = 8  # of a title in one size
_UPPER = 0.75  # of the letters of a line in capitals: `FOR BANKs`
_COVER_LINES = 24  # a cover sheet has fewer
_HEADING = 1.12  # times the size of the body; less is bold print or rounding
_VERSION_LINE = re.compile(
    r"(?:[A-Z]{2,6} )?version v?[0-9]+(?:\.[0-9]+)*(?:,? rev(?:ision)?\.? ?\w{1,3})?", re.IGNORECASE
)
_SALUTATION = re.compile(
    r"(?:dear|t[eē]n[aā] (?:koe|koutou)|kia ora|sehr geehrter?|madame|monsieur|estimad[oa])\s"
    r"[^:]{0,60}$",
    re.IGNORECASE,
)
_OPENING_WORDS = 2
_WEB = re.compile(r"https?:|www\.", re.IGNORECASE)  # may stand under a title as well
_ABBREVIATION = re.compile(r"[A-Z]{3,8}")
_NEAR = 5  # blocks: a letterhead has some lines below the name
_SMALL_WORD = re.compile(r"(?:for|of|to|in|on|and|with|by|from|under|at) ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of one size that may be a title; above an address, they name who has it."""

    text: str
    size: float
    lines: int
    is_addressed: bool = False

    def goes_on(self, line: str, size: float) -> bool:
        """Whether the next line carries its phrase on, whatever it would be by itself."""
        return ends_a_title(self.text, line) or (
            bool(_SMALL_WORD.match(line)) and self.takes(line, size) and not stops_title(line)
        )  # set like the block above: `FOR FISCAL YEAR 2010`

    def with_line(self, line: str) -> _Block:
        """Return the block with one more line."""
        return _Block(HYPHEN.sub("-", f"{self.text} {line}"), self.size, self.lines + 1)

    def takes(self, line: str, size: float) -> bool:
        """Whether the next line is part of it: as large, and set alike."""
        is_close = abs(self.size - size) <= max(self.size, size) / 16
        is_alike = _is_upper(self.text) == _is_upper(line)
        if not is_close or not is_alike or self.lines >= _MAX_LINES:
            return False
        return not (opens_with_kind(line) and is_body(self.text))  # who issued it stands above


def _is_upper(line: str) -> bool:
    """Whether a line is set in capitals, a plural or two left aside."""
    letters = sum(map(str.isalpha, line))
    return sum(map(str.isupper, line)) > letters * _UPPER


def _opens_title(line: str, size: float, below: tuple[str, float]) -> bool:
    """Whether a line that ends in a colon is no label: the next one is set as large as itself."""
    if not line.endswith(":") or len(line.split()) < _OPENING_WORDS or not size:
        return False
    labels = find_field_labels(line)
    is_plain = not labels or labels[0].field == "any"
    return is_plain and size == below[1] and bool(below[0]) and not is_noise(below[0])


def _blocks(
    sized: Sequence[tuple[str, float]], number: str, large: float = math.inf
) -> list[_Block]:
    """Return the blocks that may be a title, in reading order."""
    blocks: list[_Block] = []
    is_open = False  # whether the next line may be part of the last block
    lines = [*_before_letter(sized)]
    for (line, size), below in zip(lines, [*lines[1:], ("", 0.0)], strict=False):
        if not line:  # a gap
            is_open = False
            continue
        last = blocks[-1] if is_open and blocks else None
        opens = may_be_title(line, number) or (size >= large and _opens_title(line, size, below))
        if not opens and not (last and last.goes_on(line, size)):
            if last and _is_postal(line):
                blocks[-1] = replace(last, is_addressed=True)
            is_open = is_open and _is_rule(line)
            continue
        if last and last.takes(line, size):
            blocks[-1] = last.with_line(line)
        else:
            blocks.append(_Block(line, size, 1))
        is_open = True
    return blocks


def _before_letter(sized: Sequence[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    """Yield the lines before the salutation of a letter; what follows that is its text."""
    return takewhile(lambda item: not _SALUTATION.match(item[0]), sized)


def _is_postal(line: str) -> bool:
    """Whether a line is of an address, and not one of the web."""
    return is_address(line) and not _WEB.search(line)


def _is_rule(line: str) -> bool:
    """Whether a line is drawn, and says nothing."""
    return is_noise(line) and not any(map(str.isalnum, line))


def _above_version(head: Head, number: str, largest: _Block) -> _Block | None:
    """Return the title of a cover where the largest type stands under its version.

    There it names a program or a project, and the title is what its version is of.
    """
    cover = [line for line, _ in head.sized[:_COVER_LINES]]
    under = next((at for at, line in enumerate(cover) if _VERSION_LINE.fullmatch(line)), 0)
    blocks = _blocks(head.sized[:under], number)
    above = max(blocks, key=lambda block: block.size, default=None)
    if above is None or squash(largest.text).startswith(squash(above.text)):
        return None
    rest = squash(" ".join(cover[under:]))
    return above if squash(largest.text) in rest and above.size * 1.25 > largest.size else None


def titles_by_size(head: Head, number: str) -> Iterator[tuple[str, float]]:
    """Yield the text set in the largest type that is not the issuer, and the first heading."""
    blocks = _large_blocks(head, number)
    if not blocks:
        return
    largest = max(blocks, key=lambda block: block.size)
    body = _body_size(head)
    if above := _above_version(head, number, largest):
        yield above.text, 0.79
    if whole := _with_kind_above(blocks, largest, body):
        yield whole, 0.785
    if body and largest.size >= body * _HEADING:
        yield largest.text, 0.78 if largest.size >= body * 1.3 else 0.7
    first = _first_in_head([block for block in blocks[:3] if not block.is_addressed], head)
    if first:
        yield first, 0.62 if first.isupper() or names_kind(first) else 0.5


def _with_kind_above(blocks: Sequence[_Block], largest: _Block, body: float) -> str | None:
    """Return a title whose kind is set smaller above it: `Studienordnung für den / Chemie`."""
    place = blocks.index(largest)
    above = blocks[place - 1] if place else None
    if above is None or above.lines == 1 or above.size < body * _HEADING:
        return None
    is_its_kind = opens_with_kind(above.text) and not names_kind(largest.text)
    return f"{above.text} {largest.text}" if is_its_kind and not is_body(largest.text) else None


def _large_blocks(head: Head, number: str) -> list[_Block]:
    """Return the blocks of large type, or of the head, that are short enough for a title."""
    in_head = {squash(line) for line in head.lines}
    large = head.body_size * _HEADING
    sized = [
        item for item in head.sized if not item[0] or item[1] >= large or squash(item[0]) in in_head
    ]
    blocks = _blocks(sized, number, max(large, 1.0))
    blocks = [
        block
        for block in blocks
        if len(block.text) <= MAX_TITLE_CHARS and not is_issuer(block.text)
    ]
    return _without_bodies(_without_abbreviations(blocks), read_hosts((*head.lines, *head.tail)))


def _without_abbreviations(blocks: Sequence[_Block]) -> list[_Block]:
    """Return the blocks without those that are the initials of a neighbour."""
    return [
        block
        for at, block in enumerate(blocks)
        if not _ABBREVIATION.fullmatch(block.text)
        or not any(
            block.text.casefold() in _initials(other.text)
            for other in (*blocks[max(at - 1, 0) : at], *blocks[at + 1 : at + 2])
        )
    ]


def _initials(text: str) -> str:
    """Return the first letters of the words of a text, in lower case."""
    return "".join(word[0] for word in text.split()).casefold()


def _without_bodies(blocks: Sequence[_Block], hosts: str) -> list[_Block]:
    """Return the blocks without those that say who issued what a neighbour names: the document."""
    return [
        block
        for at, block in enumerate(blocks)
        if not (is_body(block.text) or has_own_host(block.text, hosts))
        or not any(names_kind(other.text) for other in blocks[max(at - 1, 0) : at + _NEAR])
    ]


def _body_size(head: Head) -> float:
    """Return the size of the text; a cover may hold more letters of the title than of it."""
    if len(head.sized) <= _COVER_LINES:
        return min(head.body_size, *(size for line, size in head.sized if line))
    return head.body_size


def _first_in_head(blocks: Sequence[_Block], head: Head) -> str | None:
    """Return the first of some blocks that begins with a line of page one's head."""
    keys = {squash(line) for line in head.lines[head.running :]} - {""}
    texts = ((block.text, squash(block.text)) for block in blocks)
    return next((text for text, own in texts if any(map(own.startswith, keys))), None)
