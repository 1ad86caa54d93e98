"""Metadata read from the text of a document, for the many that come without a sidecar.

Each reading is a candidate with where it was read and how sure it is; `choose` picks the winners.
What a person wrote beside the file always goes before them: that is the business of the caller.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from droindex.extract.protocol import Extraction, FileFacts
from droindex.metadata.dates import leading_date
from droindex.metadata.infer.bundles import (
    Part,
    block_labels,
    outlined_parts,
    pages_of,
    part_numbers,
)
from droindex.metadata.infer.date_order import LANGUAGE_FIELD, ORDER_FIELD, read_order
from droindex.metadata.infer.dates import date_offers
from droindex.metadata.infer.facts import is_sensitive, kind_of, signatory_offers
from droindex.metadata.infer.forms.acts import read_act, short_title
from droindex.metadata.infer.forms.covers import part_cover, read_successor
from droindex.metadata.infer.forms.feet import foot_dates
from droindex.metadata.infer.forms.habits import order_of_language
from droindex.metadata.infer.forms.numbered import later_part
from droindex.metadata.infer.forms.phrases import phrase_dates
from droindex.metadata.infer.forms.repeals import repealed
from droindex.metadata.infer.forms.sentences import sentence_dates
from droindex.metadata.infer.forms.tables import table_dates
from droindex.metadata.infer.front_matter import front_hints_at_label
from droindex.metadata.infer.head import Head, read_head
from droindex.metadata.infer.header_fields import find_field_labels, read_header_fields
from droindex.metadata.infer.numbers import file_name_number, number_offers
from droindex.metadata.infer.references import (
    chapter_reference,
    read_references,
    sentence_references,
)
from droindex.metadata.infer.status import status_of
from droindex.metadata.infer.titles.candidates import title_candidates
from droindex.metadata.infer.titles.lines import join_title
from droindex.metadata.infer.titles.wording import (
    clean_title,
    file_name_title,
    is_junk_title,
    version_of,
)
from droindex.metadata.inferred import Inferred
from droindex.metadata.keys import DATE_TEXTS, DATES, REFERENCES
from droindex.metadata.partial import AMENDED
from droindex.metadata.values import is_version, normalise_number
from droindex.problems import UNREADABLE_LABEL

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from droindex.metadata.infer.forms.acts import Act
    from droindex.metadata.infer.header_fields import HeaderField
    from droindex.model import Reference
    from droindex.pages import Page

__all__ = ["choose", "infer", "infer_part", "is_unlabelled_title"]

_TITLE_FROM_PROPERTIES = 0.58  # above a page head, below large type
_TITLE_LABELLED = 0.8  # what a label, or the number before it, names is at least as sure
_TITLE_REPEATED = 0.05  # below the file's name
_TITLE_FROM_FILE_NAME = 0.1  # better than none
_NUMBER_FROM_FILE_NAME = 0.3
_ACT_DAY = 0.82
_SURE_FIGURES = 4  # in a number that is not found by chance
_NUMBER_PAGES = 8
_PAGE_CHARS = 6_000
_FIGURES = re.compile(r"(?<![0-9])[0-9]{1,2}([-./])[0-9]{1,2}\1[0-9]{2}")
_FIGURES_CHARS = 3_000  # of a page: dates that matter stand at its top
_BUNDLE = 0.9
_PART_NUMBER = 0.9
_TITLE_OF_BOOKMARK = 0.9
_OF_A_PART = frozenset({"title", "number", "status", "signatory", *REFERENCES, *DATES, *DATE_TEXTS})
_WORDS = re.compile(r"[^\W\d_]+")
_LONG_WORD = 4  # letters; shorter ones are in any name


def infer(extraction: Extraction, file_name: str) -> tuple[Inferred, ...]:
    """Return what the text, the properties and the name of a file say of the document.

    The file's creation date is never taken as a date of issue, nor are dates of revision (they
    are `revised`), review or printing; a document that states no date gets none.

    Args:
        extraction: The reading of the file; any status, with or without pages.
        file_name: The file's name; folders before it are ignored.

    Returns:
        The candidates, by field, the surest of each field first; more than one for the title.
    """
    head = _with_block_below(read_head(extraction))
    own, successor = part_cover(head, extraction)
    found = read_header_fields(own.lines, own.tail, own.running)
    act = read_act(own)
    numbers = _ranked((*_numbers(own, found, act), *_of_file_name(extraction, file_name)))
    number = next((item.value for item in numbers), "")
    titles = title_candidates(own, found, number, act, short_title(extraction.pages))
    if not numbers:
        numbers = _ranked(_part_number(titles, own))
    readings = [
        *numbers,
        *(Inferred("title", title, "text", sure) for title, sure in titles),
        *_other_titles(extraction, number, file_name),
        *_dates(own, found, act, extraction),
        *_behind_number(extraction.pages, number),
        *_date_order(extraction),
        *_references(found, extraction, number, successor),
        *_single(own, found, extraction),
    ]
    if parts := part_numbers(extraction.pages):
        readings = [item for item in readings if not _is_of_a_part(item)]
        readings.append(Inferred("part_count", len(parts), "text", _BUNDLE))
    elif outlined := outlined_parts(extraction):
        readings.append(Inferred("part_count", len(outlined), "text", _BUNDLE))
    return _ranked(readings)


def infer_part(extraction: Extraction, part: Part, file_name: str) -> tuple[Inferred, ...]:
    """Return what a part of a bundle says of itself.

    Its number is the one that tells it from the other parts. Nothing is taken from the properties
    and the name of the file, nor from the heads and feet that all parts have in common, but a
    title for a part that has none.

    Args:
        extraction: The reading of the whole file.
        part: Where it stands.
        file_name: The file's name.

    Returns:
        The candidates, as `infer` has them.
    """
    facts = extraction.facts
    lines = tuple(line for line in facts.sized_lines if part.first <= line.page <= part.last)
    own = FileFacts(facts.media_type, facts.page_count, sized_lines=lines)
    pages = pages_of(extraction, part)
    readings = infer(Extraction(extraction.status, extraction.reason, pages, own), "")
    labels = block_labels(extraction)
    title = f"{file_name_title(file_name)}: {part.number}"
    return _ranked(
        (
            Inferred("number", part.number, "text", _PART_NUMBER),
            *([Inferred("title", part.title, "text", _TITLE_OF_BOOKMARK)] if part.title else []),
            *(
                item
                for item in readings
                if item.field != "number"
                and not (item.field == "title" and str(item.value).casefold() in labels)
            ),
            Inferred("title", title, "filename", _TITLE_FROM_FILE_NAME),
        )
    )


def _is_of_a_part(item: Inferred) -> bool:
    """Whether a reading of a bundle says what its first part says of itself."""
    return item.source == "text" and item.field in _OF_A_PART


def choose(
    candidates: Iterable[Inferred],
    *,
    repeated_titles: Container[str] = (),
    repeated_phrases: Container[str] = (),
) -> dict[str, Inferred]:
    """Return the winner of each field.

    Args:
        candidates: What `infer` returned, in any order.
        repeated_titles: Titles, casefolded, that too many files of the corpus have among their
            properties to be the title of any; such a title from properties loses.
        repeated_phrases: Titles, casefolded, that too many texts of the corpus offer without a
            label; such a title loses to any other, unless the file is named for it: then the
            files are editions of one document.

    Returns:
        The surest candidate by field; the first of equals.
    """
    candidates = tuple(candidates)
    file_title = next((str(item.value) for item in candidates if _is_file_title(item)), "")
    winners: dict[str, Inferred] = {}
    for item in candidates:
        if item.field == "title" and item.source == "properties":
            title = str(item.value)
            if title.casefold() in repeated_titles or is_junk_title(title):
                continue
        is_repeated = is_unlabelled_title(item) and str(item.value).casefold() in repeated_phrases
        if is_repeated and not _is_named_for(file_title, str(item.value)):
            item = replace(item, confidence=_TITLE_REPEATED)  # noqa: PLW2901 - the same, less sure
        if item.field not in winners or winners[item.field].confidence < item.confidence:
            winners[item.field] = item
    return winners


def _is_file_title(item: Inferred) -> bool:
    return item.field == "title" and item.source == "filename"


def _is_named_for(file_title: str, title: str) -> bool:
    """Whether half of the long words of a title stand in the name of its file."""
    words = {word for word in _WORDS.findall(title.casefold()) if len(word) >= _LONG_WORD}
    named = words & set(_WORDS.findall(file_title.casefold()))
    return bool(named) and 2 * len(named) >= len(words)


def is_unlabelled_title(item: Inferred) -> bool:
    """Whether a reading is a title that no label in the text names."""
    is_title = item.field == "title" and item.source == "text"
    return is_title and item.confidence < _TITLE_LABELLED


def _ranked(readings: Iterable[Inferred]) -> tuple[Inferred, ...]:
    """Return the readings by field, the surest first; equals keep their order."""
    return tuple(sorted(readings, key=lambda item: (item.field, -item.confidence)))


_BLOCK_LINES = 30  # of a header block that stands below the text
_BLOCK_FIELDS = 3  # different ones, of which one is the title: fewer are signatures and forms


def _with_block_below(head: Head) -> Head:
    """Return the head with the header block that some files hold behind the text of page one.

    A box that was drawn last is read last.
    """
    if any(item.name == "title" and item.value for item in read_header_fields(head.lines)):
        return head
    below = head.tail[-_BLOCK_LINES:]
    marked = [
        (place, mark.field)
        for place, line in enumerate(below)
        for mark in find_field_labels(line)[:1]
        if mark.is_marked and mark.field not in {"any", "other"} and not mark.start
    ]
    fields = {field for _, field in marked}
    if "title" not in fields or len(fields) < _BLOCK_FIELDS:
        return head
    block = below[marked[0][0] :]
    return replace(head, lines=(*head.lines, *block))


def _numbers(head: Head, found: Sequence[HeaderField], act: Act | None) -> Iterator[Inferred]:
    """Yield the numbers of the text, and the title's version."""
    by_key: dict[str, tuple[str, float]] = {}
    for number, sure in number_offers(head, found, act):
        key = normalise_number(number)
        if key not in by_key or by_key[key][1] < sure:
            by_key[key] = (by_key.get(key, (number, 0.0))[0], sure)
    for number, sure in by_key.values():
        yield Inferred("number", number, "text", sure)
    for item in found:
        is_title = item.name == "title" and item.value
        title = join_title(head.lines, item.place, item.value, {}) if is_title else ""
        version = version_of(title)
        if version:
            yield Inferred("number", version, "text", 0.45)


