"""Building and opening, against the raw engine that writes the same fields into the same indexes.

What is measured: CPU time of all threads of a process of its own, and its peak memory.
- Build: `Index.build` of a `.jsonl` of 2,000 statute sections (or as DROINDEX_BENCH_BUILD says),
  no file extraction, one clearance. Raw: read the same lines with json, write the same entries
  (titles, summaries, keys, all text twice, passages of pages) with the plain engine, one thread,
  two indexes; it works out no profiles for feedback and harvests no acronyms, as we do.
- Open: a library of 100,000 short documents; raw: the engine's open of its document index.
- Again: the same build with nothing changed, of the `.jsonl` and of a folder of text files.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import corpora
import pytest
import twin
from ratio import Ratio, Row, compare, compare_runs, record, settled

from droindex import Index

if TYPE_CHECKING:
    from libraries import Bench

GROUP = "Build and open"
BUILD_TARGET, BUILD_GATE = 1.6, 2.0
MEMORY_TARGET_MB = 100
OPEN_TARGET, OPEN_GATE = 3.0, 3.5
AGAIN_TARGET, AGAIN_GATE = 0.05, 0.07
SECTIONS = int(os.environ.get("DROINDEX_BENCH_BUILD", "2000"))
_HERE = Path(__file__).resolve().parent


def run(job: str, *arguments: object) -> dict[str, float]:
    """Run a job of `build_jobs.py` in a process of its own; return its CPU seconds and memory."""
    command = [sys.executable, str(_HERE / "build_jobs.py"), job, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def records(bulk: Bench, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("records") / "sections.jsonl"
    with path.open("wb") as file:
        file.writelines(corpora.bulk_records(SECTIONS))
    return path


def test_build(records: Path, tmp_path: Path) -> None:
    memory: dict[str, list[float]] = {"ours": [], "raw": []}
    count = iter(range(1_000))

    def ours() -> float:
        found = run("build", records, tmp_path / f"{next(count)}.idx")
        memory["ours"].append(found["peak_mb"])
        return found["cpu_s"]

    def raw() -> float:
        found = run("raw", records, tmp_path / f"{next(count)}.raw")
        memory["raw"].append(found["peak_mb"])
        return found["cpu_s"]

    found: Ratio = settled(lambda: compare_runs(ours, raw), lambda r: r.worse, BUILD_TARGET)
    note = f"{found.ours_us / 1e6:.1f} / {found.theirs_us / 1e6:.1f} s CPU"
    what = f"build of {SECTIONS:,} sections from .jsonl ÷ raw engine, same fields"
    record(Row(GROUP, what, found.medians, found.minima, BUILD_TARGET, note))
    more = min(memory["ours"]) - min(memory["raw"])
    note = f"{min(memory['ours']):.0f} - {min(memory['raw']):.0f} MB"
    what = f"peak memory of that build - raw engine's, in units of {MEMORY_TARGET_MB} MB"
    share = more / MEMORY_TARGET_MB
    record(Row(GROUP, what, share, share, 1.0, note))
    assert found.worse <= BUILD_GATE
    assert share <= 1.0


def test_again(records: Path, tmp_path: Path) -> None:
    _assert_again(records, tmp_path / "again.idx", f"{SECTIONS:,} records of a .jsonl")


def test_again_folder(records: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, line in enumerate(records.read_bytes().splitlines()):
        section = json.loads(line)
        text = f"{section['title']}\n\n{section['body']}"
        (corpus / f"{number:05d}.txt").write_text(text, encoding="utf-8")
    _assert_again(corpus, tmp_path / "again.idx", f"a folder of {SECTIONS:,} text files")


def _assert_again(corpus: Path, library: Path, what: str) -> None:
    """Assert what a build of a corpus costs that has not changed since the first one."""
    first = run("build", corpus, library)["cpu_s"]
    again = min(run("build", corpus, library)["cpu_s"] for _ in range(3))
    idle = min(run("idle")["cpu_s"] for _ in range(3))
    share = (again - idle) / (first - idle)
    note = f"{again:.2f} / {first:.2f} s CPU, {idle:.2f} s of each to start Python and import"
    row = f"{what}, nothing changed ÷ first build"
    record(Row(GROUP, row, share, share, AGAIN_TARGET, note))
    assert share <= AGAIN_GATE


def test_open(work: Path) -> None:
    library = work / "many.idx"
    if not library.exists():
        Index.update(library, documents=corpora.short_documents(100_000))
    with Index.open(library) as index:
        folder = twin.reader_of(index).folder / "documents"
        analyzer = twin.reader_of(index).analyzer
        assert len(index) == 100_000

    found = settled(
        lambda: compare(
            lambda _: Index.open(library).close(),
            lambda _: twin.RawEngine(folder, analyzer),
            list(range(20)),
        ),
        lambda r: r.worse,
        OPEN_TARGET,
    )
    note = f"{found.ours_us:.0f} / {found.theirs_us:.0f} µs"
    what = "opening a library of 100,000 documents ÷ the raw engine's open of one index"
    record(Row(GROUP, what, found.medians, found.minima, OPEN_TARGET, note))
    assert found.worse <= OPEN_GATE
