"""Locks of the system: they end with their process, tell who has them, and are never stale."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from droindex.errors import IndexLockedError, StorageError
from droindex.files.lock import (
    claim_for_removal,
    hold,
    is_for_writers,
    is_held,
    make_lock_file,
    writing,
)

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "000001.hold"
    make_lock_file(path)
    return path


def _hold(path: Path, talk: Connection) -> None:
    held = hold(path)
    talk.send("held")
    if talk.recv() == "release":
        held.release()
        talk.send("released")
        talk.recv()


def _write(path: Path, talk: Connection) -> None:
    with writing(path, 0):
        talk.send("writing")
        talk.recv()


@contextmanager
def another(work: object, path: Path) -> Iterator[tuple[Connection, int]]:
    """Run work in another process; it has begun when this yields, and is killed in the end."""
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=work, args=(path, theirs))  # type: ignore[arg-type]
    process.start()
    theirs.close()
    try:
        ours.recv()
        assert process.pid is not None
        yield ours, process.pid
    finally:
        process.kill()
        process.join()
        ours.close()


def test_who_holds_a_generation_keeps_it(file: Path) -> None:
    assert not is_held(file)
    first, second = hold(file), hold(file)
    assert is_held(file)
    first.release()
    first.release()  # twice does nothing
    assert is_held(file)
    with claim_for_removal(file) as is_free:
        assert not is_free
    second.release()
    assert not is_held(file)
    with claim_for_removal(file) as is_free:
        assert is_free


def test_looking_takes_nothing(file: Path) -> None:
    held = hold(file)
    for _ in range(3):
        assert is_held(file)
    held.release()
    assert [is_held(file) for _ in range(3)] == [False] * 3


def test_who_comes_while_it_is_removed_holds_nothing(file: Path) -> None:
    with claim_for_removal(file) as is_free:
        assert is_free
        late = hold(file)
        assert is_held(file)  # by the one that removes it
    assert not is_held(file)
    late.release()


@pytest.mark.parametrize("kind", ["gone", "folder", "link", "gone folder"])
def test_what_is_no_lock_file_holds_nothing(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "000001.hold"
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        (tmp_path / "other").touch()
        path.symlink_to(tmp_path / "other")
    elif kind == "gone folder":
        path = tmp_path / "no" / "000001.hold"
    held = hold(path)
    assert not is_held(path)
    with claim_for_removal(path) as is_free:
        assert is_free
    held.release()


def test_a_handle_that_is_forgotten_lets_go(file: Path) -> None:
    held = hold(file)
    assert is_held(file)
    del held
    assert not is_held(file)


def test_the_claims_of_another_process_end_with_it(file: Path) -> None:
    with another(_hold, file) as (talk, _):
        assert is_held(file)
        talk.send("release")
        assert talk.recv() == "released"
        assert not is_held(file)
    with another(_hold, file):
        assert is_held(file)  # and now it is killed
    assert not is_held(file)


def test_one_writes_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "write.lock"
    with writing(path, 0), pytest.raises(IndexLockedError) as caught, writing(path, 0):
        pass
    assert str(os.getpid()) in str(caught.value)
    with writing(path, 0):
        pass


def test_the_error_names_the_process_that_writes(tmp_path: Path) -> None:
    path = tmp_path / "write.lock"
    with another(_write, path) as (talk, pid):
        with pytest.raises(IndexLockedError) as caught, writing(path, 0):
            pass
        assert f"process {pid} on {os.uname().nodename} since 20" in caught.value.holder
        assert caught.value.holder in str(caught.value)
        talk.send("done")
    with writing(path, 0):  # killed or done: the lock is free
        pass


def test_who_waits_writes_as_soon_as_the_other_is_done(tmp_path: Path) -> None:
    path = tmp_path / "write.lock"
    order: list[str] = []
    begun = threading.Event()

    def wait() -> None:
        begun.set()
        with writing(path, 600):
            order.append("second")

    with writing(path, 0):
        thread = threading.Thread(target=wait)
        thread.start()
        begun.wait()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_the_note_is_there_while_it_is_written_and_gone_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "write.lock"
    with writing(path, 0):
        note = json.loads(path.read_bytes())
        assert (note["pid"], note["host"]) == (os.getpid(), os.uname().nodename)
    assert path.read_bytes() == b""


@pytest.mark.parametrize(
    "note", [b"", b"{", b"[]", b"null", b'{"pid": 1}', b"\xff" * 2_000, b"[" * 900]
)
def test_a_note_that_is_damaged_names_nobody(tmp_path: Path, note: bytes) -> None:
    path = tmp_path / "write.lock"
    with writing(path, 0):
        path.write_bytes(note)
        with pytest.raises(IndexLockedError) as caught, writing(path, 0):
            pass
    assert caught.value.holder == ""
    assert str(caught.value).startswith(f"{tmp_path} is being written")


def test_an_error_in_between_lets_go_of_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "write.lock"
    with pytest.raises(ZeroDivisionError), writing(path, 0):
        raise ZeroDivisionError
    with writing(path, 0):
        pass


def test_where_no_lock_file_can_be_made_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(StorageError), writing(tmp_path / "no" / "write.lock", 0):
        pass
    (tmp_path / "target").touch()
    (tmp_path / "write.lock").symlink_to(tmp_path / "target")
    with pytest.raises(StorageError), writing(tmp_path / "write.lock", 0):
        pass


@pytest.mark.parametrize(
    ("folder", "file"), [(0o700, 0o600), (0o755, 0o600), (0o770, 0o660), (0o775, 0o660)]
)
def test_a_lock_file_is_for_those_who_may_write_its_folder(
    tmp_path: Path, folder: int, file: int
) -> None:
    home = tmp_path / "library"
    home.mkdir()
    home.chmod(folder)
    for name in ("000001.hold", "write.lock"):
        path = home / name
        if name == "write.lock":
            with writing(path, 0):
                pass
        else:
            make_lock_file(path)
        assert stat.S_IMODE(path.stat().st_mode) == file


@pytest.mark.parametrize(
    ("folder", "file", "fits"),
    [
        (0o700, 0o600, True),
        (0o700, 0o660, False),
        (0o700, 0o644, False),
        (0o770, 0o660, True),
        (0o770, 0o600, True),
        (0o770, 0o664, False),
        (0o777, 0o666, False),
    ],
)
def test_a_file_that_others_may_open_is_not_for_writers(
    tmp_path: Path,
    folder: int,
    file: int,
    fits: bool,  # noqa: FBT001 - drawn
) -> None:
    home = tmp_path / "library"
    home.mkdir()
    path = home / "lock"
    path.touch()
    path.chmod(file)
    home.chmod(folder)
    with path.open("rb") as opened:
        assert is_for_writers(opened.fileno(), home) is fits


def test_a_new_lock_file_takes_the_place_of_an_old_one(file: Path) -> None:
    old = hold(file)
    make_lock_file(file)
    assert not is_held(file)  # who holds the old one holds nothing any more
    with hold_of(file):
        assert is_held(file)
    old.release()


@contextmanager
def hold_of(path: Path) -> Iterator[None]:
    held = hold(path)
    yield
    held.release()
