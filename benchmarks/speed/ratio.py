"""How two sides are compared: in one run, taking turns, by CPU time; the ratio is the figure.

Every query is warmed up first. Then, in each repetition, both sides answer each query one after
the other, and who goes first changes from repetition to repetition. The collector is off. Of the
repetitions the median and the minimum of each query are taken and added up over the queries.
"""

from __future__ import annotations

import gc
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

REPETITIONS = int(os.environ.get("DROINDEX_BENCH_REPETITIONS", "9"))
ROWS_FILE = Path(__file__).resolve().parents[2] / ".benchmarks" / "ratios.jsonl"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ratio:
    """One side's time over the other's.

    Attributes:
        medians: Sum of the medians over the queries, ours over theirs.
        minima: Sum of the minima, likewise.
        ours_us: Our median, in microseconds of CPU a query: a note, not a claim.
        theirs_us: Theirs.
    """

    medians: float
    minima: float
    ours_us: float
    theirs_us: float

    @property
    def worse(self) -> float:
        """The larger of the two ratios."""
        return max(self.medians, self.minima)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table.

    Attributes:
        group: The part of the table.
        what: What was measured, on which corpus, against what.
        medians: The ratio of medians.
        minima: The ratio of minima.
        target: The ratio to stay under, None where none was set.
        note: What else was seen.
    """

    group: str
    what: str
    medians: float
    minima: float
    target: float | None = None
    note: str = ""


def record(row: Row) -> None:
    """Keep a row for the table that `table.py` prints."""
    ROWS_FILE.parent.mkdir(exist_ok=True)
    with ROWS_FILE.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(row)) + "\n")


def compare(
    ours: Callable[[T], object],
    theirs: Callable[[T], object],
    items: Sequence[T],
    repetitions: int = REPETITIONS,
    clock: Callable[[], float] = time.thread_time,
) -> Ratio:
    """Return how our time relates to theirs over all items, by default the CPU's."""
    return _ratio(*_timed(ours, theirs, items, repetitions, clock))


def times_in_turns(
    ours: Callable[[T], object],
    theirs: Callable[[T], object],
    items: Sequence[T],
    repetitions: int = REPETITIONS,
) -> Iterable[tuple[tuple[float, float], tuple[float, float]]]:
    """Yield for each item (our median, their median) and (our minimum, their minimum)."""
    for one, two in zip(*_timed(ours, theirs, items, repetitions), strict=True):
        yield (median(one), median(two)), (min(one), min(two))


def _timed(
    ours: Callable[[T], object],
    theirs: Callable[[T], object],
    items: Sequence[T],
    repetitions: int,
    clock: Callable[[], float] = time.thread_time,
) -> tuple[list[list[float]], list[list[float]]]:
    """Return the times of both sides, of each item in each repetition."""
    for item in items:
        ours(item)
        theirs(item)
    mine: list[list[float]] = [[] for _ in items]
    other: list[list[float]] = [[] for _ in items]
    gc.collect()
    gc.disable()
    try:
        for turn in range(repetitions):
            for place, item in enumerate(items):
                for side, times in _order(turn, (ours, mine), (theirs, other)):
                    start = clock()
                    side(item)
                    times[place].append(clock() - start)
    finally:
        gc.enable()
    return mine, other


def compare_runs(
    ours: Callable[[], float], theirs: Callable[[], float], repetitions: int = 3
) -> Ratio:
    """Return the ratio of two callables that measure themselves, run in turns."""
    mine: list[float] = []
    other: list[float] = []
    for turn in range(repetitions):
        for side, times in _order(turn, (ours, mine), (theirs, other)):
            times.append(side())
    return _ratio([mine], [other])


def settled(measure: Callable[[], T], key: Callable[[T], float], limit: float) -> T:
    """Return the best of up to three measurements, the first that keeps the limit at once.

    A busy machine makes a ratio worse now and then; a real regression makes all three worse.
    """
    found: list[T] = []
    for _ in range(3):
        found.append(measure())
        if key(found[-1]) <= limit:
            break
    return min(found, key=key)


def _order(
    turn: int, one: tuple[Callable[..., T], list[float]], two: tuple[Callable[..., T], list[float]]
) -> Iterable[tuple[Callable[..., T], list[float]]]:
    return (one, two) if turn % 2 == 0 else (two, one)


def _ratio(mine: Sequence[Sequence[float]], other: Sequence[Sequence[float]]) -> Ratio:
    ours, theirs = sum(map(median, mine)), sum(map(median, other))
    return Ratio(
        medians=ours / theirs,
        minima=sum(map(min, mine)) / sum(map(min, other)),
        ours_us=1e6 * ours / len(mine),
        theirs_us=1e6 * theirs / len(other),
    )
