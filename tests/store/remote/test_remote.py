"""What a cluster says of a library that is damaged there is told as damage, and nothing else is."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from droindex.build.maintenance import on_cluster, to_cluster
from droindex.engine.opensearch.address import Address
from droindex.errors import ClusterError, IndexDamagedError
from droindex.store.generation import FORMAT, Generation
from droindex.store.remote.remote_store import RemoteStore
from droindex.store.remote.remote_writer import RemoteWriter

ADDRESS = Address.parse("opensearch://127.0.0.1:9/p")


class Kept:
    """What a server keeps of files, as the requests that read them ask for it."""

    def __init__(self, entries: dict[str, Any]) -> None:
        self.entries = entries

    def ask(self, method: str, path: str, body: Any = None, *, action: str) -> Any:
        if path.startswith("/_cat/indices"):
            return [{"index": f"p-library-00000{number}"} for number in (1, 2)]
        return {
            "docs": [
                {"_id": key, "found": key in self.entries, "_source": self.entries.get(key)}
                for key in body["ids"]
            ]
        }

    def ask_for(self, path: str, *, action: str) -> Any:
        if path.startswith("/_alias"):
            return {"p-library-000002": {}}
        said = {"mappings": {"_meta": {"droindex": {"is_whole": True}}}}
        return {path.split("/")[1]: said}

    version = (2, 19)


class Lost(Kept):
    """The same, whose files cannot be reached."""

    def ask(self, method: str, path: str, body: Any = None, *, action: str) -> Any:
        if path.endswith("/_mget"):
            raise ClusterError("The cluster cannot be reached.")
        return super().ask(method, path, body, action=action)


def manifest(content: bytes, **changes: Any) -> dict[str, Any]:
    """Return the entries of a manifest with some content."""
    told = {"pieces": 1, "size": len(content), "crc": zlib.crc32(content), **changes}
    return {
        "manifest.json": {key: value for key, value in told.items() if value is not None},
        "manifest.json 0": {"data": base64.b64encode(content).decode("ascii")},
    }


@pytest.mark.parametrize(
    "entries",
    [
        {},
        manifest(b"{}", pieces=None),
        manifest(b"{}", pieces="1"),
        manifest(b"{}", crc=None),
        manifest(b"{}", crc=7),
        {**manifest(b"{}"), "manifest.json 0": {}},
        {**manifest(b"{}"), "manifest.json 0": {"data": 7}},
        {**manifest(b"{}"), "manifest.json 0": {"data": "\u00e9"}},
        {**manifest(b"{}"), "manifest.json 0": {"data": "a"}},
        manifest(b"[]"),
        manifest(b"7"),
        manifest(b"\xff"),
        manifest(b"{"),
        manifest(json.dumps({"format": FORMAT}).encode()),
    ],
)
def test_a_manifest_that_is_not_as_it_was_written_is_damage(entries: dict[str, Any]) -> None:
    store = RemoteStore(ADDRESS, Kept(entries))  # type: ignore[arg-type]
    with pytest.raises(IndexDamagedError) as caught:
        store.load("000001")
    assert "droindex copy" in caught.value.hint


def test_a_lost_cluster_is_no_damage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A generation that cannot be reached is not taken for one that may go."""
    target = RemoteWriter(ADDRESS, Lost({}))  # type: ignore[arg-type]
    monkeypatch.setattr(to_cluster, "labels_of", lambda _generation: None)
    current = Generation("000002", tmp_path, {})
    with pytest.raises(ClusterError):
        to_cluster.exposing(target, "000002", current)
    damaged = RemoteWriter(ADDRESS, Kept({}))  # type: ignore[arg-type]
    assert to_cluster.exposing(damaged, "000002", current) == ["000001"]


def test_a_check_of_a_lost_cluster_tells_no_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    for kept, found in ((Kept({}), 2), (Lost({}), None)):
        store = RemoteStore(ADDRESS, kept)  # type: ignore[arg-type]
        monkeypatch.setattr(store, "current", lambda: None)
        monkeypatch.setattr(on_cluster, "RemoteStore", lambda _address, own=store: own)
        if found is None:
            with pytest.raises(ClusterError):
                on_cluster.check_on_cluster(ADDRESS)
        else:
            assert len(on_cluster.check_on_cluster(ADDRESS).damages) == found
