"""The front door: class `Index`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from droindex import __version__
from droindex.arguments import (
    check_callable,
    check_seconds,
    check_text,
    check_whole,
    to_path,
    to_texts,
)
from droindex.errors import FileChangedError, QueryError, SettingsError
from droindex.files import Vouched, open_unlinked
from droindex.index.handle import Handle
from droindex.index.manifest import OPEN_SET
from droindex.index.problems import load_problems
from droindex.index.store import Store
from droindex.query.search import Request, scan, search
from droindex.query.suggest import suggest
from droindex.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from io import BufferedReader

    from droindex.index.library import SetReader
    from droindex.index.operate import GenerationInfo, PruneReport
    from droindex.index.report import BuildReport, FileReport, Progress
    from droindex.index.verify import CheckReport
    from droindex.ingest.config import Problem, Shelf
    from droindex.model import Document
    from droindex.query.filters import FilterValue
    from droindex.query.related import RelatedDocument
    from droindex.query.results import Hit, Results

__all__ = ["Index", "LibraryStatus", "ShelfCount"]


@dataclass(frozen=True, slots=True)
class ShelfCount:
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

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "field": self.field,
            "name": self.name,
            "description": self.description,
            "count": self.count,
        }


@dataclass(frozen=True, slots=True)
class LibraryStatus:
    """What an operator wants to know of a library; it covers labelled documents too.

    Attributes:
        name: The library's name, from corpus.toml.
        generation: The generation that answers.
        created: When it was built, ISO 8601.
        documents: Documents in all, labelled ones and those of no set included.
        sets: Clearance set, as its folder is called -> number of documents.
        clearances: Label that a caller is cleared for -> number of documents that he sees.
        scopes: Scope -> number of documents of the highest set.
        files: Every file that was read and how that ended.
        file_statuses: Status of reading -> number of files.
        problems: What was wrong at the last build, as it reported it.
        size_bytes: Size of the generation that answers.
        cache_bytes: Size of the cache of extracted texts.
        generations: All generations that are there, newest first.
    """

    name: str
    generation: str
    created: str
    documents: int
    sets: Mapping[str, int]
    clearances: Mapping[str, int]
    scopes: Mapping[str, int]
    files: tuple[FileReport, ...]
    file_statuses: Mapping[str, int]
    problems: tuple[Problem, ...]
    size_bytes: int
    cache_bytes: int
    generations: tuple[GenerationInfo, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape, without the list of files."""
        return {
            "name": self.name,
            "generation": self.generation,
            "created": self.created,
            "documents": self.documents,
            "sets": dict(self.sets),
            "clearances": dict(self.clearances),
            "scopes": dict(self.scopes),
            "file_statuses": dict(self.file_statuses),
            "problems": [problem.to_dict() for problem in self.problems],
            "size_bytes": self.size_bytes,
            "cache_bytes": self.cache_bytes,
            "generations": [item.to_dict() for item in self.generations],
        }


