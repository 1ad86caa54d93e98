"""How well references are recognised, against those labelled by hand in real papers.

`citations_labels.json` has, for a document of the measurement data or a stretch of it, where each
reference began and ended in its text (characters of `Document.body`) and its normal form; the
texts are not in it. What counts as a reference: sections and titles of the United States Code and
of the Code of Federal Regulations, each of a list for itself; executive orders, public laws, the
Statutes at Large, the Federal Register; compiled statutes and public acts of Illinois; acts by
name and year, each with its sections; directives and memoranda by the number of a named series,
also its own; `Id.` where the title is plain. Not counted: `the Act`, acts without a year, cases,
standards, session laws by date. One half was used to write the patterns; the other was labelled
before they were written, and its results looked at when they were done.

    python benchmarks/quality/citations.py [../shared]
"""

from __future__ import annotations

import json
import sys
import tempfile
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from droindex import Index
from droindex.citations.find import find_citations

HERE = Path(__file__).resolve().parent
LABELS = HERE / "citations_labels.json"


def counts(row: dict[str, Any], texts: list[str]) -> tuple[int, int, int]:
    """Return how many references are right, wrong, and missing; each label counts once.

    They are laid beside each other by their order, which stays where readers of PDF or what takes
    heads out of pages move the offsets. Of a stretch, what lies between its labels counts.
    """
    found = [own.normal for page in find_citations(texts) for own in page]
    labels = [normal for _, _, normal in row["labels"]]
    blocks = [
        block
        for block in SequenceMatcher(None, labels, found, autojunk=False).get_matching_blocks()
        if block.size
    ]
    if row["first"] and blocks:
        found = found[blocks[0].b : blocks[-1].b + blocks[-1].size]
    right = sum(block.size for block in blocks)
    return right, len(found) - right, len(labels) - right


def main(shared: Path) -> None:
    """Print precision and recall of either half."""
    rows = json.loads(LABELS.read_text("utf-8"))
    sums = {half: [0, 0, 0] for half in ("written-for", "unread")}
    with tempfile.TemporaryDirectory() as folder:
        Index.build(shared / "data" / "pdf", Path(folder) / "library.idx", ocr=False)
        with Index.open(Path(folder) / "library.idx") as index:
            for row in rows:
                texts = [page.text for page in index.get(row["document"]).pages]
                for at, number in enumerate(counts(row, texts)):
                    sums[row["half"]][at] += number
    print("| half | labelled | precision | recall |")
    print("|---|---|---|---|")
    for half, (right, wrong, missing) in sums.items():
        labelled = right + missing
        print(f"| {half} | {labelled} | {right / (right + wrong):.3f} | {right / labelled:.3f} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1].parent / "shared")
