"""What those who run a library are told of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from droindex import Document, IndexNotFoundError, Library, Page
from droindex.api.status import status_of

DAY = date(2020, 5, 17)


def memo(name: str, label: str | None = None) -> Document:
    return Document(doc_id=name, label=label, status="Current", pages=(Page(1, name),))


def test_it_counts_by_set_clearance_and_scope(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.idx")
    library.update([memo("a"), memo("b"), memo("c", "LES")])
    status = status_of(library.location, DAY)
    assert status.documents == 3
    assert status.clearances == {"no clearance": 2, "LES": 3}
    assert status.sets["open"] == 2
    assert status.scopes["active"] == 3
    assert status.files == ()
    assert status.size_bytes > 0
    assert [item.is_current for item in status.generations] == [True]


def test_files_are_counted_by_how_their_reading_ended(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "good.txt").write_text("Badges are worn.")
    (corpus / "also.txt").write_text("Keys are counted.")
    (corpus / "bad.pdf").write_text("no PDF")
    library = Library(tmp_path / "library.idx")
    library.build(corpus, workers=0)
    status = library.status()
    assert status.file_statuses == {"not_pdf": 1, "ok": 2}
    assert {file.file: file.status for file in status.files}["bad.pdf"] == "not_pdf"
    assert "not-pdf" in {problem.slug for problem in status.problems}
    assert status.cache_bytes > 0


def test_an_export_tells_of_its_own_documents_alone(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.idx")
    library.update([memo("a"), memo("c", "LES")])
    library.export_set(None, tmp_path / "open.idx")
    status = status_of(tmp_path / "open.idx", DAY)
    assert (status.documents, status.clearances) == (1, {"no clearance": 1})


def test_what_is_not_there_has_no_status(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFoundError):
        status_of(tmp_path / "none.idx", DAY)
