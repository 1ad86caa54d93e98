"""Stated supersessions among real papers: how many lead to what they mean; which are made up.

    python benchmarks/quality/lineage.py FOLDER [--cache DIR] [--list]

FOLDER holds files and `labels.csv` (`file`, `number`, `supersedes`: what each paper says that it
replaces, as somebody read it). A statement counts where what it names is a file of the folder. A
step between two documents that no label states is made up, unless it is marked as inferred.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from droindex import Index, Library
from droindex.metadata.infer.references import read_references
from droindex.metadata.values import number_keys
from droindex.settings import default_workers
from droindex.standing import RelationKind

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGET = 0.90  # of the stated supersessions within the folder, resolved; and none made up
Step = tuple[str, str]  # the newer document and the older one
_OLDER = (RelationKind.SUPERSEDES, RelationKind.AMENDS)


def stated(labels: Path) -> set[Step]:
    """Return the supersessions that labels state between files of one folder."""
    with labels.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    by_number = {
        key: Path(row["file"]).stem for row in rows for key in number_keys(row["number"])[:1]
    }
    found: set[Step] = set()
    for row in rows:
        own = Path(row["file"]).stem
        for reference in read_references(row["supersedes"]):
            for key in number_keys(reference.number or "")[:1]:
                if by_number.get(key, own) != own:
                    found.add((own, by_number[key]))
    return found


def steps(index: Index, *, inferred: bool) -> Iterator[Step]:
    """Yield the steps of all lines that are stated, or those that are inferred."""
    for hit in index.scan("", scope="all"):
        for relation in hit.document.relations:
            if relation.kind in _OLDER and relation.is_inferred is inferred and relation.doc_id:
                yield hit.doc_id, relation.doc_id


def main() -> int:
    """Print the counts; exits with 1 where the target is missed or a step is made up."""
    parser = argparse.ArgumentParser(description="Supersessions among real papers.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cache", type=Path, help="where texts are kept between runs")
    parser.add_argument("--list", action="store_true", help="name the steps")
    asked = parser.parse_args()
    expected = stated(asked.folder / "labels.csv")
    with tempfile.TemporaryDirectory(prefix="droindex-lineage-") as temporary:
        library = Library(Path(temporary) / "lineage.idx")
        library.build(asked.folder, cache=asked.cache, workers=default_workers())
        with library.open(clearance="LES") as index:
            found = set(steps(index, inferred=False))
            likely = set(steps(index, inferred=True))
    made_up = found - expected
    share = len(found & expected) / len(expected) if expected else 1.0
    print("| stated within the folder | resolved | share | made up | inferred, marked as that |")
    print("|---|---|---|---|---|")
    print(
        f"| {len(expected)} | {len(found & expected)} | {share:.0%} | {len(made_up)} "
        f"| {len(likely)} |"
    )
    names = (("missed", expected - found), ("made up", made_up), ("inferred", likely))
    for name, those in (("resolved", found & expected), *names) if asked.list else ():
        for new, old in sorted(those):
            print(f"{name}: {new} -> {old}")
    return int(share < TARGET or bool(made_up))


if __name__ == "__main__":
    sys.exit(main())
