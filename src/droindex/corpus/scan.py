"""A corpus folder: its documents, each with its sidecar and its row of the catalogue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from droindex.corpus.catalog.catalog import CatalogRow, read_catalogs
from droindex.corpus.config import TOP_FOLDER
from droindex.corpus.entry import Entry, FileIdentity, Scan
from droindex.corpus.names import valid_name
from droindex.corpus.pairing.documents import CorpusDocuments
from droindex.corpus.pairing.rows import pair_rows
from droindex.corpus.pairing.sidecars import pair_sidecars
from droindex.corpus.pairing.unplaced import UnplacedLabels, refuse_misplaced
from droindex.corpus.walk import Walk
from droindex.errors import CorpusError
from droindex.extract.registry import Registry
from droindex.metadata.keys import DATES, clean_line
from droindex.metadata.label_hints import Hints
from droindex.problems import UNREADABLE_LABEL, is_record_file, shown
from droindex.settings import BuildSettings

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from droindex.corpus.config import CorpusConfig
    from droindex.corpus.entry import CorpusFile

__all__ = ["scan"]


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
    documents = CorpusDocuments(walk, known)
    hints = Hints.of(tuple(config.labels))
    unplaced = UnplacedLabels(walk)
    sidecars = pair_sidecars(walk, documents, hints, unplaced)
    refuse_misplaced(walk, hints)
    dates = (*DATES, *(name for name, kind in config.kinds.items() if kind == "date"))
    catalog = read_catalogs(walk.catalogs, config.labels, documents.is_name, config.columns, dates)
    walk.problems += catalog.problems
    rows = pair_rows(walk, documents, hints, unplaced, catalog.rows)
    paired = {
        doc_id: [
            _entry(
                doc_id,
                file,
                sidecars.get(doc_id, ()),
                rows,
                is_suspect=doc_id in unplaced.near,
                category=_category(valid_name(file.relative), config),
            )
            for file in files
        ]
        for doc_id, files in sorted(documents.files.items())
    }
    return Scan(
        entries=[first for first, *_ in paired.values()],
        rivals={doc_id: rest for doc_id, (_, *rest) in paired.items() if rest},
        problems=walk.problems,
        unreadable=sorted({valid_name(key) for key in walk.unreadable}),
        unreadable_folders=sorted(map(valid_name, walk.unreadable_folders)),
        passed_over=walk.passed_over,
    )


def _entry(
    doc_id: str,
    document: CorpusFile,
    sidecars: Sequence[CorpusFile],
    rows: Mapping[str, CatalogRow],
    *,
    is_suspect: bool,
    category: str,
) -> Entry:
    """Return a document with its sidecars and its row; a suspect without a label gets one."""
    assert document.identity is not None
    file = valid_name(document.relative)
    entry = Entry(
        doc_id,
        file,
        Path(document.path),
        document.identity,
        real={Path(item.path): Path(item.real) for item in (document, *sidecars)},
        category=category,
    )
    row = rows.get(file)
    if is_suspect and (row is None or "label" not in row.values):
        row = row or CatalogRow("", {})
        row = replace(row, values={**row.values, "label": UNREADABLE_LABEL}, is_damaged=True)
    if sidecars:
        first, *others = (Path(item.path) for item in sidecars)
        identity = _together(sidecars)
        entry = replace(
            entry, sidecar=first, sidecar_identity=identity, other_sidecars=tuple(others)
        )
    if row is None:
        return entry
    return replace(
        entry,
        catalog_row=row.values,
        catalog_digest=row.digest,
        catalog_file=row.where,
        date_orders=row.date_orders,
        is_suspect=row.is_damaged,
    )


def _category(file: str, config: CorpusConfig) -> str:
    """Return the category that a file's folder gives it, if it is to give one."""
    folders = file.split("/")[:-1]
    if not config.category or not folders:
        return ""
    folder = clean_line(folders[0] if config.category == TOP_FOLDER else folders[-1])
    named = (
        shelf.name
        for shelf in config.categories
        if folder.casefold() in map(str.casefold, (shelf.name, *shelf.aliases))
    )
    return next(named, folder)


def _together(files: Sequence[CorpusFile]) -> FileIdentity | None:
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
