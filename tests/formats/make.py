"""Make the tiny library of the present format that the tests keep: `python tests/formats/make.py`.

Run it once for each released format, that is, after `SCHEMA_VERSION`, `ANALYSIS_VERSION` or
`FORMAT` was raised and before the release, and commit the folder that it names. Older ones stay:
they show that a library of that format still tells how it is brought up to date, and that a build
does it without losing what came through `Index.update`.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from droindex import Document, Index, Page
from droindex.engine.analysis import ANALYSIS_VERSION
from droindex.engine.schema import SCHEMA_VERSION
from droindex.store.generation import FORMAT

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Write the library beside this file; one that is there already is left alone."""
    target = HERE / f"format-{FORMAT}-schema-{SCHEMA_VERSION}-analysis-{ANALYSIS_VERSION}"
    if target.exists():
        print(f"{target.name} is there already.")
        return
    with tempfile.TemporaryDirectory() as folder:  # its place is remembered by the library
        corpus, library = Path(folder) / "corpus.jsonl", Path(folder) / "made.idx"
        shutil.copy(HERE / "corpus.jsonl", corpus)
        Index.build(corpus, library)
        page = Page(1, "This text has no other source than the library.")
        Index.update(library, documents=[Document(doc_id="own", title="Own", pages=(page,))])
        Index.prune(library, now=True)
        shutil.copytree(library, target, ignore=shutil.ignore_patterns("LOCK", "*.lock"))
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    print(f"{target.name}: {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
