"""Long trials of durability and trust: `make soak`, or a part of it; writes docs/soak.md.

    soak.py                             all parts at full length, some hours
    soak.py --only kills --only flips   these parts; the rows of the others stay as they are
    soak.py --share 0.01                every part at a hundredth of its length
    soak.py --only fuzz --fuzz 2        two minutes of fuzzing

Each part's length is an option of its name: a count, or minutes.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import soak_fuzz
import soak_trials as trials
from soak_tell import every

from droindex import Index

PAGE = Path(__file__).resolve().parents[1] / "docs" / "soak.md"
ROOT = PAGE.parents[1]
HEAD = """# Soak tests

The trials that `make soak` runs; the test suite runs the same ones with small numbers
(`tests/index/test_durability.py`, `tests/trust/`). What they stand for is described in
[durability](durability.md).

Each row is written when its part is run and stays until it is run again; *run* says when, on what,
and which share of the full length it was. `make soak` runs everything at full length;
`python benchmarks/soak.py --only PART` one part, `--help` names the lengths.
"""
COLUMNS = ("part", "trial", "found", "run", "seconds")
Figures = Iterator[tuple[str, str]]  # trial, what was found


@dataclass(frozen=True)
class Part:
    """A part of the soak: what runs it, and how long it is.

    Attributes:
        run: Given a folder and the length, yields its rows.
        full: The full length.
        least: The shortest length that means something.
        unit: Of both.
    """

    run: Callable[[Path, float], Figures]
    full: float
    least: float
    unit: str


def run_kills(folder: Path, length: float) -> Figures:
    """Kill builds."""
    found = trials.kills(folder, int(length), tell=every("kills"))
    totals = ", ".join(f"{total}: {times}" for total, times in sorted(found.totals.items()))
    yield (
        (
            f"builds killed by SIGKILL at random moments, {length:.0f} kills, half of them in the "
            "last tenth, while a reader searches"
        ),
        (
            f"{found.kills} killed ({found.late_kills} in the last tenth), {found.too_late} ended "
            f"first; documents found after each: {totals}; {found.searches} searches meanwhile; "
            f"faults: {found.faults or 'none'}"
        ),
    )


def run_flips(folder: Path, length: float) -> Figures:
    """Flip bytes."""
    found = trials.flips(folder, int(length), tell=every("flips"))
    before = ", ".join(f"{name} {times}" for name, times in found.outcomes.most_common())
    yield (
        f"one byte flipped in CURRENT, the manifest or a file it lists, {length:.0f} tries",
        (
            f"not found by check --deep: {len(found.unnoticed)}; answered from afterwards: "
            f"{len(found.answered)}; before the check: {before}; no DroindexError: "
            f"{found.escaped or 0}; processes that died: {found.died or 0}; "
            f"slower than 2 s: {found.slow or 0}"
        ),
    )


def run_full(folder: Path, length: float) -> Figures:
    """Fill disks."""
    step = max(1, 60_000 // int(length))
    sizes = list(range(1_000, 1_000 + int(length) * step, step))
    limited = trials.full_disk(folder, sizes, tell=every("full"))
    yield f"builds that may write no large file, {length:.0f} sizes", str(dict(limited))
    mount = folder / "disk"
    mount.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(mount)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        yield "builds on a full disk of 3 MB", "not run: a tmpfs cannot be mounted here"
        return
    try:
        yield "builds on a disk of 3 MB, ever fuller", str(dict(trials.small_disk(mount)))
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=False)


def run_readers(folder: Path, length: float) -> Figures:
    """Let many read while one builds."""
    found = trials.readers(folder, length * 60, tell=every("readers"))
    yield (
        f"8 processes that read and one that builds, {length:g} minutes",
        f"{found.kills} builds, {found.searches} searches; faults: {found.faults or 'none'}",
    )


def run_threads(folder: Path, length: float) -> Figures:
    """Search from many threads."""
    corpus = trials.write_corpus(folder / "threads.jsonl", trials.records(300, 1))
    Index.build(corpus, folder / "threads.idx")
    found = trials.threads(folder / "threads.idx", int(length))
    yield f"{length:.0f} searches from 16 threads", f"answers that differ: {found}"


def run_motion(folder: Path, length: float) -> Figures:
    """Update and search for long, with the default allocator."""
    found = trials.motion_apart(folder, 100 * int(length), int(length))
    memory = ", ".join(f"{size / 1e6:.0f}" for size in found.memory_bytes)
    yield (
        f"{found.searches} searches and {found.updates} updates in one process",
        (
            f"at each eighth: own memory {memory} MB; open files {found.open_files}; "
            f"threads {found.threads}; Python objects {found.objects}"
        ),
    )


def run_generations(folder: Path, length: float) -> Figures:
    """Let a handle follow many generations."""
    found = trials.generations(folder, int(length), tell=every("generations"))
    memory = ", ".join(f"{size / 1e6:.0f}" for size in found.memory_bytes)
    yield (
        f"one handle that turns to {found.updates} generations of another process",
        (
            f"at each eighth: own memory {memory} MB; open files {found.open_files}; "
            f"threads {found.threads}"
        ),
    )


def run_histories(_folder: Path, length: float) -> Figures:
    """Compare what the open caller sees."""
    test = "tests/trust/test_clearance.py"
    wanted = "cannot_tell or does_not_hide"
    command = [sys.executable, "-m", "pytest", "-q", test, "-k", wanted]
    environment = {**os.environ, "DROINDEX_HISTORIES": str(int(length))}
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    yield (
        (
            f"{length:.0f} histories each with and without labelled documents, and with labelled "
            "duplicates of open ones, as the open caller sees them"
        ),
        "all byte-identical" if done.returncode == 0 else done.stdout[-300:],
    )


def run_fuzz(folder: Path, length: float) -> Figures:
    """Fuzz what comes from outside."""
    found = soak_fuzz.fuzz(folder, length * 60, tell=every("fuzz"))
    tries = ", ".join(f"{kind} {times}" for kind, times in sorted(found.tries.items()))
    yield (
        f"{length:g} minutes of made-up queries, metadata, records and library heads",
        f"inputs: {tries}; finds: {found.finds or 'none'}",
    )


PARTS = {
    "kills": Part(run_kills, 300, 8, "kills"),
    "flips": Part(run_flips, 2_000, 50, "tries"),
    "full": Part(run_full, 30, 4, "sizes"),
    "readers": Part(run_readers, 5, 0.1, "minutes"),
    "threads": Part(run_threads, 1_000, 100, "searches"),
    "motion": Part(run_motion, 10_000, 40, "updates, each with 100 searches"),
    "generations": Part(run_generations, 2_000, 24, "generations"),
    "histories": Part(run_histories, 300, 10, "histories"),
    "fuzz": Part(run_fuzz, 60, 0.2, "minutes"),
}


def clean(text: str) -> str:
    """Return a text that can stand in a cell of the table."""
    return re.sub(r"\s+", " ", text.replace("|", "/")).strip()


def read_rows(page: Path) -> dict[str, list[list[str]]]:
    """Return the rows of the page by part; none where it has another table or is not there."""
    rows: dict[str, list[list[str]]] = {}
    lines = page.read_text("utf-8").splitlines() if page.exists() else []
    for line in lines:
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("|") and len(cells) == len(COLUMNS) and cells[0] in PARTS:
            rows.setdefault(cells[0], []).append(cells)
    return rows


def write_page(page: Path, rows: dict[str, list[list[str]]]) -> None:
    """Write the page with the rows of each part, in the order of the parts."""
    table = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    for name in PARTS:
        table += [f"| {' | '.join(cells)} |" for cells in rows.get(name, ())]
    missing = [name for name in PARTS if name not in rows]
    tail = f"\nNot run yet: {', '.join(missing)}.\n" if missing else ""
    page.write_text(f"{HEAD}\n" + "\n".join(table) + "\n" + tail, "utf-8")


def run_part(name: str, length: float, folder: Path) -> list[list[str]]:
    """Run one part and return its rows."""
    part = PARTS[name]
    share = "in full" if length >= part.full else f"{100 * length / part.full:.2g} % of full"
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    rows = []
    print(f"{name}: {length:g} {part.unit}, {share}", file=sys.stderr)
    started = time.perf_counter()
    for trial, found in part.run(folder, length):
        run = f"{datetime.now(UTC).date()}, {machine}, {os.cpu_count()} shared cores, {share}"
        took = f"{time.perf_counter() - started:.0f}"
        rows.append([clean(cell) for cell in (name, trial, found, run, took)])
        print(*rows[-1], sep=" | ", flush=True)
        started = time.perf_counter()
    return rows


def options() -> argparse.Namespace:
    """Return what the command line asks for."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("--only", action="append", choices=tuple(PARTS), help="only this part")
    parser.add_argument("--share", type=float, default=1.0, help="share of each full length")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page to write")
    for name, part in PARTS.items():
        text = f"{part.unit}; {part.full:g} in full"
        parser.add_argument(f"--{name}", type=float, metavar="N", help=text)
    return parser.parse_args()


def main() -> None:
    """Run what was asked for; the page is written after each part."""
    asked = options()
    folder = Path(tempfile.mkdtemp(prefix="droindex-soak-"))
    try:
        for name in asked.only or PARTS:
            part, given = PARTS[name], getattr(asked, name)
            length = given if given is not None else max(part.least, part.full * asked.share)
            at = folder / name
            at.mkdir()
            done = run_part(name, length, at)
            write_page(asked.page, {**read_rows(asked.page), name: done})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
