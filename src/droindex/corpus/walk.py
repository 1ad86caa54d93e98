"""The walk over the folders of a corpus: what lies there, before anything of it is read."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from droindex.corpus.catalog.catalog import CATALOG_NAMES
from droindex.corpus.config import CONFIG_NAME
from droindex.corpus.entry import LOCK, CorpusFile, FileIdentity, PassedOver
from droindex.corpus.names import valid_name
from droindex.corpus.patterns import path_matcher
from droindex.errors import StorageError
from droindex.files.unlinked import is_same
from droindex.problems import Problem, read_small, reason, shown

if TYPE_CHECKING:
    from collections.abc import Collection

    from droindex.corpus.config import CorpusConfig
    from droindex.settings import BuildSettings

__all__ = ["Walk", "is_like_catalog"]

_MAX_NAME_BYTES = 1000  # of what names the generation that answers
_TABLE_SUFFIXES = frozenset({"csv", "tsv", "jsonl", "ndjson", "bak", "old", "orig"})
_CATALOG_SUFFIXES = frozenset({"csv", "tsv", "jsonl", "ndjson"})
_CATALOG_WORD = re.compile(
    "|".join({f"{'catalog'[:place]}{'catalog'[place + 1 :]}" for place in range(7)} | {"katal"})
)
_SIDECAR_SUFFIXES = frozenset({".toml", ".json"})
# What people name a sidecar that is none: in another language, or as an editor saves a text.
_SLIP_SUFFIX = re.compile(
    r"(?i)(?:\.(?:toml|json)\.txt|\.(?:ya?ml|tml|tom|jsn|json5|jsonl|ini|cfg|conf|properties))$"
)


class _Kind(NamedTuple):
    """What a file is by its suffix."""

    is_document: bool
    is_sidecar: bool


class Walk:
    """Walks the folders and sorts what lies there into documents, sidecars and the rest.

    Args:
        corpus: The folder.
        config: What `corpus.toml` says.
        settings: The limits.
        suffixes: Of the files that an extractor reads, lower case, with the dot.
        library: The library that is being built, if any; it may lie in its corpus.

    Attributes:
        documents: By path without suffix: files that have it in common.
        sidecars: Likewise.
        others: Paths without suffix of files that are there and are no documents of the corpus:
            excluded, links that lead out of it, …
        excluded_sidecars: They count for documents that are not excluded, since a pattern for
            metadata must open nothing.
        catalogs: The catalogue's files, excluded or not.
        misplaced: Files that look like a catalogue and are none, by their name or folder.
        slips: Files that may be meant as sidecars and are none, by path without suffix.
        passed_over: Files that are neither documents nor what droindex reads beside them.
        problems: What is wrong, in the order it was met.
        unreadable: Documents that may not be opened, by path without suffix.
        unreadable_folders: Folders that may not be listed, without a slash at the end.
        excluded: Tells whether a path is excluded.
        real_root: The folder without links.
    """

    def __init__(
        self,
        corpus: Path,
        config: CorpusConfig,
        settings: BuildSettings,
        suffixes: Collection[str],
        library: Path | None = None,
    ) -> None:
        self._library = library
        self._corpus = corpus
        self.document_suffixes = frozenset(suffixes) - _SIDECAR_SUFFIXES
        self.real_root = os.path.realpath(corpus)
        self._max_id_chars = settings.max_doc_id_chars
        self.excluded = path_matcher(config.exclude)
        self.documents: dict[str, list[CorpusFile]] = {}
        self.sidecars: dict[str, list[CorpusFile]] = {}
        self.others: set[str] = set()
        self.excluded_sidecars: set[str] = set()
        self.catalogs: list[Path] = []
        self.misplaced: list[Path] = []
        self.slips: dict[str, list[Path]] = {}
        self.passed_over = PassedOver()
        self.problems: list[Problem] = []
        self.unreadable: list[str] = []
        self.unreadable_folders: list[str] = []

    def run(self) -> None:
        """Walk the whole corpus."""
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            for item in self._listing(folder):
                if item.name.startswith("."):
                    continue
                relative = folder + item.name
                if not _is_folder(item):
                    self._take(item, relative)
                elif not self.excluded(relative) and not self._is_library(item, relative):
                    waiting.append(f"{relative}/")

    def report(self, relative: str, slug: str, message: str) -> None:
        """Add a problem of one file."""
        self.problems.append(Problem(valid_name(relative), slug, message))

    def _is_library(self, item: os.DirEntry[str], relative: str) -> bool:
        """Whether a folder is a library, of which nothing is read; reports that it is left out."""
        if self._library is not None and is_same(item.path, self._library):
            return True  # the one that is being built: its owner knows where he put it
        if not _is_library(item.path):
            return False
        message = "The folder is a library of droindex and is left out. Move it, or exclude it."
        self.report(relative, "library-inside", message)
        return True

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
            self.unreadable_folders.append(folder.rstrip("/"))
            message = (
                f"The folder cannot be listed ({reason(error)}); what the library has of it is "
                "kept. Mend its permissions."
            )
            self.report(folder.rstrip("/"), "folder-unreadable", message)
            return []

    def _take(self, item: os.DirEntry[str], relative: str) -> None:
        """Sort one file in."""
        stem, dot, suffix = item.name.rpartition(".")
        suffix = f"{dot}{suffix}".lower() if stem else ""
        is_document = suffix in self.document_suffixes and not item.name.startswith(LOCK)
        kind = _Kind(is_document, suffix in _SIDECAR_SUFFIXES)
        key = relative[: len(relative) - len(suffix)]
        if suffix == ".txt" and is_like_catalog(stem, _CATALOG_SUFFIXES):
            self.misplaced.append(Path(self.real_root, relative))  # and it is a document
        if self.excluded(relative) and not self._is_metadata(relative, is_sidecar=kind.is_sidecar):
            if kind.is_document:
                self.others.add(key)
        elif not self._take_special(item, relative, kind):
            self._take_wanted(item, relative, key, kind)

    def _pass_over(self, item: os.DirEntry[str], relative: str) -> None:
        """Note a file that nobody reads; a link is noted as the file that it leads to."""
        if not item.is_symlink() and _is_file(item):
            self.passed_over.add(valid_name(relative))

    def _take_special(self, item: os.DirEntry[str], relative: str, kind: _Kind) -> bool:
        """Take the catalogue, the configuration and what may be meant as such a file or a sidecar.

        Returns:
            Whether the file was one of these and nothing else.
        """
        if relative == CONFIG_NAME:
            return True
        if relative.lower() in CATALOG_NAMES:
            self.catalogs.append(Path(self.real_root, relative))
            return True
        if is_like_catalog(item.name):
            self.misplaced.append(Path(self.real_root, relative))
            self._pass_over(item, relative)
            return True
        is_slip = not kind.is_sidecar and self._is_slip(item, relative)
        if is_slip and not kind.is_document:
            self._pass_over(item, relative)
            return True
        return False

    def _take_wanted(self, item: os.DirEntry[str], relative: str, key: str, kind: _Kind) -> None:
        """Take a document or a sidecar."""
        is_ours = self._is_ours(item, relative, is_wanted=kind.is_document or kind.is_sidecar)
        if kind.is_document and is_ours:
            self._take_document(item, relative, key)
        elif kind.is_document:
            self.others.add(key)
        elif kind.is_sidecar:
            identity = _readable_identity(item) if is_ours else None
            found = CorpusFile(relative, item.path, self._real(item, relative), identity)
            self.sidecars.setdefault(key, []).append(found)
        else:
            self._pass_over(item, relative)

    def _is_metadata(self, relative: str, *, is_sidecar: bool) -> bool:
        """Whether an excluded file may still be metadata of a document that is not excluded."""
        if is_sidecar and relative != CONFIG_NAME:
            self.excluded_sidecars.add(relative)
            return True
        return relative.lower() in CATALOG_NAMES

    def _is_slip(self, item: os.DirEntry[str], relative: str) -> bool:
        """Whether a file may be meant as a sidecar and has another suffix; notes it."""
        slip = _SLIP_SUFFIX.search(relative)
        if slip is None or not item.is_file(follow_symlinks=False):
            return False
        self.slips.setdefault(relative[: slip.start()], []).append(Path(self.real_root, relative))
        return True

    def _is_ours(self, item: os.DirEntry[str], relative: str, *, is_wanted: bool) -> bool:
        """Whether a file is a regular one of this corpus; reports what else it is."""
        if item.is_symlink():
            return self._leads_to_ours(item, relative, is_wanted=is_wanted)
        if _is_file(item):
            return is_wanted
        self._report_no_file(relative)
        return False

    def _leads_to_ours(self, item: os.DirEntry[str], relative: str, *, is_wanted: bool) -> bool:
        """Whether a link leads to a regular file of this corpus; reports where else it leads."""
        try:
            mode = item.stat().st_mode
        except OSError as error:
            if is_wanted:
                message = f"The link leads nowhere ({reason(error)}). Mend or remove it."
                self.report(relative, "link-broken", message)
            return False
        is_folder = stat.S_ISDIR(mode)
        if not (is_wanted or is_folder):
            return False
        target = os.path.relpath(os.path.realpath(item.path), self.real_root)
        if target == os.pardir or target.startswith(os.pardir + os.sep):
            message = "The link leads out of the corpus and is not followed. Copy what it leads to."
            self.report(relative, "link-outside", message)
        elif self.excluded(target.replace(os.sep, "/")):
            message = "The link leads to an excluded file and is not followed. Exclude it, too."
            self.report(relative, "link-excluded", message)
        elif is_folder:
            self._report_hidden_target(relative, target)
        elif not stat.S_ISREG(mode):
            self._report_no_file(relative)
        else:
            return True
        return False

    def _real(self, item: os.DirEntry[str], relative: str) -> str:
        """Return where a file lies without links; one that leads out of the corpus is kept."""
        if item.is_symlink():
            real = os.path.realpath(item.path)
            if real.startswith(os.path.join(self.real_root, "")):  # noqa: PTH118 - a text
                return real
        return f"{self.real_root.rstrip(os.sep)}{os.sep}{relative}"

    def _report_no_file(self, relative: str) -> None:
        message = "It is a pipe, a socket or a device and is not opened. Remove or exclude it."
        self.report(relative, "not-a-file", message)

    def _report_hidden_target(self, relative: str, target: str) -> None:
        """Report a link to a folder that the walk itself does not come to."""
        if target != os.curdir and any(part.startswith(".") for part in Path(target).parts):
            message = "The link leads to a hidden folder and is not followed. Unhide the folder."
            self.report(relative, "link-hidden", message)

    def _take_document(self, item: os.DirEntry[str], relative: str, key: str) -> None:
        doc_id = valid_name(key)
        if len(doc_id) > self._max_id_chars:
            self.others.add(key)
            message = (
                f"The path has {len(doc_id)} characters without its suffix, more than the "
                f"{self._max_id_chars} of an id. Shorten it."
            )
            self.report(relative, "doc-id-too-long", message)
            self._pass_over(item, relative)
            return
        try:
            identity = FileIdentity.of(item.stat())
        except FileNotFoundError:
            return  # it went while we walked
        except OSError:
            identity = None
        if identity is None or not os.access(item.path, os.R_OK):
            if identity:
                identity = replace(identity, mtime_ns=-1)  # so that it has changed once it may
            self.unreadable.append(key)
            message = (
                "The file may not be opened; what the library has of it is kept. "
                "Mend its permissions."
            )
            self.report(relative, "file-unreadable", message)
        found = CorpusFile(relative, item.path, self._real(item, relative), identity)
        self.documents.setdefault(key, []).append(found)


def is_like_catalog(name: str, suffixes: Collection[str] = _TABLE_SUFFIXES) -> bool:
    """Whether a file may be meant as the catalogue: `catalogue.csv`, `catalog.csv.txt`."""
    stem, _, suffix = name.lower().rpartition(".")
    stem = stem.replace("catalog", "catalo")
    return suffix in suffixes and _CATALOG_WORD.search(stem) is not None


def _readable_identity(item: os.DirEntry[str]) -> FileIdentity | None:
    """Return the identity of a file that may be opened; None for any other."""
    try:
        return FileIdentity.of(item.stat()) if os.access(item.path, os.R_OK) else None
    except OSError:
        return None


def _is_folder(item: os.DirEntry[str]) -> bool:
    """Whether it is a folder and no link; what may not be looked at is none."""
    try:
        return item.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_file(item: os.DirEntry[str]) -> bool:
    """Whether it is a regular file and no link; what may not be looked at may be one."""
    try:
        return item.is_file(follow_symlinks=False)
    except OSError:
        return True


def _is_library(folder: str) -> bool:
    """Whether a folder is a library: its generation that answers is there, with its manifest."""
    inside = Path(folder)
    try:
        name = read_small(inside / "CURRENT", max_bytes=_MAX_NAME_BYTES).decode("ascii").split()[0]
    except (OSError, ValueError, IndexError):
        return False
    return (
        re.fullmatch(r"[\w.-]*\w", name) is not None
        and (inside / "generations" / name / "manifest.json").is_file()
    )
