"""The snippets of hits: from the best passage of each, or else from its summary or beginning."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from droindex.engine.clauses import Term
from droindex.engine.entries import decode_document
from droindex.engine.schema import DOC_ID
from droindex.query.results.hit import Snippet
from droindex.query.results.passages import PassageFinder
from droindex.query.results.snippet import SnippetMaker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from droindex.engine.protocol import Row
    from droindex.library.reader import SetReader
    from droindex.query.compile.contribution import Compiled
    from droindex.settings import Settings

__all__ = ["HitSnippets", "no_snippet"]

_EMPTY = Snippet(())


class HitSnippets:
    """Makes the snippets of one query.

    Args:
        reader: The set that was searched.
        compiled: The query that was answered.
        settings: Which passage is best, and how long a snippet is.
    """

    def __init__(self, reader: SetReader, compiled: Compiled, settings: Settings) -> None:
        self._reader = reader
        self._finder = PassageFinder(reader, compiled.passage_clauses, settings.ranking)
        self._maker = SnippetMaker(reader.analyzer, compiled.highlights, settings.snippet)

    def later(self, stored: Sequence[Sequence[Any]]) -> Callable[[str], Snippet]:
        """Return what makes the snippet of each of these hits, by its id, when asked.

        The passages of all are looked for at once, for the first that is asked for.

        Args:
            stored: Id and metadata of each hit.
        """
        metas: dict[str, bytes] = dict(stored)  # type: ignore[arg-type] # pairs
        best: dict[str, Row] | None = None

        def make(doc_id: str) -> Snippet:
            nonlocal best
            if best is None:
                best = self._finder.best(list(metas))
            found = best.get(doc_id)
            snippet = self._maker.from_passage(self._reader.passage(found)) if found else None
            return snippet or self._without_match(doc_id, metas[doc_id])

        return make

    def now(self, stored: Sequence[Sequence[Any]], deadline: float) -> Callable[[str], Snippet]:
        """Return the snippet of each of these hits, by its id; empty ones once time is up.

        Args:
            stored: Id and metadata of each hit.
            deadline: When to stop, as `time.perf_counter_ns` tells the time.
        """
        make = self.later(stored)
        made = {
            doc_id: make(doc_id) if time.perf_counter_ns() <= deadline else _EMPTY
            for doc_id, _ in stored
        }
        return made.__getitem__

    def _without_match(self, doc_id: str, meta: bytes) -> Snippet:
        """Return the snippet of a hit whose words stand on no page: from summary or start."""
        if summary := decode_document(meta).summary:
            return self._maker.from_summary(summary)
        found, _ = self._reader.pages.search(Term(DOC_ID, doc_id), 1, count=False)
        return self._maker.lead(self._reader.passage(found[0])) if found else _EMPTY


def no_snippet(_doc_id: str) -> None:
    """Stand in for what makes snippets, where none were asked for."""
