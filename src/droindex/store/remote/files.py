"""Files of a generation in an index of the cluster: cut into pieces, and checked when they come."""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING, Any

from droindex.engine.opensearch.bulk import Bulk
from droindex.errors import IndexDamagedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from droindex.engine.opensearch.cluster import Cluster

__all__ = ["RemoteFiles"]

_PIECE_BYTES = 2_000_000  # of a file in one entry, before it is written as text
_AT_ONCE = 4  # pieces in one answer
_ACTION = "read a file of the library"


class RemoteFiles:
    """The files that one index keeps.

    Args:
        cluster: Where it is.
        index: The index.
    """

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index

    def put(self, name: str, path: Path) -> list[int]:
        """Keep a file; return its size in bytes and its CRC-32."""
        bulk, pieces, size, crc = Bulk(self._cluster, self._index), 0, 0, 0
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                bulk.put(_id(name, pieces), {"data": base64.b64encode(piece).decode("ascii")})
                pieces, size, crc = pieces + 1, size + len(piece), zlib.crc32(piece, crc)
        bulk.put(name, {"pieces": pieces, "size": size, "crc": crc})
        bulk.flush()
        return [size, crc]

    def get(self, name: str) -> bytes:
        """Return all of a file.

        Raises:
            IndexDamagedError: `index-damaged`, it is missing, or not as it was written.
        """
        return b"".join(self._pieces(name))

    def fetch(self, name: str, path: Path, mode: int) -> None:
        """Write a file to a path where nothing is; its mode is that before it has any content."""
        from droindex.files.disk import open_new  # noqa: PLC0415 - a search must not pay for it

        with open_new(path, mode) as file:
            for piece in self._pieces(name):
                file.write(piece)

    def _pieces(self, name: str) -> Iterator[bytes]:
        try:
            yield from self._checked(name)
        except (KeyError, TypeError, ValueError) as error:
            raise self._damaged(name) from error

    def _checked(self, name: str) -> Iterator[bytes]:
        (told,) = self._sources(name, [name])
        crc = 0
        for start in range(0, told["pieces"], _AT_ONCE):
            ids = [_id(name, n) for n in range(start, min(start + _AT_ONCE, told["pieces"]))]
            for source in self._sources(name, ids):
                piece = base64.b64decode(source["data"])
                crc = zlib.crc32(piece, crc)
                yield piece
        if crc != told["crc"]:
            raise self._damaged(name)

    def _sources(self, name: str, ids: list[str]) -> list[dict[str, Any]]:
        answer = self._cluster.ask("POST", f"/{self._index}/_mget", {"ids": ids}, action=_ACTION)
        if not all(item.get("found") for item in answer["docs"]):
            raise self._damaged(name)
        return [item["_source"] for item in answer["docs"]]

    def _damaged(self, name: str) -> IndexDamagedError:
        return IndexDamagedError(
            f"{self._index} does not hold {name} as it was written.",
            file=name,
            hint="Publish the library anew with: droindex copy LIBRARY ADDRESS",
        )


def _id(name: str, number: int) -> str:
    return f"{name} {number}"
