"""A build over files that nobody has seen: a status for each, no hang, no traceback.

    world.py FOLDER             build a library over its PDF files, and print what came of them
    world.py FOLDER --faults    once more, while calls of the parent fail for every hundredth file
    world.py FOLDER --list      name the slowest files, and all that were not read in full

Pages that are images are not read: OCR is off, so that one run takes minutes. A fault is planted in
each call between the moment a file is submitted and the moment its reading is there, in turn; the
file must end as `crashed` or `partial`, and every other one as in the run before. Exits with 1
where something is not as it must be. docs/soak.md has what it said about 2,687 public files.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from world_run import AFTER, Run, build_apart, pdf_files, planned

from droindex.model import FileStatus

MOST_MB = 300  # of the parent, for all that one folder may hold
ENDED = {FileStatus.CRASHED, FileStatus.PARTIAL}  # what had come of a file is kept
EACH = 100  # every so many files a fault
LISTED = 20


def wrong(folder: Path, run: Run) -> Iterator[str]:
    """Yield what must not be, in a run with faults or without."""
    statuses = {status.value for status in FileStatus}
    if missing := [name for name in pdf_files(folder) if run.statuses.get(name) not in statuses]:
        yield f"{len(missing)} files have no status: {missing[:LISTED]}"
    if run.tracebacks:
        yield f"{len(run.tracebacks)} tracebacks, the first: {run.tracebacks[0]}"
    if run.peak_mb > MOST_MB:
        yield f"The parent took {run.peak_mb} MB; it may take {MOST_MB}."


def differing(plain: Run, faulty: Run, faults: Mapping[str, str]) -> Iterator[str]:
    """Yield in what a run with faults differs from the run without beyond the files with faults.

    Args:
        plain: The run without.
        faulty: The run with faults.
        faults: The call that was to fail, by file.
    """
    for name, call in faults.items():
        if name not in faulty.met:
            yield f"{name}: {call} was never called with it."
        status = faulty.statuses.get(name)
        if call in AFTER:
            if status != plain.statuses.get(name):
                yield f"{name}: {call} failed when its reading was there, and it ended as {status}."
        elif status not in ENDED:
            yield f"{name}: {call} failed, and it ended as {status}."
    for name, status in plain.statuses.items():
        if name not in faults and faulty.statuses.get(name) != status:
            yield f"{name}: {status} without faults, {faulty.statuses.get(name)} with them."


def table(folder: Path, run: Run) -> Iterator[str]:
    """Yield the lines of a table: how the files of each folder ended."""
    used = [status.value for status in FileStatus if status in set(run.statuses.values())]
    yield f"| folder | files | {' | '.join(used)} | no status |"
    yield "|---" * (len(used) + 3) + "|"
    counts: dict[str, Counter[str]] = {}
    for name in pdf_files(folder):
        top = name.split("/")[0] if "/" in name else "."
        for row in (top, "all"):
            counts.setdefault(row, Counter())[run.statuses.get(name, "none")] += 1
    counts["all"] = counts.pop("all", Counter())
    for top, count in counts.items():
        cells = [count.total(), *(count[status] for status in used), count["none"]]
        yield f"| {top} | {' | '.join(map(str, cells))} |"


def told(run: Run) -> Iterator[str]:
    """Yield what a run took, in lines."""
    name, seconds = run.slowest[0] if run.slowest else ("none", 0.0)
    yield f"{run.pages} pages with text in {run.seconds:.0f} s; slowest {seconds:.0f} s ({name})"
    yield f"parent: {run.reading_mb} MB when all was read, {run.peak_mb} MB at most"
    yield f"tracebacks: {len(run.tracebacks)}"
    problems = ", ".join(f"{slug} {count}" for slug, count in sorted(run.problems.items()))
    yield f"problems: {problems or 'none'}"


def arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("folder", type=Path, help="holds PDF files, in folders as it likes")
    parser.add_argument("--faults", action="store_true", help="and a run with planted faults")
    parser.add_argument("--each", type=int, default=EACH, help="a fault every so many files")
    parser.add_argument("--workers", type=int, default=2, help="processes that read")
    parser.add_argument("--list", action="store_true", help="name slow and unread files")
    asked = parser.parse_args()
    if not asked.folder.is_dir():
        parser.error(f"There is no folder {asked.folder}: give one that holds PDF files.")
    if not pdf_files(asked.folder):
        parser.error(f"No PDF file lies in {asked.folder} or below it.")
    return asked


def main() -> int:
    """Run once, and with faults once more if asked to; print what came of it."""
    asked = arguments()
    folder = asked.folder.resolve()
    plain = build_apart(folder, workers=asked.workers)
    faults = list(wrong(folder, plain))
    print(*table(folder, plain), "", *told(plain), sep="\n")
    if asked.list:
        print(*(f"{seconds:.1f} s  {name}" for name, seconds in plain.slowest[:LISTED]), sep="\n")
        why = (f"{plain.statuses[name]}  {name}: {text}" for name, text in plain.reasons.items())
        print(*why, sep="\n")
    if asked.faults:
        plan = planned(folder, asked.each)
        faulty = build_apart(folder, plan, asked.workers)
        faults += [*wrong(folder, faulty), *differing(plain, faulty, plan)]
        calls = Counter(plan[name] for name in faulty.met)
        ended = sum(faulty.statuses.get(name) in ENDED for name in plan)
        print(f"\n{len(plan)} faults planted, {calls.total()} met, {ended} files ended by them")
        print(*(f"{call}: {count}" for call, count in sorted(calls.items())), sep="\n")
        print(*told(faulty), sep="\n")
    print(*(f"wrong: {fault}" for fault in faults or ["nothing"]), sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
