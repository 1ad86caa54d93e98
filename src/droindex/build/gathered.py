"""What a corpus holds, gathered and not yet written: documents, problems, and texts on disk."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Self

from droindex.corpus.config import CorpusConfig
from droindex.corpus.entry import PassedOver
from droindex.extract.codec import page_from_dict, page_to_dict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from droindex.corpus.config import Problem
    from droindex.corpus.records.files import RecordEntry
    from droindex.corpus.records.lines import LineIndex
    from droindex.library.state import DocState
    from droindex.pages import Page

__all__ = ["DIGEST_CHARS", "Gathered", "PageSpool", "hints_fingerprint"]

DIGEST_CHARS = 32  # of a digest of text; enough that two never agree by chance
_HINTS_VERSION = 2  # raised when metadata is read for labels in another way


@dataclass(slots=True)
class Gathered:
    """What a corpus holds.

    Attributes:
        states: The documents of the corpus that are new, or other than before, by id.
        gone: Ids of those that were of the corpus and are no more.
        count: How many documents the corpus has.
        members: All documents of a folder, by id; None for a file of records.
        problems: What is wrong with the corpus as a whole.
        records: Where the text of a record stands in its file, by document id.
        left_out: Documents that are no part of it because another one has their id.
        lines: Where all lines of a file of records stand, for the next build.
        passed_over: Files that no document is made of.
    """

    states: dict[str, DocState] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    count: int = 0
    members: dict[str, DocState] | None = None
    problems: list[Problem] = field(default_factory=list)
    records: dict[str, RecordEntry] = field(default_factory=dict)
    left_out: list[DocState] = field(default_factory=list)
    lines: LineIndex | None = None
    passed_over: PassedOver = field(default_factory=PassedOver)


class PageSpool:
    """Texts that were read and not yet written, in a temporary file instead of in memory.

    Args:
        folder: Where the file goes; it has no name there and vanishes with the process.
    """

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed in close()
        self._places: dict[str, tuple[int, int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def __contains__(self, doc_id: str) -> bool:
        return doc_id in self._places

    def put(self, doc_id: str, pages: Sequence[Page]) -> None:
        """Keep the pages of a document."""
        packed = json.dumps([page_to_dict(page) for page in pages], ensure_ascii=False).encode()
        self._file.seek(0, 2)
        self._places[doc_id] = (self._file.tell(), len(packed))
        self._file.write(packed)

    def drop(self, doc_id: str) -> None:
        """Forget the pages of a document, if there are any."""
        self._places.pop(doc_id, None)

    def get(self, doc_id: str) -> tuple[Page, ...]:
        """Return the pages of a document."""
        place, length = self._places[doc_id]
        self._file.seek(place)
        return tuple(page_from_dict(shape) for shape in json.loads(self._file.read(length)))


def hints_fingerprint(config: CorpusConfig) -> str:
    """Return what tells whether metadata would be read in the same way, label hints included."""
    plain = CorpusConfig()
    dates = [config.dates] if config.dates else []
    told: list[object] = [_HINTS_VERSION, *config.labels, *dates]
    if config.statuses != plain.statuses:
        told.append({"statuses": config.statuses})
    if config.fields:
        told.append({"fields": config.kinds})
    if config.category:
        shelves = [(shelf.name, shelf.aliases) for shelf in config.categories]
        told.append({"category": config.category, "shelves": shelves})
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
