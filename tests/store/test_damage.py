"""Files that are not as they were written are found, marked and refused, and only they are."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import cut_short, flip_byte

from droindex.errors import IndexDamagedError
from droindex.files.disk import sum_file
from droindex.store.damage import (
    check_sizes,
    damage_marker,
    find_damage,
    is_withdrawn,
    known_damage,
    note_damage,
    refuse_damaged,
    remove_markers,
    touches,
    verify_files,
    withdraw,
    withdrawn_marker,
)
from droindex.store.generation import MANIFEST, Generation

FILES = ("open/documents/a.store", "open/pages/b.term", "clearance-1/pages/c.idx", "state.jsonl")


@pytest.fixture
def generation(tmp_path: Path) -> Generation:
    """A generation of four files that are as they were written."""
    folder = tmp_path / "generations" / "000007"
    for name in FILES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() * 5)
    facts = {name: list(sum_file(folder / name)) for name in FILES}
    return Generation("000007", folder, {"files": facts})


def verified(generation: Generation) -> dict[str, str]:
    """Return what is wrong with which file."""
    found = verify_files(generation, generation.manifest["files"])
    return {damage.file: damage.reason for damage in found}


def test_what_is_as_it_was_written_is_sound(generation: Generation) -> None:
    assert verified(generation) == {}
    check_sizes(generation.folder, generation.manifest["files"])
    assert find_damage(generation, "open") == (None, False)
    assert known_damage(generation.folder) == frozenset()


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_is_found_and_its_size_tells_nothing(
    generation: Generation, name: str
) -> None:
    flip_byte(generation.folder / name, 3, 0x01)
    check_sizes(generation.folder, generation.manifest["files"])
    assert verified(generation) == {name: "its checksum differs"}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("change", ["cut", "longer", "empty", "gone", "folder"])
def test_another_size_is_found_at_a_look(generation: Generation, name: str, change: str) -> None:
    path = generation.folder / name
    if change == "cut":
        cut_short(path, 1)
    elif change == "longer":
        path.write_bytes(path.read_bytes() + b"x")
    elif change == "empty":
        path.write_bytes(b"")
    else:
        path.unlink()
        if change == "folder":
            path.mkdir()
    with pytest.raises(IndexDamagedError) as caught:
        check_sizes(generation.folder, generation.manifest["files"])
    assert caught.value.file == name
    reason = verified(generation)[name]
    assert reason.startswith("it cannot be read" if change in ("gone", "folder") else "its size")


def test_a_file_that_generations_share_is_read_once(generation: Generation) -> None:
    other = generation.folder.with_name("000008")
    other.mkdir()
    os.link(generation.folder / FILES[3], other / FILES[3])
    seen: dict[object, list[int]] = {}
    facts = {FILES[3]: generation.manifest["files"][FILES[3]]}
    verify_files(generation, facts, seen)
    known = dict(seen)
    assert len(known) == 1
    assert verify_files(Generation("000008", other, {"files": facts}), facts, seen) == []
    assert seen == known


def test_damage_of_a_set_is_marked_and_refuses_that_set_alone(generation: Generation) -> None:
    flip_byte(generation.folder / "open/pages/b.term", 0)
    assert find_damage(generation, "clearance-1") == (None, False)
    error, is_marked = find_damage(generation, "open")
    assert (error.file if error else None, is_marked) == ("open/pages/b.term", True)
    assert known_damage(generation.folder) == {"open/pages/b.term"}
    refuse_damaged(generation.folder, "clearance-1")
    with pytest.raises(IndexDamagedError, match="known to be damaged"):
        refuse_damaged(generation.folder, "open")


@pytest.mark.parametrize(
    ("damaged", "touched"),
    [
        ([], set()),
        (["open/pages/b.term"], {"open"}),
        (["open/a", "clearance-1/a"], {"open", "clearance-1"}),
        (["opening/a", "state.jsonl"], set()),  # no file of a set
        ([MANIFEST], {"open", "clearance-1"}),
        ([""], {"open", "clearance-1"}),  # a mark that cannot be read
    ],
)
def test_what_a_damaged_file_touches(damaged: list[str], touched: set[str]) -> None:
    assert {name for name in ("open", "clearance-1") if touches(damaged, name)} == touched


@given(st.lists(st.sampled_from(FILES)), st.lists(st.sampled_from(FILES)))
def test_a_mark_holds_the_files_that_were_found_last(
    tmp_path_factory: pytest.TempPathFactory, first: list[str], second: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("generations") / "000001"
    for names in (first, second):
        assert note_damage(folder, names)
        assert known_damage(folder) == set(names)
        assert damage_marker(folder).exists() is bool(names)


@pytest.mark.parametrize(
    "mark", [b"", b"{", b"[]", b"null", b'{"files": 3}', b"{}", b"\xff", b"[" * 100_000]
)
def test_a_mark_that_cannot_be_read_is_damage_of_everything(
    generation: Generation, mark: bytes
) -> None:
    damage_marker(generation.folder).write_bytes(mark)
    assert touches(known_damage(generation.folder), "open")
    with pytest.raises(IndexDamagedError):
        refuse_damaged(generation.folder, "clearance-1")


def test_where_no_mark_can_be_left_that_is_said(tmp_path: Path) -> None:
    assert not note_damage(tmp_path / "gone" / "000001", ["open/a"])


def test_a_set_is_withdrawn_for_good(generation: Generation) -> None:
    assert not is_withdrawn(generation.folder, "open")
    withdraw(generation.folder, "open")
    withdraw(generation.folder, "open")
    assert is_withdrawn(generation.folder, "open")
    assert not is_withdrawn(generation.folder, "clearance-1")
    assert not is_withdrawn(generation.folder.with_name("000008"), "open")


def test_the_marks_of_a_generation_go_with_it_and_no_others(generation: Generation) -> None:
    marks: list[Callable[[Path], Path]] = [
        damage_marker,
        lambda folder: withdrawn_marker(folder, "open"),
    ]
    others = [generation.folder.with_name(name) for name in ("000008", "0000070", "00000")]
    for folder in (generation.folder, *others):
        for mark in marks:
            mark(folder).touch()
    remove_markers(generation.folder)
    assert not any(mark(generation.folder).exists() for mark in marks)
    assert all(mark(folder).exists() for folder in others for mark in marks)
    assert generation.folder.exists()
    remove_markers(generation.folder.parent / "gone" / "000001")  # nothing to remove
