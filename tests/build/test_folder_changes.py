"""What a build tells while it reads a folder: files, and the pages of those under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from droindex import Index, Progress

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
