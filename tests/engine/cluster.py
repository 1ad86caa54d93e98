"""A cluster for tests: the one that runs here, if any, as an engine whose indexes have a prefix."""

from __future__ import annotations

import atexit
import hashlib
import os
import pickle
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from droindex.engine.analysis import Analyzer
from droindex.engine.opensearch.address import Address
from droindex.engine.protocol import Engine, Reader, Writer
from droindex.engine.schema import Schema
from droindex.errors import DroindexError, MissingExtraError

__all__ = ["CLUSTER", "ClusterEngine", "address", "required"]

CLUSTER = "DROINDEX_CLUSTER"  # where it is; `make cluster` starts one and sets it
_USUAL = "opensearch://127.0.0.1:9210"
_SHARDS = 3
_FILE = "entries.pickle"
Entries = list[dict[str, Any]]


def address(name: str, shards: int = _SHARDS) -> str:
    """Return the address of a library on the cluster; skip the test where there is no cluster."""
    found = f"{os.environ.get(CLUSTER, _USUAL)}/{name}?shards={shards}"
    _connected(found)
    return found


def required(reason: str) -> None:
    """Skip a test that needs a cluster, or fail it where a cluster is required."""
    if "cluster" in os.environ.get("DROINDEX_REQUIRE", "").split(","):
        pytest.fail(f"a cluster is required here: {reason}")
    pytest.skip(reason)


_known: dict[str, object] = {}


def _connected(place: str) -> object:
    """Return the cluster at an address, asked once for the whole run."""
    key = place.rpartition("/")[0]
    if key not in _known:
        try:
            from droindex.engine.opensearch.cluster import Cluster

            cluster = Cluster(Address.parse(place), patience_s=0.0)
            assert cluster.version
            _known[key] = Cluster(Address.parse(place))
        except (DroindexError, MissingExtraError) as error:
            _known[key] = error
    found = _known[key]
    if isinstance(found, DroindexError):
        required(f"{found} `make cluster` starts one.")
    return found


class ClusterEngine:
    """The engine on a cluster, for small libraries that many tests make.

    An index is named by all that it holds, so that the same one is written once for a whole run;
    a place holds the entries themselves. When the run ends, all of it goes.
    """

    def __init__(self) -> None:
        self.prefix = f"test{secrets.token_hex(4)}"
        self._engine: Engine | None = None
        self._written: set[str] = set()

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            from droindex.engine.opensearch.engine import OpenSearchEngine

            cluster = _connected(
                f"{os.environ.get(CLUSTER, _USUAL)}/{self.prefix}?shards={_SHARDS}"
            )
            self._engine = OpenSearchEngine(cluster, lambda place: place.name)  # type: ignore[arg-type]
            atexit.register(self._clear, cluster)
        return self._engine

    def _clear(self, cluster: object) -> None:
        with suppress(DroindexError):
            cluster.drop(f"/{self.prefix}-*", action="clear away")  # type: ignore[attr-defined]

    def analyzer(self, language: str) -> Analyzer:
        return Analyzer(language)

    def writer(self, place: Path, schema: Schema, analyzer: Analyzer, heap_bytes: int) -> Writer:
        return _Writer(self, place, schema, analyzer)

    def write(self, schema: Schema, analyzer: Analyzer, entries: Entries) -> str:
        """Have an index that holds entries, and return its name."""
        whole = pickle.dumps((schema, analyzer.language, entries))
        name = f"{self.prefix}-{hashlib.sha256(whole).hexdigest()[:16]}"
        if name not in self._written:
            writer = self.engine.writer(Path(name), schema, analyzer, 0)
            for entry in entries:
                writer.add(entry)
            writer.commit()
            self._written.add(name)
        return name

    def reader(self, place: Path, names: Iterable[str] = ()) -> Reader:
        schema, language, entries = pickle.loads((place / _FILE).read_bytes())
        return self.engine.reader(Path(self.write(schema, Analyzer(language), entries)))

    def clone(self, source: Path, target: Path) -> None:
        copytree(source, target)


class _Writer:
    """Changes the entries of a place."""

    def __init__(
        self, engine: ClusterEngine, place: Path, schema: Schema, analyzer: Analyzer
    ) -> None:
        place.mkdir(parents=True, exist_ok=True)
        self._engine, self._schema, self._analyzer = engine, schema, analyzer
        self._file = place / _FILE
        held = pickle.loads(self._file.read_bytes())[2] if self._file.exists() else []
        self._entries: Entries = held

    def add(self, entry: Mapping[str, Any]) -> None:
        self._entries.append(dict(entry))

    def delete(self, field: str, value: str) -> None:
        self._entries = [entry for entry in self._entries if entry.get(field) != value]

    def commit(self) -> None:
        whole = pickle.dumps((self._schema, self._analyzer.language, self._entries))
        self._file.unlink(missing_ok=True)  # other generations may have it too
        self._file.write_bytes(whole)
