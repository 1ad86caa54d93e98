"""Values as people write them: dates, document numbers, and mentions of other documents."""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from datetime import date

from droindex.model import Reference

__all__ = [
    "find_dates",
    "is_number_like",
    "is_version",
    "leading_date",
    "normalise_number",
    "number_keys",
    "number_tokens",
    "parse_date",
    "parse_reference",
    "read_number",
]

_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_FIRST_YEAR, _LAST_YEAR = 1700, 2199  # a year outside is a room, a statute or a misprint
_PIVOT = 69  # two digits: 69..99 are 1969..1999, 00..68 are 2000..2068, as POSIX has it

_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>[0-3]\s[0-9]|[0-9]{1,2})(?:\s?(?:st|nd|rd|th)\b)?"  # OCR writes 27 as "2 7"
_YEAR = r"(?P<year>[0-9]{4})(?![0-9])"
_SHORT_YEAR = r"['\u2019]?(?P<year>[0-9]{4}|[0-9]{2})(?![0-9])"
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
_ZONE = r"\s?(?:Z|[+-][0-9]{2}:?[0-9]{2}|[AaPp]\.?[Mm]\.?)?"
_TIME = rf"(?:[T\s]\s?{_CLOCK}{_ZONE})?"
_ISO = r"(?P<year>[0-9]{4})(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})(?![0-9])"
_MONTH_FIRST = rf"{_MONTH}\s{{0,3}}{_DAY}(?:\s{{0,2}}[,.]\s{{0,3}}|\s{{1,3}}){_YEAR}"
_DAY_FIRST = (
    rf"{_DAY}(?:\s{{1,3}}day)?(?:\s{{1,3}}of)?[\s\-.]{{0,3}}{_MONTH}[,\s\-.]{{0,3}}{_SHORT_YEAR}"
)
_SLASHED = rf"(?P<month>[0-9]{{1,2}})\s?/\s?(?P<day>[0-9]{{1,2}})\s?/\s?{_SHORT_YEAR}(?!/)"
_DOTTED = rf"(?P<month>[0-9]{{1,2}})(?P<sep>[-.])(?P<day>[0-9]{{1,2}})(?P=sep){_YEAR}"
_DOTTED_SHORT = (
    r"(?P<month>[0-9]{1,2})(?P<sep>[-.])(?P<day>[0-9]{1,2})(?P=sep)(?P<year>[0-9]{2})(?![0-9.\-])"
)
_SOLID = r"(?P<year>[12][0-9]{3})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"

_BEFORE = r"(?<![\w./-])"  # not inside a word, a number or a path
_RUNNING = tuple(
    re.compile(_BEFORE + form, re.IGNORECASE)
    for form in (_ISO, _MONTH_FIRST, _DAY_FIRST, _SLASHED, _DOTTED)
)
_LEADING = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (_ISO + _TIME, _MONTH_FIRST, _DAY_FIRST, _SLASHED, _DOTTED, _DOTTED_SHORT)
)
_WHOLE = (*_LEADING, re.compile(_SOLID))
_WEEKDAY = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[,.]?\s+",
    re.IGNORECASE,
)
_MAX_DATE_CHARS = 64  # "Wednesday, the 22nd day of September, 2004" has 42


