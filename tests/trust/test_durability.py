"""Short forms of `make soak`, and every way in which a library can be stopped or break."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import soak_trials
from support import cut_short, document, flip_byte, put_in_place

from droindex import (
    DroindexError,
    ExposureRefusedError,
    Index,
    IndexDamagedError,
    IndexFormatError,
    IndexNotFoundError,
    SettingsError,
    StorageError,
)
from droindex.files import disk
from droindex.store.damage import note_damage
from droindex.store.store import Store


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.idx"
    put(path, *[document(f"escort text {n}", doc_id=f"d{n}") for n in range(8)])
    return path


def put(path: Path, *documents: Any, **options: Any) -> None:
    Index.update(path, documents=documents, **options)


def count(path: Path) -> int:
    with Index.open(path) as index:
        return index.search("", scope="all", limit=1).total


def biggest(path: Path, part: str = "open/documents") -> Path:
    folder = Store(path).current().folder / part
    return max(folder.iterdir(), key=lambda file: file.stat().st_size)


# stopped --------------------------------------------------------------------------------------


def test_killed_builds_leave_the_old_or_the_new_library(tmp_path: Path) -> None:
    result = soak_trials.kills(tmp_path, 6, documents=60)
    assert result.faults == []
    assert result.kills == 6 or result.too_late == 12
    assert result.searches > 0


def test_a_limit_on_space_leaves_the_old_library(tmp_path: Path) -> None:
    outcomes = soak_trials.full_disk(tmp_path, [1_000, 30_000])
    assert set(outcomes) == {"storage-error"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB."""
    mount = tmp_path / "disk"
    mount.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(mount)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield mount
    subprocess.run(["umount", "-l", str(mount)], check=True)


def test_a_full_disk_leaves_the_old_library(small_disk: Path) -> None:
    assert set(soak_trials.small_disk(small_disk, 2)) == {"storage-error", "built"}


def test_a_read_only_disk_is_searched_and_not_written(small_disk: Path) -> None:
    library = small_disk / "library.idx"
    put(library, document("escort", doc_id="a"), document("zorblatt", doc_id="x", label="LES"))
    flip_byte(biggest(library, "clearance-1/documents"), 9)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert count(library) == 1
    with Index.open(library) as index:
        assert index.get("a").body == "escort"
        assert index.search("escort")[0].snippet.text == "escort"
    with pytest.raises(StorageError) as caught:
        put(library, document("more", doc_id="m"))
    assert "read-only" in caught.value.message
    with pytest.raises(StorageError):
        put(small_disk / "new.idx", document("more", doc_id="m"))
    report = Index.check(library)
    assert report.damages
    assert report.unmarked == ("000001",)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can turn into somebody else")
