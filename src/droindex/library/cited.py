"""What documents of a set refer to, and which of them refer to a document.

The index keeps of each document what its own text refers to. What that means is worked out when
somebody asks, from the documents of the set alone: so no caller learns of what he may not see.
Certain is a reference by a number that one document of the set has, or by the date of a memorandum
if one was issued on that day. What several documents may be meant by is offered, and not linked.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from droindex.citations.citation import CitationKind
from droindex.citations.find import find_citations
from droindex.citations.keys import (
    day_key,
    day_of_key,
    link_key,
    number_key,
    references_in,
    title_numbers,
)
from droindex.engine.analysis import fold
from droindex.engine.clauses import AnyOf, Bool, NoDocuments, Span, Term
from droindex.engine.entries import decode_document
from droindex.engine.fields import CITES, DOC_ID, day_number
from droindex.engine.schema import META, NEWEST, NUMBER_KEY, key_field
from droindex.errors import QueryError
from droindex.pages import NO_PAGE
from droindex.problems import nearest
from droindex.text import shortened

if TYPE_CHECKING:
    from droindex.citations.citation import Citation
    from droindex.engine.clauses import Clause
    from droindex.library.reader import SetReader
    from droindex.model import Document

__all__ = ["Cited", "DocumentCitations", "cited_by", "citing", "document_citations", "times_cited"]

_MAX_LIKELY = 3  # documents that fit equally; of more, each is a guess
_MAX_MEANT = 200  # documents of one number: more of them are no answer
_MAX_CITED_BY = 1_000  # documents that are listed as referring to one
_MAX_COMPARED = 10_000  # ids that a wrong name is compared with
_ONLY_LINKED = (CitationKind.NUMBER.value, CitationKind.MEMO.value)  # else they are none
_MEMO = "memo"  # in the type of a document that is cited by its day
_WHOLE = re.compile(r"(?:\d{1,2}\s*(?:C\.?\s?F\.?\s?R|U\.?\s?S\.?\s?C)|INA)\.?", re.IGNORECASE)
_SHOWN_CHARS = 60  # of a value that is none
_HINT = "Write 8 CFR 236.1, 8 USC 1182, INA 237(a)(2), EO 12866, PL 104-208, an id or a number."


class Cited(NamedTuple):
    """What a document refers to.

    Attributes:
        kind: What it is: `cfr`, `usc`, `ina`, `order`, `law`, `statutes`, `register`, `code`,
            `act`, `directive`, or `number` and `memo` for what this library alone tells.
        text: Its one form, however it is written: `8 CFR 236.1(c)`.
        times: How often it stands in the text.
        pages: The pages on which it stands, rising; empty where the text has no pages.
        doc_id: The document that is meant, where that is certain; else None.
        likely: Ids of documents that may be meant, where none is for certain.
    """

    kind: str
    text: str
    times: int
    pages: tuple[int, ...]
    doc_id: str | None
    likely: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentCitations:
    """What a document refers to, and who refers to it.

    Attributes:
        doc_id: The document.
        cites: What it refers to, in the order of the text.
        cited_by: The documents that refer to it for certain, newest first, without their pages;
            of very many the newest thousand.
        times_cited: How many documents refer to it for certain, however many that are.
    """

    doc_id: str
    cites: tuple[Cited, ...]
    cited_by: tuple[Document, ...]
    times_cited: int

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape; documents are told by id and title."""
        return {
            "doc_id": self.doc_id,
            "cites": [
                {**own._asdict(), "pages": list(own.pages), "likely": list(own.likely)}
                for own in self.cites
            ],
            "cited_by": [{"doc_id": own.doc_id, "title": own.title} for own in self.cited_by],
            "times_cited": self.times_cited,
        }


def citing(reader: SetReader, value: str) -> Clause:
    """Return the clause of `cites:value`: a reference as it may be written, an id, or a number.

    What is a part of a reference refers to it: `8 CFR 236` is held where `8 CFR 236.1(c)` stands.

    Raises:
        QueryError: `bad-citation`, with what the value may be meant for.
    """
    whole = _WHOLE.fullmatch(value.strip())
    normals = [own.normal for own in _references(value)]
    if whole is not None:  # a title, all of which is meant
        normals = [" ".join(whole[0].replace(".", "").split())]
    elif reader.vocabulary.doc_freq(key_field(CITES), fold(value.strip())):
        normals = [value.strip()]  # as documents have it, in any case
    documents = [] if whole or _is_law(value) else _named(reader, value)
    if documents:
        clauses = tuple(_citing_document(reader, document) for document in documents)
        return clauses[0] if len(clauses) == 1 else Bool(should=clauses)
    if not normals:
        raise _bad_citation(reader, CITES, value)
    return AnyOf(key_field(CITES), tuple(sorted(map(str.casefold, normals))))


def cited_by(reader: SetReader, value: str) -> Clause:
    """Return the clause of `citedby:value`: what the document of that id or number refers to.

    Raises:
        QueryError: `bad-citation`, there is no such document.
    """
    documents = _named(reader, value)
    if not documents:
        raise _bad_citation(reader, "citedby", value)
    meant = {
        own.doc_id
        for document in documents
        for own in _cited(reader, document)
        if own.doc_id is not None
    }
    return AnyOf(DOC_ID, tuple(sorted(meant))) if meant else NoDocuments()


def document_citations(reader: SetReader, doc_id: str) -> DocumentCitations:
    """Return what a document refers to, and who refers to it.

    Raises:
        DocumentNotFoundError: `document-not-found`.
    """
    document = reader.document(doc_id)
    clause = _citing_document(reader, document)
    count = reader.documents.count(clause)
    rows, _ = reader.documents.search(clause, _MAX_CITED_BY, order=NEWEST, count=False)
    citing = [decode_document(meta) for (meta,) in reader.documents.fetch(rows, (META,))]
    return DocumentCitations(doc_id, tuple(_cited(reader, document)), tuple(citing), count)


