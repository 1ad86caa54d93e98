"""An excerpt as text for a reader: its pieces joined, blanks and cells tidied, matches marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.query.results.snippets.excerpt import CELL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from droindex.query.results.snippets.excerpt import Excerpt, Piece

__all__ = ["joined"]

_ELLIPSIS = "…"
_BULLET = re.compile(r"[\s•▪◦‣●○■□➢➤✓·*Ɣ–—-]+(?=\S)")
_BESIDE = 8  # characters between pieces that follow each other
_CELLS = re.compile(r" {2,}")


def joined(
    text: str, excerpt: Excerpt, matches: Callable[[str, int, int], list[tuple[int, int]]]
) -> tuple[tuple[str, bool], ...]:
    """Return an excerpt as segments of text, marked or not.

    Args:
        text: What the excerpt is from.
        excerpt: What to show of it.
        matches: Gives where words to mark stand between two places of the text.
    """
    segments: list[tuple[str, bool]] = []
    add = segments.append
    spans = _spans(text, excerpt.pieces, matches)
    for piece in excerpt.pieces:
        place, end, own = piece.start, piece.end, len(segments)
        if own:
            add((piece.before, False))
            own += 1
        elif bullet := _BULLET.match(text, place, end):
            place = bullet.end()
        shown, begin = text[place:end].replace("\n", " "), place
        for first, last in spans:
            if place <= first and last <= end:
                if first > place:
                    add((shown[place - begin : first - begin], False))
                add((text[first:last], True))
                place = last
        if place < end:
            add((shown[place - begin :], False))
        if "  " in shown or not shown.isprintable():  # the plain blank alone is printable
            segments[own:] = _cleaned(segments[own:], _row if piece.is_row else _collapsed)
    return _tidy(segments, excerpt)


def _spans(
    text: str,
    pieces: Sequence[Piece],
    matches: Callable[[str, int, int], list[tuple[int, int]]],
) -> list[tuple[int, int]]:
    """Return what is to be marked in some pieces, asked at once where they follow each other."""
    found: list[tuple[int, int]] = []
    start = 0
    for at, piece in enumerate(pieces):
        if at + 1 < len(pieces) and pieces[at + 1].start - piece.end <= _BESIDE:
            continue
        found += matches(text, pieces[start].start, piece.end)
        start = at + 1
    return found


def _tidy(segments: list[tuple[str, bool]], excerpt: Excerpt) -> tuple[tuple[str, bool], ...]:
    """Return segments with their ends trimmed, and an ellipsis where text was cut."""
    if segments and not segments[0][1]:
        segments[0] = (segments[0][0].lstrip(), False)
    if segments and not segments[-1][1]:
        segments[-1] = (segments[-1][0].rstrip(), False)
    if excerpt.is_inside:
        segments.insert(0, (_ELLIPSIS, False))
    if excerpt.is_cut:
        segments.append((f" {_ELLIPSIS}", False))
    return _merged(segments)


def _merged(segments: list[tuple[str, bool]]) -> tuple[tuple[str, bool], ...]:
    """Return segments without empty ones, and neighbours that are not marked as one."""
    merged: list[tuple[str, bool]] = []
    for text, marked in segments:
        if not text:
            continue
        if merged and not marked and not merged[-1][1]:
            merged[-1] = (merged[-1][0] + text, False)
        else:
            merged.append((text, marked))
    return tuple(merged)


def _cleaned(
    segments: Sequence[tuple[str, bool]], clean: Callable[[str], str]
) -> list[tuple[str, bool]]:
    """Return segments with the text between the words that are marked cleaned."""
    return [(text if marked else clean(text), marked) for text, marked in segments]


def _collapsed(text: str) -> str:
    """Return text with each run of blanks as one."""
    before, after = text[:1].isspace(), text[-1:].isspace()
    inner = " ".join(text.split())
    return f"{' ' * before}{inner}{' ' * after}" if inner else " " * before


def _row(text: str) -> str:
    """Return a piece of a row with its cells parted."""
    return _collapsed(_CELLS.sub(CELL, text))
