"""What is asked of a search, as one value, and what no query could make right in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from droindex.engine.fields import DATE, SORT_ORDERS
from droindex.errors import LimitError, QueryError
from droindex.library.scopes import scope_clauses
from droindex.model import Scope
from droindex.query.compile.contribution import HitFilters
from droindex.query.compile.filters import (
    FilterValue,
    check_facets,
    day_span,
    in_force_between,
    keyword_filter,
)
from droindex.settings import RANKINGS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from droindex.engine.clauses import Clause
    from droindex.library.reader import SetReader
    from droindex.settings import Settings

__all__ = ["GROUPS", "LINEAGE", "Request", "check_request", "hit_filters_of"]

LINEAGE = "lineage"  # one row for each line of documents
GROUPS = (None, LINEAGE)
_NO_KINDS: Mapping[str, str] = MappingProxyType({})
_SCOPES = frozenset(Scope)


@dataclass(slots=True, kw_only=True)
class Request:
    """What is asked of a search; see `Index.search` for the meaning of each value.

    Attributes:
        today: The day that decides which documents have expired.
        is_half_typed: Whether it is asked at each key: words are capped lower, and snippets cut
            when they are looked at.
        typed: Of a text that is typed, its words, put right: titles that begin with them, or hold
            words that begin so, come first.
    """

    today: date
    text: str = ""
    scope: str = "active"
    filters: Mapping[str, FilterValue] = field(default_factory=dict)
    issued_from: date | str | None = None
    issued_to: date | str | None = None
    since: date | str | None = None
    until: date | str | None = None
    in_force_on: date | str | None = None
    in_force_unknown: bool = False
    sort: str = "relevance"
    limit: int = 10
    offset: int = 0
    facets: Sequence[str] = ()
    snippets: bool = True
    strict: bool = False
    ranking: str = "default"
    group: str | None = None
    is_half_typed: bool = False
    typed: tuple[str, ...] = ()


def check_request(
    request: Request, settings: Settings, custom: Mapping[str, str] = _NO_KINDS
) -> None:
    """Refuse a request that no query could make right.

    Args:
        request: What is asked for.
        settings: The limits.
        custom: The kinds of the set's custom fields, by name.

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
        raise _unknown("sort order", request.sort, SORT_ORDERS, "unknown-sort")
    if request.scope not in _SCOPES:
        raise _unknown("scope", request.scope, list(Scope), "unknown-scope")
    if request.group not in GROUPS:
        raise _unknown("group", str(request.group), [LINEAGE], "unknown-group")
    if request.ranking not in RANKINGS:
        raise _unknown("ranking", request.ranking, RANKINGS, "unknown-ranking")
    check_facets(request.facets, custom)


def _check_types(request: Request) -> None:
    """Refuse arguments of the wrong type, which no query could make right either."""
    numbers: dict[str, object] = {"limit": request.limit, "offset": request.offset}
    for name, value in numbers.items():
        if not isinstance(value, int) or isinstance(value, bool):
            raise LimitError(f"{name} is no whole number.", hint="Give a number like 10.")
    texts: dict[str, object] = {
        "query": request.text,
        "scope": request.scope,
        "sort": request.sort,
        "ranking": request.ranking,
    }
    for name, value in texts.items():
        if not isinstance(value, str):
            slug = None if name == "query" else f"unknown-{name}"
            raise QueryError(f"{name} is no text.", slug=slug, hint="Give a str.")
    if not isinstance(request.filters, Mapping):
        raise QueryError("filters is no mapping.", hint='Give a dict like {"opi": "ADDRM"}.')
    if request.filters or request.facets:
        _check_fields(request)


def _check_fields(request: Request) -> None:
    for value in request.filters.values():
        if value is None:  # an application's form that was left empty
            continue
        values = value if isinstance(value, (list, tuple, set, frozenset)) else (value,)
        if not all(isinstance(one, (str, int, date)) for one in values):
            raise QueryError(
                "A filter is neither a text, a number nor a date.",
                hint="Give one or a list of them.",
            )
    if not all(isinstance(name, str) for name in (*request.filters, *request.facets)):
        raise QueryError("A field is named by no text.", hint="Give its name as a str.")


def _unknown(kind: str, value: str, known: Collection[str], slug: str) -> QueryError:
    return QueryError(
        f"There is no {kind} {value!r}.",
        slug=slug,
        hint=f"{kind.capitalize()}s: {', '.join(known)}.",
    )


def hit_filters_of(reader: SetReader, request: Request, *, is_dated: bool = False) -> HitFilters:
    """Return what limits the hits of a request, whatever its text asks for: scope and filters.

    Args:
        reader: The set.
        request: What is asked for.
        is_dated: Whether its text asks for what was in force on a day.

    Raises:
        QueryError: `unknown-field` or `bad-date`.
    """
    filters: list[Clause] = []
    for name, value in request.filters.items():
        if value is not None:
            filters.append(keyword_filter(reader, name, value))
    spans = (
        ("issued", request.issued_from, request.issued_to),
        (DATE, request.since, request.until),
    )
    for name, first, last in spans:
        if first is not None or last is not None:
            filters.append(day_span(name, first, last))
    day = request.in_force_on
    if day is not None:
        unknown = request.in_force_unknown
        filters.append(in_force_between("in_force_on", day, day, or_unknown=unknown))
    is_dated = is_dated or day is not None
    scope = scope_clauses(
        reader.info,
        Scope(request.scope),
        request.today,
        is_dated=is_dated,
        in_lines=request.group == LINEAGE,
    )
    return HitFilters(scope, tuple(filters), request.today)
