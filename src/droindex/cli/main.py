"""The way in: it listens for Ctrl-C before anything else is loaded, and ends the process."""

from __future__ import annotations

import os
import sys

from droindex.cli.interrupts import Interrupts

__all__ = ["main"]


def main() -> None:
    """Run the command line and end the process with its exit code."""
    interrupts = Interrupts()
    code: int | str | None = None
    try:
        interrupts.listen()
        _fill_standard_streams()
        code = _code()
        interrupts.ignore()
    except KeyboardInterrupt:  # it is raised once in a process, so nothing below is interrupted
        pass
    sys.exit(interrupts.settled(code))


def _code() -> int | str | None:
    from droindex.cli.program import program  # noqa: PLC0415 - only now a signal is listened for

    try:
        program(prog_name="droindex")
    except SystemExit as end:
        return end.code
    return None


def _fill_standard_streams() -> None:
    """Let nothing take the place of a standard stream that is closed: prints would land in it."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))
