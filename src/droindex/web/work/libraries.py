"""The library that is served: one open index for each clearance, and answers of one piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from droindex.api import Index
from droindex.errors import DroindexError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from droindex.engine.opensearch.address import Address
    from droindex.settings import Settings

__all__ = ["Libraries"]

T = TypeVar("T")
_TRIES = 3  # an answer is worked out anew if the library changed meanwhile; builds take longer


class Libraries:
    """Opens a library for each clearance that is asked for, and keeps it open.

    It looks for a new generation at each call, which costs one look at a file.

    Args:
        location: Where the library lies.
        settings: All numbers; None for the defaults.

    Raises:
        DroindexError: as `Index.open`: there is no library, or it cannot be read.
    """

    def __init__(self, location: Path | Address, settings: Settings | None) -> None:
        self._location = location
        self._settings = settings
        self._open: dict[str | None, Index] = {}
        self.index(None)

    def index(self, clearance: str | None) -> Index:
        """Return the open index of a clearance."""
        index = self._open.get(clearance)
        if index is None:
            index = Index.open(
                self._location, clearance=clearance, auto_reload_s=0.0, settings=self._settings
            )
            index = self._open.setdefault(clearance, index)  # another thread may have been first
        return index

    def answer(
        self,
        clearance: str | None,
        work: Callable[[Index], T],
        is_held: Callable[[str], bool] = lambda _fingerprint: False,
    ) -> tuple[str, T | None]:
        """Return what some work on an index gives, all of it from one state of the library.

        Args:
            clearance: Whose index.
            work: What asks it.
            is_held: Whether the caller has the answer already that a state gives, by its
                fingerprint.

        Returns:
            The fingerprint of that state, and the answer; None where the caller has it.
        """
        index = self.index(clearance)
        fingerprint = index.fingerprint
        for _ in range(_TRIES):
            if is_held(fingerprint):
                return fingerprint, None
            answered, value = fingerprint, work(index)
            fingerprint = index.fingerprint
            if fingerprint == answered:
                break
        return answered, value

    def remark(self) -> tuple[str, ...]:
        """Return what is wrong with the library, as open callers may know it; mostly nothing.

        It is opened anew: what is open stays open, also where a newer state cannot be read.
        """
        try:
            with Index.open(self._location, settings=self._settings) as index:
                return index.notices
        except DroindexError as error:
            return (f"The newest state cannot be read: {error.slug}.",)

    def close(self) -> None:
        """Let go of the library."""
        while self._open:
            self._open.popitem()[1].close()
