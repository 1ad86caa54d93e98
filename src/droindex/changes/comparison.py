"""The paragraphs of two texts laid beside each other, once it is known which is which.

Between two paragraphs that stayed as they were, words are compared across paragraphs: one that was
parted in two, or that a page broke otherwise, is no change of its words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, NamedTuple

from droindex.changes.change import Change, ChangeKind, Place
from droindex.changes.words import Run, RunKind, kept_words

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from droindex.changes.chains import Pair
    from droindex.changes.paragraphs import Paragraph
    from droindex.changes.words import Block

__all__ = ["Comparison"]

_NONE = -1  # for words that were added, the paragraph in which they stood
_BEFORE_ROW, _ROW, _BEHIND_ROW = range(3)


class _Word(NamedTuple):
    """A word of a text: itself, its paragraph, and its place among all words of the text."""

    text: str
    paragraph: int
    at: int


class _Piece(NamedTuple):
    """Words of which the same became, inside one paragraph of either text.

    Attributes:
        run: The words.
        old: The paragraph of the older text that they stood in; `_NONE` if they were added.
        new: The paragraph of the newer text that they stand in, or before which they stood; behind
            the last one, the end of the stretch.
        is_inside: Of words that were removed, whether they stood inside that paragraph.
    """

    run: Run
    old: int
    new: int
    is_inside: bool


_Row = tuple[
    tuple[int, int, int], Change
]  # place in the newer text, before or behind it, old place


class Comparison:
    """What becomes of the paragraphs of a text.

    Args:
        before: The paragraphs of the older text.
        after: Those of the newer one.
        moved: Place of a paragraph that moved -> its place before.
    """

    def __init__(
        self, before: Sequence[Paragraph], after: Sequence[Paragraph], moved: Mapping[int, int]
    ) -> None:
        self._before = before
        self._after = after
        self._moved = moved
        self._came = {new: number for number, new in enumerate(sorted(moved), 1)}
        self._gone = {moved[new]: number for new, number in self._came.items()}
        self._starts = tuple(_starts(before)), tuple(_starts(after))
        self._pairs: set[tuple[int, int]] = set()

    def rows(self, kept: Iterable[Pair]) -> Iterator[Change]:
        """Yield what became of each paragraph, in the order of the newer text.

        Args:
            kept: Those that are in their place, rising in both texts.
        """
        self._pairs = {(pair.before, pair.after) for pair in kept}
        same = [
            (old, new)
            for old, new in sorted(self._pairs)
            if self._before[old].text == self._after[new].text
        ]
        first = other = 0
        for old, new in (*same, (len(self._before), len(self._after))):
            yield from self._between(range(first, old), range(other, new))
            if old < len(self._before):
                run = Run(RunKind.SAME, self._before[old].text, self._starts[0][old])
                yield self._change(ChangeKind.SAME, old, new, (run,))
            first, other = old + 1, new + 1

    def _between(self, ours: range, theirs: range) -> Iterator[Change]:
        """Yield what became of paragraphs between two that stayed as they were."""
        old = [word for at in ours if at not in self._gone for word in self._old_words(at)]
        new = [word for at in theirs if at not in self._came for word in self._new_words(at)]
        pieces = list(_pieces(old, new, theirs.stop, self._pairs))
        rows = [*self._stayed(pieces), *self._removed(pieces)]
        rows += self._moved_away(ours, pieces, theirs.stop)
        rows += [((at, _ROW, 0), self._moved_here(at)) for at in theirs if at in self._came]
        for _, change in sorted(rows, key=lambda row: row[0]):
            yield change

    def _stayed(self, pieces: Iterable[_Piece]) -> Iterator[_Row]:
        """Yield the rows of the newer text's paragraphs."""
        found: dict[int, list[_Piece]] = defaultdict(list)
        homes = _homes(pieces)
        last: dict[int, int] = {}  # of a paragraph of the older text, where its last words stand
        for piece in pieces:
            if piece.run.kind is RunKind.SAME:
                last[piece.old] = piece.new
            elif piece.run.kind is RunKind.REMOVED:
                if piece.old not in homes:
                    continue  # it has a row of its own
                home = last.get(piece.old, homes[piece.old])
                found[home].append(piece)
                continue
            found[piece.new].append(piece)
        for at, own in found.items():
            yield (at, _ROW, 0), self._stayed_row(at, own)

    def _stayed_row(self, at: int, pieces: Sequence[_Piece]) -> Change:
        runs = _tidy(piece.run for piece in pieces)
        kinds = {run.kind for run in runs}
        if kinds == {RunKind.ADDED}:
            return self._change(ChangeKind.ADDED, None, at, runs)
        of_both = sorted((piece.run.kind, piece.old) for piece in pieces if piece.old != _NONE)
        old = next((old for kind, old in of_both if kind is RunKind.SAME), of_both[0][1])
        kind = ChangeKind.SAME if kinds == {RunKind.SAME} else ChangeKind.CHANGED
        return self._change(kind, old, at, runs)

    def _removed(self, pieces: Iterable[_Piece]) -> Iterator[_Row]:
        """Yield the rows of paragraphs of which nothing stayed."""
        homes = _homes(pieces)
        for piece in pieces:
            if piece.run.kind is RunKind.REMOVED and piece.old not in homes:
                row = self._change(ChangeKind.REMOVED, piece.old, None, (piece.run,))
                where = _BEHIND_ROW if piece.is_inside else _BEFORE_ROW
                yield (piece.new, where, piece.old), row

    def _moved_away(self, ours: range, pieces: Iterable[_Piece], end: int) -> Iterator[_Row]:
        """Yield the rows of paragraphs that moved, where they stood."""
        starts: dict[int, int] = {}
        for piece in pieces:
            if piece.old != _NONE:
                starts.setdefault(piece.old, piece.new)
        known = sorted(starts)
        for at in ours:
            if at in self._gone:
                following = bisect_left(known, at)
                place = starts[known[following]] if following < len(known) else end
                row = self._change(ChangeKind.MOVED_AWAY, at, None, (), self._gone[at])
                yield (place, _BEFORE_ROW, at), row

    def _moved_here(self, at: int) -> Change:
        old = self._moved[at]
        pieces = _pieces(self._old_words(old), self._new_words(at), at, {(old, at)})
        runs = _tidy(piece.run for piece in pieces)
        return self._change(ChangeKind.MOVED, old, at, runs, self._came[at])

    def _old_words(self, at: int) -> list[_Word]:
        return _words(self._before, self._starts[0], at)

    def _new_words(self, at: int) -> list[_Word]:
        return _words(self._after, self._starts[1], at)

    def _change(
        self,
        kind: ChangeKind,
        old: int | None,
        new: int | None,
        runs: tuple[Run, ...],
        move: int | None = None,
    ) -> Change:
        before = None if old is None else _place(self._before, old)
        after = None if new is None else _place(self._after, new)
        return Change(kind, before, after, runs, move)


