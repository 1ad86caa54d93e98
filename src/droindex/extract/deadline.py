"""Soft deadlines: Python code that takes too long is interrupted where it stands."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["OutOfTimeError", "soft_deadline"]

_REPEAT_S = 0.25  # a deadline that a library swallowed is raised again after this


class OutOfTimeError(BaseException):
    """The soft deadline passed. No `Exception`, so that no library's handler takes it for its own.

    It never leaves the package.
    """


@contextmanager
def soft_deadline(seconds: float) -> Iterator[None]:
    """Raise `OutOfTimeError` in the body when it takes longer than so many seconds of wall time.

    It interrupts Python code only, and only in the main thread of a process; elsewhere it does
    nothing. Deadlines do not nest.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def raise_it(_number: int, _frame: object) -> None:
        raise OutOfTimeError

    before = signal.signal(signal.SIGALRM, raise_it)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001), _REPEAT_S)
    try:
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        # twice: the alarm may have gone off on the way to the first one
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
