"""The way to a picture: a limited process draws the page, and is told what to mark on it."""

from __future__ import annotations

import base64
import contextlib
import os
import select
import threading
import time
import weakref
from dataclasses import asdict
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from droindex.errors import MissingExtraError, StorageError
from droindex.extract.pictures.easel import BOOT
from droindex.extract.pictures.page_text import FoundWord, found_words
from droindex.extract.pictures.picture import PageHighlight, PageImage
from droindex.extract.pictures.png import SIGNATURE
from droindex.extract.protocol import UnreadableFileError
from droindex.extract.workers import wire
from droindex.extract.workers.process import start_process
from droindex.model import FileStatus

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from droindex.settings import ExtractSettings

__all__ = ["AbsentPageError", "OtherFileError", "Painter", "PictureRequest"]

MAX_PIXELS = 4_000_000  # of a picture; a page of letter size at 180 dots an inch has three million
_MAX_CHARS = 200_000  # of a page that are looked at; a page of print has 3,000 to 8,000
_MAX_WORDS = 1_000  # that are marked: more would be a page of one colour
_MAX_BOXES = 40  # of one word: a word that is cut once has two
_MAX_MESSAGE_CHARS = 5_000_000  # of four bytes each: the largest picture that does not shrink
_START_S = 60.0  # it starts in 0.2 s; on a machine that swaps, in some seconds
_BUSY_S = 10.0  # how long a caller waits for those before him, beside the start of the process
_MAX_FILES = 200  # then a fresh process: frees what pdfium leaks


class OtherFileError(Exception):
    """The file is not the one that was asked for. It never leaves the library."""


class AbsentPageError(Exception):
    """The file has no such page. It never leaves the library.

    Attributes:
        pages: How many it has.
    """

    def __init__(self, pages: int) -> None:
        super().__init__(pages)
        self.pages = pages


class PictureRequest(NamedTuple):
    """A page that is to be drawn.

    Attributes:
        path: The file, without links: one in it is refused.
        sha256: Its digest; None where none is known.
        page: From 1.
        width: Of the picture, in pixels.
        find: Returns where in a text the words stand that are to be marked, as (start, end).
    """

    path: Path
    sha256: str | None
    page: int
    width: int
    find: Callable[[str], list[tuple[int, int]]]


class _LostError(Exception):
    """The process has gone."""


