"""Labels of header blocks (`Policy Number:`, `ISSUE DATE`, `Rescinds:`) and their values.

Labels stand before their value, above it, two on a line, or all first with the values later;
scanned ones have stray blanks inside words. All of that is read here, field by field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING

from droindex.metadata.dates import find_dates, leading_date, leading_month
from droindex.metadata.infer.head import (
    MAX_LINE_CHARS,
    is_date_line,
    is_noise,
    is_prose,
    is_type_line,
)
from droindex.metadata.infer.label_lexicon import (
    DATE_FIELDS,
    FIELD_OF_LABEL,
    LABEL,
    NUMBER_FIELDS,
    STRICT_LABELS,
)
from droindex.metadata.keys import squash
from droindex.metadata.values import is_number_like, number_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["FieldLabel", "HeaderField", "find_field_labels", "read_header_fields"]

_ANY_LABEL = re.compile(r"[A-Z][\w /&.'()-]{1,80}:(?: |$)")
_FIRST_SIGN = re.compile(r"[^\W_]")
_LISTED_DATES = frozenset({"revised", "reviewed"})  # whose value may go on over several lines
_SUBJECTS = frozenset({"subject", "topic", "betreff", "objet", "asunto"})
_MAX_LABELS = 200  # of a head; the fullest form has some 60, and each is looked up and joined
_MAX_CELLS = 14  # lines that may stand between a label and its value further down


@dataclass(frozen=True, slots=True)
class FieldLabel:
    """A label on a line: its field, where it starts and ends, and whether a colon follows."""

    field: str
    start: int
    end: int
    is_marked: bool


@dataclass(slots=True)
class HeaderField:
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
        return list(LABEL.finditer(line))
    first = _FIRST_SIGN.search(line)
    match = LABEL.match(line, first.start()) if first else None
    return [match] if match else []


@lru_cache(maxsize=512)  # each line of a head is asked about by several readers
def find_field_labels(line: str) -> tuple[FieldLabel, ...]:
    """Return the labels on one line, from left to right."""
    line = line[:MAX_LINE_CHARS]
    matches = _label_matches(line)
    followed = _followed(line, matches)
    labels: list[FieldLabel] = []
    for place, match in enumerate(matches):
        at_start = not place and _is_bare(line[: match.start()])
        if _admits(line, match, at_start=at_start, is_followed=followed[place]):
            labels.append(
                FieldLabel(
                    _field(match)[0], match.start(), match.end(), is_marked=bool(match["mark"])
                )
            )
    if not labels and _ANY_LABEL.match(line):
        labels.append(FieldLabel("any", 0, line.index(":") + 1, is_marked=True))
    return tuple(labels)


def _field(match: re.Match[str]) -> tuple[str, str]:
    """Return the field that a label stands for, and the label as a key."""
    key = squash(match[0].replace("(s)", ""))
    return FIELD_OF_LABEL.get(key) or FIELD_OF_LABEL.get(key.replace("and", ""), "other"), key


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
    if name == "number" and rest and key in STRICT_LABELS and not _starts_number(rest):
        return False
    if (match["mark"] or "").strip().endswith((":", "#")):
        return True
    if not rest:
        return _stands_alone(name, key, match[0], at_start=at_start)
    if at_start or name == "number":
        return at_start and _goes_with(name, key, match[0], rest, line[begin:].strip())
    return name in DATE_FIELDS and "date" in key and is_followed


def _goes_with(name: str, key: str, words: str, rest: str, sentence: str) -> bool:
    """Whether words that open a line are the label of what follows them without a colon.

    Args:
        name: The field that they stand for.
        key: The words, squashed.
        words: The words as written.
        rest: What follows.
        sentence: Both.
    """
    is_strict = key in STRICT_LABELS
    if name == "number":
        return not is_strict and _starts_number(rest)
    if name in DATE_FIELDS:
        return _begins_with_date(rest, is_strict=is_strict)
    if name in {"supersedes", "amends"}:
        # "RFC 2616 replaced 1738" may go on in a new line
        return words[0].isupper() and bool(number_tokens(rest)) and not is_prose(sentence)
    return name == "title" and words.isupper() and key in _SUBJECTS


def _stands_alone(name: str, key: str, words: str, *, at_start: bool) -> bool:
    """Whether words at the end of a line, without a colon, are a label."""
    if at_start and key not in STRICT_LABELS:
        return True
    return name in DATE_FIELDS and " " in words.strip() and "date" in words.lower()


def _begins_with_date(text: str, *, is_strict: bool) -> bool:
    """Whether a text begins with a date; behind a label that is sure, with `as of` before it."""
    dates = find_dates(text[:40])
    return bool(dates) and dates[0][0] <= (0 if is_strict else len("as of "))


def _starts_number(text: str) -> bool:
    """Whether a text begins with a document number."""
    return is_number_like(text.split(maxsplit=1)[0].strip(",;:<>()")) or is_number_like(
        " ".join(text.split()[:2]).strip(",;:<>()"),
    )


def _cells(line: str, labels: Sequence[FieldLabel]) -> Iterator[tuple[str, str]]:
    """Return the fields of a line with what stands behind each label."""
    for place, label in enumerate(labels):
        end = labels[place + 1].start if place + 1 < len(labels) else len(line)
        yield label.field, line[label.end : end].strip(" :|\t_\u2014\u2013").removeprefix("- ")


class _HeaderReader:
    """One pass over the lines of a head: gathers labels, and hands later lines to empty ones."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.found: list[HeaderField] = []
        self.waiting: list[HeaderField] = []  # labels without a value since the last value
        self.last: HeaderField | None = None

    def take_labels(self, place: int, labels: Sequence[FieldLabel]) -> None:
        """Take a line that holds labels."""
        cells = [HeaderField(name, text, place) for name, text in _cells(self.lines[place], labels)]
        self.found += cells
        if any(cell.value for cell in cells):
            self.waiting = []
        self.waiting += [cell for cell in cells if not cell.value]
        self.last = cells[-1] if cells[-1].value else None

    def take_value(self, place: int) -> None:
        """Take a line without labels: the value of a label above, a part of one, or neither."""
        line = self.lines[place]
        if is_prose(line):
            self.waiting, self.last = [], None
            return
        if self._continues(line) or self._fills_row(place):
            return
        taker = self._taker(line) or self._taker_above(place)
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
        if last is None or last.name not in NUMBER_FIELDS | _LISTED_DATES:
            return False
        goes_on = last.value.rstrip().endswith((",", ";", "&", " and", " of", "/"))
        if last.name in _LISTED_DATES:
            goes_on = goes_on or is_date_line(line)
        if last.name == "number":
            goes_on = bool(re.match(r"(?:Add|Addendum|App|Appendix|Part|Vol)\b", line))
        if goes_on and (last.name in _LISTED_DATES or any(char.isdigit() for char in line)):
            last.value = f"{last.value} {line}"
            return True
        return False

    def _fills_row(self, place: int) -> bool:
        """Whether the line holds a value for each label of the line above, as a form's row does."""
        row = [found for found in self.waiting if found.place == place - 1]
        values = _row_values([found.name for found in row], self.lines[place])
        if len(row) < 2 or len(row) < len(self.waiting) or not values:
            return False
        for found, value in zip(row, values, strict=True):
            found.value, found.place = value, place
        self.waiting, self.last = [], None
        return True

    def _taker(self, line: str) -> HeaderField | None:
        """Return the waiting label whose kind of value the line is."""
        kinds = _value_kinds(line)
        if kinds:
            return next((found for found in self.waiting if found.name in kinds), None)
        if len(self.waiting) == 1 and self.waiting[0].name not in DATE_FIELDS | {"number"}:
            return self.waiting[0]
        if self.waiting and self.waiting[-1].name == "supersedes" and number_tokens(line):
            return self.waiting[-1]
        return None

    def _taker_above(self, place: int) -> HeaderField | None:
        """Return the date label on the line above that waits, if the line opens with a date.

        A remark may stand behind it: `May 2019. Not yet approved`.
        """
        line = self.lines[place]
        waiting = self.waiting[-1] if self.waiting else None
        if waiting is None or waiting.place != place - 1 or waiting.name not in DATE_FIELDS:
            return None
        lead = leading_date(line) or leading_month(line)
        return waiting if lead and line[lead[0] :][:1] in {".", ";", "("} else None


