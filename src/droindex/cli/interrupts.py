"""Ctrl-C: whatever a command is doing, the process ends with exit code 130 and one line."""

from __future__ import annotations

import os
import signal
import sys
from _thread import start_new_thread
from contextlib import suppress
from time import sleep

__all__ = ["INTERRUPTED", "Interrupts"]

INTERRUPTED = 130  # what shells return for a program that Ctrl-C ended
_GRACE_S = 5.0  # for tidying up: what is left behind then is what a killed process leaves


class Interrupts:
    """Takes SIGINT from the first import to the last line of output.

    The first one raises `KeyboardInterrupt` in the main thread, so that the command tidies up.
    Where that gets lost (Python drops it in finalisers, libraries turn it into errors of theirs)
    or tidying up takes too long, the process is ended all the same, as it is by a second one. An
    end at any moment is safe: the system lets go of locks, workers die with their parent, and a
    library is only ever changed as a whole.
    """

    def __init__(self) -> None:
        self._has_come = False

    def listen(self) -> None:
        """Begin, unless whoever started the process has it ignore the signal."""
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            with suppress(ValueError):  # not in the main thread: signals are somebody else's
                signal.signal(signal.SIGINT, self._take)
                sys.unraisablehook = _without_interrupts

    def ignore(self) -> None:
        """Note that the command is done: its exit code stands, unless the signal came before."""
        if not self._has_come and signal.getsignal(signal.SIGINT) == self._take:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # while the interpreter ends

    def settled(self, code: int | str | None) -> int | str | None:
        """Return the exit code: that of the command, or 130 where the signal came."""
        if self._has_come and code != INTERRUPTED:
            _say()
        return INTERRUPTED if self._has_come else code

    def _take(self, _number: int, _frame: object) -> None:
        if self._has_come:
            os._exit(INTERRUPTED)
        self._has_come = True
        with suppress(RuntimeError):  # no thread to be had
            # not threading.Thread: the signal may have come while its locks are held
            start_new_thread(_end_late, ())
        raise KeyboardInterrupt


def _end_late() -> None:
    sleep(_GRACE_S)
    os._exit(INTERRUPTED)


def _say() -> None:
    with suppress(OSError):
        os.write(2, b"Interrupted.\n")


def _without_interrupts(fault: sys.UnraisableHookArgs) -> None:
    if not issubclass(fault.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(fault)
