"""The hot path: parse, compile, search, percentages, snippets."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.clauses import NoDocuments
from droindex.engine.fields import FACETS, QUERY_FIELDS
from droindex.engine.schema import DOC_ID, META
from droindex.library.cited import times_cited
from droindex.library.custom_filters import count_custom, kinds_of
from droindex.query.compile.compiler import compile_query
from droindex.query.compile.field_filters import is_filter
from droindex.query.compile.speller import corrected
from droindex.query.editions.grouped import (
    LinesOfHits,
    leading_day,
    line_counter,
    no_line,
)
from droindex.query.fallback import answered, named_elsewhere
from droindex.query.language.parser import parse
from droindex.query.language.rewrite import unquoted
from droindex.query.request import LINEAGE, Request, check_request, hit_filters_of
from droindex.query.results.hit import Hit, HitSources
from droindex.query.results.named import Named
from droindex.query.results.relevance import Matcher, holds_all
from droindex.query.results.results import FacetCount, Results
from droindex.query.results.snippets.hit_snippets import HitSnippets, no_snippet
from droindex.query.typed_titles import finding_titles
from droindex.query.undated import days_in_question, days_of_query, undated_notes, unknown_notes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from droindex.engine.clauses import Clause
    from droindex.engine.protocol import Row
    from droindex.library.reader import SetReader
    from droindex.lineage.line_match import LineMatch
    from droindex.model import Document
    from droindex.query.compile.contribution import Compiled
    from droindex.query.fallback import Attempt
    from droindex.query.ranker import FoundHits
    from droindex.query.results.explanation import Explanation
    from droindex.query.results.hit import Snippet
    from droindex.settings import Settings

__all__ = ["Answer", "answer", "compile_request", "finder", "scan", "search"]

_STORED = (DOC_ID, META)  # what is read of each hit
_NOTHING_ASKED = "Nothing in the query can be searched for: everything is listed."
_NO_VALUE = "Nothing else was asked for, so nothing is listed."
_NOTHING_FOUND = "No document in this scope fits the query and its filters."
_TOO_LATE = "The search took too long: snippets or facets were left out."


def search(
    reader: SetReader, request: Request, settings: Settings, notices: Sequence[str] = ()
) -> Results:
    """Return the hits of one page of the list.

    Args:
        reader: The set to search.
        request: What is asked for.
        settings: Boosts and limits.
        notices: What the caller is to be told before all else.

    Raises:
        QueryError: a filter, date, facet, scope or sort order that does not exist; in strict mode
            also a query with a fault in it.
        LimitError: `limit-out-of-range`.
    """
    found = answer(reader, request, settings)
    suggestion = corrected(request.text, found.compiled.corrections)
    return found.as_results(request.text, suggestion, (*notices, *found.compiled.notes))


class Answer(NamedTuple):
    """What answers a request.

    Attributes:
        request: What was asked for.
        compiled: The query that was answered, with all notes.
        hits: The hits that were asked for.
        total: How many there are in all.
        count_all_words: Counts those that hold every word and phrase asked for.
        facets: Field -> its values among all hits.
        took_ms: How long it took, in milliseconds.
        judge: Tells damage from faults, in whatever is worked out late.
        find: Finds the words of the query in a text, for marks.
        count_lines: Counts the lines of documents they stand in, where hits are those of lines;
            else None.
    """

    request: Request
    compiled: Compiled
    hits: Sequence[Hit]
    total: int
    count_all_words: Callable[[], int]
    facets: dict[str, list[FacetCount]]
    took_ms: float
    judge: AbstractContextManager[None]
    find: Callable[[str], list[tuple[int, int]]]
    count_lines: Callable[[], int] | None = None

    def as_results(
        self,
        query: str,
        suggestion: str | None,
        notes: Sequence[str],
        complete: Callable[[], tuple[str, ...]] | None = None,
    ) -> Results:
        """Return the same as a caller sees it.

        Args:
            query: What was typed.
            suggestion: Another spelling to try.
            notes: Sentences for the searcher.
            complete: Completes the last word of what was typed.
        """
        return Results(
            query=query,
            scope=self.request.scope,
            hits=self.hits,
            total=self.total,
            count_all_words=self.count_all_words,
            judge=self.judge,
            offset=self.request.offset,
            limit=self.request.limit,
            took_ms=self.took_ms,
            facets=self.facets,
            suggestion=suggestion,
            notes=notes,
            complete=complete,
            find=self.find,
            in_force_on=days_in_question(self.request, self.compiled.parsed) or None,
            count_lines=self.count_lines,
        )


def answer(reader: SetReader, request: Request, settings: Settings) -> Answer:
    """Return what answers a request.

    Raises:
        LimitError, QueryError: as `search` does.
    """
    started = time.perf_counter_ns()
    deadline = started + settings.limits.deadline_s * 1e9
    check_request(request, settings, kinds_of(reader))
    settings = settings.for_ranking(request.ranking)
    first = compile_request(reader, request, settings)
    attempt = answered(reader, first, request, settings)
    compiled, clause, (found, total, _, _) = attempt
    names = {doc_id: Named(meta) for doc_id, meta in reader.documents.fetch(found, _STORED)}
    compiled = compiled.noting(*_notes(reader, attempt, first, request, names))
    snippets = HitSnippets(reader, compiled, settings) if request.snippets else None
    snippet = _snippet_of(snippets, request, names, deadline)
    is_late = time.perf_counter_ns() > deadline and bool(request.snippets or request.facets)
    facets = {} if is_late else _facets(reader, clause, request, settings)
    if not total and not compiled.notes:
        compiled = compiled.noting(_NOTHING_FOUND)
    if is_late:
        compiled = compiled.noting(_TOO_LATE)
    match = Matcher(reader, compiled.requirements, tuple(names))
    explained = _explainer(reader, compiled, attempt.found, settings)
    line = _line_of(reader, compiled, clause, request, found)
    sources = HitSources(match, snippet, line, _citer(reader), explained, reader.judge)
    best, rank = attempt.found.best, request.offset
    hits = [
        Hit(rank := rank + 1, doc_id, hit.score, best, named, sources)
        for hit, (doc_id, named) in zip(found, names.items(), strict=True)
    ]
    counter = _all_words_counter(reader, compiled, total)
    took_ms = round((time.perf_counter_ns() - started) / 1e6, 3)
    find = finder(reader, compiled, settings, snippets)
    lines = line_counter(reader, clause, total) if request.group == LINEAGE else None
    told = (counter, facets, took_ms, reader.judge, find, lines)
    return Answer(request, compiled, hits, total, *told)


def finder(
    reader: SetReader,
    compiled: Compiled,
    settings: Settings,
    snippets: HitSnippets | None = None,
) -> Callable[[str], list[tuple[int, int]]]:
    """Return what finds the words of a query in a text, as (start, end), for marks.

    Args:
        reader: The set that was searched.
        compiled: The query that was answered.
        settings: How snippets are cut.
        snippets: What made the snippets of that query; None where nothing did.
    """

    def find(text: str) -> list[tuple[int, int]]:
        nonlocal snippets
        snippets = snippets or HitSnippets(reader, compiled, settings)  # few look
        return [] if compiled.is_empty else snippets.matches(text)

    return find


def _notes(
    reader: SetReader,
    attempt: Attempt,
    first: Compiled,
    request: Request,
    names: Mapping[str, Named],
) -> Iterator[str]:
    """Yield what a searcher should know of hits, which may be of another query than was asked."""
    if request.is_half_typed:
        return
    total = attempt.found.total
    if total and attempt.compiled is first:
        titles = (named.title for named in names.values())
        yield from named_elsewhere(reader, first, titles)
    yield from undated_notes(reader, attempt.compiled, total)
    if days := days_in_question(request, first.parsed):
        yield from unknown_notes(reader, attempt.compiled, days)


def found_documents(
    reader: SetReader, request: Request, settings: Settings
) -> tuple[Compiled, list[Row]]:
    """Return the query that was answered and its hits as rows of the document index.

    Args:
        reader: The set to search.
        request: What is asked for, checked.
        settings: Boosts and limits, for the ranking that was asked for.
    """
    attempt = answered(reader, compile_request(reader, request, settings), request, settings)
    return attempt.compiled, attempt.found.hits


def scan(reader: SetReader, request: Request, settings: Settings) -> Iterator[Hit]:
    """Return every hit, in order; documents and snippets are read as they are reached.

    Raises:
        QueryError: as `search` does, before the first hit is asked for.
    """
    check_request(request, settings, kinds_of(reader))
    settings = settings.for_ranking(request.ranking)
    return _scan(reader, request, settings, compile_request(reader, request, settings))


def _scan(
    reader: SetReader, request: Request, settings: Settings, compiled: Compiled
) -> Iterator[Hit]:
    whole = replace(request, limit=max(reader.documents.num_docs, 1), offset=0)
    compiled, clause, found = answered(reader, compiled, whole, settings)
    snippets = HitSnippets(reader, compiled, settings) if request.snippets else None
    explained = _explainer(reader, compiled, found, settings)
    for rank, hit in enumerate(found.hits, 1):
        ((doc_id, meta),) = reader.documents.fetch((hit,), _STORED)
        match = Matcher(reader, compiled.requirements, [doc_id])
        line = _line_of(reader, compiled, clause, request, [hit])
        named = Named(meta)
        snippet = snippets.later({doc_id: named}) if snippets else no_snippet
        sources = HitSources(match, snippet, line, _citer(reader), explained, reader.judge)
        yield Hit(rank, doc_id, hit.score, found.best, named, sources)


def compile_request(reader: SetReader, request: Request, settings: Settings) -> Compiled:
    """Return the query of a request, ready to run.

    Raises:
        QueryError: a filter or date that does not exist; in strict mode a fault in the query.
    """
    custom = kinds_of(reader)
    known = {**QUERY_FIELDS, **custom} if custom else QUERY_FIELDS
    parsed = parse(request.text, fields=known, strict=request.strict, limits=settings.limits)
    if not request.strict:
        parsed = unquoted(parsed)
    compiled = compile_query(
        parsed,
        reader,
        settings,
        hit_filters_of(reader, request, is_dated=bool(days_of_query(parsed))),
        strict=request.strict,
        is_half_typed=request.is_half_typed,
    )
    if request.typed:
        compiled = finding_titles(compiled, reader, request.typed)
    if not compiled.is_empty or not request.text.strip():
        return compiled
    if any(map(is_filter, parsed.root.nodes)):  # with values that are none: no document has them
        return compiled._replace(filters=(NoDocuments(),)).noting(_NO_VALUE)
    return compiled.noting(_NOTHING_ASKED)


def _snippet_of(
    snippets: HitSnippets | None,
    request: Request,
    names: Mapping[str, Named],
    deadline: float,
) -> Callable[[str], Snippet | None]:
    """Return what gives the snippet of each hit; of a half-typed query made when looked at."""
    if snippets is None:
        return no_snippet
    return snippets.later(names) if request.is_half_typed else snippets.now(names, deadline)


def _citer(reader: SetReader) -> Callable[[Document], int]:
    return lambda document: times_cited(reader, document)


def _line_of(
    reader: SetReader,
    compiled: Compiled,
    clause: Clause,
    request: Request,
    found: Sequence[Row],
) -> Callable[[Hit], LineMatch | None]:
    """Return what gives the line of each hit; none where hits are single documents."""
    if request.group != LINEAGE:
        return no_line
    day = leading_day(days_in_question(request, compiled.parsed), request.today)
    return LinesOfHits(reader, clause, day, found)


def _explainer(
    reader: SetReader, compiled: Compiled, found: FoundHits, settings: Settings
) -> Callable[[Hit], Explanation]:
    lifts, best = found.lifts, found.best

    def explained(hit: Hit) -> Explanation:
        from droindex.query.explain import explain  # noqa: PLC0415 - a search must not pay for it

        return explain(reader, compiled, lifts, best, hit, settings.limits.deadline_s)

    return explained


def _facets(
    reader: SetReader, clause: Clause, request: Request, settings: Settings
) -> dict[str, list[FacetCount]]:
    if not request.facets:
        return {}
    size = settings.limits.max_facet_values
    custom = [name for name in request.facets if name not in FACETS]
    ours = [name for name in request.facets if name in FACETS]
    counted = reader.documents.facets(clause, ours, size) if ours else {}
    if custom:
        counted |= count_custom(reader, clause, custom, size)
    return {
        name: [FacetCount(value, count) for value, count in counted[name]]
        for name in request.facets
    }


def _all_words_counter(reader: SetReader, compiled: Compiled, total: int) -> Callable[[], int]:
    def count() -> int:
        if compiled.is_one_word or compiled.binds_all:
            return total
        return reader.documents.count(compiled.holding(holds_all(compiled.requirements)))

    return count
