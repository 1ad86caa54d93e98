"""Long trials of durability and trust: `make soak`, or a part of it; writes docs/soak.md.

    soak.py                             all that is left to full length, some hours
    soak.py --only kills --only flips   these parts; the rows of the others stay as they are
    soak.py --share 0.01                a hundredth of each full length more
    soak.py --only fuzz --fuzz 2        two minutes of fuzzing more
    soak.py --only motion --anew        forget what was done of it, and begin again

Each part's length is an option of its name: a count, or minutes. What is done is kept in `.soak/`
after each step and summed, so a part can be stopped at any moment and goes on where it was; one
that was run in full is left alone until it is begun anew.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import signal
import sys
import tempfile
from pathlib import Path

from soak_parts import PARTS, ROOT, Part
from soak_progress import Keeper, Progress

PAGE = ROOT / "docs" / "soak.md"
STATE = ROOT / ".soak"
HEAD = """# Soak tests

The trials that `make soak` runs; the test suite runs the same ones with small numbers
(`tests/trust/`). What they stand for is described in
[durability](durability.md).

A part is run in one or more sittings until it is at full length. Each row sums all of them: the
counts are added up, and every fault and find of any sitting stays in it. *run* says when, on what,
which share of the full length it is, in how many sittings, and with which commits (a `+` stands
for changes that were not committed). What a process uses is given for each sitting: at its first
look, at its last, and the most. `make soak` runs what is left; `python tests/trials/soak.py --only
PART` one part, `--help` tells more.
"""
COLUMNS = ("part", "trial", "found", "run", "seconds")
Rows = list[list[str]]


def clean(text: str) -> str:
    """Return a text that can stand in a cell of the table."""
    return re.sub(r"\s+", " ", text.replace("|", "/")).strip()


def read_rows(page: Path) -> dict[str, Rows]:
    """Return the rows of the page by part; none where it has another table or is not there."""
    rows: dict[str, Rows] = {}
    lines = page.read_text("utf-8").splitlines() if page.exists() else []
    for line in lines:
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("|") and len(cells) == len(COLUMNS) and cells[0] in PARTS:
            rows.setdefault(cells[0], []).append(cells)
    return rows


def write_page(page: Path, rows: dict[str, Rows]) -> None:
    """Write the page with the rows of each part, in the order of the parts; its sections stay."""
    table = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    for name in PARTS:
        table += [f"| {' | '.join(cells)} |" for cells in rows.get(name, ())]
    missing = [name for name in PARTS if name not in rows]
    tail = f"\nNot run yet: {', '.join(missing)}.\n" if missing else ""
    before = page.read_text("utf-8") if page.exists() else ""
    sections = before[before.find("\n## ") :] if "\n## " in before else ""
    page.write_text(f"{HEAD}\n" + "\n".join(table) + "\n" + tail + sections, "utf-8")


def rows_of(name: str, part: Part, progress: Progress) -> Rows:
    """Return the rows that tell what a part has found so far."""
    share = progress.done / part.full
    days = " to ".join(dict.fromkeys((progress.days[0], progress.days[-1])))
    run = (
        f"{days}, Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} shared cores, "
        + ("in full" if share >= 1 else f"{100 * share:.2g} % of full")
        + f", in {progress.sittings} sitting{'s' * (progress.sittings != 1)}, "
        f"commits: {', '.join(progress.commits)}"
    )
    seconds = f"{progress.seconds:.0f}"
    return [
        [clean(cell) for cell in (name, trial, found, run, seconds)]
        for trial, found in part.rows(progress.tally, progress.done)
    ]


def run_part(name: str, part: Part, length: float, keeper: Keeper, page: Path) -> None:
    """Run so much more of a part, in steps; what is done is on the page after each."""
    progress = keeper.progress
    target = min(part.full, progress.done + length)
    left = round(target - progress.done, 6)
    if left <= 0:
        print(f"{name}: in full since {progress.days[-1]}; --anew begins again", file=sys.stderr)
        return
    if part.unit != "minutes":
        left = max(1, round(left))
    seed = 1 + 1_000 * progress.sittings
    with tempfile.TemporaryDirectory(prefix="droindex-soak-") as folder:
        for done, tally in part.run(Path(folder), left, part.step, seed):
            keeper.step(done, tally)
            write_page(page, {**read_rows(page), name: rows_of(name, part, progress)})
            print(
                f"{name}: {progress.done:g} of {part.full:g} {part.unit} "
                f"after {progress.seconds:.0f} s",
                file=sys.stderr,
            )
    for cells in rows_of(name, part, progress):
        print(*cells, sep=" | ", flush=True)


def options() -> argparse.Namespace:
    """Return what the command line asks for."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("--only", action="append", choices=tuple(PARTS), help="only this part")
    parser.add_argument("--share", type=float, default=1.0, help="share of each full length")
    parser.add_argument("--anew", action="store_true", help="forget what was done before")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page to write")
    parser.add_argument("--state", type=Path, default=STATE, help="where to keep what is done")
    for name, part in PARTS.items():
        text = f"{part.unit}; {part.full:g} in full"
        parser.add_argument(f"--{name}", type=float, metavar="N", help=text)
    return parser.parse_args()


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Run what was asked for; the page and the state are written after each step."""
    asked = options()
    for number in (signal.SIGINT, signal.SIGTERM):  # the first is off where a shell's job runs
        signal.signal(number, _stop)
    for name in asked.only or PARTS:
        part, given = PARTS[name], getattr(asked, name)
        file = asked.state / f"{name}.json"
        if asked.anew:
            file.unlink(missing_ok=True)
        length = given if given is not None else part.full * asked.share
        try:
            run_part(name, part, length, Keeper(file), asked.page)
        except KeyboardInterrupt:
            print(f"{name}: stopped; the same command goes on", file=sys.stderr)
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
