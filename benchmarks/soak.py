"""Long trials of durability and concurrency: `make soak` or `soak.py [SHARE]`; writes docs/soak.md.

SHARE is the part of the full length to run, 1 by default; the page says which it was.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import soak_trials as trials

from droindex import Index

PAGE = Path(__file__).resolve().parents[1] / "docs" / "soak.md"
ROWS: list[tuple[str, str, str]] = []  # trial, figures, seconds; the table of this run
HISTORIES = 300
HEAD = """# Soak tests

The trials that `make soak` runs; the test suite runs the same ones with small numbers
(`tests/index/test_durability.py`, `tests/trust/`). What they stand for is described in
[durability](durability.md).

"""


def row(name: str, figures: object, started: float) -> None:
    """Keep and print one line of the table."""
    ROWS.append((name, str(figures), f"{time.perf_counter() - started:.0f}"))
    print(*ROWS[-1], sep=" | ", flush=True)


def run_kills(folder: Path, count: int) -> None:
    started = time.perf_counter()
    found = trials.kills(folder, count)
    totals = ", ".join(f"{total}: {times}" for total, times in sorted(found.totals.items()))
    row(
        f"builds killed by SIGKILL at random moments, {count} tries, half of them late",
        f"{found.kills} killed ({found.late_kills} in the last tenth), {found.too_late} ended "
        f"first; documents found after each: {totals}; {found.searches} searches meanwhile; "
        f"faults: {found.faults or 'none'}",
        started,
    )


def run_flips(folder: Path, count: int) -> None:
    started = time.perf_counter()
    found = trials.flips(folder, count)
    before = ", ".join(f"{name} {times}" for name, times in found.outcomes.most_common())
    row(
        f"one byte flipped in CURRENT, the manifest or a file it lists, {count} tries",
        f"not found by check --deep: {len(found.unnoticed)}; answered from afterwards: "
        f"{len(found.answered)}; before the check: {before}; no DroindexError: {found.escaped or 0}"
        f"; processes that died: {found.died or 0}; slower than 2 s: {found.slow or 0}",
        started,
    )


def run_full(folder: Path, count: int) -> None:
    started = time.perf_counter()
    step = max(1, 60_000 // count)
    found = trials.full_disk(folder, list(range(1_000, 1_000 + count * step, step)))
    row(f"builds that may write no large file, {count} sizes", dict(found), started)
    mount = folder / "disk"
    mount.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(mount)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        row("builds on a full disk of 3 MB", "not run: a tmpfs cannot be mounted here", started)
        return
    started = time.perf_counter()
    try:
        row("builds on a disk of 3 MB, ever fuller", dict(trials.small_disk(mount)), started)
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=False)


def run_readers(folder: Path, seconds: float) -> None:
    started = time.perf_counter()
    found = trials.readers(folder, seconds)
    row(
        f"8 processes that read and one that builds, {seconds:.0f} s",
        f"{found.kills} builds, {found.searches} searches; faults: {found.faults or 'none'}",
        started,
    )


def run_threads(folder: Path, searches: int) -> None:
    started = time.perf_counter()
    corpus = trials.write_corpus(folder / "threads.jsonl", trials.records(300, 1))
    Index.build(corpus, folder / "threads.idx")
    found = trials.threads(folder / "threads.idx", searches)
    row(f"{searches} searches from 16 threads", f"answers that differ: {found}", started)


def run_motion(folder: Path, searches: int, updates: int) -> None:
    started = time.perf_counter()
    found = trials.motion(folder, searches, updates)
    memory = ", ".join(f"{size / 1e6:.0f}" for size in found.memory_bytes)
    row(
        f"{found.searches} searches and {found.updates} updates in one process",
        f"at each eighth: memory {memory} MB; open files {found.open_files}; "
        f"threads {found.threads}",
        started,
    )


def run_histories(count: int) -> None:
    started = time.perf_counter()
    test = "tests/trust/test_clearance.py"
    command = [sys.executable, "-m", "pytest", "-q", test, "-k", "cannot_tell"]
    environment = {**os.environ, "DROINDEX_HISTORIES": str(count)}
    done = subprocess.run(
        command, env=environment, cwd=PAGE.parents[1], capture_output=True, text=True, check=False
    )
    name = f"{count} histories with and without labelled documents, as the open caller sees them"
    row(name, "all byte-identical" if done.returncode == 0 else done.stdout[-300:], started)


def write_page(share: float) -> None:
    """Write the table of this run to docs/soak.md."""
    when = datetime.now(UTC).date().isoformat()
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, shared"
    lines = [f"Last run: {when}, Python {platform.python_version()}, {machine}."]
    if share < 1:
        lines.append(
            f"**It was cut short: {share:.0%} of the full length.** `make soak` runs all of it."
        )
    lines += ["", "| trial | found | seconds |", "|---|---|---|"]
    lines += [f"| {name} | {figures} | {seconds} |" for name, figures, seconds in ROWS]
    PAGE.write_text(HEAD + "\n".join(lines) + "\n", "utf-8")


def main() -> None:
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    folder = Path(tempfile.mkdtemp(prefix="droindex-soak-"))
    runs = (
        lambda at: run_kills(at, max(8, int(300 * share))),
        lambda at: run_flips(at, max(50, int(2_000 * share))),
        lambda at: run_full(at, max(4, int(30 * share))),
        lambda at: run_readers(at, max(10.0, 300 * share)),
        lambda at: run_threads(at, 1_000),
        lambda at: run_motion(at, max(2_000, int(1e6 * share)), max(40, int(10_000 * share))),
        lambda _: run_histories(max(10, int(HISTORIES * share))),
    )
    try:
        for number, run in enumerate(runs):
            at = folder / str(number)
            at.mkdir()
            run(at)
            write_page(share)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
