"""Whether damage is behind an error: the one place that tells, for whoever reads a set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.errors import DroindexError, EngineError
from droindex.store.damage import find_damage

if TYPE_CHECKING:
    from collections.abc import Callable

    from droindex.errors import IndexDamagedError
    from droindex.store.store import Answer

__all__ = ["Judge"]

_PASSED_ON = (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError)


class Judge:
    """A context for whatever reads a set, also for what is worked out long after the search.

    An error in it that no caller can have caused has the files of the set verified, once. If one
    is damaged, that is marked and raised, now and at each later use; otherwise the error stands.

    Args:
        answer: The generation and the set.
    """

    __slots__ = ("_answer", "_is_verified", "_raise", "is_marked")

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._is_verified = False
        self._raise: Callable[[], IndexDamagedError] | None = None
        self.is_marked = False

    def __enter__(self) -> None:
        if self._raise is not None:
            raise self._raise()

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None or isinstance(error, _PASSED_ON):
            return
        if isinstance(error, DroindexError) and not isinstance(error, EngineError):
            return
        self.examine(error)

    def examine(self, error: BaseException) -> None:
        """Raise what is damaged, if anything is.

        Raises:
            IndexDamagedError: `index-damaged`, with the file.
        """
        if not self._is_verified:
            self._is_verified = True
            found, self.is_marked = find_damage(self._answer.generation, self._answer.name)
            if found is not None:
                kind, message, file = type(found), found.message, found.file
                self._raise = lambda: kind(message, file=file)
        if self._raise is not None:
            raise self._raise() from error
