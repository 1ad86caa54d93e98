"""An excerpt as text for a reader: its pieces joined, blanks and cells tidied, matches marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.query.results.excerpt import CELL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from droindex.query.results.excerpt import Excerpt, Piece

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
    spans = _spans(text, excerpt.pieces, matches)
    for piece in excerpt.pieces:
        start = piece.start
        if not segments and (bullet := _BULLET.match(text, start, piece.end)):
            start = bullet.end()
        if segments and piece.before:
            segments.append((piece.before, False))
        shown = text[start : piece.end].replace("\n", " ")
        place, own = start, len(segments)
        is_clean = "  " not in shown and shown.isprintable()  # the plain blank alone is printable
        for first, last in spans:
            if first < place or last > piece.end:
                continue
            if first > place:
                segments.append((shown[place - start : first - start], False))
            segments.append((text[first:last], True))
            place = last
        if place < piece.end:
            segments.append((shown[place - start :], False))
        if not is_clean:
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
