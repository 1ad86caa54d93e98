"""What changed, as plain text: the words that were removed and added stand in their paragraphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.changes.change import ChangeKind
from droindex.changes.words import RunKind
from droindex.text import clean, count, page_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from droindex.changes.change import Change, Place
    from droindex.changes.words import Run

__all__ = ["change_mark", "diff_lines", "section_of", "summary"]

_MARKS = {RunKind.REMOVED: ("[-", "-]"), RunKind.ADDED: ("{+", "+}")}  # those of wdiff
_AROUND = 12  # words that stay, shown on either side of a change
_GAP = "…"


def diff_lines(
    changes: Iterable[Change], counts: Mapping[str, int], notes: Iterable[str]
) -> Iterator[str]:
    """Yield a summary, then each paragraph that is not the same under its section.

    Lines are not wrapped.
    """
    yield summary(counts)
    yield from notes
    section = None
    for change in changes:
        if change.kind is ChangeKind.SAME:
            continue
        if (own := section_of(change)) != section:
            section = own
            yield ""
            yield own or "(before the first heading)"
        yield from (f"  {line}" for line in change_lines(change))


def summary(counts: Mapping[str, int]) -> str:
    """Return in one line how much changed."""
    kinds = ("changed", "added", "removed", "moved")
    if not any(counts[kind] for kind in kinds):
        return "The two say the same, word for word."
    told = [f"{counts[kind]} {kind}" for kind in kinds if counts[kind]]
    same = f"{counts['same']} the same"
    words = f"{count(counts['words_removed'], 'word')} removed, {counts['words_added']} added"
    if counts["words_moved"]:
        words += f", {counts['words_moved']} moved"
    return f"Paragraphs: {', '.join([*told, same])}. {words}."


def change_lines(change: Change) -> Iterator[str]:
    """Yield a mark with the place of a paragraph, and what became of its words."""
    yield change_mark(change)
    if change.kind is not ChangeKind.MOVED_AWAY:
        yield "  " + " ".join(_shown(change.runs))


def change_mark(change: Change) -> str:
    """Return what became of a paragraph and where it stands."""
    here = place_name(change.after or change.before)
    there = place_name(change.before) if change.after else ""
    if change.kind is ChangeKind.MOVED:
        mark = f"moved here [{change.move}]"
        return f"{mark}, {here}, from {there or 'elsewhere'}:" if here else f"{mark}:"
    if change.kind is ChangeKind.MOVED_AWAY:
        mark = f"moved away [{change.move}]"
        return f"{mark}, {here}" if here else mark
    where = f"{there} → {here}" if there and there != here else here
    return f"{change.kind.value}, {where}:" if where else f"{change.kind.value}:"


def place_name(place: Place | None) -> str:
    """Return the page of a place; empty where it has none."""
    return page_name(place.page, place.label) if place is not None else ""


def section_of(change: Change) -> str:
    """Return the section that a change is told under: where the paragraph is, else where it was."""
    place = change.after or change.before
    return clean(place.section) if place is not None else ""


def _shown(runs: Iterable[Run]) -> Iterator[str]:
    listed = list(runs)
    for at, run in enumerate(listed):
        if run.kind is RunKind.SAME:
            yield _shortened(run.text, is_first=not at, is_last=at + 1 == len(listed))
        else:
            start, end = _MARKS[run.kind]
            number = "" if run.move is None else f" [{run.move}]"
            yield f"{start}{clean(run.text)}{end}{number}"


def _shortened(text: str, *, is_first: bool, is_last: bool) -> str:
    """Return words that stayed, those far from a change left out."""
    words = clean(text).split()
    head = [] if is_first and not is_last else words[:_AROUND]
    tail = [] if is_last else words[-_AROUND:]
    if len(head) + len(tail) >= len(words):
        return " ".join(words)
    return " ".join([*head, _GAP, *tail])
