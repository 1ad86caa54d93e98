"""A build or an export that labels come with, killed before each thing that it does."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
from support import document

from droindex import Index
from droindex.errors import IndexDamagedError
from droindex.store.store import Store

SECRET = "The zorblatt is kept in the cellar of the old mill."
STEPS = ("open", "os.rename", "os.remove", "os.rmdir", "os.link", "os.mkdir")
TRIES = int(os.environ.get("DROINDEX_WITHDRAWAL_KILLS", "10"))


class Doomed:
    """A process that has not used the engine yet: each of its children works until its step `at`.

    A child of a process that has used it may wait for threads that it does not have.
    """

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.communicate()

    def die(self, at: int, *work: Path) -> int:
        """Label what the library holds, or export it to the second path; return the steps done."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([at, *map(os.fspath, work)]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def places(self, *work: Path) -> list[int]:
        """Return the last steps, which publish, each; and some of those before."""
        steps = self.die(1_000_000, *work)
        last = range(max(0, steps - TRIES), steps)
        return sorted({*range(0, steps, max(1, steps // 4)), *last})


def main() -> None:
    for line in sys.stdin:
        at, *work = json.loads(line)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            live(at, [Path(path) for path in work], writer)
        os.close(writer)
        os.waitpid(child, 0)
        with os.fdopen(reader) as pipe:
            print(pipe.read(), flush=True)


def live(at: int, work: list[Path], writer: int) -> None:
    """Do it, and be killed before step `at`; tell how far it came."""
    count = 0

    def look(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event not in STEPS:
            return
        place = f"{arguments[0]} {arguments[-1]}"
        if "generations" in place or "CURRENT" in place:
            if count == at:
                os.write(writer, b"%d" % count)
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1

    try:
        sys.addaudithook(look)
        if len(work) == 1:
            label(work[0])
        else:
            Index.export_set(work[0], None, work[1])
        os.write(writer, b"%d" % count)
    finally:
        os._exit(0)


def total(index: Index, query: str) -> int | None:
    try:
        return index.search(query).total
    except IndexDamagedError:
        return None


def make(folder: Path) -> Path:
    library = folder / "library.idx"
    plain = [document(f"Filler text number {n}.", doc_id=f"p{n}") for n in range(2)]
    Index.update(library, [*plain, document(SECRET, doc_id="x")])
    Index.update(library, [document("Filler text, a third one.", doc_id="p2")])
    return library


def label(library: Path) -> None:
    Index.update(library, [document(SECRET, doc_id="y", label="LES")], remove=["x"])


@pytest.fixture
def doomed() -> Iterator[Doomed]:
    with Doomed() as process:
        yield process


def is_published(library: Path, name: str) -> bool:
    return (library / "CURRENT").read_bytes().startswith(name.encode())


def test_a_label_is_in_force_for_all_or_for_nobody(tmp_path: Path, doomed: Doomed) -> None:
    """Before the publication everybody is answered as before; after it nobody sees the text."""
    whole, library = make(tmp_path / "whole"), tmp_path / "library.idx"
    shutil.copytree(whole, tmp_path / "dry")
    ends = set()
    for at in doomed.places(tmp_path / "dry"):
        shutil.copytree(whole, library)
        with Index.open(library, auto_reload_s=None) as running:
            assert doomed.die(at, library) == at
            is_labelled = is_published(library, "000003")
            ends.add(is_labelled)
            with Index.open(library) as fresh:
                for index in (running, fresh):
                    assert total(index, "filler") == 3
                    assert total(index, "zorblatt") == (0 if is_labelled else 1)
            again = [document(SECRET, doc_id="z", label="LES")]
            Index.update(library, again, remove=["y"] if is_labelled else ["x"])
            assert (total(running, "filler"), total(running, "zorblatt")) == (3, 0)
        for _ in range(2):  # the first takes what the readers held, the second their marks
            Index.prune(library, now=True)
        assert len(Store(library).names()) == 1
        shutil.rmtree(library)
    assert ends == {False, True}


def test_an_export_is_the_old_one_or_the_new_one(tmp_path: Path, doomed: Doomed) -> None:
    library, whole, out = make(tmp_path), tmp_path / "whole.idx", tmp_path / "out.idx"
    Index.export_set(library, None, whole)
    label(library)
    shutil.copytree(whole, tmp_path / "dry.idx")
    ends = set()
    for at in doomed.places(library, tmp_path / "dry.idx"):
        shutil.copytree(whole, out)
        with Index.open(out, auto_reload_s=None) as running:
            assert doomed.die(at, library, out) == at
            is_new = is_published(out, "000002")
            ends.add(is_new)
            with Index.open(out) as fresh:
                for index in (running, fresh):
                    assert total(index, "filler") == 3
                    assert total(index, "zorblatt") == (0 if is_new else 1)
        Index.export_set(library, None, out)
        assert len(Store(out).names()) == 1
        assert all(b"zorblatt" not in path.read_bytes() for path in out.rglob("*.*"))
        shutil.rmtree(out)
    assert ends == {False, True}


def test_marks_of_what_is_gone_go(tmp_path: Path) -> None:
    library = make(tmp_path)
    generations = library / "generations"
    with Index.open(library, auto_reload_s=None) as running:
        label(library)
        Index.prune(library, now=True)
        Index.update(library, [document("More filler text.", doc_id="q")])
        assert total(running, "zorblatt") == 0
    (generations / "000001.withdrawn-open").touch()  # what a killed build may have left
    Index.prune(library)
    assert [path.name for path in generations.iterdir() if "withdrawn" in path.name] == []


def test_a_long_scan_ends_where_a_document_gains_a_label(tmp_path: Path) -> None:
    library = make(tmp_path)
    with Index.open(library, auto_reload_s=None) as index:
        hits = index.scan(scope="all", sort="title")
        next(hits)
        label(library)
        with pytest.raises(Exception, match="was withdrawn"):
            list(hits)
        assert "x" not in {hit.document.doc_id for hit in index.scan(scope="all")}


if __name__ == "__main__":
    main()
