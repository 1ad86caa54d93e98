"""The titles that a document offers: by label, behind its number, by size, in running heads."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from droindex.metadata.infer.forms.acts import act_title
from droindex.metadata.infer.forms.numbered import later_part, numbered_titles
from droindex.metadata.infer.head import (
    is_date_line,
    is_noise,
    is_prose,
    is_type_line,
)
from droindex.metadata.infer.header_fields import find_field_labels
from droindex.metadata.infer.numbers import match_kind_number
from droindex.metadata.infer.titles.by_size import titles_by_size
from droindex.metadata.infer.titles.lines import join_title, may_be_title, stops_title
from droindex.metadata.infer.titles.wording import MAX_TITLE_CHARS, PART, clean_title
from droindex.metadata.keys import squash
from droindex.metadata.values import is_number_like, normalise_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.metadata.infer.forms.acts import Act
    from droindex.metadata.infer.head import Head
    from droindex.metadata.infer.header_fields import HeaderField

__all__ = ["title_candidates"]

_FORM_HEAD = re.compile(
    r"\s(?:DISTRIBUTION|REFERENCES?|RESCINDS|SUPERSEDES|AMENDS|"
    r"(?:ISSUE|EFFECTIVE|REVISION) DATES?)$"
)  # the head of the next box of a form, on one line with a value
_FORM_TAIL = re.compile(r" (?:subject|number|chapter|section|date)$", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\([A-Za-z][\w&-]{1,11}\)")
_KIND_LINES = 8
_MANUAL_PAGES = 40  # a policy of a manual has fewer, and the manual's name on each of them too
_MANUAL = re.compile(
    r"(?:[\w.&'\u2019-]+ ){1,8}(?:manual|handbook|rules and regulations)", re.IGNORECASE
)
_OFFICER = re.compile(
    r"\b(?:director|secretary|administrator|chief|commissioner|office of|department of)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"[\w .&'/#-]{0,60}?[0-9][\w.\-/]{0,20}\s?[:\u2014\u2013-]\s?(?=[A-Z])")


def _last_of_block(lines: Sequence[str], block: Sequence[int]) -> str:
    """Return the last paragraph of a block whose labels came first: the value of the last one."""
    texts = [lines[place] for place in block if not is_noise(lines[place])]
    if not texts:
        return ""
    width = max(map(len, texts))
    parts = [texts[-1]]
    for text in reversed(texts[:-1]):
        fits = len(text) + 1 + len(parts[0].split(maxsplit=1)[0]) <= width
        if fits or _OFFICER.search(text):
            break
        parts.insert(0, text)
    return " ".join(parts)


def _is_label(text: str) -> bool:
    """Whether a value is no value, but the label of the next column: `ORDER#`."""
    labels = find_field_labels(text)
    return bool(labels) and not labels[0].start and labels[0].is_marked


def _labelled(
    head: Head, found: Sequence[HeaderField], sizes: dict[str, float]
) -> Iterator[tuple[str, float]]:
    """Yield the titles that a label names."""
    for item in found:
        if item.name != "title":
            continue
        label = head.lines[item.place].casefold()
        if item.value and _is_label(item.value):
            continue
        if _IN_BRACKETS.fullmatch(item.value):
            yield from ((text, 0.9) for text in _drawn_apart(head, item.value))
        elif item.value:
            text = _FORM_HEAD.sub("", item.value)
            if text == item.value:
                text = join_title(head.lines, item.place, text, sizes)
            sure = 0.96 if re.match(r"\W*(?:\w+ )?title\b", label) else 0.94
            yield text, 0.85 if re.match(r"\W*re\b", label) else sure
        elif item.block:
            yield _last_of_block(head.lines, item.block), 0.8


def _drawn_apart(head: Head, value: str) -> Iterator[str]:
    """Yield the title whose end, an abbreviation in brackets, is all that was read at its label.

    A line that was drawn last is read last, and has the initials that the brackets have.
    """
    capitals = "".join(filter(str.isupper, value))
    for line in (*head.lines[head.running :], *head.tail):
        initials = "".join(word[0] for word in line.split() if word[0].isupper())
        if initials.endswith(capitals) and not is_prose(line) and len(capitals) > 1:
            yield f"{line} {value}"
            return


def _numbered(head: Head, number: str) -> Iterator[tuple[str, float]]:
    """Yield the title that stands behind the number: `Policy Number 10074.2: Detainers`."""
    key = normalise_number(number)
    if not key:
        return
    for place, line in enumerate(head.lines[:30]):
        match = _NUMBERED.match(line)
        if match is None or PART.match(line):
            continue
        start = line[: match.end()].strip(" :-\u2014\u2013")
        rest = line[match.end() :].strip()
        if (
            normalise_number(start).endswith(key)
            and not stops_title(rest)
            and not is_number_like(rest)
        ):
            yield join_title(head.lines, place, rest, {}), 0.72 if place < head.running else 0.9


def _below_kind(head: Head, number: str) -> Iterator[tuple[str, float]]:
    """Yield the line below one of kind and number: `PROCEDURE AB-12`, `Lost Property`."""
    lines = head.lines[: head.running + _KIND_LINES]
    for line, below in pairwise(lines):
        match = match_kind_number(line) if number and number in line else None
        if match and match["number"].strip() == number and may_be_title(below, number):
            yield below, 0.66
            return


def _of_manual(head: Head) -> Iterator[tuple[str, float]]:
    """Yield the name of a manual, which stands on all its pages and not above its first chapter."""
    for line in head.lines[: head.running] if head.pages >= _MANUAL_PAGES else ():
        if _MANUAL.fullmatch(line) and not is_type_line(line) and not is_prose(line):
            yield line, 0.82


def _of_part(head: Head, number: str) -> Iterator[tuple[str, float]]:
    """Yield the heading of the part that a paper is: `SECTION IV. BUILDINGS`."""
    part = later_part(head) if not number else None
    if part and len(part[1]) > len(part[0]) + len(". "):
        yield part[1], 0.63


def _running(head: Head) -> Iterator[tuple[str, float]]:
    """Yield the heads that repeat on every page; a chapter's name often stands there."""
    for line in (_FORM_TAIL.sub("", line) for line in head.lines[: head.running]):
        is_own = not _MANUAL.fullmatch(line)  # that of all the policies in a manual is of none
        if is_own and may_be_title(line, "") and len(line) > len("Page 10"):
            yield line, 0.55
            return


