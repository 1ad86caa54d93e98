"""Which paths lead to one file, and which files are opened at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from droindex.files.unlinked import is_same, open_unlinked


def test_two_names_of_one_file_are_the_same(tmp_path: Path) -> None:
    one, link, hard, other = (tmp_path / name for name in ("one", "link", "hard", "other"))
    one.write_text("same", "utf-8")
    other.write_text("same", "utf-8")
    link.symlink_to(one)
    hard.hardlink_to(one)
    assert is_same(one, str(link))
    assert is_same(str(hard), one)
    assert not is_same(one, other)
    assert not is_same(one, tmp_path / "gone")
    assert not is_same(tmp_path / "gone", one)


@pytest.mark.parametrize("kind", ["link", "folder link", "pipe", "folder"])
def test_only_a_regular_file_without_links_is_opened(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file").write_bytes(b"text")
    descriptor = open_unlinked(folder / "file")
    with os.fdopen(descriptor, "rb") as file:
        assert file.read() == b"text"
    odd = tmp_path / "odd"
    if kind == "link":
        odd.symlink_to(folder / "file")
    elif kind == "folder link":
        odd.symlink_to(folder)
        odd = odd / "file"
    elif kind == "pipe":
        os.mkfifo(odd)
    else:
        odd = folder
    with pytest.raises(OSError, match=r"link|regular"):
        open_unlinked(odd)
