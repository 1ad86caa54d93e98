"""Reading one index: searches with exact totals from all of its shards, or an error."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, NamedTuple

from droindex.engine import clauses
from droindex.engine.opensearch.listing import Listing
from droindex.engine.opensearch.mapping import META, PLACE, STORED, Counted, factors_of
from droindex.engine.opensearch.queries import Queries, leaves_of
from droindex.engine.opensearch.shelves import Shelves
from droindex.engine.opensearch.writer import BASE64, words_index
from droindex.engine.packed import packed_scores
from droindex.engine.protocol import Row, Rows
from droindex.engine.schema import OWNER
from droindex.errors import IndexDamagedError
from droindex.lazy import Bounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from droindex.engine.clauses import Clause
    from droindex.engine.opensearch.cluster import Cluster
    from droindex.engine.protocol import Held

__all__ = ["Reader"]

_PAGE = 10_000  # hits in one answer
_FEW = 64  # hits that come with what is stored of them: no request is needed to show them
_AT_ONCE = 1_000  # entries that are fetched in one request
_BESIDE = 32  # documents whose best entry comes along when one entry of a search is fetched
_MAX_KEPT = 512  # entries of which this is kept: some 2 MB
_MAX_CLAUSES = 1_024  # what a server takes in one query, unless it is told otherwise
_MAX_COUNTS = 10_000  # counts that are kept; what they count never changes
_SEARCHED = {"allow_partial_search_results": "false"}
_SCORED = {**_SEARCHED, "search_type": "dfs_query_then_fetch"}  # one idf for all shards


class _Handle(NamedTuple):
    """An entry of the index.

    Attributes:
        key: Its id.
        owner: The number that stands for its document.
        stored: What is stored of it, where that came along.
    """

    key: str
    owner: int
    stored: Mapping[str, Any] | None


class Reader:
    """A snapshot of one index; safe to use from many threads.

    Args:
        cluster: Where it is.
        index: The index: its own name, so that nothing else can come to answer by it.
    """

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index
        said = self._said()
        self._kinds: Mapping[str, str] = said["fields"]
        self._is_light = "words" not in [self._kinds[name] for name in said["fetched"]]
        lengths = {name: Counted(*counted) for name, counted in said["lengths"].items()}
        self._queries = Queries(factors_of(lengths))
        self._shelves = Shelves(cluster, words_index(index))
        self._listing = Listing(self._search)
        self._kept: Bounded[tuple[str, tuple[str, ...]], Mapping[str, Any]] = Bounded(
            most=_MAX_KEPT
        )
        self._counts: Bounded[Clause, int] = Bounded(most=_MAX_COUNTS)
        self.num_docs: int = said["entries"]
        found = self.count(clauses.AllDocuments())
        if found != self.num_docs:
            raise IndexDamagedError(
                f"{index} holds {found} entries instead of {self.num_docs}.",
                hint="Publish the library anew with: droindex copy LIBRARY ADDRESS",
            )

    def _said(self) -> dict[str, Any]:
        """Return what the index says of itself."""
        path = f"/{self._index}/_mapping"
        mapping = self._cluster.ask_for(path, action="open an index")
        if mapping is None:
            raise IndexDamagedError(
                f"{self._cluster.where} has no index {self._index}.",
                hint="Open the library again: a newer state may have taken its place. Else "
                "publish it anew with: droindex copy LIBRARY ADDRESS",
            )
        said = mapping[self._index]["mappings"].get("_meta", {}).get(META)
        if not isinstance(said, dict) or "entries" not in said:
            raise IndexDamagedError(
                f"{self._index} is no index of droindex that was written to its end.",
                hint="Publish the library anew with: droindex copy LIBRARY ADDRESS",
            )
        return said

    def takes(self, clause: Clause) -> bool:
        """Whether a clause is simple enough: not too many words and values in it."""
        return sum(1 for _ in leaves_of(clause)) <= _MAX_CLAUSES

    def search(
        self, clause: Clause, limit: int, *, order: str = "", offset: int = 0, count: bool = True
    ) -> tuple[list[Row], int | None]:
        """Return the best entries, best first, and how many match in all; see `Reader`."""
        body: dict[str, Any] = {
            "track_total_hits": count,
            "docvalue_fields": [OWNER],
            "_source": self._is_light and limit <= _FEW,
            "from": offset,
        }
        if order:
            body["query"] = self._queries.of(clause)
            body["sort"] = [{order: {"order": "asc", "missing": "_last"}}, {PLACE: "asc"}]
        else:
            body["query"] = self._queries.scored(clause)
            body["sort"] = [{"_score": "desc"}, {PLACE: "asc"}]
        hits, total = self._pages(body, limit, is_scored=not order)
        rows = Rows([_handle(hit) for hit in hits], _owners)
        scores = [0.0 if order else float(hit["_score"]) for hit in hits]
        return [Row(score, rows, place) for place, score in enumerate(scores)], total

    def _pages(
        self, body: dict[str, Any], limit: int, *, is_scored: bool
    ) -> tuple[list[dict[str, Any]], int | None]:
        """Return hits, a page at a time: the order is a strict one, and nothing changes."""
        hits: list[dict[str, Any]] = []
        total = None
        while True:
            size = min(limit - len(hits), _PAGE)
            answer = self._search({**body, "size": size}, is_scored=is_scored)
            if total is None and body["track_total_hits"]:
                total = int(answer["hits"]["total"]["value"])
            found = answer["hits"]["hits"]
            hits += found
            if len(found) < size or len(hits) >= limit:
                return hits, total
            body = {**body, "track_total_hits": False, "from": 0, "search_after": found[-1]["sort"]}

    def count(self, clause: Clause) -> int:
        """Return how many entries match; of a word this is known once its shelf was read."""
        if isinstance(clause, clauses.Term) and self._kinds.get(clause.field) == "words":
            return self._shelves.count(clause.field, clause.term)
        known = self._counts.get(clause)
        if known is None:
            body = {"size": 0, "track_total_hits": True, "query": self._queries.of(clause)}
            known = int(self._search(body)["hits"]["total"]["value"])
            self._counts.keep(clause, known)
        return known

    def facets(
        self, clause: Clause, names: Sequence[str], size: int
    ) -> dict[str, list[tuple[str, int]]]:
        """Return the values of fields among the matches: most frequent first, then by value."""
        return self._listing.values(self._queries.of(clause), names, size)

    def column(self, clause: Clause, field: str) -> list[int | None]:
        """Return the number that each match has in a field, None where it has none."""
        body = {
            "track_total_hits": False,
            "docvalue_fields": [field],
            "_source": False,
            "from": 0,
            "query": self._queries.of(clause),
            "sort": [{PLACE: "asc"}],
        }
        hits, _ = self._pages(body, max(self.num_docs, 1), is_scored=False)
        found = (hit.get("fields", {}).get(field) for hit in hits)
        return [int(values[0]) if values else None for values in found]

    def fetch(self, rows: Sequence[Row], fields: Sequence[str]) -> list[list[Any]]:
        """Return stored values of each row, None where there is none."""
        wanted = tuple(fields)
        known = self._known(rows, wanted)
        lacking = [row.handle.key for row in rows if row.handle.key not in known]
        if lacking and len(rows) == 1:
            lacking += [key for key in _beside(rows[0]) if (key, wanted) not in self._kept]
        found = self._fetched(lacking, wanted)
        for key, stored in found.items() if len(rows) == 1 else ():
            self._kept.keep((key, wanted), stored)
        stored_of = {**known, **found}
        return [
            [self._value(name, stored_of[row.handle.key].get(name)) for name in fields]
            for row in rows
        ]

    def _known(self, rows: Sequence[Row], wanted: tuple[str, ...]) -> dict[str, Mapping[str, Any]]:
        """Return id -> what is stored, of the rows of which that is here already."""
        found = {}
        for row in rows:
            handle: _Handle = row.handle
            stored = self._kept.get((handle.key, wanted), handle.stored)
            if stored is not None:
                found[handle.key] = stored
        return found

    def _fetched(self, keys: Sequence[str], fields: Sequence[str]) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        params = {"_source_includes": ",".join(f"{STORED}.{name}" for name in fields)}
        for start in range(0, len(keys), _AT_ONCE):
            body = {"ids": keys[start : start + _AT_ONCE]}
            path = f"/{self._index}/_mget"
            answer = self._cluster.ask("POST", path, body, params, action="read documents")
            for item in answer["docs"]:
                if not item.get("found"):
                    raise IndexDamagedError(
                        f"{self._index} does not hold {item['_id']} any more.",
                        hint="Publish the library anew with: droindex copy LIBRARY ADDRESS",
                    )
                found[item["_id"]] = item["_source"].get(STORED, {})
        return found

    def _value(self, name: str, stored: Any) -> Any:
        """Return a value as it was given."""
        if stored is None or self._kinds[name] != "blob":
            return stored
        return base64.b64decode(stored[BASE64]) if isinstance(stored, dict) else stored.encode()

    def terms(self, field: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Return (term, entries that hold it), the most frequent first."""
        if self._kinds.get(field) == "words":
            found = list(self._shelves.starting(field, prefix))
        else:
            found = self._listing.beginning(field, prefix)
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        return found[:limit]

    def scores(self, clauses: Sequence[Clause], within: Clause, limit: int) -> list[Held]:
        """Return which clauses the entries hold that match another, most first; see `Reader`."""
        return packed_scores(self, clauses, within, limit, lambda row: row.handle.key)

    def _search(self, body: dict[str, Any], *, is_scored: bool = False) -> dict[str, Any]:
        """Return the answer of all shards."""
        params = _SCORED if is_scored else _SEARCHED
        path = f"/{self._index}/_search"
        answer: dict[str, Any] = self._cluster.ask("POST", path, body, params, action="search")
        return answer


def _beside(row: Row) -> list[str]:
    """Return the ids of the best entries of other documents that the same search found.

    Whoever reads hits one by one reads these next: so one request fetches them all.
    """
    first: dict[int, str] = {}
    for handle in row.rows.handles:
        first.setdefault(handle.owner, handle.key)
        if len(first) > _BESIDE:
            break
    return [key for key in first.values() if key != row.handle.key]


def _handle(hit: Mapping[str, Any]) -> _Handle:
    source = hit.get("_source")
    stored = source.get(STORED, {}) if source is not None else None
    return _Handle(hit["_id"], int(hit["fields"][OWNER][0]), stored)


def _owners(handles: Sequence[_Handle]) -> list[int]:
    return [handle.owner for handle in handles]
