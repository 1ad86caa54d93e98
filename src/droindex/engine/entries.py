"""A document -> what the engine is given: one entry in the document index, one per passage."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from droindex.engine.analysis import normalise
from droindex.engine.fields import (
    FIELDS,
    FieldKind,
    day_number,
    facet_values,
    filter_keys,
    sort_keys,
    title_key,
)
from droindex.engine.profile import pack_profile
from droindex.engine.schema import (
    ALL,
    DOC_ID,
    EXACT,
    INFO,
    META,
    OWNER,
    PROFILE,
    SCOPE,
    SUMMARY,
    TEXT,
    TITLE,
    TITLE_EXACT,
    TITLE_KEY,
    key_field,
)
from droindex.errors import EngineError
from droindex.model import Document, Page, PageStatus, Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from droindex.engine.analysis import Analyzer

__all__ = [
    "READING",
    "Passage",
    "decode_document",
    "document_entry",
    "encode_document",
    "indexable_pages",
    "owner_number",
    "pages_from_passages",
    "passage_entries",
]

_SPARE_BITS = 1  # the engine's whole numbers have a sign
_METADATA = tuple(item.name for item in fields(Document) if item.name != "pages")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class _Reading:
    """A context for stored values: however reading one fails, it is an error of the engine."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, (ValueError, LookupError, TypeError, AttributeError, RecursionError)):
            raise EngineError("A stored document cannot be read.") from error


READING = _Reading()


class Passage(NamedTuple):
    """A piece of a page as it is stored: the page's number and label, and the text."""

    page: int
    label: str | None
    text: str


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
        return [item.to_dict() if isinstance(item, Reference) else item for item in value]
    return dict(value)


def decode_document(stored: bytes) -> Document:
    """Return the document that `encode_document` wrote."""
    with READING:
        return Document.from_dict(json.loads(stored))


def document_entry(
    document: Document,
    pages: Iterable[Page],
    scope: str,
    analyzer: Analyzer,
    profile_terms: int,
    profile: bytes | None = None,
) -> dict[str, Any]:
    """Return the entry of the document index: field -> value or values.

    Args:
        document: The metadata.
        pages: Its text.
        scope: Where it is found, as `scopes.scope_of` says.
        analyzer: The chain of the set.
        profile_terms: How many of its most frequent terms are kept.
        profile: Its packed profile, where the same text was packed before.
    """
    title, summary = normalise(document.title), normalise(document.summary)
    parts = [normalise(document.number or ""), title, summary]
    parts += [page.text for page in indexable_pages(pages)]
    everything = "\n".join(part for part in parts if part)
    entry: dict[str, Any] = {
        DOC_ID: document.doc_id,
        META: encode_document(document),
        PROFILE: profile or pack_profile(everything, analyzer, profile_terms),
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
    for name, spec in FIELDS.items():
        entry |= _VALUES[spec.kind](document, name, analyzer)
    return entry


def passage_entries(doc_id: str, pages: Iterable[Page], size: int) -> Iterator[dict[str, Any]]:
    """Yield the entries of the page index; together their texts are the pages' texts, whole.

    Args:
        doc_id: The document the pages belong to.
        pages: Its pages.
        size: About how many characters a passage may have.
    """
    place, owner = 0, owner_number(doc_id)
    for page in indexable_pages(pages):
        for text in split_passages(page.text, size):
            info = {"n": page.number, "p": place, "l": page.label, "e": page.engine}
            if page.status is not PageStatus.OK:
                info["s"] = page.status.value
            if page.is_ocr:
                info["o"] = 1
            lean = {key: value for key, value in info.items() if value not in (None, "")}
            packed = json.dumps(lean, ensure_ascii=False, separators=(",", ":")).encode()
            yield {DOC_ID: doc_id, OWNER: owner, TEXT: text, INFO: packed}
            place += 1


def owner_number(doc_id: str) -> int:
    """Return the number that stands for a document in both indexes: 63 bits of its id's hash."""
    digest = hashlib.blake2b(doc_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> _SPARE_BITS


def pages_from_passages(passages: Iterable[tuple[str, bytes]]) -> tuple[Page, ...]:
    """Return the pages that were stored as (text, info), in whatever order they come."""
    with READING:
        return tuple(_join(passages))


def _join(passages: Iterable[tuple[str, bytes]]) -> list[Page]:
    pieces = sorted(((json.loads(info), text) for text, info in passages), key=lambda x: x[0]["p"])
    pages: list[Page] = []
    for info, text in pieces:
        before = pages.pop().text if pages and pages[-1].number == info["n"] else ""
        pages.append(
            Page(
                number=info["n"],
                text=before + text,
                label=info.get("l"),
                status=PageStatus(info.get("s", "ok")),
                engine=info.get("e", ""),
                is_ocr=bool(info.get("o")),
            )
        )
    return pages


def split_passages(text: str, size: int) -> Iterator[str]:
    """Yield pieces of about `size` characters, cut after a paragraph, a sentence or a word."""
    start = 0
    while len(text) - start > size * 3 // 2:
        low, high = start + size // 2, start + size
        end = high
        for mark in ("\n\n", "\n", ". ", " "):
            place = text.rfind(mark, low, high)
            if place > 0:
                end = place + len(mark)
                break
        yield text[start:end]
        start = end
    yield text[start:]


def read_passage(text: str, info: bytes) -> Passage:
    """Return a stored passage for showing."""
    with READING:
        values = json.loads(info)
        return Passage(values["n"], values.get("l"), text)


Values = dict[str, Any]  # field of the index -> value or values


def _no_values(_document: Document, _name: str, _analyzer: Analyzer) -> Values:
    return {}


def _day_values(document: Document, name: str, _analyzer: Analyzer) -> Values:
    day = getattr(document, name)
    return {} if day is None else {name: day_number(day)}


def _key_values(document: Document, name: str, analyzer: Analyzer) -> Values:
    """Return what a field is filtered by, and what it is counted by."""
    if not getattr(document, "issued" if name == "year" else name):
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
        if page.engine or page.text == (text := normalise(page.text))
        else replace(page, text=text)
        for page in pages
    )
