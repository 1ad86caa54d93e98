"""The values that the whole library speaks of: documents, references, statuses, scopes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from droindex.pages import Page
from droindex.standing import InForce, Relation, RelationKind
from droindex.text import count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from droindex.export.citation import Cited

__all__ = [
    "DERIVED",
    "DateOrder",
    "Document",
    "FileStatus",
    "Page",
    "Reference",
    "Scope",
    "Status",
    "cited",
]


class Status(StrEnum):
    """What a document says of itself. Other words are kept as they are and belong to no scope."""

    CURRENT = "Current"
    SUPERSEDED = "Superseded"
    RESCINDED = "Rescinded"
    ARCHIVED = "Archived"
    DRAFT = "Draft"


class Scope(StrEnum):
    """What the searcher chose to search."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    ALL = "all"


class FileStatus(StrEnum):
    """How the reading of a file ended. Every file ends in exactly one of these."""

    OK = "ok"
    PARTIAL = "partial"  # some pages were read, others were not; the reason says why
    EMPTY = "empty"  # it was read and holds no text, and no page image that OCR could read
    NEEDS_OCR = "needs_ocr"  # its pages are images; with OCR they could be read
    ENCRYPTED = "encrypted"  # it asks for a password
    DAMAGED = "damaged"  # it is a PDF, but too broken to be read
    NOT_PDF = "not_pdf"  # its name says PDF, its content does not
    TOO_BIG = "too_big"  # beyond the budgets for bytes, pages or characters
    TIMED_OUT = "timed_out"  # reading took longer than the deadline, and nothing came before it
    CRASHED = "crashed"  # the worker process died while reading it


class DateOrder(StrEnum):
    """Which of two figures in a date is the day: `03/02/2006` is in February or in March."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


@dataclass(frozen=True, slots=True)
class Reference:
    """A mention of another document: by id, by number, or by date and title.

    Attributes:
        text: The mention as it was written.
        doc_id: The document meant, where it was found in the library; else None.
        number: The number named, if any.
        issued: The date named, if any.
        title: The title named, if any.
        part: What of the document is meant, where that is not all of it: `section 3 only`.
        likely: Ids of documents that are likely meant, best first, where none is for certain.
    """

    text: str
    doc_id: str | None = None
    number: str | None = None
    issued: date | None = None
    title: str | None = None
    likely: tuple[str, ...] = ()
    part: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape; keys without a value are left out, `text` and `doc_id` stay."""
        shape: dict[str, Any] = {"text": self.text, "doc_id": self.doc_id}
        if self.number is not None:
            shape["number"] = self.number
        if self.issued is not None:
            shape["issued"] = self.issued.isoformat()
        if self.title is not None:
            shape["title"] = self.title
        if self.part is not None:
            shape["part"] = self.part
        if self.likely:
            shape["likely"] = list(self.likely)
        return shape

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> Reference:
        """Return the reference that `to_dict` wrote."""
        issued = shape.get("issued")
        return cls(
            text=shape["text"],
            doc_id=shape.get("doc_id"),
            number=shape.get("number"),
            issued=date.fromisoformat(issued) if issued else None,
            title=shape.get("title"),
            likely=tuple(shape.get("likely", ())),
            part=shape.get("part"),
        )


