"""The dates of a document, as its head gives them: by label, or standing alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.metadata.dates import find_dates, find_months, leading_date, leading_month
from droindex.metadata.infer.head import ends_open, is_date_line, is_prose
from droindex.metadata.values import read_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from droindex.metadata.infer.head import Head
    from droindex.metadata.infer.header_fields import HeaderField

__all__ = ["date_offers"]

_DATE_FIELDS = {
    "issued": (("issued", 0.95),),
    "both": (("issued", 0.95), ("effective", 0.95)),
    "date": (("issued", 0.8),),
    "effective": (("effective", 0.95),),
    "expires": (("expires", 0.9),),
}
_DATED = frozenset({*_DATE_FIELDS, "revised", "reviewed"})
_WEAK = re.compile(r"\W*(?:original|adopt|sign|dated|enacted|published)", re.IGNORECASE)
_OTHER_DAY = re.compile(
    r"\b(?:current|printed|revis|amend|review|updat|effective|force|archiv|copyright|expire|until|"
    r"rescind|supersed|modified|version [^,]*,|since|act|approved for)",
    re.IGNORECASE,
)
_IN_FORCE = re.compile(r"\b(?:in force|in effect|effective)\s(?:from|as of|on)?\s?", re.IGNORECASE)
_LAST_LINE_FOR_DATE = 16  # an unlabelled date of issue stands near the top
_MONTH_ONLY = 0.08  # less sure where no day is named
_ROW = re.compile(r"(?:# ?)?v?[0-9][0-9.\-/]{0,9} .{0,40}[12][0-9]{3}", re.IGNORECASE)
_BRACKETED = re.compile(r"[(\[] ?(?P<date>[0-9]{1,2}([-.])[0-9]{1,2}\2[0-9]{2}) ?[)\]]")
_PATH = re.compile(r"(?=.*[0-9])[A-Z0-9][A-Z0-9_.()-]*(?:/[A-Z0-9_.()-]+){2,}")  # HO/CIR/2025/60
_MAX_SPECK = 3  # characters that OCR makes of a speck behind a date
_MAX_LEAD = 30  # characters between a label and its date: "as of", "on or about"


def date_offers(head: Head, found: Sequence[HeaderField]) -> Iterator[tuple[str, date, str, float]]:
    """Yield the dates of a head: field, day, the text as written, and how sure it is."""
    for item in found:
        label = head.lines[item.place] if item.place < len(head.lines) else ""
        for name, sure in _DATE_FIELDS.get(item.name, ()):
            lead = _first_date(item.value)
            if lead is None:
                continue
            weak = item.name == "issued" and _WEAK.match(label) and "release" not in label.lower()
            yield name, lead[1], lead[0], 0.7 if weak else sure - 0.1 * item.is_apart
        if item.name == "revised" and (last := _last_date(item.value)):
            yield "revised", last[1], last[0], 0.9 - 0.1 * item.is_apart
    yield from _bare_dates(head, {item.place for item in found if item.name in _DATED})


def _first_date(value: str) -> tuple[str, date] | None:
    """Return the date a value begins with, as written and read."""
    lead = leading_date(value) or leading_month(value)
    if lead:
        return value[: lead[0]].strip(), lead[1]
    dates = find_dates(value[:100]) or find_months(value[:100])
    if dates and dates[0][0] <= _MAX_LEAD:
        return value[dates[0][0] : dates[0][1]], dates[0][2]
    return None


def _last_date(value: str) -> tuple[str, date] | None:
    """Return the last day of the dates that a value begins with, as written and read."""
    found: list[tuple[str, date]] = []
    rest = value
    while lead := leading_date(rest) or leading_month(rest):
        found.append((rest[: lead[0]].strip(), lead[1]))
        rest = rest[lead[0] :].lstrip(" ,;&")
    return max(found, key=lambda pair: pair[1], default=None)


def _bare_dates(head: Head, taken: set[int]) -> Iterator[tuple[str, date, str, float]]:
    """Yield dates that stand without a label: alone on a line, or behind the number."""
    last = len(head.lines) if head.is_cover else head.running + _LAST_LINE_FOR_DATE
    for place, line in enumerate(head.lines[:last]):
        dates = find_dates(line) or _in_brackets(line) or find_months(line)
        if len(dates) != 1 or place in taken or is_prose(line) or _is_row(head.lines, place):
            continue
        start, end, day = dates[0]
        above = head.lines[place - 1] if place else ""
        if _says_in_force(line[:start]):
            yield "effective", day, line[start:end], 0.75
        elif not _is_other_day(line, above) and _stands_out(line, start, end):
            is_alone = is_date_line(line.strip("()[] "))
            sure = (0.65 if is_alone else 0.6) - (0.1 if place < head.running else 0.0)
            is_month = dates == find_months(line)
            yield "issued", day, line[start:end], sure - _MONTH_ONLY * is_month


def _in_brackets(line: str) -> list[tuple[int, int, date]]:
    """Return the date that is all of a line, in brackets: `(12-20-10)`; such figures need them."""
    match = _BRACKETED.fullmatch(line)
    lead = leading_date(match["date"]) if match else None
    return [(match.start("date"), match.end("date"), lead[1])] if match and lead else []


def _is_row(lines: Sequence[str], place: int) -> bool:
    """Whether a line is a row of a table: it has a number and a date, as the line beside it."""
    return bool(_ROW.match(lines[place])) and any(
        _ROW.match(lines[at]) for at in (place - 1, place + 1) if 0 <= at < len(lines)
    )


def _says_in_force(before: str) -> bool:
    """Whether what stands before a date ends in words like `in effect from`."""
    force = _IN_FORCE.search(before)
    return force is not None and force.end() == len(before)


def _is_other_day(line: str, above: str) -> bool:
    """Whether a date is of something else than the issue, by its own line or the label above."""
    return bool(_OTHER_DAY.search(line)) or (is_date_line(line) and above.endswith(":"))


def _stands_out(line: str, start: int, end: int) -> bool:
    """Whether a date is all that a line says, or ends a line of a header."""
    is_alone = is_date_line(line.strip("()[] "))
    return is_alone or (
        _is_speck(line, end) if not start else end == len(line) and _ends_header(line[:start])
    )


def _is_speck(line: str, end: int) -> bool:
    """Whether nothing but a speck stands behind a date, as scans have them, and no word."""
    rest = line[end:].strip()
    return len(rest) <= _MAX_SPECK and not ends_open(line) and not any(map(str.isdigit, rest))


def _ends_header(before: str) -> bool:
    """Whether what stands before a date on its line is a number or a list, not a sentence."""
    before = before.strip(" ,|\u2014\u2013-")
    last = before.rsplit(" ", 1)[-1]
    number = read_number(last) if before else None
    return bool(number or _PATH.fullmatch(last)) or (":" in before and before.upper() == before)