class Painter:
    """Draws pages of PDF files in a limited process, one at a time; it may be shared by threads.

    The process starts with the first page, and is kept for the next ones.

    Args:
        settings: Its limits.
    """

    def __init__(self, settings: ExtractSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._process: _Process | None = None

    def paint(self, request: PictureRequest) -> PageImage:
        """Return the picture of a page.

        Raises:
            MissingExtraError: `missing-extra`, pypdfium2 is not installed.
            OtherFileError: The file has another digest.
            AbsentPageError: It has no such page.
            UnreadableFileError: It cannot be drawn, for the reason given.
            StorageError: `storage-error`, the process cannot be started.
        """
        if find_spec("pypdfium2") is None:
            raise MissingExtraError("Pictures of pages need the package pypdfium2.", extra="fast")
        self._begin_in_child()
        starting_s = _START_S if self._process is None else 0.0
        if not self._lock.acquire(timeout=starting_s + _BUSY_S):
            raise UnreadableFileError(FileStatus.TIMED_OUT, "Too many pages wait to be drawn.")
        try:
            return self._painted(request)
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the process; the next page starts another one."""
        with self._lock:
            self._end()

    def _begin_in_child(self) -> None:
        """Leave the lock and the process to the parent, in a child that was forked from it."""
        if self._pid != os.getpid():
            self._pid, self._lock, self._process = os.getpid(), threading.Lock(), None

    def _painted(self, request: PictureRequest) -> PageImage:
        if self._process is not None and self._process.files >= _MAX_FILES:
            self._end()
        is_fresh = self._process is None
        try:
            return self._attempt(request)
        except _LostError as error:
            if is_fresh:
                reason = "The process that drew it died."
                raise UnreadableFileError(FileStatus.CRASHED, reason) from error
        try:  # it may have died of something else meanwhile
            return self._attempt(request)
        except _LostError as error:
            reason = "The process that drew it died."
            raise UnreadableFileError(FileStatus.CRASHED, reason) from error

    def _attempt(self, request: PictureRequest) -> PageImage:
        if self._process is None:
            self._process = self._started()
        is_sound = False
        try:
            picture = self._process.picture(request)
            is_sound = True
        except (OtherFileError, AbsentPageError):
            is_sound = True
            raise
        except (OSError, wire.WireError, LookupError, TypeError, ValueError) as error:
            raise _LostError from error
        finally:
            if not is_sound:  # also where the caller was interrupted: what comes next is unknown
                self._end()
        return picture

    def _started(self) -> _Process:
        try:
            return _Process(self._settings)
        except OSError as error:
            raise StorageError(
                "A process that draws pages cannot be started on this machine.",
                hint="Look for limits on processes and memory.",
            ) from error

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None


class _Process:
    """The process that draws, seen from the parent."""

    def __init__(self, settings: ExtractSettings) -> None:
        self._settings = settings
        self.files = 0
        process, life, life_there = start_process(BOOT)
        self.end = weakref.finalize(self, _end, process, life)
        assert process.stdin is not None
        assert process.stdout is not None
        self._requests, replies = process.stdin.fileno(), process.stdout.fileno()
        os.set_blocking(self._requests, False)  # one that does not listen must not stop us
        self._inbox = wire.Inbox(replies, max_chars=_MAX_MESSAGE_CHARS)
        self._poll = select.poll()
        self._poll.register(replies, select.POLLIN | select.POLLHUP)
        self._messages: list[dict[str, Any]] = []
        self._deadline = time.monotonic() + _START_S
        start = {"settings": asdict(settings), "life_fd": life_there, "parent": os.getpid()}
        wire.send(self._requests, start)
        self._expect("ready")

    def picture(self, request: PictureRequest) -> PageImage:
        """Have a page drawn."""
        self.files += 1
        self._deadline = time.monotonic() + self._settings.page_deadline_s
        job = {
            "path": str(request.path.absolute()),
            "sha256": request.sha256,
            "page": request.page,
            "width": request.width,
            "max_pixels": MAX_PIXELS,
            "max_chars": _MAX_CHARS,
        }
        wire.send(self._requests, job)
        drawn = str(self._expect("text")["text"])[:_MAX_CHARS]
        words = found_words(drawn, request.find, _MAX_WORDS)
        self._deadline = time.monotonic() + self._settings.page_deadline_s
        wire.send(self._requests, {"words": [word.runs for word in words]})
        message = self._expect("picture")
        return _picture(message, request.page, words, has_text=bool(drawn.strip()))

    def _expect(self, kind: str) -> dict[str, Any]:
        """Return the next message, which must be of a kind; any other one is why there is none."""
        message = self._next()
        if message["kind"] == "changed":
            raise OtherFileError
        if message["kind"] == "absent":
            raise AbsentPageError(int(message["pages"]))
        if message["kind"] == "end":
            raise UnreadableFileError(FileStatus(message["status"]), str(message["reason"])[:1_000])
        if message["kind"] != kind:
            raise ValueError(message["kind"])
        return message

    def _next(self) -> dict[str, Any]:
        while not self._messages:
            left = self._deadline - time.monotonic()
            if left <= 0 or not self._poll.poll(left * 1_000):
                raise UnreadableFileError(FileStatus.TIMED_OUT, "Drawing it takes too long.")
            self._messages += self._inbox.read()
            if self._inbox.is_closed and not self._messages:
                raise _LostError
        return self._messages.pop(0)


def _end(process: subprocess.Popen[bytes], life: int) -> None:
    """Kill the process by its pid, wait until it is gone, and close the pipes."""
    process.kill()
    process.wait()
    os.close(life)
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        with contextlib.suppress(OSError):
            pipe.close()


def _picture(
    message: dict[str, Any], page: int, words: list[FoundWord], *, has_text: bool
) -> PageImage:
    """Return what a message says, refused where it cannot be a picture of ours."""
    width, height = int(message["width"]), int(message["height"])
    content = base64.b64decode(message["text"], validate=True)
    boxes = message["boxes"]
    if not content.startswith(SIGNATURE) or len(boxes) != len(words):
        raise ValueError("no picture")
    if not (min(width, height) > 0 and width * height <= 2 * MAX_PIXELS):
        raise ValueError("no size")
    highlights = [
        PageHighlight(word.text, tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in found))
        for word, found in zip(words, (some[:_MAX_BOXES] for some in boxes), strict=True)
        if found
    ]
    return PageImage(content, width, height, page, tuple(highlights), has_text)
