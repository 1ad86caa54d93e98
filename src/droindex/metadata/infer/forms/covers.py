"""Cover sheets that an archive lays on a paper: what it is, and what came after it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from droindex.metadata.dates import find_dates, find_months, leading_date, leading_month
from droindex.metadata.infer.head import is_address, is_date_line, tidy
from droindex.metadata.infer.header_fields import read_header_fields
from droindex.metadata.infer.titles.lines import join_title
from droindex.metadata.infer.titles.wording import clean_title, version_of
from droindex.metadata.values import number_tokens, read_number
from droindex.model import Reference

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from droindex.extract.protocol import Extraction
    from droindex.metadata.infer.head import Head

__all__ = ["part_cover", "read_successor"]

_COVER = re.compile(
    r"(?:archived|withdrawn) (?:[\w&-]+ ){0,4}(?:document|publication)\b"
    r"|the attached (?:document|publication) has been (?:archived|withdrawn)",
    re.IGNORECASE,
)
_OWN = re.compile(r"(?:archived|withdrawn) (?:document|publication)", re.IGNORECASE)
_SUCCESSOR = re.compile(
    r"superseding (?:document|publication)(?:\(s\))?s?(?: \(if applicable\))?"
    r"|superseded by:?|replaced by:?",
    re.IGNORECASE,
)
_ENDS = re.compile(r"additional information|contact:", re.IGNORECASE)
_LABEL = re.compile(
    r"(?P<label>series/number|title|author\(s\)|publication date\(s\)|withdrawal (?:date|note)|"
    r"url/doi)\s?:?(?:\s(?P<value>.+)|$)",
    re.IGNORECASE,
)
_NAMES = {"series/number": "Number", "title": "Title", "publication date(s)": "Publication Date"}
_SERIES = re.compile(
    r"(?:[\w/&.'()-]+ ){0,8}?(?P<number>(?:Special Publication |SP |FIPS |NISTIR |IR )?"
    r"[0-9][\w.-]*(?: (?:Rev(?:ision|\.)?|Vol(?:ume|\.)?|Part) ?[0-9A-Z]+)?)"
)
_IN_BRACKETS = re.compile(r"\(([A-Z]{2,8})\)(?= [0-9])")
_MAX_TITLE_LINES = 4


def part_cover(head: Head, extraction: Extraction) -> tuple[Head, tuple[str, ...]]:
    """Return the head without the part of an archive's cover sheet that names the successor.

    Args:
        head: The head of the document.
        extraction: The reading of its file.

    Returns:
        The head, and the lines that describe the successor; none where there is no such cover.
    """
    lines = head.lines
    if not any(map(_COVER.match, lines)):
        return head, ()
    behind = tuple(
        (tidy(line.text), line.size) for line in extraction.facts.sized_lines if line.page > 1
    )
    start = _first(_SUCCESSOR, lines, 0)
    end = _first(_ENDS, lines, start + 1)
    own, successor = _own_part(lines[:start], head.running), _labelled(lines[start + 1 : end])
    if filled := _filled_in(lines):
        own, successor = filled
    running = min(head.running, start)
    part = replace(head, lines=(*lines[:running], *own), running=running, sized=behind)
    return part, successor


def _first(form: re.Pattern[str], lines: Sequence[str], begin: int) -> int:
    """Return the place of the first line of a form; how many lines there are without one."""
    places = range(begin, len(lines))
    is_whole = form is _SUCCESSOR
    return next(
        (at for at in places if (form.fullmatch if is_whole else form.match)(lines[at])),
        len(lines),
    )


def _own_part(lines: Sequence[str], running: int) -> tuple[str, ...]:
    """Return what a cover says of the paper below it: from its heading, with marked labels."""
    own = lines[running:]
    heading = next((at for at, line in enumerate(own) if _OWN.fullmatch(line)), -1)
    return _labelled(own[heading + 1 :])


def _labelled(lines: Sequence[str]) -> tuple[str, ...]:
    """Return lines with a colon behind each label of a cover; of its withdrawal nothing is kept."""
    told: list[str] = []
    is_kept = True
    for line in lines:
        found = _LABEL.fullmatch(line)
        if found is None:
            told += [line] if is_kept else []
            continue
        name = _NAMES.get(found["label"].casefold())
        is_kept = name is not None
        if name:
            value = found["value"] or ""
            told.append(f"{name}: {_series_number(value) if name == 'Number' else value}".strip())
    return tuple(told)


def _series_number(text: str) -> str:
    """Return the number at the end of a series' name: `FIPS 201-2`."""
    found = _SERIES.fullmatch(_IN_BRACKETS.sub(r"\1", text))
    return found["number"].replace("Special Publication", "SP") if found else text


def _filled_in(lines: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return both parts of a cover whose values stand behind all of its labels; None of others."""
    marks = [(at, _LABEL.fullmatch(line)) for at, line in enumerate(lines)]
    labels = [at for at, mark in marks if mark and not mark["value"]]
    named = [lines[at].rstrip(" :").casefold() for at in labels]
    if named.count("title") < len(_PARTS):
        return None
    values = lines[labels[-1] + 1 :]
    blocks = [_block(values, at) for at, line in enumerate(values) if _opens(line)]
    found = [block for block in blocks if block]
    return (found[0], found[1]) if len(found) >= len(_PARTS) else None


_PARTS = ("own", "successor")


def _opens(line: str) -> bool:
    """Whether a line is the name of a series with a number, and no sentence about it."""
    return _SERIES.fullmatch(line) is not None and bool(number_tokens(line) or line[-1].isdigit())


def _block(values: Sequence[str], at: int) -> tuple[str, ...]:
    """Return the labelled lines of a paper whose number, title and date follow each other."""
    title: list[str] = []
    for line in values[at + 1 : at + 2 + _MAX_TITLE_LINES + 1]:
        if title and (is_date_line(line) or _is_names(line)):
            told = [f"Number: {_series_number(values[at])}", f"Title: {' '.join(title)}"]
            return (*told, f"Publication Date: {line}") if is_date_line(line) else tuple(told)
        if is_address(line) or find_dates(line) or find_months(line):
            return ()
        title.append(line)
    return ()


def _is_names(line: str) -> bool:
    """Whether a line lists people: `Alma Berg; Lin Chen`, `Tom Berg, Kay Lind, Sam Roe`."""
    names = re.split(r"\s?[;,]\s?", line)
    return len(names) > 1 and all(
        re.fullmatch(r"(?:[A-Z][\w.'-]*)(?: [A-Z][\w.'-]*){1,3}", name) for name in names
    )


def read_successor(lines: Sequence[str]) -> tuple[Reference, ...]:
    """Return the successor that a cover sheet describes in labelled lines.

    Args:
        lines: What `part_cover` returned.
    """
    found = [item for item in read_header_fields(lines) if item.value]
    titles = [
        join_title(lines, item.place, item.value, {}) for item in found if item.name == "title"
    ]
    title = clean_title(titles[0]) if titles else None
    version = version_of(titles[0]) if titles else None
    numbers = [read_number(item.value) or "" for item in found if item.name == "number"]
    number = next(filter(None, reversed(numbers)), version)
    issued = next(filter(None, (_day(item.value) for item in found if item.name == "issued")), None)
    if not title and not number:
        return ()
    text = tidy(", ".join(filter(None, (number, title))))
    return (Reference(text=text, number=number, issued=issued, title=title),)


def _day(value: str) -> date | None:
    """Return the day that a value begins with; a month alone is none that could be compared."""
    lead = leading_date(value) if not leading_month(value) else None
    return lead[1] if lead else None
