"""Short digests of what a document says, by which old generations are compared with today.

A signature has one digest for each page, one for the whole body, and those of up to 64 sentences.
The sentences are taken from the body as one text, and chosen by what they say alone: so two
bodies that share most of their text share sentences here, however they are cut into pages.
"""

from __future__ import annotations

import hashlib
import heapq
import re
import zlib
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from droindex.pages import Page

__all__ = ["MIN_BYTES", "digest_of", "digests_in", "signature_of"]

MIN_BYTES = 24  # of letters and digits, about five words: less says nothing of its own
_DIGEST_BYTES = 6  # among a million sentences two agree by chance once in 500 libraries
_SENTENCES = 64  # 400 bytes a document; part of the format, like the digests
_LONG_BYTES = 200  # a run without an end of a sentence: tables, bad scans

_ENDS = b".;:!?"
_DROPPED = bytes(
    code for code in range(128) if not chr(code).isalnum() and chr(code) not in _ENDS.decode()
)
_TABLE = bytes.maketrans(_ENDS, b"." * len(_ENDS))
# Every so often a window of a long run, at places that follow from its letters alone.
_WINDOWS = re.compile(rb"(?s)(?=([dmp3\x81\x93\xa4\xb5].{31}))")


def signature_of(pages: Iterable[Page]) -> bytes:
    """Return the digests of a body, one after the other; empty if it has no text.

    Args:
        pages: Its pages, in the form that is indexed.
    """
    texts = [_bare(page.text) for page in pages]
    body = b"".join(texts)
    wholes = {whole for text in texts if len(whole := _letters(text)) >= MIN_BYTES}
    if whole := _letters(body):  # that a whole body is the same says enough, however short it is
        wholes.add(whole)
    sentences = {piece for piece in _pieces(body) if len(piece) >= MIN_BYTES}
    if len(sentences) > _SENTENCES:
        lowest = heapq.nsmallest(_SENTENCES, ((zlib.crc32(piece), piece) for piece in sentences))
        sentences = {piece for _, piece in lowest}
    wholes |= sentences
    return b"".join(sorted(map(_digest, wholes)))


def digest_of(text: str) -> frozenset[bytes]:
    """Return the digest of a title or summary in a set; none if it says too little."""
    whole = _letters(_bare(text))
    return frozenset((_digest(whole),)) if len(whole) >= MIN_BYTES else frozenset()


def digests_in(signature: bytes) -> set[bytes]:
    """Return the digests that `signature_of` put together."""
    places = range(0, len(signature), _DIGEST_BYTES)
    return {signature[place : place + _DIGEST_BYTES] for place in places}


def _bare(text: str) -> bytes:
    """Return letters and digits, case-folded, and a full stop for each end of a sentence."""
    return text.casefold().encode("utf-8", "replace").translate(_TABLE, _DROPPED)


def _letters(bare: bytes) -> bytes:
    return bare.replace(b".", b"")


def _pieces(body: bytes) -> Iterable[bytes]:
    sentences = body.split(b".")
    windows = [_WINDOWS.findall(piece) for piece in sentences if len(piece) > _LONG_BYTES]
    return chain(sentences, *windows)


def _digest(piece: bytes) -> bytes:
    return hashlib.blake2b(piece, digest_size=_DIGEST_BYTES).digest()
