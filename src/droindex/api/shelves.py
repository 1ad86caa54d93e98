"""What can be browsed: the categories and collections of a library, with their counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from droindex.serialize import Serializable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from droindex.corpus.config import CorpusConfig, Shelf
    from droindex.query.results.results import FacetCount

__all__ = ["SHELF_FIELDS", "ShelfCount", "shelf_counts"]

SHELF_FIELDS = ("category", "collection")


@dataclass(frozen=True, slots=True)
class ShelfCount(Serializable):
    """A category or collection, for browsing.

    Attributes:
        field: `category` or `collection`: what to filter by.
        name: Its name: the value to filter by.
        description: What it holds, in the library's words; may be empty.
        count: Documents on it, in the scope that was asked for.
        title: What people call it: of a collection, the first of its other names.
    """

    field: str
    name: str
    description: str
    count: int
    title: str


def shelf_counts(
    config: CorpusConfig, facets: Mapping[str, Sequence[FacetCount]]
) -> tuple[ShelfCount, ...]:
    """Return the shelves that are described, in their order, and then the others by name.

    Args:
        config: Which are described.
        facets: How many documents have each value of the two fields.
    """
    described = {"category": config.categories, "collection": config.collections}
    return tuple(
        shelf
        for field in SHELF_FIELDS
        for shelf in _of_field(field, described[field], facets[field])
    )


def _of_field(
    field: str, described: Sequence[Shelf], values: Sequence[FacetCount]
) -> list[ShelfCount]:
    counts = {item.value: item.count for item in values}
    listed = [
        ShelfCount(
            field,
            shelf.name,
            shelf.description,
            counts.pop(shelf.name, 0),
            _title(field, shelf.name, shelf.aliases),
        )
        for shelf in described
    ]
    others = [
        ShelfCount(field, name, "", counts[name], _title(field, name)) for name in sorted(counts)
    ]
    return [*listed, *others]


def _title(field: str, name: str, aliases: Sequence[str] = ()) -> str:
    """Return what people call a shelf; collections have names for files, as `moa-mou` is one."""
    if field == "collection":
        return aliases[0] if aliases else name[:1].upper() + name[1:].replace("-", " ")
    return name