def _of_file_name(extraction: Extraction, file_name: str) -> Iterator[Inferred]:
    """Yield the number that the file's name begins with."""
    if number := file_name_number(file_name, extraction):
        yield Inferred("number", number, "filename", _NUMBER_FROM_FILE_NAME)


_PART = re.compile(
    r"(?:[A-Z]{2,8} )?(?:title|chapter|part|appendix) [0-9][\w.-]*(?=\s?[\u2014\u2013:-])",
    re.IGNORECASE,
)


def _part_number(titles: Sequence[tuple[str, float]], head: Head) -> Iterator[Inferred]:
    """Yield the number of a part, with which its title or its text begins: `Chapter 21: Fees`."""
    match = _PART.match(titles[0][0]) if titles else None
    if match:
        number = match[0] if not match[0].isupper() else match[0].capitalize()
        yield Inferred("number", number, "text", 0.4)
    if part := later_part(head):
        yield Inferred("number", part[0], "text", 0.38)


def _dates(
    head: Head, found: Sequence[HeaderField], act: Act | None, extraction: Extraction
) -> Iterator[Inferred]:
    """Yield the dates, each with its text as written."""
    if act and act.day:
        yield Inferred("issued", act.day[1], "text", _ACT_DAY)
        yield Inferred("issued_text", act.day[0], "text", _ACT_DAY)
    for name, day, written, sure in (
        *date_offers(head, found),
        *phrase_dates(head, extraction),
        *foot_dates(extraction),
        *sentence_dates(extraction.pages),
        *table_dates(extraction.pages),
    ):
        yield Inferred(name, day, "text", sure)
        yield Inferred(f"{name}_text", written, "text", sure)


