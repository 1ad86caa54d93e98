"""Numbers that stand with the title on one line, alone near the top, or in brackets behind it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.metadata.dates import find_dates, parse_date
from droindex.metadata.infer.head import (
    is_address,
    is_date_line,
    is_heading,
    is_issuer,
    is_prose,
    is_type_line,
)
from droindex.metadata.keys import squash

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.metadata.infer.head import Head

__all__ = ["code_offers", "file_numbers", "later_part", "numbered_titles"]

_LINES = 8  # below the running heads where a number and a title may share a line
_RUNNING = 8  # running heads that are looked at
_PARTS = r"[0-9]{1,5}[A-Z]?(?:[.\-][0-9]{1,5}[A-Z]?){1,3}"  # 12.545, 2-52, 7.1.2
_BEFORE = re.compile(  # but not a standard that the paper is about: `X.509 Certificate Policy`
    r"(?!(?:X\.[0-9]+|FIPS|ISO|IEC|IEEE|RFC|HSPD|CFR|USC|OMB)\b)"
    rf"(?P<number>(?:[A-Z]{{1,5}}[ .-]?)?(?:{_PARTS}|(?<=[A-Z][ .-])[0-9]{{2,5}}|[0-9]{{3,5}}))"
    r"(?P<gap>\s?[:\u2013\u2014-]\s|\s)(?P<title>[A-Z][^\n]{3,90})"
)
_BEHIND = re.compile(rf"(?P<title>[A-Z][A-Za-z ,&'/-]{{3,80}}) (?P<number>{_PARTS})")
_KIND = re.compile(
    r"(?P<kind>policy|procedure|directive|order|instruction|standard|chapter|general order|"
    r"special order|sop|guideline)\s(?:no\.?\s)?(?P<number>(?:[A-Z]{1,4}[.-]?)?[0-9][\w.-]{0,12})"
    r"\s?[:\u2013\u2014-]\s(?P<title>[A-Z][^\n]{3,90})",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?:[A-Z]{2,6}(?:[./ -][A-Z]{2,6}){0,3}[./ -]?[0-9]{1,5}[A-Za-z]?(?:[./_-][0-9]{1,5}[A-Za-z]?"
    r"[0-9]{0,2}){0,3}(?: [0-9]{2,3})?|[0-9]{2,5}\.[0-9]{2,4}|[A-Z]-[0-9]{2}-[0-9]{1,3})"
)
_NO_CODE = re.compile(
    r"[A-Z]{2} [0-9]{5}(?:-[0-9]{4})?|[A-Z]+ [0-9]\.[0-9]|(?:PAGE|TLP|BOX|ROOM|TEL|FAX|ISO|CFR|USC|"
    r"JAN|FEB|MAR|APR|MAY|JUNE?|JULY?|AUG|SEPT?|OCT|NOV|DEC|VOL|NO|PART|TITLE|CHAPTER|ANNEX|"
    r"APPENDIX|VOLUME|BOOK|ISSUE|EDITION|TABLE|FIGURE|SECTION|ARTICLE|VERSION|REV|FY|ISBN|ISSN|"
    r"DOI|COVID|CALEA|LA|CA|NY|PO|REF|SAPD|FORM)\b.*"
)
_CODE_LINES = 8
_COVER_LINES = 24
_SECTION = re.compile(
    r"(?:purpose|scope|introduction|background|definitions?|general|overview|policy|applicability)\b"
    r"(?:$|[,;&:]| and | statement)",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(
    r".{4,90}\((?P<number>[A-Z]{2,6}[ -]?[0-9]{2,5}(?:[.-][0-9]{1,4}){0,2})\)"
)
_FOLLOWED = re.compile(
    r"(?P<number>[A-Z]{2,4}[0-9]{2}/[0-9]{1,3})(?:\s?[:\u2013\u2014-])?\s[A-Z].{3,90}"
)  # `PS21/3 Outsourcing of Services`
_TWICE = re.compile(  # a number in two languages: `SOR/2018-66 DORS/2018-66`
    r"(?P<number>[A-Z]{2,5}[ /-](?P<serial>[0-9]{2,4}[-/][0-9]{1,4})) [A-Z]{2,5}[ /-](?P=serial)"
)
_ON = re.compile(
    r"(?:guidelines?|recommendations?|opinion|directive|regulation|decision|richtlinie|circular) "
    r"(?P<number>[0-9]{1,4}/[0-9]{2,4})(?: on\b| concerning\b| regarding\b| zu\b| \u00fcber\b|"
    r" sobre\b| relative?\b|$)",
    re.IGNORECASE,
)
_FILE = re.compile(  # the registry's: `GH/LAW/3-B/CIR/2025/60`, with a day behind it or none
    r"(?P<number>[A-Z][\w.&()-]{0,15}(?: ?/ ?[\w.&()-]{1,15}){2,8}/[0-9]{1,6})"
    r"(?P<rest>(?: .{4,40})?)"
)
_OF_PERIODICAL = re.compile(  # `No. 4/21 Official Journal`
    r"(?:no|nr|n[\u00ba\u00b0])\.? ?(?P<number>[0-9]{1,4}/[0-9]{2,4})(?P<rest> .{4,})",
    re.IGNORECASE,
)
_ROMAN = r"(?=[IVXLC]{2})C{0,3}(?:X[LC]|L?X{0,3})(?:I[XV]|V?I{0,3})"  # to 399; not `Civil`, `ILL`
_LATER_PART = re.compile(
    r"(?P<word>(?i:chapter|part|appendix|annex|section)) "
    rf"(?!(?:1|I|A)\b)(?P<own>[0-9]{{1,3}}|[A-Z]|{_ROMAN})(?![\w-])(?:$|\. (?=[A-Z]))"
)


def file_numbers(head: Head) -> Iterator[tuple[str, float]]:
    """Yield the numbers of a registry, and those of a periodical in its running heads.

    Args:
        head: The head of the document.
    """
    for place, line in enumerate(head.lines[: head.running + _CODE_LINES]):
        found = _FILE.fullmatch(line)
        rest = found["rest"].strip(" ,") if found else ""
        if found and (not rest or is_date_line(rest)) and not parse_date(found["number"]):
            yield re.sub(r" ?/ ?", "/", found["number"]), 0.6 - place / 1_000
        found = _OF_PERIODICAL.fullmatch(line) if place < head.running else None
        if found and not is_address(line):
            yield found["number"], 0.5 - place / 1_000


def numbered_titles(head: Head) -> Iterator[tuple[str, str, float]]:
    """Yield numbers and titles that share a line, with how sure they are.

    Args:
        head: The head of the document.
    """
    alone = {squash(line) for line in head.lines}
    for place in range(min(len(head.lines), head.running + _LINES)):
        line = head.lines[place]
        if _RUNNING <= place < head.running or find_dates(line):
            continue
        for form in (_KIND, _BEFORE, _BEHIND):
            found = form.fullmatch(line)
            if found is None:
                continue
            title, number = found["title"].strip(), found["number"]
            is_known = squash(title) in alone  # the title stands by itself, too
            if not _is_title(title, is_known=is_known) or parse_date(number):
                continue
            is_bare = form is _BEFORE and number.isdigit()  # or it is of a street
            if (form is _BEHIND or is_bare) and not is_known:
                continue
            yield (
                number,
                title,
                _sureness(found, is_running=place < head.running, is_known=is_known),
            )
            break


def _sureness(found: re.Match[str], *, is_running: bool, is_known: bool) -> float:
    """Return how sure a number is that shares its line with a title."""
    if found.re is _KIND:
        return 0.7
    figures = sum(map(str.isdigit, found["number"]))
    return (0.62 if is_known or figures > len("1.1") - 1 else 0.5) - 0.02 * is_running


def _is_title(title: str, *, is_known: bool) -> bool:
    """Whether the words behind a number are a title and not those of a section's heading."""
    others = (is_heading, is_prose, is_address, is_issuer, is_type_line, _SECTION.match)
    is_whole = is_known or " " in title
    return is_whole and _is_set_as_title(title) and not any(is_other(title) for is_other in others)


