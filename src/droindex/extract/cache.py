"""Readings kept by the content of the file, so that no file is ever read twice."""

from __future__ import annotations

import contextlib
import hmac
import json
import time
import zlib
from dataclasses import asdict
from hashlib import sha256
from typing import TYPE_CHECKING

from droindex.extract.codec import extraction_from_dict, extraction_to_dict
from droindex.extract.signing import is_own, load_key
from droindex.files.disk import TEMPORARY_PREFIX
from droindex.files.private import make_private_folder, write_private
from droindex.lazy import cached_property
from droindex.model import FileStatus
from droindex.pages import PageStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from droindex.extract.protocol import Extraction
    from droindex.settings import ExtractSettings

__all__ = ["ExtractionCache", "limits_fingerprint", "settings_fingerprint"]

_FORMAT = 2  # of an entry; another one is a miss
_SUFFIX = ".json.z"
_MAX_ENTRY_BYTES = 200_000_000  # unpacked; the largest reading has 20 million characters
_SIGNATURE_BYTES = 32
_ABANDONED_S = 3600.0  # age in seconds past which a temporary file belongs to a writer that died
# what another machine, or another hour, may read well
_PASSING = frozenset({FileStatus.TIMED_OUT, FileStatus.CRASHED})
# what a limit may have cut short: another limit may let more through
_CUT_SHORT = _PASSING | {FileStatus.PARTIAL, FileStatus.TOO_BIG}
_PASSING_PAGES = frozenset({PageStatus.TIMED_OUT, PageStatus.CRASHED})
# settings that change how long a reading takes, but not what comes out of one that came to its end
_NO_TOUCH = frozenset(
    {
        "page_deadline_s",
        "ocr_page_deadline_s",
        "document_deadline_s",
        "wasted_s",
        "memory_bytes",
        "cpu_s",
        "files_per_worker",
    }
)
# fixed numbers that were settings once: what was read then is named with them, and still found
_FIXED = {"min_page_chars": 50, "min_image_cover": 0.5}
_FIXED_LIMITS = {"max_open_files": 256, "worker_rss_bytes": 400_000_000}
_OCR_ONLY = frozenset({"ocr_dpi", "ocr_language"})
# settings that had another name once: what was read then is named with it, and still found
_OLD_NAMES = {"backend": "engine"}


def settings_fingerprint(settings: ExtractSettings) -> str:
    """Return a digest of the settings that touch the output of a reading."""
    left_out = _NO_TOUCH if settings.ocr else _NO_TOUCH | _OCR_ONLY
    values = {_OLD_NAMES.get(k, k): v for k, v in asdict(settings).items() if k not in left_out}
    return _fingerprint({**values, **_FIXED})


def limits_fingerprint(settings: ExtractSettings) -> str:
    """Return a digest of the settings that may cut a reading short, and touch no whole one."""
    values = {k: v for k, v in asdict(settings).items() if k in _NO_TOUCH}
    return _fingerprint({**values, **_FIXED_LIMITS})


def _fingerprint(values: Mapping[str, object]) -> str:
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


