"""How good a ranking is, against judgements: metrics per query, and two rankings compared.

Reads queries, judgements and runs in the formats of TREC. The metrics come from the package
`ir-measures` (extra `eval`); the test of significance is here and needs nothing.
"""

from __future__ import annotations

from droindex.evaluate.comparison import (
    SIGNIFICANCE_TEST,
    Comparison,
    compare,
    randomisation_test,
)
from droindex.evaluate.metrics import (
    DEPTH,
    METRICS,
    Evaluation,
    Judgements,
    Run,
    check_metrics,
    evaluate,
    run_topics,
)
from droindex.evaluate.trec import parse_topics, read_judgements, read_run, read_topics

__all__ = [
    "DEPTH",
    "METRICS",
    "SIGNIFICANCE_TEST",
    "Comparison",
    "Evaluation",
    "Judgements",
    "Run",
    "check_metrics",
    "compare",
    "evaluate",
    "parse_topics",
    "randomisation_test",
    "read_judgements",
    "read_run",
    "read_topics",
    "run_topics",
]
