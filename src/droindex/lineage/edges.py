"""What documents say of each other: who supersedes or amends whom, with who says so.

An edge leads from the newer document to the older one. What only one of the two states holds for
both; what both state is one edge.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from droindex.metadata.partial import AMENDED
from droindex.metadata.values import normalise_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from droindex.model import Document, Reference

__all__ = ["GIVEN", "Edge", "stated_edges"]

GIVEN = 1.0  # confidence in what a person stated


@dataclass(frozen=True, slots=True)
class Edge:
    """One document replaces another, as a whole or in part.

    Attributes:
        new: The id of the newer document.
        old: The id of the older one.
        source: Who says so, as in `Document.sources`; `number` or `title` where nobody does.
        confidence: How sure it is, above 0 up to 1.
        part: What of the older one is replaced; None for all of it.
        said_by_new: Whether the newer document states it.
        said_by_old: Whether the older one does.
        is_doubtful: Whether dates or other statements contradict it.
    """

    new: str
    old: str
    source: str
    confidence: float
    part: str | None = None
    said_by_new: bool = False
    said_by_old: bool = False
    is_doubtful: bool = False

    @property
    def step(self) -> tuple[str, str]:
        """The newer document and the older one."""
        return self.new, self.old

    @property
    def is_inferred(self) -> bool:
        """Whether neither document states it."""
        return not (self.said_by_new or self.said_by_old)


def stated_edges(documents: Mapping[str, Document]) -> tuple[list[Edge], frozenset[str]]:
    """Return the edges that documents state, in the order of their ids.

    Args:
        documents: All documents of one clearance, by id; their references are completed.

    Returns:
        The edges, one for each pair, and the ids of documents that state they replace themselves.
    """
    found: dict[tuple[str, str], Edge] = {}
    selves: set[str] = set()
    for doc_id in sorted(documents):
        for edge in _of_document(documents[doc_id]):
            if edge.new == edge.old:
                selves.add(doc_id)
            elif edge.new in documents and edge.old in documents:
                key = edge.new, edge.old
                found[key] = _joined(found[key], edge) if key in found else edge
    return list(found.values()), frozenset(selves)


def _of_document(document: Document) -> Iterator[Edge]:
    for reference in document.supersedes:
        if old := _meant(document, reference):
            yield Edge(
                document.doc_id,
                old,
                *_trust(document, "supersedes"),
                _part(document, reference),
                said_by_new=True,
            )
    for reference in document.superseded_by:
        if new := _meant(document, reference):
            trust = _trust(document, "superseded_by")
            yield Edge(new, document.doc_id, *trust, reference.part, said_by_old=True)


def _meant(document: Document, reference: Reference) -> str | None:
    """Return the id of the document that is meant; its own where a document names itself."""
    if reference.doc_id is None and reference.text.strip() == document.doc_id:
        return document.doc_id
    return reference.doc_id


def _part(document: Document, reference: Reference) -> str | None:
    """Return what of the older document is replaced; a new edition that amends replaces all."""
    is_edition = normalise_number(reference.number or "") == normalise_number(document.number or "")
    if reference.part == AMENDED and document.number and is_edition:
        return None
    return reference.part


def _trust(document: Document, name: str) -> tuple[str, float]:
    source = document.sources.get(name, "")
    return source, document.confidence.get(name, GIVEN)


def _joined(first: Edge, second: Edge) -> Edge:
    """Return two statements of one edge as one; the surer one says how much is replaced."""
    surer = first if first.confidence >= second.confidence else second
    return replace(
        surer,
        said_by_new=first.said_by_new or second.said_by_new,
        said_by_old=first.said_by_old or second.said_by_old,
    )
