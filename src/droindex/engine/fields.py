"""The one table of fields: what can be searched, filtered, sorted and counted, and how.

The engine's schema, the query language, filters, facets and docs/fields.md are made from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from droindex.engine.analysis import Analyzer, fold

if TYPE_CHECKING:
    from datetime import date

    from droindex.model import Document, Reference

__all__ = [
    "BODY",
    "CITED_BY",
    "CITES",
    "DATE",
    "DOC_ID",
    "FACETS",
    "FIELDS",
    "IN_FORCE",
    "LAST_DAY",
    "NUMBER",
    "PART_OF",
    "QUERY_FIELDS",
    "SORT_ORDERS",
    "SUMMARY",
    "TITLE",
    "YEAR",
    "FieldKind",
    "FieldSpec",
    "day_number",
    "day_of",
    "facet_values",
    "filter_keys",
    "number_keys",
    "sort_keys",
    "title_key",
]


# The names of fields that more than the table knows; the indexes' names for them are the same.
TITLE = "title"
SUMMARY = "summary"
BODY = "body"  # has no index of its own: the pages are looked through
DOC_ID = "doc_id"
NUMBER = "number"
PART_OF = "part_of"
DATE = "date"  # the best date; what asks for no kind of date goes by it
YEAR = "year"  # of the same
CITES = "cites"  # read from the pages
CITED_BY = "citedby"  # has no index of its own: it is read from the document that is named
IN_FORCE = "inforce"


class FieldKind(StrEnum):
    """How a field is indexed and asked for."""

    TEXT = "text"  # analyzed words; scores
    KEYWORD = "keyword"  # whole values, compared without case; filters
    IDENTIFIER = "identifier"  # ids and numbers, compared by their words; filters
    DATE = "date"  # days; filters by range
    PERIOD = "period"  # the days on which a document is in force; filters by a day or a range
    REFERENCE = "reference"  # mentions of other documents, by id or number; filters
    CITATION = "citation"  # what a text refers to; filters


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One row of the table.

    Attributes:
        name: Name in the query language, in filters and in JSON.
        kind: How it is indexed.
        description: For help texts and docs, one line.
        is_facet: Whether its values can be counted.
    """

    name: str
    kind: FieldKind
    description: str
    is_facet: bool = False


_SPECS = (
    FieldSpec(TITLE, FieldKind.TEXT, "Words of the title."),
    FieldSpec(SUMMARY, FieldKind.TEXT, "Words of the author's summary."),
    FieldSpec(BODY, FieldKind.TEXT, "Words on the pages."),
    FieldSpec(DOC_ID, FieldKind.IDENTIFIER, "The document's key."),
    FieldSpec(NUMBER, FieldKind.IDENTIFIER, "The number it is cited by."),
    FieldSpec("doc_type", FieldKind.KEYWORD, "Directive, Guidance, Manual, MOU, ...", True),
    FieldSpec("category", FieldKind.KEYWORD, "The part of the work it belongs to.", True),
    FieldSpec("collection", FieldKind.KEYWORD, "The shelf it stands on.", True),
    FieldSpec("source", FieldKind.KEYWORD, "Who issued it.", True),
    FieldSpec("subject", FieldKind.KEYWORD, "What it is about.", True),
    FieldSpec("opi", FieldKind.KEYWORD, "Office of primary interest, by name or code.", True),
    FieldSpec("status", FieldKind.KEYWORD, "What it says of itself.", True),
    FieldSpec("signatory", FieldKind.KEYWORD, "Who signed it.", True),
    FieldSpec("label", FieldKind.KEYWORD, "Its access label.", True),
    FieldSpec(YEAR, FieldKind.KEYWORD, "The year of its best date.", True),
    FieldSpec("file_status", FieldKind.KEYWORD, "How the reading of its file ended.", True),
    FieldSpec("media_type", FieldKind.KEYWORD, "The kind of file.", True),
    FieldSpec(PART_OF, FieldKind.IDENTIFIER, "The file that it is a part of, by its id."),
    FieldSpec(DATE, FieldKind.DATE, "The best date: of issue, else of effect, else of revision."),
    FieldSpec("issued", FieldKind.DATE, "The day it was issued."),
    FieldSpec("effective", FieldKind.DATE, "The day it takes effect."),
    FieldSpec("revised", FieldKind.DATE, "The day of its last revision."),
    FieldSpec("expires", FieldKind.DATE, "The day after which it no longer binds."),
    FieldSpec(IN_FORCE, FieldKind.PERIOD, "A day on which it is in force, or unknown."),
    FieldSpec("supersedes", FieldKind.REFERENCE, "What it replaces, by id or number."),
    FieldSpec("superseded_by", FieldKind.REFERENCE, "What replaces it, by id or number."),
    FieldSpec("related", FieldKind.REFERENCE, "What it is linked with, by id or number."),
    FieldSpec(CITES, FieldKind.CITATION, "What its text refers to: a law, an id, a number."),
    FieldSpec(CITED_BY, FieldKind.CITATION, "A document whose text refers to it, by id or number."),
)

