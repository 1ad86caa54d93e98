"""A clause -> its hits in order: by score with feedback and ties broken, or by date or title."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.clauses import AnyNumber, Bool, Clause, Constant
from droindex.engine.protocol import Row
from droindex.engine.schema import BY_TITLE, NEWEST, OLDEST, OWNER
from droindex.query.cited_often import cited_lifts
from droindex.query.feedback import NO_LIFTS, Lifts, lifts_of, unfiltered_clause, wants_feedback
from droindex.query.typed_titles import title_lifts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.library.reader import SetReader
    from droindex.query.compile.contribution import Compiled
    from droindex.settings import RankingSettings

__all__ = ["FoundHits", "Wanted", "break_ties", "find"]

_FARTHER = 16  # times as many hits: a longer list costs little, another search as much as the first
_ORDER_FIELDS = {"-issued": NEWEST, "issued": OLDEST, "title": BY_TITLE}


class Wanted(NamedTuple):
    """Which hits are wanted, in which order."""

    sort: str
    offset: int
    limit: int


class FoundHits(NamedTuple):
    """What was found.

    Attributes:
        hits: The hits that are wanted, in order.
        total: How many there are in all.
        best: The highest score among all.
        lifts: What some of them got for being like the best.
    """

    hits: list[Row]
    total: int
    best: float
    lifts: Lifts = NO_LIFTS


def find(
    reader: SetReader, compiled: Compiled, clause: Clause, wanted: Wanted, ranking: RankingSettings
) -> FoundHits:
    """Return the hits of a query.

    Args:
        reader: The set.
        compiled: The query.
        clause: The same, within scope and filters.
        wanted: Which hits are wanted.
        ranking: How the scores come about.
    """
    if compiled.clause is None:
        return _unscored(reader, clause, wanted)
    if wanted.sort != "relevance":
        return _ordered(reader, compiled, clause, wanted, ranking)
    end = wanted.offset + wanted.limit
    feeds = wants_feedback(compiled, ranking) or bool(ranking.cited_boost)
    size = max(end, ranking.feedback_candidates if feeds else 0) + 1
    found, counted = reader.documents.search(clause, size)
    total = counted or 0
    # A tie across the end of what is wanted is ordered as a whole, or pages would overlap.
    while end < len(found) < total and found[-1].score == found[end - 1].score:
        found, _ = reader.documents.search(clause, _FARTHER * len(found), count=False)
    if compiled.title:
        lifts = title_lifts(reader, compiled.title)
        found += _beyond(reader, clause, found, lifts)
    else:
        lifts = _lifts(reader, compiled, clause, found, ranking)
    if lifts.scores:
        found = _lifted(found, lifts)
    best = found[0].score if found else 0.0
    return FoundHits(break_ties(reader, found, wanted.offset, end), total, best, lifts)


def _unscored(reader: SetReader, clause: Clause, wanted: Wanted) -> FoundHits:
    order = _ORDER_FIELDS.get(wanted.sort, NEWEST)
    hits, total = reader.documents.search(clause, wanted.limit, order=order, offset=wanted.offset)
    return FoundHits(hits, total or 0, 0.0)


def _ordered(
    reader: SetReader, compiled: Compiled, clause: Clause, wanted: Wanted, ranking: RankingSettings
) -> FoundHits:
    """Return hits in the order of a field, with the scores that they have all the same."""
    documents = reader.documents
    order = _ORDER_FIELDS[wanted.sort]
    ordered, total = documents.search(clause, wanted.limit, order=order, offset=wanted.offset)
    if not ordered:
        return FoundHits([], total or 0, 0.0)
    by_score = find(reader, compiled, clause, Wanted("relevance", 0, 1), ranking)
    these = AnyNumber(OWNER, tuple(row.key for row in ordered))
    limited = Bool(must=(clause, Constant(these, 0.0)))
    scored, _ = documents.search(limited, len(ordered), count=False)
    scores = {row.key: row.score for row in scored}
    raised = by_score.lifts.scores
    hits = [
        row._replace(score=scores.get(row.key, 0.0) + raised.get(row.key, 0.0)) for row in ordered
    ]
    return FoundHits(hits, total or 0, by_score.best, by_score.lifts)


def _lifts(
    reader: SetReader,
    compiled: Compiled,
    clause: Clause,
    found: list[Row],
    ranking: RankingSettings,
) -> Lifts:
    """Return what the best of the unfiltered hits get; `found` may be these already."""
    feeds = wants_feedback(compiled, ranking)
    if not feeds and not ranking.cited_boost:
        return NO_LIFTS
    size = ranking.feedback_candidates
    unfiltered = unfiltered_clause(compiled)
    if compiled.is_limited or unfiltered != clause:
        found, _ = reader.documents.search(unfiltered, size + 1, count=False)
    cut = found[size].score if len(found) > size else 0.0
    best = break_ties(reader, found, 0, size)
    lifts = NO_LIFTS
    if feeds:
        lifts = lifts_of(reader, best, cut, ranking, compiled.hit_filters.today)
    if not ranking.cited_boost:
        return lifts
    cited = cited_lifts(reader, best, cut, ranking.cited_boost)
    scores = {
        key: lifts.scores.get(key, 0.0) + cited.get(key, 0.0) for key in {*lifts.scores, *cited}
    }
    return lifts._replace(scores=scores, cited=cited)


def _beyond(reader: SetReader, clause: Clause, found: Sequence[Row], lifts: Lifts) -> list[Row]:
    """Return the hits that are raised and are not among those found."""
    left = tuple(lifts.scores.keys() - {row.key for row in found})
    if not left:
        return []
    these = Bool(must=(clause, Constant(AnyNumber(OWNER, left), 0.0)))
    return reader.documents.search(these, len(left), count=False)[0]


def _lifted(found: list[Row], lifts: Lifts) -> list[Row]:
    """Return hits with their lifts, best first; those without one stay behind in their order."""
    lift = lifts.scores.get
    raised = [Row(row.score + lift(row.key, 0.0), row.rows, row.place) for row in found]
    return sorted(raised, key=itemgetter(0), reverse=True)


def break_ties(reader: SetReader, found: list[Row], first: int, end: int) -> list[Row]:
    """Return hits `first` to `end`, equal scores ordered by newest issue date, then by id.

    Args:
        reader: The set.
        found: Hits, best first, whole groups of equal scores at `end`.
        first: Offset of the first hit to return.
        end: Offset after the last.
    """
    scores = [hit.score for hit in found]
    if len(set(scores)) == len(scores):
        return found[first:end]
    ordered: list[Row] = []
    place = 0
    while place < min(end, len(found)):
        last = place + 1
        while last < len(found) and found[last].score == found[place].score:
            last += 1
        group: Sequence[Row] = found[place:last]
        if last - place > 1 and last > first:
            places = reader.documents.fetch(group, (NEWEST,))
            group = [row for _, row in sorted(zip(places, group, strict=True))]
        ordered += group
        place = last
    return ordered[first:end]
