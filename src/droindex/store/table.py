"""Sorted tables of keys and values in one file that is never changed: every read of it is checked.

A file is a row of blocks, packed, then a list of them, then a line that says where the list is.
The list has the first key and the checksum of each block, and the line has that of the list: so
whatever is read of a table has been compared with what was written, and nothing else is read.
"""

from __future__ import annotations

import struct
import zlib
from bisect import bisect_right
from typing import IO, TYPE_CHECKING, NamedTuple

from droindex.errors import IndexDamagedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Table", "table_damage", "write_table"]

Item = tuple[bytes, "bytes | None"]  # a key with its value; None takes the key away

_BLOCK_BYTES = 1 << 14  # before packing: less is read in vain, more packs better
_LEVEL = 1  # of packing: levels above take three times as long for a tenth less
_END = struct.Struct("<QIII")  # where the list begins, its size and checksum, and a mark
_MARK = 0x74_61_62_31
_SIZES = struct.Struct("<II")  # of key and value
_GONE = 0xFFFFFFFF  # as the size of a value: the key is taken away
_PLACE = struct.Struct("<QIII")  # where a block begins, its size, its checksum, size of its key
_KEPT = 8  # blocks that stay unpacked


def table_damage(name: str) -> IndexDamagedError:
    """Return the error for a table that is not as it was written."""
    return IndexDamagedError(
        f"The build state {name} is missing or damaged.",
        file=name,
        hint="Go back to a sound generation with: droindex rollback --index DIR",
    )


class _Block(NamedTuple):
    place: int
    size: int
    crc: int


def write_table(file: IO[bytes], items: Iterable[Item]) -> int:
    """Write a table and return how many items it holds.

    Args:
        file: Where to, from its current place.
        items: With rising keys.
    """
    place, count = 0, 0
    listed: list[bytes] = []
    parts: list[bytes] = []
    first, size = b"", 0

    def end_block() -> None:
        nonlocal place, size
        packed = zlib.compress(b"".join(parts), _LEVEL)
        file.write(packed)
        listed.append(_PLACE.pack(place, len(packed), zlib.crc32(packed), len(first)) + first)
        place += len(packed)
        parts.clear()
        size = 0

    for key, value in items:
        if not parts:
            first = key
        content = value or b""
        parts += (
            _SIZES.pack(len(key), _GONE if value is None else len(content)),
            key,
            content,
        )
        size += len(key) + len(content)
        count += 1
        if size >= _BLOCK_BYTES:
            end_block()
    if parts:
        end_block()
    index = zlib.compress(b"".join(listed), _LEVEL)
    file.write(index)
    file.write(_END.pack(place, len(index), zlib.crc32(index), _MARK))
    return count


class Table:
    """A table, open for reading.

    Args:
        file: It, open in binary.
        name: What it is called where it is damaged.

    Raises:
        IndexDamagedError: `index-damaged`, what was read of it is not as it was written. So do all
            methods.
    """

    def __init__(self, file: IO[bytes], name: str = "") -> None:
        self._file = file
        self._name = name
        self.size_bytes = file.seek(0, 2)
        self._first: list[bytes] = []
        self._blocks: list[_Block] = []
        self._kept: dict[int, bytes] = {}
        self._read_list()

    def _read_list(self) -> None:
        if self.size_bytes < _END.size:
            raise table_damage(self._name)
        self._file.seek(self.size_bytes - _END.size)
        place, size, crc, mark = _END.unpack(self._file.read(_END.size))
        if mark != _MARK or place + size + _END.size != self.size_bytes:
            raise table_damage(self._name)
        listed = self._checked(_Block(place, size, crc))
        at = 0
        while at < len(listed):
            place, size, crc, length = _PLACE.unpack_from(listed, at)
            at += _PLACE.size
            self._first.append(listed[at : at + length])
            self._blocks.append(_Block(place, size, crc))
            at += length

    def _checked(self, block: _Block) -> bytes:
        """Return what a block holds."""
        self._file.seek(block.place)
        packed = self._file.read(block.size)
        if len(packed) != block.size or zlib.crc32(packed) != block.crc:
            raise table_damage(self._name)
        try:
            return zlib.decompress(packed)
        except zlib.error as error:
            raise table_damage(self._name) from error

    def get(self, key: bytes) -> tuple[bool, bytes | None]:
        """Return whether the table tells of a key, and its value; None if it is taken away."""
        number = bisect_right(self._first, key) - 1
        if number >= 0:
            for found, value in _items(self._content(number)):
                if found >= key:
                    return (True, value) if found == key else (False, None)
        return False, None

    def scan(self, start: bytes, stop: bytes | None) -> Iterator[Item]:
        """Yield the items from one key to before another, rising; None for all that follow."""
        number = max(bisect_right(self._first, start) - 1, 0)
        while number < len(self._blocks) and (stop is None or self._first[number] < stop):
            for key, value in _items(self._content(number)):
                if stop is not None and key >= stop:
                    return
                if key >= start:
                    yield key, value
            number += 1

    def _content(self, number: int) -> bytes:
        """Return what a block holds; the last few that were asked for are kept."""
        content = self._kept.pop(number, None)
        if content is None:
            content = self._checked(self._blocks[number])
            while len(self._kept) >= _KEPT:
                del self._kept[next(iter(self._kept))]
        self._kept[number] = content
        return content


def _items(content: bytes) -> Iterator[Item]:
    at, end, unpack = 0, len(content), _SIZES.unpack_from
    while at < end:
        key_size, size = unpack(content, at)
        start = at + _SIZES.size
        middle = start + key_size
        at = middle if size == _GONE else middle + size
        yield content[start:middle], None if size == _GONE else content[middle:at]
