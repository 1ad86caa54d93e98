"""What a search returns: results, hits, snippets, and their JSON shape."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from droindex.engine.entries import READING as _READING
from droindex.lazy import cached_property
from droindex.model import Document
from droindex.query.results.relevance import relevance
from droindex.serialize import Serializable

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from droindex.query.results.explanation import Explanation

__all__ = ["FacetCount", "Hit", "Results", "Snippet"]

_SCORE_DIGITS = 4  # of a score as it is shown; the engine's 32-bit numbers hold about seven
JSON_FORMAT = 1  # raised when a key changes its meaning or goes away

_TEMPLATE = Document(doc_id="").to_dict()  # every key that a document's JSON has
_ABSENT_LISTS = {name for name, value in _TEMPLATE.items() if isinstance(value, list)}


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of text around the matches.

    Attributes:
        segments: Pairs (text, whether it matches the query); joined they are the whole snippet.
        page: The page it stands on, from 1; None where the text is the summary.
        page_label: What is printed on that page; None where there is no label.
    """

    segments: tuple[tuple[str, bool], ...]
    page: int | None = None
    page_label: str | None = None

    @property
    def text(self) -> str:
        """The snippet without marks. Raw: escape it before it goes into HTML."""
        return "".join(text for text, _ in self.segments)

    def html(self) -> str:
        """Return the snippet as HTML that is safe to insert: escaped, matches in `<mark>`."""
        import html  # noqa: PLC0415 - who asks for text need not wait for it

        return "".join(
            f"<mark>{html.escape(text)}</mark>" if marked else html.escape(text)
            for text, marked in self.segments
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "text": self.text,
            "segments": [[text, marked] for text, marked in self.segments],
            "page": self.page,
            "page_label": self.page_label,
        }


@dataclass(frozen=True, slots=True)
class FacetCount(Serializable):
    """A value of a facet and how many hits have it."""

    value: str
    count: int


class HitSources(NamedTuple):
    """What works out the rest of the hits of one search, when it is looked at.

    Attributes:
        match: Gives the match of a document, by its id.
        snippet: Gives its snippet, by its id.
        explain: Gives the explanation of a hit.
        judge: Tells damage from faults, in whatever is worked out late.
    """

    match: Callable[[str], int | None]
    snippet: Callable[[str], Snippet | None]
    explain: Callable[[Hit], Explanation]
    judge: AbstractContextManager[None]


class Hit:
    """One document that a search found.

    Attributes:
        rank: Its place in the whole list, from 1.
        doc_id: The document's key.
    """

    def __init__(
        self,
        rank: int,
        doc_id: str,
        score: float,
        best: float,
        meta: bytes,
        sources: HitSources,
    ) -> None:
        self.rank = rank
        self.doc_id = doc_id
        self._score = score
        self._best = best
        self._meta = meta
        self._sources = sources

    @property
    def score(self) -> float:
        """The raw number of the ranking, 0 where nothing scores. Comparable within one list."""
        return round(self._score, _SCORE_DIGITS)

    @property
    def relevance(self) -> int | None:
        """Whole percent, 0 to 100, of the best score among all hits of this search.

        100 marks the best hit, not certainty. None where nothing scores.
        """
        return relevance(self._score, self._best)

    @property
    def match(self) -> int | None:
        """Whole percent, 0 to 100, of what was asked for that this document holds.

        Each asked part counts by its rarity. Other hits cannot change it; 100 means that
        everything asked for is there. None where nothing was asked for that could be held.
        """
        with self._sources.judge:
            return self._sources.match(self.doc_id)

    @cached_property
    def document(self) -> Document:
        """The document's metadata, without its pages."""
        with self._sources.judge, _READING:
            return Document.from_dict(self._shape)

    @cached_property
    def snippet(self) -> Snippet | None:
        """The text around the matches; None only if the search was told to make none."""
        with self._sources.judge:
            return self._sources.snippet(self.doc_id)

    def explain(self) -> Explanation:
        """Return how score, relevance and match came about; worked out anew at each call.

        It takes about as long as a search.

        Returns:
            What was asked for and whether the document holds it, and the parts that add up to
            the score. `print(hit.explain())` says it in plain sentences.
        """
        with self._sources.judge:
            return self._sources.explain(self)

    @cached_property
    def _shape(self) -> dict[str, Any]:
        with self._sources.judge, _READING:
            shape: dict[str, Any] = json.loads(self._meta)
            return shape

    def to_dict(self, *, explain: bool = False) -> dict[str, Any]:
        """Return the JSON shape.

        Args:
            explain: Whether to add `explain`: how the numbers came about.
        """
        stored = self._shape
        document = {
            name: stored.get(name, [] if name in _ABSENT_LISTS else default)
            for name, default in _TEMPLATE.items()
        }
        snippet = self.snippet
        shape = {
            "rank": self.rank,
            "doc_id": self.doc_id,
            "title": document["title"],
            "relevance": self.relevance,
            "match": self.match,
            "score": self.score,
            "summary": document["summary"],
            "snippet": snippet.to_dict() if snippet else None,
            "document": document,
        }
        return {**shape, "explain": self.explain().to_dict()} if explain else shape

    def __repr__(self) -> str:
        return f"<Hit {self.rank} {self.doc_id!r} relevance={self.relevance}>"