class ExtractionCache:
    """A folder of readings. Several processes and machines may share it.

    It can be moved, pruned or deleted at any time: an entry that is missing or damaged is read
    anew. Entries are written whole or not at all, and only their owner can read them. They are
    signed: whoever can write to the folder but cannot read the key cannot change a reading.

    Args:
        folder: Where the entries lie; made when the first one is written.
        library: The library whose own cache it is: it has the key that signs them. Without, the
            key lies in the folder, which must be the caller's alone.

    Attributes:
        fault: Why the cache is not used, or why the last entry could not be written.
    """

    def __init__(self, folder: Path, library: Path | None = None) -> None:
        self.folder = folder
        self.fault: OSError | None = None
        self._library = library

    @cached_property
    def _signing_key(self) -> bytes | None:
        try:
            return load_key(self._library or self.folder, is_library=self._library is not None)
        except OSError as error:
            self.fault = error
            return None

    @property
    def image_folder(self) -> Path | None:
        """Where the texts lie that OCR found, by picture; None where others might put some."""
        if self._signing_key is None:
            return None
        folder = self.folder / "images"
        try:
            make_private_folder(folder)
            is_private = is_own(self.folder.stat()) and is_own(folder.lstat())
        except OSError:
            return None
        return folder if is_private else None

    def key(self, digest: str, extractor: str, settings: ExtractSettings) -> str:
        """Return the name of an entry.

        Args:
            digest: sha256 of the content, in hexadecimal.
            extractor: The extractor's fingerprint: its version and those of its libraries.
            settings: Only those that touch the output count.
        """
        parts = (str(_FORMAT), digest, extractor, settings_fingerprint(settings))
        return sha256("\n".join(parts).encode()).hexdigest()

    def holds(self, key: str) -> bool:
        """Whether there is an entry; it may still turn out damaged."""
        return self._place(key).is_file()

    def get(self, key: str, limits: str = "") -> Extraction | None:
        """Return the reading; None where there is none, or where it is damaged or not ours.

        Args:
            key: Its name.
            limits: `limits_fingerprint` of the settings: a reading that was cut short under other
                limits is none.
        """
        try:
            with self._place(key).open("rb") as file:
                signature, packed = file.read(_SIGNATURE_BYTES), file.read()
            if not hmac.compare_digest(signature, self._signature(packed)):
                return None
            unpacker = zlib.decompressobj()
            text = unpacker.decompress(packed, _MAX_ENTRY_BYTES)
            if not unpacker.eof:  # the checksum stands at the very end
                return None
            shape = json.loads(text)
            if shape["key"] != key:
                return None
            extraction = extraction_from_dict(shape["extraction"])
            is_whole = extraction.status not in _CUT_SHORT
            return extraction if is_whole or shape["limits"] == limits else None
        except (OSError, zlib.error, ValueError, LookupError, TypeError, AttributeError):
            return None

    def put(self, key: str, extraction: Extraction, limits: str = "") -> bool:
        """Keep a reading, unless it depends on the hour: deadlines passed, workers that died.

        Args:
            key: Its name.
            extraction: The reading.
            limits: `limits_fingerprint` of the settings that it was read with.

        Returns:
            Whether it was kept. Where the disk is full or the folder may not be written, `fault`
            says so, and the caller goes on without.
        """
        if self._signing_key is None:
            return False
        if extraction.status in _PASSING or any(
            page.status in _PASSING_PAGES for page in extraction.pages
        ):
            return False
        shape = {"key": key, "limits": limits, "extraction": extraction_to_dict(extraction)}
        packed = zlib.compress(json.dumps(shape, separators=(",", ":")).encode("ascii"), 6)
        self.fault = write_private(self._place(key), self._signature(packed) + packed)
        return self.fault is None

    def _signature(self, packed: bytes) -> bytes:
        if self._signing_key is None:
            raise ValueError("there is no key")
        return hmac.digest(self._signing_key, packed, "sha256")

    def size(self) -> tuple[int, int]:
        """Return how many entries there are, and their bytes together."""
        sizes = [size for _, size, _ in self._files()]
        return len(sizes), sum(sizes)

    def prune(self, *, max_age_s: float | None = None, max_bytes: int | None = None) -> int:
        """Remove entries, the oldest first; return how many went.

        Args:
            max_age_s: Entries written longer ago than this many seconds go.
            max_bytes: Then entries go until those left have this many bytes at most.
        """
        now, gone = time.time(), 0
        files = sorted(self._files(), key=lambda item: item[2])
        total = sum(size for _, size, _ in files)
        for path, size, written in files:
            too_old = max_age_s is not None and now - written > max_age_s
            too_much = max_bytes is not None and total > max_bytes
            if too_old or too_much:
                with contextlib.suppress(OSError):
                    path.unlink()
                    gone += 1
                total -= size
        self._sweep(now)
        return gone

    def _place(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}{_SUFFIX}"

    def _files(self) -> Iterator[tuple[Path, int, float]]:
        """Yield path, bytes and time of writing of the entries, with those of pictures."""
        for pattern in (f"??/*{_SUFFIX}", "images/??/*.txt"):
            for path in self.folder.glob(pattern):
                with contextlib.suppress(OSError):  # another process may prune, too
                    found = path.stat()
                    yield path, found.st_size, found.st_mtime

    def _sweep(self, now: float) -> None:
        """Remove what writers left behind that were killed."""
        for pattern in (f"??/{TEMPORARY_PREFIX}*", f"images/??/{TEMPORARY_PREFIX}*"):
            for path in self.folder.glob(pattern):
                with contextlib.suppress(OSError):
                    if now - path.stat().st_mtime > _ABANDONED_S:
                        path.unlink()
