"""How sure completed links are: what real files are linked with, against what was looked at.

    python benchmarks/quality/links.py FOLDER [FOLDER ...] [--cache DIR] [--ocr] [--list]

Each folder is built as a corpus of one library. A reference that was read from a text and completed
to a document is right or wrong as `links.tsv` says (id of the document, field, id of the one that
it is linked with, `right` or `wrong`): whoever adds a line has looked at both papers. What nobody
has looked at is counted beside, and counts for nothing.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from droindex import Index, Library
from droindex.settings import default_workers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex import Document, Reference

TRUTH = Path(__file__).with_name("links.tsv")
FIELDS = ("supersedes", "superseded_by", "related")
TARGET = 0.97  # of the links that somebody has looked at, right
Link = tuple[str, str, str]  # the document, the field, the one that it is linked with


def truth() -> dict[Link, str]:
    """Return the verdict on each link that somebody has looked at."""
    with TRUTH.open(encoding="utf-8", newline="") as lines:
        return {
            (row["document"], row["field"], row["linked"]): row["verdict"]
            for row in csv.DictReader(lines, delimiter="\t")
        }


def references(index: Index) -> Iterator[tuple[Document, str, Reference]]:
    """Yield the references of all documents that were read from their texts."""
    for hit in index.scan("", scope="all"):
        for field in FIELDS:
            if hit.document.sources.get(field) == "text":
                for reference in getattr(hit.document, field):
                    yield hit.document, field, reference


def main() -> int:
    """Print the counts; exits with 1 where precision misses its target."""
    parser = argparse.ArgumentParser(description="Completed links among real files.")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--cache", type=Path, help="where texts are kept between runs")
    parser.add_argument("--ocr", action="store_true", help="read scans as well")
    parser.add_argument("--list", action="store_true", help="name the links, as lines of links.tsv")
    asked = parser.parse_args()
    known, counts, told = truth(), Counter[str](), list[str]()
    with tempfile.TemporaryDirectory(prefix="droindex-links-") as temporary:
        library = Library(Path(temporary) / "links.idx")
        for folder in asked.folders:
            library.build(folder, ocr=asked.ocr, cache=asked.cache, workers=default_workers())
        with library.open(clearance="LES") as index:
            for document, field, reference in references(index):
                counts["references"] += 1
                counts["likely"] += bool(reference.likely)
                if reference.doc_id is None:
                    continue
                link = (document.doc_id, field, reference.doc_id)
                verdict = known.get(link, "not looked at")
                counts[verdict] += 1
                told.append("\t".join((*link, verdict)))
            documents = len(index)
    looked = counts["right"] + counts["wrong"]
    share = counts["right"] / looked if looked else 1.0
    print(f"{documents:,} documents, {counts['references']} references")
    print(
        "| completed | looked at | right | precision | offered as likely |\n|---|---|---|---|---|"
    )
    completed = looked + counts["not looked at"]
    print(f"| {completed} | {looked} | {counts['right']} | {share:.0%} | {counts['likely']} |")
    for line in told if asked.list else ():
        print(line)
    return int(share < TARGET)


if __name__ == "__main__":
    sys.exit(main())
