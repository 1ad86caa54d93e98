"""A corpus folder: its documents, each with its sidecar and its row of the catalogue."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from droindex.corpus.catalog import CATALOG_NAMES, MAX_CATALOG_BYTES, CatalogRow, read_catalogs
from droindex.corpus.near_names import NearNames
from droindex.corpus.walk import FileIdentity, Found, Walk, is_like_catalog, valid_name
from droindex.errors import CorpusError
from droindex.extract.registry import Registry
from droindex.lazy import cached_property
from droindex.metadata.label_hints import Hints, fold_label
from droindex.problems import (
    OPEN_LABEL,
    UNREADABLE_LABEL,
    Problem,
    decode_text,
    is_record_file,
    read_small,
    shown,
)
from droindex.settings import BuildSettings

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from droindex.corpus.config import CorpusConfig

__all__ = ["Entry", "FileIdentity", "Scan", "duplicate_problem", "scan"]

_LISTED = 5  # documents that a message names
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
        other_sidecars: Further ones, as the JSON where there is a TOML too; each fills what those
            before it leave open.
        is_suspect: Whether it may be what metadata means that gives a label to no document.
        real: Where its files lie without links, by path.
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

    def opened(self, path: Path) -> Path:
        """Return the path under which one of its files is opened: without links."""
        return self.real.get(path, path)


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


def scan(
    corpus: Path,
    config: CorpusConfig,
    *,
    settings: BuildSettings | None = None,
    known: Container[str] = (),
    library: Path | None = None,
) -> Scan:
    """List the documents of a corpus folder; no document and no sidecar of one is opened.

    A document is a file of which an installed extractor claims the suffix.

    Hidden files and folders are skipped, and what `config.exclude` names. A link to a file of the
    corpus is that file under another name; a link to a folder of it is not followed, since the
    folder is listed where it lies; a link out of the corpus is a problem.

    Args:
        corpus: The folder.
        config: What `corpus.toml` says.
        settings: The limits; the defaults without.
        known: Ids and files of documents that earlier builds had: a label for one of them that is
            gone is no slip.
        library: The library that is being built, if any: nothing of it is part of the corpus.

    Returns:
        The documents and the problems. Slugs: `duplicate-sidecar`, `sidecar-orphan`,
        `label-unplaced`,
        `bad-sidecar`, `link-outside`, `link-excluded`, `link-broken`,
        `library-inside`, `not-a-file`, `file-unreadable`,
        `folder-unreadable`, `doc-id-too-long`, and those of the catalogue.

    Raises:
        CorpusNotFoundError: There is nothing at that path.
        CorpusError: It is no folder, or its catalogue is too broken to tell whose labels it holds.
        StorageError: It may not be listed.
        SettingsError: An installed extractor cannot be loaded.
    """
    if is_record_file(corpus):
        raise CorpusError(f"{shown(str(corpus))} is a file of records, not a folder.")
    walk = Walk(corpus, config, settings or BuildSettings(), Registry().suffixes, library)
    walk.run()
    return _Pairing(walk, config.labels, known).result()


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

    def __init__(self, walk: Walk, labels: Sequence[str], known: Container[str]) -> None:
        self._walk = walk
        self._labels = labels
        self._known = known
        self._hints = Hints.of(tuple(labels))
        self._documents: dict[str, list[Found]] = {}  # best first, as names alone can tell
        self._sidecars: dict[str, list[Found]] = {}
        self._rows: dict[str, CatalogRow] = {}
        self._suspects: set[str] = set()
        self._lost: set[str] = set()  # files that are there and are no entries

    def result(self) -> Scan:
        """Return the scan, complete."""
        for key, found in self._walk.documents.items():
            self._order(valid_name(key), found)
        self._pair_sidecars()
        self._heed_slips()
        self._refuse_misplaced()
        catalog = read_catalogs(self._walk.catalogs, self._labels, self._is_name)
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

    @cached_property
    def _names(self) -> set[str]:
        files = (file.relative for found in self._documents.values() for file in found)
        return {*map(_loose, self._documents), *(_loose(valid_name(file)) for file in files)}

    def _is_name(self, text: str) -> bool:
        return bool(text) and _loose(text) in self._names

    def _pair_sidecars(self) -> None:
        """Pair each sidecar with the document of its name, or with those that it may mean."""
        orphans: list[Found] = []
        for key, found in self._walk.sidecars.items():
            doc_id = self._document_of(key)
            if doc_id is not None:
                self._sidecars.setdefault(doc_id, []).extend(found)
            elif key not in self._walk.documents and key not in self._walk.others:
                orphans += (file for file in found if file.relative not in self._walk.unasked)
        for doc_id, found in self._sidecars.items():
            found.sort(key=lambda file: _sidecar_rank(file, doc_id))
            for other in found[1:]:
                message = (
                    f"There is {shown(valid_name(found[0].relative))} too; where both give a "
                    "value, that one wins. Remove one."
                )
                self._walk.report(other.relative, "duplicate-sidecar", message)
        for orphan in orphans:
            self._take_orphan(orphan)

    def _document_of(self, key: str) -> str | None:
        """Return the document that a sidecar's name means, with or without the suffix of its file.

        Case makes no difference.
        """
        for name in (key, self._without_suffix(key)):
            doc_id = valid_name(name)
            if doc_id in self._documents:
                return doc_id
            if name in self._walk.documents or name in self._walk.others:
                return None
            near = self._by_loose_id.get(_loose(doc_id), [])
            if len(near) == 1:
                return near[0]
        return None

    def _take_orphan(self, orphan: Found) -> None:
        """Report a sidecar without a document; what its label may be meant for is hidden."""
        name = valid_name(orphan.relative)
        if not self._may_label(orphan):
            message = (
                "There is no document beside this metadata, so it counts for nothing. Name it as "
                "the document is named, or exclude it."
            )
            self._walk.report(orphan.relative, "sidecar-orphan", message)
            return
        if is_like_catalog(name, ("json", "toml")):
            raise self._misplaced(name)
        bare = ((doc_id, doc_id) for doc_id in self._documents if doc_id not in self._sidecars)
        near = NearNames(bare).near(name)
        self._report_unplaced(name, f"There is no document beside {shown(name)}", near)

    def _may_label(self, orphan: Found) -> bool:
        """Whether a sidecar without a document may give a label to one."""
        doc_id = valid_name(orphan.relative.rpartition(".")[0])
        if doc_id in self._known or self._without_suffix(doc_id) in self._known:
            return False  # its document is gone
        try:
            text = read_small(Path(orphan.real)).decode("utf-8", "replace")
        except (OSError, ValueError):
            return orphan.identity is not None
        return self._hints.in_text(text)

    def _report_unplaced(self, where: str, what: str, near: set[str]) -> None:
        """Hide the documents that a label without a document may be meant for."""
        self._suspects |= near
        message = f"{what}, and it may give a label. Mend the name. "
        if near:
            listed = ", ".join(map(shown, sorted(near)[:_LISTED]))
            more = f" and {len(near) - _LISTED} more" if len(near) > _LISTED else ""
            message += f"Until then only operators know of what it may mean: {listed}{more}."
        self._walk.problems.append(Problem(where, "label-unplaced", message.rstrip()))

    def _heed_slips(self) -> None:
        """Hide what a file beside a document may label that is a sidecar but for its suffix."""
        for key, paths in self._walk.slips.items():
            meant = self._document_of(key)
            if meant is None:
                continue
            for path in paths:
                try:
                    text = decode_text(read_small(path))
                except (OSError, ValueError):
                    continue
                if self._hints.in_lines(text):
                    name = valid_name(os.path.relpath(path, self._walk.real_root))
                    own = valid_name(name.rpartition(".")[0])
                    near = {meant, own} & self._documents.keys()
                    self._report_unplaced(name, f"{shown(name)} is no sidecar by its suffix", near)

    def _misplaced(self, name: str) -> CorpusError:
        return CorpusError(
            f"{shown(name)} looks like a catalogue with labels, and is not where one is "
            "looked for.",
            hint=f"Name it {' or '.join(CATALOG_NAMES)} at the top of the corpus, or exclude it in "
            "corpus.toml; until then nothing is changed.",
        )

    def _refuse_misplaced(self) -> None:
        """Refuse what looks like a catalogue, may give labels, and has another name or place."""
        for path in self._walk.misplaced:
            try:
                text = read_small(path, max_bytes=MAX_CATALOG_BYTES).decode("utf-8", "replace")
            except (OSError, ValueError):
                continue
            if self._hints.in_text(text):
                raise self._misplaced(path.name)

    def _without_suffix(self, name: str) -> str:
        """Return a name without the suffix of a document, if it has one."""
        stem, dot, suffix = name.rpartition(".")
        return stem if f"{dot}{suffix}".lower() in self._walk.document_suffixes else name

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
            elif self._is_explained(file):
                continue
            elif self._gives_label(row) and not self._is_known(file):
                self._place(file, row)
            else:
                message = f"There is no document {shown(file)}. Mend its name, or remove the row."
                self._walk.problems.append(Problem(row.where, "catalog-file-missing", message))

    def _gives_label(self, row: CatalogRow) -> bool:
        label = row.values.get("label")
        says_open = isinstance(label, str) and fold_label(label) == OPEN_LABEL
        if says_open:
            return False
        return label is not None or self._hints.in_value(dict(row.values), is_known=True)

    def _is_known(self, file: str) -> bool:
        return file in self._known or self._without_suffix(file) in self._known

    def _place(self, file: str, row: CatalogRow) -> None:
        """Hide what a row with a label may mean, or refuse the catalogue."""
        near = self._bare.near(file)
        if not near and self._has_bare:
            catalog, _, line = row.where.rpartition(":")
            raise CorpusError(
                f"The catalogue {catalog} gives a label in line {line} to {shown(file)}, and there "
                "is no such document and none with a name like it.",
                hint="Mend the name or remove the row; until then nothing is changed.",
            )
        self._report_unplaced(row.where, f"There is no document {shown(file)}", near)

    @cached_property
    def _has_bare(self) -> bool:
        return any(self._without_row(doc_id) for doc_id in self._documents)

    @cached_property
    def _bare(self) -> NearNames:
        """The documents that no row of the catalogue speaks of."""
        return NearNames(
            (doc_id, doc_id) for doc_id in self._documents if self._without_row(doc_id)
        )

    def _without_row(self, doc_id: str) -> bool:
        return any(valid_name(file.relative) not in self._rows for file in self._documents[doc_id])

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
        is_suspect = doc_id in self._suspects and (row is None or "label" not in row.values)
        if is_suspect:
            values = row.values if row else {}
            row = CatalogRow(row.where if row else "", {**values, "label": UNREADABLE_LABEL})
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
            tuple(Path(other.path) for other in sidecars[1:]),
            is_suspect or (row is not None and row.is_damaged),
            {Path(file.path): Path(file.real) for file in (document, *sidecars)},
        )


def _document_rank(file: Found) -> tuple[bool, str]:
    return not file.relative.lower().endswith(".pdf"), file.relative


def _sidecar_rank(file: Found, doc_id: str) -> tuple[bool, bool, str]:
    is_named_so = _loose(valid_name(file.relative.rpartition(".")[0])) == _loose(doc_id)
    return not is_named_so, not file.relative.lower().endswith(".toml"), file.relative


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