def times_cited(reader: SetReader, document: Document) -> int:
    """Return how many documents of a set refer to one for certain, itself not among them.

    Of what nobody mentions, which most are, that takes a look into the dictionary.
    """
    frequency = reader.vocabulary.doc_freq
    if not any(frequency(key_field(CITES), key) for key in _keys_of(document)):
        return 0
    return reader.documents.count(_citing_document(reader, document))


def _references(value: str) -> list[Citation]:
    """Return the references that a value is, which may be typed in small letters."""
    return find_citations([value])[0] or find_citations([value.upper()])[0]


def _is_law(value: str) -> bool:
    """Whether a value is a reference to what no library holds as a document of its own number."""
    found = _references(value)
    return any(own.kind is not CitationKind.DIRECTIVE for own in found)


def _named(reader: SetReader, value: str) -> list[Document]:
    """Return the documents that have an id, else those that have a number."""
    folded = fold(value.strip())
    by_id = _documents(reader, Term(key_field(DOC_ID), folded))
    words = " ".join(surface for _, surface in reader.analyzer.terms(value))
    return by_id or (_documents(reader, Term(NUMBER_KEY, words)) if words else [])


def _citing_document(reader: SetReader, document: Document) -> Clause:
    """Return the clause of the documents that refer to one for certain, itself not among them."""
    keys = [key for key in _keys_of(document) if _only(reader, key) == document.doc_id]
    if not keys:
        return NoDocuments()
    clause = AnyOf(key_field(CITES), tuple(sorted(keys)))
    return Bool(must=(clause,), must_not=(Term(DOC_ID, document.doc_id),))


def _keys_of(document: Document) -> set[str]:
    """Return the terms under which others may refer to a document."""
    numbers = title_numbers(document.title)
    if document.number and any(letter.isdigit() for letter in document.number):
        numbers += [document.number, *title_numbers(document.number)]
    keys = set(map(number_key, numbers))
    if document.issued and _MEMO in (document.doc_type or "").casefold():
        keys.add(day_key(document.issued.isoformat()))
    return keys


def _only(reader: SetReader, key: str) -> str | None:
    """Return the document that alone has a term for its own; None where several have it."""
    meant = _meant(reader, key)
    return meant[0] if len(meant) == 1 else None


def _meant(reader: SetReader, key: str) -> list[str]:
    """Return the ids of the documents that may be meant by a term, rising."""
    found = _documents(reader, _candidates(reader, key))
    return sorted(own.doc_id for own in found if key in _keys_of(own))


def _candidates(reader: SetReader, key: str) -> Clause:
    """Return the clause of the documents of which some have a term for their own."""
    if (day := day_of_key(key)) is not None:
        return Span("issued", day_number(day), day_number(day))
    words = [surface for _, surface in reader.analyzer.terms(key)]
    first = next((at for at, word in enumerate(words) if word[0].isdigit()), 0)
    tries = {" ".join(words[at:]) for at in {0, 1, first} if at < len(words)}
    return AnyOf(NUMBER_KEY, tuple(sorted(tries)))


def _documents(reader: SetReader, clause: Clause) -> list[Document]:
    """Return the documents that match a clause, without their pages; none of too many."""
    count = reader.documents.count(clause)
    if not 0 < count <= _MAX_MEANT:
        return []
    rows, _ = reader.documents.search(clause, count, count=False)
    return [decode_document(meta) for (meta,) in reader.documents.fetch(rows, (META,))]


def _cited(reader: SetReader, document: Document) -> list[Cited]:
    """Return what a document refers to, each once, in the order of the text."""
    counts: Counter[tuple[str, str]] = Counter()
    pages: dict[tuple[str, str], dict[int, None]] = defaultdict(dict)
    links: dict[tuple[str, str], list[str]] = {}
    stored = reader.pages_of(document.doc_id)
    for page, own in zip(stored, references_in([page.text for page in stored]), strict=True):
        for citation in own:
            key = (citation.kind.value, citation.normal)
            if key not in links:
                links[key] = _linked(reader, citation)
            counts[key] += 1
            if page.label != NO_PAGE:
                pages[key][page.number] = None
    return [
        Cited(
            *key,
            count,
            tuple(pages[key]),
            links[key][0] if len(links[key]) == 1 else None,
            tuple(links[key]) if 1 < len(links[key]) <= _MAX_LIKELY else (),
        )
        for key, count in counts.items()
        if links[key] != [document.doc_id] and (links[key] or key[0] not in _ONLY_LINKED)
    ]


def _linked(reader: SetReader, citation: Citation) -> list[str]:
    """Return the ids of the documents that a reference may mean."""
    key = link_key(citation)
    return [] if key is None else _meant(reader, key)


def _bad_citation(reader: SetReader, field: str, value: str) -> QueryError:
    """Return the fault of a value that is neither a reference nor a document of the set."""
    known = [term for term, _ in reader.documents.terms(key_field(DOC_ID), "", _MAX_COMPARED)]
    numbers = [term for term, _ in reader.documents.terms(NUMBER_KEY, "", _MAX_COMPARED)]
    near = nearest(fold(value), (*known, *numbers))
    meant = f"Did you mean {near!r}? " if near else ""
    what = "is no reference to a law, and no document here has it as its id or number"
    if field != CITES:
        what = "is the id or number of no document here"
    return QueryError(
        f"{field}: {shortened(value, _SHOWN_CHARS)!r} {what}.",
        slug="bad-citation",
        hint=meant + (_HINT if field == CITES else "Write the id or the number of a document."),
    )
