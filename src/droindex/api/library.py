"""The door for those who run a library: class `Library`."""

from __future__ import annotations

from droindex.api.index import Index
from droindex.api.operations import Operations

__all__ = ["Library"]


class Library(Operations):
    """A library as a whole, for those who run it: built, watched, repaired, handed out.

    What it does and tells covers every document, labelled ones included. It holds nothing open;
    to search, `open` it for a clearance.

    Args:
        location: The library's folder. It need not be there before the first build.
        settings: All settings, for builds and for searching; None for the defaults.

    Example:
        >>> library = Library("library.idx")
        >>> report = library.build("corpus")
        >>> with library.open() as index:
        ...     print(index.search("escort").total)
    """

    def open(self, *, clearance: str | None = None, auto_reload_s: float | None = None) -> Index:
        """Open the library for searching.

        Args:
            clearance: A label of the library: its documents and those of all lower labels are
                seen. None for the open documents alone.
            auto_reload_s: How often a call looks for a newer generation and turns to it, in
                seconds; None for never: then `Index.reload` does it.

        Raises:
            IndexNotFoundError: `index-not-found`.
            IndexFormatError: `index-format`.
            IndexDamagedError: `index-damaged`.
            SettingsError: `settings-error`, the library knows no such clearance.
        """
        return Index.open(
            self.location,
            clearance=clearance,
            auto_reload_s=auto_reload_s,
            settings=self.settings,
        )
