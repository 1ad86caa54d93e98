"""Who supersedes whom: references completed to documents, and the chain of editions.

All of it is worked out within the documents given, so that the documents of one clearance never
learn of those of another.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from droindex.metadata.keys import squash
from droindex.metadata.values import normalise_number, number_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from droindex.model import Document, Reference

__all__ = ["chain", "resolve"]

_FIELDS = ("supersedes", "superseded_by", "related")
_SUFFIXES = (".pdf", ".html", ".htm", ".txt", ".md")
_MAX_SAME_DAY = 200  # more documents of one day are an import date, and would cost too much
_MAX_ALIKE = 200  # more documents of one number or title: none of them is meant for sure
_MIN_LIKENESS = 0.6  # share of words in common, for titles on the very day that is named
_CLEAR_LEAD = 0.2  # by which the best title must lead the next


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """The documents by all that a reference may name them by; lists hold them in given order."""

    by_id: dict[str, Document]
    by_number: dict[str, list[Document]]
    by_bare_number: dict[str, list[Document]]
    by_title: dict[str, list[Document]]
    by_day: dict[date, list[tuple[frozenset[str], Document]]]
    by_day_and_title: dict[tuple[date, str], list[Document]]


def _catalogue(documents: Sequence[Document]) -> _Catalogue:
    """Return the documents, sorted into the catalogue."""
    by_number: dict[str, list[Document]] = defaultdict(list)
    by_bare: dict[str, list[Document]] = defaultdict(list)
    by_title: dict[str, list[Document]] = defaultdict(list)
    by_day: dict[date, list[tuple[frozenset[str], Document]]] = defaultdict(list)
    by_both: dict[tuple[date, str], list[Document]] = defaultdict(list)
    for document in documents:
        keys = number_keys(document.number or "")
        for key in keys[:1]:
            by_number[key].append(document)
        for key in keys[-1:]:
            by_bare[key].append(document)
        if document.title:
            by_title[squash(document.title)].append(document)
        if document.issued:
            by_day[document.issued].append((_words(document.title), document))
            by_both[document.issued, squash(document.title)].append(document)
    by_id = {document.doc_id: document for document in documents}
    return _Catalogue(by_id, by_number, by_bare, by_title, by_day, by_both)


def resolve(documents: Sequence[Document]) -> dict[str, Document]:
    """Return the documents whose references could be completed, by id.

    A reference is completed by, in this order: an id, a number, a date with a title, a title that
    only one document has. Where two documents fit equally it stays open; a document is never
    linked with itself, and an id that is already there is left alone.

    Args:
        documents: All documents of one clearance.

    Returns:
        Only the documents that changed.
    """
    catalogue = _catalogue(documents)
    changed: dict[str, Document] = {}
    for document in documents:
        completed: dict[str, Any] = {}
        for name in _FIELDS:
            before: tuple[Reference, ...] = getattr(document, name)
            after = tuple(_complete(item, document, catalogue) for item in before)
            if after != before:
                completed[name] = after
        if completed:
            changed[document.doc_id] = replace(document, **completed)
    return changed


def _complete(reference: Reference, owner: Document, catalogue: _Catalogue) -> Reference:
    """Return the reference with the id of the document it means, where that can be told."""
    if reference.doc_id is not None:
        return reference
    found = (
        _by_id(reference, owner, catalogue)
        or _by_number(reference, owner, catalogue)
        or _by_day(reference, owner, catalogue)
        or _by_title(reference, owner, catalogue)
    )
    return replace(reference, doc_id=found.doc_id) if found else reference


def _by_id(reference: Reference, owner: Document, catalogue: _Catalogue) -> Document | None:
    """Return the document whose id, or file name, the reference is."""
    text = reference.text.strip().removeprefix("./")
    for suffix in ("", *_SUFFIXES):
        if text.endswith(suffix):
            found = catalogue.by_id.get(text.removesuffix(suffix))
            if found and found.doc_id != owner.doc_id:
                return found
    return None


def _agreeing(
    candidates: Iterable[Document], reference: Reference, owner: Document
) -> list[Document]:
    """Return the candidates that are not the owner and whose date does not contradict."""
    return [
        item
        for item in candidates
        if item.doc_id != owner.doc_id
        and (reference.issued is None or item.issued is None or item.issued == reference.issued)
    ]


def _only(candidates: list[Document], reference: Reference) -> Document | None:
    """Return the one candidate, or the one that the date and the title of the reference pick."""
    for keep in (
        lambda item: reference.issued is not None and item.issued == reference.issued,
        lambda item: bool(reference.title) and squash(item.title) == squash(reference.title or ""),
    ):
        if len(candidates) > 1:
            candidates = [item for item in candidates if keep(item)] or candidates
    return candidates[0] if len(candidates) == 1 else None


def _by_number(reference: Reference, owner: Document, catalogue: _Catalogue) -> Document | None:
    """Return the one document with that number, with or without the name of its series."""
    number = reference.number or reference.text
    keys = number_keys(number)
    if not keys:
        return None
    same = catalogue.by_number.get(keys[0], ())
    if len(same) > _MAX_ALIKE:
        return None
    exact = _agreeing(same, reference, owner)
    if exact:
        return _only(exact, reference)
    same_series = len(keys) > 1 and normalise_number(owner.number or "") == keys[0]
    if same_series:  # an earlier edition of itself, which is not here
        return None
    alike = catalogue.by_bare_number.get(keys[-1], ())
    if len(alike) > _MAX_ALIKE:
        return None
    loose = _agreeing(alike, reference, owner)
    loose = [item for item in loose if _one_has_no_series(item.number or "", number)]
    return _only(loose, reference)


def _one_has_no_series(first: str, second: str) -> bool:
    """Whether at most one of two numbers names a series: `BOD 16-01` is `16-01`, not `ED 16-01`."""
    return len(number_keys(first)) == 1 or len(number_keys(second)) == 1


def _by_day(reference: Reference, owner: Document, catalogue: _Catalogue) -> Document | None:
    """Return the document of that very day with that title, or the one whose title is closest."""
    if reference.issued is None or not reference.title:
        return None
    same = catalogue.by_day_and_title.get((reference.issued, squash(reference.title)), ())
    if len(same) > _MAX_ALIKE:
        return None
    equal = _agreeing(same, reference, owner)
    if equal:
        return equal[0] if len(equal) == 1 else None
    same_day = catalogue.by_day.get(reference.issued, [])
    if len(same_day) > _MAX_SAME_DAY:
        return None
    others = [pair for pair in same_day if pair[1].doc_id != owner.doc_id]
    return _closest(reference.title, others)


def _closest(title: str, documents: list[tuple[frozenset[str], Document]]) -> Document | None:
    """Return the document whose title is like a given one, if it leads all others clearly."""
    words = _words(title)
    scored = [(_likeness(words, others), item) for others, item in documents]
    scored.sort(key=lambda pair: (-pair[0], pair[1].doc_id))
    best, second = [score for score, _ in scored[:2]] + [0.0] * (2 - len(scored[:2]))
    if best < _MIN_LIKENESS or best - second < _CLEAR_LEAD:
        return None
    return scored[0][1]


def _words(title: str) -> frozenset[str]:
    """Return the words of a title, squashed."""
    return frozenset(filter(None, map(squash, title.split())))


def _likeness(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the share of words that two titles have in common, 0..1."""
    return len(first & second) / len(first | second) if first or second else 0.0


