"""Passages that moved inside other paragraphs, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from droindex.changes.words import Run, RunKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["with_moves"]

_MIN_WORDS = 8  # of a passage that moved; fewer in a row are the same by chance


class _Stretch(NamedTuple):
    """Words in a row of one run.

    Attributes:
        run: Which row, and which of its runs.
        first: The first word.
        end: Behind the last word.
        move: The number of the passage.
    """

    run: tuple[int, int]
    first: int
    end: int
    move: int


def with_moves(rows: Sequence[tuple[Run, ...]], last: int) -> list[tuple[Run, ...]]:
    """Return the runs of each row, with those words numbered that were removed and stand elsewhere.

    Args:
        rows: The runs of each paragraph.
        last: The last number that a move has already.
    """
    removed = _words_of(rows, RunKind.REMOVED)
    added = _words_of(rows, RunKind.ADDED)
    beginnings: dict[tuple[str, ...], tuple[tuple[int, int], int]] = {}
    for key, words in removed.items():
        for at in range(len(words) - _MIN_WORDS + 1):
            beginnings.setdefault(tuple(words[at : at + _MIN_WORDS]), (key, at))
    used: dict[tuple[int, int], int] = {}  # of each run of removed words, how far it is told of
    cuts: dict[tuple[int, int], list[_Stretch]] = {}
    for key, words in added.items():
        at = 0
        while at + _MIN_WORDS <= len(words):
            source = beginnings.get(tuple(words[at : at + _MIN_WORDS]))
            if source is None or source[1] < used.get(source[0], 0):
                at += 1
                continue
            old, start = source
            size = _match_length(removed[old], start, words, at)
            last += 1
            cuts.setdefault(old, []).append(_Stretch(old, start, start + size, last))
            cuts.setdefault(key, []).append(_Stretch(key, at, at + size, last))
            used[old] = start + size
            at += size
    return [
        tuple(
            piece
            for place, run in enumerate(runs)
            for piece in _pieces(run, cuts.get((number, place), ()))
        )
        for number, runs in enumerate(rows)
    ]


def _words_of(rows: Sequence[tuple[Run, ...]], kind: RunKind) -> dict[tuple[int, int], list[str]]:
    """Return the words of each run of a kind that is long enough, by its row and its place."""
    found = {}
    for number, runs in enumerate(rows):
        for place, run in enumerate(runs):
            if run.kind is kind and len(words := run.text.split()) >= _MIN_WORDS:
                found[number, place] = words
    return found


def _match_length(old: Sequence[str], start: int, new: Sequence[str], at: int) -> int:
    """Return how many words go on alike."""
    size = 0
    most = min(len(old) - start, len(new) - at)
    while size < most and old[start + size] == new[at + size]:
        size += 1
    return size


def _pieces(run: Run, stretches: Sequence[_Stretch]) -> Iterator[Run]:
    """Yield a run in pieces: what moved with its number, what lies between without one."""
    if not stretches:
        yield run
        return
    words = run.text.split()
    end = 0
    for stretch in sorted(stretches, key=lambda item: item.first):
        if end < stretch.first:
            yield _piece(run, words, end, stretch.first)
        yield _piece(run, words, stretch.first, stretch.end, stretch.move)
        end = stretch.end
    if end < len(words):
        yield _piece(run, words, end, len(words))


def _piece(run: Run, words: Sequence[str], first: int, end: int, move: int | None = None) -> Run:
    at = None if run.at is None else run.at + first
    return Run(run.kind, " ".join(words[first:end]), at, move)
