"""The worker processes, seen from the parent: started, timed, killed by their pid, replaced."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import selectors
import signal
import threading
import time
from collections import deque
from concurrent.futures import InvalidStateError, wait
from typing import TYPE_CHECKING, Any

from droindex.errors import StorageError
from droindex.extract.protocol import FAULT
from droindex.extract.workers import wire
from droindex.extract.workers.process import WorkerProcess, longest_silence
from droindex.extract.workers.resource_limits import EXIT_MEMORY
from droindex.model import FileStatus

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from droindex.extract.workers.job import Job, Reading
    from droindex.settings import ExtractSettings

__all__ = ["Pool"]

_log = logging.getLogger("droindex")

_SILENT = "Nothing was heard of it for longer than the longest deadline."
_TICK_S = 0.25  # the longest wait between two looks at the deadlines
_TELL_S = 0.1  # between two looks at how many pages came
_MAX_HELD_BYTES = 40_000_000  # of readings nobody has taken yet: two of the largest documents
_MAX_FAILED_STARTS = 10  # in a row: then something is wrong with this machine


class Pool:
    """Reads files in limited worker processes. Workers start when there is work, up to a number.

    A thread of its own listens to the workers, so that deadlines hold while the caller is busy.
    Nothing of the caller's runs in it: what he listens with may block.

    Args:
        settings: Limits of workers, pages and documents.
        workers: The most processes at a time, at least 1.
        image_cache: Where workers keep the texts that OCR finds; None for nowhere.
        on_page: Called with the number of pages that came, while the caller waits for a reading.
    """

    def __init__(
        self,
        settings: ExtractSettings,
        workers: int,
        image_cache: Path | None = None,
        on_page: Callable[[int], None] | None = None,
    ) -> None:
        self._settings = settings
        self._most = workers
        self._image_cache = image_cache
        self._on_page = on_page
        self._pages = 0  # that came
        self._told_pages = 0
        self._inbox: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._waiting: deque[Job] = deque()
        self._workers: list[WorkerProcess] = []
        self._selector = selectors.DefaultSelector()
        self._bell_out, self._bell_in = os.pipe()
        os.set_blocking(self._bell_in, False)
        self._selector.register(self._bell_out, selectors.EVENT_READ)
        self._held_bytes = 0
        self._held_lock = threading.Lock()
        self._failed_starts = 0
        self._is_closing = False
        self._under_way: set[Job] = set()  # each is waiting, with a worker, or done
        self._news = 0  # rises with whatever workers say and whatever is done about them
        self._end_lock = threading.Lock()
        self._has_ended = False
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="droindex-extract", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a file; its future gets the reading, or an error that concerns all files."""
        with self._end_lock:
            if self._has_ended:  # nobody would take it from the queue
                _end(job, self._fault)
                return
            self._inbox.put(job)
        self._ring()

    def result(self, job: Job, silence_s: float | None = None) -> Reading:
        """Wait for a file's reading; give it up when no worker is heard of for too long.

        Args:
            job: What was submitted.
            silence_s: How long is too long; None for more than all deadlines together.

        Raises:
            Exception: Whatever the listener raises; it concerns the caller alone.
        """
        if silence_s is None:
            silence_s = longest_silence(self._settings)
        news, waited_s = -1, 0.0
        while not wait([job.future], _TELL_S).done:
            waited_s += _TELL_S  # not by the clock: time that the listener takes is no silence
            if news != self._news:
                news, waited_s = self._news, 0.0
            elif waited_s >= silence_s:
                _log.error("Gave up waiting for %s: no worker was heard of.", job.path)
                job.fail(_SILENT)
            self._report()
        self._report()
        return job.future.result()

    def _report(self) -> None:
        count = self._pages - self._told_pages
        if count and self._on_page is not None:
            self._told_pages += count
            self._on_page(count)

    def release(self, weight: int) -> None:
        """Say that a reading of so many bytes was taken: there is room for another."""
        with self._held_lock:
            self._held_bytes -= weight
        self._ring()

    def close(self) -> None:
        """Kill the workers and wait until they are gone."""
        self._is_closing = True
        self._ring()
        self._thread.join()

    def _ring(self) -> None:
        with contextlib.suppress(OSError):  # full: it has been rung; closed: nobody listens
            os.write(self._bell_in, b"!")

    # everything below runs in the pool's thread

    def _run(self) -> None:
        fault: BaseException | None = None
        try:
            while not self._is_closing:
                self._assign()
                for key, _ in self._selector.select(_TICK_S):
                    if key.fileobj == self._bell_out:
                        os.read(self._bell_out, 1 << 16)
                    else:
                        self._listen(key.data)
                self._check_deadlines()
                self._check_jobs()
        except BaseException as error:  # noqa: BLE001 - it goes to those who wait
            fault = error
        finally:
            self._shut_down(fault)

    def _assign(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                job = self._inbox.get_nowait()
                self._under_way.add(job)
                self._waiting.append(job)
        while self._waiting and self._has_room():
            worker = next((item for item in self._workers if item.job is None), None)
            if worker is None:
                if len(self._workers) >= self._most:
                    return
                worker = self._started()
            job = self._waiting.popleft()
            try:
                worker.give(job)
            except BlockingIOError:
                self._drop(worker, FileStatus.CRASHED, "Its reader does not listen.")
            except Exception:  # noqa: BLE001 - one file must not end the others
                self._give_up(worker, job)

    def _has_room(self) -> bool:
        # with nothing under way, the file that the caller waits for must be among the waiting
        is_idle = all(worker.job is None for worker in self._workers)
        return is_idle or self._held_bytes < _MAX_HELD_BYTES

    def _started(self) -> WorkerProcess:
        worker = WorkerProcess(self._settings, self._image_cache)
        self._workers.append(worker)
        self._selector.register(worker.replies, selectors.EVENT_READ, worker)
        return worker

    def _listen(self, worker: WorkerProcess) -> None:
        try:
            self._news += 1
            for message in worker.read():
                if message["kind"] == "ready":
                    self._failed_starts = 0
                    worker.is_ready()
                elif message["kind"] == "end":
                    self._ended(worker, message)
                    if worker not in self._workers:
                        return  # whatever else it says
                elif not self._took(worker, message):
                    self._drop(worker, FileStatus.TOO_BIG, "It was stopped.", may_retry=False)
                    return
        except StorageError:
            raise  # workers cannot be started: that concerns all files
        except Exception as error:  # noqa: BLE001 - one file must not end the others
            if not worker.was_ready and not isinstance(error, wire.WireError):
                self._give_up(worker, worker.job)  # not a start that failed: a fault of ours
                return
            path = None if worker.job is None else worker.job.path
            _log.exception("A message on %s could not be taken.", path)
            self._drop(worker, FileStatus.CRASHED, "Its reader went out of its mind.")
            return
        if worker.is_closed:
            self._drop(worker, *_cause(worker.wait()))

    def _took(self, worker: WorkerProcess, message: dict[str, Any]) -> bool:
        """Have a worker take what it said; return whether it should go on with its file."""
        goes_on = worker.take(message)
        self._pages += message["kind"] == "page"
        return goes_on

    def _ended(self, worker: WorkerProcess, message: dict[str, object]) -> None:
        job = worker.finish(message)
        self._settled(job)
        if worker.is_worn(message):
            self._discard(worker)

    def _check_deadlines(self) -> None:
        now = time.monotonic()
        for worker in list(self._workers):
            try:
                late = worker.late(now)
            except Exception:  # noqa: BLE001 - one file must not end the others
                self._give_up(worker, worker.job)
                continue
            if late == "start":
                self._drop(worker, FileStatus.CRASHED, "Its reader did not start.")
            elif late == "page":
                self._drop(worker, FileStatus.TIMED_OUT, "Reading it took too long.")
            elif late == "document":
                reason = "Reading it took longer than a document may take."
                self._drop(worker, FileStatus.TIMED_OUT, reason, may_retry=False)

    def _give_up(self, worker: WorkerProcess, job: Job | None) -> None:
        """End a file that this process failed to handle, and its worker; log the traceback."""
        _log.exception("droindex failed while it had %s.", job and job.path)
        self._discard(worker)
        if job is not None:
            job.fail(FAULT)
            self._settled(job)

    def _drop(
        self, worker: WorkerProcess, status: FileStatus, reason: str, *, may_retry: bool = True
    ) -> None:
        """Kill a worker that failed, and decide what becomes of its file."""
        self._news += 1
        self._discard(worker)
        job, was_ready = worker.job, worker.was_ready
        if not was_ready:
            if job is not None:
                self._waiting.appendleft(job)  # the file had no part in it
            self._failed_starts += 1
            if self._failed_starts >= _MAX_FAILED_STARTS:
                raise StorageError(
                    "Worker processes cannot be started on this machine.",
                    hint="Look for limits on processes and memory, or use workers=0.",
                )
        elif job is not None:
            try:
                again = job.lost(status, reason, may_retry=may_retry)
            except Exception:  # noqa: BLE001 - one file must not end the others
                _log.exception("What was read of %s could not be put together.", job.path)
                job.fail(FAULT)
                again = False
            if again:
                self._waiting.appendleft(job)
            else:
                self._settled(job)

    def _settled(self, job: Job) -> None:
        """Note that a file is done, and count what its reading holds until it is taken."""
        self._under_way.discard(job)
        with self._held_lock:
            self._held_bytes += job.weight

    def _check_jobs(self) -> None:
        """End a file that is neither waiting, nor with a worker, nor done."""
        held = [worker.job for worker in self._workers if worker.job is not None]
        if len(held) + len(self._waiting) == len(self._under_way):
            return
        for job in self._under_way - {*held, *self._waiting}:
            _log.error("Nobody had %s any more.", job.path)
            job.fail(FAULT)
            self._settled(job)

    def _discard(self, worker: WorkerProcess) -> None:
        if worker not in self._workers:
            return  # done: its pipes may belong to somebody else by now
        self._workers.remove(worker)
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(worker.replies)
        worker.kill()

    def _shut_down(self, fault: BaseException | None) -> None:
        with self._end_lock:
            self._has_ended, self._fault = True, fault
        with contextlib.suppress(queue.Empty):
            while True:
                self._under_way.add(self._inbox.get_nowait())
        for job in self._under_way:  # before anything here can fail
            _end(job, fault)
        for worker in list(self._workers):
            self._discard(worker)
        self._selector.close()
        os.close(self._bell_in)
        os.close(self._bell_out)


def _end(job: Job, fault: BaseException | None) -> None:
    if fault is None:
        job.future.cancel()
    else:
        with contextlib.suppress(InvalidStateError):  # it is done
            job.future.set_exception(fault)


def _cause(code: int) -> tuple[FileStatus, str]:
    """Return what the end of a worker process means for its file."""
    if code == EXIT_MEMORY:
        return FileStatus.TOO_BIG, "Reading it needs more memory than a reader may use."
    if code == -signal.SIGXCPU:
        return FileStatus.TIMED_OUT, "Reading it takes more computing time than a file may use."
    name = f"exit {code}" if code >= 0 else f"signal {-code}"
    with contextlib.suppress(ValueError):  # most signals of the realtime range have no name
        name = signal.Signals(-code).name
    return FileStatus.CRASHED, f"Its reader died while reading it ({name})."
