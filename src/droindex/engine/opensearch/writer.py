"""Writing one index: terms made here, words counted, and all of it checked before it may answer."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from droindex.engine.opensearch.bulk import Bulk
from droindex.engine.opensearch.mapping import (
    META,
    PLACE,
    STORED,
    WORDS_MAPPING,
    Counted,
    index_body,
    is_fetched,
    similarities,
)
from droindex.engine.opensearch.queries import EMPTY
from droindex.engine.opensearch.shelves import Shelves, WordCounts, shelf_entries
from droindex.engine.schema import OWNER, Blob, Words
from droindex.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from droindex.engine.analysis import Analyzer
    from droindex.engine.opensearch.cluster import Cluster
    from droindex.engine.schema import Schema

__all__ = ["BASE64", "Writer", "words_index"]

BASE64 = "base64"  # beside bytes that are no text
_ACTION = "write an index"


def words_index(index: str) -> str:
    """Return where the words of an index are kept."""
    return f"{index}-words"


class Writer:
    """Writes one index in one thread; who reads it waits for `commit`.

    Args:
        cluster: Where it is.
        index: Its name; it is created if it is not there.
        schema: What it holds.
        analyzer: The chain that makes its terms.
        heap_bytes: About how much to hold before it is sent.
    """

    def __init__(
        self, cluster: Cluster, index: str, schema: Schema, analyzer: Analyzer, heap_bytes: int
    ) -> None:
        self._cluster = cluster
        self._index = index
        self._schema = schema
        self._analyzer = analyzer
        self._words = [field for field in schema if isinstance(field, Words)]
        self._counts = {field.name: WordCounts() for field in self._words}
        self._entries = 0
        self._lengths = {field.name: Counted(0, 0) for field in self._words}
        self._held = self._open()
        self._bulk = Bulk(cluster, index, heap_bytes)
        self._last = -1, 0  # the owner of the last entry, and the entry's number there

    def _open(self) -> dict[str, Any]:
        """Make the index, or open it for changes; return what it says of itself."""
        ask, index = self._cluster.ask, self._index
        if (mapping := self._cluster.ask_for(f"/{index}/_mapping", action=_ACTION)) is not None:
            free = {"index": {"blocks": {"write": None}}}
            ask("PUT", f"/{index},{words_index(index)}/_settings", free, action=_ACTION)
            held: dict[str, Any] = mapping[index]["mappings"]["_meta"][META]
            self._entries = held.get("entries", 0)
            for name, counted in held.get("lengths", {}).items():
                self._lengths[name] = Counted(*counted)
            return held
        body = index_body(self._schema, self._cluster.address.shards, self._cluster.similarity)
        ask("PUT", f"/{index}", body, action=_ACTION)
        settings = {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1"}
        words = {"settings": {"index": settings}, "mappings": WORDS_MAPPING}
        self._cluster.drop(f"/{words_index(index)}", action=_ACTION)
        ask("PUT", f"/{words_index(index)}", words, action=_ACTION)
        return dict(body["mappings"]["_meta"][META])

    def add(self, entry: Mapping[str, Any]) -> None:
        """Add an entry: field -> a value or a list of values; those of an owner come together."""
        place = self._place(entry[OWNER])
        source: dict[str, Any] = {PLACE: place, STORED: self._stored(entry)}
        analyzed: tuple[str, list[str], list[str]] = "", [], []
        for field in self._schema:
            value = entry.get(field.name)
            if isinstance(field, Words):
                text = value or ""
                if text != analyzed[0]:
                    analyzed = text, *self._terms(text)
                terms = analyzed[1] if field.is_stemmed else analyzed[2]
                self._count(field.name, terms)
                source[field.name] = " ".join(terms) or EMPTY
            elif value is not None and not isinstance(field, Blob):
                source[field.name] = value
        self._entries += 1
        self._bulk.put(place, source)

    def _place(self, owner: int) -> str:
        """Return the id of the next entry of an owner."""
        last, number = self._last
        number = number + 1 if owner == last else 0
        self._last = owner, number
        return f"{owner:016x}-{number:06d}"

    def _terms(self, text: str) -> tuple[list[str], list[str]]:
        """Return the stem and the surface terms of a text in the form that is indexed."""
        surfaces = self._analyzer.plain.analyze(text)
        return self._analyzer.stems(surfaces), surfaces

    def _count(self, name: str, terms: list[str]) -> None:
        tokens, empty = self._lengths[name]
        self._lengths[name] = Counted(tokens + len(terms), empty + (not terms))
        self._counts[name].add({*terms})

    def _stored(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Return what can be fetched of an entry."""
        stored: dict[str, Any] = {}
        for field in self._schema:
            value = entry.get(field.name)
            if value is None or not is_fetched(field):
                continue
            if isinstance(value, bytes):
                stored[field.name] = _as_text(value)
            else:  # the first, where there are several
                stored[field.name] = value if isinstance(value, str) else value[0]
        return stored

    def delete(self, field: str, value: str) -> None:
        """Delete the entries that hold a value in a key field: a new index holds none.

        Raises:
            EngineError: `engine-error`, it holds entries: the server would go on counting those
                that are deleted, and scores would tell of them. So an index is written anew.
        """
        if self._entries:
            raise EngineError(f"{self._index} holds entries: none of them can be deleted.")

    def commit(self) -> None:
        """Keep all changes, and have the index answer; it takes no more changes then."""
        ask, index = self._cluster.ask, self._index
        both = f"/{index},{words_index(index)}"
        self._bulk.flush()
        self._write_words()
        ask("POST", f"{both}/_refresh", action=_ACTION)
        self._check()
        lengths = {name: [*counted] for name, counted in self._lengths.items()}
        said = {**self._held, "entries": self._entries, "lengths": lengths}
        ask("PUT", f"/{index}/_mapping", {"_meta": {META: said}}, action=_ACTION)
        if any(counted.empty for counted in self._lengths.values()):
            formulas = similarities(self._cluster.similarity, self._lengths)
            ask("POST", f"/{index}/_flush", action=_ACTION)
            ask("POST", f"/{index}/_close", action=_ACTION)
            ask("PUT", f"/{index}/_settings", {"index": {"similarity": formulas}}, action=_ACTION)
            ask("POST", f"/{index}/_open", action=_ACTION)
        copies = self._cluster.address.replicas
        settled = {"index": {"blocks": {"write": True}, "number_of_replicas": copies}}
        ask("PUT", f"{both}/_settings", settled, action=_ACTION)
        self._cluster.wait_until_whole((index, words_index(index)))

    def _write_words(self) -> None:
        """Write the words of all fields; those that were there before count as well."""
        bulk = Bulk(self._cluster, words_index(self._index))
        before = Shelves(self._cluster, words_index(self._index))
        has_words = "entries" in self._held
        for name, counts in self._counts.items():
            # All of it is read before any is written: a shelf takes the place of another.
            others = [sorted(before.starting(name, ""))] if has_words else []
            for key, source in shelf_entries(name, counts.merged(*others)):
                bulk.put(key, source)
        bulk.flush()

    def _check(self) -> None:
        """Refuse an index that holds more or fewer entries than were put into it."""
        body = {"size": 0, "track_total_hits": True}
        answer = self._cluster.ask("POST", f"/{self._index}/_search", body, action=_ACTION)
        found = answer["hits"]["total"]["value"]
        if found != self._entries:
            raise EngineError(
                f"{self._index} holds {found} entries instead of {self._entries}.",
                hint="Run the command again; what answers now is whole.",
            )


def _as_text(value: bytes) -> Any:
    """Return bytes as JSON can hold them: nearly all are text."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {BASE64: base64.b64encode(value).decode("ascii")}
