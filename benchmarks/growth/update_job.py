"""One step in a process of its own: prints its CPU seconds and peak memory as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from records import record, write_records

from droindex import Document, Index
from droindex.pages import Page


def _document(number: int, edition: int = 0) -> Document:
    item = record(number, edition)
    return Document(
        doc_id=str(item["doc_id"]), title=str(item["title"]), pages=(Page(1, str(item["body"])),)
    )


def main(step: str, folder: Path, count: int) -> None:
    """Run a step: build, nothing, add, again, change, line, share."""
    library, corpus = folder / "lib", folder / "c.jsonl"
    if step in {"build", "line", "share"}:
        share = {"build": 0, "line": 1, "share": count // 100}[step]
        gap = count // share if share else 1
        write_records(corpus, count, frozenset(range(7, count, gap)) if share else frozenset())
    start = time.process_time()
    if step in {"add", "again", "change"}:
        number = {"add": count, "again": count, "change": count // 3}[step]
        report = Index.update(library, documents=[_document(number, edition=step != "add")])
    else:
        report = Index.build(corpus, library)
    cpu_s = time.process_time() - start
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    counts = [report.added, report.updated, report.removed, report.unchanged]
    print(json.dumps({"step": step, "cpu_s": cpu_s, "peak_mb": peak_mb, "counts": counts}))


main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
