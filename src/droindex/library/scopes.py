"""Scopes: which documents are active, archived or neither, on a given day.

The build stores the scope of each document as of its day; whoever asks later tells the day, and
documents that have expired since move to the archive. Whatever decides so stands here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from droindex.engine.analysis import fold
from droindex.engine.clauses import Bool, Clause, NoDocuments, Span, Term
from droindex.engine.fields import day_number
from droindex.model import Scope, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from droindex.corpus.config import CorpusConfig
    from droindex.model import Document

__all__ = [
    "EVERYTHING",
    "ScopeClauses",
    "archived",
    "expired_since",
    "scope_clauses",
    "scope_counts",
    "scope_of",
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


def scope_of(document: Document, config: CorpusConfig, today: date) -> str:
    """Return `active`, `archived` or `other`: the scope in which a document is found.

    Args:
        document: The document, with its status, collection and expiry.
        config: Says which statuses are active.
        today: The day that decides whether it has expired.
    """
    if fold(document.collection or "") == _HELP:
        return _OTHER
    if document.expires is not None and document.expires < today:
        return Scope.ARCHIVED.value
    return _scope_of_status(document.status, config.active_statuses)


def _scope_of_status(status: str | None, active: Iterable[str]) -> str:
    """Return the scope of a document that has not expired; none says that it is in force."""
    word = fold(status or "")
    if not word or word in map(fold, active):
        return Scope.ACTIVE.value
    return Scope.ARCHIVED.value if word in _ARCHIVED else _OTHER


def scope_counts(
    documents: Iterable[Document], config: CorpusConfig, today: date
) -> dict[str, Any]:
    """Return what a set says of its scopes: documents in each, and the days on which some expire.

    Args:
        documents: The documents of the set.
        config: Says which statuses are active.
        today: The day on which it is built.
    """
    scopes = {scope.value: 0 for scope in Scope if scope is not Scope.ALL}
    expiries: set[int] = set()
    for document in documents:
        scope = scope_of(document, config, today)
        scopes[scope] = scopes.get(scope, 0) + 1
        if document.expires is not None and document.expires >= today:
            expiries.add(day_number(document.expires))
    return {"scopes": scopes, "expiries": sorted(expiries)}


def expired_since(info: Mapping[str, Any], today: date) -> int:
    """Return on how many days documents of a set expired since it was built.

    Args:
        info: What the set says of itself, with `scopes` and `expiries`.
        today: The day that decides.
    """
    number = day_number(today)
    return sum(day < number for day in info["expiries"])


def scope_clauses(info: Mapping[str, Any], scope: Scope, today: date) -> ScopeClauses:
    """Return what a hit of a scope must match, and what it must not.

    Documents that expired after the library was built move to the archive here, so that the scope
    is right on every day; where none did, and nothing else lies outside the scope, the search
    runs without a filter at all.

    Args:
        info: What the set says of itself, with `scopes` and `expiries`.
        scope: The scope.
        today: The day that decides which documents have expired.
    """
    if scope is Scope.ALL:
        return EVERYTHING
    lapsed = expired_since(info, today)
    expired = Span("expires", None, day_number(today) - 1) if lapsed else NoDocuments()
    if scope is Scope.ARCHIVED:
        stored = Term("scope", scope.value)
        if not lapsed:
            return ScopeClauses((stored,))
        # Help pages and drafts stay outside, also when they expire.
        return ScopeClauses((Bool(should=(stored, expired)),), (Term("scope", _OTHER),))
    counts: Mapping[str, int] = info["scopes"]
    excluded: list[Clause] = [
        Term("scope", name) for name in (Scope.ARCHIVED.value, _OTHER) if counts.get(name)
    ]
    if lapsed:
        excluded.append(expired)
    return ScopeClauses((), tuple(excluded))


def archived(info: Mapping[str, Any], today: date) -> tuple[Clause, ...]:
    """Return what matches the documents of the archive; none where it is empty.

    Args:
        info: What the set says of itself, with `scopes` and `expiries`.
        today: The day that decides which documents have expired.
    """
    within, outside = scope_clauses(info, Scope.ARCHIVED, today)
    if outside:  # some have expired since the library was built
        return (Bool(must=within, must_not=outside),)
    return within if info["scopes"].get(Scope.ARCHIVED.value) else ()
