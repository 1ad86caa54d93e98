"""Documents paired with their sidecars."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from droindex.corpus.names import NearNames, loose_name, valid_name
from droindex.corpus.pairing.unplaced import Pairing, UnplacedLabels, misplaced_catalog
from droindex.corpus.walk import is_like_catalog
from droindex.problems import decode_text, read_small, shown

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from droindex.corpus.entry import CorpusFile
    from droindex.corpus.pairing.documents import CorpusDocuments
    from droindex.corpus.walk import Walk
    from droindex.metadata.label_hints import Hints

__all__ = ["pair_sidecars"]


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


class _SidecarPairing(Pairing):
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
        self._heed_slips()
        return paired

    def _heed_slips(self) -> None:
        for key, paths in self._walk.slips.items():
            meant = self._documents.document_of(key)
            if meant is not None:
                for path in paths:
                    self._heed_slip(path, meant)

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
            raise misplaced_catalog(name)
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


def _sidecar_rank(file: CorpusFile, doc_id: str) -> tuple[bool, bool, str]:
    is_named_so = loose_name(valid_name(file.relative.rpartition(".")[0])) == loose_name(doc_id)
    return not is_named_so, not file.relative.lower().endswith(".toml"), file.relative
