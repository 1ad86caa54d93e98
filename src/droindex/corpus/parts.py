"""Bundles that are split: the parts of a file, each a document of its own.

What hides the file hides its parts: the label that is given for it, and the one that its whole
text gives, are those of each part.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from droindex.corpus.records import id_fault
from droindex.metadata.infer.bundles import Part, pages_of, plain_parts
from droindex.metadata.infer.date_order import ORDER_FIELD
from droindex.metadata.infer.inference import infer_part
from droindex.metadata.values import normalise_number
from droindex.problems import shown

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from droindex.extract.protocol import Extraction
    from droindex.metadata.coercion import Given
    from droindex.metadata.inferred import Inferred
    from droindex.pages import Page

__all__ = [
    "NOT_SPLIT",
    "SPLIT",
    "SPLIT_VERSION",
    "PartReading",
    "Splitting",
    "part_given",
    "read_parts",
]

SPLIT = "split"  # in the source of a document: that its file is split if it is a bundle, and how
NOT_SPLIT = "not_split"  # among the facts of a file: why a bundle stays one document
SPLIT_VERSION = 1  # raised when bundles are split in another way
_MARK = "#"  # between the id of the file and what tells the part
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
    """A part, as it was read.

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
    ids = [f"{doc_id}{_MARK}{_key(part)}" for part in parts]
    if fault := next(filter(None, (_id_fault(own_id, splitting) for own_id in ids)), ""):
        return (), fault
    readings = [infer_part(extraction, part, file) for part in parts]
    # One label for all of them: where a part is hidden, its neighbours' places would tell of it.
    labels = [item for item in chain(read, *readings) if item.field == "label"]
    orders = [item for item in read if item.field == ORDER_FIELD]
    found = []
    for place, (own_id, part, own) in enumerate(zip(ids, parts, readings, strict=True), 1):
        facts = {
            "part_of": doc_id,
            "part_number": place,
            "part_count": len(parts),
            "first_page": part.first,
            "last_page": part.last,
        }
        inferred = (*(item for item in own if item.field != "label"), *orders, *labels)
        found.append(PartReading(own_id, pages_of(extraction, part), inferred, facts))
    return tuple(found), ""


def _id_fault(doc_id: str, splitting: Splitting) -> str:
    """Return why a part may not have an id; empty where it may."""
    if doc_id in splitting.taken:
        return f"the id {shown(doc_id)} of a part is that of another file"
    why = id_fault(doc_id, splitting.max_id_chars)
    return f"the id {shown(doc_id)} of a part {why}" if why else ""


def _key(part: Part) -> str:
    return normalise_number(part.number).replace("/", "-")
