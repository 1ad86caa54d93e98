"""What a citation says of a document, and the line that says it to people."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from droindex.text import clean

if TYPE_CHECKING:
    from datetime import date

__all__ = ["Cited", "plain"]

_CURRENT = "current"
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A document as it is cited, each text on one line and without what could steer a terminal.

    Attributes:
        key: Its id.
        title: What it is called.
        kind: Directive, Manual, Memorandum, …; may be empty, as all that follows.
        number: The number it is cited by.
        institution: Who issued it.
        issued: The day it was issued, or the day that stands for that; None where none is known.
        dated_by: What that day is, where it is none of issue: `effective` or `revised`.
        issued_text: The same as it was written.
        status: What it says of itself.
        summary: The author's summary.
        subjects: What it is about, each on its own.
        page: The page that is cited, as it is printed.
        url: Where it can be read.
    """

    key: str
    title: str
    kind: str = ""
    number: str = ""
    institution: str = ""
    issued: date | None = None
    dated_by: str = ""
    issued_text: str = ""
    status: str = ""
    summary: str = ""
    subjects: tuple[str, ...] = ()
    page: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, str):
                object.__setattr__(self, item.name, _line(value))
        object.__setattr__(self, "subjects", tuple(filter(None, map(_line, self.subjects))))

    @property
    def kind_of_date(self) -> str:
        """The day with what it is, where it is none of issue; else nothing."""
        return f"{self.dated_by} {self.issued}" if self.dated_by else ""

    @property
    def caution(self) -> str:
        """Its status where it is not in force; else nothing."""
        return "" if self.status.casefold() == _CURRENT else self.status


def plain(cited: Cited) -> str:
    """Return one line: who, what, number and date, page, and whether it is still in force.

    Example:
        >>> plain(Cited(key="a", title="Escort Policy", kind="Directive", number="7-2", page="3"))
        'Escort Policy, Directive 7-2 (no date), p. 3.'
    """
    parts = [cited.institution, cited.title, _numbered(cited) or cited.kind]
    line = f"{', '.join(filter(None, parts))} ({_day(cited)})"
    line += f", p. {cited.page}" if cited.page else ""
    line += f" [{cited.caution}]" if cited.caution else ""
    return f"{line}. {cited.url}" if cited.url else f"{line}."


def _numbered(cited: Cited) -> str:
    """Return the number with what it counts: `Directive 11-4.1`; `BOD 18-02` says it itself.

    Nothing is returned where the title has it, as those of chapters do.
    """
    number = re.escape(cited.number)
    if not number or re.search(rf"(?<!\w){number}(?!\w)", cited.title, re.IGNORECASE):
        return ""
    if cited.number[0].isalpha():
        return cited.number
    return f"{cited.kind or 'No.'} {cited.number}"


def _day(cited: Cited) -> str:
    day = cited.issued
    if day is None:
        return cited.issued_text or "no date"
    return f"{cited.dated_by} {_MONTHS[day.month - 1]} {day.day}, {day.year}".lstrip()


def _line(text: str) -> str:
    return " ".join(clean(text).split())
