"""Single facts of a header: the number, the dates, the kind, the banner, who signed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.metadata.infer.head import is_date_line, is_issuer, is_prose, is_type_line, tidy
from droindex.metadata.infer.scan import mend_scan
from droindex.metadata.values import find_dates, leading_date, parse_date, read_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from droindex.extract.protocol import Extraction
    from droindex.metadata.infer.head import Head
    from droindex.metadata.infer.labels import Found

__all__ = [
    "date_offers",
    "is_sensitive",
    "kind_of",
    "number_offers",
    "signatory_offers",
    "status_of",
]


def take_number(text: str) -> str | None:
    """Return the document number that a text begins with; None where it begins with none."""
    text = mend_scan(re.sub(r"(?<=[0-9]) ?/ ?(?=[0-9])", "/", text.strip(" <>[]#:.\u2014\u2013-")))
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
    r"notice|bulletin|guideline|circular|regulation|manual))s?\s?(?:no\.?|number|#|:)?\s?"
    r"[\u2014\u2013:-]?\s?(?P<number>(?:[A-Z]{1,8}[ .-]{0,2})?[0-9IlO][\w.\-/ ]{0,18})$",
    re.IGNORECASE,
)
_SERIES_NUMBER = re.compile(
    r"(?<![\w-])(?P<number>(?!TLP|HTTP|ILCS|CALEA|CFR|USC|ZIP|PAGE|DC|IL|HSPD|FIPS|OMB|ISO|NIST)"
    r"[A-Z]{2,8}[A-Za-z]?[ .-][0-9]{1,5}[A-Z]?(?:[.-][0-9A-Z]{1,6}){1,3})(?![\w-])"
)
_FIRST_SECTION = re.compile(
    r"(?P<number>[0-9]{2,5})\.1(?:\.0)?\s+(?:purpose|policy|scope|introduction|overview)\b",
    re.IGNORECASE,
)


def number_offers(head: Head, found: Sequence[Found]) -> Iterator[tuple[str, float]]:
    """Yield what may be the document's number, with how sure each is."""
    for item in found:
        if item.name == "number" and item.value:
            number = take_number(item.value)
            if number:
                yield number, 0.8 if item.is_apart else 0.95
    for place, line in enumerate(head.lines[:25]):
        line = re.sub(r" ?\([A-Z]{2,6} [\w.-]+\)$", "", line)  # noqa: PLW2901 - "(BOD 19-02)" again
        match = _KIND_NUMBER.fullmatch(mend_scan(line)) if not is_prose(line) else None
        number = read_number(match["number"].strip()) if match else None
        counted = number and number.isdigit() and len(number) < len("10")  # "Towing Policy - 1"
        if match and number and not counted and not parse_date(number):
            yield number, 0.75 if place < head.running else 0.88
    yield from _series_offers(head)
    for item in found:
        if item.name == "version" and item.value and item.place - head.running < _VERSION_LINE:
            match = re.match(r"v?\s?[0-9]+(?:\.[0-9]+)*", item.value)
            if match:
                yield f"Version {match[0].lstrip('vV ')}", 0.4


def _series_offers(head: Head) -> Iterator[tuple[str, float]]:
    """Yield numbers without a label: `CJCSI 3520.01C`, and `204` where section 204.1 is first."""
    for line in head.tail[:3]:
        match = _FIRST_SECTION.match(line)
        if match:
            yield match["number"], 0.65
    for place, line in enumerate(head.lines[:12]):
        match = _SERIES_NUMBER.search(line) if not is_prose(line) else None
        if match and (match.start() < len("J-3 ") + 1 or match.end() == len(line)):
            yield match["number"], 0.6 - place / 1000
    for line in head.lines[:40]:
        match = re.fullmatch(r"version:? v?(?P<number>[0-9]+(?:\.[0-9]+)*)", line, re.IGNORECASE)
        if match:
            yield f"Version {match['number']}", 0.35


_VERSION_LINE = 8  # further down it is the version of something else
_DATE_FIELDS = {
    "issued": (("issued", 0.95),),
    "both": (("issued", 0.95), ("effective", 0.95)),
    "date": (("issued", 0.8),),
    "effective": (("effective", 0.95),),
    "expires": (("expires", 0.9),),
}
_DATED = frozenset({*_DATE_FIELDS, "revised"})
_WEAK = re.compile(r"\W*(?:original|adopt|sign|dated|enacted|published)", re.IGNORECASE)
_OTHER_DAY = re.compile(
    r"\b(?:current|printed|revis|amend|review|updat|effective|force|archiv|copyright|expire|until|"
    r"rescind|supersed|modified|version [^,]*,|since|act|approved for)",
    re.IGNORECASE,
)
_IN_FORCE = re.compile(r"\b(?:in force|in effect|effective)\s(?:from|as of|on)?\s?", re.IGNORECASE)
_LAST_LINE_FOR_DATE = 16  # an unlabelled date of issue stands near the top
_MAX_LEAD = 30  # characters between a label and its date: "as of", "on or about"


