"""The walk over a corpus folder: documents, their sidecars and their rows of the catalogue."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex.errors import CorpusError, StorageError
from droindex.ingest.catalog import CATALOG_NAMES, Catalog, CatalogRow, read_catalogs
from droindex.ingest.config import CONFIG_NAME, Problem, is_record_file, reason, shown
from droindex.settings import BuildSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from droindex.ingest.config import CorpusConfig

__all__ = ["Entry", "FileIdentity", "Scan", "scan", "valid_name"]

_DOCUMENT_SUFFIXES = (".pdf", ".html", ".htm", ".txt", ".md")  # of two with one id the first wins
_SIDECAR_SUFFIXES = (".toml", ".json")  # likewise


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """What tells, without reading a file, that it is unchanged.

    Attributes:
        size_bytes: Its size.
        mtime_ns: When it was last written, in nanoseconds since 1970.
        inode: Its number in the file system.
    """

    size_bytes: int
    mtime_ns: int
    inode: int

    def to_list(self) -> list[int]:
        """Return the shape in the state of a build."""
        return [self.size_bytes, self.mtime_ns, self.inode]

    @classmethod
    def from_list(cls, shape: Sequence[int]) -> FileIdentity:
        """Return the identity that `to_list` wrote."""
        size_bytes, mtime_ns, inode = shape
        return cls(size_bytes, mtime_ns, inode)

    @classmethod
    def of(cls, facts: os.stat_result) -> FileIdentity:
        """Return the identity in what `stat` says of a file."""
        return cls(facts.st_size, facts.st_mtime_ns, facts.st_ino)


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
            that is no regular file of the corpus and so may not be read.
        catalog_row: Its row of the catalogue: known keys, raw values.
        catalog_digest: Of that row, in hexadecimal; empty without one.
        catalog_file: Where the row stands, for example `catalog.csv:12`; empty without one.
        other_sidecar: The JSON where there is a TOML too; fills what that leaves open.
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
    other_sidecar: Path | None = None


@dataclass
class Scan:
    """What lies in a corpus folder.

    Attributes:
        entries: The documents, by `doc_id`.
        problems: What is wrong, in the order it was met.
        unreadable: Ids of documents whose file is there but may not be opened. Those that could
            be looked at are in `entries` too, so that their metadata still counts.
        unreadable_folders: Folders that are there but may not be listed, relative, with `/`:
            documents below them are not gone.
    """

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    unreadable_folders: list[str] = field(default_factory=list)


def valid_name(name: str) -> str:
    """Return a file name as valid unicode: each byte that is none becomes `%XX`."""
    if name.isascii():
        return name
    return re.sub("[\udc80-\udcff]", lambda match: f"%{ord(match[0]) - 0xDC00:02X}", name)


def scan(corpus: Path, config: CorpusConfig, *, settings: BuildSettings | None = None) -> Scan:
    """List the documents of a corpus folder; no document and no sidecar is opened.

    Hidden files and folders are skipped, and what `config.exclude` names. A link to a file of the
    corpus is that file under another name; a link to a folder of it is not followed, since the
    folder is listed where it lies; a link out of the corpus is a problem.

    Args:
        corpus: The folder.
        config: What `corpus.toml` says.
        settings: The limits; the defaults without.

    Returns:
        The documents and the problems. Slugs: `duplicate-doc-id`, `duplicate-sidecar`,
        `sidecar-orphan`, `bad-sidecar`, `link-outside`, `link-broken`, `not-a-file`,
        `file-unreadable`, `folder-unreadable`, `doc-id-too-long`, and those of the catalogue.

    Raises:
        CorpusNotFoundError: There is nothing at that path.
        CorpusError: It is no folder, or its catalogue is too broken to tell whose labels it holds.
        StorageError: It may not be listed.
    """
    if is_record_file(corpus):
        raise CorpusError(f"{shown(str(corpus))} is a file of records, not a folder.")
    walk = _Walk(corpus, config, settings or BuildSettings())
    walk.run()
    return _Pairing(walk).result()


@dataclass(frozen=True, slots=True)
class _Found:
    """A file of the walk: where it lies and, where it could be looked at, its identity."""

    relative: str
    path: str
    identity: FileIdentity | None


class _Walk:
    """Walks the folders and sorts what lies there into documents, sidecars and the rest."""

    def __init__(self, corpus: Path, config: CorpusConfig, settings: BuildSettings) -> None:
        self._corpus = corpus
        self._real_root = os.path.realpath(corpus)
        self._max_id_chars = settings.max_doc_id_chars
        self.excluded = exclusion(config.exclude)
        self.scan = Scan()
        self.documents: dict[str, list[_Found]] = {}
        self.sidecars: dict[str, list[_Found]] = {}
        self.others: set[str] = set()  # ids of files that are there but are no documents
        self.catalogs: list[Path] = []

    def run(self) -> None:
        """Walk the whole corpus."""
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            for item in self._listing(folder):
                if item.name.startswith("."):
                    continue
                relative = folder + item.name
                if item.is_dir(follow_symlinks=False):
                    if not self.excluded(relative):
                        waiting.append(f"{relative}/")
                else:
                    self._take(item, relative)

    def report(self, relative: str, slug: str, message: str) -> None:
        """Add a problem of one file."""
        self.scan.problems.append(Problem(valid_name(relative), slug, message))

    def _listing(self, folder: str) -> list[os.DirEntry[str]]:
        path = os.path.join(self._corpus, folder)  # noqa: PTH118 - twice as fast as a Path
        try:
            with os.scandir(path) as items:
                return sorted(items, key=lambda item: item.name)
        except OSError as error:
            if folder and isinstance(error, FileNotFoundError):
                return []  # it went while we walked
            if not folder:
                raise StorageError(
                    f"The corpus {shown(path)} cannot be listed: {reason(error)}.", path=path
                ) from error
            self.scan.unreadable_folders.append(valid_name(folder.rstrip("/")))
            message = f"The folder cannot be listed ({reason(error)}); what the library has of it"
            self.report(folder, "folder-unreadable", f"{message} is kept. Mend its permissions.")
            return []

    def _take(self, item: os.DirEntry[str], relative: str) -> None:
        """Sort one file in."""
        stem, dot, suffix = item.name.rpartition(".")
        suffix = f"{dot}{suffix}".lower() if stem else ""
        is_document, is_sidecar = suffix in _DOCUMENT_SUFFIXES, suffix in _SIDECAR_SUFFIXES
        key = relative[: len(relative) - len(suffix)]
        if self.excluded(relative):
            if is_document:
                self.others.add(key)
        elif relative.lower() in CATALOG_NAMES:
            self.catalogs.append(Path(item.path))
        elif relative == CONFIG_NAME:
            return
        elif not self._is_ours(item, relative, is_wanted=is_document or is_sidecar):
            if is_document:
                self.others.add(key)
            if is_sidecar:
                self.sidecars.setdefault(key, []).append(_Found(relative, item.path, None))
        elif is_document:
            self._take_document(item, relative, key)
        elif is_sidecar:
            identity = self._identity(item)
            self.sidecars.setdefault(key, []).append(_Found(relative, item.path, identity))

    def _is_ours(self, item: os.DirEntry[str], relative: str, *, is_wanted: bool) -> bool:
        """Whether a file is a regular one of this corpus; reports what else it is."""
        if not item.is_symlink():
            if item.is_file(follow_symlinks=False):
                return is_wanted
            self._report_no_file(relative)
            return False
        try:
            mode = item.stat().st_mode
        except OSError as error:
            if is_wanted:
                message = f"The link leads nowhere ({reason(error)}). Mend or remove it."
                self.report(relative, "link-broken", message)
            return False
        if not (is_wanted or stat.S_ISDIR(mode)):
            return False
        target = os.path.relpath(os.path.realpath(item.path), self._real_root)
        if target == os.pardir or target.startswith(os.pardir + os.sep):
            message = "The link leads out of the corpus and is not followed. Copy what it leads to."
            self.report(relative, "link-outside", message)
            return False
        if stat.S_ISDIR(mode):
            self._report_hidden_target(relative, target)
            return False
        if not stat.S_ISREG(mode):
            self._report_no_file(relative)
            return False
        return True

    def _report_no_file(self, relative: str) -> None:
        message = "It is a pipe, a socket or a device and is not opened. Remove or exclude it."
        self.report(relative, "not-a-file", message)

    def _report_hidden_target(self, relative: str, target: str) -> None:
        """Report a link to a folder that the walk itself does not come to."""
        if target != os.curdir and any(part.startswith(".") for part in Path(target).parts):
            message = "The link leads to a hidden folder and is not followed. Unhide the folder."
            self.report(relative, "link-hidden", message)

    def _identity(self, item: os.DirEntry[str]) -> FileIdentity | None:
        try:
            return FileIdentity.of(item.stat())
        except OSError:
            return None

    def _take_document(self, item: os.DirEntry[str], relative: str, key: str) -> None:
        doc_id = valid_name(key)
        if len(doc_id) > self._max_id_chars:
            self.others.add(key)
            message = (
                f"The path has {len(doc_id)} characters without its suffix, more than the "
                f"{self._max_id_chars} of an id. Shorten it."
            )
            self.report(relative, "doc-id-too-long", message)
            return
        identity = self._identity(item)
        if identity is None or not os.access(item.path, os.R_OK):
            if identity is None and not os.path.lexists(item.path):
                return  # it went while we walked
            self.scan.unreadable.append(doc_id)
            message = (
                "The file may not be opened; what the library has of it is kept. "
                "Mend its permissions."
            )
            self.report(relative, "file-unreadable", message)
        self.documents.setdefault(key, []).append(_Found(relative, item.path, identity))


class _Pairing:
    """Gives each document its id, its sidecar and its row of the catalogue."""

    def __init__(self, walk: _Walk) -> None:
        self._walk = walk
        self._scan = walk.scan
        self._entries: dict[str, Entry] = {}
        self._lost: set[str] = set()  # files that are there and are no entries

    def result(self) -> Scan:
        """Return the scan, complete."""
        for key, found in self._walk.documents.items():
            self._add(key, found)
        self._pair_sidecars()
        self._pair_rows(read_catalogs(self._walk.catalogs))
        self._scan.entries = [entry for _, entry in sorted(self._entries.items())]
        self._scan.unreadable = sorted(set(self._scan.unreadable))
        return self._scan

    def _add(self, key: str, found: list[_Found]) -> None:
        doc_id = valid_name(key)
        best, *others = sorted(found, key=lambda file: (not _is_pdf(file), file.relative))
        if doc_id in self._entries:  # two names that differ in bytes that are no unicode
            best, others = _Found(self._entries[doc_id].file, "", None), found
        for other in others:
            self._lost.add(valid_name(other.relative))
            message = (
                f"{shown(valid_name(best.relative))} has the same id, {shown(doc_id)}, and is "
                "taken instead. Rename one of them."
            )
            self._walk.report(other.relative, "duplicate-doc-id", message)
        if best.identity is None:
            self._lost.add(valid_name(best.relative))
            return
        self._entries[doc_id] = Entry(
            doc_id=doc_id,
            file=valid_name(best.relative),
            path=Path(best.path),
            identity=best.identity,
        )

    def _pair_sidecars(self) -> None:
        loose: dict[str, list[str]] | None = None
        for key, found in self._walk.sidecars.items():
            doc_id = valid_name(key)
            if doc_id not in self._entries and not self._is_known(key):
                loose = loose if loose is not None else _loosely(self._entries)
                near = loose.get(_loose(doc_id), [])
                doc_id = near[0] if len(near) == 1 else doc_id
            entry = self._entries.get(doc_id)
            if entry is not None and entry.sidecar is None:
                self._entries[doc_id] = self._with_sidecar(entry, found)
            elif entry is not None or not self._is_known(key):
                for sidecar in found:
                    self._report_orphan(sidecar)

    def _is_known(self, key: str) -> bool:
        """Whether a file of that name is there, though it is no entry."""
        return key in self._walk.documents or key in self._walk.others

    def _report_orphan(self, sidecar: _Found) -> None:
        stem = sidecar.relative.rpartition(".")[0]
        step = "Name it as the document is named, or exclude it."
        if stem.lower().endswith(_DOCUMENT_SUFFIXES):
            suffix = sidecar.relative.rpartition(".")[2]
            better = f"{stem.rpartition('.')[0]}.{suffix}"
            step = f"Name it {shown(valid_name(better))}."
        message = f"There is no document beside this metadata, so it counts for nothing. {step}"
        self._walk.report(sidecar.relative, "sidecar-orphan", message)

    def _with_sidecar(self, entry: Entry, found: list[_Found]) -> Entry:
        first, *others = sorted(found, key=_sidecar_rank)
        identities = [file.identity for file in (first, *others[:1])]
        for other in others:
            message = (
                f"There is {shown(valid_name(first.relative))} too; where both give a value, "
                "that one wins. Remove one."
            )
            self._walk.report(other.relative, "duplicate-sidecar", message)
        return replace(
            entry,
            sidecar=Path(first.path),
            sidecar_identity=_together(identities),
            other_sidecar=Path(others[0].path) if others else None,
        )

    def _pair_rows(self, catalog: Catalog) -> None:
        self._scan.problems += catalog.problems
        files = {entry.file: doc_id for doc_id, entry in self._entries.items()}
        rows = dict(catalog.rows)
        for file in [file for file in rows if file in files]:
            self._give_row(files[file], rows.pop(file))
        if not rows:
            return
        bare = {i: entry for i, entry in self._entries.items() if entry.catalog_row is None}
        loose = _loosely([*bare, *(entry.file for entry in bare.values())])
        for file, row in rows.items():
            near = loose.get(_loose(file), [])
            doc_id = files.get(near[0], near[0]) if len(near) == 1 else ""
            if doc_id and self._entries[doc_id].catalog_row is None:
                self._give_row(doc_id, row)
            elif not self._is_explained(file):
                message = f"There is no document {shown(file)}. Mend its name, or remove the row."
                self._scan.problems.append(Problem(row.where, "catalog-file-missing", message))

    def _give_row(self, doc_id: str, row: CatalogRow) -> None:
        self._entries[doc_id] = replace(
            self._entries[doc_id],
            catalog_row=row.values,
            catalog_digest=row.digest,
            catalog_file=row.where,
        )

    def _is_explained(self, file: str) -> bool:
        """Whether it is known why a file of the catalogue is no document."""
        folders = self._scan.unreadable_folders
        return (
            file in self._lost
            or self._walk.excluded(file)
            or any(file.startswith(f"{folder}/") for folder in folders)
        )


def _is_pdf(file: _Found) -> bool:
    return file.relative.lower().endswith(".pdf")


def _sidecar_rank(file: _Found) -> tuple[bool, str]:
    return not file.relative.lower().endswith(_SIDECAR_SUFFIXES[0]), file.relative


def _together(identities: list[FileIdentity | None]) -> FileIdentity | None:
    """Return one identity for files that count together; None where one has none."""
    known = [identity for identity in identities if identity is not None]
    if len(known) < len(identities):
        return None
    return FileIdentity(
        sum(identity.size_bytes for identity in known),
        sum(identity.mtime_ns for identity in known),
        sum(identity.inode for identity in known),
    )


def _loose(name: str) -> str:
    """Return the key under which names are equal that differ in case, accents' form or slashes."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").casefold()
    return name.removeprefix("./").strip("/")


