"""What a build starts from: the last generation, what of it is sound, and what it remembers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from support import document, flip_byte

from droindex import Index, IndexFormatError, SettingsError
from droindex.build.start import BuildOptions, Start
from droindex.corpus.config import CorpusConfig
from droindex.corpus.config_file import load_config
from droindex.library.state import UPDATE
from droindex.store.writer import StoreWriter

Making = Callable[..., Start]


@pytest.fixture
def start() -> Iterator[Making]:
    with ExitStack() as stack:

        def make(library: Path, config: CorpusConfig | None = None) -> Start:
            return stack.enter_context(Start(StoreWriter(library), BuildOptions(), config))

        yield make


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("The escort of detainees.")
    (folder / "corpus.toml").write_text('labels = ["LES", "Secret"]\n')
    return folder


@pytest.fixture
def library(tmp_path: Path, corpus: Path) -> Path:
    path = tmp_path / "library.idx"
    Index.build(corpus, path, workers=0)
    return path


def test_a_new_library_starts_from_nothing(start: Making, tmp_path: Path) -> None:
    found = start(tmp_path / "library.idx")
    assert (found.generation, dict(found.states), found.memory) == (None, {}, None)
    assert found.config == CorpusConfig()


def test_a_build_without_a_corpus_keeps_the_configuration(start: Making, library: Path) -> None:
    assert start(library).config.labels == ("LES", "Secret")
    assert start(library, CorpusConfig(labels=("X",))).config.labels == ("X",)


def test_what_is_remembered_is_told_by_set(start: Making, library: Path) -> None:
    found = start(library)
    assert set(found.states) == {"a"}
    assert "open" in found.states["a"].fingerprints
    assert found.states.meta["origins"] == {found.states["a"].origin: 1}
    assert [page.text for page in found.texts.pages_of("a")] == ["The escort of detainees."]


def test_a_set_that_is_damaged_counts_as_gone(start: Making, library: Path) -> None:
    for path in (StoreWriter(library).current().folder / "open").rglob("*.store"):
        flip_byte(path, path.stat().st_size // 2)
    Index.check(library)  # marks it
    found = start(library)
    assert "open" in found.point.damaged
    assert "open" not in found.states["a"].fingerprints
    written = found.states.as_written("a")
    assert written is not None
    assert "open" in written.fingerprints  # as it was when the build began


def test_a_corpus_is_known_by_its_place(
    start: Making, library: Path, corpus: Path, tmp_path: Path
) -> None:
    found = start(library)
    here = str(corpus.resolve())
    assert found.origin_of(corpus) == here
    other = tmp_path / "other"
    other.mkdir()
    assert found.origin_of(other) == str(other.resolve())  # the first one is still there
    assert found.states["a"].origin == here


def test_the_only_corpus_of_a_library_may_be_moved(
    start: Making, library: Path, corpus: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "moved"
    shutil.move(corpus, moved)
    found = start(library)
    assert found.origin_of(moved) == str(moved.resolve())
    assert found.states["a"].origin == str(moved.resolve())


def test_what_came_through_updates_is_of_no_corpus(
    start: Making, library: Path, corpus: Path
) -> None:
    Index.update(library, [document("x", doc_id="x")])
    found = start(library)
    assert found.states["x"].origin == UPDATE
    assert found.origin_of(corpus) == str(corpus.resolve())


@pytest.mark.parametrize(
    ("labels", "is_refused"), [(("LES", "Secret"), False), (("LES",), True), ((), True)]
)
def test_corpora_of_one_library_list_the_same_labels(
    start: Making,
    library: Path,
    tmp_path: Path,
    labels: tuple[str, ...],
    is_refused: bool,  # noqa: FBT001 - drawn
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "corpus.toml").write_text(f"labels = {list(labels)}\n")
    found = start(library, load_config(other)[0])
    origin = found.origin_of(other)
    if is_refused:
        with pytest.raises(SettingsError, match="lists other labels"):
            found.check_labels(origin)
    else:
        found.check_labels(origin)


def test_an_exported_set_is_no_start(start: Making, library: Path, tmp_path: Path) -> None:
    Index.export_set(library, None, tmp_path / "export.idx")
    with pytest.raises(IndexFormatError, match="exported set"):
        start(tmp_path / "export.idx")
