"""Lists with one row for each line of documents, whichever of its versions was found."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.clauses import AnyOf, Bool, Clause, Constant
from droindex.engine.entries import decode_document, decode_version
from droindex.engine.schema import LINE, LINE_NUMBER, META, VERSION
from droindex.lineage.line_match import LineMatch
from droindex.lineage.version import leading, ordered
from droindex.query.compile.filters import first_day
from droindex.query.ranker import FoundHits, Wanted, find

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet

    from droindex.engine.protocol import Row
    from droindex.library.reader import SetReader
    from droindex.lineage.version import Version
    from droindex.query.compile.contribution import Compiled
    from droindex.query.results.hit import Hit
    from droindex.settings import RankingSettings

__all__ = ["LinesOfHits", "find_lines", "leading_day", "line_counter", "no_line"]

_SPARE = 10  # hits beyond those wanted, for lines that are found more than once
_FARTHER = 4  # times as many hits, where these are not enough


def find_lines(
    reader: SetReader, compiled: Compiled, clause: Clause, wanted: Wanted, ranking: RankingSettings
) -> FoundHits:
    """Return the best hit of each line, in the order of a search; a document alone is a line.

    Args:
        reader: The set.
        compiled: The query.
        clause: The same, within scope and filters.
        wanted: Which lines are wanted, counted as lines.
        ranking: How the scores come about.
    """
    end = wanted.offset + wanted.limit
    size = end + _SPARE
    while True:
        found = find(reader, compiled, clause, Wanted(wanted.sort, 0, size), ranking)
        firsts = _firsts(reader, found.hits)
        if len(firsts) >= end or len(found.hits) >= found.total or len(found.hits) < size:
            break
        size *= _FARTHER
    return found._replace(hits=firsts[wanted.offset : end])


def _firsts(reader: SetReader, hits: Sequence[Row]) -> list[Row]:
    """Return the first hit of each line, in their order."""
    kept: list[Row] = []
    seen: set[str] = set()
    for row, (line,) in zip(hits, reader.documents.fetch(hits, (LINE,)), strict=True):
        if line is None or line not in seen:
            kept.append(row)
            seen.add(line or "")
    return kept


def line_counter(reader: SetReader, clause: Clause, total: int) -> Callable[[], int]:
    """Return what counts the lines that hits stand in, a document without one counted as one.

    Args:
        reader: The set.
        clause: What was searched.
        total: How many documents it found.
    """

    def count() -> int:
        if not total or not reader.info.get("lines"):
            return total
        lines = reader.documents.column(clause, LINE_NUMBER)
        return lines.count(None) + len({line for line in lines if line is not None})

    return count


def no_line(_hit: Hit) -> None:
    """Return the line of a hit that is a document by itself."""


def leading_day(days: str, today: date) -> date:
    """Return the day that decides which version of a line leads.

    Args:
        days: The day, or days, of which it is asked what was in force; empty for none.
        today: The day that decides where none, or no plain one, is asked for.
    """
    if days[:1].isdigit():
        return date.fromordinal(first_day("in_force_on", days.partition("..")[0]))
    return today


class LinesOfHits:
    """Works out what the hits of one list of lines stand for, all at once, when first asked.

    Args:
        reader: The set that was searched.
        clause: What was searched.
        day: The day that decides which version leads.
        hits: The rows of all hits.
    """

    def __init__(self, reader: SetReader, clause: Clause, day: date, hits: Sequence[Row]) -> None:
        self._reader = reader
        self._clause = clause
        self._day = day
        self._hits = hits
        self._lines: dict[str, _Line] | None = None

    def __call__(self, hit: Hit) -> LineMatch | None:
        """Return the line that a hit stands for; None where it stands in none."""
        matched = hit.document
        if matched.line is None:
            return None
        if self._lines is None:
            self._lines = self._read()
        line = self._lines[matched.line]
        first = leading(line.versions, self._day).doc_id
        leader = matched
        if first != matched.doc_id:
            ((meta,),) = self._reader.documents.fetch((line.rows[first],), (META,))
            leader = decode_document(meta)
        return LineMatch(leader, matched, line.found, len(line.versions))

    def _read(self) -> dict[str, _Line]:
        """Return the lines of all hits; of their members no more is read than orders them."""
        documents = self._reader.documents
        lines = {line for (line,) in documents.fetch(self._hits, (LINE,)) if line is not None}
        whole = Constant(AnyOf(LINE, tuple(sorted(lines))), 0.0)
        matching = {row.key for row in self._rows(Bool(must=(whole, Constant(self._clause, 0.0))))}
        versions: dict[str, list[Version]] = {line: [] for line in lines}
        rows: dict[str, Row] = {}
        members = self._rows(whole)
        for row, (packed,) in zip(members, documents.fetch(members, (VERSION,)), strict=True):
            own = decode_version(packed)
            versions[own.line].append(own)
            rows[own.doc_id] = row
        return {line: self._line(ordered(own), rows, matching) for line, own in versions.items()}

    def _line(
        self, versions: list[Version], rows: dict[str, Row], matching: AbstractSet[int]
    ) -> _Line:
        found = tuple(own.doc_id for own in versions if rows[own.doc_id].key in matching)
        return _Line(versions, {own.doc_id: rows[own.doc_id] for own in versions}, found)

    def _rows(self, clause: Clause) -> list[Row]:
        """Return all documents that match."""
        documents = self._reader.documents
        return documents.search(clause, max(documents.count(clause), 1), count=False)[0]


class _Line(NamedTuple):
    """A line of documents.

    Attributes:
        versions: How its documents stand, oldest first.
        rows: Where each is found, by id.
        found: Ids of those that match the query, oldest first.
    """

    versions: list[Version]
    rows: dict[str, Row]
    found: tuple[str, ...]
