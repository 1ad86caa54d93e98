"""What a worker process may use of the machine, and how it learns that its parent died."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from droindex.settings import ExtractSettings

__all__ = [
    "EXIT_MEMORY",
    "EXIT_ORPHAN",
    "allow_cpu",
    "apply_resource_limits",
    "die_with_parent",
    "resident_bytes",
]

EXIT_MEMORY = 41  # the worker's own watch found that it uses too much memory
EXIT_ORPHAN = 42  # the parent is gone
_MAX_OPEN_FILES = 256  # a reader needs a handful
_NICE = 5  # people who work on the machine come first
_WATCH_S = 0.2  # between two looks at the memory
_PR_SET_PDEATHSIG = 1


def apply_resource_limits(settings: ExtractSettings) -> bool:
    """Limit the memory, open files and core dumps of this process, and lower its priority.

    Returns:
        Whether the system enforces the memory limit; else `die_with_parent` watches it.
    """
    import resource  # noqa: PLC0415 - not there on systems that have no workers

    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_NOFILE, _MAX_OPEN_FILES)
    with contextlib.suppress(OSError):
        os.nice(_NICE)
    # macOS accepts RLIMIT_AS and ignores it
    return sys.platform != "darwin" and _set(resource.RLIMIT_AS, settings.memory_bytes)


def _set(kind: int, value: int) -> bool:
    import resource  # noqa: PLC0415 - as above

    try:
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(kind, (value, value))
    except (OSError, ValueError):
        return False
    return True


def allow_cpu(seconds: float) -> None:
    """Let this process use so many more seconds of CPU time; past them the system kills it."""
    import resource  # noqa: PLC0415 - as above

    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    limit = int(time.process_time() + seconds) + 1
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def die_with_parent(life_fd: int, parent: int, *, watch_bytes: int | None = None) -> None:
    """See to it that this process ends when its parent does, however that ends.

    Args:
        life_fd: The reading end of a pipe that the parent alone holds open for writing.
        parent: The parent's process id.
        watch_bytes: Resident memory past which the process ends itself, for systems that do not
            enforce a limit; None to leave that to the system.
    """
    if sys.platform == "linux":
        _signal_on_parent_death()
    if os.getppid() != parent:
        os._exit(EXIT_ORPHAN)
    watch = threading.Thread(target=_watch, args=(life_fd, watch_bytes), daemon=True)
    watch.start()


def _signal_on_parent_death() -> None:
    import ctypes  # noqa: PLC0415 - only where it is used

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _watch(life_fd: int, watch_bytes: int | None) -> None:
    import select  # noqa: PLC0415 - only where it is used

    poll = select.poll()
    poll.register(life_fd, select.POLLIN | select.POLLHUP)
    while not poll.poll(None if watch_bytes is None else _WATCH_S * 1000):
        if watch_bytes is not None and resident_bytes() > watch_bytes:
            os._exit(EXIT_MEMORY)
    os._exit(EXIT_ORPHAN)


def resident_bytes() -> int:
    """Return the memory of this process in bytes; its peak where the present is not to be had."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - read often, so read plainly
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource  # noqa: PLC0415 - as above

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
