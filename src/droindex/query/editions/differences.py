"""What changed from one document of a set to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.changes.diff import DocumentDiff, compare
from droindex.changes.paragraphs import paragraphs
from droindex.errors import QueryError
from droindex.extract.blocks.layout import with_layouts
from droindex.model import FileStatus
from droindex.text import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.changes.paragraphs import Paragraph
    from droindex.library.reader import SetReader
    from droindex.model import Document

__all__ = ["differences", "paragraphs_of"]

_NEXT_STEP = {
    FileStatus.NEEDS_OCR: "Its pages are pictures. Read them with droindex[ocr]: build again.",
    FileStatus.ENCRYPTED: "Its file asks for a password: keep it without one, and build again.",
}
_CHECK = "droindex check says how the reading of its file ended."


def differences(reader: SetReader, before: str, after: str) -> DocumentDiff:
    """Return what changed from one document to another.

    Args:
        reader: The set.
        before: The id of the older document.
        after: That of the newer one.

    Raises:
        DocumentNotFoundError: `document-not-found`.
        QueryError: `no-text`, nothing was read of one of them.
    """
    documents = reader.document(before), reader.document(after)
    texts = [paragraphs_of(reader, document) for document in documents]
    for document, text in zip(documents, texts, strict=True):
        if not text:
            raise _no_text(document)
    notes = [note for document in documents for note in _notes(reader, document)]
    if before == after:
        notes = ["Both are the same document."]
    return DocumentDiff(*documents, compare(*texts), tuple(notes))


def paragraphs_of(reader: SetReader, document: Document) -> list[Paragraph]:
    """Return the paragraphs of a document, whose layout is worked out where none is stored."""
    pages = reader.pages_of(document.doc_id)
    if any(page.text and not page.layout for page in pages):
        pages = with_layouts(pages)
    return paragraphs(pages)


def _notes(reader: SetReader, document: Document) -> Iterator[str]:
    """Yield what makes the text of a document less than what it says."""
    name = repr(document.doc_id)
    recognised = sum(page.is_ocr for page in reader.pages_of(document.doc_id))
    if recognised:
        pages = count(recognised, "page")
        yield f"{pages} of {name} were read by OCR: slips of that show as changes."
    if document.needs_ocr_pages:
        pages = count(len(document.needs_ocr_pages), "page")
        yield f"{pages} of {name} are pictures that were not read: what they say is missing here."
    elif document.file_status == FileStatus.PARTIAL:
        yield f"{name} was read in part: what was not read is missing here."


def _no_text(document: Document) -> QueryError:
    status = document.file_status
    return QueryError(
        f"There is no text of {document.doc_id!r} to compare.",
        hint=_NEXT_STEP.get(status, _CHECK) if status is not None else "Nobody gave its text.",
        slug="no-text",
    )
