"""The documents of a corpus paired with their metadata: sidecars and rows of the catalogue."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from droindex.corpus.catalog.catalog import CATALOG_NAMES, MAX_CATALOG_BYTES
from droindex.corpus.names import NearNames, Tails, by_loose_name, loose_name, valid_name
from droindex.corpus.walk import is_like_catalog
from droindex.errors import CorpusError
from droindex.lazy import cached_property
from droindex.metadata.label_hints import fold_label
from droindex.problems import OPEN_LABEL, Problem, decode_text, read_small, shown

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from droindex.corpus.catalog.catalog import CatalogRow
    from droindex.corpus.entry import CorpusFile
    from droindex.corpus.walk import Walk
    from droindex.metadata.label_hints import Hints

__all__ = ["CorpusDocuments", "UnplacedLabels", "pair_rows", "pair_sidecars", "refuse_misplaced"]

_LISTED = 5  # documents that a message names


class CorpusDocuments:
    """The documents of a corpus by id, best file first, and the names under which they are found.

    Args:
        walk: What the walk met.
        known: Ids and files of documents that earlier builds had.

    Attributes:
        files: The files of each document, as names alone can tell which goes first.
        lost: Files that are there and are no entries.
    """

    def __init__(self, walk: Walk, known: Container[str]) -> None:
        self._walk = walk
        self._known = known
        self.files: dict[str, list[CorpusFile]] = {}
        self.lost: set[str] = set()
        for key, found in walk.documents.items():
            self._order(valid_name(key), found)

    def _order(self, doc_id: str, found: list[CorpusFile]) -> None:
        """Order the files that have one id; what cannot be looked at is no entry."""
        # Names that differ in bytes that are no text have one id as well.
        ordered = [*self.files.get(doc_id, ()), *sorted(found, key=_document_rank)]
        known = [file for file in ordered if file.identity is not None]
        if known and ordered[0].identity is None:
            known = []  # what the library has of the first is kept until that can be looked at
        self.lost |= {valid_name(file.relative) for file in ordered if file not in known}
        if known:
            self.files[doc_id] = known

    @cached_property
    def _by_loose_id(self) -> dict[str, list[str]]:
        return by_loose_name((doc_id, doc_id) for doc_id in self.files)

    @cached_property
    def _last_names(self) -> set[str]:
        files = (file.relative for found in self.files.values() for file in found)
        return {loose_name(valid_name(file)).rpartition("/")[2] for file in files}

    @cached_property
    def _names(self) -> set[str]:
        files = (file.relative for found in self.files.values() for file in found)
        return {*map(loose_name, self.files), *(loose_name(valid_name(file)) for file in files)}

    def is_name(self, text: str) -> bool:
        """Whether a text is the name of a document or of its file, in whatever folder."""
        name = loose_name(text)
        return bool(name) and (name in self._names or name.rpartition("/")[2] in self._last_names)

    def document_of(self, key: str) -> str | None:
        """Return the document that a sidecar's name means, with or without the suffix of its file.

        Case makes no difference.
        """
        for name in (key, self._without_suffix(key)):
            doc_id = valid_name(name)
            if doc_id in self.files:
                return doc_id
            if name in self._walk.documents or name in self._walk.others:
                return None
            near = self._by_loose_id.get(loose_name(doc_id), [])
            if len(near) == 1:
                return near[0]
        return None

    def _without_suffix(self, name: str) -> str:
        """Return a name without the suffix of a document, if it has one."""
        stem, dot, suffix = name.rpartition(".")
        return stem if f"{dot}{suffix}".lower() in self._walk.document_suffixes else name

    def is_known(self, file: str) -> bool:
        """Whether earlier builds had a document of that name."""
        return file in self._known or self._without_suffix(file) in self._known

    def is_explained(self, file: str) -> bool:
        """Whether it is known why a file of the catalogue is no document."""
        folders = self._walk.unreadable_folders
        return (
            file in self.lost
            or self._walk.excluded(file)
            or any(file.startswith(f"{valid_name(folder)}/") for folder in folders)
        )


class UnplacedLabels:
    """Labels that are given to no document, and the documents that they may be meant for.

    Args:
        walk: Takes the problems.

    Attributes:
        near: Ids of documents that are hidden until the names are mended.
    """

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self.near: set[str] = set()

    def report(self, where: str, what: str, near: set[str]) -> None:
        """Hide the documents that a label without a document may be meant for."""
        self.near |= near
        message = f"{what}, and it may give a label. Mend the name. "
        if near:
            listed = ", ".join(map(shown, sorted(near)[:_LISTED]))
            more = f" and {len(near) - _LISTED} more" if len(near) > _LISTED else ""
            message += f"Until then only operators know of what it may mean: {listed}{more}."
        self._walk.problems.append(Problem(where, "label-unplaced", message.rstrip()))


class _Pairing:
    """What is paired with metadata of any kind, and where labels go that fit nothing."""

    def __init__(
        self, walk: Walk, documents: CorpusDocuments, hints: Hints, unplaced: UnplacedLabels
    ) -> None:
        self._walk = walk
        self._documents = documents
        self._hints = hints
        self._unplaced = unplaced


def pair_sidecars(
    walk: Walk, documents: CorpusDocuments, hints: Hints, unplaced: UnplacedLabels
) -> dict[str, list[CorpusFile]]:
    """Pair each sidecar with the document of its name, or with those that it may mean.

    Args:
        walk: What the walk met; takes the problems.
        documents: The documents.
        hints: Find labels in what cannot be read as metadata.
        unplaced: Takes the documents that a label without a document may be meant for.

    Returns:
        The sidecars by document, the one that counts first.

    Raises:
        CorpusError: One looks like a catalogue with labels.
    """
    return _SidecarPairing(walk, documents, hints, unplaced).sidecars()


class _SidecarPairing(_Pairing):
    """Gives each document its sidecars."""

    def sidecars(self) -> dict[str, list[CorpusFile]]:
        """Return the sidecars by document, and report what is wrong with them."""
        paired: dict[str, list[CorpusFile]] = {}
        orphans: list[CorpusFile] = []
        for key, found in self._walk.sidecars.items():
            doc_id = self._documents.document_of(key)
            if doc_id is not None:
                paired.setdefault(doc_id, []).extend(found)
            elif key not in self._walk.documents and key not in self._walk.others:
                orphans += found
        for doc_id, found in paired.items():
            found.sort(key=lambda file: _sidecar_rank(file, doc_id))
            self._report_doubles(found)
        for orphan in orphans:
            if orphan.relative not in self._walk.excluded_sidecars:
                self._take_orphan(orphan, paired)
        for key, paths in self._walk.slips.items():
            meant = self._documents.document_of(key)
            if meant is not None:
                for path in paths:
                    self._heed_slip(path, meant)
        return paired

    def _report_doubles(self, found: Sequence[CorpusFile]) -> None:
        for other in found[1:]:
            message = (
                f"There is {shown(valid_name(found[0].relative))} too; where both give a "
                "value, that one wins. Remove one."
            )
            self._walk.report(other.relative, "duplicate-sidecar", message)

    def _take_orphan(self, orphan: CorpusFile, paired: Container[str]) -> None:
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
            raise _misplaced(name)
        bare = ((doc_id, doc_id) for doc_id in self._documents.files if doc_id not in paired)
        near = NearNames(bare).near(name)
        self._unplaced.report(name, f"There is no document beside {shown(name)}", near)

    def _may_label(self, orphan: CorpusFile) -> bool:
        """Whether a sidecar without a document may give a label to one."""
        doc_id = valid_name(orphan.relative.rpartition(".")[0])
        if self._documents.is_known(doc_id):
            return False  # its document is gone
        try:
            text = read_small(Path(orphan.real)).decode("utf-8", "replace")
        except (OSError, ValueError):
            return orphan.identity is not None
        return self._hints.in_text(text)

    def _heed_slip(self, path: Path, meant: str) -> None:
        """Hide what a file beside a document may label that is a sidecar but for its suffix."""
        try:
            text = decode_text(read_small(path))
        except (OSError, ValueError):
            return
        if self._hints.in_lines(text):
            name = valid_name(os.path.relpath(path, self._walk.real_root))
            own = valid_name(name.rpartition(".")[0])
            near = {meant, own} & self._documents.files.keys()
            self._unplaced.report(name, f"{shown(name)} is no sidecar by its suffix", near)


def _misplaced(name: str) -> CorpusError:
    return CorpusError(
        f"{shown(name)} looks like a catalogue with labels, and is not where one is looked for.",
        hint=f"Name it {' or '.join(CATALOG_NAMES)} at the top of the corpus, or exclude it in "
        "corpus.toml; until then nothing is changed.",
    )


def refuse_misplaced(walk: Walk, hints: Hints) -> None:
    """Refuse what looks like a catalogue, may give labels, and has another name or place.

    Raises:
        CorpusError: There is such a file.
    """
    for path in walk.misplaced:
        try:
            text = read_small(path, max_bytes=MAX_CATALOG_BYTES).decode("utf-8", "replace")
        except (OSError, ValueError):
            continue
        if hints.in_text(text):
            raise _misplaced(path.name)


def pair_rows(
    walk: Walk,
    documents: CorpusDocuments,
    hints: Hints,
    unplaced: UnplacedLabels,
    rows: Mapping[str, CatalogRow],
) -> dict[str, CatalogRow]:
    """Pair rows with files; where none has exactly that name, slashes and case may differ.

    Args:
        walk: What the walk met; takes the problems.
        documents: The documents.
        hints: Find labels in values.
        unplaced: Takes the documents that a label without a document may be meant for.
        rows: The rows by file, as the catalogue spells it.

    Returns:
        The rows by file.

    Raises:
        CorpusError: A row gives a label to a document that there is not, and none has a name
            like it.
    """
    return _RowPairing(walk, documents, hints, unplaced).rows(rows)


class _RowPairing(_Pairing):
    """Gives each file its row of the catalogue."""

    def rows(self, rows: Mapping[str, CatalogRow]) -> dict[str, CatalogRow]:
        """Return the rows by file, and report those without one."""
        files = (valid_name(file.relative) for found in self._files for file in found)
        self._rows = {file: rows[file] for file in files if file in rows}
        left = {file: row for file, row in rows.items() if file not in self._rows}
        lost = self._place_loose(left) if left else {}
        placed = self._place_tails(lost) if lost else set()
        for file, row in lost.items():
            if file not in placed:
                self._take_unmatched(file, row)
        return self._rows

    def _place_loose(self, left: Mapping[str, CatalogRow]) -> dict[str, CatalogRow]:
        """Pair rows whose names differ in case and slashes alone; return those without a file."""
        by_name = self._files_by_loose_name()
        lost: dict[str, CatalogRow] = {}
        for file, row in left.items():
            near = by_name.get(loose_name(file), [])
            if len(near) == 1 and not any(name in self._rows for name in near[0]):
                self._rows |= dict.fromkeys(near[0], row)
            elif not self._documents.is_explained(file):
                lost[file] = row
        return lost

    def _place_tails(self, lost: Mapping[str, CatalogRow]) -> set[str]:
        """Pair rows that name the folders above the corpus, or none, where one file alone fits.

        Such a name may be that of another file, gone by now: so it opens nothing.
        """
        by_name = self._files_by_loose_name()
        tails = Tails(by_name)
        meant: dict[tuple[str, ...], list[str]] = {}
        for file in lost:
            found = by_name.get(tails.one(loose_name(file)) or "", [])
            if len(found) == 1:
                meant.setdefault(found[0], []).append(file)
        placed: set[str] = set()
        for names, (file, *others) in meant.items():
            if not others and not any(name in self._rows for name in names):
                row = lost[file]
                values = {
                    key: row.values[key] for key in row.values if key != "label" or _hides(row)
                }
                self._rows |= dict.fromkeys(names, replace(row, values=values))
                placed.add(file)
        return placed

    @property
    def _files(self) -> Iterable[list[CorpusFile]]:
        return self._documents.files.values()

    def _take_unmatched(self, file: str, row: CatalogRow) -> None:
        """Report a row without a document; what its label may be meant for is hidden."""
        if self._gives_label(row) and not self._documents.is_known(file):
            self._place(file, row)
            return
        message = f"There is no document {shown(file)}. Mend its name, or remove the row."
        self._walk.problems.append(Problem(row.where, "catalog-file-missing", message))

    def _gives_label(self, row: CatalogRow) -> bool:
        if "label" in row.values:
            return _hides(row)
        return self._hints.in_value(dict(row.values), is_known=True)

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
        self._unplaced.report(row.where, f"There is no document {shown(file)}", near)

    @cached_property
    def _has_bare(self) -> bool:
        return any(map(self._is_bare, self._files))

    @cached_property
    def _bare(self) -> NearNames:
        """The documents that no row of the catalogue speaks of."""
        return NearNames(
            (doc_id, doc_id)
            for doc_id, found in self._documents.files.items()
            if self._is_bare(found)
        )

    def _is_bare(self, found: Iterable[CorpusFile]) -> bool:
        return any(valid_name(file.relative) not in self._rows for file in found)

    def _files_by_loose_name(self) -> dict[str, list[tuple[str, ...]]]:
        """Return the files without a row, by loose name, and all those of an id by that."""
        names: list[tuple[str, tuple[str, ...]]] = []
        for doc_id, found in self._documents.files.items():
            files = [valid_name(file.relative) for file in found]
            free = tuple(file for file in files if file not in self._rows)
            names += [(file, (file,)) for file in free]
            names += [(doc_id, free)] if free else []
        return by_loose_name(names)


def _hides(row: CatalogRow) -> bool:
    """Whether the label of a row says anything but that its document is open."""
    label = row.values["label"]
    return not isinstance(label, str) or fold_label(label) != OPEN_LABEL


def _document_rank(file: CorpusFile) -> tuple[bool, str]:
    return not file.relative.lower().endswith(".pdf"), file.relative


def _sidecar_rank(file: CorpusFile, doc_id: str) -> tuple[bool, bool, str]:
    is_named_so = loose_name(valid_name(file.relative.rpartition(".")[0])) == loose_name(doc_id)
    return not is_named_so, not file.relative.lower().endswith(".toml"), file.relative
