"""One file on its way through the workers: what came of it, what to try next, how it ended."""

from __future__ import annotations

import contextlib
import re
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from droindex.extract.codec import facts_from_dict, page_from_dict
from droindex.extract.private_copy import Copy
from droindex.extract.protocol import Extraction, UnreadableFileError
from droindex.extract.workers.collector import Collector
from droindex.model import FileStatus
from droindex.pages import Page, PageStatus

if TYPE_CHECKING:
    from pathlib import Path

    from droindex.extract.protocol import FileFacts
    from droindex.settings import ExtractSettings

__all__ = ["Job", "Reading"]

_MAX_ATTEMPTS = 2
_DIGEST = re.compile("[0-9a-f]{64}")
_MAX_SIZE = 1 << 63  # bytes; no file system has a longer file


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a file: the reading, digest and number of bytes, the memory that it takes."""

    extraction: Extraction
    sha256: str | None
    size_bytes: int
    weight: int = 0


@dataclass(slots=True, eq=False)
class Job:
    """A file that is to be read.

    Attributes:
        path: The file.
        extractor: The name of its extractor.
        settings: Limits.
        future: Gets the reading.
    """

    path: Path
    extractor: str
    settings: ExtractSettings
    future: Future[Reading] = field(default_factory=Future)
    backend: str = ""
    attempts: int = 0
    sha256: str | None = None
    size_bytes: int = 0
    _collector: Collector = field(init=False)
    _stop: UnreadableFileError | None = None

    def __post_init__(self) -> None:
        self._collector = Collector(self.settings)
        self.backend = self.settings.backend

    @property
    def first_page(self) -> int:
        """Where the next attempt starts, from 1."""
        return self._collector.next_page

    @property
    def weight(self) -> int:
        """Bytes of memory that hold what came, about."""
        return self._collector.weight

    def take(self, message: dict[str, Any]) -> bool:
        """Take a message of the worker; return whether the worker should go on with the file.

        Raises:
            LookupError, TypeError, ValueError: The message has not the right shape.
        """
        kind = message["kind"]
        if kind == "copy":
            return self.take_item(_copy_of(message["sha256"], message["size"]))
        if kind == "facts":
            return self.take_item(facts_from_dict(message["facts"]))
        if kind == "page":
            return self.take_item(page_from_dict({**message["page"], "text": message["text"]}))
        raise ValueError(kind)

    def take_item(self, item: Copy | FileFacts | Page) -> bool:
        """Take what `read_file` yields; return whether to go on with the file."""
        try:
            if isinstance(item, Copy):
                self._take_copy(item)
            else:
                self._collector.add(item)
        except UnreadableFileError as stop:
            self._stop = stop
            return False
        return True

    def _take_copy(self, copy: Copy) -> None:
        if self.sha256 not in (None, copy.sha256):
            reason = "It was changed while it was read."
            raise UnreadableFileError(FileStatus.DAMAGED, reason)
        self.sha256, self.size_bytes = copy.sha256, copy.size

    def finish(self, end: UnreadableFileError | None = None) -> None:
        """Give the future its reading; `end` is what ended it, None where all pages came."""
        extraction = self._collector.result(self._stop or end)
        self.future.set_result(Reading(extraction, self.sha256, self.size_bytes, self.weight))

    def fail(self, reason: str) -> None:
        """End the file without asking what came of it: the way out when all else failed."""
        with contextlib.suppress(InvalidStateError):  # it has ended in the meantime
            self.future.set_result(
                Reading(Extraction(FileStatus.CRASHED, reason), None, self.size_bytes, self.weight)
            )

    def lost(self, status: FileStatus, reason: str, *, may_retry: bool) -> bool:
        """Note that the worker died or was killed; return whether to try again.

        Args:
            status: What to call it if it is the end.
            reason: Why, in one sentence.
            may_retry: Whether another attempt is allowed at all.
        """
        if self._stop is not None:
            self.finish()
            return False
        self.attempts += 1
        if may_retry and self.attempts < _MAX_ATTEMPTS:
            self.backend = _other_backend(self.backend)
            return True
        number, count = self._collector.next_page, self._collector.page_count
        if count is not None and number <= count:
            page_status = PageStatus(status.value)
            self._collector.add(Page(number, "", status=page_status))
        self.finish(UnreadableFileError(status, reason))
        return False


def _copy_of(sha256: object, size: object) -> Copy:
    if not (isinstance(sha256, str) and _DIGEST.fullmatch(sha256)):
        raise ValueError("no digest")
    if not (isinstance(size, int) and 0 <= size < _MAX_SIZE):
        raise ValueError("no size")
    return Copy.of(sha256, size)


def _other_backend(backend: str) -> str:
    """Return the backend that had no hand in the first attempt, where there is one."""
    has_pdfium = find_spec("pypdfium2") is not None
    if backend == "auto":
        return "pypdf"
    return "pdfium" if backend == "pypdf" and has_pdfium else backend
