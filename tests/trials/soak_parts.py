"""The parts of the soak: each runs in steps, and tells what its sums mean.

A new part is a row of `PARTS`. One that is a test with a number of examples in its environment
needs no more than `of_test`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import soak_fuzz
import soak_trials as trials
from soak_progress import Tally

from droindex import Index

ROOT = Path(__file__).resolve().parents[2]
Steps = Iterator[tuple[float, Tally]]  # how much a step did, and what it found
Rows = Iterator[tuple[str, str]]  # trial, what was found


@dataclass(frozen=True)
class Part:
    """A part of the soak.

    Attributes:
        full: Its full length.
        unit: Of that length.
        step: How much is done before it is written down; what an interrupted step did is lost.
        run: Given an empty folder, a length, the length of a step and a seed, yields the steps.
        rows: What sums mean, in words for the page.
    """

    full: float
    unit: str
    step: float
    run: Callable[[Path, float, float, int], Steps]
    rows: Callable[[Tally, float], Rows]


def in_steps(trial: Callable[[Path, float, int], Tally]) -> Callable[..., Steps]:
    """Return a part's `run` that does its trial anew for each step, with another seed."""

    def run(folder: Path, length: float, step: float, seed: int) -> Steps:
        number = 0
        while length > 1e-9:
            size = min(step, length)
            at = folder / f"step-{number}"
            at.mkdir()
            yield size, trial(at, size, seed + number)
            length -= size
            number += 1

    return run


def _kills(folder: Path, length: float, seed: int) -> Tally:
    return vars(trials.kills(folder, int(length), seed=seed))


def _kills_rows(sums: Tally, length: float) -> Rows:
    totals = ", ".join(f"{total}: {times}" for total, times in sorted(sums["totals"].items()))
    yield (
        (
            f"builds killed by SIGKILL at random moments, {length:.0f} kills, half of them in the "
            "last tenth, while a reader searches"
        ),
        (
            f"{sums['kills']} killed ({sums['late_kills']} in the last tenth), {sums['too_late']} "
            f"ended first; documents found after each: {totals}; {sums['searches']} searches "
            f"meanwhile; faults: {sums['faults'] or 'none'}"
        ),
    )


def _flips(folder: Path, length: float, seed: int) -> Tally:
    return vars(trials.flips(folder, int(length), seed=seed))


def _flips_rows(sums: Tally, length: float) -> Rows:
    before = ", ".join(f"{name} {times}" for name, times in sorted(sums["outcomes"].items()))
    yield (
        f"one byte flipped in CURRENT, the manifest or a file it lists, {length:.0f} tries",
        (
            f"not found by check --deep: {len(sums['unnoticed'])}; answered from afterwards: "
            f"{len(sums['answered'])}; before the check: {before}; no DroindexError: "
            f"{sums['escaped'] or 0}; processes that died: {sums['died'] or 0}; "
            f"slower than 2 s: {sums['slow'] or 0}"
        ),
    )


def _full(folder: Path, length: float, seed: int) -> Tally:
    first = 1_000 + 137 * seed % 1_900  # other sizes in each step
    sizes = [first + n * 58_000 // int(length) for n in range(int(length))]
    found = {"limited": dict(trials.full_disk(folder, sizes))}
    mount = folder / "disk"
    mount.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(mount)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        return {**found, "disk": {"not run, a tmpfs cannot be mounted here": 1}}
    try:
        return {**found, "disk": dict(trials.small_disk(mount))}
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=False)


def _full_rows(sums: Tally, length: float) -> Rows:
    yield f"builds that may write no large file, {length:.0f} sizes", _counts(sums["limited"])
    yield "builds on a disk of 3 MB, ever fuller", _counts(sums["disk"])


def _readers(folder: Path, length: float, _seed: int) -> Tally:
    found = trials.readers(folder, length * 60)
    return {"builds": found.kills, "searches": found.searches, "faults": found.faults}


def _readers_rows(sums: Tally, length: float) -> Rows:
    yield (
        f"8 processes that read and one that builds, {length:g} minutes",
        (
            f"{sums['builds']} builds, {sums['searches']} searches; "
            f"faults: {sums['faults'] or 'none'}"
        ),
    )


def _threads(folder: Path, length: float, seed: int) -> Tally:
    corpus = trials.write_corpus(folder / "threads.jsonl", trials.records(300, seed))
    Index.build(corpus, folder / "threads.idx")
    return {"differ": trials.threads(folder / "threads.idx", int(length))}


def _threads_rows(sums: Tally, length: float) -> Rows:
    yield f"{length:.0f} searches from 16 threads", f"answers that differ: {sums['differ']}"


SEARCHES_EACH = 100  # for each update of the part `motion`


def _motion(folder: Path, length: float, step: float, _seed: int) -> Steps:
    """One process for the whole sitting, so that what it uses is seen over all of it."""
    samples = trials.motion_apart(folder, int(length), SEARCHES_EACH, int(step))
    return _as_steps(samples)


