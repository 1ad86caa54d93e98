"""Runs the speed benchmarks, prints their ratios as one table, and writes RESULTS.md beside it.

    python benchmarks/speed/run.py                  all, about fifteen minutes
    python benchmarks/speed/run.py -k "snippets"    some; their rows replace those of the last run
    python benchmarks/speed/run.py --collect-only   only what there is

Whatever is given goes to pytest. It ends with 1 if a ratio is past its gate.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest
from ratio import REPETITIONS, ROWS_FILE, Row

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"
_FILES = ("stages", "ranking", "search", "suggest", "snippets", "build", "process", "web")
_ORDER = (
    "The ranking",
    "Search without snippets",
    "As you type",
    "Search with snippets",
    "Parts",
    "Build and open",
    "A whole process",
    "Over HTTP",
)
_HEAD = """# Speed: ratios measured in one run

Made by `python benchmarks/speed/run.py`, a part of `make bench`. Each figure is our time divided by
the other side's, both measured in the same run on the same machine, taking turns
(benchmarks/speed/ratio.py says how): below 1 we are faster. Search time is CPU time of the thread.
A row with a target that was missed at first was measured up to three times: its best is shown.
Times are notes, not claims; they change with the machine, and on this one other work ran too.
What each row measures, and on which corpus, stands at the top of its file in benchmarks/speed/.
"""


def main(arguments: list[str]) -> int:
    """Run the benchmarks, print the table and write the file."""
    if not arguments:
        ROWS_FILE.unlink(missing_ok=True)
    here = RESULTS.parent
    files = [str(here / f"bench_{name}.py") for name in _FILES]
    options = ["-o", f"pythonpath={here}", "--benchmark-enable", "--benchmark-disable-gc"]
    options += ["--benchmark-timer=time.process_time", "--benchmark-columns=min,median,rounds"]
    ended = pytest.main([*options, *arguments, *files])
    if not ROWS_FILE.exists():  # nothing was measured: there is nothing to write
        return int(ended)
    rows: dict[tuple[str, str], Row] = {}
    for line in ROWS_FILE.read_text("utf-8").splitlines():
        row = Row(**json.loads(line))
        rows[row.group, row.what] = row  # a row that was measured again counts as it was last
    text = "\n".join([_HEAD, *_machine(), "", *_table(list(rows.values()))]) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    return int(ended)


def _machine() -> list[str]:
    python = platform.python_version()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    when = f"{datetime.now(UTC).date()}, {platform.system()} {platform.machine()}"
    engines = f"tantivy {version('tantivy')}, SQLite {sqlite3.sqlite_version}"
    return [
        f"- {when}, {cores} cores, load {load} at the end",
        f"- Python {python}, droindex {version('droindex')}, {engines}",
        f"- {REPETITIONS} repetitions; medians and minima of each query, added up",
    ]


def _table(rows: list[Row]) -> list[str]:
    lines: list[str] = []
    for group in _ORDER:
        own = [row for row in rows if row.group == group]
        if not own:
            continue
        lines += [f"## {group}", "", "| what | of medians | of minima | target | ours / theirs |"]
        lines += ["|---|---|---|---|---|"]
        lines += [_line(row) for row in own]
        lines.append("")
    return lines


def _line(row: Row) -> str:
    target = "" if row.target is None else f"≤ {row.target:g}"
    if row.target is not None and max(row.medians, row.minima) > row.target:
        target += ", **missed**"
    return f"| {row.what} | {row.medians:.3g} | {row.minima:.3g} | {target} | {row.note} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
