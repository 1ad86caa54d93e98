"""One clearance set, open for reading: its two indexes, its analyzer and what is known of it."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any

from droindex.errors import DocumentNotFoundError
from droindex.index.acronyms import load_ways
from droindex.index.analysis import Analyzer
from droindex.index.clauses import Constant, Term
from droindex.index.engine import Reader
from droindex.index.entries import (
    Passage,
    decode_document,
    pages_from_passages,
    read_passage,
)
from droindex.index.manifest import DOCUMENTS, OPEN_SET, PAGES, set_for
from droindex.index.scopes import expired_since
from droindex.index.variants import Variants
from droindex.index.vocabulary import Vocabulary

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from droindex.index.clauses import Clause
    from droindex.index.engine import Found
    from droindex.index.store import Generation
    from droindex.model import Document, Page

__all__ = ["DOCUMENTS", "OPEN_SET", "PAGES", "SetReader", "idf", "set_for", "stored_pages"]

_MAX_REMEMBERED = 50_000  # idfs of terms that are kept: about 8 MB


def stored_pages(pages: Reader, doc_id: str) -> tuple[Page, ...]:
    """Return the pages of a document that a page index holds, rising by number."""
    clause = Term("doc_id", doc_id)
    count = pages.count(clause)
    if not count:
        return ()
    found, _ = pages.search(clause, count, count=False)
    return pages_from_passages(tuple(pages.stored(hit.address, ("text", "info"))) for hit in found)


class SetReader:
    """A snapshot of one clearance set; safe to use from many threads.

    Args:
        generation: The generation to read.
        name: The set, as `set_for` returns it.

    Attributes:
        documents: The document index.
        pages: The page index.
        analyzer: The chain both were written with.
        variants: Acronyms and synonyms, of corpus.toml and of the documents.
        vocabulary: The words that its documents hold.
        config: The corpus's configuration.
        info: The set's part of the manifest: counts per scope, expiries, fingerprint.
    """

    def __init__(self, generation: Generation, name: str) -> None:
        self.info: dict[str, Any] = generation.manifest["sets"][name]
        self.config = generation.config()
        self.analyzer = Analyzer(self.config.language)
        self.folder: Path = generation.folder / name
        self.variants = Variants(self.config, self.analyzer, load_ways(self.folder))
        self.documents, self.pages = (
            Reader(self.folder / part, _names_of(generation, f"{name}/{part}/"))
            for part in (DOCUMENTS, PAGES)
        )
        self._idfs: dict[tuple[str, str], float] = {}
        self.vocabulary = Vocabulary(self.documents)

    def fingerprint(self, today: date, version: str) -> str:
        """Return what tells whether any answer may have changed: by what is held, or by the day.

        Args:
            today: The day that decides which documents have expired since the set was written.
            version: Of the software that ranks.
        """
        lapsed = expired_since(self.info, today)
        whole = f"{self.info['fingerprint']} {lapsed} {version}"
        return hashlib.sha256(whole.encode()).hexdigest()[:24]

    def address_of(self, doc_id: str) -> Any:
        """Return the address of a document in the document index.

        Raises:
            DocumentNotFoundError: `document-not-found`, this set does not hold it.
        """
        if not isinstance(doc_id, str) or not _is_unicode(doc_id):
            raise DocumentNotFoundError(doc_id)
        found, _ = self.documents.search(Term("doc_id", doc_id), 1, count=False)
        if not found:
            raise DocumentNotFoundError(doc_id)
        return found[0].address

    def document(self, doc_id: str) -> Document:
        """Return a document without its pages.

        Raises:
            DocumentNotFoundError: `document-not-found`, this set does not hold it.
        """
        return decode_document(self.documents.stored(self.address_of(doc_id), ("meta",))[0])

    def idf(self, field: str, term: str) -> float:
        """Return how telling a term of the document index is, above 0."""
        known = self._idfs.get((field, term))
        if known is None:
            known = idf(self.vocabulary.doc_freq(field, term), self.documents.num_docs)
            if len(self._idfs) >= _MAX_REMEMBERED:
                self._idfs.clear()
            self._idfs[field, term] = known
        return known

    def pages_of(self, doc_id: str) -> tuple[Page, ...]:
        """Return the stored pages of a document, rising by number; empty if it has none."""
        return stored_pages(self.pages, doc_id)

    def passage(self, found: Found) -> Passage:
        """Return a passage that a search of the page index found."""
        return read_passage(*self.pages.stored(found.address, ("text", "info")))

    def owners_on_pages(self, clause: Clause) -> tuple[int, ...]:
        """Return the owner numbers of the documents with a passage that matches, rising."""
        count = self.pages.count(clause)
        if not count:
            return ()
        # Read as a column of numbers: the ids themselves take twenty times as long.
        found, _ = self.pages.search(Constant(clause, 0.0), count, count=False)
        return tuple(sorted(set(self.pages.numbers("owner", [hit.address for hit in found]))))


def _names_of(generation: Generation, start: str) -> list[str]:
    files = generation.manifest["files"]
    return [file[len(start) :] for file in files if file.startswith(start)]


def idf(doc_freq: int, num_docs: int) -> float:
    """Return BM25's idf as Lucene has it: ln(1 + (N - n + 0.5) / (n + 0.5)).

    Args:
        doc_freq: Documents that hold the term.
        num_docs: Documents in all.
    """
    total = max(doc_freq, num_docs)  # callers ask for shares of tiny sets too
    return math.log(1 + (total - doc_freq + 0.5) / (doc_freq + 0.5))


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, from a shell or a broken file name
        return False
    return True
