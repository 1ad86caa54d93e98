"""What a build tells while it reads a folder, and what becomes of a file that it fails on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from droindex import Index, Progress
from droindex.build import file_states

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.txt").write_text(f"Keys of {name}.", "utf-8")
    return folder


@pytest.mark.parametrize("workers", [0, 1])
def test_pages_are_told_while_its_file_is_read(corpus: Path, tmp_path: Path, workers: int) -> None:
    told: list[Progress] = []
    Index.build(corpus, tmp_path / "library.idx", workers=workers, progress=told.append)
    reading = [(item.done, item.pages) for item in told if item.phase == "reading"]
    files, pages = reading[0]  # pages of a file that is not done yet
    assert files == 0
    assert pages > 0
    assert reading[-1] == (3, 3)
    assert reading == sorted(reading)
    assert {item.total for item in told if item.phase == "reading"} == {3}


def test_what_was_kept_counts_its_pages_once(corpus: Path, tmp_path: Path) -> None:
    Index.build(corpus, tmp_path / "a.idx", workers=0, cache=tmp_path / "cache")
    told: list[Progress] = []
    Index.build(
        corpus, tmp_path / "b.idx", workers=0, cache=tmp_path / "cache", progress=told.append
    )
    reading = [(item.done, item.pages) for item in told if item.phase == "reading"]
    assert reading == [(1, 1), (2, 2), (3, 3)]


@pytest.mark.parametrize("workers", [0, 1])
def test_what_a_listener_raises_ends_the_build_and_no_file(
    corpus: Path, tmp_path: Path, workers: int
) -> None:
    def listen(_progress: Progress) -> None:
        raise KeyError("of the listener")

    with pytest.raises(KeyError, match="of the listener"):
        Index.build(corpus, tmp_path / "library.idx", workers=workers, progress=listen)
    report = Index.build(corpus, tmp_path / "library.idx", workers=0)
    assert {file.status for file in report.files} == {"ok"}


def test_a_file_whose_text_we_fail_on_ends_alone_and_is_read_again(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    infer, library = file_states.infer, tmp_path / "library.idx"

    def fail(extraction: Any, name: str) -> Any:
        if name == "b.txt" and extraction.pages:
            raise RuntimeError("a planted fault")
        return infer(extraction, name)

    monkeypatch.setattr(file_states, "infer", fail)
    with caplog.at_level(logging.ERROR, logger="droindex"):
        report = Index.build(corpus, library, workers=0)
    assert [file.status for file in report.files] == ["ok", "crashed", "ok"]
    assert "a planted fault" in caplog.text
    monkeypatch.undo()
    report = Index.build(corpus, library, workers=0)
    assert [file.status for file in report.files] == ["ok", "ok", "ok"]
    assert not report.problems


def test_a_file_that_we_fail_on_keeps_its_label_and_its_last_good_text(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(extraction: Any, name: str) -> Any:
        if extraction.pages:
            raise RuntimeError("a planted fault")
        return ()

    library = tmp_path / "library.idx"
    (corpus / "corpus.toml").write_text('labels = ["secret"]\n', "utf-8")
    secret = corpus / "d.md"
    secret.write_text("---\nlabel: secret\n---\n\nKeys of d.\n", "utf-8")
    Index.build(corpus, library, workers=0)
    (corpus / "a.txt").write_text("Other keys.", "utf-8")
    secret.write_text("---\nlabel: secret\n---\n\nOther keys of d.\n", "utf-8")
    monkeypatch.setattr(file_states, "infer", fail)
    Index.build(corpus, library, workers=0)
    for clearance, found in ((None, ["a", "b", "c"]), ("secret", ["a", "b", "c", "d"])):
        with Index.open(library, clearance=clearance) as index:
            assert sorted(hit.doc_id for hit in index.search("keys")) == found
            assert not index.search("other")
    other = tmp_path / "other.idx"  # without a last good text
    Index.build(corpus, other, workers=0)
    with Index.open(other) as index:
        assert "d" not in [hit.doc_id for hit in index.search("", scope="all")]