def _as_date(match: re.Match[str], first_year: int = _FIRST_YEAR) -> date | None:
    """Return the date that a match of one of the forms holds, None where there is no such day."""
    month_text, year_text = match["month"].casefold(), match["year"]
    month = _MONTHS.get(month_text) or int(month_text)
    day = int("".join(match["day"].split()))
    year = int(year_text)
    if len(year_text) < len("2006"):
        year += 1900 if year >= _PIVOT else 2000
    if year < first_year:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_date(text: str) -> date | None:
    """Return the date that the whole of `text` is, or None.

    Understood are ISO dates (`2006-02-03`, also with a time, which is dropped, and `20060203`),
    month names in English (`Feb 03, 2006`, `3 February 2006`, `Sept. 29, 2008`), and figures in
    US order, month first (`03/02/2006` is the second of March; `01/01/16`). Figures that are no
    date in US order, like `25/12/2016`, are None: the order of the others would be in doubt too.

    Args:
        text: Any text; blanks around it do not matter.

    Returns:
        The day; None for a text that is no date, that holds more than a date, or that names a day
        the calendar does not have.
    """
    text = " ".join(_plain(text[: 4 * _MAX_DATE_CHARS]).split())
    if not text or len(text) > _MAX_DATE_CHARS:
        return None
    text = _WEEKDAY.sub("", text, count=1) if _WEEKDAY.match(text) else text
    text = re.sub(r"^the\s", "", text, flags=re.IGNORECASE)
    for form in _WHOLE:
        match = form.fullmatch(text)
        if match:
            return _as_date(match, first_year=1)
    return None


def leading_date(text: str) -> tuple[int, date] | None:
    """Return the date that `text` begins with, and where it ends in `text`; None without one.

    Args:
        text: Any text, for example what follows the label `Effective Date:`.

    Returns:
        The offset behind the date in characters and the date.
    """
    start = len(text) - len(text.lstrip())
    head = text[start : start + _MAX_DATE_CHARS]
    weekday = _WEEKDAY.match(head)
    offset = weekday.end() if weekday else 0
    for form in _LEADING:
        match = form.match(head, offset)
        day = _as_date(match) if match else None
        if match and day:
            return start + match.end(), day
    return None


def find_dates(text: str) -> list[tuple[int, int, date]]:
    """Return the dates inside running text, in reading order, none overlapping another.

    The forms of `parse_date` are found, except those that running text uses for other things:
    figures with hyphens or dots need a year of four digits here.

    Args:
        text: Any text.

    Returns:
        Start and end in characters of `text`, and the day.
    """
    found: list[tuple[int, int, date]] = []
    for form in _RUNNING:
        for match in form.finditer(text):
            day = _as_date(match)
            if day and day.year <= _LAST_YEAR:
                found.append((match.start(), match.end(), day))
    found.sort(key=lambda item: (item[0], -item[1]))
    apart: list[tuple[int, int, date]] = []
    for item in found:
        if not apart or item[0] >= apart[-1][1]:
            apart.append(item)
    return apart


_DASHES = re.compile("[\u2010-\u2015\u2212\u00ad\ufe58\ufe63\uff0d]")
_GENERIC = frozenset(
    {
        *("number", "numbers", "num", "no", "nos", "nr", "the", "interim", "administrative"),
        *("policy", "policies", "directive", "directives", "order", "orders", "general"),
        *("special", "instruction", "instructions", "memorandum", "memo", "notice", "bulletin"),
        *("circular", "regulation", "standard", "operating", "procedure", "procedures"),
        *("department", "departmental", "management", "operational", "binding", "emergency"),
    },
)
_NUMBER_TOKEN = re.compile(
    r"(?<![\w.\-/])"
    r"(?:[A-Z][A-Za-z]{0,7}[ .\-]{0,2}){0,2}"  # BOD, DoDI, OPER., D-
    r"[0-9]{1,6}[A-Za-z]?(?:[.\-/][0-9A-Za-z]{1,6}){0,4}"
    r"(?![\w])",
)
_SERIES = frozenset(
    {"add", "addendum", "amendment", "annex", "appendix", "attachment", "change", "chapter"}
    | {"exhibit", "manual", "part", "rev", "revision", "section", "series", "sop", "title"}
    | {"ver", "version", "volume", "vol"},
)
_FILE_NAME = re.compile(r".*\.(?:pdf|html?|txt|md|docx?|toml|json)", re.IGNORECASE)
_SERIAL = re.compile(
    r"(?:[A-Z][A-Za-z]{0,11}(?:[.\-/][A-Z]{1,6}){0,2}|[a-z]{0,2})[.\-/]?[0-9][0-9A-Za-z]*(?:[.\-/][0-9A-Za-z]+)*\.?"
)
_VERSION = re.compile(  # `V-12` is a number of the series V
    r"(?:(?i:version|ver\.?|rev\.?|revision|edition)[ .-]?|v\.? ?|V(?=[0-9]+\.))[0-9]+(?:\.[0-9]+)*"
)
_ACRONYM = re.compile(r"[A-Z][A-Za-z]{0,3}[A-Z]{1,5}\.?|[A-Z]")
_MAX_NUMBER_CHARS = 40  # longer is a sentence


