"""Files that are written whole, summed, linked and copied; and what a refusal is called."""

from __future__ import annotations

import errno
import os
import resource
import stat
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.errors import QueryError, StorageError
from droindex.files.disk import (
    TEMPORARY_PREFIX,
    StorageErrors,
    copy_file,
    copy_tree,
    link_tree,
    storage_error,
    sum_file,
    write_synced,
    write_whole,
)
from droindex.files.private import (
    make_private_folder,
    read_text,
    write_private,
)


@given(st.binary(max_size=5_000))
def test_a_sum_is_of_all_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("sum") / "file"
    write_synced(path, content)
    assert path.read_bytes() == content
    for sync in (False, True):
        assert sum_file(path, sync=sync) == [len(content), zlib.crc32(content)]


def test_a_long_file_is_summed_in_pieces(tmp_path: Path) -> None:
    content = os.urandom(3_000_001)
    (tmp_path / "file").write_bytes(content)
    assert sum_file(tmp_path / "file") == [3_000_001, zlib.crc32(content)]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The files of an engine index, and what it leaves while it writes."""
    folder = tmp_path / "source"
    folder.mkdir()
    for name in ("a.store", "a.term", "meta.json", ".managed.json", ".tmp1", ".tantivy.lock"):
        (folder / name).write_text(name)
    return folder


def test_links_share_what_never_changes_and_copy_what_does(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "target"
    link_tree(source, target)
    assert {path.name for path in target.iterdir()} == {
        *("a.store", "a.term", "meta.json", ".managed.json")
    }
    for path in target.iterdir():
        assert path.read_text() == path.name
        assert path.samefile(source / path.name) is path.name.startswith("a.")
    with pytest.raises(FileExistsError):
        link_tree(source, target)


def test_copies_share_nothing_and_have_their_modes(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    copy_tree(source, target, 0o640, 0o750)
    assert stat.S_IMODE(target.stat().st_mode) == 0o750
    for path in target.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        assert not path.samefile(source / path.name)
        assert path.read_text() == path.name


def test_a_copy_takes_the_place_of_nothing(source: Path) -> None:
    with pytest.raises(FileExistsError):
        copy_file(source / "a.store", source / "a.term", 0o600)
    assert (source / "a.term").read_text() == "a.term"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EACCES, "permission denied"),
        (errno.EROFS, "read-only"),
        (errno.ENOTDIR, "a part of the path is a file"),
        (errno.EIO, os.strerror(errno.EIO)),
        (None, "what the library says"),
    ],
)
def test_a_refusal_is_said_in_plain_words(number: int | None, reason: str) -> None:
    fault = OSError("what the library says") if number is None else OSError(number, "x", "/f")
    error = storage_error(fault, Path("/library"))
    assert reason in str(error)
    assert ("/library" if number is None else "/f") in str(error)
    assert error.path == "/library"


def test_only_what_the_system_refuses_is_turned_into_an_error_of_storage(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught, StorageErrors(tmp_path):
        (tmp_path / "gone" / "file").write_text("x")
    assert isinstance(caught.value.__cause__, OSError)
    for error in (ValueError("x"), QueryError("x"), StorageError("x", path="")):
        with pytest.raises(type(error)) as other, StorageErrors(tmp_path):
            raise error
        assert other.value is error
    with StorageErrors(tmp_path):
        pass


@given(st.binary(max_size=2_000))
def test_a_private_file_is_whole_and_its_owners(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("private") / "new" / "deep" / "file"
    for _ in range(2):  # the second time it takes the place of the first
        assert write_private(path, content) is None
        assert path.read_bytes() == content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [item.name for item in path.parent.iterdir()] == ["file"]


def test_what_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert isinstance(write_private(tmp_path / "file" / "inner", b"x"), OSError)
    (tmp_path / "folder").mkdir()
    assert isinstance(write_private(tmp_path / "folder", b"x"), OSError)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(TEMPORARY_PREFIX)]


@given(st.binary(max_size=2_000), st.sampled_from([0o600, 0o644]), st.booleans())
def test_a_whole_file_takes_the_place_of_the_last_one(
    tmp_path_factory: pytest.TempPathFactory,
    content: bytes,
    mode: int,
    is_synced: bool,  # noqa: FBT001 - drawn
) -> None:
    path = tmp_path_factory.mktemp("whole") / "file"
    path.write_bytes(b"what was there")
    path.chmod(0o666)
    write_whole(path, content, mode=mode, is_synced=is_synced)
    assert path.read_bytes() == content
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert [item.name for item in path.parent.iterdir()] == ["file"]


def test_a_file_that_cannot_be_written_whole_leaves_the_last_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"what was there")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))  # bytes of a file, the least of a disk
    try:
        with pytest.raises(OSError, match="too large"):
            write_whole(path, b"more than fits on it")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == b"what was there"
    assert [item.name for item in tmp_path.iterdir()] == ["file"]


def test_a_private_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o755)
    make_private_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        make_private_folder(tmp_path / "file" / "inner")


@pytest.mark.parametrize(
    ("content", "text"), [(b"words", "words"), (b"", ""), ("é".encode(), "é"), (b"\xff", None)]
)
def test_a_text_is_read_if_it_is_one(tmp_path: Path, content: bytes, text: str | None) -> None:
    (tmp_path / "file").write_bytes(content)
    assert read_text(tmp_path / "file") == text
    assert read_text(tmp_path / "gone") is None
    assert read_text(tmp_path) is None
