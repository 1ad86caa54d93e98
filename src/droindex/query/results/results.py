"""What a search returns: hits, what is known of all of them, and their JSON shape."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, overload

from droindex.lazy import cached_property
from droindex.query.results.hit import COLUMNS, Hit, cited_hit, html_hit
from droindex.serialize import Serializable

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

__all__ = ["FacetCount", "Results"]

JSON_FORMAT = 1  # raised when a key changes its meaning or goes away
_DAYS = ("issued",)  # columns that tables have as dates


@dataclass(frozen=True, slots=True)
class FacetCount(Serializable):
    """A value of a facet and how many hits have it."""

    value: str
    count: int


class Results(Sequence[Hit]):
    """The hits of a search that were asked for, in order, and what is known of all of them.

    Results are equal that say the same, however long they took.

    Attributes:
        columns: What the rows of `to_dicts` hold.
        query: The query as it was given.
        scope: The scope that was searched.
        total: How many documents were found, on all pages of the list; exact.
        offset: How many hits were skipped.
        limit: How many hits were asked for at most.
        took_ms: Milliseconds from the call until the hits stood in order.
        facets: Field -> its values among all hits, most frequent first.
        suggestion: Another spelling to try, or None.
        in_force_on: The day, or days, on which hits are in force, as asked for; None if not asked.
        notes: Sentences for the searcher: what was ignored, cut or read in another way.
    """

    columns: ClassVar[tuple[str, ...]] = COLUMNS

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
        find: Callable[[str], Sequence[tuple[int, int]]] | None = None,
        in_force_on: str | None = None,
        count_lines: Callable[[], int] | None = None,
    ) -> None:
        self.in_force_on = in_force_on
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
        self._find = find  # where in a text the words stand that are marked
        self._hits = tuple(hits)
        self._count_all_words = count_all_words
        self._count_lines = count_lines
        self._judge = judge  # of what is worked out when it is looked at

    @cached_property
    def total_all_words(self) -> int:
        """How many of the hits hold every word and phrase asked for; counted when first read."""
        with self._judge:
            return self._count_all_words()

    @cached_property
    def total_lines(self) -> int | None:
        """How many lines of documents all hits stand in, exact; counted when first read.

        A document in no line counts as one. None where hits are single documents.
        """
        with self._judge:
            return self._count_lines() if self._count_lines else None

    @cached_property
    def completions(self) -> tuple[str, ...] | None:
        """Of `Index.suggest`: the text with its last word completed; None for a search.

        First come the words that stand in the most documents, together with the other words.
        """
        with self._judge:
            return self._complete() if self._complete else None

    def marked(self, text: str) -> tuple[tuple[str, bool], ...]:
        """Return a text as pairs (text, whether it matches the query), marked as snippets are.

        For titles and summaries in lists. Of results that were pickled, nothing is marked.

        Example:
            >>> index.search("escort").marked("Deviation from the Escort Policy")
            (('Deviation from the ', False), ('Escort', True), (' Policy', False))
        """
        segments: list[tuple[str, bool]] = []
        place = 0
        with self._judge:
            spans = self._find(text) if self._find else ()
        for start, end in spans:
            segments += [(text[place:start], False), (text[start:end], True)]
            place = end
        segments.append((text[place:], False))
        return tuple(segment for segment in segments if segment[0])

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

    def to_dicts(self) -> list[dict[str, str | int | float | None]]:
        """Return a row of plain values for each hit, all with the keys of `columns`."""
        return [hit.to_row() for hit in self._hits]

    def cite(self, *, style: str = "text") -> str:
        """Return how all hits are cited, each at the page of its snippet, as one text or file.

        Args:
            style: `text` for a line each; `bibtex`, `ris` or `csl-json`.

        Raises:
            QueryError: `unknown-style`.
        """
        from droindex.export.styles import citations  # noqa: PLC0415 - a search must not pay for it

        return "\n".join(citations(map(cited_hit, self._hits), style))

    def to_pandas(self) -> Any:
        """Return the rows as a pandas data frame, `issued` as dates.

        Raises:
            MissingExtraError: `missing-extra`, pandas is not installed.
        """
        from droindex.export.frames import to_pandas  # noqa: PLC0415 - few ask for it

        return to_pandas(self.to_dicts(), COLUMNS, _DAYS)

    def to_polars(self) -> Any:
        """Return the rows as a polars data frame, `issued` as dates.

        Raises:
            MissingExtraError: `missing-extra`, polars is not installed.
        """
        from droindex.export.frames import to_polars  # noqa: PLC0415 - few ask for it

        return to_polars(self.to_dicts(), COLUMNS, _DAYS)

    def to_brief(self) -> dict[str, Any]:
        """Return a small JSON shape for a list as one types: no snippets, no match, no counts."""
        return {
            "format": JSON_FORMAT,
            "query": self.query,
            "scope": self.scope,
            "total": self.total,
            "hits": [hit.to_brief() for hit in self._hits],
            "suggestion": self.suggestion,
            "completions": list(self.completions or ()),
        }

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
            "in_force_on": self.in_force_on,
            "total": self.total,
            "total_lines": self.total_lines,
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

    def _said(self) -> dict[str, Any]:
        names = (
            "query",
            "scope",
            "in_force_on",
            "total",
            "offset",
            "limit",
            "facets",
            "suggestion",
            "notes",
        )
        return {"hits": self._hits, **{name: getattr(self, name) for name in names}}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Results) and (self is other or self._said() == other._said())

    def __hash__(self) -> int:
        return hash((self.query, self.scope, self.total, self._hits))

    def __deepcopy__(self, memo: dict[int, Any]) -> Results:
        values = {name: copy.deepcopy(value, memo) for name, value in self._said().items()}
        return Results(
            **values,
            count_all_words=self._count_all_words,
            count_lines=self._count_lines,
            judge=self._judge,
            took_ms=self.took_ms,
            complete=self._complete,
            find=self._find,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        counts = (self.took_ms, self.total_all_words, self.total_lines, self.completions)
        return _restored_results, (self._said(), *counts)

    def _repr_html_(self) -> str:
        """Return what a notebook shows: a table with bars, titles and marked snippets."""
        from droindex.export.html import hits_html  # noqa: PLC0415 - for notebooks alone

        caption = f"{len(self)} of {self.total}: {self.query}"
        return hits_html(caption, map(html_hit, self._hits))

    def __repr__(self) -> str:
        return f"<Results {self.query!r}: {len(self)} of {self.total}>"


def _restored_results(
    said: Mapping[str, Any],
    took_ms: float,
    total_all_words: int,
    total_lines: int | None,
    completions: tuple[str, ...] | None,
) -> Results:
    """Return results that say what they said when they were pickled."""
    complete = None if completions is None else lambda: completions
    return Results(
        **said,
        took_ms=took_ms,
        count_all_words=lambda: total_all_words,
        count_lines=None if total_lines is None else lambda: total_lines,
        judge=nullcontext(),
        complete=complete,
    )
