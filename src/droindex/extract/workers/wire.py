"""Messages between the parent and a worker: JSON objects, and beside some of them a text.

JSON and not pickle: a worker that a hostile file took over must not be able to run code here. The
text of a page is no part of the JSON, which can so be short: two megabytes of JSON become 60 MB of
objects at the very worst (brackets), and a text of a million characters at most 4 MB. With what is
under way and not yet taken, the parent needs less than 300 MB, whatever a worker sends.
"""

from __future__ import annotations

import json
import os
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MAX_JSON_BYTES", "Inbox", "WireError", "receive", "send"]

MAX_JSON_BYTES = 2_000_000
_LENGTHS = struct.Struct(">II")  # of the JSON, of the text
_BYTES_PER_CHAR = 4
_SPEECH = ("utf-8", "surrogatepass")  # halves of characters come from broken fonts
_READ = 1 << 18  # bytes per read of a pipe


class WireError(Exception):
    """What came through the pipe is no message. It never leaves the package."""


def send(fd: int, message: dict[str, Any], text: str = "") -> None:
    """Write one message to a pipe, and block until it is written.

    Args:
        fd: The writing end of the pipe.
        message: What is said.
        text: What comes as its `text`, if there is any.
    """
    body, after = json.dumps(message, separators=(",", ":")).encode("ascii"), text.encode(*_SPEECH)
    view = memoryview(_LENGTHS.pack(len(body), len(after)) + body + after)
    while view:
        view = view[os.write(fd, view) :]


def receive(fd: int) -> dict[str, Any] | None:
    """Read one message from a pipe, and block until it is there; None at the end of the pipe."""
    head = _exactly(fd, _LENGTHS.size)
    body = head and _exactly(fd, _LENGTHS.unpack(head)[0])
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


def _decode(body: bytes, text: bytes = b"") -> dict[str, Any]:
    try:
        message = json.loads(body)
        spoken = text.decode(*_SPEECH)
    except (ValueError, RecursionError) as error:
        raise WireError("no JSON") from error
    if not isinstance(message, dict):
        raise WireError("no object")
    message["text"] = spoken
    return message


class Inbox:
    """Puts together the messages that come through a pipe in pieces.

    Args:
        fd: The reading end of the pipe.
        max_chars: Longest text that is accepted.
    """

    def __init__(self, fd: int, *, max_chars: int) -> None:
        self._fd = fd
        self._most = (MAX_JSON_BYTES, _BYTES_PER_CHAR * max_chars)
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
        while len(self._buffer) - at >= _LENGTHS.size:
            lengths = _LENGTHS.unpack_from(self._buffer, at)
            if lengths[0] > self._most[0] or lengths[1] > self._most[1]:
                raise WireError("too long")
            start = at + _LENGTHS.size
            middle, end = start + lengths[0], start + sum(lengths)
            if len(self._buffer) < end:
                break
            yield _decode(bytes(self._buffer[start:middle]), bytes(self._buffer[middle:end]))
            at = end
        del self._buffer[:at]
