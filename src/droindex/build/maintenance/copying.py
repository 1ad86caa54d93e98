"""What moving a library takes, whichever way: each set written anew from what it holds itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from droindex.build.write import SCHEMAS
from droindex.engine.clauses import AllDocuments, Constant
from droindex.engine.entries import decode_document, document_entry
from droindex.engine.passages import passage_entries
from droindex.engine.profile import PROFILE_TERMS
from droindex.engine.schema import (
    META,
    Words,
)
from droindex.errors import EngineError
from droindex.library.scopes import scope_of
from droindex.serialize import Serializable
from droindex.store.generation import DOCUMENTS, PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from droindex.engine.protocol import Reader, Row, Writer
    from droindex.library.reader import SetReader
    from droindex.model import Document

__all__ = ["CopyReport", "compare_indexes", "copy_set"]

_AT_ONCE = 200  # documents that are read together
_ALL_TERMS = 100_000_000


@dataclass(frozen=True, slots=True)
class CopyReport(Serializable):
    """What was copied.

    Attributes:
        generation: The generation that answers at the target now.
        documents: Documents of each set that is there.
        entries: Entries of all indexes together: documents and passages.
        written: Indexes that were written; what an earlier try had finished was not.
        removed: Old generations that went.
    """

    generation: str
    documents: Mapping[str, int]
    entries: int
    written: int
    removed: tuple[str, ...] = ()


def copy_set(
    reader: SetReader,
    passage_chars: int,
    writers: Mapping[str, Writer],
    counted: Callable[[], None],
) -> None:
    """Write what a set holds into other indexes.

    Args:
        reader: The set.
        passage_chars: About how many characters a passage has.
        writers: Index -> what writes it; those that are not there are left out.
        counted: Called after each document.
    """
    line_scopes = _scopes_of_lines(reader) if DOCUMENTS in writers else {}
    for document in _documents(reader):
        pages = reader.pages_of(document.doc_id)
        if DOCUMENTS in writers:
            entry = document_entry(
                document,
                pages,
                scope_of(document, reader.config),
                reader.analyzer,
                PROFILE_TERMS,
                reader.config.kinds,
                line_scopes.get(document.line or "", ()),
            )
            writers[DOCUMENTS].add(entry)
        if PAGES in writers:
            for passage in passage_entries(document.doc_id, pages, passage_chars):
                writers[PAGES].add(passage)
        counted()
    for writer in writers.values():
        writer.commit()


def compare_indexes(source: SetReader, target: Mapping[str, Reader]) -> int:
    """Compare what two indexes hold: entries, and every word with how many entries hold it.

    Args:
        source: The set that was copied.
        target: Index -> its copy.

    Returns:
        How many entries they hold.

    Raises:
        EngineError: `engine-error`, something differs.
    """
    entries = 0
    for name, copied in target.items():
        original = source.documents if name == DOCUMENTS else source.pages
        if copied.num_docs != original.num_docs:
            raise EngineError(
                f"The copy of {name} holds {copied.num_docs} entries instead of "
                f"{original.num_docs}."
            )
        for field in SCHEMAS[name]:
            if isinstance(field, Words):
                ours, theirs = (
                    sorted(reader.terms(field.name, "", _ALL_TERMS))
                    for reader in (original, copied)
                )
                if ours != theirs:
                    raise EngineError(f"The words of {name}, field {field.name}, differ in a copy.")
        entries += copied.num_docs
    return entries


def _rows(reader: SetReader) -> list[Row]:
    everything = Constant(AllDocuments(), 0.0)
    documents = reader.documents
    return documents.search(everything, max(documents.num_docs, 1), count=False)[0]


def _documents(reader: SetReader) -> Iterator[Document]:
    """Yield the documents of a set, some read at a time."""
    rows = _rows(reader)
    for start in range(0, len(rows), _AT_ONCE):
        stored = reader.documents.fetch(rows[start : start + _AT_ONCE], (META,))
        yield from (decode_document(meta) for (meta,) in stored)


def _scopes_of_lines(reader: SetReader) -> dict[str, tuple[str, ...]]:
    """Return the line of documents -> the scopes of all that stand in it."""
    if not reader.info.get("lines"):
        return {}
    scopes: dict[str, set[str]] = {}
    for document in _documents(reader):
        if document.line is not None:
            scopes.setdefault(document.line, set()).add(scope_of(document, reader.config))
    return {line: tuple(sorted(found)) for line, found in scopes.items()}
