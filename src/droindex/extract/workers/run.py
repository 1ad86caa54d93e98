"""The way in: files -> readings, from the cache or from limited worker processes."""

from __future__ import annotations

import contextlib
import logging
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from droindex.errors import DroindexError, LimitError, MissingExtraError, SettingsError
from droindex.extract.cache import ExtractionCache, limits_fingerprint
from droindex.extract.codec import facts_from_dict, facts_to_dict, page_from_dict, page_to_dict
from droindex.extract.pdf.ocr import ocr_fingerprint, require_ocr, with_ocr_settled
from droindex.extract.private_copy import Copy, digest
from droindex.extract.protocol import FAULT, Extraction, FileFacts, UnreadableFileError
from droindex.extract.registry import Registry
from droindex.extract.workers.attempt import read_file
from droindex.extract.workers.job import Job, Reading
from droindex.extract.workers.pool import Pool
from droindex.model import FileStatus
from droindex.pages import Page
from droindex.settings import BACKENDS, default_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from droindex.extract.protocol import Extractor
    from droindex.settings import ExtractSettings

__all__ = ["ExtractRequest", "Extracted", "extract_files"]

_log = logging.getLogger("droindex")

_AHEAD = 256  # files that may be under way beyond the one the caller waits for
_MAX_WORKERS = 512


@dataclass(frozen=True, slots=True)
class ExtractRequest:
    """A file that is to be read.

    Attributes:
        key: The caller's name for it; it comes back unchanged.
        path: Where it lies, without links: one in it is refused.
        name: Its suffix says what reads it; None for that of `path`.
    """

    key: str
    path: Path
    name: Path | None = None


@dataclass(frozen=True, slots=True)
class Extracted:
    """A file that was read, or could not be.

    Attributes:
        request: What was asked for.
        extraction: The reading, with its status.
        sha256: Digest of exactly the bytes that were read, in hexadecimal; None where the file
            could not be read to its end.
        size_bytes: How many bytes these were; 0 where that is not known.
        from_cache: Whether the reading was kept from before.
    """

    request: ExtractRequest
    extraction: Extraction
    sha256: str | None
    size_bytes: int
    from_cache: bool


def extract_files(
    requests: Iterable[ExtractRequest],
    *,
    settings: ExtractSettings,
    cache: ExtractionCache | None = None,
    workers: int | None = None,
    on_page: Callable[[int], None] | None = None,
) -> Iterator[Extracted]:
    """Read files, and yield the readings in the order of the requests.

    Nothing that is wrong with a file raises: it becomes a status with a reason. Workers start
    with the first file that the cache does not hold, and end with the iterator, also when that
    is closed or dropped early. Up to 256 files are under way ahead of the one that is yielded;
    past some 40 MB of readings that nobody has taken, no further file is begun.

    Args:
        requests: The files; they are taken from the iterable a little ahead, in the caller's
            thread.
        settings: Backend, OCR (None: where it is installed) and limits.
        cache: Readings from before; None to read all files anew and keep nothing.
        workers: Worker processes, 1 to 512; None for one per core; 0 to read in this process,
            without limits on memory and deadlines for what is not Python: for trusted files.
        on_page: Called in the caller's thread with the number of pages that were read since the
            last call, while the next reading is waited for, for progress. What it raises ends
            the iteration.

    Raises:
        LimitError: `workers` is out of range.
        SettingsError: The backend is unknown, or an installed extractor cannot be loaded.
        MissingExtraError: The backend, OCR or its data is asked for and not installed.
        StorageError: Worker processes cannot be started (raised while iterating).
    """
    count = default_workers() if workers is None else workers
    if not 0 <= count <= _MAX_WORKERS:
        raise LimitError(f"workers is {count}; it must be 0 to {_MAX_WORKERS}.")
    _require(settings)
    settings = with_ocr_settled(settings)
    run = _Run(settings, cache, count, on_page)
    return run.results(requests)


def _require(settings: ExtractSettings) -> None:
    from importlib.util import find_spec  # noqa: PLC0415 - needed once per call

    if settings.backend not in BACKENDS:
        raise SettingsError(
            f"The backend {settings.backend!r} is unknown.",
            hint=f"Use one of {', '.join(BACKENDS)}.",
        )
    if settings.backend == "pdfium" and not find_spec("pypdfium2"):
        raise MissingExtraError("The backend pdfium is not installed.", extra="fast")
    if settings.ocr:
        require_ocr(settings)


@dataclass(slots=True)
class _Slot:
    """A file under way: its key in the cache, or the job that reads it, or a reading at once."""

    request: ExtractRequest
    extractor: str = ""
    sha256: str | None = None
    size_bytes: int = 0
    key: str | None = None
    job: Job | None = None
    refusal: UnreadableFileError | None = None


@contextlib.contextmanager
def _ending(slot: _Slot) -> Iterator[None]:
    """A context in which whatever fails ends this file; only what concerns all files leaves it."""
    try:
        yield
    except UnreadableFileError as error:
        slot.refusal = error
    except DroindexError:
        raise
    except Exception:  # noqa: BLE001 - one file must not end the others
        _log.exception("droindex failed while it had %s.", slot.request.path)
        slot.refusal = UnreadableFileError(FileStatus.CRASHED, FAULT)


