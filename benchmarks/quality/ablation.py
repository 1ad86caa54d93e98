"""What each part of the ranking does: judged queries with one part left out at a time.

    python benchmarks/quality/ablation.py [--sets cacm,npl] [--output FILE]

Builds each judged set once, asks every query with the default ranking and with each part at 0,
prints the change of ndcg@10 and writes the table to PARTS.md. Of obliqa every 8th query is asked.
It also names what each set was used for: settings were chosen on the tuning sets alone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from judged_sets import NAMES, ROOT, find_sets
from run import METRIC, SIGNIFICANT, table

from droindex import Index
from droindex.evaluate import (
    SIGNIFICANCE_TEST,
    Evaluation,
    compare,
    evaluate,
    read_judgements,
    read_topics,
    run_topics,
)
from droindex.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from judged_sets import JudgedSet

RESULTS = Path(__file__).with_name("PARTS.md")
SAMPLE = "sample corpus"
DEPTH = 20
PARTS = {
    "title_boost": 0.0,
    "summary_boost": 0.0,
    "exact_boost": 0.0,
    "pair_boost": 0.0,
    "pair_min_idf": 0.0,
    "number_boost": 0.0,
    "citation_boost": 0.0,
    "coverage_boost": 0.0,
    "coverage_min_idf": 0.0,
    "exact_title_boost": 0.0,
    "exact_number_boost": 0.0,
    "variant_boost": 0.0,
    "feedback_boost": 0.0,
}
_NOTE = f"""\
The first line is {METRIC} with the default settings, each other line what changes when that one
setting is 0; `*` marks p < {SIGNIFICANT} ({SIGNIFICANCE_TEST}, no correction for many tests).
`fast` is the ranking of that name. Of obliqa every 8th query was asked.

Settings were chosen on cacm, cranfield, time, a slice of obliqa (place mod 8 = 4) and the queries
of even place of dod-ids; on the sample corpus nothing was chosen but checked. med, npl, the other
questions of obliqa and the odd queries of dod-ids had no part in it."""

Topics = dict[str, str]
Judgements = dict[str, dict[str, int]]
Line = dict[str, Evaluation]  # set -> evaluation


def measured(
    library: Path, topics: Topics, judgements: Judgements, clearance: str | None
) -> Iterator[tuple[str, Evaluation]]:
    """Yield the name of each variant and its evaluation on one library."""
    plain = Settings()
    variants = {"default": plain, "fast": plain.for_ranking("fast")}
    for name, value in PARTS.items():
        variants[name] = replace(plain, ranking=replace(plain.ranking, **{name: value}))
    for name, settings in variants.items():
        with Index.open(library, clearance=clearance, settings=settings) as index:
            run = run_topics(index, topics, scope="all", depth=DEPTH)
        yield name, evaluate(run, judgements, topics=topics, metrics=[METRIC])


def measure_set(judged: JudgedSet, work: Path) -> dict[str, Evaluation]:
    """Return variant -> evaluation on a judged set."""
    library = work / f"{judged.name}.idx"
    Index.build(judged.file, library)
    return dict(measured(library, judged.queries, judged.judgements, None))


def measure_sample(work: Path) -> dict[str, Evaluation]:
    """Return variant -> evaluation on the sample corpus."""
    folder = ROOT / "corpus" / "judged"
    library = work / "sample.idx"
    Index.build(ROOT / "corpus", library, ocr=False)
    topics = read_topics(folder / "queries.tsv")
    return dict(measured(library, topics, read_judgements(folder / "qrels.txt"), "LES"))


def rows(columns: dict[str, dict[str, Evaluation]]) -> Iterator[list[str]]:
    """Yield the rows of the table."""
    yield ["", *columns]
    yield ["**default**", *(f"{c['default'].mean(METRIC):.4f}" for c in columns.values())]
    for name in (*PARTS, "fast"):
        cells = []
        for column in columns.values():
            found = compare(column[name], column["default"])[0]
            mark = "*" if found.p < SIGNIFICANT else ""
            cells.append(f"{found.difference:+.4f}{mark}" if found.difference else "0")
        yield [f"`{name}` = 0" if name in PARTS else f"`{name}`", *cells]


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description="What each part of the ranking does.")
    parser.add_argument("--sets", default=",".join(NAMES), help="judged sets, by comma")
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the table goes")
    arguments = parser.parse_args()
    sets, missing = find_sets(arguments.sets.split(","), is_fast=True)
    columns = {}
    with tempfile.TemporaryDirectory(prefix="parts-") as work:
        for judged in sets:
            print(f"{judged.name} …", file=sys.stderr)
            columns[judged.name] = measure_set(judged, Path(work))
        print(f"{SAMPLE} …", file=sys.stderr)
        columns[SAMPLE] = measure_sample(Path(work))
    head = f"Written by `python benchmarks/quality/ablation.py` on {datetime.now(UTC):%Y-%m-%d}."
    parts = ["# What each part of the ranking does", head, _NOTE, table(rows(columns)), *missing]
    page = "\n\n".join(parts) + "\n"
    print(page)
    arguments.output.write_text(page, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
