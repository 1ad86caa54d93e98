"""A corpus folder: its documents, each with its sidecar and its row of the catalogue."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from droindex.errors import CorpusError
from droindex.extract.registry import Registry
from droindex.ingest.catalog import CatalogRow, read_catalogs
from droindex.ingest.common import Problem, is_record_file, shown
from droindex.ingest.walk import FileIdentity, Found, Walk, valid_name
from droindex.settings import BuildSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from droindex.ingest.config import CorpusConfig

__all__ = ["Entry", "FileIdentity", "Scan", "duplicate_problem", "scan"]

_Meant = TypeVar("_Meant", str, tuple[str, ...])


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
        rivals: Other files with the id of an entry, by id, in the order in which they would take
            its place. Which one counts is known when their labels are: see `duplicate_problem`.
        problems: What is wrong, in the order it was met.
        unreadable: Ids of documents whose file is there but may not be opened. Those that could
            be looked at are in `entries` too, so that their metadata still counts.
        unreadable_folders: Folders that are there but may not be listed, relative, with `/`:
            documents below them are not gone.
    """

    entries: list[Entry] = field(default_factory=list)
    rivals: dict[str, list[Entry]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    unreadable_folders: list[str] = field(default_factory=list)


def scan(corpus: Path, config: CorpusConfig, *, settings: BuildSettings | None = None) -> Scan:
    """List the documents of a corpus folder; no document and no sidecar is opened.

    A document is a file of which an installed extractor claims the suffix.

    Hidden files and folders are skipped, and what `config.exclude` names. A link to a file of the
    corpus is that file under another name; a link to a folder of it is not followed, since the
    folder is listed where it lies; a link out of the corpus is a problem.

    Args:
        corpus: The folder.
        config: What `corpus.toml` says.
        settings: The limits; the defaults without.

    Returns:
        The documents and the problems. Slugs: `duplicate-sidecar`, `sidecar-orphan`,
        `bad-sidecar`, `link-outside`, `link-broken`, `not-a-file`, `file-unreadable`,
        `folder-unreadable`, `doc-id-too-long`, and those of the catalogue.

    Raises:
        CorpusNotFoundError: There is nothing at that path.
        CorpusError: It is no folder, or its catalogue is too broken to tell whose labels it holds.
        StorageError: It may not be listed.
        SettingsError: An installed extractor cannot be loaded.
    """
    if is_record_file(corpus):
        raise CorpusError(f"{shown(str(corpus))} is a file of records, not a folder.")
    walk = Walk(corpus, config, settings or BuildSettings(), Registry().suffixes)
    walk.run()
    return _Pairing(walk).result()


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


class _Pairing:
    """Gives each document its id, its sidecar and its row of the catalogue."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._documents: dict[str, list[Found]] = {}  # best first, as names alone can tell
        self._sidecars: dict[str, list[Found]] = {}
        self._rows: dict[str, CatalogRow] = {}
        self._lost: set[str] = set()  # files that are there and are no entries

    def result(self) -> Scan:
        """Return the scan, complete."""
        for key, found in self._walk.documents.items():
            self._order(valid_name(key), found)
        for key, found in self._walk.sidecars.items():
            self._pair_sidecar(key, found)
        catalog = read_catalogs(self._walk.catalogs)
        self._walk.problems += catalog.problems
        self._pair_rows(catalog.rows)
        paired = {
            doc_id: [self._entry(doc_id, file) for file in files]
            for doc_id, files in sorted(self._documents.items())
        }
        return Scan(
            entries=[first for first, *_ in paired.values()],
            rivals={doc_id: rest for doc_id, (_, *rest) in paired.items() if rest},
            problems=self._walk.problems,
            unreadable=sorted({valid_name(key) for key in self._walk.unreadable}),
            unreadable_folders=sorted(map(valid_name, self._walk.unreadable_folders)),
        )

    def _order(self, doc_id: str, found: list[Found]) -> None:
        """Order the files that have one id; what cannot be looked at is no entry."""
        # Names that differ in bytes that are no text have one id as well.
        ordered = [*self._documents.get(doc_id, ()), *sorted(found, key=_document_rank)]
        known = [file for file in ordered if file.identity is not None]
        if known and ordered[0].identity is None:
            known = []  # what the library has of the first is kept until that can be looked at
        self._lost |= {valid_name(file.relative) for file in ordered if file not in known}
        if known:
            self._documents[doc_id] = known

    @cached_property
    def _by_loose_id(self) -> dict[str, list[str]]:
        return _loosely((doc_id, doc_id) for doc_id in self._documents)

    def _pair_sidecar(self, key: str, found: list[Found]) -> None:
        """Pair a sidecar with the document of its name; case makes no difference."""
        doc_id = valid_name(key)
        is_known = key in self._walk.documents or key in self._walk.others
        if doc_id not in self._documents and not is_known:
            near = self._by_loose_id.get(_loose(doc_id), [])
            doc_id = near[0] if len(near) == 1 else doc_id
        if doc_id in self._documents and doc_id not in self._sidecars:
            self._sidecars[doc_id] = sorted(found, key=_sidecar_rank)
            for other in self._sidecars[doc_id][1:]:
                message = (
                    f"There is {shown(valid_name(self._sidecars[doc_id][0].relative))} too; where "
                    "both give a value, that one wins. Remove one."
                )
                self._walk.report(other.relative, "duplicate-sidecar", message)
        elif doc_id in self._documents or not is_known:
            for sidecar in found:
                self._report_orphan(sidecar.relative)

    def _report_orphan(self, relative: str) -> None:
        stem, _, suffix = relative.rpartition(".")
        inner, dot, inner_suffix = stem.rpartition(".")
        step = "Name it as the document is named, or exclude it."
        if inner and f"{dot}{inner_suffix}".lower() in self._walk.document_suffixes:
            step = f"Name it {shown(valid_name(f'{inner}.{suffix}'))}."
        message = f"There is no document beside this metadata, so it counts for nothing. {step}"
        self._walk.report(relative, "sidecar-orphan", message)

    def _pair_rows(self, rows: Mapping[str, CatalogRow]) -> None:
        """Pair rows with files; where none has exactly that name, slashes and case may differ."""
        files = [valid_name(file.relative) for found in self._documents.values() for file in found]
        self._rows = {file: rows[file] for file in files if file in rows}
        left = {file: row for file, row in rows.items() if file not in self._rows}
        if not left:
            return
        near_files = self._files_by_loose_name()
        for file, row in left.items():
            near = near_files.get(_loose(file), [])
            if len(near) == 1 and not any(name in self._rows for name in near[0]):
                self._rows |= dict.fromkeys(near[0], row)
            elif not self._is_explained(file):
                message = f"There is no document {shown(file)}. Mend its name, or remove the row."
                self._walk.problems.append(Problem(row.where, "catalog-file-missing", message))

    def _files_by_loose_name(self) -> dict[str, list[tuple[str, ...]]]:
        """Return the files without a row, by loose name, and all those of an id by that."""
        names: list[tuple[str, tuple[str, ...]]] = []
        for doc_id, found in self._documents.items():
            files = [valid_name(file.relative) for file in found]
            free = tuple(file for file in files if file not in self._rows)
            names += [(file, (file,)) for file in free]
            names += [(doc_id, free)] if free else []
        return _loosely(names)

    def _is_explained(self, file: str) -> bool:
        """Whether it is known why a file of the catalogue is no document."""
        folders = self._walk.unreadable_folders
        return (
            file in self._lost
            or self._walk.excluded(file)
            or any(file.startswith(f"{valid_name(folder)}/") for folder in folders)
        )

    def _entry(self, doc_id: str, document: Found) -> Entry:
        sidecars = self._sidecars.get(doc_id, [])
        row = self._rows.get(valid_name(document.relative))
        assert document.identity is not None
        return Entry(
            doc_id,
            valid_name(document.relative),
            Path(document.path),
            document.identity,
            Path(sidecars[0].path) if sidecars else None,
            _together(sidecars) if sidecars else None,
            row.values if row else None,
            row.digest if row else "",
            row.where if row else "",
            Path(sidecars[1].path) if len(sidecars) > 1 else None,
        )


def _document_rank(file: Found) -> tuple[bool, str]:
    return not file.relative.lower().endswith(".pdf"), file.relative


def _sidecar_rank(file: Found) -> tuple[bool, str]:
    return not file.relative.lower().endswith(".toml"), file.relative


def _together(files: Sequence[Found]) -> FileIdentity | None:
    """Return one identity for files that count together; None where one has none."""
    known = [file.identity for file in files if file.identity is not None]
    if len(known) < len(files):
        return None
    if len(known) == 1:
        return known[0]
    return FileIdentity(
        sum(identity.size_bytes for identity in known),
        sum(identity.mtime_ns for identity in known),
        sum(identity.inode for identity in known),
    )


def _loose(name: str) -> str:
    """Return the key under which names are equal that differ in case, accents' form or slashes."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").casefold()
    return name.removeprefix("./").strip("/")


def _loosely(names: Iterable[tuple[str, _Meant]]) -> dict[str, list[_Meant]]:
    """Return what is meant by loose name, given names and what they mean."""
    found: dict[str, list[_Meant]] = {}
    for name, meant in names:
        known = found.setdefault(_loose(name), [])
        if meant not in known:
            known.append(meant)
    return found
