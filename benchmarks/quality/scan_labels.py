"""How much of the metadata is read from scans: pages of labelled files, printed and scanned anew.

    python benchmarks/quality/scan_labels.py [FOLDER] [--files N] [--pages N] [--seed N] [--misses]

FOLDER holds PDF files and `labels.csv`, as for `metadata.py`. The first pages of each file are
drawn in grey at 200 dots an inch, turned by up to one degree, made noisy, and saved as a PDF of
images, which OCR reads. The same pages with their text are measured beside it, so that what is
lost is OCR's share. Needs `droindex[ocr,fast]` and tesseract; 30 files of 2 pages take some
minutes.
"""

from __future__ import annotations

import argparse
import csv
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
from metadata import FIELDS, default_folder, measure
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

DPI = 200  # what office scanners are set to
POINTS = 72  # of PDF, in an inch
MOST_DEGREES = 1.0  # a sheet that went through a feeder
NOISE = 0.12  # share of grain; more than a fax has
QUALITY = 70  # of JPEG, as scanners have it
FIELD_TARGETS = {"title": 0.8, "number": 0.8}


def labelled(folder: Path, files: int, seed: int) -> list[dict[str, str]]:
    """Return the rows of labels of some files, chosen by the seed."""
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if (folder / row["file"]).is_file()]
    chosen = random.Random(seed).sample(rows, min(files, len(rows)))
    return sorted(chosen, key=lambda row: row["file"])


def scanned(file: Path, pages: int, dice: random.Random) -> Iterator[Image.Image]:
    """Yield the first pages of a file as a scanner would see them."""
    document = pypdfium2.PdfDocument(file)
    for page in list(document)[:pages]:
        image = page.render(scale=DPI / POINTS).to_pil().convert("L")
        grain = Image.frombytes("L", image.size, dice.randbytes(image.width * image.height))
        turned = image.rotate(
            dice.uniform(-MOST_DEGREES, MOST_DEGREES), Image.Resampling.BICUBIC, fillcolor=255
        )
        yield Image.blend(turned, grain, NOISE)
    document.close()


def first_pages(file: Path, target: Path, pages: int) -> None:
    """Write the first pages of a file, with their text."""
    document = pypdfium2.PdfDocument(file)
    short = pypdfium2.PdfDocument.new()
    short.import_pages(document, list(range(min(pages, len(document)))))
    short.save(target)
    document.close()


def make(folder: Path, rows: list[dict[str, str]], place: Path, pages: int, seed: int) -> None:
    """Write a folder of scans and one of the same pages with text, each with its labels."""
    for name in ("scans", "texts"):
        (place / name).mkdir()
        with (place / name / "labels.csv").open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    for row in rows:
        dice = random.Random(f"{seed} {row['file']}")
        first, *more = scanned(folder / row["file"], pages, dice)
        first.save(
            place / "scans" / row["file"],
            save_all=True,
            append_images=more,
            resolution=DPI,
            quality=QUALITY,
            title="",  # else the file's name, which is no reading
        )
        first_pages(folder / row["file"], place / "texts" / row["file"], pages)


def main() -> int:
    """Print the table; exits with 1 where a field misses its target."""
    parser = argparse.ArgumentParser(description="Metadata read from scans, against labels.")
    parser.add_argument("folder", type=Path, nargs="?", default=default_folder())
    parser.add_argument("--files", type=int, default=30, help="how many files to scan")
    parser.add_argument("--pages", type=int, default=2, help="how many pages of each")
    parser.add_argument("--seed", type=int, default=1, help="of the choice, the turns, the grain")
    parser.add_argument("--misses", action="store_true", help="list what was not read right")
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    if not (folder / "labels.csv").is_file() or not shutil.which("tesseract"):
        print(f"skipped: no labels.csv in {folder}, or no tesseract", file=sys.stderr)
        return 0
    rows = labelled(folder, asked.files, asked.seed)
    with tempfile.TemporaryDirectory(prefix="droindex-scans-") as temporary:
        place = Path(temporary)
        make(folder, rows, place, asked.pages, asked.seed)
        right, of, misses = measure(place / "scans", ocr=True)
        with_text, _, _ = measure(place / "texts")
    print(f"{len(rows)} files of {folder}, {asked.pages} pages each, seed {asked.seed}")
    print("| field | right on scans | right on text | of | share on scans |\n|---|---|---|---|---|")
    for field in FIELDS:
        if of[field]:
            share = right[field] / of[field]
            print(f"| {field} | {right[field]} | {with_text[field]} | {of[field]} | {share:.0%} |")
    for field, name, seen, wanted in misses if asked.misses else ():
        print(f"{field}: {name}: read {seen!r}, wanted {wanted!r}")
    return int(any(right[name] < least * of[name] for name, least in FIELD_TARGETS.items()))


if __name__ == "__main__":
    sys.exit(main())
