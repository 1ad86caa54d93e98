"""The other versions of a document: what it replaced, and what replaced it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.engine.analysis import fold
from droindex.engine.clauses import Term
from droindex.engine.schema import DOC_ID, key_field
from droindex.errors import DocumentNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.library.reader import SetReader
    from droindex.model import Document

__all__ = ["versions"]

_MAX_VERSIONS = 1_000  # documents in one chain; the longest seen has a dozen


def versions(reader: SetReader, doc_id: str) -> dict[str, Document]:
    """Return the documents that a chain of replacements leads to, by id, itself included.

    Raises:
        DocumentNotFoundError: `document-not-found`.
    """
    known = {doc_id: reader.document(doc_id)}
    waiting = [doc_id]
    while waiting and len(known) < _MAX_VERSIONS:
        for neighbour in _neighbours(reader, known[waiting.pop()]):
            if neighbour.doc_id not in known:
                known[neighbour.doc_id] = neighbour
                waiting.append(neighbour.doc_id)
    return known


def _neighbours(reader: SetReader, document: Document) -> Iterator[Document]:
    for reference in (*document.supersedes, *document.superseded_by):
        if reference.doc_id is not None:
            try:
                yield reader.document(reference.doc_id)
            except DocumentNotFoundError:  # a reference kept from an older generation
                continue
    for field in ("supersedes", "superseded_by"):
        clause = Term(key_field(field), fold(document.doc_id))
        count = reader.documents.count(clause)
        if count:
            found, _ = reader.documents.search(clause, count, count=False)
            for (doc_id,) in reader.documents.fetch(found, (DOC_ID,)):
                yield reader.document(doc_id)
