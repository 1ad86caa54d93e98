"""In which edition of a document a phrase came, and in which it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from droindex.changes.phrases import find_phrase, nearest_wording, phrase_words
from droindex.errors import QueryError
from droindex.query.editions.differences import paragraphs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from droindex.changes.paragraphs import Paragraph
    from droindex.library.reader import SetReader
    from droindex.model import Document

__all__ = ["PhraseHistory", "PhrasePlace", "PhraseVersion", "history"]

_MAX_CHARS = 2_000  # of a phrase, as of a query: a longer one is a pasted page


class PhrasePlace(NamedTuple):
    """Where a phrase stands in a document.

    Attributes:
        page: The page of its paragraph, from 1; None where the text has no pages.
        label: What is printed on that page; None where it has no labels.
        section: The heading under which it stands; empty before the first.
        text: The paragraph; of a phrase in other words, the part that is most like it.
    """

    page: int | None
    label: str | None
    section: str
    text: str


@dataclass(frozen=True, slots=True)
class PhraseVersion:
    """A phrase in one edition.

    Attributes:
        document: The edition, without its pages.
        is_there: Whether it holds the phrase; None where nothing was read of it.
        event: `came` or `went`, against the edition before it that was read; else None. The first
            one that was read has none.
        places: Where it stands, in reading order.
        near: What stands there in other words, if it is not there itself; else None.
    """

    document: Document
    is_there: bool | None
    event: str | None
    places: tuple[PhrasePlace, ...]
    near: PhrasePlace | None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape; the document is told by id, title and date."""
        day = self.document.best_date
        return {
            "doc_id": self.document.doc_id,
            "title": self.document.title,
            "date": day[0].isoformat() if day else None,
            "there": self.is_there,
            "event": self.event,
            "places": [place._asdict() for place in self.places],
            "near": self.near._asdict() if self.near else None,
        }


@dataclass(frozen=True, slots=True)
class PhraseHistory:
    """A phrase through the editions of a document.

    Attributes:
        phrase: What was looked for.
        doc_id: The document that was named.
        versions: Its editions, oldest first.
        notes: What to know of the answer as a whole, in sentences.
    """

    phrase: str
    doc_id: str
    versions: tuple[PhraseVersion, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "format": 1,
            "phrase": self.phrase,
            "doc_id": self.doc_id,
            "versions": [version.to_dict() for version in self.versions],
            "notes": list(self.notes),
        }


def history(
    reader: SetReader, phrase: str, doc_id: str, editions: Iterable[Document]
) -> PhraseHistory:
    """Return in which edition a phrase came and went.

    Words are compared without case and punctuation, and over the breaks of lines and pages.

    Args:
        reader: The set.
        phrase: A sentence, or a part of one.
        doc_id: The document.
        editions: Its line of editions, oldest first, itself included.

    Raises:
        QueryError: `no-phrase` or `phrase-too-long`.
    """
    words = _checked(phrase)
    versions: list[PhraseVersion] = []
    known: list[bool] = []  # of the editions that were read
    for document in editions:
        version = _version(words, document, paragraphs_of(reader, document), known[-1:])
        versions.append(version)
        known += [version.is_there] if version.is_there is not None else []
    return PhraseHistory(phrase, doc_id, tuple(versions), tuple(_notes(versions)))


def _checked(phrase: str) -> list[str]:
    """Return the words of a phrase that can be looked for."""
    if not isinstance(phrase, str):
        raise QueryError("The phrase is no text.", slug="no-phrase", hint="Give a str.")
    if len(phrase) > _MAX_CHARS:
        raise QueryError(
            f"The phrase has {len(phrase):,} characters; at most {_MAX_CHARS:,} are looked for.",
            slug="phrase-too-long",
            hint="Give the sentence that matters; to compare whole texts: droindex diff A B",
        )
    words = phrase_words(phrase)
    if not words:
        raise QueryError(
            "The phrase has no word.", slug="no-phrase", hint="Give a sentence, or a part of one."
        )
    return words


def _version(
    words: Sequence[str], document: Document, text: Sequence[Paragraph], before: Sequence[bool]
) -> PhraseVersion:
    if not text:
        return PhraseVersion(document, None, None, (), None)
    found = find_phrase(words, text)
    places = tuple(_place(text[at], text[at].text) for at in found)
    event = None
    if before and before[0] != bool(found):
        event = "came" if found else "went"
    near = None if found else nearest_wording(words, text)
    wording = _place(text[near[0]], near[1]) if near else None
    return PhraseVersion(document, bool(found), event, places, wording)


def _place(paragraph: Paragraph, text: str) -> PhrasePlace:
    return PhrasePlace(paragraph.page, paragraph.label, paragraph.section, text)


def _notes(versions: Sequence[PhraseVersion]) -> list[str]:
    notes = []
    if len(versions) == 1:
        notes.append("No other edition of this document is known here.")
    notes += [
        f"There is no text of {version.document.doc_id!r}: it may hold the phrase or not."
        for version in versions
        if version.is_there is None
    ]
    notes += [
        f"Some pages of {version.document.doc_id!r} were not read; the phrase may stand there."
        for version in versions
        if version.document.needs_ocr_pages and version.is_there is False
    ]
    if versions and all(version.is_there is False for version in versions):
        notes.append("No edition holds the phrase word for word.")
    return notes