def test_a_permission_that_is_lost_midway_leaves_the_old_library(tmp_path: Path) -> None:
    let_others_in(tmp_path)
    own = tmp_path / "own"
    own.mkdir()
    os.chown(own, 65534, 65534)
    library, corpus = own / "library.idx", own / "corpus.jsonl"

    def lose(progress: Any) -> None:
        if progress.phase == "writing":
            for folder, _, _ in os.walk(library / "generations"):
                Path(folder).chmod(0o500)

    def work() -> str:
        soak_trials.write_corpus(corpus, soak_trials.records(5, 1))
        Index.build(corpus, library)
        soak_trials.write_corpus(corpus, soak_trials.records(9, 1))
        try:
            Index.build(corpus, library, progress=lose)
            return "built"
        except StorageError as error:
            told = error.slug
        found = count(library)
        for folder, _, _ in os.walk(library / "generations"):
            Path(folder).chmod(0o700)
        Index.build(corpus, library)
        return f"{told}, {found}, {count(library)}, {len(Index.check(library).damages)}"

    # The interpreter may lie where nobody else may read: what a build imports is loaded before.
    warm = tmp_path / "warm.jsonl"
    soak_trials.write_corpus(warm, soak_trials.records(2, 1))
    Index.build(warm, tmp_path / "warm.idx")
    assert as_nobody(work) == "storage-error, 5, 9, 0"


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_a_system_call_that_fails_at_any_point_leaves_the_old_library_whole(
    library: Path, monkeypatch: pytest.MonkeyPatch, error: int, call: str
) -> None:
    real = getattr(os, call)
    for point in (0, 3, 9, 1000):
        calls = iter(range(10_000))

        def fail(*arguments: Any, _point: int = point, _calls: Iterator[int] = calls) -> Any:
            if next(_calls) == _point:
                raise OSError(error, os.strerror(error))
            return real(*arguments)

        before = count(library)
        with monkeypatch.context() as patch:
            patch.setattr(os, call, fail)
            try:
                put(library, document("more", doc_id=f"more-{point}"))
                expected = {before + 1}
            except StorageError as caught:
                assert caught.exit_code == 9  # noqa: PT017 - either way is right
                expected = {before, before + 1}
        assert count(library) in expected
    put(library, document("last", doc_id="last"))
    assert Index.check(library).damages == ()
    assert not list((library / "generations").glob("draft-*"))


class PowerCut:
    """Remembers what was forced to disk, and makes the images that a power cut may leave."""

    def __init__(self, library: Path) -> None:
        self._library = library
        self._synced = {self._key(path) for path in library.rglob("*")}
        folders = [library, *(path for path in library.rglob("*") if path.is_dir())]
        self._names = {path.stat().st_ino: self._list(path) for path in folders}
        self._old = {"CURRENT": (library / "CURRENT").read_bytes()}
        self._real = os.fsync

    @staticmethod
    def _key(path: Path) -> tuple[int, int]:
        facts = path.stat()
        return facts.st_ino, facts.st_size

    @staticmethod
    def _list(folder: Path) -> set[str]:
        return {item.name for item in folder.iterdir()} if folder.is_dir() else set()

    def fsync(self, descriptor: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))  # noqa: PTH115 - no real path
        self._real(descriptor)
        self._synced.add(self._key(path))
        if path.is_dir():
            self._names[path.stat().st_ino] = self._list(path)
            if path == self._library:
                self._old["CURRENT"] = (path / "CURRENT").read_bytes()

    def _synced_names(self, folder: Path) -> set[str]:
        return self._names.get(folder.stat().st_ino, set())

    def image(self, target: Path, dice: random.Random) -> None:
        """Copy the library; what was not synced is torn, empty, missing or there."""
        for folder, _, names in os.walk(self._library):
            here = Path(folder)
            there = target / here.relative_to(self._library)
            if not there.parent.exists():
                continue
            is_known = here == self._library or here.name in self._synced_names(here.parent)
            if not is_known and dice.random() < 0.5:
                continue
            there.mkdir(exist_ok=True)
            for name in names:
                path = here / name
                if name not in self._synced_names(here) and dice.random() < 0.5:
                    continue
                content = path.read_bytes()
                if path == self._library / "CURRENT" and dice.random() < 0.5:
                    content = self._old["CURRENT"]
                elif self._key(path) not in self._synced and not name.endswith(".lock"):
                    content = content[: dice.randrange(len(content) + 1)]
                (there / name).write_bytes(content)