def _plain(text: str) -> str:
    """Return the text in NFKC, with one kind of hyphen."""
    return _DASHES.sub("-", unicodedata.normalize("NFKC", text))


def normalise_number(text: str) -> str:
    """Return the key by which numbers are compared.

    Case, width, kinds of hyphen, blanks, and words such as `No.` or `Directive` make no
    difference; `BOD-16-01` and `BOD 16-01` have the same key, `11-4` and `1-14` have not.

    Args:
        text: A number as it was written.

    Returns:
        The key; empty where nothing is left of the text.
    """
    text = _plain(text[: 8 * _MAX_NUMBER_CHARS]).casefold().replace("#", " ")
    words = re.findall(r"[^\s,;:()<>\[\]\"“”']+", text)
    kept = [word for word in words if word.strip(".-") not in _GENERIC]
    key = re.sub(r"[\s\-]+", "-", " ".join(kept)).strip("-.")
    key = re.sub(r"(?<![0-9])-|-(?![0-9])", "", key)
    return re.sub(r"^(?:version|ver\.?)(?=[0-9])", "v", key)


def is_version(text: str) -> bool:
    """Whether a text is a version and no number: `Version 2.0` is of many documents."""
    return _VERSION.fullmatch(text.strip()) is not None


def number_keys(text: str) -> tuple[str, ...]:
    """Return the keys under which a number may be looked up, the exact one first.

    The second, where there is one, leaves the series out: `BOD 16-01` is also cited as `16-01`.
    """
    key = normalise_number(text)
    if not any(char.isdigit() for char in key) or is_version(text):
        return ()
    bare = re.sub(r"^[a-z.]+(?=[0-9])", "", key)
    return (key,) if bare == key or len(bare) < len("0.0") else (key, bare)


def is_number_like(text: str) -> bool:
    """Whether the whole text looks like a document's number: short, with a digit, and no date."""
    text = _plain(text[: 2 * _MAX_NUMBER_CHARS]).strip()
    if not text or len(text) > _MAX_NUMBER_CHARS or parse_date(text) or _FILE_NAME.fullmatch(text):
        return False
    words = text.strip("<>()[]").split()
    is_serial = [_SERIAL.fullmatch(word.strip(",:;#<>")) is not None for word in words]
    return any(is_serial) and all(
        serial or _goes_with_number(word) for word, serial in zip(words, is_serial, strict=True)
    )


def _goes_with_number(word: str) -> bool:
    """Whether a word may stand beside a number and be part of it: `No.`, `Policy`, `BOD`."""
    return (
        word.strip(".#:,-").casefold() in _GENERIC | _SERIES
        or _ACRONYM.fullmatch(word.strip(".,-")) is not None
        or word in {"#", "-"}
    )


def read_number(text: str) -> str | None:
    """Return the document number that the whole text is, without words such as `Policy No.`.

    Args:
        text: For example `Interim Policy No. 10074.1` (gives `10074.1`) or `BOD 16-01` (kept).

    Returns:
        The number as printed, blanks set right; None where the text is no number.
    """
    if not is_number_like(text):
        return None
    words = _plain(text).replace("#", " ").split()
    words = [word.strip(",:;<>[]()") for word in words]
    last_generic = max(
        (place for place, word in enumerate(words) if word.strip(".").casefold() in _GENERIC),
        default=-1,
    )
    kept = [word for word in words[last_generic + 1 :] if word not in {"", "-"}]
    number = " ".join(kept).strip(" .-")
    return number if any(char.isdigit() for char in number) else None


