"""Scopes: which documents are active, archived or neither, on a given day.

The build stores the scope that a document's status gives it; whoever asks tells the day, and active
documents that have expired move to the archive. Whatever decides so stands here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from droindex.engine.analysis import fold
from droindex.engine.clauses import Bool, Clause, NoDocuments, Span, Term
from droindex.engine.fields import day_number
from droindex.engine.schema import LINE_SCOPE, SCOPE
from droindex.lineage.derive import Binding
from droindex.model import Scope, Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from droindex.corpus.config import CorpusConfig
    from droindex.model import Document

__all__ = [
    "EVERYTHING",
    "ScopeClauses",
    "archived",
    "binding_of",
    "days_expired",
    "scope_clauses",
    "scope_counts",
    "scope_of",
    "scopes_on",
]

_OTHER = "other"  # drafts and help pages: only in the scope `all`
_ARCHIVED = frozenset(map(fold, (Status.SUPERSEDED, Status.RESCINDED, Status.ARCHIVED)))
_HELP = "help"


class ScopeClauses(NamedTuple):
    """What a scope lets through; neither part changes a score.

    Attributes:
        within: What a hit must match.
        outside: What a hit must not match.
    """

    within: tuple[Clause, ...] = ()
    outside: tuple[Clause, ...] = ()


EVERYTHING = ScopeClauses()


def scope_of(document: Document, config: CorpusConfig) -> str:
    """Return `active`, `archived` or `other`: where a document is found until it expires.

    Args:
        document: The document, with its status and collection.
        config: Says which statuses are active, archived or drafts.
    """
    if fold(document.collection or "") == _HELP:
        return _OTHER
    return _scope_of_status(document.status, config)


def _scope_of_status(status: str | None, config: CorpusConfig) -> str:
    """Return the scope that a status gives; a document without one is in force."""
    word = fold(status or "")
    if not word or word in map(fold, config.active_statuses):
        return Scope.ACTIVE.value
    if word in map(fold, config.archived_statuses):
        return Scope.ARCHIVED.value
    is_ours = word in _ARCHIVED and word not in map(fold, config.draft_statuses)
    return Scope.ARCHIVED.value if is_ours else _OTHER


def binding_of(config: CorpusConfig) -> Binding:
    """Return what a corpus says of statuses, for the time in which documents are in force.

    Args:
        config: Says which statuses are active, archived or drafts.
    """
    drafts = {fold(Status.DRAFT), *map(fold, config.draft_statuses)}

    def may_bind(document: Document) -> bool:
        is_help = fold(document.collection or "") == _HELP
        return not is_help and fold(document.status or "") not in drafts

    def is_over(document: Document) -> bool:
        return _scope_of_status(document.status, config) == Scope.ARCHIVED.value

    return Binding(may_bind, is_over)


def scope_counts(scopes: Mapping[str, int], expiring: Mapping[int, int]) -> dict[str, Any]:
    """Return what a set says of its scopes: documents in each, and when how many of them expire.

    It is the same on whatever day the set is built: `scopes_on` says what holds on a day.

    Args:
        scopes: Scope -> number of documents.
        expiring: Day number -> number of active documents that expire on it.

    Returns:
        `scopes`, `expiries` (day numbers, ascending) and `expiring`, the active documents of each.
    """
    found = {scope.value: 0 for scope in Scope if scope is not Scope.ALL}
    found |= {scope: count for scope, count in scopes.items() if count}
    days = sorted(day for day, count in expiring.items() if count)
    return {"scopes": found, "expiries": days, "expiring": [expiring[day] for day in days]}


def scopes_on(info: Mapping[str, Any], today: date) -> dict[str, int]:
    """Return scope -> number of documents on a day.

    Args:
        info: What the set says of itself; one of an older version has no `expiring`.
        today: The day.
    """
    number, scopes = day_number(today), dict(info["scopes"])
    for day, count in zip(info["expiries"], info.get("expiring", ()), strict=False):
        if day < number:
            scopes[Scope.ACTIVE.value] -= count
            scopes[Scope.ARCHIVED.value] += count
    return scopes


def days_expired(info: Mapping[str, Any], today: date) -> int:
    """Return on how many days before a day active documents of a set expired.

    Args:
        info: What the set says of itself, with `scopes` and `expiries`.
        today: The day that decides.
    """
    number = day_number(today)
    return sum(day < number for day in info["expiries"])


def scope_clauses(
    info: Mapping[str, Any],
    scope: Scope,
    today: date,
    *,
    is_dated: bool = False,
    in_lines: bool = False,
) -> ScopeClauses:
    """Return what a hit of a scope must match, and what it must not.

    Active documents that have expired move to the archive here and not in the build, so that the
    scope is right on every day and what is built the same on any; where none did, and nothing else
    lies outside the scope, the search runs without a filter at all.

    Args:
        info: What the set says of itself, with `scopes` and `expiries`.
        scope: The scope.
        today: The day that decides which documents have expired.
        is_dated: Whether what was in force on a day is asked for: then active is what was active on
            that day, whatever has become of it; the filter says which that is.
        in_lines: Whether a line of documents is active as a whole if one of it is.
    """
    if scope is Scope.ALL:
        return EVERYTHING
    if scope is Scope.ACTIVE and is_dated:
        has_others = bool(info["scopes"].get(_OTHER))
        return ScopeClauses((), (Term("scope", _OTHER),) if has_others else ())
    lapsed = days_expired(info, today)
    expired = Span("expires", None, day_number(today) - 1) if lapsed else NoDocuments()
    if scope is Scope.ARCHIVED:
        stored = Term("scope", scope.value)
        if not lapsed:
            return ScopeClauses((stored,))
        # Help pages and drafts stay outside, also when they expire.
        return ScopeClauses((Bool(should=(stored, expired)),), (Term("scope", _OTHER),))
    if in_lines and info.get("lines"):
        return _active_lines(info, expired if lapsed else None)
    counts: Mapping[str, int] = info["scopes"]
    excluded: list[Clause] = [
        Term("scope", name) for name in (Scope.ARCHIVED.value, _OTHER) if counts.get(name)
    ]
    if lapsed:
        excluded.append(expired)
    return ScopeClauses((), tuple(excluded))


def _active_lines(info: Mapping[str, Any], expired: Clause | None) -> ScopeClauses:
    """Return the scope of what is active, and of all earlier versions of it."""
    active: Clause = Term(SCOPE, Scope.ACTIVE.value)
    if expired is not None:
        active = Bool(must=(active,), must_not=(expired,))
    line = Term(LINE_SCOPE, Scope.ACTIVE.value)
    has_others = bool(info["scopes"].get(_OTHER))
    outside = (Term(SCOPE, _OTHER),) if has_others else ()
    return ScopeClauses((Bool(should=(active, line)),), outside)


def archived(info: Mapping[str, Any], today: date) -> tuple[Clause, ...]:
    """Return what matches the documents of the archive; none where it is empty.

    Args:
        info: What the set says of itself, with `scopes` and `expiries`.
        today: The day that decides which documents have expired.
    """
    within, outside = scope_clauses(info, Scope.ARCHIVED, today)
    if outside:  # some have expired
        return (Bool(must=within, must_not=outside),)
    return within if info["scopes"].get(Scope.ARCHIVED.value) else ()
