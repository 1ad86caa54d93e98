"""Feedback: for a long query, hits that are like the two best ones rise.

A question of many words names its subject in some of them only. What the best hits say besides
tells the subject, so the next hits are compared with these: by the terms that count the most in
them, scored as BM25 clauses like all else. That these two are like themselves says nothing of
them: neither gets more than the likest of the others, so that a first hit that nothing is like
stands there for its words alone. No new document enters the list, and none but the first few can
rise. (Rocchio's idea, used for the order of what was found; docs/relevance.md has what it does on
judged queries.)

What a document gets depends on the query and the set alone: the best hits are those of all
scopes, without filters, whatever the search is limited to. Of the archive only the best hit of
all gets anything, so that it stays where it is: no superseded version of a document is raised by
its successor.
"""

from __future__ import annotations

import math
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.clauses import AnyNumber, Bool, Clause, Constant, Term, added_up, filtered
from droindex.engine.schema import ALL, OWNER
from droindex.library.scopes import archived

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from droindex.engine.protocol import Row
    from droindex.library.reader import SetReader
    from droindex.query.compile.contribution import Compiled
    from droindex.settings import RankingSettings

__all__ = ["NO_LIFTS", "Lifts", "lifts_of", "unfiltered_clause", "wants_feedback"]


class Lifts(NamedTuple):
    """What documents get for being like the best hits, and for being cited where that counts.

    Attributes:
        scores: Key of a document -> the score to add, in all.
        terms: What they were compared by: term -> weight, heaviest first.
        models: The hits they were compared with, best first.
        most: What a hit gets at most for being alike: as alike as the best hit is to itself.
        cited: Key of a document -> how much of its score is for being cited.
    """

    scores: Mapping[int, float]
    terms: Mapping[str, float]
    models: Sequence[Row]
    most: float = 0.0
    cited: Mapping[int, float] = MappingProxyType({})


_MODELS = 2  # best hits that others are compared with; three blur the question
_TERMS = 32  # of these hits that are compared; fewer lose, more cost time
NO_LIFTS = Lifts({}, {}, ())


def wants_feedback(compiled: Compiled, ranking: RankingSettings) -> bool:
    """Whether a query is long enough for its best hits to say more than its words."""
    return bool(ranking.feedback_boost) and len(compiled.words) >= ranking.long_query_words


def unfiltered_clause(compiled: Compiled) -> Clause:
    """Return the clause of the query in all scopes, without filters."""
    return filtered(compiled.clause, (), compiled.excluded)


def lifts_of(
    reader: SetReader, best: Sequence[Row], cut: float, ranking: RankingSettings, today: date
) -> Lifts:
    """Return what the best hits of the unfiltered clause get for being like the first of them.

    Args:
        reader: The set.
        best: Its best hits in order, ties broken.
        cut: The score of the first hit that is not among them: ties with it are not raised.
        ranking: How many hits, terms, and how much.
        today: The day that decides which documents have expired.
    """
    raised = _but_archived(reader, [hit for hit in best if hit.score > cut], today)
    if len(raised) <= _MODELS:
        return NO_LIFTS
    models, keys = raised[:_MODELS], [hit.key for hit in raised]
    terms = _feedback_terms(reader, models, _TERMS)
    clause = added_up(AnyNumber(OWNER, tuple(keys)), [Term(ALL, *pair) for pair in terms.items()])
    found, _ = reader.documents.search(clause, len(raised), count=False)
    alike = {hit.key: hit.score for hit in found}
    if alike.get(keys[0], 0.0) <= 0:
        return NO_LIFTS
    most = ranking.feedback_boost * models[0].score
    return Lifts(_lifted(keys, alike, most), terms, models, most)


def _lifted(keys: Sequence[int], alike: Mapping[int, float], most: float) -> dict[int, float]:
    """Return key -> what a hit gets, the best hits no more than the likest of the others."""
    whole = alike[keys[0]]
    scores = {key: most * min(1.0, alike.get(key, 0.0) / whole) for key in keys}
    likest = max([scores[key] for key in keys[_MODELS:]])
    for key in keys[:_MODELS]:
        scores[key] = min(scores[key], likest)
    return scores


def _but_archived(reader: SetReader, hits: list[Row], today: date) -> list[Row]:
    """Return hits without those of the archive, the first one apart."""
    archive = archived(reader.info, today)
    if not archive or not hits:
        return hits
    keys = [hit.key for hit in hits]
    these = Constant(AnyNumber(OWNER, tuple(keys)), 0.0)
    limited = Bool(must=(these, Bool(should=archive)))
    found, _ = reader.documents.search(limited, len(hits), count=False)
    gone = {hit.key for hit in found} - {keys[0]}
    return [hit for hit, key in zip(hits, keys, strict=True) if key not in gone] if gone else hits


def _feedback_terms(reader: SetReader, models: Sequence[Row], size: int) -> dict[str, float]:
    """Return the terms that count the most in the best hits, with their weights.

    The weight of a term in a hit is that in its profile, over the length of that vector.
    """
    total = sum(hit.score for hit in models)
    weights: dict[str, float] = {}
    for hit, own in zip(models, reader.profiles(models), strict=True):
        length = math.hypot(*own.values()) or 1.0
        share = hit.score / total / length
        for term, weight in own.items():
            weights[term] = weights.get(term, 0.0) + share * weight
    best = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))
    return dict(islice(best, size))
