"""How fast files are read, as ratios measured in one run.

Usage: bench_extract.py FOLDER_OF_PDFS [GLOB]

Prints pages per CPU second of pypdf as it is, of the pypdf path and of the fast path (both with
all that they do besides: cleaning, structure, checks), and the wall time of one worker against
two. The ratios of one run can be trusted, the absolute figures belong to the machine.
"""

from __future__ import annotations

import io
import logging
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pypdf

from droindex.extract.workers.run import ExtractRequest, extract_files
from droindex.settings import ExtractSettings

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5


def plain_pypdf(paths: list[Path]) -> int:
    pages = 0
    for path in paths:
        reader = pypdf.PdfReader(io.BytesIO(path.read_bytes()))
        if reader.is_encrypted:
            reader.decrypt("")
        pages += len([page.extract_text() for page in reader.pages])
    return pages


def ours(paths: list[Path], backend: str, workers: int = 0) -> int:
    requests = [ExtractRequest(path.name, path) for path in paths]
    settings = replace(ExtractSettings(), backend=backend, ocr=False)
    found = extract_files(requests, settings=settings, workers=workers)
    return sum(len(item.extraction.pages) for item in found)


def clocked(clock: Callable[[], float], action: Callable[[], int]) -> tuple[float, int]:
    start = clock()
    pages = action()
    return clock() - start, pages


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    paths = sorted(Path(sys.argv[1]).glob(sys.argv[2] if len(sys.argv) > 2 else "*.pdf"))
    ways: dict[str, Callable[[], int]] = {
        "pypdf as it is": lambda: plain_pypdf(paths),
        "droindex, pypdf": lambda: ours(paths, "pypdf"),
        "droindex, pdfium (auto)": lambda: ours(paths, "auto"),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    pages = 0
    for _ in range(ROUNDS):
        for name, way in ways.items():
            seconds, pages = clocked(time.process_time, way)
            times[name].append(seconds)
    # other work on the machine only ever adds to CPU time, so the least is the truest
    base = min(times["pypdf as it is"])
    print(f"{len(paths)} files, {pages} pages, best of {ROUNDS} rounds, CPU time\n")
    print("| way | pages per CPU second | x pypdf as it is |\n|---|---|---|")
    for name, seconds in times.items():
        best = min(seconds)
        print(f"| {name} | {pages / best:.1f} | {base / best:.2f} |")
    print(f"\nwall time, median of {ROUNDS} rounds\n")
    print("| backend | one worker, s | two workers, s | ratio |\n|---|---|---|---|")
    for backend, times_over in (("pypdf", 1), ("auto", 6)):
        walls: dict[int, list[float]] = {1: [], 2: []}
        for _ in range(ROUNDS):
            for workers, seconds_of in walls.items():
                seconds, _ = clocked(
                    time.perf_counter,
                    lambda w=workers, e=backend, n=times_over: ours(paths * n, e, w),  # type: ignore[misc]
                )
                seconds_of.append(seconds)
        one, two = (statistics.median(walls[workers]) for workers in (1, 2))
        print(f"| {backend} | {one:.2f} | {two:.2f} | {one / two:.2f} |")


if __name__ == "__main__":
    main()
