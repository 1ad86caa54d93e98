"""What is done to a library as a whole; each call loads only what it needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypedDict

from droindex.api.locations import to_folder, to_location
from droindex.arguments import (
    check_callable,
    check_seconds,
    check_text,
    check_whole,
    to_path,
    to_texts,
)
from droindex.engine.opensearch.address import Address
from droindex.errors import DocumentError, SettingsError
from droindex.settings import BACKENDS, Settings

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from droindex.api.status import LibraryStatus
    from droindex.build.maintenance.copying import CopyReport
    from droindex.build.maintenance.generations import PruneReport
    from droindex.library.report import BuildReport, Progress
    from droindex.model import Document
    from droindex.store.damage import CheckReport

__all__ = ["BuildArguments", "Operations", "settings_of", "today"]

_MAX_WORKERS = 1_000  # processes; a machine has no more cores


class BuildArguments(TypedDict, total=False):
    """What a build may be told by name, for those who hand it on to `Library.build`."""

    allow_removals: bool
    compact: bool
    workers: int | None
    backend: str | None
    ocr: bool | None
    cache: str | os.PathLike[str] | None
    wait_s: float
    progress: Callable[[Progress], None] | None
    confirm_open: Iterable[str]


class Operations:
    """All of `Library` but its opening, which the short forms of `Index` must not depend on.

    Args:
        location: The library's folder, or its address on a cluster.
        settings: All settings; None for the defaults.
    """

    def __init__(
        self, location: str | os.PathLike[str] | Address, *, settings: Settings | None = None
    ) -> None:
        self._location = to_location(location, "location")
        self._settings = settings_of(settings)

    @property
    def location(self) -> Path | Address:
        """Where the library lies or will lie: a folder, or an address on a cluster."""
        return self._location

    @property
    def settings(self) -> Settings:
        """The settings that it is built and opened with."""
        return self._settings

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.location)!r})"

    def build(
        self,
        corpus: str | os.PathLike[str],
        *,
        allow_removals: bool = False,
        compact: bool = False,
        workers: int | None = None,
        backend: str | None = None,
        ocr: bool | None = None,
        cache: str | os.PathLike[str] | None = None,
        wait_s: float = 0.0,
        progress: Callable[[Progress], None] | None = None,
        confirm_open: Iterable[str] = (),
    ) -> BuildReport:
        """Make the library, or bring it up to date: only what changed is read again.

        It happens all at once or not at all; whoever searches meanwhile searches the old library.

        Args:
            corpus: A folder of documents, or a `.jsonl` file of records.
            allow_removals: Whether more than a fifth of the corpus's documents may go.
            compact: Whether to write every index anew, in one piece.
            workers: Processes that read files; None for one per core, 0 for none.
            backend: What reads PDF text: `auto`, `pypdf` or `pdfium`; None as in the settings.
            ocr: Whether to recognise text in page images; None as in the settings, which is
                where it is installed.
            cache: Where extracted texts are kept; None for inside the library.
            wait_s: How long to wait for another build to finish, in seconds.
            progress: Called with a `Progress` after each file and document, and while files are
                read as their pages come, in the caller's thread; what it raises ends the build.
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
        from droindex.build.build import BuildOptions, build  # noqa: PLC0415 - slow to import

        place, confirmed = to_path(corpus, "corpus"), to_texts(confirm_open, "confirm_open")
        check_whole(workers, "workers", most=_MAX_WORKERS)
        check_seconds(wait_s, "wait_s")
        check_callable(progress, "progress")
        options = BuildOptions(
            settings=_with_reader(self.settings, backend, ocr),
            allow_removals=allow_removals,
            compact=compact,
            workers=workers,
            cache=to_path(cache, "cache") if cache is not None else None,
            wait_s=wait_s,
            progress=progress,
            confirm_open=confirmed,
        )
        return build(place, to_folder(self.location, "built"), options)

    def update(
        self,
        documents: Iterable[Document] = (),
        remove: Iterable[str] = (),
        *,
        wait_s: float = 0.0,
        progress: Callable[[Progress], None] | None = None,
    ) -> BuildReport:
        """Put documents of an application into the library and take others out, all at once.

        A document with a known id replaces the old one. Builds leave these documents alone. One
        that had a label and comes without one keeps it and stays hidden, unless it comes with
        `label="open"`; the report names it in `lost_labels`.

        Args:
            documents: Documents with their pages.
            remove: Ids of documents to take out.
            wait_s: How long to wait for another build to finish, in seconds.
            progress: Called with a `Progress` after each document.

        Raises:
            DocumentError: `document-error`, with the field that cannot be used; nothing changed.
            IndexLockedError: `index-locked`.
            StorageError: `storage-error`.
        """
        from droindex.build.build import BuildOptions, update  # noqa: PLC0415 - slow to import

        check_seconds(wait_s, "wait_s")
        check_callable(progress, "progress")
        if not isinstance(documents, Iterable):
            raise SettingsError("documents is no list.", hint="Give a list of droindex.Document.")
        removed = to_texts(remove, "remove", error=DocumentError)
        options = BuildOptions(settings=self.settings, wait_s=wait_s, progress=progress)
        return update(to_folder(self.location, "updated"), documents, removed, options)

    def status(self) -> LibraryStatus:
        """Return what an operator wants to know of the library, labelled documents included.

        Raises:
            IndexNotFoundError: `index-not-found`.
            IndexDamagedError: `index-damaged`.
        """
        from droindex.api.status import status_of  # noqa: PLC0415 - a search must not pay for it

        return status_of(self.location, today())

    def check(self) -> CheckReport:
        """Read every file of the library and compare it with its checksum.

        Beside each generation with a damaged file a mark is left: from then on no query is
        answered from a set that the file belongs to. A mark goes when the files are sound again.

        Returns:
            What was read, and every file that is not as it was written.

        Raises:
            IndexNotFoundError: `index-not-found`.
            StorageError: `storage-error`, a file may not be read.
        """
        from droindex.build.maintenance.generations import check_library  # noqa: PLC0415 - as above

        if isinstance(self.location, Address):
            from droindex.build.maintenance.on_cluster import check_on_cluster  # noqa: PLC0415 - an extra

            return check_on_cluster(self.location)
        return check_library(self.location)

    def rollback(
        self, to: str | None = None, *, allow_exposure: bool = False, wait_s: float = 0.0
    ) -> str:
        """Make an older generation answer again, all at once; nothing is removed.

        The next build brings the library up to date with its corpus again.

        Args:
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
        from droindex.build.maintenance.rollback import rollback  # noqa: PLC0415 - as above

        check_text(to, "to")
        check_seconds(wait_s, "wait_s")
        if isinstance(self.location, Address):
            from droindex.build.maintenance.on_cluster import rollback_on_cluster  # noqa: PLC0415 - an extra

            return rollback_on_cluster(self.location, to, allow_exposure=allow_exposure)
        return rollback(self.location, to, allow_exposure=allow_exposure, wait_s=wait_s)

    def prune(self, *, now: bool = False, wait_s: float = 0.0) -> PruneReport:
        """Clear away what killed builds left, and old generations that nobody reads.

        Args:
            now: Whether all old generations go at once, those that readers have open as well
                (they read on until they reload), and the cache of extracted texts: so that
                nothing is left of documents that were removed or gained a label. Otherwise as
                many stay as the settings say (`build.keep_generations`).
            wait_s: How long to wait for a build to finish, in seconds.

        Raises:
            IndexNotFoundError: `index-not-found`.
            IndexDamagedError: `index-damaged`: then the old generations may be what is left.
            IndexLockedError: `index-locked`.
            StorageError: `storage-error`.
        """
        from droindex.build.maintenance.generations import prune  # noqa: PLC0415 - as above

        check_seconds(wait_s, "wait_s")
        keep = self.settings.build.keep_generations
        if isinstance(self.location, Address):
            from droindex.build.maintenance.on_cluster import prune_on_cluster  # noqa: PLC0415 - an extra

            return prune_on_cluster(self.location, now=now, keep=keep)
        return prune(self.location, now=now, wait_s=wait_s, keep=keep)

    def export_set(
        self, clearance: str | None, target: str | os.PathLike[str], *, wait_s: float = 0.0
    ) -> str:
        """Copy the set of one clearance into a library of its own, to be served without the rest.

        It can be searched like any library and tells nothing of documents of other sets. It
        cannot be built into; exporting into it again replaces it all at once.

        Args:
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
        from droindex.build.maintenance.export import export_set  # noqa: PLC0415 - as above

        check_text(clearance, "clearance")
        check_seconds(wait_s, "wait_s")
        place = to_path(target, "target")
        folder = to_folder(self.location, "exported from")
        return export_set(folder, clearance, place, wait_s=wait_s).name

    def copy(
        self,
        target: str | os.PathLike[str] | Address,
        *,
        replace: bool = False,
        wait_s: float = 0.0,
        progress: Callable[[Progress], None] | None = None,
    ) -> CopyReport:
        """Copy the generation that answers to a cluster, or from there into a folder.

        No file is read again: what the library holds is written anew, compared with what is
        there, and answers all at once. A copy that was stopped goes on where it was.

        Args:
            target: An address such as `opensearch://host:9200/name`, where this library may have
                been copied to before; or for a library on a cluster, a new or empty folder.
            replace: Whether to take the place of whatever library answers at the address, and to
                write anew what is there already.
            wait_s: How long to wait for another copy to finish, in seconds.
            progress: Called with a `Progress` after each document.

        Returns:
            What was copied.

        Raises:
            IndexNotFoundError: `index-not-found`.
            IndexDamagedError: `index-damaged`.
            SettingsError: `settings-error`, the target holds something else.
            ClusterError: `cluster-error`, the cluster does not answer.
            MissingExtraError: `missing-extra`.
            StorageError: `storage-error`.
        """
        from droindex.api.copying import CopyOptions, copy_library  # noqa: PLC0415 - as above

        check_seconds(wait_s, "wait_s")
        check_callable(progress, "progress")
        place = to_location(target, "target")
        keep = self.settings.build.keep_generations
        options = CopyOptions(replace=replace, wait_s=wait_s, keep=keep, progress=progress)
        return copy_library(self.location, place, options)


def today() -> date:
    """Return the day that decides which documents have expired, where nobody names another."""
    return datetime.now(UTC).date()


def settings_of(given: Settings | None) -> Settings:
    """Return the settings that were given, or the defaults; SettingsError for anything else."""
    if given is None:
        return Settings()
    if not isinstance(given, Settings):
        raise SettingsError("settings is no Settings.", hint="Give droindex.Settings(…), or None.")
    return given


def _with_reader(settings: Settings, backend: str | None, ocr: bool | None) -> Settings:  # noqa: FBT001 - as `build` was given it
    """Return settings with what a build says of the reading of PDFs."""
    extract = settings.extract
    if backend is not None:
        if backend not in BACKENDS:
            raise SettingsError(
                f"There is no backend {backend!r}.", hint=f"Backends: {', '.join(BACKENDS)}."
            )
        extract = replace(extract, backend=backend)
    if ocr is not None:
        if not isinstance(ocr, bool):
            raise SettingsError("ocr is neither True nor False.", hint="Give one of them.")
        extract = replace(extract, ocr=ocr)
    return replace(settings, extract=extract)
