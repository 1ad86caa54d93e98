"""A PDF whose table or page tree is broken, put together anew from the objects that are whole."""

from __future__ import annotations

import re
import zlib
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["rebuild"]

_OBJECT = re.compile(rb"(?<![0-9])([0-9]{1,7})[ \t\r\n]+([0-9]{1,5})[ \t\r\n]+obj\b")
_IS_PAGE = re.compile(rb"/Type[ \t\r\n]*/Page(?![A-Za-z])")
_IS_PAGES = re.compile(rb"/Type[ \t\r\n]*/Pages(?![A-Za-z])")
_IS_OBJECT_STREAM = re.compile(rb"/Type[ \t\r\n]*/ObjStm\b")
_KIDS = re.compile(rb"/Kids[ \t\r\n]*\[([^\]]*)\]")
_REFERENCE = re.compile(rb"([0-9]{1,7})[ \t\r\n]+[0-9]{1,5}[ \t\r\n]+R\b")
_STREAM = re.compile(rb"stream\r?\n")
_FIRST = re.compile(rb"/First[ \t\r\n]+([0-9]{1,9})")
_COUNT = re.compile(rb"/N[ \t\r\n]+([0-9]{1,6})")
_PARENT = re.compile(rb"/Parent[ \t\r\n]+[0-9]+[ \t\r\n]+[0-9]+[ \t\r\n]+R")
_HEAD_BYTES = 4_000  # of an object, enough to tell its type
_MAX_OBJECTS = 500_000
_MAX_PAGES = 20_000
_MAX_UNPACKED = 50_000_000  # bytes of all object streams together


def rebuild(data: bytes) -> tuple[bytes, int] | None:
    """Return a sound file made of the pages that are whole, and how many they are; else None.

    Objects inside compressed object streams are written out; a new page tree and a new table are
    put behind the old bytes. Pages keep the order of the old page tree where that is left, else
    their order in the file. Encrypted files are left alone: without their table they stay locked.

    Args:
        data: The whole broken file.
    """
    if b"/Encrypt" in data:
        return None
    start = max(data.find(b"%PDF-"), 0)
    data = data[start:]
    out = bytearray(data)
    out += b"\nendstream\nendobj\n"  # ends what a cut left open
    places: dict[int, int] = {}
    bodies: dict[int, bytes] = {}
    for number, at, body in _objects(data):
        places[number] = at
        bodies[number] = body
    for number, body in list(_unpacked(data, places, bodies)):
        places[number] = len(out)
        bodies[number] = body
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    pages = _page_order(bodies, places)
    if not pages:
        return None
    _append_tree(out, places, bodies, pages)
    return bytes(out), len(pages)


def _objects(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield number, place and first bytes of the objects that lie open in the file."""
    for match in islice(_OBJECT.finditer(data), _MAX_OBJECTS):
        start = match.end()
        end = data.find(b"endobj", start, start + _HEAD_BYTES)
        body = data[start : end if end >= 0 else start + _HEAD_BYTES]
        if end >= 0 or b"stream" in body:  # what was cut in its own dictionary is lost
            yield int(match[1]), match.start(), body


def _unpacked(
    data: bytes, places: dict[int, int], bodies: dict[int, bytes]
) -> Iterator[tuple[int, bytes]]:
    """Yield number and text of the objects inside object streams."""
    budget = _MAX_UNPACKED
    for number, body in bodies.items():
        stream = _STREAM.search(body)
        first, count = _FIRST.search(body), _COUNT.search(body)
        if not (stream and first and count and _IS_OBJECT_STREAM.search(body)):
            continue
        opening = _STREAM.search(data, places[number])
        if opening is None:
            continue
        try:
            text = zlib.decompressobj().decompress(data[opening.end() :], budget)
        except zlib.error:
            continue
        budget -= len(text)
        yield from _split(text, int(first[1]), int(count[1]))
        if budget <= 0:
            return


def _split(text: bytes, first: int, count: int) -> Iterator[tuple[int, bytes]]:
    try:
        heads = [int(word) for word in text[:first].split()[: 2 * count]]
    except ValueError:
        return
    numbers, starts = heads[::2], heads[1::2]
    for at, (number, start) in enumerate(zip(numbers, starts, strict=False)):
        end = starts[at + 1] if at + 1 < len(starts) else len(text) - first
        body = text[first + start : first + end]
        if body:
            yield number, body


def _page_order(bodies: dict[int, bytes], places: dict[int, int]) -> list[int]:
    pages = {number for number, body in bodies.items() if _IS_PAGE.search(body)}
    ordered: dict[int, None] = {}
    for body in bodies.values():
        kids = _KIDS.search(body) if _IS_PAGES.search(body) else None
        for reference in _REFERENCE.finditer(kids[1]) if kids else ():
            if int(reference[1]) in pages:
                ordered[int(reference[1])] = None
    for number in sorted(pages - set(ordered), key=lambda number: places[number]):
        ordered[number] = None
    return list(ordered)[:_MAX_PAGES]


def _append_tree(
    out: bytearray, places: dict[int, int], bodies: dict[int, bytes], pages: list[int]
) -> None:
    """Write a flat page tree, a table of all objects and a trailer."""
    root = max(places) + 1
    tree = root + 1
    shared = _inherited(bodies)
    for number in pages:
        body = bodies[number]
        if _STREAM.search(body):
            continue
        places[number] = len(out)
        out += b"%d 0 obj\n" % number
        out += _PARENT.sub(b"/Parent %d 0 R" % tree, body) + b"\nendobj\n"
    places[root] = len(out)
    out += b"%d 0 obj\n<</Type/Catalog/Pages %d 0 R>>\nendobj\n" % (root, tree)
    places[tree] = len(out)
    kids = b" ".join(b"%d 0 R" % number for number in pages)
    out += b"%d 0 obj\n<</Type/Pages/Kids[%s]/Count %d%s>>\nendobj\n" % (
        tree,
        kids,
        len(pages),
        shared,
    )
    table = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number in sorted(places):
        out += b"%d 1\n%010d 00000 n \n" % (number, places[number])
    out += b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (tree + 1, root, table)


def _inherited(bodies: dict[int, bytes]) -> bytes:
    """Return what pages may have taken from the old tree: fonts by reference, size of the paper."""
    parts = [b""]
    for pattern in (
        rb"/Resources[ \t\r\n]+[0-9]+[ \t\r\n]+[0-9]+[ \t\r\n]+R",
        rb"/MediaBox[ \t\r\n]*\[[0-9. \t\r\n-]*\]",
    ):
        found = (re.search(pattern, body) for body in bodies.values() if _IS_PAGES.search(body))
        match = next((match for match in found if match), None)
        parts.append(
            match[0] if match else b"/MediaBox[0 0 612 792]" if b"Media" in pattern else b""
        )
    return b"".join(parts)