_DATES = ("issued", "effective", "revised", "expires")
_BEST_DATES = ("issued", "effective", "revised")  # the first that is known stands for a document
DERIVED: Mapping[str, Any] = MappingProxyType(  # fields worked out from others, as they are unset
    {"in_force": None, "line": None, "relations": ()}
)
_REFERENCES = ("supersedes", "superseded_by", "related")
_PAGES_ONLY = ("pages",)
_MAPPINGS = ("custom", "sources", "confidence")
_SET_APART = ("title", "summary", "sources", "confidence")  # not in the table of a notebook
_OFFICE_CODE = re.compile(r"\s*\([^()]*\)$")  # of `Enforcement (ADENF)`
_REPR_CHARS = 60  # of a title; the rest is in `title`


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Document:
    """One item of a library, with its metadata and, where they were loaded, its pages.

    A document that comes with a hit has no pages (`pages` is empty); `Index.get` loads them.
    Absent values are None, an empty string, or an empty tuple.

    Attributes:
        doc_id: The key, unique in a library; by default the file's path without its suffix.
        title: What the document is called.
        summary: The author's summary.
        pages: The text, page by page.
        number: The number it is cited by, for example `11-4.1` or `BOD 18-02`.
        doc_type: Directive, Guidance, Manual, MOU, …
        category: The part of the office's work it belongs to.
        collection: The shelf it stands on, for example `documents` or `moa-mou`.
        source: Who issued it.
        subject: What it is about.
        opi: The office of primary interest, name and code.
        status: What it says of itself; None where it says nothing.
        issued: The day it was issued.
        effective: The day it takes effect.
        revised: The day of its last revision.
        expires: The day after which it no longer binds.
        issued_text: The issue date as it was written; kept also where it is no date.
        effective_text: The effective date as it was written.
        revised_text: The date, or dates, of revision as written.
        expires_text: The expiry date as it was written.
        signatory: Who signed it.
        label: Its access label, for example `LES`; None means open.
        supersedes: What it replaces.
        superseded_by: What replaces it.
        related: What its owner linked it with.
        url: Where it was published: an address that begins with `http://` or `https://`.
        custom: The custom fields that corpus.toml declares, by name: a text, a number, or a date
            as `2006-02-03`.
        file: Where the file lies, relative to the corpus; None for documents without a file.
        size_bytes: The size of the file.
        media_type: For example `application/pdf`.
        sha256: The digest of the file's content, in hexadecimal.
        page_count: How many pages the file has, read or not.
        part_count: Of a bundle, how many orders the file holds one behind the other; of a part that
            was split off, of how many it is one; else None.
        part_of: Of a part of a bundle, the id that the whole file would have; else None.
        part_number: Of such a part, its place among the parts of the file, from 1.
        first_page: Of such a part, the page of the file that it begins on, from 1.
        last_page: Of such a part, the page of the file that it ends on.
        file_status: How the reading of the file ended.
        needs_ocr_pages: Page numbers whose text can only be had by OCR, rising.
        sources: Where each value came from: `sidecar`, `catalog`, `front matter`, `folder`,
            `record`, `text`, `properties`, `filename` or `update`.
        confidence: For values read from the text, how sure the reading is, above 0 up to 1.
        in_force: When it is in force, as far as it is known; None for drafts and help pages. This
            and the next two are worked out, from the documents of the clearance it was read with.
        line: The line of documents that it stands in, by the id of the oldest; None if it is alone.
        relations: What other documents are to it: successors first.
    """

    doc_id: str
    title: str = ""
    summary: str = ""
    pages: tuple[Page, ...] = ()
    number: str | None = None
    doc_type: str | None = None
    category: str | None = None
    collection: str | None = None
    source: str | None = None
    subject: tuple[str, ...] = ()
    opi: str | None = None
    status: str | None = None
    issued: date | None = None
    effective: date | None = None
    revised: date | None = None
    expires: date | None = None
    issued_text: str | None = None
    effective_text: str | None = None
    revised_text: str | None = None
    expires_text: str | None = None
    signatory: str | None = None
    label: str | None = None
    supersedes: tuple[Reference, ...] = ()
    superseded_by: tuple[Reference, ...] = ()
    related: tuple[Reference, ...] = ()
    url: str | None = None
    custom: Mapping[str, str | int | float] = field(default_factory=dict, hash=False)
    file: str | None = None
    size_bytes: int | None = None
    media_type: str | None = None
    sha256: str | None = None
    page_count: int | None = None
    part_count: int | None = None
    part_of: str | None = None
    part_number: int | None = None
    first_page: int | None = None
    last_page: int | None = None
    file_status: FileStatus | None = None
    needs_ocr_pages: tuple[int, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict, hash=False)
    confidence: Mapping[str, float] = field(default_factory=dict, hash=False)
    in_force: InForce | None = None
    line: str | None = None
    relations: tuple[Relation, ...] = ()

    @property
    def successors(self) -> tuple[Relation, ...]:
        """What replaced it as a whole, by date; marked as inferred where nobody states it."""
        kind = RelationKind.SUPERSEDED_BY
        return tuple(own for own in self.relations if own.kind is kind and not own.is_doubtful)

    @property
    def replaced_by(self) -> str:
        """What replaced it, in one sentence without a stop; empty where nothing did.

        Example:
            >>> after = Relation(RelationKind.SUPERSEDED_BY, "b", "Beds", day=date(2008, 9, 29))
            >>> Document(doc_id="a", relations=(after,)).replaced_by
            'superseded by 2008-09-29 Beds (b)'
        """
        stated = [own.cited for own in self.successors if not own.is_inferred]
        if stated:
            return f"superseded by {'; and by '.join(stated)}"
        later = [own.cited for own in self.successors]
        return f"likely replaced by a later edition: {'; or '.join(later)}" if later else ""

    @property
    def body(self) -> str:
        """The text of all pages, joined by newlines; empty where the pages were not loaded."""
        return "\n".join(page.text for page in self.pages)

    @property
    def best_date(self) -> tuple[date, str] | None:
        """The date that stands for the document in lists and orders, and its kind.

        The day of issue, else of effect, else of the last revision; None where none is known.

        Example:
            >>> Document(doc_id="a", revised=date(2019, 11, 12)).best_date
            (datetime.date(2019, 11, 12), 'revised')
        """
        for kind in _BEST_DATES:
            day: date | None = getattr(self, kind)
            if day is not None:
                return day, kind
        return None

    def with_pages(self, pages: tuple[Page, ...]) -> Document:
        """Return the same document with these pages."""
        return replace(self, pages=pages)

    def __repr__(self) -> str:
        title = f" {self.title[:_REPR_CHARS]!r}" if self.title else ""
        pages = f", {count(len(self.pages), 'page')}" if self.pages else ""
        return f"<{type(self).__name__} {self.doc_id!r}{title}{pages}>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: title, summary, and a table of what is known."""
        from droindex.export.html import values_html  # noqa: PLC0415 - for notebooks alone

        shape = self.to_dict()
        rows = ((name, _in_words(shape[name])) for name in shape if name not in _SET_APART)
        return values_html(self.title or self.doc_id, self.summary, ((n, v) for n, v in rows if v))

    def cite(self, page: int | None = None, *, style: str = "text", url: str = "") -> str:
        """Return how the document is cited.

        Args:
            page: The page that is cited, from 1. It is named by what is printed on it where the
                pages were loaded.
            style: `text` for a line to paste; `bibtex`, `ris` or `csl-json`.
            url: Where it can be read, in the application that shows it; without it, where it was
                published.

        Raises:
            QueryError: `unknown-style`.

        Example:
            >>> Document(doc_id="a", title="Escort Policy", number="7-2").cite(3)
            'Escort Policy, No. 7-2 (no date), p. 3.'
        """
        from droindex.export.styles import cite  # noqa: PLC0415 - a search must not pay for it

        labels = {own.number: own.label for own in self.pages if own.label}
        printed = "" if page is None else labels.get(page) or str(page)
        return cite(cited(self, printed, url), style)

    def to_dict(self, *, pages: bool = False) -> dict[str, Any]:
        """Return the JSON shape: every metadata field, in the order of the field table.

        Args:
            pages: Whether to add the text, as a list of `{"number", "label", "text"}`.
        """
        shape: dict[str, Any] = {}
        for name in _FIELD_NAMES:
            value = getattr(self, name)
            if name in _DATES:
                value = value.isoformat() if value is not None else None
            elif name in _REFERENCES or name == "relations":
                value = [item.to_dict() for item in value]
            elif name == "in_force":
                value = value.to_dict() if value is not None else None
            elif isinstance(value, tuple):
                value = list(value)
            elif name in _MAPPINGS:
                value = dict(value)
            shape[name] = value
        if pages:
            shape["pages"] = [
                {"number": page.number, "label": page.label, "text": page.text}
                for page in self.pages
            ]
        return shape

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> Document:
        """Return the document that `to_dict` wrote, without its pages."""
        values: dict[str, Any] = {}
        for name in _FIELD_NAMES:
            value = shape.get(name)
            if value is None:
                continue
            if name in _DATES:
                value = date.fromisoformat(value)
            elif name in _REFERENCES:
                value = tuple(Reference.from_dict(item) for item in value)
            elif name in ("subject", "needs_ocr_pages"):
                value = tuple(value)
            elif name in _READERS:
                value = _READERS[name](value)
            values[name] = value
        return cls(**values)