def date_offers(head: Head, found: Sequence[Found]) -> Iterator[tuple[str, date, str, float]]:
    """Yield the dates of a head: field, day, the text as written, and how sure it is."""
    for item in found:
        label = head.lines[item.place] if item.place < len(head.lines) else ""
        for name, sure in _DATE_FIELDS.get(item.name, ()):
            lead = _first_date(item.value)
            if lead is None:
                continue
            weak = item.name == "issued" and _WEAK.match(label) and "release" not in label.lower()
            yield name, lead[1], lead[0], 0.7 if weak else sure - 0.1 * item.is_apart
    yield from _bare_dates(head, {item.place for item in found if item.name in _DATED})


def _first_date(value: str) -> tuple[str, date] | None:
    """Return the date a value begins with, as written and read."""
    lead = leading_date(value)
    if lead:
        return value[: lead[0]].strip(), lead[1]
    dates = find_dates(value[:100])
    if dates and dates[0][0] <= _MAX_LEAD:
        return value[dates[0][0] : dates[0][1]], dates[0][2]
    return None


def _bare_dates(head: Head, taken: set[int]) -> Iterator[tuple[str, date, str, float]]:
    """Yield dates that stand without a label: alone on a line, or behind the number."""
    above = ""
    last = len(head.lines) if head.is_cover else head.running + _LAST_LINE_FOR_DATE
    for place, line in enumerate(head.lines[:last]):
        dates = find_dates(line)
        before, above = above, line
        if len(dates) != 1 or place in taken or is_prose(line):
            continue
        start, end, day = dates[0]
        written = line[start:end]
        force = _IN_FORCE.search(line[:start])
        if force and force.end() == start:
            yield "effective", day, written, 0.75
            continue
        if _OTHER_DAY.search(line) or (is_date_line(line) and before.endswith(":")):
            continue
        alone = is_date_line(line.strip("()[] "))
        behind = end == len(line) and _ends_header(line[:start])
        if alone or behind:
            sure = (0.65 if alone else 0.6) - (0.1 if place < head.running else 0.0)
            yield "issued", day, written, sure


def _ends_header(before: str) -> bool:
    """Whether what stands before a date on its line is a number or a list, not a sentence."""
    before = before.strip(" ,|\u2014\u2013-")
    number = read_number(before.rsplit(" ", 1)[-1]) if before else None
    return bool(number) or (":" in before and before.upper() == before)


_KINDS = {
    "general order": "General Order",
    "special order": "Special Order",
    "standard operating procedure": "Standard Operating Procedure",
    "binding operational directive": "Binding Operational Directive",
    "emergency directive": "Emergency Directive",
    "administrative order": "Administrative Order",
    "directive": "Directive",
    "instruction": "Instruction",
    "memorandum": "Memorandum",
    "policy": "Policy",
    "guidance": "Guidance",
    "manual": "Manual",
    "handbook": "Handbook",
    "guide": "Guide",
    "procedure": "Procedure",
    "notice": "Notice",
    "bulletin": "Bulletin",
    "memorandum of agreement": "MOA",
    "memorandum of understanding": "MOU",
    "delegation of authority": "Delegation",
    "delegation": "Delegation",
    "order": "Order",
}
_BETWEEN = " :#\u2014\u2013-"  # signs between the kind and the number
_MAX_KINDS = 2  # more on neighbouring lines are the tick-boxes of a form


def kind_of(head: Head, found: Sequence[Found]) -> tuple[str, float] | None:
    """Return what kind of document it is, with how sure that is; None where it is not said."""
    for item in found:
        if item.name == "doc_type" and item.value:
            return item.value, 0.85
    offers: list[str] = []
    for line in head.lines[:20]:
        if is_prose(line):
            continue
        text = line.casefold().rstrip(_BETWEEN)
        ending = next((word for word in ("number", "no.", "no") if text.endswith(word)), "")
        text = text.removesuffix(ending).rstrip(_BETWEEN)
        match = _KIND_NUMBER.fullmatch(mend_scan(line))
        text = match["kind"].casefold().strip() if match else text
        memo = re.match(r"memorandum (?:for|to)\b|memorandum of (?:agreement|understanding)", text)
        kind = _KINDS.get(memo[0] if memo else text) or ("Memorandum" if memo else None)
        if kind and kind not in offers:
            offers.append(kind)
        if text.count("order") + text.count("directive") + text.count("notice") > 1:
            return None
    return (offers[0], 0.6) if offers and len(offers) <= _MAX_KINDS else None


