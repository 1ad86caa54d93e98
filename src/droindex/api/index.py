"""The door for those who search: class `Index`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from droindex import __version__
from droindex.api.operations import settings_of, today
from droindex.api.short_forms import ShortForms
from droindex.arguments import check_seconds, check_text, to_path
from droindex.errors import DocumentNotFoundError, FileChangedError, QueryError
from droindex.files.unlinked import Vouched, open_unlinked
from droindex.library.session import Handle
from droindex.query.request import Request
from droindex.query.search import scan, search
from droindex.query.suggest import suggest
from droindex.serialize import Serializable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from io import BufferedReader
    from pathlib import Path

    from droindex.corpus.config import Shelf
    from droindex.library.reader import SetReader
    from droindex.model import Document
    from droindex.query.compile.filters import FilterValue
    from droindex.query.related import RelatedDocument
    from droindex.query.results.results import Hit, Results
    from droindex.settings import Settings

__all__ = ["Index", "ShelfCount"]


@dataclass(frozen=True, slots=True)
class ShelfCount(Serializable):
    """A category or collection, for browsing.

    Attributes:
        field: `category` or `collection`: what to filter by.
        name: Its name: the value to filter by.
        description: What it holds, in the library's words; may be empty.
        count: Documents on it, in the scope that was asked for.
    """

    field: str
    name: str
    description: str
    count: int


class Index(ShortForms):
    """A library, open for searching: a snapshot that builds beside it do not disturb.

    It is read-only, may be shared by threads, and is bound to one clearance for good.

    Example:
        >>> with Index.open("library.idx") as index:
        ...     for hit in index.search("escort", limit=3):
        ...         print(hit.relevance, hit.document.title)
    """

    def __init__(self, handle: Handle, settings: Settings) -> None:
        self._handle = handle
        self._settings = settings
        self._vouched = Vouched()

    # opening ----------------------------------------------------------------------------------

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        clearance: str | None = None,
        auto_reload_s: float | None = None,
        settings: Settings | None = None,
    ) -> Self:
        """Open a library for searching.

        Args:
            path: Where it lies.
            clearance: A label of the library: its documents and those of all lower labels are
                seen. None for the open documents alone.
            auto_reload_s: How often a call looks for a newer generation and turns to it, in
                seconds; None for never: then `reload` does it.
            settings: All numbers; None for the defaults.

        Raises:
            IndexNotFoundError: `index-not-found`.
            IndexFormatError: `index-format`.
            IndexDamagedError: `index-damaged`.
            SettingsError: `settings-error`, the library knows no such clearance.
        """
        check_text(clearance, "clearance")
        check_seconds(auto_reload_s, "auto_reload_s", may_be_none=True)
        settings = settings_of(settings)
        return cls(Handle(to_path(path, "path"), clearance, auto_reload_s), settings)

    def reload(self) -> bool:
        """Turn to the newest generation; return whether anything that is seen here changed."""
        return self._handle.reload()

    def close(self) -> None:
        """Let go of the library. Results that were returned stay readable."""
        self._handle.release()

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process that gets this handle opens its own, with the same clearance."""
        return _reopen, (self.path, self.clearance, self._handle.auto_reload_s, self._settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # searching --------------------------------------------------------------------------------

    def search(
        self,
        query: str = "",
        *,
        scope: str = "active",
        filters: Mapping[str, FilterValue] | None = None,
        issued_from: date | str | None = None,
        issued_to: date | str | None = None,
        sort: str = "relevance",
        limit: int = 10,
        offset: int = 0,
        facets: Sequence[str] = (),
        snippets: bool = True,
        strict: bool = False,
        ranking: str = "default",
    ) -> Results:
        """Return the hits for a query, best first.

        Args:
            query: Words, "phrases", AND, OR, NOT, `-`, parentheses, `field:value`, `word*`; see
                docs/query-language.md. Empty lists the scope, newest first.
            scope: `active`, `archived` or `all`.
            filters: Field -> a value or several of which any may do. They change no score.
            issued_from: First issue date: a date, or `2004`, `2004-05`, `2004-05-31`.
            issued_to: Last issue date, likewise; a year or month means its last day.
            sort: `relevance`, `-issued` (newest first), `issued` or `title`.
            limit: Hits to return, 1 to 1000.
            offset: Hits to skip, 0 to 100,000.
            facets: Fields whose values are counted among all hits.
            snippets: Whether hits get a snippet.
            strict: Whether a fault in the query is an error instead of a note.
            ranking: `default`, or `fast`: words in text and title alone, without phrases,
                coverage and feedback.

        Returns:
            The hits of that page of the list, with exact totals.

        Raises:
            QueryError: an unknown filter, facet, scope or sort order, a date that is none; in
                strict mode any fault in the query, with its position.
            LimitError: `limit-out-of-range`.
        """
        request = Request(
            today=today(),
            text=query,
            scope=scope,
            filters={} if filters is None else filters,
            issued_from=issued_from,
            issued_to=issued_to,
            sort=sort,
            limit=limit,
            offset=offset,
            facets=_names(facets),
            snippets=snippets,
            strict=strict,
            ranking=ranking,
        )
        with self._reader as reader:
            return search(reader, request, self._settings, self.notices)

    def scan(
        self,
        query: str = "",
        *,
        scope: str = "active",
        filters: Mapping[str, FilterValue] | None = None,
        issued_from: date | str | None = None,
        issued_to: date | str | None = None,
        sort: str = "relevance",
        snippets: bool = False,
        strict: bool = False,
        ranking: str = "default",
    ) -> Iterator[Hit]:
        """Return every hit, in the order of `search`, reading each as it is reached.

        Args and errors are those of `search`. It ends with `ExposureRefusedError` where documents
        gain a label before it is through.
        """
        request = Request(
            today=today(),
            text=query,
            scope=scope,
            filters={} if filters is None else filters,
            issued_from=issued_from,
            issued_to=issued_to,
            sort=sort,
            snippets=snippets,
            strict=strict,
            ranking=ranking,
        )
        with self._reader as reader:
            hits = scan(reader, request, self._settings)  # a fault in the query is told at once
        return self._held(hits, reader)

    def _held(self, hits: Iterator[Hit], reader: SetReader) -> Iterator[Hit]:
        with reader:  # who judges is the set that the hits come from, also after a reload
            for hit in hits:
                self._handle.refuse_withdrawn(reader)
                yield hit

    def suggest(self, text: str, *, limit: int = 10, scope: str = "active") -> Results:
        """Return the best documents for text whose last word may be half-typed.

        Slips are put right in words of four letters or more; `suggestion` is the text with these
        put right, None where there were none. A beginning stands for the words with it that are
        the most frequent. Snippets are cut when they are looked at.

        Args:
            text: What stands in the search box.
            limit: Documents to return, 1 to 1000.
            scope: `active`, `archived` or `all`.
        """
        if not isinstance(text, str):
            raise QueryError("text is no text.", hint="Give a str.")
        request = Request(today=today(), text=text, scope=scope, limit=limit)
        with self._reader as reader:
            return suggest(reader, request, self._settings, self.notices)

    # looking up -------------------------------------------------------------------------------

    def get(self, doc_id: str) -> Document:
        """Return a document with its pages.

        Raises:
            DocumentNotFoundError: `document-not-found`, as far as this clearance sees.
        """
        with self._reader as reader:
            return reader.document(_text(doc_id)).with_pages(reader.pages_of(doc_id))

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

    def _open_file(self, doc_id: str, *, verify: bool) -> tuple[Path, BufferedReader] | None:
        with self._reader as reader:
            document = reader.document(_text(doc_id))
            corpora = self._handle.corpora_of(doc_id) if document.file is not None else ()
        sha256 = document.sha256 if verify else None
        is_changed = False
        for base in corpora:
            try:
                path = (base / str(document.file)).resolve()
                if not path.is_relative_to(base):
                    continue
                file = os.fdopen(open_unlinked(path), "rb")
            except (OSError, ValueError):  # not there, or a name that no file can have
                continue
            try:
                if self._vouched.holds(file, document.size_bytes, sha256):
                    return path, file
            except OSError:  # it cannot be read to its end any more
                pass
            file.close()
            is_changed = True
        if is_changed:
            raise FileChangedError(doc_id)
        return None

    def recent(self, n: int = 10, *, scope: str = "active") -> Results:
        """Return the newest documents by issue date; those without one come last."""
        return self.search("", scope=scope, sort="-issued", limit=n)

    def browse(self, *, scope: str = "active") -> tuple[ShelfCount, ...]:
        """Return the categories and then the collections with how many documents each holds.

        Those that corpus.toml describes come first, in its order; others follow by name.
        """
        results = self.search(
            "", scope=scope, limit=1, facets=("category", "collection"), snippets=False
        )
        config = self._reader.config
        shelves: list[ShelfCount] = []
        for field, described in (
            ("category", config.categories),
            ("collection", config.collections),
        ):
            counts = {item.value: item.count for item in results.facets[field]}
            shelves += _shelves(field, described, counts)
        return tuple(shelves)

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
            return related(reader, _text(doc_id), scope, limit, self._settings, today())

    def lineage(self, doc_id: str) -> tuple[Document, ...]:
        """Return what a document replaced and what replaced it, oldest first, itself included.

        Raises:
            DocumentNotFoundError: `document-not-found`.
        """
        from droindex.metadata.lineage import chain  # noqa: PLC0415 - a search must not pay for it
        from droindex.query.versions import versions  # noqa: PLC0415 - as above

        with self._reader as reader:
            known = versions(reader, _text(doc_id))
            return tuple(known[key] for key in chain(known, doc_id))

    # telling ----------------------------------------------------------------------------------

    @property
    def path(self) -> Path:
        """Where the library lies."""
        return self._handle.path

    @property
    def clearance(self) -> str | None:
        """The label up to which documents are seen; None for the open ones alone."""
        return self._handle.clearance

    @property
    def notices(self) -> tuple[str, ...]:
        """What callers should know of the library as a whole: that an older state answers."""
        return self._handle.notices

    @property
    def _reader(self) -> SetReader:
        return self._handle.reader()

    @property
    def name(self) -> str:
        """The library's name, from corpus.toml; may be empty."""
        return self._reader.config.name

    @property
    def tagline(self) -> str:
        """The library's motto, from corpus.toml; may be empty."""
        return self._reader.config.tagline

    @property
    def fingerprint(self) -> str:
        """What tells whether any answer may have changed: by what is held, or by a new day."""
        return self._reader.fingerprint(today(), __version__)

    def __len__(self) -> int:
        return int(self._reader.info["documents"])

    def __repr__(self) -> str:
        return f"<Index {str(self.path)!r} clearance={self.clearance!r}: {len(self)} documents>"


def _reopen(
    path: Path, clearance: str | None, auto_reload_s: float | None, settings: Settings
) -> Index:
    return Index.open(path, clearance=clearance, auto_reload_s=auto_reload_s, settings=settings)


def _names(facets: Sequence[str]) -> tuple[str, ...]:
    """Return the facets that are asked for; one may stand alone."""
    if isinstance(facets, str):
        return (facets,)
    if not isinstance(facets, (list, tuple, set, frozenset)):
        raise QueryError("facets is no list of fields.", hint='Give a list like ["opi"].')
    return tuple(facets)


def _text(doc_id: str) -> str:
    """Return a document's id if it is a text."""
    if not isinstance(doc_id, str):
        raise DocumentNotFoundError(doc_id)
    return doc_id


def _shelves(field: str, described: Sequence[Shelf], counts: Mapping[str, int]) -> list[ShelfCount]:
    listed = [
        ShelfCount(field, shelf.name, shelf.description, counts.get(shelf.name, 0))
        for shelf in described
    ]
    names = {shelf.name for shelf in described}
    others = [
        ShelfCount(field, value, "", count) for value, count in counts.items() if value not in names
    ]
    return [*listed, *sorted(others, key=lambda shelf: shelf.name)]
