"""Messages between the parent and a worker: JSON objects with their length in front.

JSON and not pickle: a worker that a hostile file took over must not be able to run code here.
"""

from __future__ import annotations

import json
import os
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Inbox", "WireError", "receive", "send"]

_LENGTH = struct.Struct(">I")
_READ = 1 << 18  # bytes per read of a pipe


class WireError(Exception):
    """What came through the pipe is no message. It never leaves the package."""


def send(fd: int, message: dict[str, Any]) -> None:
    """Write one message to a pipe, and block until it is written."""
    body = json.dumps(message, separators=(",", ":")).encode("ascii")
    view = memoryview(_LENGTH.pack(len(body)) + body)
    while view:
        view = view[os.write(fd, view) :]


def receive(fd: int) -> dict[str, Any] | None:
    """Read one message from a pipe, and block until it is there; None at the end of the pipe."""
    head = _exactly(fd, _LENGTH.size)
    body = head and _exactly(fd, _LENGTH.unpack(head)[0])
    return _decode(body) if body else None


def _exactly(fd: int, count: int) -> bytes:
    parts = []
    while count:
        part = os.read(fd, count)
        if not part:
            return b""
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _decode(body: bytes) -> dict[str, Any]:
    try:
        message = json.loads(body)
    except ValueError as error:
        raise WireError("no JSON") from error
    if not isinstance(message, dict):
        raise WireError("no object")
    return message


class Inbox:
    """Puts together the messages that come through a pipe in pieces.

    Args:
        fd: The reading end of the pipe.
        max_bytes: Longest message that is accepted.
    """

    def __init__(self, fd: int, *, max_bytes: int) -> None:
        self._fd = fd
        self._max_bytes = max_bytes
        self._buffer = bytearray()
        self.is_closed = False

    def read(self) -> Iterator[dict[str, Any]]:
        """Read once what is there, and yield the messages that are complete.

        Raises:
            WireError: What came is no message, or too long a one.
        """
        piece = os.read(self._fd, _READ)
        if not piece:
            self.is_closed = True
            return
        self._buffer += piece
        at = 0
        while len(self._buffer) - at >= _LENGTH.size:
            length = _LENGTH.unpack_from(self._buffer, at)[0]
            if length > self._max_bytes:
                raise WireError("too long")
            start, at_end = at + _LENGTH.size, at + _LENGTH.size + length
            if len(self._buffer) < at_end:
                break
            yield _decode(bytes(self._buffer[start:at_end]))
            at = at_end
        del self._buffer[:at]
