"""One worker process, seen from the parent."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex.extract.protocol import UnreadableFileError
from droindex.extract.workers import wire
from droindex.extract.workers.worker import BOOT, job_message, start_message
from droindex.model import FileStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.extract.workers.job import Job
    from droindex.settings import ExtractSettings

__all__ = ["WorkerProcess", "import_path", "longest_silence", "start_process"]

_START_S = 60.0  # a worker starts in 0.2 s; on a machine that swaps, in some seconds
_LARGE_BYTES = 400_000_000  # a worker that grew past this is replaced after its file
_GRACE_S = 1.5  # the worker's own deadline comes first, where it can keep it


def import_path() -> list[str]:
    """Return where a worker may import from: the parent's places, without the current folder.

    The folder that holds droindex itself is always among them.
    """
    own = str(Path(__file__).resolve().parents[2])
    here = os.path.realpath(os.curdir)
    places = [str(place) for place in sys.path if Path(place).is_absolute()]
    safe = [place for place in places if os.path.realpath(place) != here]
    return safe if own in map(os.path.realpath, safe) else [*safe, own]


def longest_silence(settings: ExtractSettings) -> float:
    """Return the seconds within which something must come of any file that a worker has."""
    page = settings.page_deadline_s + (settings.ocr_page_deadline_s if settings.ocr else 0.0)
    return _START_S + settings.document_deadline_s + page + _GRACE_S


def start_process(boot: str) -> tuple[subprocess.Popen[bytes], int, int]:
    """Start a process of our own that is to be limited, and may import what this one does.

    Args:
        boot: What it runs; it finds the import path as JSON in its first argument.

    Returns:
        The process, with pipes to and from it; the end of a pipe that the caller holds open as
        long as the process is to live; and the number that the other end has in the process.
    """
    life_out, life_in = os.pipe()
    try:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-I", "-c", boot, json.dumps(import_path())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=(life_out,),
            cwd="/",  # not where files of the corpus lie
            env={**os.environ, "OMP_THREAD_LIMIT": "1", "MALLOC_ARENA_MAX": "1"},
        )
    except BaseException:
        os.close(life_in)
        raise
    finally:
        os.close(life_out)
    return process, life_in, life_out


class WorkerProcess:
    """A process that reads one file at a time. It is started at once.

    Args:
        settings: Its limits.
        image_cache: Where it keeps the texts that OCR finds; None for nowhere.
    """

    def __init__(self, settings: ExtractSettings, image_cache: Path | None) -> None:
        self._settings = settings
        self.job: Job | None = None
        self.was_ready = False
        self._files = 0
        self._started = self._heard = time.monotonic()
        self._process, self._life_in, life_out = start_process(BOOT)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        # one that does not listen must not stop the parent
        os.set_blocking(self._process.stdin.fileno(), False)
        self.replies = self._process.stdout.fileno()
        self._inbox = wire.Inbox(self.replies, max_chars=settings.max_page_chars + 1)
        self._send(start_message(settings, life_fd=life_out, image_cache=image_cache))

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_closed(self) -> bool:
        """Whether the process has closed its end: it is dying or dead."""
        return self._inbox.is_closed

    def give(self, job: Job) -> None:
        """Have a file read.

        Raises:
            BlockingIOError: The process does not listen.
        """
        self.job = job
        self._files += 1
        self._started = self._heard = time.monotonic()
        self._send(job_message(job.path, job.extractor, job.first_page, job.backend))

    def is_ready(self) -> None:
        """Note that the process has started: from here on, its file's time counts.

        Raises:
            ValueError: It has said so before.
        """
        if self.was_ready:
            raise ValueError("ready twice")
        self.was_ready = True
        self._started = self._heard = time.monotonic()

    def read(self) -> Iterator[dict[str, Any]]:
        """Yield the messages that have come.

        Raises:
            WireError: What came is no message.
        """
        return self._inbox.read()

    def take(self, message: dict[str, Any]) -> bool:
        """Pass a message on to the file's job; return whether to go on with the file."""
        assert self.job is not None
        now = time.monotonic()
        page = self.job.first_page
        goes_on = self.job.take(message)
        is_new = self.job.first_page > page  # one that comes again earns no time
        if is_new and self._settings.ocr and message["page"].get("ocr"):
            self._started += now - self._heard  # the time that OCR takes is not the document's
        self._heard = now
        return goes_on

    def finish(self, message: dict[str, Any]) -> Job:
        """End the job as the message says, and return it.

        Raises:
            ValueError: The message has not the right shape.
        """
        job, end = self.job, None  # the job stays here until its reading is handed over
        if job is None:
            raise ValueError("no file under way")
        if "status" in message:
            end = UnreadableFileError(FileStatus(message["status"]), str(message["reason"]))
        job.finish(end)
        self.job = None
        return job

    def is_worn(self, message: dict[str, Any]) -> bool:
        """Whether it is time for a fresh process."""
        settings = self._settings
        rss = message.get("rss")
        is_large = isinstance(rss, int) and rss > _LARGE_BYTES
        return is_large or self._files >= settings.files_per_worker

    def late(self, now: float) -> str:
        """Return which deadline has passed: `start`, `page`, `document`, or none (empty)."""
        settings = self._settings
        if not self.was_ready:
            return "start" if now - self._started > _START_S else ""
        if self.job is None:
            return ""
        page = settings.page_deadline_s + (settings.ocr_page_deadline_s if settings.ocr else 0.0)
        if now - self._heard > page + _GRACE_S:
            return "page"
        extra = page if settings.ocr else 0.0  # a page under OCR has not been taken off yet
        return "document" if now - self._started > settings.document_deadline_s + extra else ""

    def wait(self) -> int:
        """Return the exit code of a process that closed its end; it is killed if it lingers."""
        try:
            return self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def kill(self) -> None:
        """Kill the process by its pid, wait until it is gone, and close the pipes."""
        self._process.kill()
        self._process.wait()
        os.close(self._life_in)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it died; its end of the other pipe tells
            wire.send(self._process.stdin.fileno(), message)
