"""Whether a short form brings what says what it means: every acronym that real directives define.

    python benchmarks/quality/short_forms.py

What is measured: the shared PDFs as a library; each short form that a document defines in
brackets ("Common Operational Picture (COP)"), asked by itself, must bring one of the documents that
define it among the first three. Prints the share and those that miss. Every second one by the
alphabet was looked at while the ranking was made; the others are reported apart.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from judged_sets import shared_folder

from droindex import Index
from droindex.synonyms.table import definitions_of

NEAR = 3  # hits that a reader sees without looking


class ShortForm(NamedTuple):
    """A short form, the documents that define it, and the rank of the first of them, 0 for none."""

    text: str
    documents: frozenset[str]
    rank: int


def defined(index: Index) -> dict[str, set[str]]:
    """Return short form -> ids of the documents that define it."""
    found: dict[str, set[str]] = {}
    for hit in index.scan("", scope="all", snippets=False):
        texts = [page.text for page in index.get(hit.doc_id).pages]
        for short, _ in definitions_of(texts):
            found.setdefault(short, set()).add(hit.doc_id)
    return found


def measure(index: Index) -> list[ShortForm]:
    """Ask every short form."""
    asked = []
    for short, documents in sorted(defined(index).items()):
        ids = [hit.doc_id for hit in index.search(short, scope="all", limit=NEAR, snippets=False)]
        rank = next((place for place, key in enumerate(ids, 1) if key in documents), 0)
        asked.append(ShortForm(short, frozenset(documents), rank))
    return asked


def shown(name: str, asked: list[ShortForm]) -> str:
    """Return the share of those that bring their document."""
    held = sum(item.rank > 0 for item in asked)
    return f"{name}: {held} of {len(asked)} in the first {NEAR} ({100 * held / len(asked):.1f} %)"


def main() -> int:
    """Build, ask, print."""
    folder = shared_folder() / "pdf"
    if not folder.is_dir():
        print(f"Skipped: there are no directives at {folder}.")
        return 0
    with tempfile.TemporaryDirectory(prefix="short-forms-") as work:
        library = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(work) / "pdf.idx"
        if not library.exists():
            Index.build(folder, library, ocr=False)
        with Index.open(library) as index:
            asked = measure(index)
    print(shown("all", asked))
    print(shown("looked at", asked[::2]))
    print(shown("kept back", asked[1::2]))
    for item in asked[::2]:
        if not item.rank:
            print(f"  missed: {item.text} ({', '.join(sorted(item.documents))})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
