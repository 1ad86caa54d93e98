"""The files of a corpus and what is known of them before any is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from droindex.problems import Problem, shown

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from pathlib import Path

    from droindex.model import DateOrder

__all__ = ["LOCK", "CorpusFile", "Entry", "FileIdentity", "PassedOver", "Scan", "duplicate_problem"]

_SUFFIX = re.compile(r"[^/](\.\w{1,12})$")  # what is longer is no kind but a part of the name
_NO_SUFFIX = "without a suffix"
_LITTER = frozenset({"thumbs.db", "desktop.ini"})  # what systems leave in each folder
LOCK = "~$"  # before the name of a file that an office program has open


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """What tells, without reading a file, that it is unchanged.

    Attributes:
        size_bytes: Its size.
        mtime_ns: When it was last written, in nanoseconds since 1970; -1 for a document that may
            not be opened, so that it counts as changed when that changes.
        inode: Its number in the file system.
        device: The number of the file system. It may change when the machine starts, so it counts
            within a build only, and is not kept.
    """

    size_bytes: int
    mtime_ns: int
    inode: int
    device: int = field(default=0, compare=False)

    def to_list(self) -> list[int]:
        """Return the shape in the state of a build."""
        return [self.size_bytes, self.mtime_ns, self.inode]

    @classmethod
    def of(cls, facts: os.stat_result) -> FileIdentity:
        """Return the identity in what `stat` says of a file."""
        return cls(facts.st_size, facts.st_mtime_ns, facts.st_ino, facts.st_dev)


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file that the walk met.

    Attributes:
        relative: Its path relative to the corpus, with `/`, as the file system spells it.
        path: Where it lies.
        real: The same without links, as they led when it was met.
        identity: None where it could not be looked at, is no regular file of the corpus, or is a
            sidecar that may not be opened.
    """

    relative: str
    path: str
    real: str
    identity: FileIdentity | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of a corpus folder, before anything of it is read.

    Attributes:
        doc_id: Its path without suffix, as valid unicode: a byte that is none becomes `%XX`.
        file: Its path relative to the corpus, with `/`, made valid likewise.
        path: Where it lies.
        identity: Of the file.
        sidecar: The metadata beside it, if any; TOML before JSON.
        sidecar_identity: Of the sidecar, or of both where there are two; None beside a sidecar
            that may not be opened or is no regular file of the corpus.
        catalog_row: Its row of the catalogue: known keys, raw values.
        catalog_digest: Of that row, in hexadecimal; empty without one.
        catalog_file: Where the row stands, for example `catalog.csv:12`; empty without one.
        other_sidecars: Further ones, as the JSON where there is a TOML too; each fills what those
            before it leave open.
        is_suspect: Whether it may be what metadata means that gives a label to no document.
        real: Where its files lie without links, by path.
        date_orders: Of day and month in the row's dates in figures, by key, where their column
            decides.
        category: What its folder says, where corpus.toml asks for it; else empty.
    """

    doc_id: str
    file: str
    path: Path
    identity: FileIdentity
    sidecar: Path | None = None
    sidecar_identity: FileIdentity | None = None
    catalog_row: Mapping[str, Any] | None = None
    catalog_digest: str = ""
    catalog_file: str = ""
    other_sidecars: tuple[Path, ...] = ()
    is_suspect: bool = False
    real: Mapping[Path, Path] = field(default_factory=dict)
    date_orders: Mapping[str, DateOrder] = field(default_factory=dict)
    category: str = ""

    def opened(self, path: Path) -> Path:
        """Return the path under which one of its files is opened: without links."""
        return self.real.get(path, path)


@dataclass(slots=True)
class PassedOver:
    """Gathers the files that are passed over."""

    _files: dict[str, list[str]] = field(default_factory=dict)

    def add(self, file: str) -> None:
        """Note a file, by its path with `/`; what systems and editors leave there is no file."""
        name = file.rpartition("/")[2]
        if name.lower() in _LITTER or name.startswith(LOCK):
            return
        suffix = _SUFFIX.search(name)
        kind = suffix[1].lower() if suffix else _NO_SUFFIX
        self._files.setdefault(kind, []).append(file)

    def by_kind(self) -> Mapping[str, tuple[str, ...]]:
        """Return the paths by suffix, the commonest kind first; `without a suffix` is one."""
        kinds = sorted(self._files.items(), key=lambda item: (-len(item[1]), item[0]))
        return {kind: tuple(sorted(files)) for kind, files in kinds}


@dataclass
class Scan:
    """What lies in a corpus folder.

    Attributes:
        entries: The documents, by `doc_id`.
        rivals: Other files with the id of an entry, by id, in the order in which they would take
            its place. Which one counts is known when their labels are: see `duplicate_problem`.
        problems: What is wrong, in the order it was met.
        unreadable: Ids of documents whose file is there but may not be opened. Those that could
            be looked at are in `entries` too, so that their metadata still counts.
        unreadable_folders: Folders that are there but may not be listed, relative, with `/`:
            documents below them are not gone.
        passed_over: Files that no document is made of.
    """

    entries: list[Entry] = field(default_factory=list)
    rivals: dict[str, list[Entry]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    unreadable_folders: list[str] = field(default_factory=list)
    passed_over: PassedOver = field(default_factory=PassedOver)


def duplicate_problem(left_out: str, taken: str, doc_id: str, *, is_opener: bool) -> Problem:
    """Return the problem of a document that was left out because another one has its id.

    Args:
        left_out: Where it stands.
        taken: Where the other one stands.
        doc_id: The id of both.
        is_opener: Whether the other one was taken because more people may see it.
    """
    why = ", being the less restricted" if is_opener else ""
    message = f"{shown(taken)} has the same id, {shown(doc_id)}, and is taken instead{why}. "
    return Problem(left_out, "duplicate-doc-id", f"{message}Rename one of them.")
