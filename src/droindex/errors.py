"""Every error that droindex raises: what was wrong, where, and what to do next.

Each class has a `slug` (a stable name that leads to its heading in docs/errors.md), a `hint`
(the next step) and an `exit_code` (what the command line returns).
"""

from __future__ import annotations

__all__ = [
    "ClusterError",
    "CorpusError",
    "CorpusNotFoundError",
    "DocumentError",
    "DocumentNotFoundError",
    "DroindexError",
    "EngineError",
    "ExposureRefusedError",
    "IncompleteResultsError",
    "IndexDamagedError",
    "IndexFormatError",
    "IndexLockedError",
    "IndexNotFoundError",
    "LimitError",
    "MissingExtraError",
    "PageImageError",
    "QueryError",
    "RemovalsRefusedError",
    "SettingsError",
    "StorageError",
]


class DroindexError(Exception):
    """The root of the tree; catch it to catch everything that droindex raises on purpose.

    Attributes:
        slug: Stable, lower-case name of the condition, for example `index-not-found`.
        hint: The next step for the person who gets the error; may be empty.
        exit_code: What the command line returns for it, 2 to 9.
    """

    slug = "error"
    hint = ""
    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None, slug: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if hint is not None:
            self.hint = hint
        if slug is not None:
            self.slug = slug

    def __reduce__(self) -> tuple[object, ...]:
        """Say in another process what was said in this one, whatever the constructor takes."""
        return _restored, (type(self), self.args, dict(vars(self)))


def _restored(
    kind: type[DroindexError], args: tuple[object, ...], values: dict[str, object]
) -> DroindexError:
    error = kind.__new__(kind, *args)
    vars(error).update(values)
    return error


class QueryError(DroindexError):
    """A query that strict mode refuses, or a filter, date or sort order that does not exist.

    Attributes:
        query: The text as it was given; empty where the fault is in another argument.
        position: Offset into `query` in characters, from 0; None where it has no place there.
    """

    slug = "query-error"
    exit_code = 2

    def __init__(
        self,
        message: str,
        *,
        query: str = "",
        position: int | None = None,
        hint: str | None = None,
        slug: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint, slug=slug)
        self.query = query
        self.position = position


class LimitError(QueryError):
    """A limit, offset or count outside its range."""

    slug = "limit-out-of-range"


class IndexNotFoundError(DroindexError):
    """There is no library at that place."""

    slug = "index-not-found"
    exit_code = 3
    hint = "Build one with: droindex build CORPUS --index DIR"


