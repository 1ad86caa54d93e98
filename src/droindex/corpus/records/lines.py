"""Where the lines of a file of records stand, kept from build to build: only others are read.

The file is cut into chunks of whole lines. A chunk is known again by the digest of its bytes,
also where lines before it have become longer or fewer; of the others, each line is looked at.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, NamedTuple

from droindex.corpus.records.files import UTF8_MARK, RecordEntry, line_digest
from droindex.corpus.records.record import MAX_RECORD_BYTES, record_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["LineChunk", "LineIndex", "LinesChanged", "changed_lines", "index_lines"]

_LINES = 256  # of a chunk: fewer make a larger index, more are looked at for one that changed
_GAP = 1 << 24  # between the places of chunks, for those that come between them
_WIDTH = 16  # figures of a place


class LineChunk(NamedTuple):
    """A run of whole lines.

    Attributes:
        place: What it is kept under; rising with the file.
        size: Its bytes.
        digest: Of these.
        first: The digest of its first record.
        held: How many records it has.
        lines: Its records: id, where it begins in the chunk, length, digest; packed.
    """

    place: str
    size: int
    digest: str
    first: str
    held: int
    lines: str

    @property
    def records(self) -> list[tuple[str, int, int, str]]:
        """Its records."""
        return [(key, start, length, own) for key, start, length, own in json.loads(self.lines)]

    def to_json(self) -> bytes:
        """Return what is kept of it."""
        return json.dumps([*self[1:]]).encode()

    @classmethod
    def from_json(cls, place: str, stored: bytes) -> LineChunk:
        """Return what `to_json` wrote."""
        return cls(place, *json.loads(stored))


@dataclass(slots=True)
class LineIndex:
    """What is to be kept of the lines of a file.

    Attributes:
        is_whole: Whether nothing that was kept before is to stay.
        put: Chunks that are new.
        dropped: Places of those that there are no more.
    """

    is_whole: bool = True
    put: list[LineChunk] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


class LinesChanged(NamedTuple):
    """What is other in a file of records than before.

    Attributes:
        entries: Where the records stand that are new or changed.
        looked_at: Ids of the lines that were looked at, as they were before.
        gone: Those of them that no line has any more.
        kept: What is to be kept.
    """

    entries: list[RecordEntry]
    looked_at: set[str]
    gone: set[str]
    kept: LineIndex


def index_lines(file: IO[bytes], entries: Sequence[RecordEntry]) -> LineIndex:
    """Return what is to be kept of a file of which all records are known.

    Args:
        file: The file, which holds no line without a record but blank ones.
        entries: Its records, as they stand in it.
    """
    index = LineIndex()
    for number in range(0, len(entries), _LINES):
        own = entries[number : number + _LINES]
        start = own[0].offset if number else 0
        following = number + _LINES
        file.seek(start)
        content = file.read(entries[following].offset - start if following < len(entries) else -1)
        place = f"{(number // _LINES + 1) * _GAP:0{_WIDTH}d}"
        index.put.append(_chunk(place, content, start, own))
    return index


def _chunk(place: str, content: bytes, start: int, entries: Sequence[RecordEntry]) -> LineChunk:
    lines = [[item.doc_id, item.offset - start, item.length, item.digest] for item in entries]
    packed = json.dumps(lines, ensure_ascii=False, separators=(",", ":"))
    return LineChunk(place, len(content), _digest(content), entries[0].digest, len(entries), packed)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def changed_lines(
    file: IO[bytes], chunks: Iterable[LineChunk], max_id_chars: int
) -> LinesChanged | None:
    """Return what is other in a file than when its chunks were kept.

    Args:
        file: The file.
        chunks: All that was kept of it.
        max_id_chars: How long an id may be.

    Returns:
        None where the whole file has to be looked at: a line holds no record, or an id twice.
    """
    file.seek(0)
    if file.read(len(UTF8_MARK)).startswith((UTF8_MARK, b"\xff\xfe", b"\xfe\xff")):
        return None
    try:
        return _Comparison(file, [*chunks], max_id_chars).run()
    except (ValueError, RecursionError):
        return None


class _Line(NamedTuple):
    offset: int
    content: bytes
    digest: str


class _Comparison:
    """Compares a file with the chunks that were kept of it; ValueError where that is no use."""

    def __init__(self, file: IO[bytes], chunks: list[LineChunk], max_id_chars: int) -> None:
        self._file = file
        self._chunks = chunks
        self._max_id_chars = max_id_chars
        self._by_first = {chunk.first: number for number, chunk in enumerate(chunks)}
        self._new: list[tuple[int, int, int, list[_Line]]] = []  # begin, end, chunk before, lines
        self._dropped: list[LineChunk] = []

    def run(self) -> LinesChanged:
        """Return what is other."""
        at, number = 0, 0
        while True:
            while number < len(self._chunks) and self._stands_at(self._chunks[number], at):
                at += self._chunks[number].size
                number += 1
            begin, lines, found = at, list[_Line](), len(self._chunks)
            self._file.seek(at)
            for line in self._lines(at):
                later = self._by_first.get(line.digest, -1)
                is_known = later > number or (later == number and line.offset > begin)
                if is_known and self._stands_at(self._chunks[later], line.offset):
                    at, found = line.offset, later
                    break
                lines.append(line)
            else:
                at = self._file.seek(0, 2)
            self._dropped += self._chunks[number:found]
            if at > begin:
                self._new.append((begin, at, number - 1, lines))
            number = found
            if number == len(self._chunks):
                return self._finished()

    def _stands_at(self, chunk: LineChunk, at: int) -> bool:
        """Whether a chunk stands at an offset, with all of its last line."""
        self._file.seek(at)
        content = self._file.read(chunk.size)
        if len(content) != chunk.size or _digest(content) != chunk.digest:
            return False
        return content.endswith(b"\n") or not self._file.read(1)

    def _lines(self, at: int) -> Iterator[_Line]:
        """Yield the lines from an offset on that are not blank."""
        while True:
            self._file.seek(at)
            raw = self._file.readline(MAX_RECORD_BYTES)
            if not raw:
                return
            if len(raw) >= MAX_RECORD_BYTES:
                raise ValueError
            content = raw.rstrip(b"\r\n")
            if content.strip():
                yield _Line(at, content, line_digest(content))
            at += len(raw)

    def _finished(self) -> LinesChanged:
        before = {item[0]: item[-1] for chunk in self._dropped for item in chunk.records}
        by_digest = {digest: doc_id for doc_id, digest in before.items()}
        index = LineIndex(is_whole=False, dropped=[chunk.place for chunk in self._dropped])
        seen: dict[str, RecordEntry] = {}
        for begin, end, number, lines in self._new:
            entries = []
            for line in lines:
                doc_id = by_digest.get(line.digest) or record_id(line.content, self._max_id_chars)
                entry = RecordEntry(doc_id, line.offset, len(line.content), line.digest)
                if doc_id in seen:
                    raise ValueError
                seen[doc_id] = entry
                entries.append(entry)
            index.put += self._chunks_of(begin, end, number, entries)
        changed = [entry for entry in seen.values() if before.get(entry.doc_id) != entry.digest]
        return LinesChanged(changed, {*before}, before.keys() - seen.keys(), index)

    def _chunks_of(
        self, begin: int, end: int, number: int, entries: Sequence[RecordEntry]
    ) -> Iterator[LineChunk]:
        """Yield the chunks of a stretch of the file that stands behind a chunk of before."""
        if not entries:  # blank lines go with nothing: each build looks at them
            raise ValueError
        low = int(self._chunks[number].place) if number >= 0 else 0
        following = self._kept_after(number)
        count = -(-len(entries) // _LINES)
        high = int(following.place) if following else low + (count + 1) * _GAP
        step = (high - low) // (count + 1)
        if not step:
            raise ValueError
        for part in range(count):
            own = entries[part * _LINES : (part + 1) * _LINES]
            start = own[0].offset if part else begin
            stop = entries[(part + 1) * _LINES].offset if part + 1 < count else end
            self._file.seek(start)
            content = self._file.read(stop - start)
            yield _chunk(f"{low + (part + 1) * step:0{_WIDTH}d}", content, start, own)

    def _kept_after(self, number: int) -> LineChunk | None:
        dropped = {chunk.place for chunk in self._dropped}
        return next(
            (item for item in self._chunks[number + 1 :] if item.place not in dropped), None
        )
