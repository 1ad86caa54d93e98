"""Queries that find nothing, or not what they name: what to tell, what to search in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.clauses import AnyOf, Clause, Term
from droindex.engine.fields import title_key
from droindex.engine.schema import NUMBER_KEY, TITLE_KEY
from droindex.library.scopes import EVERYTHING, scope_clauses
from droindex.model import Scope
from droindex.query.compile.compiler import compile_query
from droindex.query.compile.filters import field_filter, filter_values, near_value
from droindex.query.compile.speller import bound_corrections, plain_texts
from droindex.query.editions.grouped import find_lines
from droindex.query.language.rewrite import relaxed
from droindex.query.ranker import Wanted, find
from droindex.query.request import LINEAGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from droindex.library.reader import SetReader
    from droindex.library.scopes import ScopeClauses
    from droindex.query.compile.contribution import Compiled
    from droindex.query.compile.filters import FilterValue
    from droindex.query.ranker import FoundHits
    from droindex.query.request import Request
    from droindex.settings import Settings

__all__ = [
    "Attempt",
    "answered",
    "corrected_query",
    "named_elsewhere",
    "reasons_for_nothing",
    "relaxed_query",
]

_IN_PARTS = "No document holds all that was asked for: these hold a part of it."


class Attempt(NamedTuple):
    """A query that was tried.

    Attributes:
        compiled: The query, with what is to be told of it.
        clause: What was searched for it.
        found: What it found.
    """

    compiled: Compiled
    clause: Clause
    found: FoundHits


def answered(
    reader: SetReader, compiled: Compiled, request: Request, settings: Settings
) -> Attempt:
    """Return the query that is answered and what it found; corrected or relaxed if need be.

    Args:
        reader: The set to search.
        compiled: The query that was asked.
        request: What it came with, checked.
        settings: Boosts and limits, for the ranking that was asked for.
    """
    first = _attempt(reader, compiled, request, settings)
    if first.found.total:
        return first
    if not request.is_half_typed:
        compiled = compiled.noting(*reasons_for_nothing(reader, compiled, request.filters))
        first = first._replace(compiled=compiled)
    if request.strict:
        return first
    if not request.is_half_typed and (other := corrected_query(reader, compiled, settings)):
        second = _attempt(reader, other, request, settings)
        if second.found.total:
            return second
    return _relaxed(reader, first, request, settings)


def _relaxed(reader: SetReader, first: Attempt, request: Request, settings: Settings) -> Attempt:
    """Return a query that found nothing with less bound, or as it was where that helps nothing."""
    compiled = first.compiled
    loose = relaxed_query(reader, compiled, settings)
    if loose is None:
        return first
    attempt = _attempt(reader, loose, request, settings)
    if attempt.found.total:
        return attempt._replace(compiled=loose.noting(_IN_PARTS))
    # It asked for each word by itself, and knows which is nowhere.
    new = [note for note in loose.notes if note not in compiled.notes]
    return first._replace(compiled=compiled.noting(*new))


def _attempt(
    reader: SetReader, compiled: Compiled, request: Request, settings: Settings
) -> Attempt:
    clause = compiled.limited()
    wanted = Wanted(request.sort, request.offset, request.limit)
    finding = find_lines if request.group == LINEAGE else find
    return Attempt(compiled, clause, finding(reader, compiled, clause, wanted, settings.ranking))


def reasons_for_nothing(
    reader: SetReader, compiled: Compiled, filters: Mapping[str, FilterValue]
) -> Iterator[str]:
    """Yield what a searcher should know of a query that found nothing.

    How many hits there are outside the scope, and which of the fields that were asked for hold
    nothing of the kind, with a value that is near.

    Args:
        reader: The set.
        compiled: The query.
        filters: What limits its hits beside it.
    """
    if compiled.hit_filters.scope != EVERYTHING:
        everywhere = compiled.hit_filters._replace(scope=EVERYTHING)
        total = reader.documents.count(compiled._replace(hit_filters=everywhere).limited())
        if total:
            documents = "1 document fits" if total == 1 else f"{total} documents fit"
            yield f"{documents} in other scopes: search the scope “all”."
    for written, clause in compiled.named:
        if not reader.documents.count(clause):
            name, _, value = written.partition(":")
            near = near_value(reader, name.lower(), value.strip(' "'))
            meant = f' Did you mean {name}:"{near}"?' if near else ""
            yield f"No document here fits {written}.{meant}"
    for name, value in _filtered(filters):
        if not reader.documents.count(field_filter(reader, name, value)):
            near = near_value(reader, name, value)
            meant = f" Did you mean “{near}”?" if near else ""
            yield f"No document here has the {name} “{value}”.{meant}"


def named_elsewhere(reader: SetReader, compiled: Compiled, titles: Iterable[str]) -> Iterator[str]:
    """Yield what a searcher should know whose query names a document that other scopes hold alone.

    Args:
        reader: The set.
        compiled: The query, which found something.
        titles: Those of the hits, or of the first of them.
    """
    if compiled.hit_filters.scope == EVERYTHING:
        return
    texts = " ".join(plain_texts(compiled.parsed.root.nodes))
    key = " ".join([surface for _, surface in reader.analyzer.query_terms(texts)])
    names: list[tuple[str, Clause]] = [("title", Term(TITLE_KEY, key))]
    if any(map(str.isdigit, key)):
        names.append(("number", AnyOf(NUMBER_KEY, (key,))))
    for name, clause in names:
        if reader.documents.count(clause):
            if any(title_key(title, reader.analyzer) == key for title in titles):
                return  # one of the hits: the scopes need not be asked
            yield from _only_elsewhere(reader, compiled._replace(clause=clause), name)
            return


def _only_elsewhere(reader: SetReader, named: Compiled, name: str) -> Iterator[str]:
    """Yield where the documents of a title or number are, if none of them is in the scope."""

    def count(scope: ScopeClauses) -> int:
        within = named.hit_filters._replace(scope=scope)
        return reader.documents.count(named._replace(hit_filters=within).limited())

    total = 0 if count(named.hit_filters.scope) else count(EVERYTHING)
    if not total:
        return
    archive = scope_clauses(reader.info, Scope.ARCHIVED, named.hit_filters.today)
    documents = f"1 document with this {name} is" if total == 1 else f"{total} with this {name} are"
    if count(archive) == total:
        yield f"{documents} archived: search the scope “{Scope.ARCHIVED}”."
    else:
        yield f"{documents} in other scopes: search the scope “{Scope.ALL}”."


def _filtered(filters: Mapping[str, FilterValue]) -> Iterator[tuple[str, str]]:
    for name, given in filters.items():
        for value in () if given is None else filter_values(given):
            yield name, value


def corrected_query(reader: SetReader, compiled: Compiled, settings: Settings) -> Compiled | None:
    """Return a query with another word for one that is likely mistyped; None where none is."""
    corrections = bound_corrections(compiled.parsed, reader)
    if not corrections:
        return None
    corrected = compile_query(
        compiled.parsed, reader, settings, compiled.hit_filters, corrections=corrections
    )
    notes = [
        f"No document holds all that was asked for: “{near}” is searched instead of “{word}”."
        for word, near in corrections.items()
    ]
    return corrected.noting(*notes)


def relaxed_query(reader: SetReader, compiled: Compiled, settings: Settings) -> Compiled | None:
    """Return a query with less bound; None where nothing was."""
    parsed = relaxed(compiled.parsed)
    if parsed is None:
        return None
    loose = compile_query(parsed, reader, settings, compiled.hit_filters)
    return loose.in_place_of(compiled)._replace(is_relaxed=True)
