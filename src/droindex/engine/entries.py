"""A document -> what the engine is given as its entry in the document index."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from droindex.citations.keys import cited_keys, references_in
from droindex.engine.analysis import normalise
from droindex.engine.custom import custom_values
from droindex.engine.fields import (
    CITES,
    FIELDS,
    LAST_DAY,
    YEAR,
    FieldKind,
    day_number,
    day_of,
    facet_values,
    filter_keys,
    sort_keys,
    title_key,
)
from droindex.engine.profile import pack_profile
from droindex.engine.schema import (
    ALL,
    BINDS_FROM,
    BINDS_TO,
    DOC_ID,
    EXACT,
    LINE,
    LINE_NUMBER,
    LINE_SCOPE,
    MAY_BIND_FROM,
    MAY_BIND_TO,
    META,
    OWNER,
    PROFILE,
    SCOPE,
    SUMMARY,
    TITLE,
    TITLE_EXACT,
    TITLE_KEY,
    VERSION,
    key_field,
)
from droindex.errors import EngineError
from droindex.lineage.version import Version
from droindex.model import Document, Reference
from droindex.pages import Page
from droindex.standing import InForce, Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from droindex.engine.analysis import Analyzer

__all__ = [
    "READING",
    "decode_document",
    "decode_version",
    "document_entry",
    "encode_document",
    "indexable_pages",
    "owner_number",
]

_SPARE_BITS = 1  # the engine's whole numbers have a sign
_METADATA = tuple(item.name for item in fields(Document) if item.name != "pages")
_SHAPED = (Reference, Relation)
_NO_KINDS: Mapping[str, str] = MappingProxyType({})
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class _Reading:
    """A context for stored values: however reading one fails, it is an error of the engine."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, (ValueError, LookupError, TypeError, AttributeError, RecursionError)):
            raise EngineError("A stored document cannot be read.") from error


READING = _Reading()


def encode_document(document: Document) -> bytes:
    """Return the stored form of a document's metadata: JSON without what is absent."""
    # The same as document.to_dict() without the absent values, which most are: so they come first.
    lean: dict[str, Any] = {}
    for name in _METADATA:
        value = getattr(document, name)
        if value or (value is not None and isinstance(value, int)):
            lean[name] = _as_json(value)
    return _ENCODER.encode(lean).encode()


def _as_json(value: Any) -> Any:
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [item.to_dict() if isinstance(item, _SHAPED) else item for item in value]
    if isinstance(value, InForce):
        return value.to_dict()
    return dict(value)


def decode_document(stored: bytes) -> Document:
    """Return the document that `encode_document` wrote."""
    with READING:
        return Document.from_dict(json.loads(stored))


def decode_version(stored: bytes) -> Version:
    """Return how a document stands in its line, as an entry has it."""
    with READING:
        return Version.unpacked(stored)


def document_entry(
    document: Document,
    pages: Iterable[Page],
    scope: str,
    analyzer: Analyzer,
    profile_terms: int,
    kinds: Mapping[str, str] = _NO_KINDS,
    line_scopes: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the entry of the document index: field -> value or values.

    Args:
        document: The metadata.
        pages: Its text.
        scope: Where it is found, as `scopes.scope_of` says.
        analyzer: The chain of the set.
        profile_terms: How many of its most frequent terms are kept.
        kinds: The kinds of custom fields that the corpus declares, by name.
        line_scopes: The scopes of all documents in its line.
    """
    title, summary = normalise(document.title), normalise(document.summary)
    parts = [normalise(document.number or ""), title, summary]
    parts += [page.text for page in indexable_pages(pages)]
    everything = "\n".join(part for part in parts if part)
    entry: dict[str, Any] = {
        DOC_ID: document.doc_id,
        META: encode_document(document),
        PROFILE: pack_profile(everything, analyzer, profile_terms),
        OWNER: owner_number(document.doc_id),
        ALL: everything,
        EXACT: everything,
        TITLE: title,
        TITLE_EXACT: title,
        SUMMARY: summary,
        TITLE_KEY: title_key(document.title, analyzer),
        SCOPE: scope,
        **sort_keys(document),
    }
    if cited := _cited(pages):
        entry[key_field(CITES)] = cited
    if document.custom:
        entry |= custom_values(document.custom, kinds, analyzer)
    entry |= _standing(document, line_scopes)
    for name, spec in FIELDS.items():
        entry |= _VALUES[spec.kind](document, name, analyzer)
    return entry


def owner_number(doc_id: str) -> int:
    """Return the number that stands for a document in both indexes: 63 bits of its id's hash."""
    digest = hashlib.blake2b(doc_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> _SPARE_BITS


def _cited(pages: Iterable[Page]) -> list[str]:
    """Return the terms of what the pages refer to, and of what they may refer to."""
    texts = [page.text for page in indexable_pages(pages)]
    return sorted(cited_keys(own for page in references_in(texts) for own in page))


def _standing(document: Document, line_scopes: Sequence[str]) -> dict[str, Any]:
    """Return the line of a document, and the days on which it is in force, or may be."""
    entry: dict[str, Any] = {}
    if document.line is not None:
        entry = {
            LINE: document.line,
            LINE_NUMBER: owner_number(document.line),
            LINE_SCOPE: list(line_scopes),
            VERSION: Version.of(document).packed(),
        }
    in_force = document.in_force
    if in_force is None:
        return entry
    known, possible = in_force.known, in_force.possible
    if known:
        first, end = known
        entry[BINDS_FROM] = day_number(first)
        entry[BINDS_TO] = day_number(end) - 1 if end else LAST_DAY
    if possible and possible != (known and (known[0], known[1] or date.max)):
        entry[MAY_BIND_FROM] = day_number(possible[0])
        entry[MAY_BIND_TO] = day_number(possible[1]) - 1
    return entry


Values = dict[str, Any]  # field of the index -> value or values


def _no_values(_document: Document, _name: str, _analyzer: Analyzer) -> Values:
    return {}


def _day_values(document: Document, name: str, _analyzer: Analyzer) -> Values:
    day = day_of(document, name)
    return {} if day is None else {name: day_number(day)}


def _key_values(document: Document, name: str, analyzer: Analyzer) -> Values:
    """Return what a field is filtered by, and what it is counted by."""
    if not getattr(document, "best_date" if name == YEAR else name):
        return {}
    keys = sorted(key for key in filter_keys(document, name, analyzer) if key)
    counted = list(facet_values(document, name)) if FIELDS[name].is_facet else []
    return {field: values for field, values in ((key_field(name), keys), (name, counted)) if values}


_VALUES = {  # how each kind of field is indexed beside the words of all fields
    FieldKind.TEXT: _no_values,
    FieldKind.KEYWORD: _key_values,
    FieldKind.IDENTIFIER: _key_values,
    FieldKind.REFERENCE: _key_values,
    FieldKind.DATE: _day_values,
    FieldKind.CITATION: _no_values,  # they are those of the pages
    FieldKind.PERIOD: _no_values,
}


class _Indexable(tuple[Page, ...]):
    """Pages whose texts are in the form that is indexed."""

    __slots__ = ()


def indexable_pages(pages: Iterable[Page]) -> tuple[Page, ...]:
    """Return pages with their texts in the form that is indexed; those that are stay as they are.

    What an extractor of ours made is normalised already; text that was given may not be.
    """
    if isinstance(pages, _Indexable):
        return pages
    return _Indexable(
        page
        if page.backend or page.text == (text := normalise(page.text))
        else replace(page, text=text, layout="")
        for page in pages
    )
