"""Other accounts of the machine, and processes of our own, beside a library's readers."""

from __future__ import annotations

import fcntl
import os
import signal
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from support import document

from droindex import Index
from droindex.index.store import Store

OTHER = 65534
RECORDS = [{"doc_id": "a", "title": "Escort", "body": "escort of detainees"}]


def as_other(act: Callable[[], object]) -> int:
    """Run something as another account; 0 if it went well."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(OTHER)
            os.setuid(OTHER)
            act()
        except BaseException:  # noqa: BLE001 - a child must never run on in pytest
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture
def shown(library: Callable[..., Path], require: Callable[..., None], tmp_path: Path) -> Path:
    """A library that other accounts may read."""
    require("root", os.geteuid() == 0, "only root can act as another account")
    path = library(RECORDS)
    for folder in (tmp_path, *tmp_path.parents):
        if folder != Path("/tmp") and folder.is_relative_to("/tmp"):
            folder.chmod(0o755)
    return path


def search(path: Path) -> None:
    with Index.open(path) as index:
        assert index.search("escort").total == 1


def test_a_reader_leaves_nothing_in_a_library(library: Callable[..., Path]) -> None:
    path = library(RECORDS)
    before = sorted(path.rglob("*"))
    search(path)
    assert sorted(path.rglob("*")) == before


def test_a_lock_file_left_by_the_engine_hinders_nobody(shown: Path) -> None:
    for meta in shown.rglob("meta.json"):
        lock = meta.with_name(".tantivy-meta.lock")
        lock.touch()
        lock.chmod(0o600)
    search(shown)
    assert as_other(lambda: search(shown)) == 0


def test_locks_of_another_account_hinder_nobody(shown: Path) -> None:
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(OTHER)
        os.setuid(OTHER)
        kept = []
        for file in shown.rglob("*"):
            try:
                kept.append(os.open(file, os.O_RDONLY))
                fcntl.flock(kept[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
        os.write(tell, b"x")
        signal.pause()
    try:
        os.read(ready, 1)
        search(shown)
        Index.update(shown, documents=[document(doc_id="b", title="B", body="other words")])
        assert not any(Store(shown).is_held(name) for name in Store(shown).names())
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_the_lock_is_for_writers(library: Callable[..., Path]) -> None:
    path = library(RECORDS)
    (path / "LOCK").chmod(0o644)
    with Store(path).locked():
        assert stat.S_IMODE((path / "LOCK").stat().st_mode) == 0o600
    path.chmod(0o775)
    with Store(path).locked():
        assert stat.S_IMODE((path / "LOCK").stat().st_mode) == 0o660


def test_a_fork_does_not_keep_the_lock(library: Callable[..., Path]) -> None:
    path = library(RECORDS)
    with Store(path).locked():
        child = os.fork()
        if child == 0:
            signal.pause()
    try:
        with Store(path).locked():
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
