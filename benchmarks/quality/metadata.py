"""How much of the metadata of real directives is read from the text alone, against hand labels.

    python benchmarks/quality/metadata.py [FOLDER] [--backend auto|pypdf|pdfium] [--half made|kept]
                                          [--misses]

FOLDER holds PDF files and `labels.csv` (file, title, number, issued, effective, supersedes, and if
it likes revised, status, superseded_by); by default `pdf` in the measurement data beside the
checkout. A cell `?` is not judged, a date may be a month (2015-03) or a year (where a paper is
labelled to have no date, one that names a month states no day), and the status `current` is that of
a paper which says nothing of it. What reads them is made on one half of the files (`made`) and
judged by the other (`kept`), whose misses nobody looks at; a digest of the name says to which half
a file belongs.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz

from droindex.extract.workers.run import ExtractRequest, extract_files
from droindex.metadata.dates import is_month
from droindex.metadata.infer.date_order import ORDER_FIELD, decided_order, settle_dates
from droindex.metadata.infer.inference import choose, infer
from droindex.model import DateOrder
from droindex.settings import ExtractSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELDS = (
    *("title", "number", "issued", "effective", "revised", "no wrong date", "best date"),
    *("status", "supersedes", "superseded_by"),
)
DATES = ("issued", "effective", "revised")  # in the order in which a document goes by them
HALVES = ("made", "kept")
GOOD_TITLE = 85  # the better of ratio and token sort ratio, of 100
REPEATED = 3  # files that share a title among their properties
SERIES = re.compile(
    r"^(bod|ed|ar|bindingoperationaldirective|emergencydirective|directive|policy|order|"
    r"generalorder|go|sop|dod[dim]|dodd|cjcsi|number|no|executive|procedure|bylaw|guidelines?|"
    r"regulation|nist|(?:special)?publication|sp|fips(?:pub)?|richtlinie|nr|ley|decreto|supremo|"
    r"legislativo|resoluca?o|resolucion|sbs|eu|n)+(?=[0-9(])",
)
UNKNOWN = "?"  # in a cell: whoever labelled the paper could not tell


def default_folder() -> Path:
    """Return where the labelled files lie: beside the checkout."""
    root = Path(__file__).resolve().parents[2]
    return Path(os.environ.get("DROINDEX_SHARED", root.parent / "shared")) / "data" / "pdf"


def squash(text: object) -> str:
    """Return letters and figures only, in lower case."""
    plain = unicodedata.normalize("NFD", str(text or "").lower())
    return re.sub(r"[^a-z0-9]+", "", plain)


def judge(row: dict[str, str], got: dict[str, Any]) -> Iterator[tuple[str, bool, str]]:
    """Yield field, whether it is right, and what was read, for each field that is labelled."""
    pair = row["title"].lower(), str(got.get("title") or "").lower()
    if is_told(row, "title"):
        score = max(fuzz.ratio(*pair), fuzz.token_sort_ratio(*pair))
        yield "title", score >= GOOD_TITLE, str(got.get("title"))
    if is_told(row, "number"):
        want, have = (SERIES.sub("", squash(text)) for text in (row["number"], got.get("number")))
        yield "number", want == have, str(got.get("number"))
    yield from judge_dates(row, got)
    if row.get("status", UNKNOWN) != UNKNOWN:
        status = str(got.get("status") or "current").casefold()
        yield "status", status == (row["status"] or "current").casefold(), status
    for name in ("supersedes", "superseded_by"):
        if is_told(row, name) and (name != "supersedes" or re.search(r"\d", row[name])):
            read = squash([reference.to_dict() for reference in got.get(name, ())])
            yield name, names_same(row[name], read), read[:80]


def judge_dates(row: dict[str, str], got: dict[str, Any]) -> Iterator[tuple[str, bool, str]]:
    """Yield what `judge` does for the dates; a month or a year is right with any day of it."""
    for name in DATES:
        if is_told(row, name):
            yield name, str(got.get(name)).startswith(row[name]), str(got.get(name))
    if not row["issued"] and not row["effective"]:
        is_day = "issued" in got and not is_month(str(got.get("issued_text")))
        yield "no wrong date", not is_day, str(got.get("issued"))
    wanted, kind = best_date(row)
    if wanted and wanted != UNKNOWN:
        day, read_kind = best_date(got)
        is_right = str(day).startswith(wanted) and read_kind == kind
        yield "best date", is_right, f"{day} ({read_kind})"


def is_told(row: dict[str, str], name: str) -> bool:
    """Whether a label has a value that can be judged."""
    return row.get(name, "") not in {"", UNKNOWN}


def best_date(values: dict[str, Any]) -> tuple[Any, str]:
    """Return the date that a document goes by, and its kind: issued before effective, revised."""
    return next(((values[kind], kind) for kind in DATES if values.get(kind)), (None, ""))


def names_same(wanted: str, read: str) -> bool:
    """Whether what was read names one of the numbers that are wanted, or the title without any."""
    named = re.findall(r"[a-z]*[- ]?\d[\w.\-]*", wanted.lower()) or [wanted]
    return any(squash(key) in read for key in named)


def half_of(name: str) -> str:
    """Return the half that a file belongs to."""
    return HALVES[hashlib.sha256(name.encode()).digest()[0] % 2]


def measure(
    folder: Path, backend: str = "auto", half: str = "", *, ocr: bool = False
) -> tuple[Counter[str], Counter[str], list[tuple[str, str, str, str]]]:
    """Return right answers and labelled answers by field, and the misses.

    Args:
        folder: Holds the PDF files and `labels.csv`.
        backend: The setting of that name of `ExtractSettings`.
        half: Which half of the files; all without.
        ocr: Whether pages that are images are read.

    Returns:
        Two counters, and for each miss field, file, what was read and what was wanted.
    """
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as lines:
        rows = {
            row["file"]: row
            for row in csv.DictReader(lines)
            if (folder / row["file"]).exists() and half in {"", half_of(row["file"])}
        }
    requests = [ExtractRequest(name, folder / name) for name in rows]
    settings = ExtractSettings(backend=backend, ocr=ocr)
    read = {
        item.request.key: infer(item.extraction, item.request.key)
        for item in extract_files(requests, settings=settings, workers=0)
    }
    titles = Counter(
        str(item.value).casefold()
        for readings in read.values()
        for item in readings
        if item.field == "title" and item.source == "properties"
    )
    repeated = {title for title, count in titles.items() if count >= REPEATED}
    votes = Counter(
        str(item.value) for own in read.values() for item in own if item.field == ORDER_FIELD
    )
    order = decided_order(votes)
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    misses = []
    for name, readings in read.items():
        winners = choose(readings, repeated_titles=repeated)
        own = winners.get(ORDER_FIELD)
        winners, _ = settle_dates(winners, DateOrder(own.value) if own else order)
        got = {field: item.value for field, item in winners.items()}
        for field, is_right, seen in judge(rows[name], got):
            asked[field] += 1
            right[field] += is_right
            if not is_right:
                misses.append((field, name, seen, rows[name].get(field, "")))
    return right, asked, misses


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Metadata read from the text, against labels.")
    parser.add_argument("folder", type=Path, nargs="?", default=default_folder())
    parser.add_argument("--backend", default="auto", choices=("auto", "pypdf", "pdfium"))
    parser.add_argument("--half", default="", choices=("", *HALVES))
    parser.add_argument("--misses", action="store_true", help="list what was not read right")
    arguments = parser.parse_args()
    if not (arguments.folder / "labels.csv").is_file():
        print(f"skipped: there is no labels.csv in {arguments.folder}", file=sys.stderr)
        return 0
    right, asked, misses = measure(arguments.folder, arguments.backend, arguments.half)
    print(f"backend {arguments.backend}, {arguments.folder}")
    print("| field | right | of | share |\n|---|---|---|---|")
    for field in FIELDS:
        if asked[field]:
            share = right[field] / asked[field]
            print(f"| {field} | {right[field]} | {asked[field]} | {share:.0%} |")
    for field, name, seen, wanted in misses if arguments.misses else ():
        print(f"{field}: {name}: read {seen!r}, wanted {wanted!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
