"""A corpus, watched: its library is brought up to date when its files change."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Self

from watchfiles import watch

from droindex.errors import DroindexError

if TYPE_CHECKING:
    from collections.abc import Callable

    from watchfiles import Change

__all__ = ["Watcher"]

_GATHER_MS = 800  # changes that come closer together are read by one build
_LOOK_MS = 200  # how often it is told to stop
_ABSENT_S = 1.0  # how often a folder that vanished is looked for


class Watcher:
    """Builds anew, in a thread, whenever something changes in a corpus.

    A folder that vanishes changes nothing: what was read of it answers until it is there again.

    Args:
        corpus: A folder, or a file of records.
        library: Where the library lies; changes in there are none of the corpus.
        build: Brings the library up to date.
        failed: Is told of an error of a build; the watch goes on.
    """

    def __init__(
        self,
        corpus: Path,
        library: Path,
        build: Callable[[], object],
        failed: Callable[[DroindexError], None],
    ) -> None:
        self._corpus = corpus
        self._library = library.resolve()
        self._build = build
        self._failed = failed
        self._stop = Event()
        self._thread = Thread(target=self._run, name="droindex-watch", daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """End, after a build that is going on."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except OSError:  # it is not there, or not any more
                self._stop.wait(_ABSENT_S)
                if self._corpus.exists():
                    self._update()

    def _follow(self) -> None:
        """Build after each batch of changes; return when told to stop.

        Raises:
            OSError: the folder is not there.
        """
        batches = watch(
            self._corpus,
            watch_filter=self._concerns,
            stop_event=self._stop,
            debounce=_GATHER_MS,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
        )
        for batch in batches:
            if not self._corpus.exists():
                raise FileNotFoundError
            if batch and not self._stop.is_set():
                self._update()

    def _concerns(self, _change: Change, path: str) -> bool:
        return not Path(path).is_relative_to(self._library)

    def _update(self) -> None:
        try:
            self._build()
        except DroindexError as error:
            self._failed(error)
