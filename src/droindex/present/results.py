"""What stands above a list of hits, below each of them, and beside the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.model import FileStatus
from droindex.present.documents import UNREAD_SCAN, best_day, superseded_flag
from droindex.present.scopes import SCOPE_NAMES
from droindex.text import count, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.query.results.hit import Hit
    from droindex.query.results.results import Results

__all__ = ["headline", "hit_facts", "notes", "row_count"]


def headline(results: Results) -> str:
    """Return what stands above a list of hits: how many there are, where, and which are shown."""
    place = SCOPE_NAMES[results.scope]
    if results.in_force_on:
        place += f" in force on {results.in_force_on}"
    if not results.total:
        return f"Nothing found in {place}"
    found = f"{results.total} found"
    if results.total_lines is not None:
        lines = f"{count(results.total_lines, 'line')} of documents"
        found = f"{lines} ({count(results.total, 'document')}) found"
    parts = [f"{found} in {place}"]
    if results.total_all_words != results.total:
        number = results.total_all_words
        parts.append(f"{number} {'holds' if number == 1 else 'hold'} all words")
    if results.offset:
        first, last = results.offset + 1, results.offset + len(results)
        parts.append(f"{first} to {last} shown" if len(results) else "none so far down the list")
    return ", ".join(parts)


def row_count(results: Results) -> int:
    """Return how many rows the whole list has: documents, or lines of documents."""
    return results.total if results.total_lines is None else results.total_lines


def notes(results: Results) -> Iterator[str]:
    """Yield what the searcher should know beside the hits, what was likely meant last."""
    yield from results.notes
    if results.suggestion:
        yield f"Did you mean: {results.suggestion}"


def hit_facts(hit: Hit) -> list[str]:
    """Return what stands below a hit's title; `match` is left out where it is all."""
    document = hit.line.leading if hit.line else hit.document
    day = best_day(document)
    status = superseded_flag(document) or document.status
    facts = known(document.number, document.doc_type, day, status, document.label)
    if document.file_status == FileStatus.NEEDS_OCR:
        facts.append(UNREAD_SCAN)
    if hit.times_cited:
        facts.append(f"cited by {count(hit.times_cited, 'document')}")
    if hit.match is not None and hit.words_required is not None and hit.match < 100:
        facts.append(f"match {hit.match}%, {hit.words_held} of {count(hit.words_required, 'word')}")
    return facts
