"""Documents that many others refer to rise, where somebody asks for that: by default they do not.

How often a document is cited says little of what was asked, and what is new is cited by nobody yet.
So it scores nothing unless `RankingSettings.cited_boost` is set, adds no more than that share of
the best score, and raises none but the best hits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.engine.entries import decode_document
from droindex.engine.schema import META
from droindex.library.cited import times_cited

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.engine.protocol import Row
    from droindex.library.reader import SetReader

__all__ = ["cited_lifts"]

_HALF = 5  # documents that refer to one: so many give half of what there is to get at most


def cited_lifts(
    reader: SetReader, best: Sequence[Row], cut: float, boost: float
) -> dict[int, float]:
    """Return key -> what a hit gets for being cited: boost x best score x n / (n + 5).

    It saturates as the frequency of a term does in BM25: n documents that refer to it count ever
    less, and no number of them gives more than boost x best score.

    Args:
        reader: The set.
        best: The best hits of the unfiltered query, in order.
        cut: The score of the first hit that is not among them: ties with it are not raised.
        boost: Share of the best score that a hit gets at most.
    """
    raised = [hit for hit in best if hit.score > cut]
    if not raised:
        return {}
    most = boost * raised[0].score
    stored = reader.documents.fetch(raised, (META,))
    counts = (times_cited(reader, decode_document(meta)) for (meta,) in stored)
    return {
        hit.key: most * count / (count + _HALF)
        for hit, count in zip(raised, counts, strict=True)
        if count
    }
