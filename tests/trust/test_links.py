"""Links and swapped files: nothing outside a corpus is read, and no other name opens a document."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from droindex import Document, DroindexError, FileChangedError, Index, Page, Progress
from droindex.files.unlinked import Vouched, open_unlinked

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("The first words about herons.", "utf-8")
    return folder


def ids(library: Path, query: str = "") -> set[str]:
    with Index.open(library) as index:
        return {hit.doc_id for hit in index.search(query)}


@pytest.mark.parametrize("name", ["catalog.csv", "catalog.jsonl", "corpus.toml"])
@pytest.mark.parametrize("kind", ["link", "link inside", "pipe"])
def test_catalogue_and_configuration_are_regular_files_of_the_corpus(
    tmp_path: Path, corpus: Path, name: str, kind: str
) -> None:
    place = (corpus if kind == "link inside" else tmp_path) / f"other-{name}"
    place.write_text("" if name.endswith("jsonl") else "file,title\n", "utf-8")
    if name.endswith("toml"):
        place.write_text('name = "Elsewhere"\n', "utf-8")
    if kind == "pipe":
        os.mkfifo(corpus / name)
    else:
        (corpus / name).symlink_to(place)
    with pytest.raises(DroindexError, match=name):
        Index.build(corpus, tmp_path / "library.idx", workers=0)


@pytest.mark.parametrize("make", ["link", "hard link", "link to a link"])
@pytest.mark.parametrize("own", ["", 'label = "open"\n'])
def test_another_name_of_a_labelled_file_is_as_restricted(
    tmp_path: Path, corpus: Path, make: str, own: str
) -> None:
    (corpus / "corpus.toml").write_text('labels = ["staff"]\n', "utf-8")
    (corpus / "memo.txt").write_text("Secret otters.", "utf-8")
    (corpus / "memo.toml").write_text('label = "staff"\n', "utf-8")
    if make == "hard link":
        (corpus / "other.txt").hardlink_to(corpus / "memo.txt")
    else:
        (corpus / "other.txt").symlink_to(corpus / "memo.txt")
    if make == "link to a link":
        (corpus / "more.txt").symlink_to(corpus / "other.txt")
    if own:
        (corpus / "other.toml").write_text(own, "utf-8")
    library = tmp_path / "library.idx"
    Index.build(corpus, library, workers=0)
    assert ids(library) == {"a"}
    (corpus / "memo.toml").write_text('label = "open"\n', "utf-8")
    (corpus / "other.toml").write_text('label = "staff"\n', "utf-8")
    Index.build(corpus, library, workers=0)
    assert ids(library) == {"a"}


def test_a_label_that_comes_later_reaches_the_other_names(tmp_path: Path, corpus: Path) -> None:
    (corpus / "corpus.toml").write_text('labels = ["staff"]\n', "utf-8")
    (corpus / "memo.txt").write_text("Secret otters.", "utf-8")
    (corpus / "other.txt").symlink_to("memo.txt")
    library = tmp_path / "library.idx"
    Index.build(corpus, library, workers=0)
    assert ids(library) == {"a", "memo", "other"}
    (corpus / "memo.toml").write_text('label = "staff"\n', "utf-8")
    Index.build(corpus, library, workers=0)
    assert ids(library) == {"a"}


def test_a_link_to_an_excluded_file_is_not_followed(tmp_path: Path, corpus: Path) -> None:
    (corpus / "corpus.toml").write_text('exclude = ["private"]\n', "utf-8")
    (corpus / "private").mkdir()
    (corpus / "private" / "memo.txt").write_text("Secret otters.", "utf-8")
    (corpus / "other.txt").symlink_to("private/memo.txt")
    report = Index.build(corpus, tmp_path / "library.idx", workers=0)
    assert ids(tmp_path / "library.idx") == {"a"}
    assert "link-excluded" in {problem.slug for problem in report.problems}


@pytest.mark.parametrize("swapped", ["file", "folder", "regular"])
def test_a_file_that_is_swapped_after_the_walk_is_not_read(
    tmp_path: Path, corpus: Path, swapped: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "z.txt").write_text("Secret otters.", "utf-8")
    (corpus / "sub").mkdir()
    (corpus / "sub" / "z.txt").write_text("Ordinary geese.", "utf-8")
    library = tmp_path / "library.idx"

    def swap(progress: Progress) -> None:
        # Without workers one file is read after the other, in the order of the walk.
        if (progress.phase, progress.done) != ("reading", 1) or (tmp_path / "kept").exists():
            return
        if swapped == "folder":
            (corpus / "sub").rename(tmp_path / "kept")
            (corpus / "sub").symlink_to(outside)
            return
        (corpus / "sub" / "z.txt").rename(tmp_path / "kept")
        if swapped == "file":
            (corpus / "sub" / "z.txt").symlink_to(outside / "z.txt")
        else:
            (corpus / "sub" / "z.txt").hardlink_to(outside / "z.txt")

    report = Index.build(corpus, library, workers=0, progress=swap)
    assert not ids(library, "otters")
    assert [file.doc_id for file in report.files if file.status == "damaged"] == ["sub/z"]
    if swapped == "regular":  # it is the file now, so the next build takes it
        Index.build(corpus, library, workers=0)
        assert ids(library, "otters") == {"sub/z"}


@pytest.mark.parametrize("sidecar", ["memo.toml", "memo.txt.json", "MEMO.TOML"])
def test_a_label_beside_the_target_of_a_link_counts_for_the_link(
    tmp_path: Path, corpus: Path, sidecar: str
) -> None:
    (corpus / "corpus.toml").write_text('labels = ["staff"]\n', "utf-8")
    (corpus / ".store").mkdir()
    (corpus / ".store" / "memo.txt").write_text("Secret otters.", "utf-8")
    text = '{"label": "staff"}' if sidecar.endswith("json") else 'label = "staff"\n'
    (corpus / "other.txt").symlink_to(".store/memo.txt")
    library = tmp_path / "library.idx"
    Index.build(corpus, library, workers=0)
    assert ids(library) == {"a", "other"}
    (corpus / ".store" / sidecar).write_text(text, "utf-8")
    Index.build(corpus, library, workers=0)
    assert ids(library) == {"a"}


def test_a_file_of_records_is_opened_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "real.jsonl").write_text('{"id": "r", "body": "herons"}\n', "utf-8")
    (tmp_path / "link.jsonl").symlink_to("real.jsonl")
    Index.build(tmp_path / "link.jsonl", tmp_path / "library.idx", workers=0)
    assert ids(tmp_path / "library.idx", "herons") == {"r"}
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(DroindexError):
        Index.build(tmp_path / "pipe.jsonl", tmp_path / "other.idx", workers=0)


def test_a_path_is_opened_without_any_link_in_it(tmp_path: Path) -> None:
    real = tmp_path.resolve()
    (real / "folder").mkdir()
    (real / "folder" / "file").write_bytes(b"x")
    (real / "link").symlink_to("folder")
    os.close(open_unlinked(real / "folder" / "file"))
    with pytest.raises(OSError, match=r"."):
        open_unlinked(real / "link" / "file")


def test_a_file_that_changed_is_not_handed_out(tmp_path: Path, corpus: Path) -> None:
    library, file = tmp_path / "library.idx", corpus / "a.txt"
    Index.build(corpus, library, workers=0)
    content, facts = file.read_bytes(), file.stat()
    with Index.open(library) as index:
        assert index.file_path("a") == file.resolve()
        with index.open_file("a") as opened:
            assert opened.read() == content
        file.write_bytes(content.upper())
        os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        for ask in (index.file_path, index.open_file):
            with pytest.raises(DroindexError) as caught:
                ask("a")
            assert caught.value.slug == "file-changed"
        file.rename(tmp_path / "same.txt")
        (tmp_path / "same.txt").write_bytes(content)
        file.symlink_to(tmp_path / "same.txt")
        assert index.file_path("a") is None


def test_a_file_that_was_left_alone_is_hashed_once(tmp_path: Path) -> None:
    vouched, path = Vouched(settled_s=0), tmp_path / "file"
    path.write_bytes(b"herons")
    digest = hashlib.sha256(b"herons").hexdigest()
    for _ in range(3):
        with path.open("rb") as file:
            assert vouched.holds(file, 6, digest)
            assert file.read() == b"herons"
    assert vouched.hashed == 1
    with path.open("rb") as file:
        assert not vouched.holds(file, 7, digest)  # another size costs nothing
    assert vouched.hashed == 1
    facts = path.stat()
    path.write_bytes(b"otters")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    with path.open("rb") as file:
        assert not vouched.holds(file, 6, digest)
    assert vouched.hashed == 2


def test_a_file_that_was_just_written_is_hashed_each_time(tmp_path: Path) -> None:
    vouched, path = Vouched(settled_s=1e6), tmp_path / "file"
    path.write_bytes(b"herons")
    for _ in range(2):
        with path.open("rb") as file:
            assert vouched.holds(file, None, hashlib.sha256(b"herons").hexdigest())
    assert vouched.hashed == 2


def test_a_file_that_nobody_read_is_handed_out_by_size(tmp_path: Path, corpus: Path) -> None:
    library = tmp_path / "library.idx"
    Index.build(corpus, library, workers=0)
    page = Page(1, "herons")
    size = (corpus / "a.txt").stat().st_size
    given = Document(doc_id="r", title="Given", pages=(page,), file="a.txt", size_bytes=size)
    Index.update(library, [given])
    with Index.open(library) as index:
        assert index.file_path("r") == (corpus / "a.txt").resolve()
        (corpus / "a.txt").write_bytes(b"-")
        with pytest.raises(FileChangedError):
            index.file_path("r")


def test_the_size_alone_is_compared_if_asked(tmp_path: Path, corpus: Path) -> None:
    Index.build(corpus, tmp_path / "library.idx", workers=0)
    file = corpus / "a.txt"
    file.write_bytes(file.read_bytes().upper())
    with Index.open(tmp_path / "library.idx") as index:
        assert index.file_path("a", verify=False) == file.resolve()
        file.write_bytes(b"longer than it was: " + file.read_bytes())
        with pytest.raises(FileChangedError):
            index.file_path("a", verify=False)


def test_a_link_of_the_corpus_is_handed_out_as_what_it_leads_to(
    tmp_path: Path, corpus: Path
) -> None:
    (corpus / "b.txt").symlink_to("a.txt")
    Index.build(corpus, tmp_path / "library.idx", workers=0)
    with Index.open(tmp_path / "library.idx") as index:
        assert index.file_path("b") == (corpus / "a.txt").resolve()
