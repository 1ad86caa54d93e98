"""Acts: papers that open with their kind, number and day, and then say what they are about.

`Executive Order 14135 of January 3, 2025`, `RESOLUÇÃO Nº 4.753, DE 26 DE SETEMBRO DE 2019`,
`BY-LAW NO. 5927-07`; what follows is the title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from droindex.metadata.dates import leading_date
from droindex.metadata.infer.head import is_date_line, is_issuer
from droindex.metadata.keys import squash

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from droindex.metadata.infer.head import Head
    from droindex.pages import Page

__all__ = ["Act", "act_title", "read_act", "short_title"]

_KINDS = (
    r"(?:executive order|presidential memorandum|proclamation|by-?law|ordinance|act|resolution|"
    r"regulations?|directive|decision|decree|guidelines?|recommendations?|opinion|circular|"
    r"statutory instrument|(?:special )?publication|resoluci[óo]n|resolu[çc][ãa]o|ley|lei|"
    r"decreto(?:[- ](?:ley|lei|supremo|legislativo|ejecutivo|real))?|real decreto|acuerdo|acordo|"
    r"ordenanza|portaria|instrução normativa|orden|richtlinie|verordnung|satzung|erlass|gesetz|"
    r"dienstanweisung|dienstvereinbarung|arrêté|décret|loi|décision|règlement|délibération|"
    r"circulaire|uchwała|zarządzenie|rozporządzenie|ustawa)"
)
_NUMBER = (
    r"(?P<number>[0-9][0-9A-Za-z]{0,5}(?:[./\-\u2013_][0-9A-Za-zÁ-Ú]{1,8}){0,4}"
    r"|[IVXLCDM]{1,7} of [12][0-9]{3})"
)
_ACT = re.compile(
    rf"(?P<kind>(?:[\w.()/&-]+ ){{0,3}}?{_KINDS})(?: [A-ZÁ-Ú]{{2,6}})?s? ?"
    r"(?:\((?P<union>EU|EC|UE|EG|CE)\) ?)?"
    r"(?P<sign>(?:no|nr|n[\u00ba\u00b0o]|núm|number|num|numer|№)(?![a-z])\.?:? ?|# ?)?"
    rf"{_NUMBER}"
    r"(?P<rest>,? (?:of|de|del|du|vom|z dnia|dated) .{4,80}|,? [0-9]{4})?[.:]?",
    re.IGNORECASE,
)
_DAY = re.compile(r",? (?:of|de|del|du|vom|z dnia|dated) ", re.IGNORECASE)
_LINES = 24  # of page one: further down an act is cited
_OPENS = re.compile(
    r"(?:being )?an? (?:by-?law|act|ordinance)\b|(?:dispõe|aprov[ae]|aprueban?|establece|"
    r"estabelece|altera|modific[ao]n?|regulamenta|institui|define|fija|portant|relatif|"
    r"relative|w sprawie)\b",
    re.IGNORECASE,
)
_PREAMBLE = re.compile(
    r"(?:by the (?:authority|president)|whereas|having regard|in exercise|pursuant|considering|"
    r"visto|vistos|considerando|el (?:president|congreso|superintend|director|ministr)|"
    r"la (?:president|ministr|directora)|o (?:banco|president|conselho|diretor|ministr)|"
    r"a diretoria|le (?:président|ministre|premier|conseil|directeur)|vu\b|der |die |das |aufgrund|"
    r"auf grund|the (?:council|european|president|minister|corporation)|na podstawie|text with)",
    re.IGNORECASE,
)
_MAX_TITLE_LINES = 6
_MAX_TITLE_CHARS = 400


@dataclass(frozen=True, slots=True)
class Act:
    """What the first line of an act says.

    Attributes:
        number: As printed.
        place: Index of its line among those of the head.
        is_signed: Whether a sign such as `No.` stands before the number.
        day: The day that it names, and its text; None where it names none.
    """

    number: str
    place: int
    is_signed: bool
    day: tuple[str, date] | None


def read_act(head: Head) -> Act | None:
    """Return the act that a paper opens with; None where it is none.

    Args:
        head: The head of the document.
    """
    for place in range(head.running, min(len(head.lines), head.running + _LINES)):
        line = head.lines[place]
        found = _ACT.fullmatch(line)
        if found is None:
            continue
        day = _day_of(found["rest"] or "")
        if day is None and found["rest"] and not _is_of_body(found["rest"]):
            continue
        below = head.lines[place + 1] if place + 1 < len(head.lines) else ""
        day = day or _day_of(f" {below}")
        number = found["number"].replace("\u2013", "-")
        if not found["sign"] and not found["union"] and not day and number.isdigit():
            continue  # `Directive 5`, which other forms read
        return Act(number, place, bool(found["sign"] or found["union"]), day)
    return None


def _is_of_body(rest: str) -> bool:
    """Whether words behind a number name who made the act: `OF THE COUNCIL`."""
    words = rest.strip(", ").split()
    is_named = all(word[0].isupper() or word in {"of", "the", "and"} for word in words)
    return is_named and " ".join(words[:2]).casefold() == "of the"


def _day_of(rest: str) -> tuple[str, date] | None:
    """Return the day in what stands behind a number: its text and itself."""
    lead = _DAY.match(rest)
    if lead is None:
        return None
    text = rest[lead.end() :]
    found = leading_date(text)
    return (text[: found[0]].strip(), found[1]) if found else None


def act_title(head: Head, act: Act, sizes: dict[str, float]) -> tuple[str, float] | None:
    """Return the title below the first line of an act, with how sure it is; None without one.

    Args:
        head: The head of the document.
        act: What `read_act` returned.
        sizes: The size of the type by squashed line.
    """
    lines = list(head.lines[act.place + 1 : act.place + 2 + _MAX_TITLE_LINES])
    while lines and (is_date_line(lines[0]) or _day_of(f" {lines[0]}")):
        lines.pop(0)
    if not lines or _PREAMBLE.match(lines[0]) or is_issuer(lines[0]):
        return None
    opens = bool(_OPENS.match(lines[0]))
    if not opens and act.day is None:
        return None
    title = " ".join(_title_lines(lines, sizes))
    if lines[0][0].islower():  # `on the protection of persons` goes on from the line above
        title = " ".join((*head.lines[act.place : head.lines.index(lines[0])], title))
    return (title, 0.84) if len(title) <= _MAX_TITLE_CHARS else None


def _title_lines(lines: Sequence[str], sizes: dict[str, float]) -> list[str]:
    """Return the lines of a title: as far as its sentence, its size, or the preamble."""
    size = sizes.get(squash(lines[0]), 0.0)
    kept = [lines[0]]
    for line in lines[1:]:
        other = sizes.get(squash(line), 0.0)
        is_other_size = bool(size and other) and abs(size - other) > size / 12
        if kept[-1].endswith((".", ";")) or is_other_size or _PREAMBLE.match(line.lstrip("(")):
            break
        kept.append(line)
    return kept[:_MAX_TITLE_LINES]


_SHORT_TITLE = re.compile(
    r"\b(?:this|the present) (?:act|ordinance|by-?law|code|regulations?|order|law|measure|decree) "
    r"(?:may|shall|can)(?: be)?(?: cited| called| known| referred to)+(?: for all purposes)? "
    r"(?:as )?(?:the |be )?[\"\u201c\u2018']{0,2}"
    r"(?P<title>[A-Z][\w(](?:[^.;:\"\u201c\u201d]|(?<=\b[A-Z])\.){3,140}?)"
    r"(?=[\"\u201d\u2019;:]|(?<!\b[A-Z])\.| and (?:shall|is)\b)",
    re.IGNORECASE,
)
_SHORT_PAGES = 3  # the first: a short title stands in section 1
_SHORT_CHARS = 6_000
_SAYS = ("cited", "called", "known")


def short_title(pages: Sequence[Page]) -> str | None:
    """Return the short title that an act gives itself: `This Act may be cited as the …`.

    Args:
        pages: The pages of the document.
    """
    for page in pages[:_SHORT_PAGES]:
        text = page.text[:_SHORT_CHARS]
        if not any(word in text for word in _SAYS):
            continue
        found = _SHORT_TITLE.search(" ".join(text.split()))
        if found and found["title"][0].isupper():
            return found["title"].strip(" ,'\u2018\u2019")
    return None
