"""Parts of a manual and the chapter they belong to: `Appendix to DROPPM Chapter 11`."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from droindex.metadata.partial import CHAPTER, chapter_in
from droindex.metadata.values import normalise_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from droindex.model import Document

__all__ = ["PartOf", "chapter_key", "chapters_named", "parts_of_chapters"]

_CHAPTER = re.compile(r"(?:chapter|part|title|volume|section)\b", re.IGNORECASE)
_APPENDIX = re.compile(
    r"(?:appendix|attachment|annex|exhibit)\s+(?P<chapter>\d+)[.-]\d", re.IGNORECASE
)
BY_STATEMENT, BY_NUMBER = 0.95, 0.8  # confidence: it says so, or its number does


class PartOf(NamedTuple):
    """A document is a part of another one.

    Attributes:
        part: The id of the appendix.
        whole: The id of the chapter.
        source: The field that says so.
        confidence: How sure it is, above 0 up to 1.
    """

    part: str
    whole: str
    source: str
    confidence: float


def parts_of_chapters(documents: Mapping[str, Document]) -> list[PartOf]:
    """Return which documents are parts of which chapters, as their summaries or numbers say.

    A chapter that two documents may be, and one of another manual, is none for certain.

    Args:
        documents: All documents of one clearance, by id.
    """
    by_number: dict[str, list[Document]] = defaultdict(list)
    for document in documents.values():
        if key := chapter_key(document):
            by_number[key].append(document)
    found: list[PartOf] = []
    for document in documents.values():
        for number, series, source, confidence in _chapters(document):
            fitting = [
                other
                for other in by_number.get(normalise_number(number), ())
                if other.doc_id != document.doc_id and _is_of(other, document, series)
            ]
            if len(fitting) == 1:
                found.append(PartOf(document.doc_id, fitting[0].doc_id, source, confidence))
                break
    return found


def chapter_key(document: Document) -> str:
    """Return the key by which parts of it find a chapter; empty for what is none."""
    number = document.number or ""
    return normalise_number(number) if _CHAPTER.match(number.strip()) else ""


def chapters_named(document: Document) -> tuple[str, ...]:
    """Return the keys of the chapters that a document may be a part of, the surest first."""
    keys = (normalise_number(number) for number, *_ in _chapters(document))
    return tuple(dict.fromkeys(keys))


def _chapters(document: Document) -> Iterator[tuple[str, str, str, float]]:
    """Yield the chapters that a document may belong to: number, manual, who says so, how sure."""
    said = [(name, chapter_in(getattr(document, name))) for name in ("summary", "title")]
    if document.sources.get("related") == "text":
        said += [("text", own.text) for own in document.related]
    for source, chapter in said:
        if match := CHAPTER.fullmatch(chapter):
            series = chapter.removesuffix(match["number"]).strip()
            yield match["number"], series, source, BY_STATEMENT
    if match := _APPENDIX.fullmatch((document.number or "").split(".")[0].strip()):
        yield f"Chapter {match['chapter']}", "", "number", BY_NUMBER


def _is_of(chapter: Document, part: Document, series: str) -> bool:
    """Whether a chapter is one of the manual that a part names, or that of its own shelf."""
    if series:
        return series.casefold() in chapter.title.casefold() or _is_shelved(chapter, part)
    return _is_shelved(chapter, part)


def _is_shelved(chapter: Document, part: Document) -> bool:
    """Whether two documents are of one office and kind, or lie in one folder."""
    folder = chapter.doc_id.rpartition("/")[0]
    return (folder and folder == part.doc_id.rpartition("/")[0]) or (
        (chapter.source, chapter.doc_type) == (part.source, part.doc_type)
    )
