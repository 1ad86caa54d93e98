"""Files that no document is made of: which count, and as what kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from droindex import Library
from droindex.corpus.config import CorpusConfig
from droindex.corpus.entry import PassedOver
from droindex.corpus.scan import scan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def passed_over(folder: Path, *names: str, exclude: tuple[str, ...] = ()) -> Mapping[str, object]:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("file\n" if "catalog" in name else "colour = 1\n", "utf-8")
    return scan(folder, CorpusConfig(exclude=exclude)).passed_over.by_kind()


def test_what_nothing_reads_counts_by_its_suffix(tmp_path: Path) -> None:
    names = ["a.txt", "b.dwg", "sub/C.DWG", "d.msg", "notes", "e.tar.gz", "f.part of a name"]
    assert passed_over(tmp_path, *names) == {
        ".dwg": ("b.dwg", "sub/C.DWG"),
        "without a suffix": ("f.part of a name", "notes"),
        ".msg": ("d.msg",),
        ".gz": ("e.tar.gz",),
    }


def test_what_is_read_beside_documents_and_what_systems_leave_does_not_count(
    tmp_path: Path,
) -> None:
    names = ["a.txt", "a.toml", "a.json", "orphan.toml", "corpus.toml", "catalog.csv", ".hidden"]
    names += [".git/config", "Thumbs.db", "sub/desktop.ini", "~$b.docx", "drafts/x.zip"]
    assert passed_over(tmp_path, *names, exclude=("drafts/*",)) == {}


def test_what_is_no_sidecar_and_no_catalogue_but_looks_like_one_counts(tmp_path: Path) -> None:
    names = ["a.txt", "a.yaml", "catalogue.csv"]
    assert passed_over(tmp_path, *names) == {".csv": ("catalogue.csv",), ".yaml": ("a.yaml",)}


def test_links_are_no_files_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "b.dwg").write_text("x", "utf-8")
    (tmp_path / "c.dwg").symlink_to("b.dwg")
    assert passed_over(tmp_path, "a.txt") == {".dwg": ("b.dwg",)}


def test_a_build_reports_and_keeps_what_it_passed_over(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("a.txt", "a.md", "b.txt", "copy.txt", "c.zip"):
        (corpus / name).write_text("same" if name in ("b.txt", "copy.txt") else name, "utf-8")
    library = Library(tmp_path / "library.idx")
    report = library.build(corpus, workers=0)
    assert report.passed_over == {".txt": ("a.txt",), ".zip": ("c.zip",)}
    assert report.to_dict()["passed_over"] == {".txt": ["a.txt"], ".zip": ["c.zip"]}
    assert [file.file for file in report.files] == ["a.md", "b.txt", "copy.txt"]
    assert [problem.slug for problem in report.problems] == ["duplicate-doc-id", "identical-files"]
    assert library.status().passed_over == report.passed_over
    (corpus / "c.zip").unlink()
    library.build(corpus, workers=0)
    assert library.status().passed_over == {".txt": ("a.txt",)}


@given(st.lists(st.text("aB./~$ é", min_size=1, max_size=8), max_size=20))
def test_every_file_is_of_one_kind(names: list[str]) -> None:
    gathered = PassedOver()
    for name in names:
        gathered.add(name)
    kept = [name for name in names if not name.rpartition("/")[2].startswith("~$")]
    kinds = gathered.by_kind()
    assert sorted(name for files in kinds.values() for name in files) == sorted(kept)
    counts = [len(files) for files in kinds.values()]
    assert counts == sorted(counts, reverse=True)
