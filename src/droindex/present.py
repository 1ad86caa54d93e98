"""How people are told of documents and results, whatever shows it: a terminal or a page.

All of it is plain text. A face lays it out, marks it up, and escapes it as its medium asks for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.errors import DocumentNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.api import Index
    from droindex.model import Document, Reference
    from droindex.query.results.results import Hit, Results

__all__ = [
    "HIDDEN",
    "SCOPE_NAMES",
    "SHELF_HEADINGS",
    "breadcrumb",
    "citation",
    "clean",
    "count",
    "day",
    "document_facts",
    "document_fields",
    "document_references",
    "document_remark",
    "headline",
    "hit_facts",
    "notes",
    "page_name",
    "reference_line",
    "size",
    "title_of",
]

SCOPE_NAMES = {
    "active": "Active Documents",
    "archived": "Archived Documents",
    "all": "the Entire Site",
}
SHELF_HEADINGS = {"category": "Categories", "collection": "Collections"}

# Of the categories Cc, Cf, Co, Cs, Zl and Zp: a test holds this list against all of Unicode.
# A soft hyphen and the joiners that Persian and emoji need may pass.
HIDDEN = (
    "\x7f-\x9f\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e\u200b\u200e-\u200f"
    "\u2028-\u202e\u2060-\u2064\u2066-\u206f\ud800-\uf8ff\ufeff\ufff0-\ufffb\U000110bd"
    "\U000110cd\U00013430-\U00013438\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
)
_BLANKS = "\t\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029"
_UNSAFE = re.compile(f"[\x00-\x1f{HIDDEN}]")
_BLANK = re.compile(f"[{_BLANKS}]")
_READ = ("text", "properties", "filename")  # sources that are readings, not statements
_ORIGINS = {"text": "read from the text", "properties": "from the file's properties"}
_UNITS = ("B", "kB", "MB", "GB")
_UNIT = 1000


# texts and numbers ----------------------------------------------------------------------------


def clean(text: str) -> str:
    """Return text that cannot steer what shows it: as long as before, and on one line.

    Line breaks and tabs become blanks; other control characters, characters of format (marks that
    reorder, hide or annotate text), those of private use and halves become U+FFFD.
    """
    if _UNSAFE.search(text) is None:
        return text
    return _UNSAFE.sub("\ufffd", _BLANK.sub(" ", text))


def count(number: int, noun: str) -> str:
    """Return a number with its noun: `1 problem`, `2 problems`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def size(number: float) -> str:
    """Return a number of bytes as people read it, in powers of 1000."""
    for unit in _UNITS[:-1]:
        if number < _UNIT:
            return f"{number:.0f} {unit}"
        number /= _UNIT
    return f"{number:.1f} {_UNITS[-1]}"


def page_name(number: int | None, label: str | None) -> str:
    """Return how a page is named: `p. 3`, or `p. iii (3)` where its own label differs."""
    if number is None:
        return ""
    if label and label != str(number):
        return f"p. {clean(label)} ({number})"
    return f"p. {number}"


# results --------------------------------------------------------------------------------------


def headline(results: Results) -> str:
    """Return what stands above a list of hits: how many there are, where, and which are shown."""
    place = SCOPE_NAMES[results.scope]
    if not results.total:
        return f"Nothing found in {place}"
    parts = [f"{results.total} found in {place}"]
    if results.total_all_words != results.total:
        number = results.total_all_words
        parts.append(f"{number} {'holds' if number == 1 else 'hold'} all words")
    if results.offset:
        first, last = results.offset + 1, results.offset + len(results)
        parts.append(f"{first} to {last} shown" if len(results) else "none so far down the list")
    return ", ".join(parts)


def notes(results: Results) -> Iterator[str]:
    """Yield what the searcher should know beside the hits, what was likely meant last."""
    yield from results.notes
    if results.suggestion:
        yield f"Did you mean: {results.suggestion}"


def hit_facts(hit: Hit) -> list[str]:
    """Return what stands below a hit's title; `match` is left out where it is all."""
    document = hit.document
    issued = day(document, "issued")
    facts = _known(document.number, document.doc_type, issued, document.status, document.label)
    if hit.match is not None and hit.match < 100:
        facts.append(f"match {hit.match}%")
    return facts


# documents ------------------------------------------------------------------------------------


def title_of(document: Document) -> str:
    """Return what a document is called, on one line."""
    return clean(document.title).strip() or clean(document.doc_id)


def day(document: Document, name: str) -> str:
    """Return a date of a document, or as it was written where that is no date; else nothing."""
    value = getattr(document, name)
    if value is not None:
        return str(value.isoformat())
    return clean(getattr(document, f"{name}_text") or "")


def citation(document: Document) -> str:
    """Return the date, the title and the id of a document."""
    return " ".join(_known(day(document, "issued"), title_of(document), f"({document.doc_id})"))


def document_facts(document: Document) -> list[str]:
    """Return what stands below a document's title in a list by date."""
    return _known(document.number, document.doc_type, document.label, document.doc_id)


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
    for name in ("issued", "effective", "expires"):
        yield name, _marked(document, name, _date(document, name))
    for name in ("signatory", "label"):
        yield name, _value(document, name)
    yield "file", _file(document)
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
    """Return how a document that is referred to is cited, as far as this clearance sees it."""
    other = _resolved(index, reference)
    if other is None:
        return f"{reference.text} (not in this library)"
    return citation(other)


def _resolved(index: Index, reference: Reference) -> Document | None:
    if reference.doc_id is None:
        return None
    try:
        return index.get(reference.doc_id)
    except DocumentNotFoundError:  # it went after this document was indexed
        return None


def _known(*facts: str | None) -> list[str]:
    return [clean(fact) for fact in facts if fact]


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
    known = ", ".join(fact for fact in facts if fact)
    return f"{document.file} ({known})" if known else document.file
