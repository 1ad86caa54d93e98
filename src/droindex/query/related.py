"""What else to read: what a document's owner linked it with, and then documents like it.

A document is asked for by its own words: those of its profile that count the most, as BM25
clauses like those of any query. So what is alike depends on the set alone, and what a caller may
not see has no part in it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from droindex.engine.clauses import AnyNumber, Bool, Clause, Term, added_up, filtered
from droindex.engine.entries import decode_document, owner_number
from droindex.engine.schema import ALL, META, OWNER, PROFILE
from droindex.errors import DocumentNotFoundError
from droindex.library.scopes import scope_clauses
from droindex.model import Document, Scope
from droindex.query.ranker import break_ties
from droindex.query.request import Request, check_request
from droindex.query.results.relevance import relevance

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from datetime import date

    from droindex.engine.protocol import Row
    from droindex.library.reader import SetReader
    from droindex.settings import RelatedSettings, Settings

__all__ = ["RelatedDocument", "alike", "related"]

_SPARE = 10  # hits beyond those wanted: versions and duplicates are found as well
_MIN_DOCUMENTS = 2  # that hold a term: one that nothing else holds finds nothing else


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RelatedDocument(Document):
    """A document, and how another one is related to it.

    Attributes:
        is_link: Whether the other one's owner linked it; else it was found to be alike.
        relevance: Of a document that is alike, the whole percent, 0 to 100, of the score that the
            other one gets itself for its most telling words; None for a link.
    """

    is_link: bool = True
    relevance: int | None = None

    def to_dict(self, *, pages: bool = False) -> dict[str, Any]:
        """Return the JSON shape of the document, with `is_link` and `relevance`."""
        shape = Document.to_dict(self, pages=pages)
        return {**shape, "is_link": self.is_link, "relevance": self.relevance}


def related(
    reader: SetReader, doc_id: str, scope: str, limit: int, settings: Settings, today: date
) -> tuple[RelatedDocument, ...]:
    """Return the documents that a document is linked with, then those that are like it.

    Args:
        reader: The set.
        doc_id: The document.
        scope: Where those that are alike are looked for.
        limit: How many to return; links are never cut.
        settings: How they are found.
        today: The day that decides which documents have expired.

    Raises:
        DocumentNotFoundError: `document-not-found`.
        LimitError, QueryError: as a search does, for limit and scope.
    """
    check_request(Request(scope=scope, limit=limit, today=today), settings)
    links = _links(reader, reader.document(doc_id))
    found = [_as_related(document) for document in links.values()]
    if len(found) < limit:
        line = reader.line_of(reader.document(doc_id))
        left_out = {*(own.doc_id for own in line), *links}
        within = scope_clauses(reader.info, Scope(scope), today)
        wanted = limit - len(found)
        found += alike(reader, doc_id, wanted, settings.related, left_out, within)
    return tuple(found)


def alike(
    reader: SetReader,
    doc_id: str,
    limit: int,
    settings: RelatedSettings,
    left_out: Container[str],
    within: tuple[tuple[Clause, ...], tuple[Clause, ...]] = ((), ()),
) -> list[RelatedDocument]:
    """Return the documents that are like a document, most alike first, without its duplicates.

    Args:
        reader: The set.
        doc_id: The document.
        limit: How many to return at most.
        settings: By how many words they are found, and how alike they have to be.
        left_out: Ids of documents that are not to be among them.
        within: What they must match, and what they must not.
    """
    own = reader.row_of(doc_id)
    terms = _key_terms(reader, own, settings.terms)
    if not terms:
        return []
    clauses = [Term(ALL, *pair) for pair in terms.items()]
    itself, _ = reader.documents.search(
        added_up(AnyNumber(OWNER, (owner_number(doc_id),)), clauses), 1, count=False
    )
    clause = filtered(Bool(should=tuple(clauses)), *within)
    best = itself[0].score
    known = _digests(*_read(reader, own))
    found: list[RelatedDocument] = []
    for hit in _in_order(reader, clause, limit):
        best = max(best, hit.score)
        percent = relevance(hit.score, best) or 0
        if percent < settings.min_relevance:
            break
        document, profile = _read(reader, hit)
        digests = _digests(document, profile)
        if document.doc_id == doc_id or document.doc_id in left_out or digests & known:
            continue
        known |= digests
        found.append(_as_related(document, percent))
        if len(found) == limit:
            break
    return found


def _links(reader: SetReader, document: Document) -> dict[str, Document]:
    """Return what a document's owner linked it with, as far as it is here, by id."""
    found = {}
    for link in document.related:
        if link.doc_id is not None:
            with suppress(DocumentNotFoundError):  # a reference kept from an older generation
                found[link.doc_id] = reader.document(link.doc_id)
    return found


def _as_related(document: Document, percent: int | None = None) -> RelatedDocument:
    values = {item.name: getattr(document, item.name) for item in fields(Document)}
    return RelatedDocument(**values, is_link=percent is None, relevance=percent)


def _key_terms(reader: SetReader, row: Row, size: int) -> dict[str, float]:
    """Return the terms that count the most in a document, with their weights."""
    (profile,) = reader.profiles((row,))
    weights = {
        term: weight
        for term, weight in profile.items()
        if reader.vocabulary.doc_freq(ALL, term) >= _MIN_DOCUMENTS
    }
    best = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))
    return dict(best[:size])


def _in_order(reader: SetReader, clause: Clause, limit: int) -> Iterator[Row]:
    """Yield the hits of a clause, best first, ties broken; it looks for more as they are used."""
    done, size = 0, 2 * limit + _SPARE
    while True:
        found, _ = reader.documents.search(clause, size, count=False)
        end = len(found)
        if end == size:  # a tie across the end is ordered as a whole, when more are there
            while end and found[end - 1].score == found[-1].score:
                end -= 1
        yield from break_ties(reader, found, done, end)
        if len(found) < size:
            return
        done, size = end, 2 * size


def _read(reader: SetReader, row: Row) -> tuple[Document, bytes]:
    """Return a document and its packed profile."""
    ((meta, profile),) = reader.documents.fetch((row,), (META, PROFILE))
    return decode_document(meta), profile


def _digests(document: Document, profile: bytes) -> set[object]:
    """Return what two documents share if one is the other's duplicate: file or text."""
    file = document.sha256 and (document.sha256, document.first_page)  # parts are no duplicates
    return {digest for digest in (file, profile) if digest}