FIELDS: dict[str, FieldSpec] = {spec.name: spec for spec in _SPECS}
QUERY_FIELDS: dict[str, str] = {spec.name: spec.kind.value for spec in _SPECS}
FACETS: tuple[str, ...] = tuple(spec.name for spec in _SPECS if spec.is_facet)
SORT_ORDERS = ("relevance", "-issued", "issued", "title")

_OFFICE = re.compile(r"^(?P<name>.*\S)\s*\((?P<code>[^()\s]+)\)$")
LAST_DAY = 9_999_999  # sorts after every day that a date can hold
_SORT_TITLE_CHARS = 200  # titles that agree so far are ordered by date and id


def day_number(day: date) -> int:
    """Return the days since 0001-01-01, the form in which dates are indexed."""
    return day.toordinal()


def day_of(document: Document, name: str) -> date | None:
    """Return the day that a date field of the table has of a document; None where it has none."""
    if name == DATE:
        return document.best_date[0] if document.best_date else None
    day: date | None = getattr(document, name)
    return day


def facet_values(document: Document, name: str) -> tuple[str, ...]:
    """Return the values under which a document is counted; an office counts by its code."""
    if name == "subject":
        return document.subject
    if name == YEAR:
        day = day_of(document, DATE)
        return (f"{day.year:04d}",) if day else ()
    value = getattr(document, name)
    if not value:
        return ()
    if name == "opi" and (office := _OFFICE.match(value)):
        return (office["code"],)
    return (str(value),)


def filter_keys(document: Document, name: str, analyzer: Analyzer) -> set[str]:
    """Return the raw terms by which a filter on that field finds the document."""
    if FIELDS[name].kind is FieldKind.REFERENCE:
        references = getattr(document, name)
        return set().union(*(_reference_keys(item, analyzer) for item in references))
    if name == NUMBER:
        return number_keys(document.number, analyzer) if document.number else set()
    if name == "opi":
        return set(map(fold, _office_names(document.opi)))
    values = (document.doc_id,) if name == DOC_ID else facet_values(document, name)
    return set(map(fold, values))


def _office_names(opi: str | None) -> tuple[str, ...]:
    """Return what an office is found by: all that is said of it, its name, its code."""
    if not opi:
        return ()
    office = _OFFICE.match(opi)
    return (opi, *(office.groups() if office else ()))


def number_keys(number: str, analyzer: Analyzer) -> set[str]:
    """Return the keys of a document number: all its words, and its words from the first digit on.

    `Appendix 11-4.1` is found as `appendix 11 4 1` and as `11 4 1`.
    """
    words = [surface for _, surface in analyzer.terms(number)]
    first = next((i for i, word in enumerate(words) if word[0].isdigit()), 0)
    return {" ".join(words), " ".join(words[first:])} - {""}


def title_key(title: str, analyzer: Analyzer) -> str:
    """Return the key by which a query that is the whole title finds the document."""
    return " ".join(surface for _, surface in analyzer.terms(title))


def sort_keys(document: Document) -> dict[str, str]:
    """Return the raw terms that put documents in order; no two documents share one.

    `newest` and `oldest` go by the best date and put documents without one last.
    """
    best = day_of(document, DATE)
    day = day_number(best) if best else None
    newest = f"{LAST_DAY - day if day else LAST_DAY:07d} {document.doc_id}"
    oldest = f"{day or LAST_DAY:07d} {document.doc_id}"
    title = fold(document.title)[:_SORT_TITLE_CHARS]
    return {"newest": newest, "oldest": oldest, "by_title": f"{title}\x00{newest}"}


def _reference_keys(reference: Reference, analyzer: Analyzer) -> set[str]:
    keys = {fold(reference.doc_id)} if reference.doc_id else {fold(reference.text)}
    if reference.number:
        keys |= number_keys(reference.number, analyzer)
    return keys