def test_a_power_cut_at_any_sync_leaves_the_old_or_the_new_library(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(5)
    cut = PowerCut(library)
    images: list[Path] = []

    def fsync(descriptor: int) -> None:
        for _ in range(2):
            images.append(tmp_path / f"image-{len(images)}")
            cut.image(images[-1], dice)
        cut.fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        put(library, document("more", doc_id="more"))
    assert len(images) > 20
    images.append(tmp_path / "after")
    cut.image(images[-1], dice)
    seen = set()
    for image in images:
        seen.add(count(image))
        put(image, document("last", doc_id="last"))
        assert count(image) in (9, 10)
    assert seen == {8, 9}
    assert Index.check(images[-1]).damages == ()


# damaged --------------------------------------------------------------------------------------


def test_a_flipped_byte_is_found_and_then_never_answered_from(tmp_path: Path) -> None:
    result = soak_trials.flips(tmp_path, 60)
    assert result.tries == 60
    assert (result.unnoticed, result.answered, result.escaped, result.died) == ([], [], [], [])


def test_an_older_generation_stands_in_and_says_so(library: Path) -> None:
    put(library, *[document("other", doc_id=f"e{n}") for n in range(8)], remove=["d0"])
    index = Index.open(library)
    put(library, *[document("third", doc_id=f"f{n}") for n in range(20)])
    with Index.open(library) as newest:
        assert newest.search("").total == 35
        newest_files = set(Store(library).current().manifest["files"])
        older = set(Store(library).load("000002").manifest["files"])
        own = sorted(name for name in newest_files - older if name.startswith("open/"))
        flip_byte(Store(library).current().folder / own[0], 10)
        assert newest.notices == ()
        assert [item.file for item in Index.check(library).damages] == [own[0]]
        # a handle that was open already turns away as well
        results = newest.search("", scope="all")
        assert results.total == 15
        assert "damaged" in results.notes[0]
        assert newest.suggest("oth").notes
    assert index.search("").total == 15
    assert index.search("").notes == ()
    put(library, document("mended", doc_id="m"))
    assert count(library) == 36
    assert Index.check(library).damages[0].generation == "000003"


def test_damage_that_all_generations_share_is_mended_from_the_corpus(tmp_path: Path) -> None:
    corpus, library = tmp_path / "corpus", tmp_path / "library.idx"
    corpus.mkdir()
    for number in range(6):
        (corpus / f"memo-{number}.txt").write_text(f"memo {number}", "utf-8")
    Index.build(corpus, library, workers=0)
    put(library, document("from the application", doc_id="own"))
    with Index.open(library) as index:
        before = {hit.doc_id: index.get(hit.doc_id).body for hit in index.scan("", scope="all")}
    (corpus / "new.txt").write_text("new", "utf-8")
    shared = next(path for path in (library / "generations" / "000001" / "open").rglob("*.store"))
    flip_byte(shared, 30)
    assert {item.generation for item in Index.check(library).damages} == {"000001", "000002"}
    with pytest.raises(IndexDamagedError) as caught:
        Index.open(library)
    assert "droindex build" in caught.value.hint
    report = Index.build(corpus, library, workers=0)
    assert {item.slug for item in report.problems} == {"set-damaged", "text-lost"}
    assert count(library) == 7
    put(library, document("from the application", doc_id="own"))
    (corpus / "new.txt").unlink()
    Index.build(corpus, library, workers=0)
    with Index.open(library) as index:
        after = {hit.doc_id: index.get(hit.doc_id).body for hit in index.scan("", scope="all")}
    assert after == before


def test_a_flipped_label_in_the_build_state_is_noticed(library: Path) -> None:
    put(library, document("zorblatt", doc_id="x", label="LES"))
    for state in Store(library).current().folder.glob("*.state"):
        flip_byte(state, state.stat().st_size // 3)
    with pytest.raises(IndexDamagedError) as caught:
        put(library, document("more", doc_id="m"))
    assert "rollback" in caught.value.hint
    with Index.open(library) as index:
        assert index.search("zorblatt").total == 0


@pytest.mark.parametrize("victim", ["CURRENT", "manifest.json", "meta.json", ".managed.json"])
@pytest.mark.parametrize("change", ["flip", "cut", "empty", "missing"])
def test_a_damaged_head_is_named_and_the_next_build_starts_from_what_is_sound(
    library: Path, victim: str, change: str
) -> None:
    put(library, document("second", doc_id="e"))
    folder = Store(library).current().folder
    path = {"CURRENT": library / victim, "manifest.json": folder / victim}.get(
        victim, folder / "open" / "documents" / victim
    )
    if change == "flip":
        flip_byte(path, 3)
    elif change == "missing":
        path.unlink()
    elif change == "cut":
        cut_short(path, 1)
    else:
        put_in_place(path, b"")
    try:
        found = count(library)
        assert found in (8, 9)
    except DroindexError as error:
        assert error.slug in ("index-damaged", "index-not-found")  # noqa: PT017 - either way is right
        assert error.hint  # noqa: PT017 - either way is right
    if victim == "manifest.json":
        Index.rollback(library)
    put(library, document("third", doc_id="f"))
    assert count(library) >= 9
    with Index.open(library) as index:
        assert index.notices == ()


def test_a_manifest_edited_by_hand_is_refused(library: Path) -> None:
    folder = Store(library).current().folder
    manifest = Store(library).current().manifest
    from droindex.store.generation import write_manifest

    for change in (
        {"clearances": {"LES": "../../x"}},
        {"sets": {"open": 7}},
        {"files": {"../../../etc/passwd": [1, 2]}},
        {"files": {"open/x": "y"}},
        {"labels": "LES"},
        {"config": None},
        {"config": {}},
        {"config": {**manifest["config"], "language": "klingon"}},
        {"config": {**manifest["config"], "labels": [7]}},
        {"labels": [7]},
    ):
        write_manifest(folder, {**manifest, **change})
        with pytest.raises(IndexDamagedError):
            Index.open(library, clearance="LES")
    write_manifest(folder, {**manifest, "format": 2})
    with pytest.raises(IndexFormatError):
        Index.open(library)
    write_manifest(folder, {**manifest, "schema": -1})
    with pytest.raises(IndexFormatError) as caught:
        Index.open(library)
    assert "droindex build" in caught.value.hint
    put(library, document("upgraded", doc_id="u"))
    assert count(library) == 9


def test_a_mark_that_cannot_be_read_counts_as_damage_of_everything(library: Path) -> None:
    (library / "generations" / "000001.damaged").write_bytes(b"\x00\x01")
    with pytest.raises(IndexDamagedError):
        Index.open(library)
    assert Index.check(library).damages == ()
    assert count(library) == 8


@pytest.mark.parametrize("content", ["nothing", "files", "a-file", "an-empty-generation"])
def test_a_folder_that_is_no_library_is_named_and_left_alone(tmp_path: Path, content: str) -> None:
    place = tmp_path / "place"
    if content == "a-file":
        place.write_text("mine", "utf-8")
    else:
        place.mkdir()
    if content == "files":
        (place / "thesis.txt").write_text("mine", "utf-8")
    if content == "an-empty-generation":
        (place / "generations" / "000001").mkdir(parents=True)
    with pytest.raises(IndexNotFoundError) as caught:
        Index.open(place)
    assert str(place) in caught.value.message
    assert caught.value.exit_code == 3
    if content in ("files", "a-file"):
        with pytest.raises(DroindexError) as refused:
            put(place, document("a", doc_id="a"))
        assert refused.value.slug in ("index-format", "storage-error")
        kept = place / "thesis.txt" if content == "files" else place
        assert kept.read_text("utf-8") == "mine"
    else:
        put(place, document("a", doc_id="a"))
        assert count(place) == 1


# copied, read-only ------------------------------------------------------------------------------


def test_a_library_that_was_copied_halfway_is_named(library: Path, tmp_path: Path) -> None:
    files = sorted(path for path in library.rglob("*") if path.is_file())
    for left_out in range(len(files)):
        target = tmp_path / f"copy-{left_out}"
        for path in files[:left_out]:
            there = target / path.relative_to(library)
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, there)
        try:
            assert count(target) == 8
        except DroindexError as error:
            assert error.slug in ("index-damaged", "index-not-found")  # noqa: PT017 - either way is right


def test_a_whole_copy_is_a_library(library: Path, tmp_path: Path) -> None:
    shutil.copytree(library, tmp_path / "copy")
    put(tmp_path / "copy", document("more", doc_id="m"))
    assert (count(library), count(tmp_path / "copy")) == (8, 9)


def test_where_links_are_refused_files_are_copied(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(disk.os, "link", refuse)
    put(library, document("more", doc_id="m"))
    assert count(library) == 9
    assert Index.check(library).damages == ()


def let_others_in(path: Path) -> None:
    """Let other accounts reach a path below the folder for passing files."""
    for folder in [path, *path.parents]:
        if folder.stat().st_uid == os.geteuid() and not folder.stat().st_mode & 0o001:
            folder.chmod(0o755)


def as_nobody(work: Callable[[], object]) -> str:
    """Run something in a process without the rights of root; return what it ended with."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgid(65534)
            os.setuid(65534)
            text = str(work())
        except DroindexError as error:
            text = error.slug
        except BaseException as error:  # noqa: BLE001 - it is told
            text = repr(error)
        os.write(writer, text.encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as pipe:
        return pipe.read()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can turn into somebody else")
def test_files_of_another_user_are_read_or_named(library: Path) -> None:
    let_others_in(library)
    assert as_nobody(lambda: count(library)) == "8"
    assert as_nobody(lambda: put(library, document("x", doc_id="x"))) == "storage-error"
    assert as_nobody(lambda: Index.check(library)) == "storage-error"
    put(library, document("zorblatt", doc_id="x", label="LES"))
    assert as_nobody(lambda: count(library)) == "8"
    assert as_nobody(lambda: Index.open(library, clearance="LES")) == "storage-error"
    Store(library).current().folder.chmod(0o700)
    assert as_nobody(lambda: count(library)) == "storage-error"


# generations --------------------------------------------------------------------------------------


def test_going_back_and_forth(library: Path) -> None:
    put(library, document("second", doc_id="e"))
    assert Index.rollback(library) == "000003"
    assert count(library) == 8
    assert Index.rollback(library, "2") == "000004"
    assert count(library) == 9
    with pytest.raises(SettingsError):
        Index.rollback(library, "77")
    with pytest.raises(DroindexError):
        Index.rollback(library, "7" * 5_000)
    put(library, document("third", doc_id="f"))
    assert count(library) == 10
    assert Index.check(library).damages == ()


def test_going_back_skips_what_is_damaged(library: Path) -> None:
    put(library, document("second", doc_id="e"))
    flip_byte(next((library / "generations" / "000001").glob("*.state")), 10)
    with pytest.raises(SettingsError):
        Index.rollback(library)
    assert count(library) == 9


def test_a_damaged_current_is_mended_by_going_back(library: Path) -> None:
    put(library, document("second", doc_id="e"))
    flip_byte(library / "CURRENT", 2)
    with pytest.raises(IndexDamagedError) as caught:
        Index.open(library)
    assert "rollback" in caught.value.hint
    Index.rollback(library)
    assert count(library) == 9


def test_a_generation_stays_while_it_is_read(library: Path) -> None:
    index = Index.open(library)
    for number in range(4):
        put(library, document("more", doc_id=f"m{number}"))
    names = [item.name for item in Index.status(library).generations]
    assert names == ["000005", "000004", "000001"]
    assert [item.is_held for item in Index.status(library).generations] == [False, False, True]
    assert index.search("").total == 8
    assert Index.prune(library).held == ("000001",)
    index.close()
    assert Index.prune(library).removed == ("000001",)
    assert Index.prune(library, now=True).removed == ("000004",)


def test_a_handle_turns_to_the_newest_where_its_generation_is_gone(library: Path) -> None:
    index = Index.open(library)
    found = index.scan("")
    first = next(found)
    put(library, document("more", doc_id="m"))
    assert index.search("").total == 8  # it is still there
    assert Index.prune(library, now=True).removed == ("000001",)
    assert index.search("").total == 9
    assert first.document.doc_id
    with pytest.raises(ExposureRefusedError):  # not half of one state and half of another
        list(found)


def test_what_was_renamed_and_never_named_is_swept(library: Path) -> None:
    shutil.copytree(library / "generations" / "000001", library / "generations" / "000002")
    put(library, document("more", doc_id="m"))
    assert [item.name for item in Index.status(library).generations] == ["000002", "000001"]
    assert count(library) == 9


def test_a_clock_that_is_set_back_changes_nothing(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in library.rglob("*"):
        os.utime(path, (4e9, 4e9))
    index = Index.open(library, auto_reload_s=0)

    class Past(datetime):
        @classmethod
        def now(cls, _zone: object = None) -> datetime:  # type: ignore[override] # one zone
            return datetime(1970, 1, 2, tzinfo=UTC)

    monkeypatch.setattr("droindex.store.writer.datetime", Past)
    put(library, document("more", doc_id="m"))
    assert index.search("").total == 9
    listed = Index.status(library).generations
    assert [item.name for item in listed] == ["000002", "000001"]
    assert listed[0].created < listed[1].created
    put(library, document("even more", doc_id="n"))
    cut_short(biggest(library), 3)
    assert count(library) == 9  # the one before stands in, whatever the clock said


@pytest.mark.parametrize("doc_id", ["../../etc/x", "/etc/x", "a/../b", "..", "é\u202e"])
def test_an_id_is_a_term_and_never_a_path(library: Path, doc_id: str) -> None:
    before = {path.name for path in library.parent.iterdir()}
    try:
        put(library, document("odd", doc_id=doc_id))
    except DroindexError as error:
        assert error.slug == "document-error"  # noqa: PT017 - refusing is as good
    else:
        with Index.open(library) as index:
            assert index.get(doc_id).body == "odd"
            assert index.file_path(doc_id) is None
    assert {path.name for path in library.parent.iterdir()} == before


@pytest.mark.parametrize("doc_id", ["x" * 5000, "a\0b", "", " "])
def test_an_id_that_cannot_be_is_refused(library: Path, doc_id: str) -> None:
    with pytest.raises(DroindexError) as caught:
        put(library, document("odd", doc_id=doc_id))
    assert caught.value.slug == "document-error"
    with Index.open(library) as index, pytest.raises(DroindexError):
        index.get(doc_id)


def test_the_manifest_says_what_the_library_was_made_with(library: Path) -> None:
    manifest = Store(library).current().manifest
    assert manifest["format"] == 1
    assert {"analysis", "schema", "engine", "language", "passage_chars"} <= manifest.keys()
    assert json.dumps(manifest)


def test_a_mark_that_comes_while_a_set_is_opened_is_heeded(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(library, document("a later text", doc_id="later"))
    choose = Store.answer

    def choose_and_mark(store: Store, clearance: str | None) -> Any:
        answer = choose(store, clearance)
        monkeypatch.setattr(Store, "answer", choose)
        assert note_damage(answer.generation.folder, ["open/pages/meta.json"])
        return answer

    monkeypatch.setattr(Store, "answer", choose_and_mark)
    with Index.open(library) as index:
        assert index.search("later").total == 0
        assert "damaged" in " ".join(index.notices)


def test_a_damaged_set_answers_nobody_that_opens_it_meanwhile(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose = Store.answer

    def choose_and_mark(store: Store, clearance: str | None) -> Any:
        answer = choose(store, clearance)
        note_damage(answer.generation.folder, ["open/pages/meta.json"])
        return answer

    monkeypatch.setattr(Store, "answer", choose_and_mark)
    with pytest.raises(IndexDamagedError, match="known to be damaged"):
        Index.open(library)
