"""Bounds on work that no load of the machine decides: growth in CPU time, and guards of hanging.

The work of a regular expression is invisible to Python, so CPU time is measured: of a text and of
one four times as long, in turn, the least of several times each. Linear work takes four times as
long, n log n one little more, quadratic one 16 times, exponential one for ever. The bound is
eight, half-way between, and times below a floor count as the floor, so that noise decides nothing;
a timer of CPU time ends what would not end.
"""

from __future__ import annotations

import gc
import signal
import time
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGER = 4
_MOST = 8.0  # times the cost of the text that is a quarter as long
_FLOOR = 0.01  # seconds; less is lost in the noise of the machine
_ROUNDS = 6
_ENDS = 10.0  # seconds of CPU after which work has failed


def ending(seconds: float = _ENDS) -> AbstractContextManager[None]:
    """Fail what takes more CPU time."""
    message = f"it took more than {seconds} s of CPU time"
    return _failing(signal.ITIMER_VIRTUAL, signal.SIGVTALRM, seconds, message)


def not_hanging(seconds: float = 300.0) -> AbstractContextManager[None]:
    """Fail what would wait for ever; far more than any sound run takes on a busy machine."""
    return _failing(signal.ITIMER_REAL, signal.SIGALRM, seconds, f"it hung for {seconds} s")


@contextmanager
def _failing(timer: int, number: int, seconds: float, message: str) -> Iterator[None]:
    """Fail with a message when a timer ends before what is done meanwhile."""

    def fail(*_: object) -> None:
        raise AssertionError(message)

    before = signal.signal(number, fail)
    signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(number, before)


def until(reached: Callable[[], object]) -> None:
    """Wait for something that happens in another process; how long it takes does not matter."""
    with not_hanging():
        while not reached():
            time.sleep(0.02)


def _cost(work: Callable[[], object]) -> float:
    """Return the CPU time of a run; the collector, which looks at all other tests too, is off."""
    gc.disable()
    try:
        start = time.process_time()
        work()
        return time.process_time() - start
    finally:
        gc.enable()


def assert_linear(short: Callable[[], object], long: Callable[[], object]) -> None:
    """Assert that the long work costs no more than its length tells.

    The two are run in turn until the least times of both agree with that: what else runs on the
    machine makes a run longer, never shorter, and no number of runs makes quadratic work linear.
    """
    of_short = of_long = float("inf")
    with ending(_ENDS * _ROUNDS):
        for _ in range(_ROUNDS):
            of_short = min(of_short, _cost(short))
            of_long = min(of_long, _cost(long))
            if of_long <= _MOST * max(_FLOOR, of_short):
                return
    raise AssertionError(f"{LONGER} times the text took {of_long} s instead of {of_short}")


def repeated(piece: str, size: int, end: str = "~SENSITIVE") -> str:
    """Return a text of a size: a piece again and again, and an end that it does not fit."""
    return (piece * (size // len(piece) + 1))[:size] + end
