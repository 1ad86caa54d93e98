"""Labels that fit no document: what they may be meant for is hidden, or the build refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.corpus.catalog.catalog import CATALOG_NAMES, MAX_CATALOG_BYTES
from droindex.errors import CorpusError
from droindex.problems import Problem, read_small, shown

if TYPE_CHECKING:
    from droindex.corpus.pairing.documents import CorpusDocuments
    from droindex.corpus.walk import Walk
    from droindex.metadata.label_hints import Hints

__all__ = ["Pairing", "UnplacedLabels", "misplaced_catalog", "refuse_misplaced"]

_LISTED = 5  # documents that a message names


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


class Pairing:
    """What is paired with metadata of any kind, and where labels go that fit nothing."""

    def __init__(
        self, walk: Walk, documents: CorpusDocuments, hints: Hints, unplaced: UnplacedLabels
    ) -> None:
        self._walk = walk
        self._documents = documents
        self._hints = hints
        self._unplaced = unplaced


def misplaced_catalog(name: str) -> CorpusError:
    """Return the refusal of what looks like a catalogue and has another name or place."""
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
            raise misplaced_catalog(path.name)
