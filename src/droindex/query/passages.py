"""A query -> passages, all of one document that answer or the best across documents; marks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from droindex.engine.schema import DOC_ID, META
from droindex.query.request import check_request
from droindex.query.results.named import Named
from droindex.query.results.snippets.hit_snippets import HitSnippets
from droindex.query.search import compile_request, finder, found_documents

if TYPE_CHECKING:
    from collections.abc import Callable

    from droindex.library.reader import SetReader
    from droindex.query.request import Request
    from droindex.query.results.hit import Snippet
    from droindex.settings import Settings

__all__ = ["PassageHit", "marker", "passages"]

_MAX_DOCUMENTS = 50  # whose passages are compared: past them a document answers little
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A page, or a part of a long one, that answers a query.

    Attributes:
        rank: Its place in the list, from 1.
        doc_id: The document's key.
        title: What the document is called.
        score: How well it answers, above 0; comparable within one list. Across documents it is the
            document's score, less what the passage has less than the best of that document.
        snippet: What of it answers, with page, printed label and section.
    """

    rank: int
    doc_id: str
    title: str
    score: float
    snippet: Snippet

    @property
    def page(self) -> int | None:
        """The page it stands on, from 1."""
        return self.snippet.page

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "rank": self.rank,
            "doc_id": self.doc_id,
            "title": self.title,
            "score": round(self.score, _DIGITS),
            "snippet": self.snippet.to_dict(),
        }


def passages(
    reader: SetReader, request: Request, doc_id: str | None, settings: Settings
) -> list[PassageHit]:
    """Return the passages that answer a request, best first, one for each page.

    Args:
        reader: The set to search.
        request: What is asked for; `limit` is that of the passages.
        doc_id: The document whose passages are listed, wherever it stands; None for all that the
            request lets through.
        settings: Boosts and limits.

    Raises:
        DocumentNotFoundError: `document-not-found`, this set does not hold it.
        LimitError, QueryError: as `search` does.
    """
    check_request(request, settings)
    settings = settings.for_ranking(request.ranking)
    if doc_id is not None:
        rows, scores = [reader.row_of(doc_id)], [1.0]
        compiled = compile_request(reader, request, settings)
    else:
        size = min(request.limit, _MAX_DOCUMENTS)
        compiled, rows = found_documents(reader, replace(request, limit=size), settings)
        scores = [row.score for row in rows]
    stored = reader.documents.fetch(rows, (DOC_ID, META))
    snippets = HitSnippets(reader, compiled, settings, request.limit)
    found: list[PassageHit] = []
    for score, (name, meta) in zip(scores, stored, strict=True):
        named = Named(meta)
        found += [
            PassageHit(0, name, named.title, score * share, snippet)
            for share, snippet in snippets.of_pages(name, named)
        ]
    best = sorted(found, key=lambda hit: -hit.score)[: request.limit]
    return [replace(hit, rank=rank) for rank, hit in enumerate(best, 1)]


def marker(
    reader: SetReader, request: Request, settings: Settings
) -> Callable[[str], list[tuple[int, int]]]:
    """Return what finds the words of a request in a text, as they are marked in snippets.

    Args:
        reader: The set that the request is put to: words are corrected and expanded by it.
        request: What is asked for.
        settings: Boosts and limits.

    Returns:
        A function from a text to the (start, end) of each word, rising.
    """
    check_request(request, settings)
    settings = settings.for_ranking(request.ranking)
    compiled, _ = found_documents(reader, replace(request, limit=1), settings)
    return finder(reader, compiled, settings)
