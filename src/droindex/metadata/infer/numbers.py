"""The number of a document, as its head gives it: by label, by kind, by series or by version."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.metadata.dates import find_dates, parse_date
from droindex.metadata.infer.forms.numbered import code_offers, file_numbers, numbered_titles
from droindex.metadata.infer.head import is_prose
from droindex.metadata.values import read_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.extract.protocol import Extraction
    from droindex.metadata.infer.forms.acts import Act
    from droindex.metadata.infer.head import Head
    from droindex.metadata.infer.header_fields import HeaderField

__all__ = ["file_name_number", "match_kind_number", "number_offers", "repair_scanned_number"]

_CONFUSED = str.maketrans({"I": "1", "l": "1", "O": "0", "o": "0"})
_LAST_SCANNED = re.compile(r"(?<=-[0-9]) ?[IlOo](?![A-Za-z0-9])")
_SCANNED = re.compile(r"(?<=[- .0-9])[IlOo0-9](?: ?[IlOo0-9]){0,3}(?=-[0-9])")


def repair_scanned_number(text: str) -> str:
    """Return a number with the letters and blanks of a poor scan mended: `BOD-I 5-01`."""

    def repair(match: re.Match[str]) -> str:
        piece = match[0]
        if any(char.isdigit() for char in piece):
            return piece.replace(" ", "").translate(_CONFUSED)
        return piece

    text = _LAST_SCANNED.sub(lambda match: match[0].strip().translate(_CONFUSED), text)
    return _SCANNED.sub(repair, text)


def _leading_number(text: str) -> str | None:
    """Return the document number that a text begins with; None where it begins with none."""
    text = repair_scanned_number(
        re.sub(r"(?<=[0-9]) ?/ ?(?=[0-9])", "/", text.strip(" <>[]#:.\u2014\u2013-"))
    )
    dates = find_dates(text[:80])
    if dates:
        text = text[: dates[0][0]]
    words = text.split()[:5]
    for count in range(len(words), 0, -1):
        number = read_number(" ".join(words[:count]).rstrip(",;:"))
        if number:
            return number
    return None


_KIND_NUMBER = re.compile(
    r"(?P<kind>(?:[A-Za-z&]+ ){0,4}(?:directive|order|policy|instruction|procedure|sop|memorandum|"
    r"notice|bulletin|guideline|circular|regulation|manual|procedimiento|instrucci[óo]n|norma|"
    r"directiva|reglamento|proc[ée]dure|consigne|richtlinie|dienstanweisung|"
    r"verfahrensanweisung))s?\s?(?:no\.?|number|#|:)?\s?"
    r"[\u2014\u2013:-]?\s?(?P<number>(?:[A-Z]{1,8}[ .-]{0,2}(?:[A-Z]{1,4}-)?)?"
    r"[0-9IlO][\w.\-/ ]{0,18})$",
    re.IGNORECASE,
)
_SERIES_NUMBER = re.compile(
    r"(?<![\w-])(?P<number>(?!TLP|HTTP|ILCS|CALEA|CFR|USC|ZIP|PAGE|DC|IL|HSPD|FIPS|OMB|ISO|NIST)"
    r"[A-Z]{2,8}[A-Za-z]?[ .-][0-9]{1,5}[A-Z]?(?:[.-][0-9A-Z]{1,6}){1,3})(?![\w-])"
)
_NO_SERIES = re.compile(r"[A-Z]{2} [0-9]{5}-[0-9]{4}|[A-Z]+ [0-9]\.[0-9]")  # a postcode, a version
_FIRST_SECTION = re.compile(
    r"(?P<number>[0-9]{2,5})\.1(?:\.0)?\s+(?:purpose|policy|scope|introduction|overview)\b",
    re.IGNORECASE,
)
_VERSION = re.compile(r"v?\s?[0-9]+(?:\.[0-9]+)*")
_NAMED_AGAIN = re.compile(r" ?\([A-Z]{2,6} [\w.-]+\)$")  # "(BOD 19-02)" behind the number itself
_PAGE_OF_HEAD = re.compile(r" [\u2014\u2013-] [0-9]{1,3}$")  # "DIRECTIVE 22 - 1"
_KIND_LINES = 25  # further down a kind with a number is another document
_SERIES_LINES = 12
_VERSION_LINE = 8  # further down it is the version of something else


def number_offers(
    head: Head, found: Sequence[HeaderField], act: Act | None = None
) -> Iterator[tuple[str, float]]:
    """Yield what may be the document's number, with how sure each is.

    Args:
        head: The head of the document.
        found: Its labels.
        act: What it opens with, if it is an act.
    """
    yield from _labelled(found)
    if act:
        yield act.number, 0.9 if act.is_signed or act.day else 0.66
    yield from _behind_kind(head)
    yield from ((number, sure) for number, _, sure in numbered_titles(head))
    yield from code_offers(head)
    yield from file_numbers(head)
    yield from _first_section(head)
    yield from _series(head)
    yield from _labelled_versions(head, found)


def match_kind_number(line: str) -> re.Match[str] | None:
    """Return the match of a line like `General Order No. 5`: `kind` and `number`."""
    return _KIND_NUMBER.fullmatch(repair_scanned_number(line))


def _labelled(found: Sequence[HeaderField]) -> Iterator[tuple[str, float]]:
    """Yield the numbers behind a label: `Policy Number: 10074.2`."""
    for item in found:
        number = _leading_number(item.value) if item.name == "number" else None
        if number:
            yield number, 0.8 if item.is_apart else 0.95


def _behind_kind(head: Head) -> Iterator[tuple[str, float]]:
    """Yield the numbers behind the kind of the document: `General Order No. 5`."""
    for place, line in enumerate(head.lines[:_KIND_LINES]):
        if place < head.running:
            line = _PAGE_OF_HEAD.sub("", line)  # noqa: PLW2901 - the same, without its page
        line = _NAMED_AGAIN.sub("", line)  # noqa: PLW2901 - the same line, without its echo
        match = match_kind_number(line) if not is_prose(line) else None
        number = read_number(match["number"].strip()) if match else None
        if number and not _only_counts(number) and not parse_date(number):
            yield number, 0.75 if place < head.running else 0.88


def _only_counts(number: str) -> bool:
    """Whether a number is the count of a part: `Towing Policy - 1`."""
    return number.isdigit() and len(number) < len("10")


def _first_section(head: Head) -> Iterator[tuple[str, float]]:
    """Yield the number that the first section begins with: `204` where `204.1 Purpose` is first."""
    for line in head.tail[:3]:
        match = _FIRST_SECTION.match(line)
        if match:
            yield match["number"], 0.65


def _series(head: Head) -> Iterator[tuple[str, float]]:
    """Yield numbers that a series alone gives away: `CJCSI 3520.01C`."""
    for place, line in enumerate(head.lines[:_SERIES_LINES]):
        match = _SERIES_NUMBER.search(line) if not is_prose(line) else None
        if match is None or _NO_SERIES.fullmatch(match["number"]) or find_dates(match["number"]):
            continue
        if match.start() < len("J-3 ") + 1 or match.end() == len(line):
            yield match["number"], 0.6 - place / 1000


def _labelled_versions(head: Head, found: Sequence[HeaderField]) -> Iterator[tuple[str, float]]:
    """Yield the versions behind a label near the top."""
    for item in found:
        is_near = item.place - head.running < _VERSION_LINE
        match = _VERSION.match(item.value) if item.name == "version" and is_near else None
        if match:
            yield f"Version {match[0].lstrip('vV ')}", 0.4


_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_FIRST_NUMBER = re.compile(r"(?:[A-Z]{1,8}[ -]?)?[0-9]+[A-Z]?(?:[.-][0-9A-Z]+)*(?=[ _]|$)")
_PAGES = 2
_PAGE_CHARS = 6_000


def file_name_number(file_name: str, extraction: Extraction) -> str | None:
    """Return the number that a file's name begins with; None where the paper does not bear it.

    Args:
        file_name: Its folders are ignored.
        extraction: The reading of the file; without text, its name is taken at its word.
    """
    stem = _SUFFIX.sub("", file_name.rsplit("/", 1)[-1])
    first = _FIRST_NUMBER.match(stem)
    number = read_number(first[0]) if first else None
    if not number or not re.search(r"[.-]|[A-Za-z]", number):
        return None
    texts = [page.text[:_PAGE_CHARS] for page in extraction.pages[:_PAGES]]
    texts += extraction.facts.running_lines
    pieces = re.findall(r"[A-Za-z]+|[0-9]+", number)
    form = re.compile(r"[\W_]{0,3}".join(pieces))
    is_borne = any(pieces[-1] in text and form.search(text) for text in texts)
    return number if is_borne or not any(texts) else None
