"""One account beside a library: a process that acts as it is told, line by line.

    python actor.py UID GID GROUP...

A module and not a fork of the tests: forks copy threads' locks of the engine.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1]))

from support import document

from droindex import DroindexError, Index
from droindex.store.generation import write_current
from droindex.store.writer import StoreWriter

_handles: dict[str, Index] = {}
_locks: list[int] = []
_held = contextlib.ExitStack()
_children: list[int] = []
_trap: list[Any] = []  # where a generation vanishes: [events left, library]
_EVENTS = ("open", "os.listdir", "os.mkdir", "os.scandir", "os.symlink")


def read(path: str) -> list[object]:
    """Open a handle, keep it, and answer with its total and generation."""
    shut()
    index = _handles[path] = Index.open(path)
    return [index.search("").total, index._handle.generation.name]


def again() -> int | None:
    """Search once more with the handle that is open."""
    return next((index.search("").total for index in _handles.values()), None)


def shut() -> None:
    """Close the handle."""
    for index in _handles.values():
        index.close()
    _handles.clear()


def flock(path: str, exclusive: bool) -> int:  # noqa: FBT001 - told by a line of JSON
    """Lock every file that this account can open; answer how many."""
    kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    before = len(_locks)
    for file in Path(path).rglob("*"):
        for flags in (os.O_RDONLY, os.O_RDWR):
            with contextlib.suppress(OSError):
                descriptor = os.open(file, flags)
                _locks.append(descriptor)
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
                if flags == os.O_RDWR or not exclusive:
                    fcntl.lockf(descriptor, kind | fcntl.LOCK_NB)
    return len(_locks) - before


def unlock() -> None:
    """Let all of them go."""
    while _locks:
        os.close(_locks.pop())


def build(path: str, doc_id: str) -> str:
    """Add a document; answer with the new generation."""
    Index.update(path, documents=[document("escort of detainees", doc_id=doc_id)])
    return str(Index.status(path).generations[0].name)


def take(path: str) -> None:
    """Hold the library as a build does."""
    _held.enter_context(StoreWriter(Path(path)).locked())


def fork() -> None:
    """Start a child that lives on."""
    child = os.fork()
    if child == 0:
        signal.pause()
        os._exit(0)
    _children.append(child)


def spawn() -> None:
    """Start another program that is handed all that may be inherited."""
    _children.append(subprocess.Popen(["sleep", "600"], close_fds=False).pid)


def let_go() -> None:
    """End the build that `take` stands for."""
    _held.close()


def reap() -> None:
    """End the children, locks and handles."""
    while _children:
        os.kill(_children[-1], signal.SIGKILL)
        os.waitpid(_children.pop(), 0)
    let_go()
    unlock()
    shut()


def held(path: str) -> list[str]:
    """Answer which generations are held, as status tells."""
    return [item.name for item in Index.status(path).generations if item.is_held]


def prune(path: str, now: bool) -> list[str]:  # noqa: FBT001 - as above
    """Prune; answer what was removed."""
    return list(Index.prune(path, now=now, wait_s=60).removed)


def mount(path: str) -> None:
    """See a folder read-only from now on; this process has mounts of its own."""
    subprocess.run(["mount", "--bind", path, path], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", path], check=True)


def mode(path: str, umask: int) -> None:
    """Take a umask, and let a folder be a group's."""
    os.umask(umask)
    Path(path).mkdir(exist_ok=True)


def no_temp() -> None:
    """Find no temporary folder any more."""
    tempfile.tempdir = "/nowhere"


def temp() -> None:
    """Find the usual temporary folder again."""
    tempfile.tempdir = None


def open_many(path: str, count: int) -> list[str]:
    """Open, search and close many times; answer with what went wrong."""
    faults = []
    for _ in range(count):
        try:
            with Index.open(path) as index:
                if not index.search("escort").total:
                    faults.append("nothing found")
                if index.notices:
                    faults.append("an older generation")
        except DroindexError as error:
            faults.append(str(error))
    return faults


def look_until(path: str, stop: str) -> int:
    """Look at the status until a file appears; answer how often."""
    count = 0
    while not Path(stop).exists():
        count += 1
        assert not any(item.damaged for item in Index.status(path).generations)
    return count


def build_until(path: str, stop: str) -> int:
    """Build and prune everything old until a file appears; answer how often."""
    count = 0
    while not Path(stop).exists():
        count += 1
        Index.update(path, documents=[document("escort", doc_id=f"x{count}")])
        Index.prune(path, now=True)
    return count


def _spring(event: str, arguments: tuple[Any, ...]) -> None:
    if not _trap or event not in _EVENTS:
        return
    left, library = _trap
    path = str(arguments[0])  # of a link: where it leads
    if not path.startswith(library):
        return
    _trap[0] = left - 1
    if left:
        return
    _trap.clear()
    store = StoreWriter(Path(library))
    write_current(store.folder, "000002")
    store._remove("000001")


def vanish(path: str, event: int, what: str) -> list[int]:
    """Look at a library whose generation 1 is replaced at an event: [total, whether it came]."""
    _trap[:] = [event, path]
    try:
        if what == "status":
            total = Index.status(path).documents
        else:
            with Index.open(path) as index:
                total = index.search("").total
        return [total, int(not _trap)]
    finally:
        _trap.clear()


def _warm() -> None:
    """Load all modules: another account may not be able to read them."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/library.idx"
        build(path, "a")
        read(path)
        shut()
        open_many(path, 1)
        held(path)
        prune(path, now=True)
        lock = next(Path(path).rglob(".tantivy-meta.lock"))
        lock.unlink()
        open_many(path, 1)
        shutil.rmtree(path)
        with contextlib.suppress(DroindexError):
            Index.open(path)


def _lines() -> Iterator[list[Any]]:
    for line in sys.stdin:
        yield json.loads(line)


def main() -> None:
    """Act until the input ends."""
    uid, gid, *groups = map(int, sys.argv[1:])
    _warm()
    sys.addaudithook(_spring)
    if uid:
        os.setgroups(groups)
        os.setgid(gid)
        os.setuid(uid)
    print('"ready"', flush=True)
    for name, *arguments in _lines():
        try:
            answer = globals()[name](*arguments)
        except DroindexError as error:
            answer = f"{error.slug}: {error} {error.hint}"
        except Exception as error:  # noqa: BLE001 - it is told
            answer = f"fault: {error!r}"
        print(json.dumps(answer), flush=True)
    reap()


if __name__ == "__main__":
    main()