def _is_set_as_title(title: str) -> bool:
    """Whether all words but the small ones begin with a capital."""
    words = (word for word in title.split() if word[0].isalpha())
    return title.isupper() or all(word[0].isupper() or len(word) <= len("with") for word in words)


def code_offers(head: Head) -> Iterator[tuple[str, float]]:
    """Yield numbers that stand alone on a line near the top, before a title or in brackets.

    Args:
        head: The head of the document.
    """
    last = head.running + (_COVER_LINES if head.is_cover else _CODE_LINES)
    for place, line in enumerate(head.lines[:last]):
        if _RUNNING <= place < head.running:
            continue
        sure = (0.5 if place < head.running else 0.58) - place / 1_000
        if _CODE.fullmatch(line) and not _NO_CODE.fullmatch(line) and not parse_date(line):
            yield line, sure
        elif found := _FOLLOWED.fullmatch(line) or _TWICE.fullmatch(line) or _ON.match(line):
            yield found["number"], sure + 0.1
        elif place < head.running + 3 and (found := _IN_BRACKETS.fullmatch(line)):
            yield found["number"], 0.45


def later_part(head: Head) -> tuple[str, str] | None:
    """Return number and whole line of the part that a paper opens with; None of a first part.

    A paper that opens with the first part of a whole is the whole.

    Args:
        head: The head of the document.
    """
    for line in head.lines[head.running : head.running + _LINES]:
        if match := _LATER_PART.match(line):
            return f"{match['word'].capitalize()} {match['own']}", line
    return None
