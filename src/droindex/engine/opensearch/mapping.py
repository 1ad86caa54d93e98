"""A schema -> an index of the server, and what is kept with it for whoever reads it.

Words come as ready-made terms and are cut at blanks. What can be fetched lies in `stored`, which
is not searched, and nothing else is kept of what was indexed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from droindex.engine.bm25 import K1, B
from droindex.engine.schema import Blob, Key, Number, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from droindex.engine.schema import Field, Schema

__all__ = [
    "META",
    "PLACE",
    "STORED",
    "WORDS_MAPPING",
    "Counted",
    "factors_of",
    "index_body",
    "is_fetched",
    "similarities",
]

STORED = "stored"
PLACE = "place_"  # what puts equal scores in an order: it is different in each entry
META = "droindex"  # what an index says of itself, in its mapping
WORDS_MAPPING: Mapping[str, Any] = {"dynamic": False, "properties": {}}

_MAX_KEY_CHARS = 8_000  # the server refuses keys of more than 32,766 bytes
_MAX_WINDOW = 2_000_000  # the highest place that can be asked for
_MAX_TERMS = 2_000_000  # values of an either-or


class Counted(NamedTuple):
    """The words that a field of words holds.

    Attributes:
        tokens: How many in all entries together.
        empty: In how many entries it holds none.
    """

    tokens: int
    empty: int


def index_body(schema: Schema, shards: int, similarity: str) -> dict[str, Any]:
    """Return what an index is made by; while it is written it has no copies and no hurry."""
    return {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "number_of_replicas": 0,
                "refresh_interval": "-1",
                "max_result_window": _MAX_WINDOW,
                "max_terms_count": _MAX_TERMS,
                "similarity": similarities(similarity, dict.fromkeys(_words(schema))),
            }
        },
        "mappings": {
            "dynamic": False,
            "_source": {"includes": [f"{STORED}.*"]},
            "properties": {
                PLACE: {"type": "keyword", "index": False},
                STORED: {"type": "object", "enabled": False},
                **{field.name: _field(field) for field in schema if not isinstance(field, Blob)},
            },
            "_meta": {META: _said_of(schema)},
        },
    }


def similarities(kind: str, counted: Mapping[str, Counted | None]) -> dict[str, Any]:
    """Return the formula of each field of words.

    An entry without words in a field has one that stands nowhere, as the server would not count
    it otherwise. That makes the average length too high; the formula makes up for it.

    Args:
        kind: What the server calls BM25 with its factor k1 + 1.
        counted: Field -> its words, as far as they are known.
    """
    found = {}
    for name, words in counted.items():
        k1, b = _corrected(words)
        found[_similarity(name)] = {"type": kind, "k1": k1, "b": b}
    return found


def factors_of(counted: Mapping[str, Counted]) -> dict[str, float]:
    """Return what boosts of fields are multiplied with, so that scores are those of K1 and B."""
    found = {name: (K1 + 1) / (_corrected(words)[0] + 1) for name, words in counted.items()}
    return {name: factor for name, factor in found.items() if factor != 1.0}


def _corrected(words: Counted | None) -> tuple[float, float]:
    """Return k1 and b with which the counted average gives what K1 and B give with the true one.

    The two have the same k1 * (1 - b), and the same k1 * b over the average.
    """
    if words is None or not words.tokens or not words.empty:
        return K1, B
    ratio = (words.tokens + words.empty) / words.tokens
    share = 1 - B + B * ratio
    return K1 * share, B * ratio / share


def _said_of(schema: Schema) -> dict[str, Any]:
    """Return what tells a reader of the fields: what they are, and which can be fetched."""
    return {
        "fields": {field.name: _kind(field) for field in schema},
        "fetched": [field.name for field in schema if is_fetched(field)],
    }


def is_fetched(field: Field) -> bool:
    """Whether the values of a field can be fetched."""
    return isinstance(field, Blob) or (isinstance(field, Words | Key) and field.is_stored)


def _words(schema: Schema) -> Iterable[str]:
    return (field.name for field in schema if isinstance(field, Words))


def _similarity(name: str) -> str:
    return f"of_{name}"


def _kind(field: Field) -> str:
    return type(field).__name__.lower()


def _field(field: Words | Key | Number) -> dict[str, Any]:
    match field:
        case Words(name, is_stemmed=is_stemmed):
            return {
                "type": "text",
                "analyzer": "whitespace",
                "index_options": "positions" if is_stemmed else "freqs",
                "similarity": _similarity(name),
            }
        case Key():
            return {"type": "keyword", "ignore_above": _MAX_KEY_CHARS}
        case Number():
            return {"type": "long"}