class _Run:
    """One call of `extract_files`."""

    def __init__(
        self,
        settings: ExtractSettings,
        cache: ExtractionCache | None,
        workers: int,
        on_page: Callable[[int], None] | None,
    ) -> None:
        self._settings = settings
        self._cache = cache
        self._workers = workers
        self._on_page = on_page
        self._registry = Registry()
        self._limits = limits_fingerprint(settings) if cache is not None else ""
        self._image_folder = cache.image_folder if cache is not None and settings.ocr else None
        self._here: dict[str, Extractor] = {}  # the extractors for files read in this process
        self._pool: Pool | None = None

    def results(self, requests: Iterable[ExtractRequest]) -> Iterator[Extracted]:
        under_way: deque[_Slot] = deque()
        todo = iter(requests)
        ahead = _AHEAD if self._workers else 1
        try:
            while True:
                while len(under_way) < ahead and (request := next(todo, None)) is not None:
                    slot = _Slot(request)
                    with _ending(slot):
                        self._begin(slot)
                    under_way.append(slot)
                if not under_way:
                    return
                yield self._result(under_way.popleft())
        finally:
            if self._pool is not None:
                self._pool.close()

    def _begin(self, slot: _Slot) -> None:
        """Look a file up in the cache, and queue it for the workers where it is not there."""
        path = slot.request.path
        name = self._registry.name_for(slot.request.name or path)
        if name is None:
            reason = f"No extractor reads files that end in {path.suffix!r}."
            raise UnreadableFileError(FileStatus.DAMAGED, reason)
        slot.extractor = name
        if self._cache is not None:
            max_bytes = self._settings.max_bytes
            slot.sha256, slot.size_bytes = digest(path, max_bytes=max_bytes)
            key = self._key(slot.sha256, name)
            if self._cache.holds(key):
                slot.key = key
                return
        self._submit(slot)

    def _submit(self, slot: _Slot) -> None:
        """Make a job of a file, and queue it for the workers where there are any."""
        slot.job = Job(slot.request.path, slot.extractor, self._settings)
        if not self._workers:
            return
        if self._pool is None:
            self._pool = Pool(self._settings, self._workers, self._image_folder, self._on_page)
        self._pool.submit(slot.job)

    def _result(self, slot: _Slot) -> Extracted:
        found: Extracted | None = None
        with _ending(slot):
            found = self._from_cache(slot)
        if found is None and slot.refusal is None:
            reading = self._reading(slot)
            with _ending(slot):
                found = self._kept(slot, reading)
        if slot.refusal is not None:
            extraction = Extraction(slot.refusal.status, slot.refusal.reason)
            return Extracted(slot.request, extraction, slot.sha256, slot.size_bytes, False)
        assert found is not None
        return found

    def _from_cache(self, slot: _Slot) -> Extracted | None:
        """Return what the cache holds of a file; None where the file is to be read."""
        if slot.key is None or self._cache is None:
            return None
        kept = self._cache.get(slot.key, self._limits)
        if kept is not None:
            return Extracted(slot.request, kept, slot.sha256, slot.size_bytes, True)
        self._submit(slot)  # damaged, or pruned a moment ago
        return None

    def _reading(self, slot: _Slot) -> Reading:
        assert slot.job is not None
        if self._pool is None:
            return self._read_here(slot.job)
        reading = self._pool.result(slot.job)
        self._pool.release(reading.weight)
        return reading

    def _kept(self, slot: _Slot, reading: Reading) -> Extracted:
        """Put a reading into the cache, under the digest of the bytes that were read."""
        extraction = reading.extraction
        if self._cache is not None and reading.sha256 is not None:
            key = self._key(reading.sha256, slot.extractor)
            self._cache.put(key, extraction, self._limits)
            if self._cache.fault is not None:
                note = f"The reading could not be kept in the cache: {self._cache.fault.strerror}."
                facts = replace(extraction.facts, notes=(*extraction.facts.notes, note))
                extraction = replace(extraction, facts=facts)
        return Extracted(slot.request, extraction, reading.sha256, reading.size_bytes, False)

    def _key(self, sha256: str, extractor: str) -> str:
        assert self._cache is not None
        fingerprint = self._registry.fingerprint(extractor)
        if self._settings.ocr:
            fingerprint += f", {ocr_fingerprint()}"
        return self._cache.key(sha256, fingerprint, self._settings)

    def _read_here(self, job: Job) -> Reading:
        """Read a file in this process."""
        if not self._here:
            self._here = self._registry.with_image_cache(self._image_folder)
        for _ in _pages_read(job, self._here[job.extractor]):
            if self._on_page is not None:
                self._on_page(1)
        return job.future.result()


def _pages_read(job: Job, extractor: Extractor) -> Iterator[Page]:
    """Read a file in this process; yield its pages as they come, and give its job a reading."""
    end, is_given_up = None, False
    try:
        for item in read_file(job.path, extractor, job.settings):
            if not job.take_item(_checked(item)):
                break
            if isinstance(item, Page):
                is_given_up = True  # unless the next one is asked for
                yield item
                is_given_up = False
    except UnreadableFileError as error:
        end = error
    except (KeyboardInterrupt, SystemExit):  # not of the file: of this process
        raise
    except BaseException:  # one file must not end the others
        if is_given_up:
            raise
        _fail(job)
    try:
        if not job.future.done():
            job.finish(end and UnreadableFileError(FileStatus(end.status), end.reason))
    except Exception:  # noqa: BLE001 - one file must not end the others
        _fail(job)


def _checked(item: Copy | FileFacts | Page) -> Copy | FileFacts | Page:
    """Return what an extractor gave, refused where a message of a worker with it would be."""
    if isinstance(item, Copy):
        return item
    if isinstance(item, FileFacts):
        return facts_from_dict(facts_to_dict(item))
    return page_from_dict(page_to_dict(item))


def _fail(job: Job) -> None:
    _log.exception("Could not have %s read.", job.path)
    job.fail(FAULT)