_SENSITIVE = re.compile(
    # possessive: each piece ends where the next begins, so no other way to part them is tried
    r"[\W_]*+(?:(?:[A-Z](?=\s?/)|UNCLASSIFIED(?=\s?/)|(?:FOR )?OFFICIAL USE ONLY|FOUO|WARNING|"
    r"U)[\W_]*+)*+L ?A ?W {0,3}E ?N ?F ?O ?R ?C ?E ?M ?E ?N ?T {0,3}"
    r"S ?E ?N ?S ?I ?T ?I ?V ?E(?![a-z])(?P<rest>.*)"
)
_SHORT_MARK = re.compile(r"[\W_]*(?:(?:U|UNCLASSIFIED|FOUO|SBU)\s?/+\s?)+LES[\W_]*")
_EDGE = 3  # lines from the top and the bottom of a page where a banner stands


def is_sensitive(extraction: Extraction, found: Sequence[Found]) -> bool:
    """Whether a banner marks the document, or one of its pages, as law enforcement sensitive.

    A banner is a line in capitals of its own; a sentence that speaks of such documents is none.
    """
    for item in found:
        if item.name == "les" and item.value.casefold().startswith("yes"):
            return True
    lines = list(extraction.facts.running_lines)
    for place, page in enumerate(extraction.pages):
        own = [line for line in page.text[:20_000].splitlines() if line.strip()]
        lines += own if not place else own[:_EDGE] + own[-_EDGE:]
        lines += [line for line in page.text[-400:].splitlines() if line.strip()][-_EDGE:]
    return any(_is_banner(tidy(line)) for line in lines)


def _is_banner(line: str) -> bool:
    """Whether a line is a banner in capitals that names the marking."""
    if "SENSITIVE" not in line.replace(" ", ""):
        return bool(_SHORT_MARK.fullmatch(line))
    match = _SENSITIVE.fullmatch(line)
    if match:
        rest = re.sub(r"\b[Pp]age\b|\bof\b", "", match["rest"])
        return not any(char.islower() for char in rest)
    return False


_STATUS = {
    "current": "Current",
    "active": "Current",
    "superseded": "Superseded",
    "rescinded": "Rescinded",
    "archived": "Archived",
    "draft": "Draft",
}
_ARCHIVED = re.compile(r"the attached document has been archived\b", re.IGNORECASE)


def status_of(head: Head, found: Sequence[Found]) -> tuple[str, float] | None:
    """Return the status that a label or an archive's cover sheet states, with how sure it is."""
    for item in found:
        if item.name == "status":
            status = _STATUS.get(item.value.casefold().strip(" ."))
            if status:
                return status, 0.9
    if any(_ARCHIVED.match(line) for line in head.lines[:6]):
        return "Archived", 0.8
    return None


_RANK = re.compile(
    r"(?:(?:acting|deputy|assistant|associate|interim|principal|executive|under|field|first|vice)"
    r"[ ,]+)*(?:director|secretary|commissioner|chief|superintendent|sheriff|administrator|"
    r"chairman|attorney general|general counsel|inspector general|captain|commander|marshal)\b",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:(?:Dr|Mr|Ms|Mrs|Hon|Sgt|Lt|Capt|Cmdr|Chief|Asst|Gen|Col|Maj)\.? )*"
    r"(?:[A-Z][\w'\u2019-]+|[A-Z]\.)(?: (?:[A-Z][\w'\u2019-]+|[A-Z]\.|de|la|van|von)){1,4}"
    r"(?:,? (?:Jr|Sr|II|III|IV)\.?)?"
)
_MAX_NAME_CHARS = 60
_SIGNATURE_LINES = 14  # the last lines of a page, where a signature block stands


def _is_name(text: str) -> bool:
    """Whether a text looks like a person's name."""
    text = text.strip(" _,/").removeprefix("/s/").strip()
    return (
        len(text) <= _MAX_NAME_CHARS
        and bool(_NAME.fullmatch(text))
        and not is_issuer(text)
        and not is_type_line(text)
    )


def signatory_offers(extraction: Extraction, found: Sequence[Found]) -> Iterator[tuple[str, float]]:
    """Yield who may have signed the document: a guess, from a label or a signature block."""
    for item in found:
        if item.name == "signatory" and item.value:
            name = item.value.split(",", maxsplit=1)[0].strip(" _")
            if _is_name(name):
                yield name, 0.5
    for page in reversed(extraction.pages[-3:]):
        lines = [tidy(line) for line in page.text[-3_000:].splitlines() if line.strip()]
        lines = [line for line in lines if line.strip(" _")][-_SIGNATURE_LINES:]
        for above, line in zip(["", *lines], lines, strict=False):
            name, comma, rank = line.partition(",")
            if comma and _is_name(name) and _RANK.match(rank.strip()):
                yield name.strip(" _"), 0.45
            elif _RANK.match(line) and len(line) <= _MAX_NAME_CHARS and _is_name(above):
                yield above.strip(" _"), 0.4
