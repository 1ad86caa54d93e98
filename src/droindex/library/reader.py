"""One clearance set, open for reading: its two indexes, its analyzer and what is known of it."""

from __future__ import annotations

import hashlib
import math
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Self

from droindex.arguments import is_unicode
from droindex.engine.bm25 import idf
from droindex.engine.clauses import Term
from droindex.engine.entries import decode_document
from droindex.engine.passages import Passage, pages_from_passages, read_passage
from droindex.engine.profile import unpack_profile
from droindex.engine.schema import ALL, DOC_ID, INFO, LINE, META, OWNER, PROFILE, TEXT
from droindex.engine.tantivy.engine import TANTIVY
from droindex.engine.vocabulary import Vocabulary
from droindex.errors import DocumentNotFoundError
from droindex.lazy import Bounded
from droindex.library.scopes import days_expired
from droindex.store.generation import DOCUMENTS, PAGES
from droindex.synonyms.lookup import Variants
from droindex.synonyms.table import load_synonyms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from datetime import date
    from pathlib import Path
    from types import TracebackType

    from droindex.engine.clauses import Clause
    from droindex.engine.protocol import Engine, Reader, Row
    from droindex.model import Document
    from droindex.pages import Page
    from droindex.store.generation import Generation

__all__ = ["SetReader", "stored_pages"]

_NOBODY = nullcontext()  # as a judge: every error stands
_MAX_IDFS = 50_000  # idfs of terms that are kept: about 8 MB


def stored_pages(pages: Reader, doc_id: str) -> tuple[Page, ...]:
    """Return the pages of a document that a page index holds, rising by number."""
    clause = Term(DOC_ID, doc_id)
    count = pages.count(clause)
    if not count:
        return ()
    found, _ = pages.search(clause, count, count=False)
    return pages_from_passages(map(tuple, pages.fetch(found, (TEXT, INFO))))


class SetReader:
    """A snapshot of one clearance set; safe to use from many threads. A context, for its judge.

    Args:
        generation: The generation to read.
        name: The set, as `set_for` returns it.
        judge: A context that tells whether damage is behind an error.
        engine: What the set was written with.

    Attributes:
        judge: The same, for what is worked out later than the call.
        documents: The document index.
        pages: The page index.
        analyzer: The chain both were written with.
        variants: Acronyms and synonyms, of corpus.toml and of the documents.
        vocabulary: The words that its documents hold.
        config: The corpus's configuration.
        info: The set's part of the manifest: counts per scope, expiries, fingerprint.
    """

    def __init__(
        self,
        generation: Generation,
        name: str,
        judge: AbstractContextManager[None] = _NOBODY,
        engine: Engine = TANTIVY,
    ) -> None:
        self.judge = judge
        self.info: dict[str, Any] = generation.manifest["sets"][name]
        self.config = generation.config()
        self.analyzer = engine.analyzer(self.config.language)
        self.folder: Path = generation.folder / name
        self.variants = Variants(self.config, self.analyzer, load_synonyms(generation.read, name))
        self.documents, self.pages = (
            engine.reader(self.folder / part, _names_of(generation, f"{name}/{part}/"))
            for part in (DOCUMENTS, PAGES)
        )
        self._idfs: Bounded[tuple[str, str], float] = Bounded(most=_MAX_IDFS)
        # No memo, which would hold the reader, and its files open until a collection of garbage.
        self._root_idfs: Bounded[str, float] = Bounded(most=_MAX_IDFS)
        self.vocabulary = Vocabulary(self.documents)

    def __enter__(self) -> Self:
        self.judge.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.judge.__exit__(kind, error, trace)

    def fingerprint(self, today: date, version: str) -> str:
        """Return what tells whether any answer may have changed: by what is held, or by the day.

        Args:
            today: The day that decides which documents have expired.
            version: Of the software that ranks.
        """
        lapsed = days_expired(self.info, today)
        whole = f"{self.info['fingerprint']} {lapsed} {version}"
        return hashlib.sha256(whole.encode()).hexdigest()[:24]

    def row_of(self, doc_id: str) -> Row:
        """Return a document as a row of the document index.

        Raises:
            DocumentNotFoundError: `document-not-found`, this set does not hold it.
        """
        if not isinstance(doc_id, str) or not is_unicode(doc_id):
            raise DocumentNotFoundError(doc_id)
        found, _ = self.documents.search(Term(DOC_ID, doc_id), 1, count=False)
        if not found:
            raise DocumentNotFoundError(doc_id)
        return found[0]

    def document(self, doc_id: str) -> Document:
        """Return a document without its pages.

        Raises:
            DocumentNotFoundError: `document-not-found`, this set does not hold it.
        """
        ((meta,),) = self.documents.fetch((self.row_of(doc_id),), (META,))
        return decode_document(meta)

    def line_of(self, document: Document) -> list[Document]:
        """Return the documents of a document's line, without pages; itself alone if it has none."""
        if document.line is None:
            return [document]
        clause = Term(LINE, document.line)
        found, _ = self.documents.search(clause, self.documents.num_docs, count=False)
        return [decode_document(meta) for (meta,) in self.documents.fetch(found, (META,))]

    def idf(self, field: str, term: str) -> float:
        """Return the idf of a term of the document index, above 0."""
        known = self._idfs.get((field, term))
        if known is None:
            known = idf(self.vocabulary.doc_freq(field, term), self.documents.num_docs)
            self._idfs.keep((field, term), known)
        return known

    def _root_idf(self, term: str) -> float:
        root = math.sqrt(self.idf(ALL, term))
        self._root_idfs.keep(term, root)
        return root

    def profiles(self, rows: Sequence[Row]) -> list[dict[str, float]]:
        """Return the profile of each document: its most frequent terms, with their weights.

        The weight is ln(1 + tf) * sqrt(idf): a clause that looks for them multiplies by idf once
        more.
        """
        known, log1p = self._root_idfs.get, math.log1p
        return [
            {
                term: log1p(tf) * (known(term) or self._root_idf(term))
                for term, tf in unpack_profile(packed).items()
            }
            for (packed,) in self.documents.fetch(rows, (PROFILE,))
        ]

    def pages_of(self, doc_id: str) -> tuple[Page, ...]:
        """Return the stored pages of a document, rising by number; empty if it has none."""
        return stored_pages(self.pages, doc_id)

    def passages(self, rows: Sequence[Row]) -> list[Passage]:
        """Return the passages that a search of the page index found, in their order."""
        return [read_passage(text, info) for text, info in self.pages.fetch(rows, (TEXT, INFO))]

    def owners_on_pages(self, clause: Clause) -> tuple[int, ...]:
        """Return the owner numbers of the documents with a passage that matches, rising."""
        # The ids themselves take twenty times as long as the numbers that stand for them.
        owners = {own for own in self.pages.column(clause, OWNER) if own is not None}
        return tuple(sorted(owners))


def _names_of(generation: Generation, start: str) -> list[str]:
    files = generation.manifest["files"]
    return [file[len(start) :] for file in files if file.startswith(start)]