def _generations(folder: Path, length: float, step: float, _seed: int) -> Steps:
    """One process and one handle for the whole sitting."""
    return _as_steps(trials.generations(folder, int(length), int(step)))


def _as_steps(samples: Iterator[trials.Sample]) -> Steps:
    done = 0
    for sample in samples:
        yield sample.steps - done, {"samples": [{**asdict(sample), "is_first": done == 0}]}
        done = sample.steps


def _motion_rows(sums: Tally, length: float) -> Rows:
    yield (
        (
            f"{SEARCHES_EACH * length:.0f} searches and {length:.0f} updates, each sitting in one "
            "process, with the default allocator"
        ),
        _usage(sums["samples"]),
    )


def _generations_rows(sums: Tally, length: float) -> Rows:
    yield (
        f"one handle in each sitting that turns to {length:.0f} generations of another process",
        _usage(sums["samples"]),
    )


def _usage(samples: list[dict[str, float]]) -> str:
    """Return what processes used: at the first sample of each, at the last, and at most."""
    sittings: list[list[dict[str, float]]] = []
    for sample in samples:
        if sample["is_first"]:
            sittings.append([])
        sittings[-1].append(sample)
    names = {"memory_mb": "own memory in MB", "open_files": "open files", "threads": "threads"}
    if samples[0]["objects"]:
        names["objects"] = "Python objects"
    return "; ".join(
        f"{words}: "
        + ", ".join(
            f"{sitting[0][name]:.0f} → {sitting[-1][name]:.0f} "
            f"(most {max(sample[name] for sample in sitting):.0f})"
            for sitting in sittings
        )
        for name, words in names.items()
    )


def _fuzz(folder: Path, length: float, _seed: int) -> Tally:
    return vars(soak_fuzz.fuzz(folder, length * 60))


def _fuzz_rows(sums: Tally, length: float) -> Rows:
    yield (
        f"{length:g} minutes of made-up queries, metadata, records and library heads",
        f"inputs: {_counts(sums['tries'])}; finds: {sums['finds'] or 'none'}",
    )


def of_test(
    full: int, unit: str, step: int, test: str, wanted: str, variable: str, trial: str
) -> Part:
    """Return a part that runs tests with a number of fresh examples.

    Args:
        full: The full length, in examples.
        unit: What the examples are called.
        step: How many examples a run of the tests tries.
        test: The file of the tests, as pytest takes it.
        wanted: Which of them, as `pytest -k` takes it.
        variable: What in the environment tells them how many examples to try; `DROINDEX_SEED`
            tells those that draw none of their own where to begin.
        trial: What is tried, for the page.
    """

    def run(_folder: Path, length: float, seed: int) -> Tally:
        command = [sys.executable, "-m", "pytest", "-q", test, "-k", wanted]
        environment = {**os.environ, variable: str(int(length)), "DROINDEX_SEED": str(seed)}
        done = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        return {"finds": [] if done.returncode == 0 else [done.stdout[-300:]]}

    def rows(sums: Tally, length: float) -> Rows:
        yield f"{length:.0f} {trial}", f"finds: {sums['finds'] or 'none'}"

    return Part(full, unit, step, in_steps(run), rows)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {times}" for name, times in sorted(counts.items()))


PARTS = {
    "kills": Part(300, "kills", 20, in_steps(_kills), _kills_rows),
    "flips": Part(2_000, "tries", 100, in_steps(_flips), _flips_rows),
    "full": Part(30, "sizes", 10, in_steps(_full), _full_rows),
    "readers": Part(5, "minutes", 0.5, in_steps(_readers), _readers_rows),
    "threads": Part(1_000, "searches", 500, in_steps(_threads), _threads_rows),
    "motion": Part(10_000, "updates, each with 100 searches", 50, _motion, _motion_rows),
    "generations": Part(2_000, "generations", 50, _generations, _generations_rows),
    "histories": of_test(
        300,
        "histories",
        10,
        "tests/trust/test_clearance.py",
        "cannot_tell or does_not_hide",
        "DROINDEX_HISTORIES",
        "histories each with and without labelled documents, and with labelled duplicates of open "
        "ones: what the open caller sees, byte for byte",
    ),
    "withdrawals": of_test(
        300,
        "histories",
        20,
        "tests/trust/test_withdrawal_histories.py",
        "TestHistories",
        "DROINDEX_WITHDRAWALS",
        "histories of documents that gain labels, move, leave, return, are rolled back and "
        "exported: no withdrawn word where an open caller can reach it",
    ),
    "slips": of_test(
        20_000,
        "cases",
        500,
        "tests/trust/test_label_slips.py",
        "no_slip",
        "DROINDEX_SLIPS",
        "damaged pieces of metadata that held a label, in any order of builds: no document that "
        "was or may be labelled is open",
    ),
    "fuzz": Part(60, "minutes", 1, in_steps(_fuzz), _fuzz_rows),
}
