"""Labels of header blocks (`Policy Number:`, `ISSUE DATE`, `Rescinds:`) and their values.

Labels stand before their value, above it, two on a line, or all first with the values later;
scanned ones have stray blanks inside words. All of that is read here, field by field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from droindex.metadata.infer.head import (
    MAX_LINE_CHARS,
    is_date_line,
    is_noise,
    is_prose,
    is_type_line,
    squash,
)
from droindex.metadata.values import find_dates, is_number_like, number_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Found", "Mark", "find_marks", "read_labels"]

_ALIASES: dict[str, tuple[str, ...]] = {
    "title": (
        *("subject", "title", "topic", "policy title", "directive title", "order title", "re"),
        *("document title", "policy name", "policy subject", "sop title", "procedure title"),
    ),
    "number": (
        *("number", "no", "policy number", "policy no", "directive number", "directive no", "dir"),
        *("order number", "order no", "general order number", "general order no", "sop number"),
        *("special order number", "special order no", "administrative order number", "sop no"),
        *("document number", "document no", "instruction number", "instruction no", "index no"),
        *("reference number", "procedure number", "procedure no", "publication number", "sop"),
        *("proposal number", "memorandum number", "memo number", "bulletin number", "g.o"),
        *("directive", "policy", "general order", "special order", "administrative order"),
        *("notice number", "notice no", "circular number", "interim policy number", "control no"),
    ),
    "version": ("version", "version number", "edition"),
    "issued": (
        *("issue date", "issued date", "date issued", "date of issue", "issued", "issued on"),
        *("original release date", "release date", "publication date", "date published"),
        *("published", "original issue date", "original date", "date of issuance", "issuance date"),
        *("original", "originally issued", "adoption date", "date adopted", "adopted", "enacted"),
        *("date of original issue", "signed", "date signed", "dated"),
    ),
    "both": (
        *("original effective / issue date", "issue / effective date", "effective / issue date"),
        *("issued / effective", "issue date / effective date", "effective date / issue date"),
        *("date issued / effective", "issue and effective date", "issued and effective"),
    ),
    "date": ("date",),
    "effective": (
        *("effective date", "effective", "eff", "eff date", "date effective", "in force from"),
        *("implementation date", "effective as of", "effective on", "original effective date"),
        *("date of effect", "in effect from"),
    ),
    "revised": (
        *("revision date", "revision dates", "revised", "rev", "rev date", "revision", "amended"),
        *("date of last revision", "last revision", "last revised", "date revised", "revisions"),
        *("date of revision", "amendment date", "last updated", "updated", "update", "modified"),
        *("last modified", "date amended", "archive date", "printed", "printed on", "review date"),
        *("next review", "next review date", "last review", "last reviewed", "date reviewed"),
        *("reviewed / updated", "page reviewed / updated", "reviewed", "re-evaluation date"),
        *("reevaluation date", "review", "annual review", "current as of", "approval date"),
        *("previous revision", "date of last review", "last review date", "revised date"),
    ),
    "expires": ("expiration date", "expires", "expiry date", "sunset date", "expires on"),
    "supersedes": (
        *("supersedes", "superseded", "rescinds", "rescinded", "cancels", "cancelled", "canceled"),
        *("replaces", "replaced", "cancellation", "revokes", "this order rescinds", "rescission"),
        *("supersedes / cancels", "rescinds / supersedes", "superseded policy", "supersession"),
        *("this policy supersedes", "this order supersedes", "cancelled documents", "rescind"),
        *("this directive supersedes", "superseded documents", "supersede", "rescinds / amends"),
        *("amends / rescinds", "amends / supersedes", "supersedes / rescinds", "supercedes"),
    ),
    "amends": ("amends", "amended policy"),
    "superseded_by": ("superseded by", "replaced by", "rescinded by", "superseding document"),
    "signatory": (
        *("from", "authorized by", "authorised by", "approved by", "signed by", "issued by"),
        *("issuing authority", "approving authority", "signatory", "by order of", "approved"),
        *("authority", "auth"),
    ),
    "opi": (
        *("opi", "office of primary interest", "opr", "office of primary responsibility"),
        *("proponent", "proponent office", "responsible office", "originating office"),
        *("lead office", "policy owner", "originator", "office of responsibility"),
    ),
    "status": ("status", "document status", "policy status"),
    "doc_type": ("document type", "policy type", "type of document"),
    "les": ("les", "law enforcement sensitive"),
    "other": (
        *("to", "cc", "through", "thru", "via", "distribution", "reference", "references", "page"),
        *("reference standards", "applies to", "series", "series title", "series number", "pages"),
        *("topics / reference", "topics", "appendices", "reviewed by", "copies to", "url", "calea"),
        *("accreditation standards", "archive notes", "contact", "key words", "attachments"),
        *("fea number", "federal enterprise architecture number", "related policies", "section"),
        *("prepared by", "related directives", "chapter", "index as", "cross reference", "purpose"),
        *("telephone number", "phone number", "case number", "fax number", "application"),
        *("organization", "name", "e-mail address", "part number", "serial number", "file number"),
        *("department directive", "division directive", "notice", "legal notice", "addendum"),
        *("standards", "accreditation", "responsibility", "rank", "badge number", "category"),
    ),
}
_FIELDS = {squash(alias): name for name, aliases in _ALIASES.items() for alias in aliases}
_DATES = frozenset({"issued", "both", "date", "effective", "revised", "expires"})
_NUMBERS = frozenset({"number", "supersedes", "amends", "superseded_by"})
_SPREAD = 6  # letters; only labels this long may have stray blanks, or "Re" would be "R e"
_STRICT = frozenset({"dir", "directive", "policy", "generalorder", "specialorder", "sop", "go"})
_STRICT |= {"administrativeorder", "signed", "original", "review", "reviewed", "update", "dated"}
_STRICT |= {"to", "from", "re", "name", "section", "chapter", "purpose", "approved", "authority"}
_STRICT |= {"organization", "responsibility", "category", "page", "pages", "via", "through", "rank"}
_STRICT |= {"notice", "addendum", "published", "adopted", "title", "standards", "application"}
_STRICT |= {"status", "les", "version", "edition", "series", "auth", "contact", "proponent"}


def _alias_pattern(alias: str) -> str:
    """Return the pattern of one label: blanks may be missing, or stand inside its words."""
    gap = " ?" if sum(map(str.isalpha, alias)) >= _SPREAD else ""
    words = []
    for word in alias.split():
        if word == "/":
            words.append("(?:/|and|&)")
        else:
            words.append(gap.join(map(re.escape, word)))
    return " ?".join(words)


_LABEL = re.compile(
    r"(?<![\w'’])(?:"  # noqa: RUF001
    + "|".join(
        _alias_pattern(alias)
        for alias in sorted((a for group in _ALIASES.values() for a in group), key=len)[::-1]
    )
    + r")(?:\(s\))?(?![\w'’])(?P<mark>\.? ?#? ?(?:\([^()]{1,20}\) ?)?:|\.? ?#|\.(?= |$))?",  # noqa: RUF001
    re.IGNORECASE,
)
_ANY_LABEL = re.compile(r"[A-Z][\w /&.'()-]{1,80}:(?: |$)")
_FIRST_SIGN = re.compile(r"[^\W_]")
_MAX_LABELS = 200  # of a head; the fullest form has some 60, and each is looked up and joined
_MAX_CELLS = 14  # lines that may stand between a label and its value further down


@dataclass(frozen=True, slots=True)
class Mark:
    """A label on a line: its field, where it starts and ends, and whether a colon follows."""

    field: str
    start: int
    end: int
    is_marked: bool


@dataclass(slots=True)
class Found:
    """A label with its value.

    Attributes:
        name: The field that the label stands for.
        value: The value as it was written; empty while none was found.
        place: Index of the line that the value begins on.
        is_apart: True where the value stands apart from its label, so that it is less sure.
    """

    name: str
    value: str
    place: int
    is_apart: bool = False
    block: list[int] = field(default_factory=list)


def _has_labels_inside(line: str) -> bool:
    """Whether labels may stand anywhere in a line, not at its start alone."""
    return ":" in line or "#" in line or "date" in line.replace(" ", "").casefold()


def _label_matches(line: str) -> list[re.Match[str]]:
    """Return what looks like labels; in lines without a colon only where one may stand."""
    if _has_labels_inside(line):
        return list(_LABEL.finditer(line))
    first = _FIRST_SIGN.search(line)
    match = _LABEL.match(line, first.start()) if first else None
    return [match] if match else []


@lru_cache(maxsize=512)  # each line of a head is asked about by several readers
def find_marks(line: str) -> tuple[Mark, ...]:
    """Return the labels on one line, from left to right."""
    line = line[:MAX_LINE_CHARS]
    matches = _label_matches(line)
    followed = _followed(line, matches)
    marks: list[Mark] = []
    for place, match in enumerate(matches):
        at_start = not place and _is_bare(line[: match.start()])
        if _admits(line, match, at_start=at_start, is_followed=followed[place]):
            marks.append(
                Mark(_field(match)[0], match.start(), match.end(), is_marked=bool(match["mark"]))
            )
    if not marks and _ANY_LABEL.match(line):
        marks.append(Mark("any", 0, line.index(":") + 1, is_marked=True))
    return tuple(marks)


def _field(match: re.Match[str]) -> tuple[str, str]:
    """Return the field that a label stands for, and the label as a key."""
    key = squash(match[0].replace("(s)", ""))
    return _FIELDS.get(key) or _FIELDS.get(key.replace("and", ""), "other"), key


def _is_bare(text: str) -> bool:
    """Whether a text has neither letters nor figures."""
    return not any(char.isalnum() for char in text)


def _followed(line: str, matches: Sequence[re.Match[str]]) -> list[bool]:
    """Return for each label whether the rest of the line, read on its own, holds a label.

    It is worked out from the last label to the first, each time from what is known of the next:
    to read the rest anew for each would double the work with every label.
    """
    followed = [False] * len(matches)
    is_later = False  # whether a label behind the next one is admitted
    for place in reversed(range(len(matches))):
        end = matches[place].end()
        rest = line[end:].strip()
        found = _ANY_LABEL.match(rest) is not None
        if place + 1 < len(matches):
            following, goes_on = matches[place + 1], followed[place + 1]
            opens = _is_bare(line[end : following.start()])
            inside = _has_labels_inside(rest)
            found = found or (inside and is_later)
            if not found and (opens or inside):
                found = _admits(line, following, at_start=opens, is_followed=goes_on, begin=end)
            is_later = is_later or _admits(line, following, at_start=False, is_followed=goes_on)
        followed[place] = found
    return followed


def _admits(
    line: str, match: re.Match[str], *, at_start: bool, is_followed: bool, begin: int = 0
) -> bool:
    """Whether these words are a label here, and not part of a sentence or of a value.

    Args:
        line: The line.
        match: The words.
        at_start: Whether nothing that tells anything stands before them.
        is_followed: Whether a label stands behind them.
        begin: Where in the line the text begins that is looked at.
    """
    name, key = _field(match)
    rest = line[match.end() :].strip()
    marked = (match["mark"] or "").strip()
    if name == "number" and key in _STRICT and rest and not _starts_number(rest):
        return False
    if marked.endswith((":", "#")):
        return True
    if name == "number" and rest:
        return at_start and key not in _STRICT and _starts_number(rest)
    if not rest:
        return (at_start and key not in _STRICT) or (
            name in _DATES and " " in match[0].strip() and match[0].lower().count("date") > 0
        )
    if not at_start:
        return name in _DATES and "date" in key and is_followed
    if name in _DATES:
        dates = find_dates(rest[:40])
        return bool(dates) and dates[0][0] <= (0 if key in _STRICT else len("as of "))
    if name in {"supersedes", "amends"}:
        return bool(number_tokens(rest)) and not is_prose(line[begin:].strip())
    return name == "title" and match[0].isupper() and key in {"subject", "topic"}


def _starts_number(text: str) -> bool:
    """Whether a text begins with a document number."""
    return is_number_like(text.split(maxsplit=1)[0].strip(",;:<>()")) or is_number_like(
        " ".join(text.split()[:2]).strip(",;:<>()"),
    )


def _cells(line: str, marks: Sequence[Mark]) -> Iterator[tuple[str, str]]:
    """Return the fields of a line with what stands behind each label."""
    for place, mark in enumerate(marks):
        end = marks[place + 1].start if place + 1 < len(marks) else len(line)
        yield mark.field, line[mark.end : end].strip(" :|\t_\u2014\u2013").removeprefix("- ")


class _Walk:
    """One pass over the lines of a head: gathers labels, and hands later lines to empty ones."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.found: list[Found] = []
        self.waiting: list[Found] = []  # labels without a value since the last value
        self.last: Found | None = None

    def labels(self, place: int, marks: Sequence[Mark]) -> None:
        """Take a line that holds labels."""
        cells = [Found(name, text, place) for name, text in _cells(self.lines[place], marks)]
        self.found += cells
        if any(cell.value for cell in cells):
            self.waiting = []
        self.waiting += [cell for cell in cells if not cell.value]
        self.last = cells[-1] if cells[-1].value else None

    def value(self, place: int) -> None:
        """Take a line without labels: the value of a label above, a part of one, or neither."""
        line = self.lines[place]
        if is_prose(line):
            self.waiting, self.last = [], None
            return
        if self._continues(line):
            return
        taker = self._taker(line)
        if taker is None:
            for waiting in self.waiting:
                waiting.block.append(place)
            if self.waiting and len(self.waiting[0].block) > _MAX_CELLS:
                self.waiting = []
            return
        taker.value, taker.place, taker.is_apart = line, place, len(self.waiting) > 1
        self.waiting.remove(taker)
        self.last = taker

    def _continues(self, line: str) -> bool:
        """Whether the line goes on with the list of numbers or dates of the label above."""
        last = self.last
        if last is None or last.name not in _NUMBERS | {"revised"}:
            return False
        goes_on = last.value.rstrip().endswith((",", ";", "&", " and", " of", "/"))
        if last.name == "revised":
            goes_on = goes_on or is_date_line(line)
        if last.name == "number":
            goes_on = bool(re.match(r"(?:Add|Addendum|App|Appendix|Part|Vol)\b", line))
        if goes_on and (last.name == "revised" or any(char.isdigit() for char in line)):
            last.value = f"{last.value} {line}"
            return True
        return False

    def _taker(self, line: str) -> Found | None:
        """Return the waiting label whose kind of value the line is."""
        if is_date_line(line):
            kinds = _DATES
        elif is_number_like(line) or (is_noise(line) and line.isdigit()):
            kinds = _NUMBERS
        elif len(self.waiting) == 1 and self.waiting[0].name not in _DATES | {"number"}:
            return self.waiting[0]
        elif self.waiting and self.waiting[-1].name == "supersedes" and number_tokens(line):
            return self.waiting[-1]
        else:
            return None
        return next((found for found in self.waiting if found.name in kinds), None)


