"""How good droindex ranks, beside other engines, in one command.

    python benchmarks/quality/run.py [--fast] [--sets cacm,npl] [--output FILE]

Builds each judged set of the measurement data as a library, asks every query of droindex as it
comes and of each peer that is installed, prints the tables, and writes them to RESULTS.md. Most
of the time, some ten minutes, goes into SQLite and the 2,786 questions of obliqa; --fast asks
every 8th of these.
Sets that are not there, and peers that are not installed, are left out with the reason.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from judged_sets import NAMES, ROOT, JudgedSet, find_sets, shared_folder
from known_items import (
    ask_directives,
    build_directives,
    directive_misses,
    directive_rows,
    measure_sample,
)
from page_items import measure_pages, page_rows
from peers import HITS, PEERS, NotInstalledError, Run, versions
from topic_items import QUERIES

from droindex import Index
from droindex.evaluate import SIGNIFICANCE_TEST, Comparison, Evaluation, compare, evaluate
from droindex.evaluate import run_topics as droindex_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

METRIC = "ndcg@10"
OURS = "droindex"
RESULTS = Path(__file__).with_name("RESULTS.md")
SIGNIFICANT = 0.05
_LEGEND = f"""\
`<` marks what droindex beats, `>` what it loses to, with p < {SIGNIFICANT}: {SIGNIFICANCE_TEST};
one comparison in twenty has such a p by luck. Peers get the question as an OR of its words,
droindex gets it as it is written. The column `odd` has the queries of odd place, which were kept
for testing."""

Column = dict[str, Evaluation]  # engine -> what the metric says of it on one set


def measure_set(judged: JudgedSet) -> tuple[dict[str, Column], list[str]]:
    """Return column -> engine -> evaluation, and the peers that were left out."""
    runs: dict[str, Run] = {}
    reasons = []
    with tempfile.TemporaryDirectory(prefix="quality-") as work:
        library = Path(work) / "library.idx"
        Index.build(judged.file, library)
        with Index.open(library) as index:
            runs[OURS] = droindex_run(index, judged.queries, scope="all", depth=HITS)
        for number, (name, peer) in enumerate(PEERS.items()):
            folder = Path(work) / str(number)
            folder.mkdir()
            print(f"{judged.name}: {name} …", file=sys.stderr)
            try:
                runs[name] = peer(judged.texts, judged.queries, folder)
            except NotInstalledError as error:
                reasons.append(f"{name}: left out, it needs {error}")
    columns = {
        title: {
            name: evaluate(run, judged.judgements, topics=keys, metrics=[METRIC])
            for name, run in runs.items()
        }
        for title, keys in judged.columns().items()
    }
    return columns, reasons


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as a table of Markdown; the first row is its head."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    rule = "|" + "---|" * (lines[0].count(" | ") + 1)
    return "\n".join([lines[0], rule, *lines[1:]])


def engines(columns: dict[str, Column]) -> list[str]:
    """Return the peers that were measured, then droindex."""
    measured = {name for column in columns.values() for name in column}
    return [*(name for name in PEERS if name in measured), OURS]


def score_rows(columns: dict[str, Column]) -> Iterator[list[str]]:
    """Yield the table of values; what droindex beats or loses to beyond chance is marked."""
    yield ["engine", *columns]
    yield ["queries", *(str(len(column[OURS].per_query)) for column in columns.values())]
    for name in engines(columns):
        yield [name, *(_value(column, name) for column in columns.values())]
    yield [
        "droindex less the best peer",
        *(
            f"{_mean(c, OURS) - max(_mean(c, n) for n in c if n != OURS):+.4f}"
            for c in columns.values()
        ),
    ]


def difference_rows(columns: dict[str, Column]) -> Iterator[list[str]]:
    """Yield the table of differences with their p."""
    yield ["droindex less", *columns]
    for name in engines(columns)[:-1]:
        cells = (_against(column, name) for column in columns.values())
        yield [name, *(f"{cell.difference:+.4f} (p {cell.p:.4f})" for cell in cells)]


def _mean(column: Column, name: str) -> float:
    return column[name].mean(METRIC)


def _against(column: Column, name: str) -> Comparison:
    return compare(column[OURS], column[name])[0]


def _value(column: Column, name: str) -> str:
    text = f"{_mean(column, name):.4f}"
    if name == OURS:
        return f"**{text}**"
    found = _against(column, name)
    if found.p >= SIGNIFICANT:
        return text
    return f"{text} {'<' if found.difference > 0 else '>'}"


def report(columns: dict[str, Column], notes: Iterable[str], known: Iterable[str]) -> str:
    """Return the whole page."""
    parts = ["# Quality of the ranking, measured", _origin()]
    if columns:
        parts += [
            f"## Judged sets: {METRIC}",
            table(score_rows(columns)),
            _LEGEND,
            table(difference_rows(columns)),
        ]
    parts += known
    if listed := [f"- {note}" for note in notes]:
        parts += ["## Left out", "\n".join(listed)]
    return "\n\n".join(parts) + "\n"


def _origin() -> str:
    command = " ".join(["python", "benchmarks/quality/run.py", *sys.argv[1:]])
    packages = ", ".join(f"{name} {number}" for name, number in versions().items())
    return (
        f"Written by `{command}` on {datetime.now(UTC):%Y-%m-%d}, revision {_revision()}, "
        f"Python {platform.python_version()}, {packages}. Droindex runs with its default settings, "
        "one configuration for all."
    )


def known_parts(work: Path) -> tuple[list[str], list[str]]:
    """Return the parts about the sample corpus and the PDF directives, and what was left out."""
    sample = measure_sample(work)
    heads = ("kind", "queries", METRIC, "dev", "test", "needed document first")
    parts = [
        "## Sample corpus: judged queries",
        table([heads, *sample.rows()]),
        _listed("Titles and numbers that do not bring their document first", sample.misses()),
    ]
    folder = shared_folder() / "pdf"
    if not (folder / "queries.tsv").is_file():
        return parts, [f"PDF directives: skipped, they are not at {folder}"]
    library = build_directives(work)
    for title, queries in (
        ("known items", folder / "queries.tsv"),
        ("topics, beside the number or a word of the title", QUERIES),
    ):
        found = ask_directives(library, queries)
        parts += [
            f"## PDF directives: {title}",
            table([("measure", "queries", "share"), *directive_rows(found)]),
            _listed("Missed", directive_misses(found)),
        ]
    parts += [
        "## PDF directives: the page of made-up queries",
        table([("made from", "right page", "share"), *page_rows(measure_pages(library))]),
    ]
    return parts, []


def _listed(title: str, items: Iterable[str]) -> str:
    lines = [f"- {item}" for item in items]
    return f"{title}:\n\n" + "\n".join(lines) if lines else f"{title}: none."


def _revision() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description="The ranking of droindex beside other engines.")
    parser.add_argument("--sets", default=",".join(NAMES), help="judged sets, by comma")
    parser.add_argument("--fast", action="store_true", help="every 8th query of obliqa")
    parser.add_argument("--no-known", action="store_true", help="leave sample corpus and PDFs out")
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the tables go")
    arguments = parser.parse_args()
    names = [name for name in arguments.sets.split(",") if name]
    if unknown := set(names).difference(NAMES):
        parser.error(f"no such set: {', '.join(sorted(unknown))}")
    sets, notes = find_sets(names, is_fast=arguments.fast)
    columns: dict[str, Column] = {}
    for judged in sets:
        print(f"{judged.name}: {OURS} …", file=sys.stderr)
        found, reasons = measure_set(judged)
        columns |= found
        notes += reasons
    known: list[str] = []
    if not arguments.no_known:
        print("sample corpus and PDF directives …", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="quality-") as work:
            known, reasons = known_parts(Path(work))
        notes += reasons
    page = report(columns, dict.fromkeys(notes), known)
    print(page)
    arguments.output.write_text(page, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
