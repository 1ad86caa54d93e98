"""The door for those who search: class `Index`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from droindex.api.locations import handle_of, to_location
from droindex.api.lookup import Lookup
from droindex.api.operations import settings_of, today
from droindex.api.shelves import SHELF_FIELDS, ShelfCount, shelf_counts
from droindex.api.short_forms import ShortForms
from droindex.arguments import check_seconds, check_text
from droindex.errors import QueryError
from droindex.query.passages import PassageHit, passages
from droindex.query.request import Request
from droindex.query.search import scan, search
from droindex.query.suggest import suggest
from droindex.version import __version__

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from droindex.engine.opensearch.address import Address
    from droindex.library.reader import SetReader
    from droindex.query.compile.filters import FilterValue
    from droindex.query.results.hit import Hit
    from droindex.query.results.results import Results
    from droindex.settings import Settings

__all__ = ["Index"]


class Index(Lookup, ShortForms):
    """A library, open for searching: a snapshot that builds beside it do not disturb.

    It is read-only, may be shared by threads, and is bound to one clearance for good.

    Example:
        >>> with Index.open("library.idx") as index:
        ...     for hit in index.search("escort", limit=3):
        ...         print(hit.relevance, hit.document.title)
    """

    # opening ----------------------------------------------------------------------------------

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str] | Address,
        *,
        clearance: str | None = None,
        auto_reload_s: float | None = None,
        settings: Settings | None = None,
    ) -> Self:
        """Open a library for searching.

        Args:
            path: Where it lies: a folder, or an address such as `opensearch://host:9200/name`.
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
            ClusterError: `cluster-error`, the cluster does not answer.
        """
        check_text(clearance, "clearance")
        check_seconds(auto_reload_s, "auto_reload_s", may_be_none=True)
        settings = settings_of(settings)
        return cls(handle_of(to_location(path, "path"), clearance, auto_reload_s), settings)

    def reload(self) -> bool:
        """Turn to the newest generation; return whether anything that is seen here changed."""
        return self._handle.reload()

    def close(self) -> None:
        """Let go of the library. Results that were returned stay readable."""
        self._handle.release()
        self._let_go()

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
        since: date | str | None = None,
        until: date | str | None = None,
        in_force_on: date | str | None = None,
        in_force_unknown: bool = False,
        sort: str = "relevance",
        limit: int = 10,
        offset: int = 0,
        facets: Sequence[str] = (),
        snippets: bool = True,
        strict: bool = False,
        ranking: str = "default",
        group: str | None = None,
    ) -> Results:
        """Return the hits for a query, best first.

        Args:
            query: Words, "phrases", AND, OR, NOT, `-`, parentheses, `field:value`, `word*`; see
                docs/query-language.md. Empty lists the scope, newest first.
            scope: `active`, `archived` or `all`.
            filters: Field -> a value or several of which any may do. They change no score.
            issued_from: First issue date: a date, or `2004`, `2004-05`, `2004-05-31`.
            issued_to: Last issue date, likewise; a year or month means its last day.
            since: First day by the best date of each document, likewise. A note counts what has
                no date and would fit; so it does for every other range of days.
            until: Last day by the best date, likewise.
            in_force_on: Only what was in force on this day: a date, or `2006`, `2006-03`,
                `2006-03-01`; a year or month means some day of it. The scope `active` is then what
                was active on that day, whatever has become of it. A note counts what may have been
                in force.
            in_force_unknown: Whether what may have been in force is listed as well.
            sort: `relevance`, `-issued` (newest first), `issued` or `title`.
            limit: Hits to return, 1 to 1000.
            offset: Hits to skip, 0 to 100,000.
            facets: Fields whose values are counted among all hits.
            snippets: Whether hits get a snippet.
            strict: Whether a fault in the query is an error instead of a note.
            ranking: `default`, or `fast`: words in text and title alone, without phrases,
                coverage and feedback.
            group: `lineage` for one row for each line of documents, in which `hit.line` has the
                version in force and where the match stands; limit and offset count lines then, and
                `active` takes in earlier versions of what is active. None for single documents.

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
            since=since,
            until=until,
            in_force_on=in_force_on,
            in_force_unknown=in_force_unknown,
            sort=sort,
            limit=limit,
            offset=offset,
            facets=_names(facets),
            snippets=snippets,
            strict=strict,
            ranking=ranking,
            group=group,
        )
        with self._reader as reader:
            return search(reader, request, self._settings, self.notices)

    def passages(
        self,
        query: str,
        doc_id: str | None = None,
        *,
        scope: str = "active",
        filters: Mapping[str, FilterValue] | None = None,
        limit: int = 10,
    ) -> list[PassageHit]:
        """Return the pages that answer a query, best first: for audits, and for language models.

        Args:
            query: As for `search`.
            doc_id: A document: every page of it that holds something of what was asked for, in
                whatever scope it stands. None for the best pages across documents.
            scope: `active`, `archived` or `all`; of no effect with `doc_id`.
            filters: As for `search`; of no effect with `doc_id`.
            limit: Pages to return, 1 to 1000.

        Returns:
            The pages, each with its snippet, number, printed label and section.

        Raises:
            DocumentNotFoundError: `document-not-found`, as far as this clearance sees.
            QueryError: an unknown filter or scope.
            LimitError: `limit-out-of-range`.
        """
        request = Request(
            today=today(),
            text=query,
            scope=scope,
            filters={} if filters is None else filters,
            limit=limit,
        )
        with self._reader as reader:
            return passages(reader, request, doc_id, self._settings)

    def scan(
        self,
        query: str = "",
        *,
        scope: str = "active",
        filters: Mapping[str, FilterValue] | None = None,
        issued_from: date | str | None = None,
        issued_to: date | str | None = None,
        since: date | str | None = None,
        until: date | str | None = None,
        in_force_on: date | str | None = None,
        in_force_unknown: bool = False,
        sort: str = "relevance",
        snippets: bool = False,
        strict: bool = False,
        ranking: str = "default",
        group: str | None = None,
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
            since=since,
            until=until,
            in_force_on=in_force_on,
            in_force_unknown=in_force_unknown,
            sort=sort,
            snippets=snippets,
            strict=strict,
            ranking=ranking,
            group=group,
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

    def recent(self, n: int = 10, *, scope: str = "active") -> Results:
        """Return the newest documents by issue date; those without one come last."""
        return self.search("", scope=scope, sort="-issued", limit=n)

    def browse(self, *, scope: str = "active") -> tuple[ShelfCount, ...]:
        """Return the categories and then the collections with how many documents each holds.

        Those that corpus.toml describes come first, in its order; others follow by name.
        """
        results = self.search("", scope=scope, limit=1, facets=SHELF_FIELDS, snippets=False)
        return shelf_counts(self._reader.config, results.facets)

    # telling ----------------------------------------------------------------------------------

    @property
    def path(self) -> Path | Address:
        """Where the library lies: a folder, or an address on a cluster."""
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

    def __iter__(self) -> Iterator[str]:
        """Yield the id of every document, newest first."""
        return (hit.doc_id for hit in self.scan(scope="all"))

    def __len__(self) -> int:
        return int(self._reader.info["documents"])

    def __repr__(self) -> str:
        return f"<Index {str(self.path)!r} clearance={self.clearance!r}: {len(self)} documents>"


def _reopen(
    path: Path | Address, clearance: str | None, auto_reload_s: float | None, settings: Settings
) -> Index:
    return Index.open(path, clearance=clearance, auto_reload_s=auto_reload_s, settings=settings)


def _names(facets: Sequence[str]) -> tuple[str, ...]:
    """Return the facets that are asked for; one may stand alone."""
    if isinstance(facets, str):
        return (facets,)
    if not isinstance(facets, (list, tuple, set, frozenset)):
        raise QueryError("facets is no list of fields.", hint='Give a list like ["opi"].')
    return tuple(facets)
