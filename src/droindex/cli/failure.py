"""How a command ends: its exit code, and what is said where something went wrong."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from droindex.cli.interrupts import INTERRUPTED
from droindex.cli.terminal import cell_width, note
from droindex.errors import DroindexError, QueryError, RemovalsRefusedError
from droindex.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "FOUND",
    "NOTHING_FOUND",
    "STORAGE",
    "UNEXPECTED",
    "UsageError",
    "guarded",
]

FOUND = 0
NOTHING_FOUND = 1
STORAGE = 9
UNEXPECTED = 70  # EX_SOFTWARE of sysexits.h: a fault of the program

_CONTEXT_CHARS = 32  # of a query, shown on each side of its fault
_LISTED = 20  # documents that are named when a build refuses to remove them


class UsageError(click.UsageError):
    """A command that cannot be run as it was typed, and what to type in its place.

    Args:
        message: What was wrong.
        hint: What to do.
        ctx: The command.
    """

    def __init__(self, message: str, hint: str, ctx: click.Context | None = None) -> None:
        super().__init__(message, ctx)
        self.hint = hint


def guarded(call: Callable[[], Any]) -> int:
    """Run a command and return its exit code; say what went wrong, never with a traceback.

    Args:
        call: The command; it returns its exit code, or None for 0.
    """
    try:
        code = call()
        sys.stdout.flush()
    except BrokenPipeError:
        return _pipe_closed()
    except click.exceptions.Exit as end:  # after --help and --version
        return end.exit_code
    except click.ClickException as error:
        return _usage(error)
    except (click.Abort, KeyboardInterrupt):
        note("Interrupted.")
        return INTERRUPTED
    except DroindexError as error:
        return _explained(error)
    except OSError as error:
        return _system(error)
    except (SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of the engine is no Exception
        return _unexpected(error)
    return code if isinstance(code, int) else FOUND


def _usage(error: click.ClickException) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return error.exit_code
    note(f"error: {error.format_message()}")
    context = getattr(error, "ctx", None)
    if isinstance(error, UsageError):
        note(f"hint: {error.hint}")
    elif context is not None:
        note(f"hint: {context.command_path} --help")
    return error.exit_code


def _explained(error: DroindexError) -> int:
    note(f"error: {error.message}")
    if isinstance(error, QueryError) and error.query and error.position is not None:
        _point_at(error.query, error.position)
    if isinstance(error, RemovalsRefusedError):
        _list_removals(error.doc_ids)
    if error.hint:
        note(f"hint: {error.hint}")
    _debug()
    return error.exit_code


def _point_at(query: str, position: int) -> None:
    """Show the query, or the part of a long one around its fault, with a caret below."""
    start = max(0, position - _CONTEXT_CHARS)
    before = clean(query[start:position])
    after = clean(query[position : position + _CONTEXT_CHARS])
    note(f"  {before}{after}")
    note(f"  {' ' * cell_width(before)}^")


def _list_removals(doc_ids: tuple[str, ...]) -> None:
    for doc_id in doc_ids[:_LISTED]:
        note(f"  - {doc_id}")
    if len(doc_ids) > _LISTED:
        note(f"  … and {len(doc_ids) - _LISTED} more")


def _system(error: OSError) -> int:
    _forget_output()
    where = f" ({error.filename})" if error.filename else ""
    note(f"error: The system refused: {error.strerror or error}{where}.")
    note("hint: Free space or mend the permissions, and run the command again.")
    _debug()
    return STORAGE


def _unexpected(error: BaseException) -> int:
    _forget_output()
    note(f"error: droindex failed in a way that it should not: {type(error).__name__}: {error}")
    note("hint: Please report it, with this command. DROINDEX_DEBUG=1 shows where it failed.")
    _debug()
    return UNEXPECTED


def _pipe_closed() -> int:
    """Whoever read the output has enough: that is no error."""
    _forget_output()
    return FOUND


def _forget_output() -> None:
    """Drop what waits to be written, so that Python does not try again when it ends."""
    with suppress(OSError, ValueError):
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, sys.stdout.fileno())
        os.close(sink)


def _debug() -> None:
    if os.environ.get("DROINDEX_DEBUG"):
        import traceback  # noqa: PLC0415 - only whoever looks for a fault needs it

        traceback.print_exc()
