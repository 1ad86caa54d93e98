"""Texts that a library holds already: from its newest sound set, or from an older generation."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import document, flip_byte

from droindex import Index, IndexDamagedError, Settings
from droindex.engine.tantivy.engine import TANTIVY
from droindex.library.states import all_states, load_state
from droindex.library.stored_texts import StoredTexts
from droindex.settings import BuildSettings
from droindex.store.damage import damaged_sets
from droindex.store.store import Store
from droindex.store.writer import StoreWriter

PAGES = ["The escort of detainees.", "", "Bonds are posted."]
KEEP = Settings(build=BuildSettings(keep_generations=9))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of two generations; the second has a new text for `b` and a new document."""
    path = tmp_path / "library.idx"
    first = [document(PAGES, doc_id="a"), document("An older text.", doc_id="b")]
    Index.update(path, [*first, document("A labelled text.", doc_id="l", label="LES")])
    Index.update(
        path,
        [document("A newer text.", doc_id="b"), document("Another one.", doc_id="c")],
        settings=KEEP,
    )
    return path


def stored(library: Path) -> StoredTexts:
    """Return the texts as a build that starts now would have them."""
    store = StoreWriter(library)
    point = store.starting_point()
    assert point.generation is not None
    damaged = damaged_sets(point.generation, "/pages")
    with load_state(point.generation, lost_sets=damaged) as remembered:
        states = dict(all_states(remembered))
    return StoredTexts(store, point, states, TANTIVY)


def damage(library: Path, name: str, part: str) -> None:
    """Flip a byte in each file of a part of a set of the newest generation."""
    folder = Store(library).current().folder / name / part
    for path in folder.glob("*.store"):
        flip_byte(path, path.stat().st_size // 2)


def test_the_text_of_every_document_can_be_had(library: Path) -> None:
    texts = stored(library)
    assert [texts.holds(name) for name in ("a", "b", "c", "l", "gone")] == [True] * 4 + [False]
    assert [page.text for page in texts.pages_of("a")] == PAGES
    assert [page.number for page in texts.pages_of("a")] == [1, 2, 3]
    assert [page.text for page in texts.pages_of("b")] == ["A newer text."]
    assert [page.text for page in texts.pages_of("l")] == ["A labelled text."]


def test_files_to_be_written_again_must_be_sound(library: Path) -> None:
    folder = Store(library).current().folder
    names = sorted(f"pages/{path.name}" for path in (folder / "open" / "pages").glob("*.store"))
    stored(library).check("open", names)
    damage(library, "open", "pages")
    stored(library).check("open", [])
    stored(library).check("clearance-1", names)  # others of these names
    with pytest.raises(IndexDamagedError):
        stored(library).check("open", names)
    assert damaged_sets(Store(library).current(), "/pages") == {"open"}


def test_what_turns_out_to_be_damaged_is_told_and_marked(library: Path) -> None:
    texts = stored(library)
    damage(library, "open", "pages")
    with pytest.raises(IndexDamagedError):
        texts.pages_of("a")
    assert damaged_sets(Store(library).current(), "/pages") == {"open"}
    damage(library, "clearance-1", "pages")
    again = stored(library)  # a second try looks elsewhere
    with pytest.raises(IndexDamagedError):
        again.pages_of("a")
    third = stored(library)  # and a third one from the older generation
    assert [page.text for page in third.pages_of("a")] == PAGES
    assert [page.text for page in third.pages_of("l")] == ["A labelled text."]
    assert not third.holds("c")  # it stood in the damaged sets alone
    assert not third.holds("b")  # the older generation has another text of it
    third.close()


def test_a_set_that_is_damaged_is_forgotten_and_others_stay(library: Path) -> None:
    generation = Store(library).current()
    for lost in (frozenset(), frozenset({"open", "nothing"})):
        with load_state(generation, lost_sets=lost) as states:
            written = states.as_written("a")
            assert written is not None
            assert "open" in written.fingerprints
            assert set(states["a"].fingerprints) == set(written.fingerprints) - lost
