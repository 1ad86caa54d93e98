"""Who may write a library, and who still reads which of its generations.

Both are locks of the system: they end with the process that holds them, however it ends, so that
no lock is ever stale. Only accounts that may write the library can open the files they are on. A
forked child gives up its copies at once.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
import struct
import threading
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from droindex.errors import IndexLockedError
from droindex.files.disk import storage_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "Hold",
    "claim_for_removal",
    "hold",
    "is_for_writers",
    "is_held",
    "make_lock_file",
    "not_forking",
    "writing",
]

_POLL_S = 0.05  # between two tries to lock; a build takes longer
_NOTE_BYTES = 1_000  # read of what a holder notes of itself; a note has about 100
_TRIES = 20  # a look at a hold file takes far less than so many millisecond waits

# Locks of an open file, which can be asked for without being taken. Elsewhere `flock` serves.
_OFD = all(hasattr(fcntl, name) for name in ("F_OFD_GETLK", "F_OFD_SETLK"))
_FLOCK = struct.Struct("@hhqqi4x")  # struct flock: type, whence, start, length, pid

not_forking = threading.RLock()  # a fork waits for whoever takes a lock that it must not copy
_mine: set[int] = set()  # descriptors of lock files that a forked child has to close


def _close_in_child() -> None:
    while _mine:
        with suppress(OSError):
            os.close(_mine.pop())
    not_forking.release()


os.register_at_fork(
    before=not_forking.acquire,
    after_in_parent=not_forking.release,
    after_in_child=_close_in_child,
)


def _open(path: Path, flags: int) -> int:
    with not_forking:
        descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        _mine.add(descriptor)
    return descriptor


def _close(descriptor: int) -> None:
    with not_forking:
        _mine.discard(descriptor)
        with suppress(OSError):
            os.close(descriptor)


class Hold:
    """A reader's claim on a generation: while it lasts, builds keep the generation (to a bound).

    Args:
        descriptor: An open file that is locked; None where nothing could be claimed.
    """

    __slots__ = ("_descriptor", "_pid")

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self._pid = os.getpid()

    def release(self) -> None:
        """Let go; doing so twice does nothing."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None and self._pid == os.getpid():  # a child has closed its copy
            _close(descriptor)

    def __del__(self) -> None:
        with suppress(AttributeError, TypeError):  # the interpreter is ending
            self.release()


def make_lock_file(path: Path) -> None:
    """Make a file to lock anew; only who may write its folder may open it."""
    with suppress(OSError):  # without it, readers do without a lock
        path.unlink(missing_ok=True)
        descriptor = os.open(
            path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
        )
        try:
            _restrict(descriptor, path.parent)
        finally:
            os.close(descriptor)


def is_for_writers(descriptor: int, folder: Path) -> bool:
    """Whether a file can be opened only by those who may write the folder that it lies in."""
    file, home = os.fstat(descriptor), folder.stat()
    allowed = _modes(home, file.st_gid)
    return (
        stat.S_ISREG(file.st_mode)
        and file.st_uid in (home.st_uid, os.geteuid(), 0)
        and not stat.S_IMODE(file.st_mode) & ~allowed
    )


def _modes(folder: os.stat_result, group: int) -> int:
    """Return the mode of a lock file: its owner's, and that of a group that writes its folder."""
    shared = folder.st_mode & 0o020 and group == folder.st_gid
    return 0o660 if shared else 0o600


def _restrict(descriptor: int, folder: Path) -> None:
    """Let only those open a lock file who may write its folder anyway."""
    home = folder.stat()
    with suppress(OSError):  # another account's file: its owner set the mode
        if home.st_mode & 0o020 and os.fstat(descriptor).st_gid != home.st_gid:
            with suppress(OSError):  # this account is not of the folder's group
                os.fchown(descriptor, -1, home.st_gid)
        os.fchmod(descriptor, _modes(home, os.fstat(descriptor).st_gid))


def hold(path: Path) -> Hold:
    """Claim the generation that this file stands for, as far as this account may.

    Who may not write the library holds nothing: nobody else can then be kept waiting by it. Nor
    does a reader that comes while the generation is being removed.
    """
    try:
        descriptor = _open(path, os.O_RDWR)
    except OSError:
        return Hold(None)
    for attempt in range(_TRIES):
        try:
            _take(descriptor, fcntl.LOCK_SH)
            return Hold(descriptor)
        except BlockingIOError:
            if _OFD or not os.fstat(descriptor).st_nlink:
                break  # it is being removed
            time.sleep(0.001 * bool(attempt))  # without such locks, a look takes one for a moment
        except OSError:  # a file system without locks
            break
    _close(descriptor)
    return Hold(None)


def is_held(path: Path) -> bool:
    """Whether a reader holds the generation that this file stands for; takes nothing to tell."""
    if not _OFD:
        with claim_for_removal(path) as is_free:
            return not is_free
    try:
        descriptor = _open(path, os.O_RDWR)
    except OSError:  # nobody can hold it, or this account may not know
        return False
    try:
        wanted = _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        found = fcntl.fcntl(descriptor, fcntl.F_OFD_GETLK, wanted)
        return int(_FLOCK.unpack(found)[0]) != fcntl.F_UNLCK
    except OSError:  # a file system without locks
        return False
    finally:
        _close(descriptor)


@contextmanager
def claim_for_removal(path: Path) -> Iterator[bool]:
    """Yield whether nobody holds the generation that this file stands for."""
    try:
        descriptor = _open(path, os.O_RDWR)
    except OSError:  # nobody can hold it
        yield True
        return
    try:
        _take(descriptor, fcntl.LOCK_EX)
        is_free = True
    except BlockingIOError:
        is_free = False
    except OSError:  # a file system without locks
        is_free = True
    try:
        yield is_free
    finally:
        _close(descriptor)


def _take(descriptor: int, kind: int) -> None:
    """Take a lock at once, shared or exclusive.

    Raises:
        BlockingIOError: Somebody else has it.
        OSError: The file system knows no such locks.
    """
    if not _OFD:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        return
    mode = fcntl.F_RDLCK if kind == fcntl.LOCK_SH else fcntl.F_WRLCK
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _FLOCK.pack(mode, os.SEEK_SET, 0, 0, 0))
    except PermissionError as error:  # POSIX leaves it to the system which of the two it says
        raise BlockingIOError(*error.args) from error


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
        descriptor = _open(path, os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise storage_error(error, path) from error
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
            with suppress(OSError):  # a process started from outside Python may have a copy
                fcntl.flock(descriptor, fcntl.LOCK_UN)
            _close(descriptor)  # the system lets go of the lock, also when a process is killed


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
