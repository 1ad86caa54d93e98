"""Ctrl-C at any moment of a command: exit code 130, no trace, no worker left, a sound library."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bounds import until

from droindex import Index

# Counts what the process does from the moment that droindex listens, and at one count interrupts
# it: audit events come from C, and calls of functions come from anywhere, finalisers included.
HOOK = """
import os, signal, sys, threading

def _plant():
    kind, at, count = os.environ["PLANT_KIND"], int(os.environ["PLANT_AT"]), [0]
    main = threading.get_ident()

    def step():
        if threading.get_ident() != main and kind != "any":
            return
        if signal.getsignal(signal.SIGINT) in (signal.default_int_handler, signal.SIG_IGN):
            return  # not yet begun, or over
        count[0] += 1
        if count[0] == at:
            os.write(int(os.environ["PLANT_FD"]), b"!")
            os.kill(os.getpid(), signal.SIGINT)
            if kind == "twice":
                os.kill(os.getpid(), signal.SIGINT)

    if kind == "call":
        sys.setprofile(lambda frame, event, _: step() if event in ("call", "return") else None)
    else:
        sys.addaudithook(lambda event, _: step())
    if at == 0:
        import atexit
        atexit.register(lambda: os.write(int(os.environ["PLANT_FD"]), str(count[0]).encode()))

_plant()
"""
PROGRAM = "from droindex.cli.main import main; main()"
POINTS = int(os.environ.get("DROINDEX_TEST_INTERRUPTS", "3"))  # of each command and kind

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")

Run = Callable[[str, int, tuple[str, ...]], tuple[int, str, bytes]]


@pytest.fixture
def planted(tmp_path: Path) -> Run:
    """Runs the program, interrupted at a count of its steps: exit code, stderr, what came."""
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(HOOK)

    def run(kind: str, at: int, args: tuple[str, ...]) -> tuple[int, str, bytes]:
        out, into = os.pipe()
        env = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
        env |= {"PYTHONPATH": str(hook), "PLANT_KIND": kind, "PLANT_AT": str(at)}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *args],
            env={**env, "PLANT_FD": str(into)},
            pass_fds=(into,),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            # a shell that runs the tests in the background has its children ignore the signal
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        os.close(into)
        with os.fdopen(out, "rb") as pipe:
            came = pipe.read()
        return done.returncode, done.stderr, came

    return run


def _workers_of(folder: Path) -> list[int]:
    """Return the live processes whose import path names a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes()
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if os.fsencode(folder / "hook") in line and state not in "XZ":
                found.append(int(entry.name))
    return found


def _assert_no_worker_is_left(folder: Path) -> None:
    until(lambda: not _workers_of(folder))


def _corpus(folder: Path) -> Path:
    corpus = folder / "corpus"
    corpus.mkdir()
    for name in ("one", "two", "three"):
        (corpus / f"{name}.txt").write_text(f"The text of directive {name} (DDD).\n" * 3)
    return corpus


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("build", kind) for kind in ("event", "any", "call", "twice")),
        *(("query", kind) for kind in ("event", "call")),
    ],
)
def test_a_command_that_is_interrupted_anywhere_ends_with_130(
    tmp_path: Path, planted: Run, name: str, kind: str
) -> None:
    corpus, library = _corpus(tmp_path), tmp_path / "library.idx"
    Index.build(corpus, library, workers=0)
    build = ("build", str(corpus), "-i", str(library), "--compact", "--workers", "1")
    args = build if name == "build" else ("query", "directive", "-i", str(library), "--all")

    def prepare() -> None:
        if name == "build":  # so that there is something to read
            for cached in (library / "cache").rglob("*"):
                if cached.is_file():
                    cached.unlink()
            for file in corpus.iterdir():
                file.touch()

    prepare()
    code, errors, counted = planted(kind, 0, args)
    assert code == 0, errors
    points = random.Random(f"{name} {kind}").sample(range(1, int(counted)), POINTS)
    for at in [*points, 1, int(counted)]:
        prepare()
        code, errors, came = planted(kind, at, args)
        where = f"at {at} of {counted!r}: {errors}"
        if came == b"!":
            assert code == 130, where
        assert code in (0, 130), where
        assert "Traceback" not in errors, where
        assert "ignored" not in errors, where
        _assert_no_worker_is_left(tmp_path)
        with Index.open(library) as index:
            assert index.search("directive").total == 3
    report = Index.build(corpus, library, workers=0)  # nobody holds the lock
    assert not report.problems
    assert not Index.check(library).damages