def number_tokens(text: str) -> list[str]:
    """Return what looks like document numbers inside running text, in reading order.

    Dates and bare small figures are left out; the text is looked at as far as 10,000 characters.
    """
    text = _DASHES.sub("-", text[:10_000])
    taken = deque((start, end) for start, end, _ in find_dates(text))
    found: list[str] = []
    for match in _NUMBER_TOKEN.finditer(text):
        while taken and taken[0][1] <= match.start():
            taken.popleft()
        if taken and taken[0][0] < match.end():
            continue
        number = read_number(match[0])
        if number and (len(number) > len("99") and re.search(r"[A-Za-z.\-/]", number)):
            found.append(number)
    return found


_JOINERS = " \t\r\n\u2014\u2013-:;,.|"
_ISSUED = re.compile(
    r"(?<![\s,;(])[\s,;(]*\b(?:issued|dated|date|of|on|effective)\b[\s:]*$",
    re.IGNORECASE,
)
_MAX_REFERENCE_CHARS = 2_000  # the rest of a longer mention is kept in the text alone
_MAX_NUMBER_WORDS = 6  # "DHS Interim General Order No. 5"


def _cut_date(text: str) -> tuple[date | None, str]:
    """Return the date of a mention and what the rest; the date leads, ends or is bracketed."""
    lead = leading_date(text)
    if lead:
        return lead[1], text[lead[0] :].strip(_JOINERS)
    dates = find_dates(text)
    if not dates:
        return None, text
    start, end, day = dates[-1]
    behind = text[end:].strip(" ).;,]")
    before = text[:start]
    marked = _ISSUED.search(before)
    bracketed = before.rstrip().endswith(("(", "["))
    separated = before.rstrip().endswith((",", "\u2014", "\u2013", " -", ";"))
    if behind or not (marked or bracketed or separated):
        return None, text
    before = before[: marked.start()] if marked else before
    return day, before.rstrip(_JOINERS + "([")


def _cut_number(text: str) -> tuple[str | None, str]:
    """Return the number a mention begins with and what is left of it: the title, or nothing."""
    words = text.split()
    best: tuple[str | None, str] = (None, text)
    for count in range(1, min(len(words), _MAX_NUMBER_WORDS) + 1):
        head = " ".join(words[:count])
        rest = " ".join(words[count:])
        number = read_number(head.rstrip(_JOINERS))
        bare = head.isdigit()  # "2008 Detention Standards" is a title
        ended = not rest or head.endswith((",", ":", ";")) or rest[0] in '\u2014\u2013-:"\u201c(,'
        if number and (ended or not (bare or rest[0].islower())):
            best = (number, rest.strip(_JOINERS + '"“”()'))
        if number and ended:
            break
    return best


def parse_reference(text: str) -> Reference:
    """Return the mention of another document, taken apart as far as it can be.

    `Jan 22, 2004 — Case Load Priority` has a date and a title; `Interim Policy No. 10074.1` and
    `BOD 16-01` have a number; `BOD 16-01, Securing High Value Assets (June 9, 2016)` has all
    three. Anything else, for example a document's id or its title, is kept in `text` alone.

    Args:
        text: A mention as it was written.

    Returns:
        The reference; `doc_id` is left open, since only a library knows its ids.
    """
    shown = " ".join(text.split())
    issued, rest = _cut_date(shown[:_MAX_REFERENCE_CHARS])
    number, title = _cut_number(rest)
    if issued is None and number is None:
        return Reference(text=shown)
    return Reference(text=shown, number=number, issued=issued, title=title or None)
