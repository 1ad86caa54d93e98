"""Lists with one row for each line of documents, whichever of its versions was found."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from droindex.engine.clauses import AnyOf, Bool, Clause, Constant
from droindex.engine.entries import decode_document
from droindex.engine.schema import DOC_ID, LINE, META
from droindex.lineage.line_match import LineMatch
from droindex.lineage.lineage import leading, ordered
from droindex.query.compile.filters import first_day
from droindex.query.ranker import FoundHits, Wanted, find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.engine.protocol import Row
    from droindex.library.reader import SetReader
    from droindex.model import Document
    from droindex.query.compile.contribution import Compiled
    from droindex.query.results.hit import Hit
    from droindex.settings import RankingSettings

__all__ = ["find_lines", "led"]

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
    return found._replace(
        hits=firsts[wanted.offset : end], lines=_count_lines(reader, clause, found.total)
    )


def _firsts(reader: SetReader, hits: Sequence[Row]) -> list[Row]:
    """Return the first hit of each line, in their order."""
    kept: list[Row] = []
    seen: set[str] = set()
    for row, (line,) in zip(hits, reader.documents.fetch(hits, (LINE,)), strict=True):
        if line is None or line not in seen:
            kept.append(row)
            seen.add(line or "")
    return kept


def _count_lines(reader: SetReader, clause: Clause, total: int) -> int:
    """Return how many lines the hits stand in, each document without one counted as one."""
    if not total or not reader.info.get("lines"):
        return total
    most = reader.documents.num_docs
    counts = [count for _, count in reader.documents.facets(clause, (LINE,), most)[LINE]]
    return total - sum(counts) + len(counts)


def led(
    reader: SetReader, clause: Clause, days: str, today: date, hits: Sequence[Hit]
) -> list[Hit]:
    """Return hits that know the lines they stand for, led by the version of the day asked for.

    Args:
        reader: The set.
        clause: What was searched.
        days: The day, or days, of which it is asked what was in force; empty for none.
        today: The day that decides which version leads where none, or no plain one, is asked for.
        hits: The best hit of each line.
    """
    day = today
    if days[:1].isdigit():
        day = date.fromordinal(first_day("in_force_on", days.partition("..")[0]))
    matches = _line_matches(reader, clause, [hit.document for hit in hits], day)
    return [hit.in_line(matches.get(hit.doc_id)) for hit in hits]


def _line_matches(
    reader: SetReader, clause: Clause, documents: Sequence[Document], day: date
) -> dict[str, LineMatch]:
    """Return what each hit stands for, by its id; those in no line are left out."""
    lines = tuple(sorted({own.line for own in documents if own.line is not None}))
    if not lines:
        return {}
    members: dict[str, list[Document]] = defaultdict(list)
    whole = AnyOf(LINE, lines)
    for (meta,) in _all(reader, whole, META):
        document = decode_document(meta)
        members[document.line or ""].append(document)
    both = Bool(must=(Constant(clause, 0.0), Constant(whole, 0.0)))
    matching = {doc_id for (doc_id,) in _all(reader, both, DOC_ID)}
    found: dict[str, LineMatch] = {}
    for document in documents:
        if document.line is None:
            continue
        line = ordered(members[document.line])
        versions = tuple(own.doc_id for own in line if own.doc_id in matching)
        first = leading(line, day)
        found[document.doc_id] = LineMatch(first, document, versions, len(line))
    return found


def _all(reader: SetReader, clause: Clause, field: str) -> list[list[Any]]:
    rows, _ = reader.documents.search(clause, max(reader.documents.num_docs, 1), count=False)
    return reader.documents.fetch(rows, (field,))
