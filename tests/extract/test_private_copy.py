"""Files are opened without hanging, read once, and hashed as they are read."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from droindex.extract import private_copy as source
from droindex.extract.protocol import UnreadableFileError
from droindex.model import FileStatus


def refusal(path: Path, *, max_bytes: int = 1000) -> UnreadableFileError:
    with (
        pytest.raises(UnreadableFileError) as found,
        source.private_copy(path, max_bytes=max_bytes),
    ):
        pass
    with pytest.raises(UnreadableFileError):
        source.digest(path, max_bytes=max_bytes)
    return found.value


def test_the_copy_holds_the_bytes_of_the_digest(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7 " * 200_000)
    with source.private_copy(path, max_bytes=10**7) as copy:
        path.write_bytes(b"other")
        assert hashlib.sha256(copy.path.read_bytes()).hexdigest() == copy.sha256
        assert copy.size == 1_800_000
        assert copy.head == (b"%PDF-1.7 " * 200)[:1024]
    assert not copy.path.exists()


def test_the_digest_is_that_of_the_copy(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"bytes")
    assert source.digest(path, max_bytes=5) == (hashlib.sha256(b"bytes").hexdigest(), 5)


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    fifo, loop, folder = tmp_path / "fifo.pdf", tmp_path / "loop.pdf", tmp_path / "folder.pdf"
    os.mkfifo(fifo)
    loop.symlink_to(loop)
    folder.mkdir()
    assert "no regular file" in refusal(fifo).reason
    assert "no regular file" in refusal(folder).reason
    assert "no regular file" in refusal(Path("/dev/zero")).reason
    assert "is a link" in refusal(loop).reason
    assert refusal(tmp_path / "gone.pdf").reason == "It cannot be read: no such file or directory."
    assert refusal(tmp_path / "nul\0.pdf").status is FileStatus.DAMAGED
    assert refusal(tmp_path / ("x" * 300)).reason == "It cannot be read: file name too long."


def test_a_file_past_the_budget_is_too_big(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"x" * 1001)
    assert refusal(path).status is FileStatus.TOO_BIG


def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"x" * 100)
    real = os.read

    def growing(fd: int, count: int) -> bytes:
        piece = real(fd, 10)
        with path.open("ab") as file:
            file.write(b"y")
        return piece

    monkeypatch.setattr(source.os, "read", growing)
    assert refusal(path, max_bytes=2_000).status in (FileStatus.DAMAGED, FileStatus.TOO_BIG)


def test_without_memory_files_a_temporary_file_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    path = tmp_path / "a.pdf"
    path.write_bytes(b"bytes")
    with source.private_copy(path, max_bytes=5) as copy:
        assert copy.path.read_bytes() == b"bytes"
    assert not copy.path.exists()