class Results(Sequence[Hit]):
    """The hits of a search that were asked for, in order, and what is known of all of them.

    Attributes:
        query: The query as it was given.
        scope: The scope that was searched.
        total: How many documents were found, on all pages of the list; exact.
        offset: How many hits were skipped.
        limit: How many hits were asked for at most.
        took_ms: Milliseconds from the call until the hits stood in order.
        facets: Field -> its values among all hits, most frequent first.
        suggestion: Another spelling to try, or None.
        notes: Sentences for the searcher: what was ignored, cut or read in another way.
    """

    def __init__(
        self,
        *,
        query: str,
        scope: str,
        hits: Sequence[Hit],
        total: int,
        count_all_words: Callable[[], int],
        judge: AbstractContextManager[None],
        offset: int,
        limit: int,
        took_ms: float,
        facets: Mapping[str, Sequence[FacetCount]],
        suggestion: str | None = None,
        notes: Sequence[str] = (),
        complete: Callable[[], tuple[str, ...]] | None = None,
    ) -> None:
        self.query = query
        self.scope = scope
        self.total = total
        self.offset = offset
        self.limit = limit
        self.took_ms = took_ms
        self.facets = facets
        self.suggestion = suggestion
        self.notes = tuple(notes)
        self._complete = complete
        self._hits = tuple(hits)
        self._count_all_words = count_all_words
        self._judge = judge  # of what is worked out when it is looked at

    @cached_property
    def total_all_words(self) -> int:
        """How many of the hits hold every word and phrase asked for; counted when first read."""
        with self._judge:
            return self._count_all_words()

    @cached_property
    def completions(self) -> tuple[str, ...] | None:
        """Of `Index.suggest`: the text with its last word completed; None for a search.

        First come the words that stand in the most documents, together with the other words.
        """
        with self._judge:
            return self._complete() if self._complete else None

    def __len__(self) -> int:
        return len(self._hits)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Hit]: ...
    def __getitem__(self, index: int | slice) -> Hit | Sequence[Hit]:
        return self._hits[index]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self._hits)

    def to_dict(self, *, explain: bool = False) -> dict[str, Any]:
        """Return the JSON shape, the same as the command line's and the web's.

        Args:
            explain: Whether each hit has `explain`: how its numbers came about.
        """
        hits = [hit.to_dict(explain=explain) for hit in self._hits]
        shape = {
            "format": JSON_FORMAT,
            "query": self.query,
            "scope": self.scope,
            "total": self.total,
            "total_all_words": self.total_all_words,
            "offset": self.offset,
            "limit": self.limit,
            "took_ms": self.took_ms,
            "hits": hits,
            "facets": {
                name: [item.to_dict() for item in values] for name, values in self.facets.items()
            },
            "suggestion": self.suggestion,
            "notes": list(self.notes),
        }
        if self.completions is not None:
            shape["completions"] = list(self.completions)
        return shape

    def __repr__(self) -> str:
        return f"<Results {self.query!r}: {len(self)} of {self.total}>"
