"""Many readers: threads, processes, forks, other processes, and builds beside them."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from pathlib import Path

import pytest
import soak_trials
from support import document

import droindex
from droindex import Index
from droindex.lazy import cached_property


@pytest.fixture
def library(tmp_path: Path) -> Path:
    corpus = soak_trials.write_corpus(tmp_path / "corpus.jsonl", soak_trials.records(60, 1))
    Index.build(corpus, tmp_path / "library.idx")
    return tmp_path / "library.idx"


def test_many_threads_get_the_answers_of_one(library: Path) -> None:
    assert soak_trials.threads(library, 300) == 0


def test_readers_in_other_processes_see_whole_libraries_alone(tmp_path: Path) -> None:
    result = soak_trials.readers(tmp_path, 2, processes=3, documents=40)
    assert result.faults == []
    assert result.searches > 0


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="only Linux tells")
def test_memory_files_threads_and_objects_stay_flat(tmp_path: Path) -> None:
    used = list(soak_trials.motion_apart(tmp_path, 32, 2, 4))
    assert [sample.steps for sample in used] == list(range(4, 33, 4))
    assert used[-1].memory_mb < used[1].memory_mb + 4
    assert max(sample.memory_mb for sample in used) < 60  # glibc's own ways took 100 to 170 MB
    assert used[-1].open_files <= used[1].open_files + 1
    # The engine's threads end by themselves up to half a second after their index was let go.
    assert max(sample.threads for sample in used) < 40
    assert used[-1].objects < used[1].objects + 300  # up and down with the segments, by up to 200


def test_a_handle_that_follows_many_generations_stays_flat(tmp_path: Path) -> None:
    used = list(soak_trials.generations(tmp_path, 16, 2))
    assert used[-1].memory_mb < used[1].memory_mb + 4
    assert used[-1].open_files <= used[1].open_files + 1
    assert max(sample.threads for sample in used) < 40


def _total(index: Index) -> int:
    return index.search("", scope="all").total


def test_a_handle_survives_a_fork(library: Path) -> None:
    with Index.open(library) as index:
        before = _total(index)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writer, str(_total(index)).encode())
            os._exit(0)
        os.waitpid(child, 0)
        assert os.read(reader, 100) == str(before).encode()
        os.close(reader)
        os.close(writer)
        assert _total(index) == before


def test_a_handle_can_be_sent_to_another_process(library: Path) -> None:
    with Index.open(library) as index:
        twin = pickle.loads(pickle.dumps(index))
        assert twin.clearance is None
        assert _total(twin) == _total(index)
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            assert pool.apply(_total, (index,)) == _total(index)


def test_a_handle_turns_to_the_newest_generation_on_its_own(library: Path) -> None:
    with (
        Index.open(library, auto_reload_s=0) as eager,
        Index.open(library, auto_reload_s=3600) as slow,
        Index.open(library) as still,
    ):
        Index.update(library, documents=[document("more", doc_id="m")])
        assert [_total(index) for index in (eager, slow, still)] == [61, 60, 60]
        (library / "CURRENT").write_bytes(b"rubbish")
        assert _total(eager) == 61


def test_a_fork_beside_a_value_that_is_worked_out_waits_for_nothing() -> None:
    started, goes_on = threading.Event(), threading.Event()

    class Slow:
        def __init__(self, *, waits: bool) -> None:
            self.waits = waits

        @cached_property
        def value(self) -> int:
            if self.waits:
                started.set()
                goes_on.wait()
            return 7

    thread = threading.Thread(target=lambda: Slow(waits=True).value)
    thread.start()
    started.wait()
    child = os.fork()
    if not child:
        signal.alarm(10)
        os._exit(Slow(waits=False).value)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    goes_on.set()
    thread.join()


def test_nothing_of_ours_uses_what_locks_while_it_works() -> None:
    for path in Path(droindex.__file__).parent.rglob("*.py"):
        if path.name != "lazy.py":
            assert "functools import cached_property" not in path.read_text("utf-8"), path
