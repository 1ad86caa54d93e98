"""Who may write a library, and who still reads which of its generations.

Both are locks of the system (`flock`): they end with the process that holds them, however it
ends, so that no lock is ever stale.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from droindex.errors import IndexLockedError
from droindex.index.disk import storage_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Hold", "claim_for_removal", "hold", "make_hold_file", "writing"]

_POLL_S = 0.05
_NOTE_BYTES = 1_000
_writing: set[int] = set()  # descriptors of lock files that this process holds or waits for


class Hold:
    """A reader's claim on a generation: as long as it lasts, no build removes it.

    Args:
        descriptor: An open file that is locked; None on a file system without locks.
    """

    __slots__ = ("_descriptor",)

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go; doing so twice does nothing."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)

    def __del__(self) -> None:
        with suppress(AttributeError, TypeError):  # the interpreter is ending
            self.release()


def make_hold_file(path: Path, folder: Path) -> None:
    """Make the file that readers of a generation lock; only who may write `folder` may open it."""
    with suppress(OSError):  # without it, readers hold nothing
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _restrict(descriptor, folder)
        finally:
            os.close(descriptor)


def hold(path: Path) -> Hold:
    """Claim the generation that this file stands for, as far as this account may.

    Who may not write the library holds nothing: nobody else can then be kept waiting by it.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return Hold(None)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:  # being looked at or removed, or a file system without locks
        os.close(descriptor)
        return Hold(None)
    return Hold(descriptor)


@contextmanager
def claim_for_removal(path: Path) -> Iterator[bool]:
    """Yield whether nobody holds the generation that this file stands for."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:  # nobody can hold it
        yield True
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_free = True
    except BlockingIOError:
        is_free = False
    except OSError:  # a file system without locks
        is_free = True
    try:
        yield is_free
    finally:
        os.close(descriptor)


def _restrict(descriptor: int, folder: Path) -> None:
    """Let only those open a lock file who may write its folder anyway."""
    writers = folder.stat().st_mode & 0o022
    with suppress(OSError):  # another account's file: its owner set the mode
        os.fchmod(descriptor, 0o600 | writers | writers << 1)


@contextmanager
def writing(path: Path, wait_s: float) -> Iterator[None]:
    """Hold a library for writing.

    Args:
        path: The lock file; it is made if it is not there.
        wait_s: How long to wait for another holder, in seconds.

    Raises:
        IndexLockedError: `index-locked`, with what is known of the holder.
        StorageError: `storage-error`, the file cannot be made.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise storage_error(error, path) from error
    _writing.add(descriptor)
    owner = os.getpid()
    try:
        _restrict(descriptor, path.parent)
        _acquire(descriptor, path, wait_s)
        yield
        with suppress(OSError):
            if os.getpid() == owner:
                os.ftruncate(descriptor, 0)
    finally:
        if os.getpid() == owner:  # a forked child has closed its copy already
            _writing.discard(descriptor)
            with suppress(OSError):  # a child that another thread started may have a copy
                fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)  # the system lets go of the lock, also when a process is killed


def _close_in_child() -> None:
    """A forked child must not keep a library locked after its parent has ended."""
    while _writing:
        with suppress(OSError):
            os.close(_writing.pop())


os.register_at_fork(after_in_child=_close_in_child)


def _acquire(descriptor: int, path: Path, wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() >= deadline:
                holder = _read_holder(descriptor)
                raise IndexLockedError(
                    f"{path.parent} is being written{holder and f' by {holder}'}.",
                    holder=holder,
                ) from None
            time.sleep(_POLL_S)
    since = datetime.now(UTC).isoformat(timespec="seconds")
    host = os.uname().nodename
    note = {"pid": os.getpid(), "host": host, "since": since}
    with suppress(OSError):  # a full disk must not keep a build from saying so itself
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(note).encode(), 0)


def _read_holder(descriptor: int) -> str:
    try:
        note = json.loads(os.pread(descriptor, _NOTE_BYTES, 0))
        return f"process {note['pid']} on {note['host']} since {note['since']}"
    except (ValueError, KeyError, TypeError, OSError):
        return ""