def _loosely(names: Iterable[str]) -> dict[str, list[str]]:
    keys: dict[str, list[str]] = {}
    for name in names:
        keys.setdefault(_loose(name), []).append(name)
    return keys


def exclusion(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Return what tells whether a path is excluded.

    Args:
        patterns: Relative to the corpus: `*`, `?` and `[…]` match inside one name, `**` any
            number of folders. What lies below an excluded folder is excluded with it.

    Returns:
        A function of a path relative to the corpus, with `/`.
    """
    if not patterns:
        return lambda path: False
    forms = "|".join(_pattern(pattern) for pattern in patterns)
    match = re.compile(f"(?:{forms})(?:/.*)?", re.DOTALL).fullmatch
    return lambda path: match(path) is not None


_PARTS = re.compile(r"\*\*/|/\*\*$|\*\*|\*|\?|\[!?[^\]/]+\]|.", re.DOTALL)


def _pattern(pattern: str) -> str:
    """Return a glob pattern as a regular expression."""
    pattern = pattern.strip().removeprefix("./").strip("/")
    parts: list[str] = []
    for part in _PARTS.findall(pattern):
        if part == "**/":
            parts.append("(?:.*/)?")
        elif part == "/**":
            parts.append("(?:/.*)?")
        elif part == "**":
            parts.append(".*")
        elif part == "*":
            parts.append("[^/]*")
        elif part == "?":
            parts.append("[^/]")
        elif part.startswith("[") and len(part) > 1:
            inside = part[1:-1].replace("\\", "\\\\").replace("[", "\\[").replace("^", "\\^")
            parts.append(f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]")
        else:
            parts.append(re.escape(part))
    return "".join(parts)
