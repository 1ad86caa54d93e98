"""What a line of a page looks like by itself: a heading, an item, an entry of a list, prose."""

from __future__ import annotations

import re

__all__ = [
    "DIVISION_NAMES",
    "ITEM",
    "contents_title",
    "ends_sentence",
    "entry_key",
    "is_division",
    "is_furniture",
    "is_leader",
    "is_numbered_heading",
    "is_page_name",
    "is_plain_heading",
    "is_prose",
    "is_reference_title",
    "is_row",
]

_MAX_ENTRY = 110  # characters of an entry or a heading
_MAX_HEADING = 90
_MAX_HEADING_WORDS = 12
_PROSE_WORDS = 7
_MIN_PROSE = 30  # characters of seven words
_JUDGED = 150  # characters of a line that are looked at
_PROSE_SHARE = 0.6  # of the words begin with a small letter; titles have half of them at most
_GERMAN_SHARE = 0.4  # the same of German, whose nouns begin with a capital
_GERMAN = frozenset(
    ["der", "die", "das", "den", "dem", "des", "und", "ist", "sind", "wird", "werden", "nicht"]
)
_MIN_KEY = 4  # letters
_MIN_LEADER = 6  # characters; fewer dots are a pause
_MAX_PAGE_NUMBER = 12  # characters after the dots

ITEM = re.compile(
    r"(?:[•▪◦‣●○■□➢➤✓·*Ɣ–—-]|o(?= [A-Z])|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\(\w{1,4}\))"
    r"\s+\S"
)
_LEADERS = re.compile(r"(?:\.\s?){4,}|(?:\.\s){3,}(?=\d{1,4}$)|…{2,}|(?:_\s?){5,}(?=\s*\d{1,4}$)")
_RULE = re.compile(r"[\W_]*$")
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|pg\.?)?\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?\W*$", re.IGNORECASE
)
_PAGE_OF = re.compile(
    r"\bpage\s+(?:\d{1,4}(?:\s+of\s+\d{1,4})?\b|[ivxl]{1,6}$)|\bSAMPLE\b.*\bnot an official\b",
    re.IGNORECASE,
)
_NUMBER_AND_DATE = re.compile(
    r"[A-Z0-9][\w.-]*(?: [A-Z0-9][\w.-]*)?\s+"
    r"(?:[A-Z][a-z]+ \d{1,2}, \d{4}|\d{1,2} [A-Z][a-z]+ \d{4})$"
)
_WORDS = re.compile(r"[^\W_]+")
# Of English, and of the languages that front matter is read in.
DIVISION_NAMES = (
    r"(?i:chapter|section|sec\.|article|appendix|part|annex|attachment|enclosure|title|exhibit|action"
    r"|step|kapitel|abschnitt|teil|artikel|anlage|anhang|chapitre|titre|partie|annexe|t[íi]tulo"
    r"|cap[íi]tulo|secci[óo]n|anexo|disposici[óo]n|parte)"
)
_DIVISION_ALONE = re.compile(DIVISION_NAMES + r"\s+(?:\d|[IVXL]{1,6}\b|[A-Z]\b)")
# `13.3`, and the number of the document in front of it: `300.4.1`, but no sum of money (`300.00`);
# chapter and paragraph: `1-4.`, `B-3.`; the number of the document and two more: `2-52-3`.
_DOTTED = r"\d{1,2}(?:\.\d{1,3})+\.?|\d{3,4}(?:\.[1-9]\d?)+\.?"
_DASHED = r"(?:\d{1,2}|[A-Z])[-–]\d{1,3}\.|\d{1,3}[-–]\d{1,3}[-–]\d{1,3}\.?"
_NUMBERED = re.compile(
    rf"(?:(?:{DIVISION_NAMES}\s+[\w.-]{{1,8}}[.:)]?"
    rf"|§+\s?[\w.-]+|{_DOTTED}|(?P<dashed>{_DASHED})|(?P<bare>\d{{1,2}})\.?"
    r"|[IVXL]{1,6}\.|[A-Z]\.)(?:\s*[–—:-]\s*|\s+)|\d{1,2}(?:\.\d{1,3})+\.(?=[A-Z]))(?P<name>\S.*)$"
)
_SECTION_ALONE = re.compile(r"§+\s?\d{1,4}[a-z]?$")
_SHORT_DATE = re.compile(r"(?:0?[1-9]|1[0-2])[-–](?:0?[1-9]|[12]\d|3[01])[-–]\d{2}\.?$")
_CONTENTS_TITLE = re.compile(
    r"(?:detailed\s+)?(?:table\s+of\s+)?contents(?:\s+(?:page|list))?$|index(?:\s+of\s+\w+)?$"
    r"|list\s+of\s+(?:tables|figures|appendices|exhibits)$"
    r"|[^.]{0,40}(?:contains|comprised|consists)\b[^.]*(?:topics|sections|parts|chapters):?$",
    re.IGNORECASE,
)
_REFERENCE_TITLE = re.compile(
    r"(?:\W*\w{1,5}[.)]?\s+)?(?:references?|bibliography|works cited|authorities"
    r"|related (?:documents|policies|publications|directives|references))[\s:.]*$",
    re.IGNORECASE,
)
_CLOSERS = "\"'”’)]"
_OPEN_WORDS = frozenset(
    ["and", "or", "of", "the", "a", "an", "to", "in", "for", "by", "with", "from", "on", "at"]
)
_CELLS = re.compile(r"\S {2,}\S")
_LABEL_HEADING = re.compile(
    r"(?:purpose|policy|background|scope|definitions?|procedures?|discussion|responsibilities"
    r"|applicability|authority|general|summary|introduction|overview|order|effective date)\W*$",
    re.IGNORECASE,
)


