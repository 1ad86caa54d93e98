"""What an open library says of one document: itself, its file, what belongs to it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from droindex.api.operations import today
from droindex.errors import DocumentNotFoundError, FileChangedError
from droindex.extract.pictures.picture import DEFAULT_WIDTH
from droindex.files.unlinked import Vouched, open_unlinked
from droindex.query.request import Request, check_request

if TYPE_CHECKING:
    from io import BufferedReader
    from pathlib import Path

    from droindex.api.pictures import PageImages
    from droindex.changes.diff import DocumentDiff
    from droindex.extract.pictures.picture import PageImage
    from droindex.library.cited import DocumentCitations
    from droindex.library.reader import SetReader
    from droindex.library.remote_session import RemoteHandle
    from droindex.library.session import Handle
    from droindex.lineage.lineage import Lineage
    from droindex.model import Document
    from droindex.query.editions.history import PhraseHistory
    from droindex.query.related import RelatedDocument
    from droindex.settings import Settings

__all__ = ["Lookup"]


class Lookup:
    """The part of `Index` that is asked by a document's id.

    Args:
        handle: What finds the set that answers.
        settings: All numbers.
    """

    def __init__(self, handle: Handle | RemoteHandle, settings: Settings) -> None:
        self._handle = handle
        self._settings = settings
        self._vouched = Vouched()
        self._pictures: PageImages | None = None

    @property
    def _reader(self) -> SetReader:
        return self._handle.reader()

    def get(self, doc_id: str) -> Document:
        """Return a document with its pages.

        Raises:
            DocumentNotFoundError: `document-not-found`, as far as this clearance sees.
        """
        with self._reader as reader:
            return reader.document(doc_id).with_pages(reader.pages_of(doc_id))

    def locate(self, name: str) -> str:
        """Return the id of the document that somebody means.

        A name that none has is compared with those that there are, for up to a quarter of a second.

        Args:
            name: An id, in any case; a number, however it is punctuated; or the path of a file.
                Of several documents with one number, the one in force is meant.

        Raises:
            DocumentNotFoundError: `document-not-found`; `near` has ids that may be meant.
            QueryError: `ambiguous-document`, several documents have the number, or are parts of
                the file.
        """
        from droindex.api.naming import locate  # noqa: PLC0415 - a search must not pay for it

        with self._reader as reader:
            return locate(reader, name, self._settings, today())

    def ids(self, start: str = "", *, limit: int = 100) -> tuple[str, ...]:
        """Return ids that begin with a text, rising: what a shell or a form completes.

        Args:
            start: Their beginning.
            limit: How many to return at most, 1 to 1000.

        Raises:
            LimitError: `limit-out-of-range`.
        """
        from droindex.api.naming import ids_from  # noqa: PLC0415 - as above

        check_request(Request(today=today(), text=start, limit=limit), self._settings)
        with self._reader as reader:
            return ids_from(reader, start, limit)

    def __getitem__(self, doc_id: str) -> Document:
        """Return a document with its pages, as `get` does."""
        return self.get(doc_id)

    def __contains__(self, doc_id: object) -> bool:
        """Whether a document has this id, as far as this clearance sees."""
        try:
            with self._reader as reader:
                reader.row_of(cast("str", doc_id))
        except DocumentNotFoundError:
            return False
        return True

    def file_path(self, doc_id: str, *, verify: bool = True) -> Path | None:
        """Return where a document's file lies, after checking that it is the one that was read.

        The first check of a file reads it; as long as it is left alone, another one does not.
        The file may change after the check: to hand out its content, use `open_file`. A document
        that an application handed over without a `sha256` was never read: of its file nothing is
        vouched but its `size_bytes`, where that was given.

        Args:
            doc_id: The document.
            verify: Whether the content is compared; without, the size alone.

        Returns:
            An absolute path inside the corpus, without links; None for a document without a file,
            or where the corpus or the file is not on this machine.

        Raises:
            DocumentNotFoundError: `document-not-found`.
            FileChangedError: `file-changed`, its size or its content is another one.
        """
        found = self._open_file(doc_id, verify=verify)
        if found is None:
            return None
        path, file = found
        file.close()
        return path

    def open_file(self, doc_id: str) -> BufferedReader | None:
        """Open a document's file for reading, after checking that it is the one that was read.

        What was checked is what is open, whatever happens to its name meanwhile.

        Returns:
            The file, at its start; the caller closes it. None as with `file_path`.

        Raises:
            DocumentNotFoundError: `document-not-found`.
            FileChangedError: `file-changed`, its size or its content is another one.
        """
        found = self._open_file(doc_id, verify=True)
        return None if found is None else found[1]

    def page_image(
        self, doc_id: str, page: int, *, query: str = "", width: int = DEFAULT_WIDTH
    ) -> PageImage:
        """Return a page of a document's PDF as a picture, with the words of a query marked.

        Marked are the words that snippets mark, each where it stands. A limited process draws
        the page, one at a time; the last pictures are kept.

        Args:
            doc_id: The document.
            page: The page of its file, from 1.
            query: As for `search`; empty for a page without marks.
            width: Of the picture, in pixels, 100 to 2,400; a page that is very long is narrower.

        Returns:
            The picture as PNG, its size, and the words that are marked with their places.

        Raises:
            DocumentNotFoundError: `document-not-found`.
            PageImageError: `page-image`, the document has no such page, its file is no PDF or is
                not here, or the page cannot be drawn.
            FileChangedError: `file-changed`.
            LimitError: `limit-out-of-range`, page or width.
            MissingExtraError: `missing-extra`, the extra `fast` is not installed.
        """
        from droindex.api.pictures import PageImages  # noqa: PLC0415 - a search must not pay for it

        if self._pictures is None:
            self._pictures = PageImages(self._settings)
        request = Request(today=today(), text=query, scope="all")
        path = self.file_path(doc_id)
        with self._reader as reader:
            document = reader.document(doc_id)
            return self._pictures.page_image(reader, document, path, request, page, width)

    def _let_go(self) -> None:
        """End what was started for this library."""
        if self._pictures is not None:
            self._pictures.close()

    def _open_file(self, doc_id: str, *, verify: bool) -> tuple[Path, BufferedReader] | None:
        with self._reader as reader:
            document = reader.document(doc_id)
            corpora = self._handle.corpora_of(doc_id) if document.file is not None else ()
        sha256 = document.sha256 if verify else None
        is_changed = False
        for folder in corpora:
            found = _open_within(folder, str(document.file))
            if found is None:
                continue
            try:
                if self._vouched.holds(found[1], document.size_bytes, sha256):
                    return found
            except OSError:  # it cannot be read to its end any more
                pass
            found[1].close()
            is_changed = True
        if is_changed:
            raise FileChangedError(doc_id)
        return None

    def related(
        self, doc_id: str, *, scope: str = "active", limit: int = 10
    ) -> tuple[RelatedDocument, ...]:
        """Return what else to read: what a document's owner linked it with, then what is like it.

        Those that are alike hold the words that tell the most of the document. Its own versions,
        and copies of it or of one another, are not among them.

        Args:
            doc_id: The document.
            scope: Where those that are alike are looked for: `active`, `archived` or `all`.
            limit: How many to return, 1 to 1000; links are never cut.

        Returns:
            Documents without pages, each with `is_link` and, if it is none, its `relevance`.

        Raises:
            DocumentNotFoundError: `document-not-found`.
            QueryError: `unknown-scope`.
            LimitError: `limit-out-of-range`.
        """
        from droindex.query.related import related  # noqa: PLC0415 - a search must not pay for it

        with self._reader as reader:
            return related(reader, doc_id, scope, limit, self._settings, today())

    def lineage(self, doc_id: str) -> Lineage:
        """Return the line of documents that a document stands in, oldest first, itself included.

        What the documents state, what only one of two states, and editions of one number or title
        that nobody links: each step says who says so and how sure it is. All of it as far as this
        clearance sees.

        Args:
            doc_id: The document.

        Returns:
            The documents in order, without pages; what leads from one to the next; and the chapter
            that an appendix belongs to.

        Raises:
            DocumentNotFoundError: `document-not-found`.

        Example:
            >>> for document in index.lineage("enforcement/escort-deviation"):
            ...     print(document.best_date, document.title)
        """
        from droindex.lineage.lineage import Lineage  # noqa: PLC0415 - a search must not pay for it

        with self._reader as reader:
            document = reader.document(doc_id)
            return Lineage(doc_id, reader.line_of(document))

    def citations(self, doc_id: str) -> DocumentCitations:
        """Return what a document's text refers to, and the documents whose texts refer to it.

        Laws, regulations and orders are told in one form each (`8 CFR 236.1(c)`, `INA 237(a)(2)`,
        `EO 12866`); documents of this library are linked where that is certain.

        Raises:
            DocumentNotFoundError: `document-not-found`, as far as this clearance sees.
        """
        from droindex.library.cited import document_citations  # noqa: PLC0415 - a search must not pay for it

        with self._reader as reader:
            return document_citations(reader, doc_id)

    def diff(self, before: str, after: str) -> DocumentDiff:
        """Return what changed from one document to another, by paragraph and by word.

        Paragraphs that moved are told as moved, and so are passages of eight words or more that
        went from one paragraph to another. What only names or lists pages (running heads, lists of
        contents with leaders) is left out, and how lines and paragraphs are broken is no change.

        Args:
            before: The id of the older document.
            after: That of the newer one.

        Raises:
            DocumentNotFoundError: `document-not-found`, as far as this clearance sees.
            QueryError: `no-text`, nothing was read of one of them: a scan, for example.
        """
        from droindex.query.editions.differences import differences  # noqa: PLC0415 - a search must not pay for it

        with self._reader as reader:
            return differences(reader, before, after)

    def history(self, phrase: str, doc_id: str) -> PhraseHistory:
        """Return in which edition of a document a phrase came, and in which it went.

        Args:
            phrase: A sentence, or a part of one, up to 2,000 characters. Case, punctuation and the
                breaks of lines and pages do not count.
            doc_id: The document, whatever its place in the line of its editions.

        Returns:
            Each edition, oldest first: whether it holds the phrase, where, and else what it says
            in other words.

        Raises:
            DocumentNotFoundError: `document-not-found`.
            QueryError: `no-phrase` or `phrase-too-long`.
        """
        from droindex.query.editions.history import history  # noqa: PLC0415 - a search must not pay for it

        editions = self.lineage(doc_id)
        with self._reader as reader:
            return history(reader, phrase, doc_id, editions)


def _open_within(folder: Path, file: str) -> tuple[Path, BufferedReader] | None:
    """Return a file of a corpus, open, and where it lies; None where there is none."""
    try:
        path = (folder / file).resolve()
        if path.is_relative_to(folder):
            return path, os.fdopen(open_unlinked(path), "rb")
    except (OSError, ValueError):  # not there, or a name that no file can have
        pass
    return None
