"""What `Index` does in one call of what is done to a library as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from droindex.api.operations import BuildArguments, Operations

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable

    from droindex.api.status import LibraryStatus
    from droindex.build.maintenance.generations import PruneReport
    from droindex.library.report import BuildReport, Progress
    from droindex.model import Document
    from droindex.settings import Settings
    from droindex.store.damage import CheckReport

__all__ = ["ShortForms"]


class ShortForms:
    """Short forms of the methods of `Library`, for scripts; `Index` has them."""

    @classmethod
    def build(
        cls,
        corpus: str | os.PathLike[str],
        path: str | os.PathLike[str],
        *,
        settings: Settings | None = None,
        **options: Unpack[BuildArguments],
    ) -> BuildReport:
        """Make a library, or bring it up to date: short for `Library(path).build(corpus, ...)`."""
        return Operations(path, settings=settings).build(corpus, **options)

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
        """Put documents in and take others out: short for `Library(path).update(...)`."""
        library = Operations(path, settings=settings)
        return library.update(documents, remove, wait_s=wait_s, progress=progress)

    @classmethod
    def status(cls, path: str | os.PathLike[str]) -> LibraryStatus:
        """Older name of `Library(path).status()`."""
        return Operations(path).status()

    @classmethod
    def check(cls, path: str | os.PathLike[str]) -> CheckReport:
        """Older name of `Library(path).check()`."""
        return Operations(path).check()

    @classmethod
    def rollback(
        cls,
        path: str | os.PathLike[str],
        to: str | None = None,
        *,
        allow_exposure: bool = False,
        wait_s: float = 0.0,
    ) -> str:
        """Older name of `Library(path).rollback(...)`."""
        return Operations(path).rollback(to, allow_exposure=allow_exposure, wait_s=wait_s)

    @classmethod
    def prune(
        cls,
        path: str | os.PathLike[str],
        *,
        now: bool = False,
        wait_s: float = 0.0,
        settings: Settings | None = None,
    ) -> PruneReport:
        """Older name of `Library(path).prune(...)`."""
        return Operations(path, settings=settings).prune(now=now, wait_s=wait_s)

    @classmethod
    def export_set(
        cls,
        path: str | os.PathLike[str],
        clearance: str | None,
        target: str | os.PathLike[str],
        *,
        wait_s: float = 0.0,
    ) -> str:
        """Older name of `Library(path).export_set(...)`."""
        return Operations(path).export_set(clearance, target, wait_s=wait_s)
