"""How sure the recogniser of bundles is: what it finds among real files, against hand counts.

    python benchmarks/quality/bundles.py FOLDER [FOLDER ...] [--ocr] [--cache DIR] [--list]

Every PDF below the folders is read. A file of which droindex says that it holds several orders is
right where `bundles.tsv` lists it (digest of its content, number of its orders, where it comes
from), else wrong: whoever adds a line has looked at the file. Listed files that are there and not
found are missed. What is split says how many of those found have plain parts, and why others not.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from droindex.extract.cache import ExtractionCache
from droindex.extract.workers.run import ExtractRequest, extract_files
from droindex.metadata.infer.bundles import outlined_parts, part_numbers, plain_parts
from droindex.settings import ExtractSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.extract.workers.run import Extracted

TRUTH = Path(__file__).with_name("bundles.tsv")
DIGEST_CHARS = 16
TARGET = 0.97  # of those found, right


def truth() -> dict[str, int]:
    """Return the number of orders of each bundle that somebody has looked at, by digest."""
    with TRUTH.open(encoding="utf-8", newline="") as lines:
        return {row["sha256"]: int(row["orders"]) for row in csv.DictReader(lines, delimiter="\t")}


def read(folders: list[Path], *, ocr: bool, cache: Path | None) -> Iterator[Extracted]:
    """Yield the readings of all PDF files, each content once."""
    files = sorted({file for folder in folders for file in folder.rglob("*.pdf")})
    seen: set[str] = set()
    for extracted in extract_files(
        (ExtractRequest(str(file), file, file) for file in files),
        settings=ExtractSettings(ocr=ocr),
        cache=ExtractionCache(cache) if cache else None,
        workers=1,
    ):
        digest = (extracted.sha256 or "")[:DIGEST_CHARS]
        if digest not in seen:
            seen.add(digest)
            yield extracted


def main() -> int:
    """Print the counts; exits with 1 where precision misses its target."""
    parser = argparse.ArgumentParser(description="Bundles found among real files.")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--ocr", action="store_true", help="read scans as well")
    parser.add_argument("--cache", type=Path, help="where texts are kept between runs")
    parser.add_argument("--list", action="store_true", help="name the files found or missed")
    asked = parser.parse_args()
    known, files, pages, told = truth(), 0, 0, list[str]()
    right = wrong = missed = counted = split = 0
    for extracted in read(asked.folders, ocr=asked.ocr, cache=asked.cache):
        files, pages = files + 1, pages + len(extracted.extraction.pages)
        orders = known.get((extracted.sha256 or "")[:DIGEST_CHARS])
        reading = extracted.extraction
        found = len(part_numbers(reading.pages) or outlined_parts(reading))
        missed += bool(orders and not found)
        if not found:
            told += [f"missed: {extracted.request.path}"] if orders else []
            continue
        right, wrong = right + bool(orders), wrong + (not orders)
        counted += found == orders
        parts, fault = plain_parts(reading)
        split += bool(parts)
        kind = "found" if orders else "wrong"
        told.append(f"{kind}: {extracted.request.path}: {found} orders; {fault or 'plain'}")
    share = right / (right + wrong) if right + wrong else 1.0
    print(f"{files:,} files, {pages:,} pages")
    print("| found | right | precision | orders counted right | split | missed |")
    print("|---|---|---|---|---|---|")
    print(f"| {right + wrong} | {right} | {share:.0%} | {counted} | {split} | {missed} |")
    for line in told if asked.list else ():
        print(line)
    return int(share < TARGET)


if __name__ == "__main__":
    sys.exit(main())
