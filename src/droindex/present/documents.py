"""How a document is named, cited and laid open."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from droindex.errors import DocumentNotFoundError
from droindex.metadata.dates import is_month
from droindex.model import FileStatus, Status
from droindex.standing import RelationKind
from droindex.text import clean, count, known, size

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from droindex.api import Index
    from droindex.model import Document, Reference
    from droindex.standing import Bound, Relation

__all__ = [
    "UNREAD_SCAN",
    "best_day",
    "breadcrumb",
    "citation",
    "day",
    "days_in_force",
    "document_facts",
    "document_fields",
    "document_references",
    "document_relations",
    "document_remark",
    "force_line",
    "known_by",
    "list_day",
    "reference_line",
    "relations_beyond",
    "replaced_line",
    "standing_flag",
    "superseded_flag",
    "title_of",
    "version_line",
]

UNREAD_SCAN = "a scan, not read"  # found by what its file or its metadata say, not by its text
_READ = ("text", "properties", "filename")  # sources that are readings, not statements
_ORIGINS = {"text": "read from the text", "properties": "from the file's properties"}


def title_of(document: Document) -> str:
    """Return what a document is called, on one line."""
    return clean(document.title).strip() or clean(document.doc_id)


def day(document: Document, name: str) -> str:
    """Return a date of a document, or as it was written where that is no date; else nothing.

    Of a month no day is shown: `2020-10` where `October 2020` was written.
    """
    value, written = getattr(document, name), getattr(document, f"{name}_text") or ""
    if value is None:
        return clean(written)
    names_no_day = value.day == 1 and is_month(written)
    return f"{value:%Y-%m}" if names_no_day else str(value.isoformat())


def list_day(document: Document) -> str:
    """Return the best date of a document for a list by date, which says where there is none."""
    return day(document, document.best_date[1]) if document.best_date else "no date"


def best_day(document: Document) -> str:
    """Return the best date of a document with its kind, unless it is that of issue.

    Where no date is known, it is the day of issue as it was written; else nothing.
    """
    if document.best_date is None:
        return day(document, "issued")
    return " ".join(known(_date_kind(document), list_day(document)))


def citation(document: Document) -> str:
    """Return the date, the title and the id of a document."""
    return " ".join(known(best_day(document), title_of(document), f"({document.doc_id})"))


def document_facts(document: Document) -> list[str]:
    """Return what stands below a document's title in a list by date."""
    kind = _date_kind(document)
    scan = UNREAD_SCAN if document.file_status == FileStatus.NEEDS_OCR else None
    facts = known(kind, document.number, document.doc_type, document.label, scan)
    return [*facts, *known(replaced_line(document), document.doc_id)]


def breadcrumb(document: Document) -> list[str]:
    """Return where a document stands, from the library's first page down to its title."""
    shelf = document.collection or "documents"
    crumbs = ["Home", shelf[:1].upper() + shelf[1:]]
    if document.status:
        crumbs.append(document.status)
    return [*crumbs, title_of(document)]


