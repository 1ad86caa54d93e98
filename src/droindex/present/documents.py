"""How a document is named, cited and laid open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.errors import DocumentNotFoundError
from droindex.metadata.dates import is_month
from droindex.model import FileStatus
from droindex.text import clean, count, known, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.api import Index
    from droindex.model import Document, Reference

__all__ = [
    "UNREAD_SCAN",
    "best_day",
    "breadcrumb",
    "citation",
    "day",
    "document_facts",
    "document_fields",
    "document_references",
    "document_remark",
    "list_day",
    "reference_line",
    "title_of",
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
    return known(kind, document.number, document.doc_type, document.label, scan, document.doc_id)


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
    for name in ("opi", "status"):
        yield name, _value(document, name)
    for name in ("issued", "effective", "revised", "expires"):
        yield name, _marked(document, name, _date(document, name))
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


def document_remark(document: Document) -> str:
    """Return what a reader should beware of in a document's own words; mostly nothing."""
    if document.superseded_by and (document.status or "").casefold() == "current":
        return "Note: it says that it is current, and also what supersedes it."
    return ""


def reference_line(index: Index, reference: Reference) -> str:
    """Return how a document that is referred to is cited, as far as this clearance sees it.

    Where none is meant for certain, it is as it was written, with those that are likely meant.
    """
    if reference.doc_id is not None and (other := _held(index, reference.doc_id)):
        return citation(other)
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
