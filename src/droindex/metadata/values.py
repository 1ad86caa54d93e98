"""Document numbers, and mentions of other documents, as people write them."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from droindex.metadata.dates import date_readings, find_dates, leading_date, parse_date
from droindex.metadata.keys import plain_dashes, plain_text
from droindex.metadata.partial import split_part
from droindex.model import DateOrder, Reference

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "GENERIC_WORDS",
    "is_number_like",
    "is_version",
    "is_web_address",
    "normalise_number",
    "number_keys",
    "number_tokens",
    "parse_reference",
    "read_number",
]

GENERIC_WORDS = frozenset(  # they make no difference to a number
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
_MAX_ADDRESS_CHARS = 2_000  # what every browser takes
_NO_ADDRESS = re.compile(r'[\s\\"<>^`{|}]')  # RFC 3986, section 2: what no address holds


def is_web_address(text: str) -> bool:
    """Whether a text is the address of a page on the web, as a whole.

    Args:
        text: The text, without blanks around it.

    Example:
        >>> is_web_address("https://example.org/7-2.pdf"), is_web_address("javascript:alert(1)")
        (True, False)
    """
    if len(text) > _MAX_ADDRESS_CHARS or not text.isprintable() or _NO_ADDRESS.search(text):
        return False
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port or a bracket that is none
        return False
    return has_host and parts.scheme in {"http", "https"}


def normalise_number(text: str) -> str:
    """Return the key by which numbers are compared.

    Case, width, kinds of hyphen, blanks, and words such as `No.` or `Directive` make no
    difference; `BOD-16-01` and `BOD 16-01` have the same key, `11-4` and `1-14` have not.

    Args:
        text: A number as it was written.

    Returns:
        The key; empty where nothing is left of the text.
    """
    text = plain_text(text[: 8 * _MAX_NUMBER_CHARS]).casefold().replace("#", " ")
    words = re.findall(r"[^\s,;:()<>\[\]\"“”']+", text)
    kept = [word for word in words if word.strip(".-") not in GENERIC_WORDS]
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
    text = plain_text(text[: 2 * _MAX_NUMBER_CHARS]).strip()
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
        word.strip(".#:,-").casefold() in GENERIC_WORDS | _SERIES
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
    words = plain_text(text).replace("#", " ").split()
    words = [word.strip(",:;<>[]()") for word in words]
    last_generic = max(
        (place for place, word in enumerate(words) if word.strip(".").casefold() in GENERIC_WORDS),
        default=-1,
    )
    kept = [word for word in words[last_generic + 1 :] if word not in {"", "-"}]
    number = " ".join(kept).strip(" .-")
    return number if any(char.isdigit() for char in number) else None


def number_tokens(text: str) -> list[str]:
    """Return what looks like document numbers inside running text, in reading order.

    Dates and bare small figures are left out; the text is looked at as far as 10,000 characters.
    """
    text = plain_dashes(text[:10_000])
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


def _cut_date(text: str, order: DateOrder | None) -> tuple[date | None, str]:
    """Return the date of a mention and what the rest; the date leads, ends or is bracketed."""
    lead = leading_date(text, order)
    if lead:
        return _certain(text[: lead[0]], lead[1], order), text[lead[0] :].strip(_JOINERS)
    dates = find_dates(text, order)
    if not dates:
        return None, text
    start, end, day = dates[-1]
    behind = text[end:].strip(" ).;,]")
    before = text[:start].rstrip(' "\u201d')
    marked = _ISSUED.search(before)
    bracketed = before.rstrip().endswith(("(", "["))
    separated = before.rstrip().endswith((",", "\u2014", "\u2013", " -", ";"))
    if behind or not (marked or bracketed or separated):
        return None, text
    before = before[: marked.start()] if marked else before
    return _certain(text[start:end], day, order), before.rstrip(_JOINERS + "([")


def _certain(written: str, day: date, order: DateOrder | None) -> date | None:
    """Return the day; None where its figures may be another one and no order decides."""
    return None if order is None and len(date_readings(written)) > 1 else day


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


def parse_reference(text: str, order: DateOrder | None = DateOrder.MONTH_FIRST) -> Reference:
    """Return the mention of another document, taken apart as far as it can be.

    `Jan 22, 2004 — Case Load Priority` has a date and a title; `Interim Policy No. 10074.1` and
    `BOD 16-01` have a number; `BOD 16-01, Securing High Value Assets (June 9, 2016)` has all
    three. `11032.2 (section 3 only)` means a part. Anything else, for example a document's
    id or its title, is kept in `text` alone.

    Args:
        text: A mention as it was written.
        order: Of day and month, where its date is in figures; None where it is not known: then a
            date that may be two days is left in `text` alone.

    Returns:
        The reference; `doc_id` is left open, since only a library knows its ids.
    """
    shown = " ".join(text.split())
    part, whole = split_part(shown)
    issued, rest = _cut_date(whole[:_MAX_REFERENCE_CHARS], order)
    number, title = _cut_number(rest)
    if issued is None and number is None:
        return Reference(text=shown, part=part)
    return Reference(text=shown, number=number, issued=issued, title=title or None, part=part)