def document_fields(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the names and the values of all fields but references, in reading order.

    Values may be empty. Those that nobody stated say where they were read, and how sure that is.
    """
    yield "id", document.doc_id
    if document.sources.get("title") in _READ:
        yield "title", _value(document, "title")
    for name in ("number", "doc_type", "category", "collection", "source"):
        yield name.replace("doc_", ""), _value(document, name)
    yield "subject", _marked(document, "subject", "; ".join(document.subject))
    yield "opi", _value(document, "opi")
    yield "status", _status(document)
    for name in ("issued", "effective", "revised", "expires"):
        yield name, _marked(document, name, _date(document, name))
    yield "in force", force_line(document)
    for name in ("signatory", "label"):
        yield name, _value(document, name)
    yield "url", _value(document, "url")
    for name, value in document.custom.items():
        yield name.replace("_", " "), str(value)
    yield "file", _file(document)
    yield "part", _part(document)
    if document.file_status is not None and document.file_status != "ok":
        yield "read", document.file_status
    if document.needs_ocr_pages:
        yield "needs OCR", "pages " + ", ".join(map(str, document.needs_ocr_pages))
    yield "sha256", document.sha256 or ""


def document_references(document: Document) -> Iterator[tuple[str, tuple[Reference, ...]]]:
    """Yield each kind of reference that a document has, with its references."""
    for name in ("supersedes", "superseded_by", "related"):
        if references := getattr(document, name):
            yield name.replace("_", " "), references


def document_relations(document: Document) -> Iterator[tuple[str, list[str]]]:
    """Yield what other documents are to a document where it does not state that itself.

    Each kind with the documents, as they are cited, and how it is known.
    """
    for kind, found in relations_beyond(document):
        yield kind.value, [f"{clean(own.cited)} ({known_by(own)})" for own in found]


def relations_beyond(document: Document) -> Iterator[tuple[RelationKind, list[Relation]]]:
    """Yield each kind of relation that a document does not state itself, with those of it."""
    for kind in RelationKind:
        if found := [own for own in document.relations if own.kind is kind and _is_news(own)]:
            yield kind, found


def _is_news(relation: Relation) -> bool:
    is_of_manual = relation.kind in (RelationKind.PART_OF, RelationKind.HAS_PART)
    return is_of_manual or relation.is_completed or relation.is_inferred


def known_by(relation: Relation) -> str:
    """Return how a relation is known."""
    if relation.is_inferred:
        how = f"inferred from the {relation.source}, {relation.confidence:.0%} sure"
    elif relation.kind in (RelationKind.PART_OF, RelationKind.HAS_PART):
        how = f"by the {relation.source}"
    elif relation.is_completed:
        how = "stated by the other document"
    else:
        how = "as stated"
    part = f", {relation.part}" if relation.part else ""
    return f"{how}{part}{', doubtful' if relation.is_doubtful else ''}"


def document_remark(document: Document) -> str:
    """Return what a reader should beware of in a document's own words; mostly nothing."""
    doubts = document.in_force.doubts if document.in_force else ()
    if flag := superseded_flag(document):
        doubts = (f"{flag}.", *doubts)
    return f"Note: {' '.join(doubts)}" if doubts else ""


def superseded_flag(document: Document) -> str:
    """Return that a document says it is current and is superseded, since when; else nothing."""
    if (document.status or "").casefold() != Status.CURRENT.casefold():
        return ""
    days = [own.day for own in document.successors if not own.is_inferred]
    if not document.relations:  # it comes from no library: what it says itself is all
        days = [own.issued for own in document.superseded_by if own.part is None]
    return " ".join(known("Current but superseded", _iso(days[0]))) if days else ""


def standing_flag(document: Document, day: date) -> str:
    """Return why a document that says it is current is over on a day; else nothing.

    Args:
        document: The document.
        day: The day.
    """
    if flag := superseded_flag(document):
        return flag
    is_current = (document.status or "").casefold() == Status.CURRENT.casefold()
    is_over = document.expires is not None and document.expires < day
    return f"Current but expired {_iso(document.expires)}" if is_current and is_over else ""


def replaced_line(document: Document) -> str:
    """Return what replaced a document, for a line of its own; mostly nothing."""
    return clean(document.replaced_by)


def version_line(document: Document) -> str:
    """Return a document as one of a line: how it is cited, and when it is in force."""
    days = days_in_force(document)
    if days is None:
        return f"{citation(document)}: never in force"
    if not days:
        return f"{citation(document)}: not known when it is in force"
    return f"{citation(document)}: in force {days}"


def days_in_force(document: Document) -> str | None:
    """Return the days on which a document is in force for certain.

    Returns:
        `from 2001-04-09 until 2003-05-04`, `since 2003-05-05`; empty where they are not known, and
        None for what is never in force.
    """
    in_force = document.in_force
    if in_force is None:
        return None
    if in_force.known is None:
        return ""
    first, end = in_force.known
    return f"from {first} until {end - timedelta(days=1)}" if end else f"since {first}"


def force_line(document: Document) -> str:
    """Return when a document is in force, and why; empty for drafts and help pages."""
    in_force = document.in_force
    if in_force is None:
        return ""
    start, end = in_force.start, in_force.end
    first = f"from {start.day} ({_why(start)})" if start.day else f"from: not known ({_why(start)})"
    if end is None:
        return first
    if end.day is None:
        return f"{first}, until: not known ({_why(end)})"
    return f"{first}, until {end.day - timedelta(days=1)} ({_why(end)})"


def _why(bound: Bound) -> str:
    sure = f", {bound.confidence:.0%} sure" if 0 < bound.confidence < 1 else ""
    return f"{bound.reason.value}{sure}"


def _iso(value: date | None) -> str:
    return value.isoformat() if value else ""


def reference_line(index: Index, reference: Reference) -> str:
    """Return how a document that is referred to is cited, as far as this clearance sees it.

    Where none is meant for certain, it is as it was written, with those that are likely meant.
    """
    if reference.doc_id is not None and (other := _held(index, reference.doc_id)):
        return citation(other) + (f": {clean(reference.part)}" if reference.part else "")
    likely = [citation(other) for key in reference.likely if (other := _held(index, key))]
    remark = f"likely: {'; or '.join(likely)}" if likely else "not in this library"
    return f"{reference.text} ({remark})".strip()


def _held(index: Index, doc_id: str) -> Document | None:
    try:
        return index.get(doc_id)
    except DocumentNotFoundError:  # it went after the document that refers to it was indexed
        return None


def _date_kind(document: Document) -> str:
    """Return what the best date is that of, unless it is the issue; else nothing."""
    kind = document.best_date[1] if document.best_date else ""
    return "" if kind == "issued" else kind


def _status(document: Document) -> str:
    """Return the status that a document states, and beside it the derived one if it differs."""
    stated, flag = _value(document, "status"), superseded_flag(document)
    return f"{stated}, {flag.removeprefix('Current ')}" if flag else stated


def _value(document: Document, name: str) -> str:
    return _marked(document, name, getattr(document, name) or "")


def _marked(document: Document, name: str, value: str) -> str:
    """Return a value, and how sure it is where nobody stated it."""
    source = document.sources.get(name)
    if not value or source not in _READ:
        return value
    sure = document.confidence.get(name)
    share = f", {sure:.0%} sure" if sure is not None else ""
    return f"{value} ({_ORIGINS.get(source, 'from the file name')}{share})"


def _date(document: Document, name: str) -> str:
    """Return a date and, where it says something else, how it was written."""
    shown = day(document, name)
    value, written = getattr(document, name), getattr(document, f"{name}_text")
    if value is None and written:
        return f"{shown} (as written; no date)"
    if written and written != shown:
        return f"{shown} (written {written})"
    return shown


def _file(document: Document) -> str:
    if document.file is None:
        return ""
    facts = [document.media_type or ""]
    if document.size_bytes is not None:
        facts.append(size(document.size_bytes))
    if document.page_count:
        facts.append(count(document.page_count, "page"))
    if document.part_count and document.part_of is None:
        facts.append(f"a bundle of {count(document.part_count, 'part')}")
    known = ", ".join(fact for fact in facts if fact)
    return f"{document.file} ({known})" if known else document.file


def _part(document: Document) -> str:
    """Return where a part of a bundle stands in its file; empty for a whole document."""
    if document.part_of is None:
        return ""
    where = f"{document.part_number} of {document.part_count} of {document.file}"
    first, last = document.first_page, document.last_page
    return f"{where}, page {first}" if first == last else f"{where}, pages {first}-{last}"