def _is_readable(title: str) -> bool:
    """Whether a title is made of words, and not of what a poor scan or a broken font leaves."""
    letters = sum(char.isalpha() for char in title)
    figures = sum(char.isdigit() for char in title)
    blanks = title.count(" ")
    return (
        letters >= len("Tow")
        and (letters + figures + blanks) * 4 >= len(title) * 3
        and bool(re.search(r"[^\W\d_]{3}", title))
    )


def title_candidates(
    head: Head,
    found: Sequence[HeaderField],
    number: str,
    act: Act | None = None,
    short_title: str | None = None,
) -> list[tuple[str, float]]:
    """Return the titles that the text offers, cleaned, with how sure each is, the surest first.

    Args:
        head: The head of the document.
        found: Its labels.
        number: Its number, empty where it has none.
        act: What it opens with, if it is an act.
        short_title: The title that an act gives itself.
    """
    sizes = {squash(line): size for line, size in head.sized if size}
    of_act = act_title(head, act, sizes) if act else None
    offers = [
        *_labelled(head, found, sizes),
        *_numbered(head, number),
        *((title, 0.79) for own, title, _ in numbered_titles(head) if own == number),
        *((of_act,) if of_act else ()),
        *(((short_title, 0.86),) if short_title else ()),
        *titles_by_size(head, number),
        *_below_kind(head, number),
        *_of_manual(head),
        *_of_part(head, number),
        *_running(head),
    ]
    best: dict[str, tuple[str, float]] = {}
    for text, sure in offers:
        title = clean_title(text, number)
        key = squash(title)
        if not _is_readable(title) or len(title) > MAX_TITLE_CHARS:
            continue
        if is_date_line(title) or title.count("_") > len("__"):
            continue
        if key not in best or best[key][1] < sure:
            best[key] = (title, sure)
    return sorted(best.values(), key=lambda offer: -offer[1])
