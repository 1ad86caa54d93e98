"""The hot path: parse, compile, search, percentages, snippets."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from droindex.errors import LimitError, QueryError
from droindex.index.clauses import Bool, Clause, Term
from droindex.index.fields import QUERY_FIELDS, SORT_ORDERS
from droindex.index.schema import DOC_ID, META
from droindex.model import Scope
from droindex.query.compile import compile_query
from droindex.query.filters import (
    FilterValue,
    check_facets,
    day_span,
    keyword_filter,
    scope_filters,
)
from droindex.query.find import FoundHits, Wanted, find
from droindex.query.passages import PassageFinder
from droindex.query.relax import relaxed, unquoted
from droindex.query.relevance import Matcher, holds_all
from droindex.query.results import FacetCount, Hit, Results, Snippet
from droindex.query.snippet import SnippetMaker
from droindex.query.spelling import bound_slips, corrected
from droindex.query.syntax import parse
from droindex.settings import RANKINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from droindex.index.library import SetReader
    from droindex.index.protocol import Row
    from droindex.query.asked import Compiled
    from droindex.query.explanation import Explanation
    from droindex.settings import Settings

__all__ = ["Request", "check_request", "scan", "search"]

_SCOPES = frozenset(Scope)
_IN_PARTS = "No document holds all that was asked for: these hold a part of it."
_STORED = (DOC_ID, META)  # what is read of each hit


@dataclass(slots=True, kw_only=True)
class Request:
    """What is asked of a search; see `Index.search` for the meaning of each value."""

    text: str = ""
    scope: str = "active"
    filters: Mapping[str, FilterValue] = field(default_factory=dict)
    issued_from: date | str | None = None
    issued_to: date | str | None = None
    sort: str = "relevance"
    limit: int = 10
    offset: int = 0
    facets: Sequence[str] = ()
    snippets: bool = True
    strict: bool = False
    ranking: str = "default"
    is_half_typed: bool = False  # asked at each key: words capped lower, snippets when looked at


def search(reader: SetReader, request: Request, settings: Settings) -> Results:
    """Return the hits of one page of the list.

    Raises:
        QueryError: a filter, date, facet, scope or sort order that does not exist; in strict mode
            also a query with a fault in it.
        LimitError: `limit-out-of-range`.
    """
    started = time.perf_counter_ns()
    late = started + settings.limits.deadline_s * 1e9
    check_request(request, settings)
    settings = settings.for_ranking(request.ranking)
    compiled = _compile(reader, request, settings)
    compiled, clause, found = _answer(reader, compiled, request, settings)
    hits_found, total, best = found.hits, found.total, found.best
    stored = reader.documents.fetch(hits_found, _STORED)
    doc_ids = [doc_id for doc_id, _ in stored]
    match = Matcher(reader, compiled.requirements, doc_ids)
    snippet: Callable[[Hit], Snippet | None] = _no_snippet
    if request.snippets and time.perf_counter_ns() <= late:
        snippet = _Snippets(reader, compiled, settings).for_hits(doc_ids)
    explained = _explainer(reader, compiled, found, settings)
    first = request.offset + 1
    hits = [
        Hit(rank, doc_id, hit.score, best, meta, match, snippet, explained, reader.judge)
        for rank, (hit, (doc_id, meta)) in enumerate(zip(hits_found, stored, strict=True), first)
    ]
    if request.snippets and not request.is_half_typed:
        for hit in hits:
            if time.perf_counter_ns() > late:
                hit.__dict__["snippet"] = Snippet(())  # in place of the one that is not made
            hit.snippet  # noqa: B018 - made now, so that the time it takes is in took_ms
    if not total and not compiled.notes:
        compiled.notes.append("No document in this scope fits the query and its filters.")
    is_late = time.perf_counter_ns() > late and bool(request.snippets or request.facets)
    if is_late:
        compiled.notes.append("The search took too long: snippets or facets were left out.")
    facets = {} if is_late else _facets(reader, clause, request, settings)
    return Results(
        query=request.text,
        scope=request.scope,
        hits=hits,
        total=total,
        count_all_words=_all_words_counter(reader, compiled, clause, total),
        judge=reader.judge,
        offset=request.offset,
        limit=request.limit,
        took_ms=round((time.perf_counter_ns() - started) / 1e6, 3),
        facets=facets,
        suggestion=corrected(request.text, compiled.corrections),
        notes=compiled.notes,
    )


def scan(reader: SetReader, request: Request, settings: Settings) -> Iterator[Hit]:
    """Return every hit, in order; documents and snippets are read as they are reached.

    Raises:
        QueryError: as `search` does, before the first hit is asked for.
    """
    check_request(request, settings)
    settings = settings.for_ranking(request.ranking)
    return _scan(reader, request, settings, _compile(reader, request, settings))


def _scan(
    reader: SetReader, request: Request, settings: Settings, compiled: Compiled
) -> Iterator[Hit]:
    whole = replace(request, limit=max(reader.documents.num_docs, 1), offset=0)
    compiled, _, found = _answer(reader, compiled, whole, settings)
    snippets = _Snippets(reader, compiled, settings) if request.snippets else None
    explained = _explainer(reader, compiled, found, settings)
    for rank, hit in enumerate(found.hits, 1):
        ((doc_id, meta),) = reader.documents.fetch((hit,), _STORED)
        match = Matcher(reader, compiled.requirements, [doc_id])
        snippet = snippets.for_hits([doc_id]) if snippets else _no_snippet
        yield Hit(
            rank, doc_id, hit.score, found.best, meta, match, snippet, explained, reader.judge
        )


def check_request(request: Request, settings: Settings) -> None:
    """Refuse a request that no query could make right.

    Raises:
        LimitError: `limit-out-of-range`.
        QueryError: a scope, sort order or facet that does not exist.
    """
    _check_types(request)
    if not 1 <= request.limit <= settings.limits.max_limit:
        raise LimitError(
            f"limit is {request.limit}; it must be 1 to {settings.limits.max_limit}.",
            hint="Ask for more with offset, or use scan() (--all) for every hit.",
        )
    if not 0 <= request.offset <= settings.limits.max_offset:
        raise LimitError(
            f"offset is {request.offset}; it must be 0 to {settings.limits.max_offset}.",
            hint="Use scan() (--all) to go through every hit.",
        )
    if request.sort not in SORT_ORDERS:
        raise QueryError(
            f"There is no sort order {request.sort!r}.",
            slug="unknown-sort",
            hint=f"Sort orders: {', '.join(SORT_ORDERS)}.",
        )
    if request.scope not in _SCOPES:
        raise QueryError(
            f"There is no scope {request.scope!r}.",
            slug="unknown-scope",
            hint=f"Scopes: {', '.join(Scope)}.",
        )
    if request.ranking not in RANKINGS:
        raise QueryError(
            f"There is no ranking {request.ranking!r}.",
            slug="unknown-ranking",
            hint=f"Rankings: {', '.join(RANKINGS)}.",
        )
    check_facets(request.facets)


def _check_types(request: Request) -> None:
    """Refuse arguments of the wrong type, which no query could make right either."""
    for name in ("limit", "offset"):
        value: object = getattr(request, name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise LimitError(f"{name} is no whole number.", hint="Give a number like 10.")
    for name in ("text", "scope", "sort", "ranking"):
        if not isinstance(getattr(request, name), str):
            called = "query" if name == "text" else name
            raise QueryError(f"{called} is no text.", hint="Give a str.")
    if not isinstance(request.filters, Mapping):
        raise QueryError("filters is no mapping.", hint='Give a dict like {"opi": "ADDRM"}.')
    for value in request.filters.values():
        values = value if isinstance(value, (list, tuple, set, frozenset)) else (value,)
        if value is not None and not all(isinstance(one, (str, int, date)) for one in values):
            raise QueryError(
                "A filter is neither a text, a number nor a date.",
                hint="Give one or a list of them.",
            )
    if not all(isinstance(name, str) for name in (*request.filters, *request.facets)):
        raise QueryError("A field is named by no text.", hint="Give its name as a str.")


def _compile(reader: SetReader, request: Request, settings: Settings) -> Compiled:
    parsed = parse(request.text, fields=QUERY_FIELDS, strict=request.strict, limits=settings.limits)
    if not request.strict:
        parsed = unquoted(parsed)
    compiled = compile_query(
        parsed, reader, settings, strict=request.strict, is_half_typed=request.is_half_typed
    )
    compiled.parsed = parsed
    if request.text.strip() and not _says_something(compiled):
        compiled.notes.append("Nothing in the query can be searched for: everything is listed.")
    limits, outside = scope_filters(reader, Scope(request.scope), datetime.now(UTC).date())
    compiled.within, compiled.outside = limits, outside
    for name, value in request.filters.items():
        if value is None:  # an application's form that was left empty
            continue
        compiled.filters.append(keyword_filter(reader, name, value))
    if request.issued_from is not None or request.issued_to is not None:
        compiled.filters.append(day_span("issued", request.issued_from, request.issued_to))
    return compiled


def _answer(
    reader: SetReader, compiled: Compiled, request: Request, settings: Settings
) -> tuple[Compiled, Clause, FoundHits]:
    """Return the query that was answered, its clause and what it found; relaxed if need be."""
    clause = compiled.limited()
    wanted = Wanted(request.sort, request.offset, request.limit)
    found = find(reader, compiled, clause, wanted, settings.ranking)
    if found.total:
        return compiled, clause, found
    if not request.is_half_typed:
        _count_elsewhere(reader, compiled, request)
        _name_empty_fields(reader, compiled)
    if request.strict:
        return compiled, clause, found
    for make in (_relax,) if request.is_half_typed else (_mend, _relax):
        if other := make(reader, compiled, settings):
            limited = other.limited()
            instead = find(reader, other, limited, wanted, settings.ranking)
            if instead.total:
                if other.is_relaxed:
                    other.notes.append(_IN_PARTS)
                return other, limited, instead
            if other.is_relaxed:  # it asked for each word by itself, and knows which is nowhere
                compiled.notes += [note for note in other.notes if note not in compiled.notes]
    return compiled, clause, found


def _count_elsewhere(reader: SetReader, compiled: Compiled, request: Request) -> None:
    """Say how many hits there are outside the scope, where it holds none."""
    if request.scope == Scope.ALL:
        return
    total = reader.documents.count(replace(compiled, within=(), outside=()).limited())
    if total:
        documents = "1 document fits" if total == 1 else f"{total} documents fit"
        compiled.notes.append(f"{documents} in other scopes: search the scope “all”.")


def _name_empty_fields(reader: SetReader, compiled: Compiled) -> None:
    """Say which of the fields that were asked for hold nothing of the kind."""
    compiled.notes += [
        f"No document here fits {written}."
        for written, clause in compiled.named
        if not reader.documents.count(clause)
    ]


def _mend(reader: SetReader, compiled: Compiled, settings: Settings) -> Compiled | None:
    """Return the query with another word for one that is likely mistyped; None where none is."""
    if compiled.parsed is None or not (right := bound_slips(compiled.parsed, reader)):
        return None
    mended = compile_query(compiled.parsed, reader, settings, corrections=right)
    mended.stand_in_for(compiled)
    mended.parsed = compiled.parsed
    mended.notes += [
        f"No document holds all that was asked for: “{near}” is searched instead of “{word}”."
        for word, near in right.items()
    ]
    return mended


def _relax(reader: SetReader, compiled: Compiled, settings: Settings) -> Compiled | None:
    """Return the query with less bound, for one that found nothing; None where nothing was."""
    if compiled.parsed is None or (parsed := relaxed(compiled.parsed)) is None:
        return None
    loose = compile_query(parsed, reader, settings)
    loose.stand_in_for(compiled)
    loose.parsed = parsed
    loose.is_relaxed = True
    return loose


def _says_something(compiled: Compiled) -> bool:
    return compiled.clause is not None or bool(compiled.filters or compiled.excluded)


class _Snippets:
    """Makes the snippets of one query."""

    def __init__(self, reader: SetReader, compiled: Compiled, settings: Settings) -> None:
        self._reader = reader
        self._finder = PassageFinder(reader, compiled.passage_clauses, settings.ranking)
        self._maker = SnippetMaker(reader.analyzer, compiled.highlights, settings.snippet)

    def for_hits(self, doc_ids: Sequence[str]) -> Callable[[Hit], Snippet | None]:
        """Return what makes the snippet of each of these hits; it looks for all at once."""
        best: dict[str, Row] | None = None

        def make(hit: Hit) -> Snippet:
            nonlocal best
            if best is None:
                best = self._finder.best(doc_ids)
            found = best.get(hit.doc_id)
            snippet = self._maker.from_passage(self._reader.passage(found)) if found else None
            return snippet or self._without_match(hit)

        return make

    def _without_match(self, hit: Hit) -> Snippet:
        """Return the snippet of a hit whose words stand on no page: from summary or start."""
        if hit.document.summary:
            return self._maker.from_summary(hit.document.summary)
        found, _ = self._reader.pages.search(Term(DOC_ID, hit.doc_id), 1, count=False)
        return self._maker.lead(self._reader.passage(found[0])) if found else Snippet(())


def _explainer(
    reader: SetReader, compiled: Compiled, found: FoundHits, settings: Settings
) -> Callable[[Hit], Explanation]:
    lifts, best = found.lifts, found.best

    def explained(hit: Hit) -> Explanation:
        from droindex.query.explain import explain  # noqa: PLC0415 - a search must not pay for it

        return explain(reader, compiled, lifts, best, hit, settings.limits.deadline_s)

    return explained


def _no_snippet(_hit: Hit) -> None:
    return None


def _facets(
    reader: SetReader, clause: Clause, request: Request, settings: Settings
) -> dict[str, list[FacetCount]]:
    if not request.facets:
        return {}
    size = settings.limits.max_facet_values
    counted = reader.documents.facets(clause, request.facets, size)
    return {
        name: [FacetCount(value, count) for value, count in counted[name]]
        for name in request.facets
    }


def _all_words_counter(
    reader: SetReader, compiled: Compiled, clause: Clause, total: int
) -> Callable[[], int]:
    def count() -> int:
        if compiled.is_one_word:
            return total
        return reader.documents.count(Bool(must=(clause, *holds_all(compiled.requirements))))

    return count