def _behind_number(pages: Sequence[Page], number: str) -> Iterator[Inferred]:
    """Yield the day that stands behind the number of the document: `SOR/2018-66 April 4, 2018`."""
    if sum(map(str.isdigit, number)) < _SURE_FIGURES or is_version(number):
        return
    for page in pages[:_NUMBER_PAGES]:
        for match in re.finditer(re.escape(number) + r"[,\s]{1,3}(?=\w)", page.text[:_PAGE_CHARS]):
            rest = page.text[match.end() : match.end() + _PAGE_CHARS]
            if lead := leading_date(rest[:40]):
                yield Inferred("issued", lead[1], "text", 0.55)
                yield Inferred("issued_text", rest[: lead[0]].strip(), "text", 0.55)
                return


def _references(
    found: Sequence[HeaderField], extraction: Extraction, number: str, successor: Sequence[str]
) -> Iterator[Inferred]:
    """Yield what the document replaces, and what its cover sheet says replaces it."""
    named = tuple(dict.fromkeys((*_labelled(found, "supersedes"), *_editions(found, number))))
    if named:
        yield Inferred("supersedes", named, "text", 0.9)
    pages = extraction.pages[1:] if successor else extraction.pages  # a cover tells of another
    stated = sentence_references(pages, number)
    if stated:
        yield Inferred("supersedes", stated, "text", 0.7)
    if acts := repealed(pages, number):
        yield Inferred("supersedes", acts, "text", 0.68)
    if chapter := chapter_reference(extraction.pages):
        yield Inferred("related", chapter, "text", 0.7)
    after = (*_labelled(found, "superseded_by"), *read_successor(successor))
    if after:
        yield Inferred("superseded_by", after, "text", 0.8)


