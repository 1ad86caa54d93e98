"""Documents paired with their rows of the catalogue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from droindex.corpus.names import NearNames, Tails, by_loose_name, loose_name, valid_name
from droindex.corpus.pairing.unplaced import Pairing, UnplacedLabels
from droindex.errors import CorpusError
from droindex.lazy import cached_property
from droindex.metadata.label_hints import fold_label
from droindex.problems import OPEN_LABEL, Problem, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from droindex.corpus.catalog.catalog import CatalogRow
    from droindex.corpus.entry import CorpusFile
    from droindex.corpus.pairing.documents import CorpusDocuments
    from droindex.corpus.walk import Walk
    from droindex.metadata.label_hints import Hints

__all__ = ["pair_rows"]


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


class _RowPairing(Pairing):
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
        placed: set[str] = set()
        for names, (file, *others) in self._meant_by_tails(lost).items():
            if not others and not any(name in self._rows for name in names):
                row = lost[file]
                values = {
                    key: row.values[key] for key in row.values if key != "label" or _hides(row)
                }
                self._rows |= dict.fromkeys(names, replace(row, values=values))
                placed.add(file)
        return placed

    def _meant_by_tails(self, lost: Iterable[str]) -> dict[tuple[str, ...], list[str]]:
        """Return the names of each file that rows mean by the end of its path, and those rows."""
        by_name = self._files_by_loose_name()
        tails = Tails(by_name)
        meant: dict[tuple[str, ...], list[str]] = {}
        for file in lost:
            found = by_name.get(tails.one(loose_name(file)) or "", [])
            if len(found) == 1:
                meant.setdefault(found[0], []).append(file)
        return meant

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
