"""What a build remembers of all documents: read one at a time, and never from damage."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import cut_short, document, flip_byte

from droindex import Document, Index, IndexDamagedError, IndexFormatError
from droindex.engine.entries import owner_number
from droindex.library.state import UPDATE, DocState
from droindex.library.states import HELD, Changes, States, all_states, load_state, save_state
from droindex.store.generation import Generation
from droindex.store.layers import Layers
from droindex.store.store import Store

IDS = st.text(min_size=1, max_size=4).filter(lambda text: "\0" not in text)


def made(doc_id: str, digest: str = "d") -> DocState:
    return DocState(doc_id, UPDATE, Document(doc_id=doc_id), digest)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.idx"
    Index.update(path, [document("a text", doc_id=name) for name in ("c", "a", "b")])
    return path


def test_the_documents_of_a_library_are_for_their_owner_alone(library: Path) -> None:
    generation = Store(library).current()
    with load_state(generation) as states:
        assert list(states) == ["a", "b", "c"]
        assert (len(states), "a" in states, "x" in states, 7 in states) == (3, True, False, False)
        assert states["a"] == dict(all_states(states))["a"]
        assert states.with_number(owner_number("b")) == "b"
        assert states.with_number(7) is None
        with pytest.raises(KeyError):
            states["x"]
    for name in generation.manifest["state"]:
        assert stat.S_IMODE((generation.folder / name).stat().st_mode) == 0o600


def test_what_is_saved_is_loaded(library: Path, tmp_path: Path) -> None:
    with load_state(Store(library).current()) as states:
        before = dict(all_states(states))
    folder = tmp_path / "copy"
    folder.mkdir()
    names = save_state(folder, before)
    with load_state(Generation("1", folder, {"state": list(names)})) as states:
        assert dict(all_states(states)) == before


@pytest.mark.parametrize("share", [0.0, 0.1, 0.33, 0.5, 0.77, 0.99])
@pytest.mark.parametrize("bit", [0x01, 0x10, 0x80])
def test_any_flipped_bit_is_damage(library: Path, share: float, bit: int) -> None:
    generation = Store(library).current()
    [name] = generation.manifest["state"]
    file = generation.folder / name
    flip_byte(file, int(share * file.stat().st_size), bit)
    with pytest.raises(IndexDamagedError) as caught, load_state(generation) as states:
        dict(states)
    assert caught.value.file == name
    assert "rollback" in str(caught.value.hint)


@pytest.mark.parametrize("count", [1, 10, 100])
def test_a_state_that_is_cut_short_or_gone_is_damage(library: Path, count: int) -> None:
    generation = Store(library).current()
    [name] = generation.manifest["state"]
    cut_short(generation.folder / name, count)
    with pytest.raises(IndexDamagedError):
        load_state(generation)
    (generation.folder / name).unlink()
    with pytest.raises(IndexDamagedError):
        load_state(generation)


def test_an_exported_set_has_no_state(library: Path, tmp_path: Path) -> None:
    target = tmp_path / "export.idx"
    Index.export_set(library, None, target)
    with pytest.raises(IndexFormatError, match="exported set"):
        load_state(Store(target).current())


def test_marks_come_and_go(tmp_path: Path) -> None:
    states = States(Layers(tmp_path))
    states.mark(HELD, "b", b"")
    states.mark(HELD, "a", b"why")
    assert list(states.marked(HELD)) == [("a", b"why"), ("b", b"")]
    states.mark(HELD, "a", None)
    assert list(states.marked(HELD)) == [("b", b"")]


@given(st.dictionaries(IDS, st.just("old")), st.lists(st.tuples(IDS, st.booleans()), max_size=12))
def test_changes_are_what_a_dict_would_be(
    tmp_path_factory: pytest.TempPathFactory, before: dict[str, str], steps: list[tuple[str, bool]]
) -> None:
    old = States(Layers(tmp_path_factory.getbasetemp()))
    for doc_id in before:
        old.put(made(doc_id, "old"))
    changes, expected = Changes(old), {key: made(key, "old") for key in before}
    for doc_id, stays in steps:
        if stays:
            changes.put(made(doc_id, "new"))
            expected[doc_id] = made(doc_id, "new")
        else:
            assert changes.drop(doc_id) is (expected.pop(doc_id, None) is not None)
    assert dict(changes) == expected
    assert list(changes) == sorted(expected, key=str.encode)
    assert all((key in changes) is (key in expected) for key, _ in steps)
    assert changes.touched == {key for key, _ in steps if key in before or key in expected}