def _by_title(reference: Reference, owner: Document, catalogue: _Catalogue) -> Document | None:
    """Return the only document with that title, if its date does not contradict."""
    for title in (reference.text, reference.title):
        candidates = catalogue.by_title.get(squash(title), ()) if title else ()
        if len(candidates) > _MAX_ALIKE:
            continue
        agreeing = _agreeing(candidates, reference, owner)
        if len(agreeing) == 1:
            return agreeing[0]
    return None


def chain(documents: Mapping[str, Document], doc_id: str) -> list[str]:
    """Return the lineage of a document: what it replaced, itself, and what replaced it.

    Both what a document says it supersedes and what it says superseded it count, in either
    direction; contradictions (two documents that supersede each other) do no harm.

    Args:
        documents: All documents of one clearance, by id.
        doc_id: The document asked for.

    Returns:
        Ids from the oldest to the newest; the document alone where it has no relatives, nothing
        where it is not among the documents.
    """
    if doc_id not in documents:
        return []
    older: dict[str, set[str]] = defaultdict(set)
    newer: dict[str, set[str]] = defaultdict(set)
    for document in documents.values():
        for new, old in _successions(document):
            if new in documents and old in documents and new != old:
                older[new].add(old)
                newer[old].add(new)
    members = _reach(doc_id, older) | _reach(doc_id, newer)
    return _in_order(members, older, newer, documents)


def _successions(document: Document) -> Iterable[tuple[str, str]]:
    """Yield the pairs of newer and older ids that a document states."""
    for reference in document.supersedes:
        if reference.doc_id:
            yield document.doc_id, reference.doc_id
    for reference in document.superseded_by:
        if reference.doc_id:
            yield reference.doc_id, document.doc_id


def _reach(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    """Return all that can be reached from an id, itself included."""
    seen, waiting = {start}, [start]
    while waiting:
        fresh = edges.get(waiting.pop(), set()) - seen
        seen |= fresh
        waiting += fresh
    return seen


def _in_order(
    members: set[str],
    older: Mapping[str, set[str]],
    newer: Mapping[str, set[str]],
    documents: Mapping[str, Document],
) -> list[str]:
    """Return ids so that older ones stand before newer; dates, then ids, order the rest."""

    def key(doc_id: str) -> tuple[date, str]:
        return documents[doc_id].issued or date.max, doc_id

    pending = {doc_id: len(older.get(doc_id, set()) & members) for doc_id in members}
    ready = [key(doc_id) for doc_id, count in pending.items() if not count]
    heapq.heapify(ready)
    ordered: list[str] = []
    by_date = iter(sorted(pending, key=key))
    while pending:
        # in a circle no one is first: the earliest date is taken to be
        doc_id = (
            heapq.heappop(ready)[1] if ready else next(item for item in by_date if item in pending)
        )
        if pending.pop(doc_id, None) is None:
            continue
        ordered.append(doc_id)
        for following in newer.get(doc_id, set()) & pending.keys():
            pending[following] -= 1
            if pending[following] == 0:
                heapq.heappush(ready, key(following))
    return ordered
