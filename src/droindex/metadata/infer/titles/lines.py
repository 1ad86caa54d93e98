"""Lines that make a title: which may be part of one, and which carry it on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.metadata.dates import find_dates
from droindex.metadata.infer.head import (
    ends_open,
    is_address,
    is_date_line,
    is_dating,
    is_heading,
    is_issuer,
    is_last_word,
    is_noise,
    is_prose,
    is_type_line,
)
from droindex.metadata.infer.header_fields import find_field_labels
from droindex.metadata.infer.label_lexicon import FIELD_OF_LABEL, LABEL
from droindex.metadata.infer.numbers import match_kind_number
from droindex.metadata.infer.titles.wording import BULLET, MAX_TITLE_CHARS, PART
from droindex.metadata.keys import squash
from droindex.metadata.values import is_number_like, normalise_number

if TYPE_CHECKING:
    from collections.abc import Sequence


__all__ = ["HYPHEN", "MAX_TITLE_LINES", "ends_a_title", "join_title", "may_be_title", "stops_title"]

MAX_TITLE_LINES = 5
_WRAP = 54  # a line shorter than this, with room for the next word, was not wrapped
_FULL = 0.8  # of the next line's characters; what is shorter ended before it had to
_CITED = re.compile(
    r"(?:version )?v?[0-9]+\.[0-9]", re.IGNORECASE
)  # the line above names another document
HYPHEN = re.compile(  # where a line was broken, and not `Studien- und Prüfungsordnung`
    r"(?<=\w)- (?!(?:and|or|to|und|oder|bzw|et|ou|y|o)\b)(?=\w)"
)
_NO_TITLE = re.compile(
    r"(?:archived?|superseding|superseded) document|(?:our |your )?ref(?:erence)?\.?\s?:.*"
    r"|(?:site|campus|sede|plantel) (?:d[eui']|d\u2019|of) .{2,40}"
    r"|[\w.'\u2019-]+(?: [\w.'\u2019-]+){1,3}, (?:(?:acting|deputy|interim) )?"
    r"(?:chief|sheriff|director|superintendent|commissioner|commander)(?: of [\w ]{1,40})?",
    re.IGNORECASE,
)  # the heads of a cover sheet; the number of a letter; which site; who leads the office
_CERTIFICATE = re.compile(r"\bISO [0-9].{0,20} [Cc](?:ertified|ERTIFIED)")
_LEAST_HEADS = 3  # fields that a form's row names; a title may be made of the names of two
_SCHOOL_YEAR = re.compile(
    r".{4,} (?:19|20)(?P<first>[0-9]{2})\s?[/\u2013-]\s?(?:19|20)?(?P<next>[0-9]{2})"
)
_SECTION = re.compile(r"[0-9]{1,2}\.(?:[0-9]{1,2}\.?)*\s|[IVX]{1,5}\.\s")  # a section's heading


def stops_title(line: str) -> bool:
    """Whether a line cannot be a part of a title."""
    return (
        is_noise(line)
        or is_prose(line)
        or is_date_line(line)
        or is_address(line)
        or bool(find_field_labels(line))
        or is_heading(line)
        or bool(BULLET.match(line))
    )


def join_title(lines: Sequence[str], place: int, first: str, sizes: dict[str, float]) -> str:
    """Return a title that begins with `first`, with the lines that carry it on.

    Args:
        lines: The header lines.
        place: Index of the line that `first` stands on.
        first: The beginning, without its label.
        sizes: The size of the type by squashed line; it does not change inside a title.
    """
    parts = [first]
    size = sizes.get(squash(lines[place]), 0.0)
    for at in range(place + 1, min(place + MAX_TITLE_LINES, len(lines))):
        line, below = lines[at], lines[at + 1] if at + 1 < len(lines) else ""
        if is_last_word(lines, at):
            parts.append(line)
            break
        if stops_title(line) or is_issuer(line) or _CITED.match(below):
            break
        if not _same_size(size, sizes.get(squash(line), 0.0)):
            break
        if not _carries_on(parts, lines[at - 1], line):
            break
        parts.append(line)
    title = HYPHEN.sub("-", " ".join(parts))
    return title if len(title) <= MAX_TITLE_CHARS else first


def _same_size(size: float, other: float) -> bool:
    """Whether two lines may be set in one size; 0 for a size that is not known."""
    return not size or not other or abs(size - other) <= size / 12


def _carries_on(parts: Sequence[str], above: str, line: str) -> bool:
    """Whether a line goes on with the title whose parts stand above it.

    It does where the title breaks off in the middle of a phrase, where both are capitals, or where
    the line above was full and both are set alike.
    """
    if ends_open(parts[-1]) or line[0].islower():
        return True
    is_upper = parts[0].isupper(), line.isupper()
    if find_dates(line):
        return False
    if all(is_upper) and not is_type_line(line):
        return True
    full = max(_WRAP, len(line) * _FULL)  # no line below shows how much more had room
    wrapped = len(above) + 1 + len(line.split(maxsplit=1)[0]) > full
    return wrapped and is_upper[0] == is_upper[1]


def may_be_title(line: str, number: str) -> bool:
    """Whether a line of large type may be the title, or a part of it."""
    labels = find_field_labels(line)
    named = bool(labels) and labels[0].field == "any" and not line.endswith(":")
    if is_issuer(line) or is_type_line(line) or _SECTION.match(line):
        return False
    if _NO_TITLE.fullmatch(line) or _CERTIFICATE.search(line) or _is_column_heads(line):
        return False
    if (is_prose(line) or is_address(line) or is_heading(line)) if named else stops_title(line):
        return False
    return not (_is_the_number(line, number) or _is_mostly_date(line) or is_dating(line))


def _is_column_heads(line: str) -> bool:
    """Whether a line is the heads of a form's columns alone: `EFFECTIVE NUMBER TOTAL PAGES`."""
    fields = {FIELD_OF_LABEL.get(squash(found[0])) for found in LABEL.finditer(line)}
    return len(fields) >= _LEAST_HEADS and not squash(LABEL.sub("", line))


def _is_the_number(line: str, number: str) -> bool:
    """Whether a line is the number of the document, or of another."""
    if is_number_like(line) and not PART.match(line) and not _names_school_year(line):
        return True
    key = normalise_number(number)
    if not key:
        return False
    match = match_kind_number(line) if number in line else None
    own = match["number"] if match and " " not in match["kind"] else line
    return normalise_number(own) == key


def _names_school_year(line: str) -> bool:
    """Whether a line ends in two years that follow each other: `HOUSE RULES 2024/25`."""
    found = _SCHOOL_YEAR.fullmatch(line)
    return found is not None and int(found["next"]) == (int(found["first"]) + 1) % 100


def _is_mostly_date(line: str) -> bool:
    """Whether half of a line is a date, or a date in it is written with slashes."""
    return any(
        "/" in line[start:end] or end - start > len(line) / 2 for start, end, _ in find_dates(line)
    )


def ends_a_title(above: str, line: str) -> bool:
    """Whether a line like `Fire Department` or `Orders` ends the title above, and is no other."""
    if ends_open(above) and is_issuer(line):
        return True
    return is_type_line(line) and not line.isupper() and len(above) + 1 + len(line) > _WRAP