def _starts(paragraphs: Iterable[Paragraph]) -> Iterator[int]:
    """Yield how many words stand before each paragraph."""
    return accumulate((len(own.text.split()) for own in paragraphs), initial=0)


def _words(paragraphs: Sequence[Paragraph], starts: Sequence[int], at: int) -> list[_Word]:
    words = paragraphs[at].text.split()
    return [_Word(text, at, place) for place, text in enumerate(words, starts[at])]


def _place(paragraphs: Sequence[Paragraph], at: int) -> Place:
    own = paragraphs[at]
    return Place(at, own.page, own.label, own.section, own.kind.value)


def _pieces(
    old: Sequence[_Word], new: Sequence[_Word], end: int, pairs: Container[tuple[int, int]]
) -> Iterator[_Piece]:
    """Yield what became of words, in order.

    Args:
        old: The words as they were.
        new: The words as they are.
        end: The place of the paragraph behind them in the newer text.
        pairs: Places of paragraphs that belong together.
    """
    kept = kept_words(
        [word.text for word in old],
        [word.text for word in new],
        lambda block: _is_edge(block, old, new, pairs),
    )
    for (kind, was_in, is_in, is_inside), group in groupby(
        _steps(old, new, end, kept), lambda step: step[:4]
    ):
        words = [word for *_, word in group]
        at = None if kind is RunKind.ADDED else words[0].at
        run = Run(kind, " ".join(word.text for word in words), at)
        yield _Piece(run, was_in, is_in, is_inside)


def _is_edge(
    block: Block, old: Sequence[_Word], new: Sequence[_Word], pairs: Container[tuple[int, int]]
) -> bool:
    """Whether words are what two paragraphs that belong together both begin or end with."""
    start, other, size = block
    if (old[start].paragraph, new[other].paragraph) not in pairs:
        return False
    begins = _is_cut(old, start) and _is_cut(new, other)
    return begins or (_is_cut(old, start + size) and _is_cut(new, other + size))


def _is_cut(words: Sequence[_Word], at: int) -> bool:
    """Whether one paragraph ends, and another begins, before a word."""
    return not 0 < at < len(words) or words[at - 1].paragraph != words[at].paragraph


def _steps(
    old: Sequence[_Word], new: Sequence[_Word], end: int, kept: Iterable[Block]
) -> Iterator[tuple[RunKind, int, int, bool, _Word]]:
    """Yield what became of each word, then the rest of what a `_Piece` says, then the word."""
    first = other = 0
    for start, start_other, size in (*kept, (len(old), len(new), 0)):
        place = new[other].paragraph if other < len(new) else end
        for word in old[first:start]:
            yield RunKind.REMOVED, word.paragraph, place, not _is_cut(new, other), word
        for word in new[other:start_other]:
            yield RunKind.ADDED, _NONE, word.paragraph, True, word
        first, other = start + size, start_other + size
        for word, now in zip(old[start:first], new[start_other:other], strict=True):
            yield RunKind.SAME, word.paragraph, now.paragraph, True, word


def _homes(pieces: Iterable[_Piece]) -> dict[int, int]:
    """Return where the first words stand that stayed of each paragraph of the older text."""
    homes: dict[int, int] = {}
    for piece in pieces:
        if piece.run.kind is RunKind.SAME:
            homes.setdefault(piece.old, piece.new)
    return homes


def _tidy(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return the runs of a paragraph, removed before added, those that go on in each other as one.

    Words that were removed on either side of added ones stay apart: they stood apart.
    """
    found: list[Run] = []
    for is_same, group in groupby(runs, lambda run: run.kind is RunKind.SAME):
        own = list(group)
        if not is_same:
            own.sort(key=lambda run: (run.kind is RunKind.ADDED, run.at or 0))
        for run in own:
            if found and _goes_on(found[-1], run):
                found[-1] = found[-1]._replace(text=f"{found[-1].text} {run.text}")
            else:
                found.append(run)
    return tuple(found)


def _goes_on(run: Run, following: Run) -> bool:
    """Whether words stand right behind others of which the same became."""
    if run.kind is not following.kind:
        return False
    return run.at is None or following.at == run.at + len(run.text.split())
