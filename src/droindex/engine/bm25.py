"""BM25's numbers, as every engine here has them."""

from __future__ import annotations

import math

__all__ = ["K1", "MOST", "B", "idf"]

K1 = 1.2  # how soon a repeated word stops to count
B = 0.75  # how much the length of a field counts
MOST = K1 + 1  # times its idf, what a term can score


def idf(doc_freq: int, num_docs: int) -> float:
    """Return BM25's idf as Lucene has it: ln(1 + (N - n + 0.5) / (n + 0.5)).

    Args:
        doc_freq: Documents that hold the term.
        num_docs: Documents in all.
    """
    total = max(doc_freq, num_docs)  # callers ask for shares of tiny sets too
    return math.log(1 + (total - doc_freq + 0.5) / (doc_freq + 0.5))
