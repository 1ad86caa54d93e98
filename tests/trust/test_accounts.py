"""Other accounts of the machine, and processes of our own, beside a library's readers."""

from __future__ import annotations

import json
import os
import select
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from support import document

from droindex import Index
from droindex.engine.analysis import Analyzer
from droindex.engine.schema import PASSAGES_SCHEMA
from droindex.engine.tantivy.engine import TANTIVY
from droindex.engine.tantivy.opening import ENGINE_LOCK
from droindex.store.generation import write_current
from droindex.store.store import Store
from droindex.store.writer import MAX_HELD

ACTOR = Path(__file__).with_name("actor.py")
OTHER = 65534
FIRST, SECOND, GROUP = 64001, 64002, 64003
RECORDS = [{"doc_id": "a", "title": "Escort", "body": "escort of detainees"}]
OPENS = 200  # of each account, beside builds
HANGS_S = 300  # no answer for so long is no answer


class Actor:
    """A process of one account; see actor.py."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(
            [*command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.answer()

    def tell(self, *line: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], HANGS_S)
        assert ready, "it hangs"
        return json.loads(self._process.stdout.readline())

    def __call__(self, *line: object) -> Any:
        self.tell(*line)
        return self.answer()

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


def command(uid: int = 0, gid: int = 0, *groups: int) -> list[str]:
    return [sys.executable, str(ACTOR), *map(str, (uid, gid, *groups))]


@pytest.fixture(scope="module")
def cast(require: Callable[..., None]) -> Iterator[dict[str, Actor]]:
    """Processes of several accounts."""
    require("root", os.geteuid() == 0, "only root can act as other accounts")
    actors = {
        "owner": Actor(*command()),
        "second": Actor(*command()),
        "other": Actor(*command(OTHER, OTHER)),
        "locker": Actor(*command(OTHER, OTHER)),
    }
    if can_mount():
        actors["fixed"] = Actor("unshare", "-m", *command())
    yield actors
    for actor in actors.values():
        actor("reap")
        actor.end()


def can_mount() -> bool:
    script = "mount --bind /tmp /tmp && mount -o remount,bind,ro /tmp"
    unshare = shutil.which("unshare")
    return (
        bool(unshare)
        and not subprocess.run(
            ["unshare", "-m", "sh", "-c", script], check=False, capture_output=True
        ).returncode
    )


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that other accounts can come to; pytest closes its own to them at every start."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def shown(place: Path) -> Path:
    """A library that other accounts may read."""
    path = place / "library.idx"
    Index.update(path, documents=[document(**record) for record in RECORDS])
    return path


def locks(path: Path) -> list[Path]:
    return sorted(path.rglob(ENGINE_LOCK))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_reader_leaves_nothing_in_a_library(shown: Path, cast: dict[str, Actor]) -> None:
    def all_of_it() -> list[tuple[Path, int]]:
        return [(item, item.lstat().st_mtime_ns) for item in sorted(shown.rglob("*"))]

    before = all_of_it()
    for name in ("owner", "other"):
        assert cast[name]("read", str(shown)) == [1, "000001"]
    for lock in locks(shown):
        lock.unlink()
    after = all_of_it()
    assert cast["owner"]("read", str(shown)) == [1, "000001"]
    assert all_of_it() == after
    assert {item for item, _ in before} >= {item for item, _ in after}


def test_only_writers_can_open_a_lock_file(library: Callable[..., Path], tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        path = library(RECORDS)
        found = [*locks(path), path / "LOCK", *path.rglob("*.hold")]
        assert len(found) == 4
        assert {mode(item) for item in found} == {0o600}
        os.umask(0o002)
        path = library(RECORDS, "shared.idx")
        assert {mode(item) for item in locks(path)} == {0o660}
        assert mode(path / "LOCK") == 0o660
    finally:
        os.umask(before)
    exported = tmp_path / "exported.idx"
    Index.export_set(path, None, exported)
    assert len(locks(exported)) == 2
    assert not any(ENGINE_LOCK in name for name in Store(path).current().manifest["files"])


def test_nobody_else_can_lock_what_a_build_writes(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        writer = TANTIVY.writer(tmp_path, PASSAGES_SCHEMA, Analyzer("english"), 0)
        writer.add({"doc_id": "a", "text": "escort"})
        assert {mode(item) for item in tmp_path.glob("*.lock")} == {0o600}
        writer.commit()
        assert {mode(item) for item in tmp_path.glob("*.lock")} == {0o600}
    finally:
        os.umask(before)


def test_a_lock_file_of_an_older_version_hinders_nobody(
    shown: Path, cast: dict[str, Actor]
) -> None:
    for lock in locks(shown):
        lock.chmod(0o644)
    assert cast["locker"]("flock", str(shown), True) > 0
    for name in ("owner", "other"):
        assert cast[name]("read", str(shown)) == [1, "000001"]
    assert cast["owner"]("build", str(shown), "b") == "000002"
    assert not locks(shown / "generations" / "000001")  # a build clears it away
    assert {mode(lock) for lock in locks(shown)} == {0o600}
    cast["locker"]("unlock")


def test_a_lock_of_the_engine_that_is_kept_hinders_nobody(
    shown: Path, cast: dict[str, Actor]
) -> None:
    assert cast["second"]("flock", str(shown), True) > 0  # one of the owner's own processes
    assert cast["owner"]("read", str(shown))[0] == 1
    cast["second"]("unlock")


def test_without_a_temporary_folder_only_writers_are_answered(
    shown: Path, cast: dict[str, Actor]
) -> None:
    for name in ("owner", "other"):
        cast[name]("no_temp")
    try:
        assert cast["owner"]("read", str(shown)) == [1, "000001"]
        before = sorted(shown.rglob("*"))
        refused = cast["other"]("read", str(shown))
        assert refused.startswith("storage-error")
        assert "TMPDIR" in refused
        for lock in locks(shown):
            lock.chmod(0o644)
        assert cast["owner"]("read", str(shown)).startswith("storage-error")
        assert sorted(shown.rglob("*")) == before
    finally:
        for name in ("owner", "other"):
            cast[name]("temp")


def test_a_group_reads_a_library_and_its_builder_alone_builds(
    require: Callable[..., None], place: Path
) -> None:
    require("root", os.geteuid() == 0, "only root can act as other accounts")
    path = place / "shared.idx"
    path.mkdir()
    os.chown(path, FIRST, GROUP)
    path.chmod(0o2775)
    builder, member = (Actor(*command(uid, uid, GROUP)) for uid in (FIRST, SECOND))
    try:
        for number in range(1, 5):
            builder("mode", str(path), 0o002)
            assert builder("build", str(path), f"d{number}") == f"{number:06d}"
            for reader in (member, builder):
                reader("no_temp")  # each of them may lock the engine's own file
                assert reader("read", str(path)) == [number, f"{number:06d}"]
            # What a build remembers tells of labelled documents: it is its account's alone.
            assert member("build", str(path), "x").startswith("storage-error")
        assert member("take", str(path)) is None  # but it can keep builds away, as a writer
        assert builder("build", str(path), "y").startswith("index-locked")
        member("let_go")
        assert builder("build", str(path), "y") == "000005"
    finally:
        for account in (builder, member):
            account.end()


def test_a_reader_that_never_lets_go_keeps_a_bounded_number(
    library: Callable[..., Path],
) -> None:
    path = library(RECORDS)
    handles = [Index.open(path)]
    for number in range(MAX_HELD + 4):
        Index.update(path, documents=[document("escort", doc_id=f"b{number}")])
        handles.append(Index.open(path))
    names = Store(path).names()
    assert len(names) == 2 + MAX_HELD
    newest = MAX_HELD + 5
    # The oldest are gone, and who read them is turned to the newest.
    kept = list(range(4, newest + 1))
    assert [index.search("").total for index in handles] == [newest] * 3 + kept
    for index in handles:
        index.close()


@pytest.fixture
def replaced(tmp_path: Path) -> Path:
    """A library that names its first generation, and holds a second one."""
    path = tmp_path / "replaced.idx"
    Index.update(path, documents=[document("escort", doc_id="a")])
    Index.update(path, documents=[document("escort", doc_id="b")])
    write_current(path, "000001")
    return path


@pytest.mark.parametrize("how", ["in place", "by links", "status"])
def test_a_generation_that_vanishes_while_it_is_read_is_no_damage(
    replaced: Path, cast: dict[str, Actor], tmp_path: Path, how: str
) -> None:
    if how == "by links":
        for lock in locks(replaced):
            lock.unlink()
    totals = []
    for event in range(200):
        path = tmp_path / "copy.idx"
        shutil.copytree(replaced, path)
        total, came = cast["owner"]("vanish", str(path), event, how)
        assert not list((path / "generations").glob("*.damaged"))
        shutil.rmtree(path)
        if not came:
            break
        totals.append(total)
    assert len(totals) > 3
    assert totals[:3] == [2] * 3
    assert set(totals) <= {1, 2}  # a late one has read all of the first


class Machine(RuleBasedStateMachine):
    """All of them in any order, beside a model of what each must see."""

    cast: ClassVar[dict[str, Actor]]
    base: ClassVar[Path]
    number = 0

    @initialize()
    def start(self) -> None:
        Machine.number += 1
        self.path = str(self.base / f"{self.number}.idx")
        self.count = 1
        self.cast["owner"]("build", self.path, "d1")
        self.generation = 1
        self.open: dict[str, tuple[int, int]] = {}
        self.kept = {1}
        self.holder = ""
        if "fixed" in self.cast:
            self.cast["fixed"]("mount", self.path)

    def drop(self, keep: int, *, now: bool) -> None:
        """Remove old generations from the model."""
        held = set() if now else {self.open["owner"][1]} if "owner" in self.open else set()
        newest = sorted(self.kept)[-keep:]
        self.kept = {name for name in self.kept if name in newest or name in held}

    @rule(name=st.sampled_from(["owner", "other", "fixed"]))
    def read(self, name: str) -> None:
        if name in self.cast:
            found = self.cast[name]("read", self.path)
            assert found == [self.count, f"{self.generation:06d}"]
            self.open[name] = (self.count, self.generation)

    @rule(name=st.sampled_from(["owner", "other", "fixed"]))
    def shut(self, name: str) -> None:
        if self.open.pop(name, None):
            self.cast[name]("shut")

    @rule(exclusive=st.booleans())
    def lock(self, *, exclusive: bool) -> None:
        assert self.cast["locker"]("flock", self.path, exclusive) > 0

    @rule()
    def unlock(self) -> None:
        self.cast["locker"]("unlock")

    @rule(name=st.sampled_from(["owner", "second"]))
    def build(self, name: str) -> None:
        answer = self.cast[name]("build", self.path, f"d{self.count + 1}")
        if self.holder:
            assert answer.startswith("index-locked")
            return
        self.count += 1
        self.generation += 1
        assert answer == f"{self.generation:06d}"
        self.kept.add(self.generation)
        self.drop(2, now=False)

    @precondition(lambda self: not self.holder)
    @rule(name=st.sampled_from(["owner", "second"]))
    def take(self, name: str) -> None:
        assert self.cast[name]("take", self.path) is None
        self.holder = name

    @precondition(lambda self: self.holder)
    @rule()
    def let_go(self) -> None:
        self.cast[self.holder]("let_go")
        self.holder = ""

    @rule(
        name=st.sampled_from(["owner", "second", "other"]), how=st.sampled_from(["fork", "spawn"])
    )
    def start_child(self, name: str, how: str) -> None:
        assert self.cast[name](how) is None

    @precondition(lambda self: not self.holder)
    @rule(now=st.booleans())
    def prune(self, *, now: bool) -> None:
        before = set(self.kept)
        removed = self.cast["second"]("prune", self.path, now)
        self.drop(1 if now else 2, now=now)
        assert {int(name) for name in removed} == before - self.kept

    @invariant()
    def what_is_open_answers(self) -> None:
        for name, (_, generation) in list(getattr(self, "open", {}).items()):
            if generation not in self.kept:  # it is gone: the handle turns to the newest
                self.open[name] = (self.count, self.generation)
            assert self.cast[name]("again") == self.open[name][0]

    @invariant()
    def status_tells_who_holds(self) -> None:
        if hasattr(self, "open"):
            held = {self.open["owner"][1]} if "owner" in self.open else set()
            found = self.cast["second"]("held", self.path)
            assert {int(name) for name in found} == held & self.kept

    def teardown(self) -> None:
        for actor in self.cast.values():
            actor("reap")


def test_every_order_of_accounts(cast: dict[str, Actor], place: Path) -> None:
    Machine.cast, Machine.base = cast, place
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=20, stateful_step_count=14, deadline=None, derandomize=True, database=None
        ),
    )


def test_many_opens_beside_status_prune_and_builds(
    shown: Path, cast: dict[str, Actor], tmp_path: Path
) -> None:
    stop = tmp_path / "stop"
    helpers = [Actor(*command()) for _ in range(2)]
    try:
        for helper, what in zip(helpers, ("look_until", "build_until"), strict=True):
            helper.tell(what, str(shown), str(stop))
        readers = [cast["owner"], cast["other"]]
        for reader in readers:
            reader.tell("open_many", str(shown), OPENS)
        assert [reader.answer() for reader in readers] == [[], []]
        stop.touch()
        counts = [helper.answer() for helper in helpers]
        assert all(isinstance(count, int) and count > 1 for count in counts), counts
    finally:
        for helper in helpers:
            helper.end()
