"""The values of fields of an index with their counts: exact, whatever the shards hold of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Listing"]

_FEW = 1_000  # values of a field that are counted with one request
_PER_SHARD = 10_000  # values that each shard tells: as long as it has no more, counts are exact
_PAGE = 10_000  # values in one answer where there are more

Query = dict[str, Any]
Counts = list[tuple[str, int]]


class Listing:
    """Counts values.

    Args:
        search: Asks the index.
    """

    def __init__(self, search: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self._search = search

    def values(self, query: Query, names: Sequence[str], size: int) -> dict[str, Counts]:
        """Return the values of fields among the matches: most frequent first, then by value.

        Args:
            query: What matches, in the server's form.
            names: The fields.
            size: How many of each to return at most.
        """
        few = {
            name: {"terms": {"field": name, "size": min(size, _FEW), "shard_size": _PER_SHARD}}
            for name in names
        }
        answer = self._search({"size": 0, "query": query, "aggs": few})["aggregations"]
        return {
            name: _ordered(
                ((item["key"], item["doc_count"]) for item in answer[name]["buckets"])
                if _is_exact(answer[name], size)
                else self._all(query, name)
            )[:size]
            for name in names
        }

    def beginning(self, field: str, prefix: str) -> Counts:
        """Return the values of a key field that begin with a prefix, with their counts."""
        query: Query = {"prefix": {field: {"value": prefix}}} if prefix else {"match_all": {}}
        return [pair for pair in self._all(query, field) if pair[0].startswith(prefix)]

    def _all(self, query: Query, name: str) -> Iterator[tuple[str, int]]:
        """Yield every value of a field, a page at a time."""
        asked: dict[str, Any] = {"size": _PAGE, "sources": [{"value": {"terms": {"field": name}}}]}
        while True:
            body = {"size": 0, "query": query, "aggs": {"all": {"composite": asked}}}
            page = self._search(body)["aggregations"]["all"]
            for item in page["buckets"]:
                yield item["key"]["value"], item["doc_count"]
            if len(page["buckets"]) < _PAGE:
                return
            asked = {**asked, "after": page["after_key"]}


def _is_exact(answer: dict[str, Any], size: int) -> bool:
    """Whether no shard left a value out, and no more values are wanted than were asked for."""
    is_cut = size > _FEW and answer["sum_other_doc_count"] > 0
    return not answer["doc_count_error_upper_bound"] and not is_cut


def _ordered(pairs: Iterator[tuple[str, int]]) -> Counts:
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