def read_labels(lines: Sequence[str], tail: Sequence[str] = (), running: int = 0) -> list[Found]:
    """Return the labels of a head with their values, in reading order.

    Args:
        lines: The header lines.
        tail: The lines behind them on page one; dates that stand alone at its end are taken as
            the values of date labels that have none, as the fields of a filled-in form are read.
        running: How many of the lines are running heads; their labels have no values below them.

    Returns:
        The labels; those whose value was not found have an empty one, and in `block` the lines
        that followed them.
    """
    walk = _Walk(lines)
    for place, line in enumerate(lines):
        if len(walk.found) >= _MAX_LABELS:
            break
        if place == running:
            walk.waiting, walk.last = [], None
        marks = find_marks(line)
        if marks and not (is_type_line(line) and not marks[0].is_marked and len(marks) == 1):
            walk.labels(place, marks)
        else:
            walk.value(place)
    _fill_from_tail(walk.found, tail)
    return walk.found


_TAIL_LINES = 6


def _fill_from_tail(found: Sequence[Found], tail: Sequence[str]) -> None:
    """Give date lines at the very end of page one to the date labels that lack a value."""
    empty = [item for item in found if item.name in {"issued", "both", "effective"}]
    empty = [item for item in empty if not item.value]
    dates = [line for line in tail[-_TAIL_LINES:] if is_date_line(line)]
    if empty and len(dates) == len(empty):
        for item, line in zip(empty, dates, strict=True):
            item.value, item.is_apart = line, True
