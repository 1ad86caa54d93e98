"""The key of a cache: made once, kept by its owner alone, and refused where others had a hand."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from droindex.extract.signing import KEY_NAME, is_own, load_key

OTHERS = 65_534  # an account that nobody is


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("is_library", [False, True])
def test_a_key_is_made_once(tmp_path: Path, is_library: bool) -> None:  # noqa: FBT001 - drawn
    folder = tmp_path / "cache"
    key = load_key(folder, is_library=is_library)
    assert len(key) == 32
    assert load_key(folder, is_library=is_library) == key
    assert mode_of(folder) == 0o700
    assert mode_of(folder / KEY_NAME) == 0o600
    assert [path.name for path in folder.iterdir()] == [KEY_NAME]


def test_each_folder_has_its_own(tmp_path: Path) -> None:
    keys = {load_key(tmp_path / str(number), is_library=False) for number in range(5)}
    assert len(keys) == 5


def test_builds_that_come_at_once_agree_on_one(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    start, found = threading.Barrier(8), []

    def load() -> None:
        start.wait()
        found.append(load_key(folder, is_library=False))

    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert [path.name for path in folder.iterdir()] == [KEY_NAME]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o606, 0o644, 0o666])
def test_a_key_that_others_may_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    load_key(tmp_path / "cache", is_library=False)
    (tmp_path / "cache" / KEY_NAME).chmod(mode)
    with pytest.raises(PermissionError, match="not its owner's alone"):
        load_key(tmp_path / "cache", is_library=False)


@pytest.mark.parametrize("key", [b"", b"short", b"x" * 31, b"x" * 33, b"x" * 4_096])
def test_a_key_of_another_length_is_refused(tmp_path: Path, key: bytes) -> None:
    load_key(tmp_path / "cache", is_library=False)
    (tmp_path / "cache" / KEY_NAME).write_bytes(key)
    with pytest.raises(PermissionError, match="damaged"):
        load_key(tmp_path / "cache", is_library=False)


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_folder_that_others_may_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "cache"
    load_key(folder, is_library=False)
    folder.chmod(mode)
    with pytest.raises(PermissionError, match="others may write to it"):
        load_key(folder, is_library=False)


def test_who_may_write_a_library_may_change_all_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    key = load_key(folder, is_library=True)
    folder.chmod(0o770)
    assert load_key(folder, is_library=True) == key


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    other.write_bytes(b"x" * 32)
    other.chmod(0o600)
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    (folder / KEY_NAME).symlink_to(other)
    with pytest.raises(OSError, match="link"):
        load_key(folder, is_library=False)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_belongs_to_another_account_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    load_key(folder, is_library=False)
    os.chown(folder / KEY_NAME, OTHERS, -1)
    with pytest.raises(PermissionError, match="not its owner's alone"):
        load_key(folder, is_library=False)
    os.chown(folder, OTHERS, -1)
    with pytest.raises(PermissionError, match="belongs to another account"):
        load_key(folder, is_library=False)


@pytest.mark.parametrize(
    ("mode", "own"), [(0o600, True), (0o644, True), (0o755, True), (0o620, False), (0o602, False)]
)
def test_own_is_what_nobody_else_may_write(tmp_path: Path, mode: int, own: bool) -> None:  # noqa: FBT001 - drawn
    path = tmp_path / "file"
    path.touch()
    path.chmod(mode)
    assert is_own(path.stat()) is own
