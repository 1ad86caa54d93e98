"""One corpus, ready to be measured: a library, the plain engine on its files, and queries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import corpora
import twin

from droindex import Document, Index
from droindex.corpus.records.record import read_record
from droindex.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from corpora import Query

    from droindex.library.reader import SetReader


@dataclass(slots=True)
class Bench:
    """One corpus, ready to be measured.

    Attributes:
        name: How the table calls it.
        index: The library, open.
        unfed: The same without feedback: one search of the engine for each of ours.
        raw: The plain engine on the same files.
        queries: What to ask.
        folder: Where its twins are kept.
    """

    name: str
    index: Index
    unfed: Index
    raw: twin.RawEngine
    queries: list[Query]
    folder: Path

    @property
    def reader(self) -> SetReader:
        """What the library reads from."""
        return twin.reader_of(self.index)

    def of(self, *kinds: str) -> list[Query]:
        """Return the queries of some classes."""
        return [query for query in self.queries if query.kind in kinds]


def bulk_documents(limit: int | None = None) -> Iterator[Document]:
    """Yield the documents of the bulk sample as droindex reads them."""
    settings = Settings().build
    for line in corpora.bulk_records(limit):
        yield read_record(line, file="uscode.jsonl", settings=settings)[0]


def opened(name: str, library: Path, queries: list[Query]) -> Bench:
    """Open a library and its twin."""
    index = Index.open(library)
    plain = Settings()
    ranking = replace(plain.ranking, feedback_boost=0.0)
    unfed = Index.open(library, settings=replace(plain, ranking=ranking))
    raw = twin.RawEngine.documents_of(index)
    # A query without hits is asked again with less bound, which the twin does not do.
    found = [q for q in queries if raw.fetch(raw.query(twin.clause_of(index, q.text)))]
    return Bench(name, index, unfed, raw, found, library.parent)
