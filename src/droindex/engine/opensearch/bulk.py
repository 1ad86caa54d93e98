"""Entries on their way to an index: some at a time, again what was refused for want of room."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from droindex.engine.opensearch.faults import RETRIED
from droindex.errors import ClusterError, EngineError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from droindex.engine.opensearch.cluster import Cluster

__all__ = ["Bulk"]

_MOST_BYTES = 5_000_000  # of one request: larger ones are no faster
_LEAST_BYTES = 100_000
_PATIENCE_S = 120.0  # how long a cluster that lost a node, or has too much to do, is waited for
_LONGEST_PAUSE_S = 5.0
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Bulk:
    """Puts entries into one index. Each has an id: put twice, it is there once.

    What waits is bounded, and nothing new is taken while the cluster has not taken what waits.

    Args:
        cluster: Where the index is.
        index: The index.
        most_bytes: About how much to hold before it is sent.
        pause: Waits between two tries, for so many seconds.
    """

    def __init__(
        self,
        cluster: Cluster,
        index: str,
        most_bytes: int = _MOST_BYTES,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._cluster = cluster
        self._index = index
        self._most_bytes = max(_LEAST_BYTES, min(most_bytes, _MOST_BYTES))
        self._pause = pause
        self._waiting: list[str] = []
        self._bytes = 0

    def put(self, key: str, source: dict[str, Any]) -> None:
        """Put an entry under an id."""
        line = f"{_ENCODER.encode({'index': {'_id': key}})}\n{_ENCODER.encode(source)}\n"
        self._waiting.append(line)
        self._bytes += len(line.encode(errors="surrogatepass"))  # as the client sends it
        if self._bytes >= self._most_bytes:
            self.flush()

    def flush(self) -> None:
        """Send what waits, and return when the cluster has it.

        Raises:
            ClusterError: `cluster-error`, it does not take it in time.
            StorageError: `storage-error`, a disk is full, or the index is read-only.
            EngineError: `engine-error`, an entry is refused.
        """
        deadline, pause = time.monotonic() + _PATIENCE_S, 0.1
        while self._waiting:
            self._waiting = self._refused(self._waiting)
            if not self._waiting:
                break
            if time.monotonic() + pause > deadline:
                raise ClusterError(
                    f"{self._cluster.where} has too much to do to take what is to be written.",
                    hint="Run the command again later: it goes on where it was.",
                )
            self._pause(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)
        self._bytes = 0

    def _refused(self, lines: list[str]) -> list[str]:
        """Send entries, and return those that are to be sent again."""
        action = "add documents"
        answer = self._cluster.ask(
            "POST", f"/{self._index}/_bulk", "".join(lines), action=action, patience_s=_PATIENCE_S
        )
        if not answer["errors"]:
            return []
        results = [item["index"] for item in answer["items"]]
        faults = {at: item for at, item in enumerate(results) if item["status"] >= 300}
        for item in faults.values():
            if item["status"] not in RETRIED or _is_block(item):
                raise self._fault(item)
        return [lines[at] for at in faults]

    def _fault(self, item: dict[str, Any]) -> Exception:
        reason = str(item["error"].get("reason", item["error"]))[:300]
        if _is_block(item):
            return StorageError(
                f"{self._cluster.where} takes no documents: {reason}",
                path=self._index,
                hint="Free disk space on its nodes, or end its read-only mode; then run the "
                "command again. What answers now is whole.",
            )
        return EngineError(f"{self._cluster.where} could not add {item['_id']!r}: {reason}")


def _is_block(item: dict[str, Any]) -> bool:
    return bool(item["error"].get("type") == "cluster_block_exception")