class Index:
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

    # making -----------------------------------------------------------------------------------

    @classmethod
    def build(
        cls,
        corpus: str | os.PathLike[str],
        path: str | os.PathLike[str],
        *,
        allow_removals: bool = False,
        compact: bool = False,
        workers: int | None = None,
        engine: str | None = None,
        ocr: bool | None = None,
        cache: str | os.PathLike[str] | None = None,
        wait_s: float = 0.0,
        settings: Settings | None = None,
        progress: Callable[[Progress], None] | None = None,
        confirm_open: Iterable[str] = (),
    ) -> BuildReport:
        """Create a library, or bring one up to date: only what changed is read again.

        It happens all at once or not at all; whoever searches meanwhile searches the old library.

        Args:
            corpus: A folder of documents, or a `.jsonl` file of records.
            path: Where the library lies or will lie.
            allow_removals: Whether more than a fifth of the corpus's documents may go.
            compact: Whether to write every index anew, in one piece.
            workers: Processes that read files; None for one per core, 0 for none.
            engine: What reads PDF text: `auto`, `pypdf` or `pdfium`; None as in `settings`.
            ocr: Whether to recognise text in page images; None as in `settings`.
            cache: Where extracted texts are kept; None for inside the library.
            wait_s: How long to wait for another build to finish, in seconds.
            settings: All numbers; None for the defaults.
            progress: Called with a `Progress` after each file and document.
            confirm_open: Ids of documents that had a label, have none any more, and are open
                indeed: without this, or `label = "open"` in their metadata, they stay hidden.

        Returns:
            What was added, updated and removed, and every problem met on the way.

        Raises:
            CorpusError: `corpus-not-found`, `corpus-empty`, `removals-refused`.
            IndexLockedError: `index-locked`.
            SettingsError: `settings-error`, corpus.toml cannot be used.
            StorageError: `storage-error`.
        """
        from droindex.index.build import BuildOptions, build  # noqa: PLC0415 - a search must not pay for it

        place, library, confirmed = (
            to_path(corpus, "corpus"),
            to_path(path, "path"),
            to_texts(confirm_open, "confirm_open"),
        )
        check_whole(workers, "workers", most=_MAX_WORKERS)
        check_seconds(wait_s, "wait_s")
        check_callable(progress, "progress")
        settings = _settings(settings)
        extract = settings.extract
        if engine is not None:
            if engine not in _ENGINES:
                raise SettingsError(
                    f"There is no engine {engine!r}.", hint=f"Engines: {', '.join(_ENGINES)}."
                )
            extract = replace(extract, engine=engine)
        if ocr is not None:
            if not isinstance(ocr, bool):
                raise SettingsError("ocr is neither True nor False.", hint="Give one of them.")
            extract = replace(extract, ocr=ocr)
        options = BuildOptions(
            settings=replace(settings, extract=extract),
            allow_removals=allow_removals,
            compact=compact,
            workers=workers,
            cache=to_path(cache, "cache") if cache is not None else None,
            wait_s=wait_s,
            progress=progress,
            confirm_open=confirmed,
        )
        return build(place, library, options)

    @classmethod
    def update(
        cls,
        path: str | os.PathLike[str],
        documents: Iterable[Document] = (),
        remove: Iterable[str] = (),
        *,
        wait_s: float = 0.0,
        settings: Settings | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> BuildReport:
        """Put documents of an application into a library and take others out, all at once.

        A document with a known id replaces the old one. Builds leave these documents alone. One
        that had a label and comes without one keeps it and stays hidden, unless it comes with
        `label="open"`; the report names it in `lost_labels`.

        Args:
            path: Where the library lies or will lie.
            documents: Documents with their pages.
            remove: Ids of documents to take out.
            wait_s: How long to wait for another build to finish, in seconds.
            settings: All numbers; None for the defaults.
            progress: Called with a `Progress` after each document.

        Raises:
            DocumentError: `document-error`, with the field that cannot be used; nothing changed.
            IndexLockedError: `index-locked`.
            StorageError: `storage-error`.
        """
        from droindex.index.build import BuildOptions, update  # noqa: PLC0415 - a search must not pay for it

        check_seconds(wait_s, "wait_s")
        check_callable(progress, "progress")
        options = BuildOptions(settings=_settings(settings), wait_s=wait_s, progress=progress)
        if not isinstance(documents, Iterable):
            raise SettingsError("documents is no list.", hint="Give a list of droindex.Document.")
        removed = to_texts(remove, "remove")
        return update(to_path(path, "path"), documents, removed, options)

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
        settings = _settings(settings)
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
        with self._handle as reader:
            return self._noted(search(reader, request, self._settings))

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
        with self._handle as reader:
            hits = scan(reader, request, self._settings)  # a fault in the query is told at once
        return self._held(hits, reader)

    def _held(self, hits: Iterator[Hit], reader: SetReader) -> Iterator[Hit]:
        with self._handle:
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
        request = Request(text=text, scope=scope, limit=limit)
        with self._handle as reader:
            return self._noted(suggest(reader, request, self._settings))

    def _noted(self, results: Results) -> Results:
        """Say in the notes that an older generation answers, if one does."""
        if self.notices:
            results.notes = (*self.notices, *results.notes)
        return results

    # looking up -------------------------------------------------------------------------------

    def get(self, doc_id: str) -> Document:
        """Return a document with its pages.

        Raises:
            DocumentNotFoundError: `document-not-found`, as far as this clearance sees.
        """
        with self._handle as reader:
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
        with self._handle as reader:
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

        today = datetime.now(UTC).date()
        with self._handle as reader:
            return related(reader, _text(doc_id), scope, limit, self._settings, today)

    def lineage(self, doc_id: str) -> tuple[Document, ...]:
        """Return what a document replaced and what replaced it, oldest first, itself included.

        Raises:
            DocumentNotFoundError: `document-not-found`.
        """
        from droindex.ingest.lineage import chain  # noqa: PLC0415 - a search must not pay for it
        from droindex.query.versions import versions  # noqa: PLC0415 - as above

        with self._handle as reader:
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
        return self._reader.fingerprint(datetime.now(UTC).date(), __version__)

    def __len__(self) -> int:
        return int(self._reader.info["documents"])

    def __repr__(self) -> str:
        return f"<Index {str(self.path)!r} clearance={self.clearance!r}: {len(self)} documents>"

    @classmethod
    def status(cls, path: str | os.PathLike[str]) -> LibraryStatus:
        """Return what an operator wants to know of a library, labelled documents included.

        Raises:
            IndexNotFoundError: `index-not-found`.
            IndexDamagedError: `index-damaged`.
        """
        from droindex.index.operate import (  # noqa: PLC0415 - as above
            current_state,
            highest_set,
            list_generations,
        )

        store = Store(to_path(path, "path"))
        generation, states = current_state(store)
        manifest = generation.manifest
        sets: dict[str, Any] = manifest["sets"]
        files = tuple(
            report for state in states.values() if (report := state.file_report()) is not None
        )
        statuses: dict[str, int] = {}
        for report in files:
            statuses[report.status] = statuses.get(report.status, 0) + 1
        highest = sets[manifest.get("exported") or highest_set(sets)]
        return LibraryStatus(
            name=manifest["config"].get("name", ""),
            generation=generation.name,
            created=manifest["created"],
            documents=len(states) or highest["documents"],
            sets={name: info["documents"] for name, info in sets.items()},
            clearances={
                label or "no clearance": sets[name]["documents"]
                for label, name in {"": OPEN_SET, **manifest["clearances"]}.items()
                if name in sets
            },
            scopes=dict(highest["scopes"]),
            files=files,
            file_statuses=dict(sorted(statuses.items())),
            problems=load_problems(store.folder),
            size_bytes=sum(size for size, _ in manifest["files"].values()),
            cache_bytes=_folder_bytes(store.cache_folder),
            generations=list_generations(store),
        )

    # operating --------------------------------------------------------------------------------

    @classmethod
    def check(cls, path: str | os.PathLike[str]) -> CheckReport:
        """Read every file of a library and compare it with its checksum.

        Beside each generation with a damaged file a mark is left: from then on no query is
        answered from a set that the file belongs to. A mark goes when the files are sound again.

        Args:
            path: Where the library lies.

        Returns:
            What was read, and every file that is not as it was written.

        Raises:
            IndexNotFoundError: `index-not-found`.
            StorageError: `storage-error`, a file may not be read.
        """
        from droindex.index.operate import check_library  # noqa: PLC0415 - a search must not pay for it

        return check_library(to_path(path, "path"))

    @classmethod
    def rollback(
        cls,
        path: str | os.PathLike[str],
        to: str | None = None,
        *,
        allow_exposure: bool = False,
        wait_s: float = 0.0,
    ) -> str:
        """Make an older generation answer again, all at once; nothing is removed.

        The next build brings the library up to date with its corpus again.

        Args:
            path: Where the library lies.
            to: The generation's name; None for the newest sound one before the one that answers.
            allow_exposure: Whether it may show documents that gained a label since.
            wait_s: How long to wait for a build to finish, in seconds.

        Returns:
            The name under which it answers now.

        Raises:
            ExposureRefusedError: `exposure-refused`, nothing was changed.
            SettingsError: `settings-error`, there is no such generation, or it is damaged.
            IndexLockedError: `index-locked`.
            StorageError: `storage-error`.
        """
        from droindex.index.operate import rollback  # noqa: PLC0415 - a search must not pay for it

        check_text(to, "to")
        check_seconds(wait_s, "wait_s")
        return rollback(to_path(path, "path"), to, allow_exposure=allow_exposure, wait_s=wait_s)

    @classmethod
    def prune(
        cls,
        path: str | os.PathLike[str],
        *,
        now: bool = False,
        wait_s: float = 0.0,
        settings: Settings | None = None,
    ) -> PruneReport:
        """Clear away what killed builds left, and old generations that nobody reads.

        Args:
            path: Where the library lies.
            now: Whether all old generations go at once, those that readers have open as well
                (they read on until they reload), and the cache of extracted texts: so that
                nothing is left of documents that were removed or gained a label.
            wait_s: How long to wait for a build to finish, in seconds.
            settings: Says how many generations are kept otherwise; None for the defaults.

        Raises:
            IndexNotFoundError: `index-not-found`.
            IndexDamagedError: `index-damaged`: then the old generations may be what is left.
            IndexLockedError: `index-locked`.
            StorageError: `storage-error`.
        """
        from droindex.index.operate import prune  # noqa: PLC0415 - a search must not pay for it

        check_seconds(wait_s, "wait_s")
        keep = _settings(settings).build.keep_generations
        return prune(to_path(path, "path"), now=now, wait_s=wait_s, keep=keep)

    @classmethod
    def export_set(
        cls,
        path: str | os.PathLike[str],
        clearance: str | None,
        target: str | os.PathLike[str],
        *,
        wait_s: float = 0.0,
    ) -> str:
        """Copy the set of one clearance into a library of its own, to be served without the rest.

        It can be searched like any library and tells nothing of documents of other sets. It
        cannot be built into; exporting into it again replaces it all at once.

        Args:
            path: Where the library lies.
            clearance: A label of the library, or None for the open set.
            target: The new library: a new or empty folder, or one of an earlier export.
            wait_s: How long to wait for another export to finish, in seconds.

        Returns:
            The name of its generation that answers now.

        Raises:
            IndexNotFoundError: `index-not-found`.
            IndexDamagedError: `index-damaged`.
            IndexFormatError: `index-format`, `target` holds something else.
            SettingsError: `settings-error`, the library knows no such label.
            StorageError: `storage-error`.
        """
        from droindex.index.operate import export_set  # noqa: PLC0415 - a search must not pay for it

        check_text(clearance, "clearance")
        check_seconds(wait_s, "wait_s")
        library, place = to_path(path, "path"), to_path(target, "target")
        return export_set(library, clearance, place, wait_s=wait_s).name


def _settings(settings: Settings | None) -> Settings:
    if settings is None:
        return Settings()
    if not isinstance(settings, Settings):
        raise SettingsError("settings is no Settings.", hint="Give droindex.Settings(…), or None.")
    return settings


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
        raise QueryError("doc_id is no text.", hint="Give the id as a str.")
    return doc_id


_ENGINES = ("auto", "pypdf", "pdfium")
_MAX_WORKERS = 1_000  # processes; a machine has no more cores


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


def _folder_bytes(folder: Path) -> int:
    total = 0
    for base, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(base) / name).stat().st_size
            except OSError:  # removed meanwhile
                continue
    return total