_READERS: dict[str, Callable[[Any], Any]] = {  # of values that JSON has in a shape of their own
    "file_status": FileStatus,
    "in_force": InForce.from_dict,
    "relations": lambda items: tuple(map(Relation.from_dict, items)),
}
_FIELD_NAMES = tuple(item.name for item in fields(Document) if item.name not in _PAGES_ONLY)


def cited(document: Document, page: str = "", url: str = "") -> Cited:
    """Return a document as it is cited.

    Args:
        document: The document.
        page: The page that is cited, as it is printed.
        url: Where the document can be read; without it, where it was published.
    """
    from droindex.export.citation import Cited  # noqa: PLC0415 - a search must not pay for it

    day, kind = document.best_date or (None, "issued")
    return Cited(
        key=document.doc_id,
        title=document.title or document.doc_id,
        kind=document.doc_type or "",
        number=document.number or "",
        institution=document.source or _OFFICE_CODE.sub("", document.opi or ""),
        issued=day,
        dated_by="" if kind == "issued" else kind,
        issued_text=document.issued_text or "",
        status=document.status or "",
        summary=document.summary,
        subjects=document.subject,
        page=page,
        url=url or document.url or "",
    )


def _in_words(value: Any) -> str:
    """Return a value of the JSON shape as people read it; nothing where there is none."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {item}" for name, item in value.items())
    if isinstance(value, list):
        return "; ".join(item["text"] if isinstance(item, dict) else str(item) for item in value)
    return "" if value is None else str(value)
