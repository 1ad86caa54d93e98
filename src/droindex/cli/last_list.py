"""The list that a terminal showed last, so that its documents can be named by their rank.

What is kept are ids and page numbers, no query and no text; in a folder and a file that only
their owner can read; for one terminal, one library and one clearance; and for half a day.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from droindex.api import Index
    from droindex.engine.opensearch.address import Address

__all__ = ["LastList", "Listed"]

_FORMAT = 1
_KEPT_S = 12 * 3_600  # a working day: then nobody remembers what was third
_MAX_BYTES = 2_000_000  # of a file: a thousand of the longest ids, and room
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_DIGEST_CHARS = 32


class Listed(NamedTuple):
    """A document of a list.

    Attributes:
        doc_id: Its id.
        page: The page of its snippet; None where there is none.
    """

    doc_id: str
    page: int | None


class LastList:
    """The last list of one terminal, for one library and clearance.

    Args:
        index: The library, open.
        environ: The environment: `DROINDEX_STATE` is the folder, and empty for none; else
            `XDG_STATE_HOME` or the home folder has it.
        terminal: What tells this terminal from others; None where there is none.
        clock: Returns the time, in seconds since 1970.
    """

    def __init__(
        self,
        index: Index,
        environ: Mapping[str, str] = os.environ,
        terminal: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._clock = clock
        self._owner = _digest(_whole(index.path), index.clearance or "")
        name = terminal if terminal is not None else _terminal()
        folder = _folder(environ)
        self._path = folder / f"{_digest(name)}.json" if name and folder else None

    def keep(self, hits: Iterable[tuple[int, str, int | None]]) -> None:
        """Keep a list in place of the one before; where that cannot be done, nothing is kept.

        Args:
            hits: Rank, id and page of each hit.
        """
        if self._path is None:
            return
        from droindex.files.private import make_private_folder, write_private  # noqa: PLC0415 - no terminal, no need

        with suppress(OSError):
            make_private_folder(self._path.parent)
            if not _is_own(self._path.parent.lstat()):
                return
            self._forget_old()
        ranks = {rank: [doc_id, page] for rank, doc_id, page in hits}
        shape = {"format": _FORMAT, "owner": self._owner, "at": self._clock(), "ranks": ranks}
        write_private(self._path, json.dumps(shape).encode())

    def at(self, rank: int) -> Listed | None:
        """Return the document of a rank; None where no such list is kept, or it is too old."""
        shape = self._read()
        if shape.get("format") != _FORMAT or shape.get("owner") != self._owner:
            return None
        made, ranks = shape.get("at"), shape.get("ranks")
        if not isinstance(made, int | float) or not isinstance(ranks, dict):
            return None
        if not 0 <= self._clock() - made <= _KEPT_S:
            return None
        match ranks.get(str(rank)):
            case [str() as doc_id, int() | None as page]:
                return Listed(doc_id, page)
        return None

    def _read(self) -> dict[str, Any]:
        """Return what the file holds; nothing where it is not ours alone."""
        if self._path is None:
            return {}
        try:
            fd = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:
            return {}
        with open(fd, "rb") as file:  # noqa: PTH123 - a descriptor, and no path
            facts = os.fstat(fd)
            if not (stat.S_ISREG(facts.st_mode) and _is_own(facts)):
                return {}
            try:
                shape = json.loads(file.read(_MAX_BYTES))
            except (OSError, ValueError, RecursionError):
                return {}
        return shape if isinstance(shape, dict) else {}

    def _forget_old(self) -> None:
        """Remove lists of terminals that are long gone."""
        assert self._path is not None
        for path in self._path.parent.glob("*.json"):
            with suppress(OSError):
                if self._clock() - path.lstat().st_mtime > _KEPT_S:
                    path.unlink()


def _folder(environ: Mapping[str, str]) -> Path | None:
    stated = environ.get("DROINDEX_STATE")
    if stated is not None:
        return Path(stated) if stated else None
    state = environ.get("XDG_STATE_HOME", "")
    if not state.startswith("/"):  # the standard has anything else ignored
        home = environ.get("HOME", "")
        if not home.startswith("/"):
            return None
        state = f"{home}/.local/state"
    return Path(state) / "droindex" / "lists"


def _whole(place: Path | Address) -> str:
    """Return what tells a library from all others of this machine, wherever a command is typed."""
    return str(place.resolve()) if isinstance(place, Path) else str(place)


def _terminal() -> str | None:
    """Return what tells this terminal from others; None where no standard stream is one."""
    for fd in (0, 1, 2):
        with suppress(OSError):
            return f"{os.ttyname(fd)} {os.getsid(0)}"
    return None


def _is_own(facts: os.stat_result) -> bool:
    """Whether a file or folder is ours, and closed to everybody else."""
    return facts.st_uid == os.geteuid() and not facts.st_mode & _OTHERS


def _digest(*texts: str) -> str:
    whole = "\0".join(texts).encode("utf-8", "surrogateescape")
    return hashlib.sha256(whole).hexdigest()[:_DIGEST_CHARS]
