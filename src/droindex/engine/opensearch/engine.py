"""OpenSearch as an engine: an index of droindex is one of the server, with its words beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.engine.analysis import Analyzer
from droindex.engine.opensearch.reader import Reader
from droindex.engine.opensearch.writer import Writer, words_index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from droindex.engine.opensearch.cluster import Cluster
    from droindex.engine.schema import Schema

__all__ = ["OpenSearchEngine"]


class OpenSearchEngine:
    """A cluster as an engine.

    Args:
        cluster: The cluster.
        name_of: Returns the name of the index at a place.
    """

    def __init__(self, cluster: Cluster, name_of: Callable[[Path], str]) -> None:
        self._cluster = cluster
        self._name_of = name_of

    def analyzer(self, language: str) -> Analyzer:
        """Return the chain that makes terms of texts: that of all engines."""
        return Analyzer(language)

    def writer(self, place: Path, schema: Schema, analyzer: Analyzer, heap_bytes: int) -> Writer:
        """Return a writer of the index at a place; see `Engine`."""
        return Writer(self._cluster, self._name_of(place), schema, analyzer, heap_bytes)

    def reader(self, place: Path, names: Iterable[str] = ()) -> Reader:
        """Return a snapshot of the index at a place; see `Engine`."""
        return Reader(self._cluster, self._name_of(place))

    def clone(self, source: Path, target: Path) -> None:
        """Copy an index on the cluster, to be added to; see `Engine`."""
        old, new = self._name_of(source), self._name_of(target)
        settings = {"settings": {"index": {"number_of_replicas": 0}}}
        for one, other in ((old, new), (words_index(old), words_index(new))):
            self._cluster.ask("PUT", f"/{one}/_clone/{other}", settings, action="copy an index")
        self._cluster.wait_until_whole((new, words_index(new)))
