"""Threads for what blocks: so many at once, so many waiting, and no longer than a while."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BusyError", "Pool"]

T = TypeVar("T")


class BusyError(Exception):
    """More requests wait than may, or one has waited too long."""


class Pool:
    """Runs functions in threads, for any event loop.

    The threads are started when they are first needed, so that a server may fork before.

    Args:
        threads: How many run at once.
        waiting: How many may wait.
        timeout_s: How long one may wait and run, in seconds.
    """

    def __init__(self, threads: int, waiting: int, timeout_s: float) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="droindex-web")
        self._places = threading.Semaphore(threads + waiting)  # left in other threads than entered
        self._timeout_s = timeout_s

    async def run(self, work: Callable[[], T]) -> T:
        """Return what a function gives; it runs to its end even if nobody waits any more.

        Raises:
            BusyError: too many wait, the time is up, or the pool is closed.
        """
        if not self._places.acquire(blocking=False):
            raise BusyError
        try:
            future = self._executor.submit(work)
        except RuntimeError as error:
            self._places.release()
            raise BusyError from error
        future.add_done_callback(lambda _future: self._places.release())
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._timeout_s)
        except TimeoutError as error:
            raise BusyError from error

    def close(self) -> None:
        """End the threads, after what they are doing."""
        self._executor.shutdown(wait=False, cancel_futures=True)