def _row_values(names: Sequence[str], line: str) -> list[str] | None:
    """Return the value of each label in a line: dates first, then one title, numbers last.

    None where the line has not one for each of them.
    """
    dates = [*takewhile(DATE_FIELDS.__contains__, names)]
    between = [*takewhile("title".__eq__, names[len(dates) :])]
    numbers = names[len(dates) + len(between) :]
    if len(between) > 1 or any(name != "number" for name in numbers):
        return None
    values, rest = _leading_dates(line, len(dates))
    words = rest.split(" ") if rest else []
    title = words[: len(words) - len(numbers)]
    behind = words[len(title) :]
    is_whole = len(values) == len(dates) and len(behind) == len(numbers)
    if not is_whole or bool(title) != bool(between) or len(names) == len(between):
        return None
    are_numbers = all(word.isdigit() or is_number_like(word) for word in behind)
    return [*values, *([" ".join(title)] if title else []), *behind] if are_numbers else None


def _leading_dates(line: str, most: int) -> tuple[list[str], str]:
    """Return the dates that a line begins with, as many as are asked for, and what is left."""
    found: list[str] = []
    rest = line
    while len(found) < most and (lead := leading_date(rest)):
        found.append(rest[: lead[0]].strip())
        rest = rest[lead[0] :].strip()
    return found, rest


def _value_kinds(line: str) -> frozenset[str]:
    """Return the fields whose value a line may be that is a date or a number; none for others."""
    if is_date_line(line):
        return DATE_FIELDS
    is_number = is_number_like(line) or (is_noise(line) and line.isdigit())
    return NUMBER_FIELDS if is_number else frozenset()


def read_header_fields(
    lines: Sequence[str], tail: Sequence[str] = (), running: int = 0
) -> list[HeaderField]:
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
    reader = _HeaderReader(lines)
    for place, line in enumerate(lines):
        if len(reader.found) >= _MAX_LABELS:
            break
        if place == running:
            reader.waiting, reader.last = [], None
        labels = find_field_labels(line)
        if labels and not (is_type_line(line) and not labels[0].is_marked and len(labels) == 1):
            reader.take_labels(place, labels)
        else:
            reader.take_value(place)
    _fill_from_tail(reader.found, tail)
    return reader.found


_TAIL_LINES = 6


def _fill_from_tail(found: Sequence[HeaderField], tail: Sequence[str]) -> None:
    """Give date lines at the very end of page one to the date labels that lack a value."""
    empty = [item for item in found if item.name in {"issued", "both", "effective"}]
    empty = [item for item in empty if not item.value]
    dates = [line for line in tail[-_TAIL_LINES:] if is_date_line(line)]
    if empty and len(dates) == len(empty):
        for item, line in zip(empty, dates, strict=True):
            item.value, item.is_apart = line, True