def _date_order(extraction: Extraction) -> Iterator[Inferred]:
    """Yield the order of day and month that the document's dates in figures decide."""
    order = read_order(extraction)
    if order:
        yield Inferred(ORDER_FIELD, str(order), "text", 1.0)
        return
    pages = extraction.pages
    texts = (*extraction.facts.running_lines, *(page.text[:_FIGURES_CHARS] for page in pages[:3]))
    if any(map(_FIGURES.search, texts)):
        language = order_of_language(pages)
        if language:
            yield Inferred(LANGUAGE_FIELD, str(language), "text", 1.0)


def _labelled(found: Sequence[HeaderField], name: str) -> Iterator[Reference]:
    """Yield the documents that the labels of a field name."""
    for item in found:
        if item.name == name:
            yield from read_references(item.value)


def _editions(found: Sequence[HeaderField], number: str) -> Iterator[Reference]:
    """Yield what the document amends: of its own number, the earlier edition as a whole."""
    key = normalise_number(number)
    for reference in _labelled(found, "amends"):
        is_edition = bool(key) and normalise_number(reference.number or "") == key
        yield reference if is_edition else replace(reference, part=reference.part or AMENDED)


def _single(head: Head, found: Sequence[HeaderField], extraction: Extraction) -> Iterator[Inferred]:
    """Yield the fields that have one reading at most."""
    for name, reading in (
        ("doc_type", kind_of(head, found)),
        ("status", status_of(extraction, found)),
    ):
        if reading:
            yield Inferred(name, reading[0], "text", reading[1])
    if is_sensitive(extraction, found):
        yield Inferred("label", "LES", "text", 0.95)
    elif front_hints_at_label(extraction):
        yield Inferred("label", UNREADABLE_LABEL, "text", 0.95)
    for name, sure in signatory_offers(extraction, found):
        yield Inferred("signatory", name, "text", sure)
    for item in found:
        if item.name == "opi" and item.value:
            yield Inferred("opi", item.value, "text", 0.85)


def _other_titles(extraction: Extraction, number: str, file_name: str) -> Iterator[Inferred]:
    """Yield the titles of the properties and of the file name."""
    own = extraction.facts.properties.get("Title", "")
    title = clean_title(own, number)
    if title and not is_junk_title(own):
        yield Inferred("title", title, "properties", _TITLE_FROM_PROPERTIES)
    title = clean_title(file_name_title(file_name), number)
    if title:
        yield Inferred("title", title, "filename", _TITLE_FROM_FILE_NAME)
