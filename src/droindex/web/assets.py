"""The static files of the package, held in memory: each under its name, and under its content."""

from __future__ import annotations

import gzip
import hashlib
from importlib.resources import files
from typing import NamedTuple

__all__ = ["Asset", "Assets"]

_MEDIA_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_SHA_CHARS = 8


class Asset(NamedTuple):
    """A static file.

    Attributes:
        content: Its bytes.
        packed: The same, compressed for transfer.
        media_type: What it is.
        sha: The beginning of its SHA-256.
        is_fingerprinted: Whether the name it was asked by changes with its content.
    """

    content: bytes
    packed: bytes
    media_type: str
    sha: str
    is_fingerprinted: bool


class Assets:
    """All static files of the package."""

    def __init__(self) -> None:
        self._assets: dict[str, Asset] = {}
        self._names: dict[str, str] = {}
        for item in sorted(files("droindex.web").joinpath("static").iterdir(), key=str):
            stem, _, kind = item.name.rpartition(".")
            if kind not in _MEDIA_TYPES:
                continue
            content = item.read_bytes()
            sha = hashlib.sha256(content).hexdigest()[:_SHA_CHARS]
            packed = gzip.compress(content, mtime=0)
            asset = Asset(content, packed, _MEDIA_TYPES[kind], sha, is_fingerprinted=False)
            fingerprinted = f"{stem}.{sha}.{kind}"
            self._assets[item.name] = asset
            self._assets[fingerprinted] = asset._replace(is_fingerprinted=True)
            self._names[item.name] = fingerprinted

    def get(self, name: str) -> Asset | None:
        """Return a file by either of its names; None where there is none."""
        return self._assets.get(name)

    def fingerprinted(self, name: str) -> str:
        """Return the name of a file that changes with its content."""
        return self._names[name]
