"""Bundles that are split: the parts of a file, each a document of its own.

What hides the file hides its parts: the label that is given for it, and the one that its whole
text gives, are those of each part.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from droindex.corpus.records.record import id_fault
from droindex.metadata.infer.bundles import Part, pages_beside, pages_of, plain_parts
from droindex.metadata.infer.date_order import ORDER_FIELD
from droindex.metadata.infer.inference import infer_part
from droindex.metadata.keys import REFERENCES, squash
from droindex.metadata.values import normalise_number
from droindex.problems import shown

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from droindex.extract.protocol import Extraction
    from droindex.metadata.coercion import Given
    from droindex.metadata.inferred import Inferred
    from droindex.pages import Page

__all__ = [
    "DOCUMENTS",
    "NOT_SPLIT",
    "SPLIT",
    "SPLIT_VERSION",
    "PartReading",
    "Splitting",
    "part_given",
    "read_parts",
]

SPLIT = "split"  # in the source of a document: that its file is split if it is a bundle, and how
DOCUMENTS = "documents"  # among the facts of a file that was split: how many it became
NOT_SPLIT = "not_split"  # among the facts of a file: why a bundle stays one document
SPLIT_VERSION = 1  # raised when bundles are split in another way
_TITLE_CHARS = 40  # in the id of a part whose number another one has too
_MARK = "@"  # between the id of the file and what tells the part; it stands as it is in addresses
# What somebody says of the file is true of its parts, but for what the file alone is called, and
# the days and links of the whole.
_OF_THE_FILE = frozenset(
    {"title", "number", "summary", "signatory", "issued", "issued_text", "effective"}
    | {"effective_text", "revised", "revised_text", "supersedes", "superseded_by", "related"}
)


class Splitting(NamedTuple):
    """How bundles are split.

    Attributes:
        taken: Ids of other documents, which no part may have.
        max_id_chars: How long an id may be.
    """

    taken: Container[str]
    max_id_chars: int


class PartReading(NamedTuple):
    """A part, or the file without its parts, as it was read.

    Attributes:
        doc_id: Its id.
        pages: Its pages, numbered as in the file.
        inferred: What they say.
        facts: Where it stands in the file.
    """

    doc_id: str
    pages: tuple[Page, ...]
    inferred: tuple[Inferred, ...]
    facts: Mapping[str, Any]


def part_given(file_facts: Mapping[str, Any], given: Given) -> Given:
    """Return what was given for a file as far as it is true of its document; of a part, not all."""
    if "part_of" not in file_facts:
        return given
    values = {key: value for key, value in given.values.items() if key not in _OF_THE_FILE}
    sources = {key: source for key, source in given.sources.items() if key in values}
    return replace(given, values=MappingProxyType(values), sources=MappingProxyType(sources))


def read_parts(
    doc_id: str, file: str, read: Sequence[Inferred], extraction: Extraction, splitting: Splitting
) -> tuple[tuple[PartReading, ...], str]:
    """Return the parts of a bundle, or why it stays one document.

    Pages that belong to none of them stay with the file, under its id.

    Args:
        doc_id: The id of the file, if it were one document.
        file: Where it lies in the corpus.
        read: What its whole text says.
        extraction: What its file was read to.
        splitting: How it is split.
    """
    parts, fault = plain_parts(extraction)
    if fault:
        return (), fault
    ids = [f"{doc_id}{_MARK}{key}" for key in _keys(parts)]
    if fault := _ids_fault(ids, splitting):
        return (), fault
    readings = [infer_part(extraction, part, file) for part in parts]
    beside = pages_beside(extraction, parts)
    found = [_file_reading(doc_id, read, beside)] if beside else []
    labels = _of_field("label", chain(read, *readings))
    orders = _of_field(ORDER_FIELD, read)
    for place, (own_id, part, own) in enumerate(zip(ids, parts, readings, strict=True), 1):
        facts = {
            "part_of": doc_id,
            "part_number": place,
            "part_count": len(parts),
            "first_page": part.first,
            "last_page": part.last,
        }
        inferred = (*own, *orders)
        found.append(PartReading(own_id, pages_of(extraction, part), inferred, facts))
    return tuple(_with_labels(found, labels)), ""


def _of_field(name: str, items: Iterable[Inferred]) -> list[Inferred]:
    return [item for item in items if item.field == name]


def _file_reading(doc_id: str, read: Sequence[Inferred], pages: tuple[Page, ...]) -> PartReading:
    """Return the document of the file itself: of the pages that belong to none of its orders.

    It is what the file was, but for what may stand in its orders.
    """
    inferred = (item for item in read if item.field not in (*REFERENCES, "signatory"))
    return PartReading(doc_id, pages, tuple(inferred), {})


def _with_labels(
    readings: Sequence[PartReading], labels: Sequence[Inferred]
) -> Iterator[PartReading]:
    """Yield the documents of a file with one label for all of them, and with their number.

    Where a part is hidden, its neighbours' places would tell of it.
    """
    for item in readings:
        own = (reading for reading in item.inferred if reading.field != "label")
        facts = {**item.facts, DOCUMENTS: len(readings)}
        yield item._replace(inferred=(*own, *labels), facts=facts)


def _ids_fault(ids: Sequence[str], splitting: Splitting) -> str:
    """Return why parts may not have these ids; empty where they may."""
    counts = Counter(ids)
    for doc_id in ids:
        why = id_fault(doc_id, splitting.max_id_chars)
        if doc_id in splitting.taken:
            why = "is that of another file"
        elif counts[doc_id] > 1:
            why = "is that of two parts"
        if why:
            return f"the id {shown(doc_id)} of a part {why}"
    return ""


def _keys(parts: Sequence[Part]) -> Iterator[str]:
    """Yield what tells each part: its number; where several have that, its title as well."""
    numbers = [normalise_number(part.number).replace("/", "-") for part in parts]
    counts = Counter(numbers)
    for part, number in zip(parts, numbers, strict=True):
        title = squash(part.title)[:_TITLE_CHARS] if counts[number] > 1 else ""
        yield f"{number}-{title}" if title else number