def entry_key(line: str) -> str:
    """Return what a line says as an entry of a list: its words, without leaders and page number.

    Empty for a line that is too long for one, or says nothing.
    """
    if len(line) > _MAX_ENTRY + 80 or (line[:1].islower() and line[1:2] not in ".)"):
        return ""
    leaders = _LEADERS.search(line) if _may_lead(line) else None
    text = line[: leaders.start()].rstrip() if leaders else line
    if len(text) > _MAX_ENTRY:
        return ""
    key = _words_of(text)
    return key if len(key) > _MIN_KEY and any(map(str.isalpha, key)) else ""


def _words_of(text: str) -> str:
    if text.isascii() and text.replace(" ", "").isalpha():
        return text.lower()
    return " ".join(_WORDS.findall(text.lower()))


def ends_sentence(line: str, stops: str = ".!?:;") -> bool:
    """Whether a line ends with one of some stops, before closing quotes and brackets."""
    return line[-1:] in stops or line.rstrip(_CLOSERS)[-1:] in stops


def _may_lead(line: str) -> bool:
    return "..." in line or ". ." in line or "…" in line or "__" in line


def _goes_on(name: str) -> bool:
    """Whether what may be the name of a heading is a piece of a sentence, or a whole one."""
    return ends_sentence(name, ".;,:?!") or name[name.rfind(" ") + 1 :] in _OPEN_WORDS


def is_leader(line: str) -> bool:
    """Whether dots lead from an entry to its page number."""
    if not _may_lead(line):
        return False
    match = _LEADERS.search(line)
    if match is None or not any(map(str.isalpha, line)):
        return False
    if len(match.group().replace("…", "...")) < _MIN_LEADER:
        return False
    return len(line) - match.end() <= _MAX_PAGE_NUMBER


def is_furniture(line: str) -> bool:
    """Whether a line is a rule: no letter and no digit stands in it."""
    return not line[0].isalnum() and not line[-1].isalnum() and _RULE.match(line) is not None


def is_page_name(line: str) -> bool:
    """Whether a line at the edge of a page is its number, with or without what it belongs to."""
    if _PAGE_NUMBER.match(line) or _NUMBER_AND_DATE.match(line):
        return True
    return ("age" in line or "AGE" in line or "SAMPLE" in line) and _PAGE_OF.search(
        line
    ) is not None


def is_division(line: str) -> bool:
    """Whether a line begins with the name and the number of a chapter or the like."""
    return _DIVISION_ALONE.match(line) is not None


def contents_title(line: str) -> bool:
    """Whether a line stands above a list of contents."""
    return len(line) < _MAX_HEADING and _CONTENTS_TITLE.match(line) is not None


def is_reference_title(line: str) -> bool:
    """Whether a line stands above a list of references."""
    return len(line) < _MAX_HEADING and _REFERENCE_TITLE.match(line) is not None


def is_prose(line: str) -> bool:
    """Whether a line reads like a piece of a sentence, not like a title or a row."""
    if len(line) < _MIN_PROSE:
        return False
    words = line[:_JUDGED].split()
    if len(words) < _PROSE_WORDS:
        return False
    small = [word for word in words if word[0].islower()]
    if len(small) >= _PROSE_SHARE * len(words):
        return True
    return len(small) >= _GERMAN_SHARE * len(words) and not _GERMAN.isdisjoint(small)


def is_numbered_heading(line: str) -> bool:
    """Whether a line is a heading with its number: `13.3 Who may post`, `IV. POLICY`."""
    if len(line) > _MAX_HEADING:
        return False
    match = _NUMBERED.match(line)
    if match is None:
        is_alone = _SECTION_ALONE.match(line) is not None
        return is_alone or (line.count(" ") == 1 and is_division(line))
    if match["dashed"] and _SHORT_DATE.match(match["dashed"]):
        return False
    name = match["name"].rstrip()
    if not name[0].isupper() or len(name.split()) > _MAX_HEADING_WORDS or is_prose(name):
        return False
    if match["bare"] and any(map(str.isdigit, name)):  # a row of a table
        return False
    return not _goes_on(name) or name.isupper() or _LABEL_HEADING.match(name) is not None


def is_plain_heading(line: str, after: str, wide: int) -> bool:
    """Whether a line is a heading without a number, by what follows it.

    Args:
        line: The line, which begins something.
        after: The line below.
        wide: How long the long lines of the page are, in characters.
    """
    if len(line) > _MAX_HEADING or not line[0].isupper() or not after or after[0].islower():
        return False
    if _LABEL_HEADING.match(line):
        return True
    words = line.rstrip(":").split()
    if len(words) > _MAX_HEADING_WORDS or _goes_on(line.rstrip(":")):
        return False
    if line.isupper() and len(line) > _MIN_KEY:
        return not line.endswith(",")
    if any(map(str.isdigit, line)):  # more like a row
        return False
    is_short = len(line) <= max(24, wide * 2 // 3)
    return (
        is_short and (is_prose(after) or ITEM.match(after) is not None) and not line.endswith(":")
    )


def is_row(line: str) -> bool:
    """Whether a line is the row of a table whose cells are parted by two blanks or more."""
    return "  " in line and len(_CELLS.findall(line)) >= 1 and not is_prose(line)
