"""Corpora that are files of records, one JSON object a line: where each record stands."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from droindex.corpus.records.record import MAX_RECORD_BYTES, RecordIdError, read_record, record_id
from droindex.errors import CorpusError, StorageError
from droindex.files.unlinked import open_unlinked
from droindex.problems import Problem, is_record_file, reason, shown
from droindex.settings import BuildSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

__all__ = ["UTF8_MARK", "RecordEntry", "line_digest", "scan_records"]

UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """Where a record stands in its file.

    Attributes:
        doc_id: Its key.
        offset: Where its line begins, in bytes from 0.
        length: Of its line without the line's end, in bytes.
        digest: Of those bytes, 32 hexadecimal digits of their SHA-256.
    """

    doc_id: str
    offset: int
    length: int
    digest: str


def scan_records(
    path: Path,
    *,
    settings: BuildSettings | None = None,
    rank: Callable[[str | None], float] = lambda label: label is not None,
    labels: Collection[str] = (),
    left_out: list[RecordEntry] | None = None,
) -> tuple[list[RecordEntry], list[Problem]]:
    """List the records of a `.jsonl` file; it is read once, line by line.

    Args:
        path: The file, one JSON object a line, in UTF-8.
        settings: The limits; the defaults without.
        rank: How restricted a label is, 0 for none; without it, every label as much as another.
        labels: The labels of the corpus.
        left_out: Takes the records that are left out because another one has their id.

    Returns:
        The records in the order of the file, and the problems: `bad-record`, `bad-doc-id`,
        `duplicate-doc-id` (the least restricted one wins; of equal ones, the first).

    Raises:
        CorpusNotFoundError: There is nothing at that path.
        CorpusError: It is no `.jsonl` file, or not in UTF-8.
        StorageError: It cannot be read.
    """
    if not is_record_file(path):
        raise CorpusError(f"{shown(str(path))} is a folder, not a file of records.")
    scan = _RecordScan(path, settings or BuildSettings(), rank, labels)
    try:
        place = path.resolve()  # the file that is asked for may be a link
        with (
            os.fdopen(open_unlinked(place), "rb") as file,
            os.fdopen(open_unlinked(place), "rb") as again,
        ):
            for number, offset, line in _lines(file, path):
                scan.take(number, offset, line, again)
    except OSError as error:
        raise StorageError(
            f"{shown(str(path))} cannot be read: {reason(error)}.", path=str(path)
        ) from error
    if left_out is not None:
        left_out += scan.left_out
    entries = sorted(scan.entries.values(), key=lambda entry: entry.offset)
    return entries, scan.problems


class _RecordScan:
    """Collects the records of a file, one for each id."""

    def __init__(
        self,
        path: Path,
        settings: BuildSettings,
        rank: Callable[[str | None], float],
        labels: Collection[str],
    ) -> None:
        self._labels = labels
        self.left_out: list[RecordEntry] = []
        self._name = path.name
        self._settings = settings
        self._rank = rank
        self._numbers: dict[str, int] = {}
        self._restrictions: dict[str, float] = {}  # of the ids that stand twice
        self.entries: dict[str, RecordEntry] = {}
        self.problems: list[Problem] = []

    def take(self, number: int, offset: int, line: bytes, again: IO[bytes]) -> None:
        """Take one line; `again` is the file once more, to look back at an earlier line."""
        try:
            doc_id = record_id(line, self._settings.max_doc_id_chars)
        except (ValueError, RecursionError) as error:
            self.problems.append(_bad_record(f"{self._name}:{number}", error))
            return
        entry = _entry(doc_id, offset, line)
        earlier = self.entries.get(doc_id)
        if earlier is None or self._is_preferred(earlier, number, line, again):
            self._numbers[doc_id] = number
            self.entries[doc_id] = entry
        else:
            self.left_out.append(entry)

    def _is_preferred(
        self, earlier: RecordEntry, number: int, line: bytes, again: IO[bytes]
    ) -> bool:
        """Whether a record takes the place of an earlier one with its id; reports the other."""
        doc_id = earlier.doc_id
        if doc_id not in self._restrictions:  # it may be long: it is read once
            again.seek(earlier.offset)
            self._restrictions[doc_id] = self._restriction(again.read(earlier.length))
        own = self._restriction(line)
        is_opener = own < self._restrictions[doc_id]
        taken, left_out, why = self._numbers[doc_id], number, ""
        if is_opener:
            taken, left_out, why = number, taken, ", being the less restricted"
            self._restrictions[doc_id] = own
            self.left_out.append(earlier)
        message = (
            f"{shown(doc_id)} stands in line {taken} too, which counts{why}. Remove one of the two."
        )
        self.problems.append(Problem(f"{self._name}:{left_out}", "duplicate-doc-id", message))
        return is_opener

    def _restriction(self, line: bytes) -> float:
        document, _ = read_record(
            line, file=self._name, settings=self._settings, labels=self._labels
        )
        return self._rank(document.label)


def _entry(doc_id: str, offset: int, line: bytes) -> RecordEntry:
    return RecordEntry(doc_id, offset, len(line), line_digest(line))


def line_digest(line: bytes) -> str:
    """Return what tells whether a record is as it was: 32 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(line).hexdigest()[:32]


def _lines(file: IO[bytes], path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Yield number, offset and bytes of each line that is not blank."""
    offset = number = 0
    while line := file.readline(MAX_RECORD_BYTES):
        number += 1
        start, offset = offset, offset + len(line)
        if number == 1:
            if line.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise CorpusError(
                    f"{shown(str(path))} is not in UTF-8.", hint="Save it as UTF-8 and try again."
                )
            mark = len(UTF8_MARK) if line.startswith(UTF8_MARK) else 0
            start, line = start + mark, line[mark:]
        if len(line) >= MAX_RECORD_BYTES and not line.endswith(b"\n"):
            offset += _skip_line(file)
        line = line.rstrip(b"\r\n")
        if line.strip():
            yield number, start, line


def _skip_line(file: IO[bytes]) -> int:
    """Read to the end of a line and return how many bytes that took."""
    skipped = 0
    while part := file.readline(1 << 20):
        skipped += len(part)
        if part.endswith(b"\n"):
            break
    return skipped


def _bad_record(where: str, error: Exception) -> Problem:
    slug = "bad-doc-id" if isinstance(error, RecordIdError) else "bad-record"
    message = f"The record is left out: {reason(error).rstrip('.')}. Mend the line."
    return Problem(where, slug, message)
