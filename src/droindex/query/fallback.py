"""Queries that find nothing, or not what they name: what to tell, what to search in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.engine.clauses import AnyOf, Clause, Term
from droindex.engine.fields import title_key
from droindex.engine.schema import NUMBER_KEY, TITLE_KEY
from droindex.library.scopes import EVERYTHING, scope_clauses
from droindex.model import Scope
from droindex.query.compile.compiler import compile_query
from droindex.query.compile.filters import field_filter, filter_values, near_value
from droindex.query.compile.speller import bound_corrections, plain_texts
from droindex.query.language.rewrite import relaxed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from droindex.library.reader import SetReader
    from droindex.library.scopes import ScopeClauses
    from droindex.query.compile.contribution import Compiled
    from droindex.query.compile.filters import FilterValue
    from droindex.settings import Settings

__all__ = ["corrected_query", "named_elsewhere", "reasons_for_nothing", "relaxed_query"]


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
