"""Bytes of colours -> a PNG file (ISO/IEC 15948), with the standard library alone."""

from __future__ import annotations

import struct
import zlib

__all__ = ["SIGNATURE", "png"]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB = 2  # the kind of picture: red, green and blue for each pixel
_BITS = 8
_LEVEL = 6  # 9 takes three times as long for a hundredth less
_NO_FILTER = b"\0"  # before each row; print on white is not made smaller by any filter


def png(pixels: bytes | bytearray, width: int, height: int) -> bytes:
    r"""Return a picture as the bytes of a PNG file.

    Args:
        pixels: Red, green and blue of each pixel, row by row from the top.
        width: In pixels.
        height: In pixels.

    Example:
        >>> png(b"\xff\xff\xff", 1, 1)[:8] == SIGNATURE
        True
    """
    length = 3 * width
    rows = b"".join(_NO_FILTER + pixels[y * length : (y + 1) * length] for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, _BITS, _RGB, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, _LEVEL)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
