"""`Index`: a handle that travels."""

from __future__ import annotations

import pickle
from pathlib import Path

from droindex import Document, Library, Page


def test_another_process_opens_its_own_with_the_same_clearance(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.idx")
    pages = (Page(1, "A badge."),)
    library.update([Document(doc_id="hidden", label="LES", pages=pages)])
    with library.open(clearance="LES") as index, pickle.loads(pickle.dumps(index)) as other:
        assert (other.path, other.clearance, len(other)) == (index.path, "LES", 1)
        assert [hit.doc_id for hit in other.search("badge")] == ["hidden"]