class IndexLockedError(DroindexError):
    """Another build or update holds the library.

    Attributes:
        holder: What is known of the holder (process id, host, since when); may be empty.
    """

    slug = "index-locked"
    exit_code = 4
    hint = "Wait until it has finished, or give --wait SECONDS."

    def __init__(self, message: str, *, holder: str = "", hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.holder = holder


class IndexDamagedError(DroindexError):
    """A file of the library is missing, cut short or altered.

    Attributes:
        file: The file that is damaged, relative to the library; may be empty.
    """

    slug = "index-damaged"
    exit_code = 5
    hint = "Mend it with: droindex build CORPUS --index DIR"

    def __init__(self, message: str, *, file: str = "", hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.file = file


class IndexFormatError(DroindexError):
    """The library was written in a format that this version does not read."""

    slug = "index-format"
    exit_code = 5
    hint = "Build it again, into a new folder, with this version of droindex."


class EngineError(DroindexError):
    """The search engine refused an operation that droindex thought sound: a fault of droindex."""

    slug = "engine-error"
    exit_code = 5
    hint = "Please report it, with the query or the document that led to it."


class ClusterError(DroindexError):
    """The cluster that holds the library does not answer, or not as it should."""

    slug = "cluster-error"
    exit_code = 10
    hint = "Check that it runs and that the address is right: opensearch://HOST:9200/NAME"


class IncompleteResultsError(ClusterError):
    """A part of the library does not answer: so nothing is shown, rather than a part of it."""

    slug = "incomplete-results"
    hint = "Look at the health of the cluster with: droindex status. Then ask again."


class CorpusError(DroindexError):
    """The corpus cannot be read as a whole, or `--strict` was given and it has problems."""

    slug = "corpus-problem"
    exit_code = 6


class CorpusNotFoundError(CorpusError):
    """The corpus folder or file does not exist."""

    slug = "corpus-not-found"
    hint = "Give the path of a folder of documents, or of a .jsonl file of records."


class RemovalsRefusedError(CorpusError):
    """A build would remove more than a fifth of what came from this corpus, and was stopped.

    Attributes:
        doc_ids: The documents that would go, sorted.
    """

    slug = "removals-refused"
    hint = (
        "Nothing was changed. Check that the folder is complete (an unmounted disk?); "
        "if the documents are really gone, give --allow-removals."
    )

    def __init__(self, message: str, *, doc_ids: tuple[str, ...]) -> None:
        super().__init__(message)
        self.doc_ids = doc_ids


class DocumentError(DroindexError):
    """A document handed to `Library.update` cannot be indexed as it is."""

    slug = "document-error"
    exit_code = 6


class FileChangedError(DroindexError):
    """The file of a document is not the one that was read for the library."""

    slug = "file-changed"
    exit_code = 7
    hint = "Build the library again, so that it holds the file as it is now."

    def __init__(self, doc_id: str) -> None:
        super().__init__(f"The file of {doc_id!r} changed since it was read.")
        self.doc_id = doc_id


class DocumentNotFoundError(DroindexError, KeyError):
    """No document with that id in the library, as far as this caller may see.

    It is a `KeyError` too, as `index[doc_id]` raises.

    Attributes:
        doc_id: The id that was asked for.
        near: Ids that may be meant, as far as they were looked for.
    """

    slug = "document-not-found"
    exit_code = 7
    hint = "Find its id with: droindex query WORDS --format ids"

    def __init__(self, doc_id: str, *, near: tuple[str, ...] = ()) -> None:
        hint = f"Did you mean: {', '.join(near)}" if near else None
        super().__init__(f"There is no document {doc_id!r} in this library.", hint=hint)
        self.doc_id = doc_id
        self.near = near

    def __str__(self) -> str:
        return self.message  # as it is: a KeyError would quote it


class PageImageError(DroindexError):
    """A page of a document cannot be shown as a picture.

    Attributes:
        doc_id: The document.
        page: The page that was asked for, from 1.
    """

    slug = "page-image"
    exit_code = 7
    hint = "Open the file itself, with: droindex open DOCUMENT"

    def __init__(self, doc_id: str, page: int, reason: str, *, hint: str | None = None) -> None:
        super().__init__(f"Page {page} of {doc_id!r} cannot be shown. {reason}", hint=hint)
        self.doc_id = doc_id
        self.page = page


class SettingsError(DroindexError):
    """A setting, an option or corpus.toml holds something that cannot be used."""

    slug = "settings-error"
    exit_code = 8


class ExposureRefusedError(SettingsError):
    """Going back, or reading on, would show documents to callers who may not see them any more.

    Attributes:
        doc_ids: The documents that gained a label since, as far as they are known; sorted.
    """

    slug = "exposure-refused"
    hint = (
        "Nothing was changed. Build from a corpus with the right labels instead; "
        "if they may really be shown, give --allow-exposure."
    )

    def __init__(self, message: str, *, doc_ids: tuple[str, ...], hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.doc_ids = doc_ids


class MissingExtraError(DroindexError):
    """Something asked for needs an optional package or program that is not installed.

    Attributes:
        extra: The name of the extra, for example `ocr`; empty where a program is missing.
    """

    slug = "missing-extra"
    exit_code = 8

    def __init__(self, message: str, *, extra: str = "", hint: str | None = None) -> None:
        super().__init__(message, hint=hint or f"Install it with: pip install 'droindex[{extra}]'")
        self.extra = extra


class StorageError(DroindexError):
    """The disk is full, or a file or folder may not be read or written.

    Attributes:
        path: The file or folder concerned; may be empty.
    """

    slug = "storage-error"
    exit_code = 9
    hint = "Free space or mend the permissions and run the command again; the old library is whole."

    def __init__(self, message: str, *, path: str = "", hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.path = path
