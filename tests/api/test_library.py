"""`Library` for those who run a library; the short forms of `Index` do the same."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from droindex import Document, Index, Library, Page, Settings, SettingsError
from droindex.api.operations import BuildArguments, Operations
from droindex.settings import BuildSettings, SnippetSettings

SHORT_FORMS = ("build", "update", "status", "check", "rollback", "prune", "export_set")


def memo(name: str, text: str, label: str | None = None) -> Document:
    return Document(doc_id=name, title=name, label=label, pages=(Page(1, text),))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Two documents, one of them labelled."""
    made = Library(tmp_path / "library.idx")
    made.update([memo("open", "A badge is worn."), memo("hidden", "A badge is lent.", "LES")])
    return made


def test_a_library_is_built_opened_and_told_of(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "memo.txt").write_text("Lost badges are reported.")
    library = Library(tmp_path / "library.idx")
    assert library.build(corpus, workers=0).added == 1
    with library.open() as index:
        assert [hit.doc_id for hit in index.search("badges")] == ["memo"]
    assert library.status().file_statuses == {"ok": 1}
    assert library.check().damages == ()


def test_it_is_opened_for_a_clearance(library: Library) -> None:
    with library.open() as index, library.open(clearance="LES") as cleared:
        assert (len(index), len(cleared)) == (1, 2)
    assert library.status().clearances == {"no clearance": 1, "LES": 2}


def test_it_goes_back_and_clears_away(library: Library) -> None:
    first = library.status().generation
    library.update(remove=["open"])
    name = library.rollback(first)
    assert library.status().generation == name
    with library.open() as index:
        assert len(index) == 1
    assert first in library.prune(now=True).removed
    assert [item.name for item in library.status().generations] == [name]


def test_it_hands_out_one_set(library: Library, tmp_path: Path) -> None:
    public = Library(tmp_path / "public.idx")
    assert library.export_set(None, public.location)
    assert public.status().documents == 1
    with pytest.raises(SettingsError):
        public.open(clearance="LES")


def test_its_settings_hold_for_all_it_does(library: Library) -> None:
    settings = Settings(
        build=BuildSettings(keep_generations=1), snippet=SnippetSettings(max_chars=40)
    )
    own = Library(str(library.location), settings=settings)
    assert own.settings is settings
    own.update([memo("long", "badge " * 60)])
    assert len(own.status().generations) == 1
    with own.open() as index:
        hit = next(hit for hit in index.search("badge") if hit.doc_id == "long")
        assert len(hit.snippet.text) < 60


def test_it_need_not_be_there_yet(tmp_path: Path) -> None:
    library = Library(tmp_path / "none.idx")
    assert not library.location.exists()
    assert repr(library) == f"Library({str(tmp_path / 'none.idx')!r})"


@pytest.mark.parametrize("given", [{"backend": "acrobat"}, {"confirm_open": "memo"}])
def test_arguments_that_mean_nothing_change_nothing(
    library: Library, tmp_path: Path, given: dict[str, str]
) -> None:
    before = library.status().generation
    with pytest.raises(SettingsError):
        library.build(tmp_path, **given)  # type: ignore[arg-type]
    assert library.status().generation == before


def names_of(call: Callable[..., object]) -> set[str]:
    names = set(inspect.signature(call).parameters) - {"self", "cls"}
    return (
        names - {"options"} | set(BuildArguments.__annotations__) if "options" in names else names
    )


@pytest.mark.parametrize("name", SHORT_FORMS)
def test_a_short_form_takes_what_the_library_takes(name: str) -> None:
    long, short = getattr(Operations, name), getattr(Index, name)
    assert names_of(short) - {"path", "settings"} == names_of(long)


def test_short_forms_do_the_same(library: Library, tmp_path: Path) -> None:
    path = library.location
    assert Index.status(path) == library.status()
    assert Index.check(path) == library.check()
    assert Index.update(path, [memo("new", "text")]).added == 1
    assert Index.update(path, remove=["new"]).removed == 1
    assert Index.rollback(path) == library.status().generation
    assert Index.export_set(path, "LES", tmp_path / "les.idx")
    assert Index.prune(path, now=True).held == ()
    (tmp_path / "memo.txt").write_text("text")
    assert Index.build(tmp_path, tmp_path / "other.idx", workers=0, ocr=False).added == 1


def test_the_status_as_json_leaves_the_list_of_files_out(library: Library) -> None:
    status = library.status()
    shape = json.loads(json.dumps(status.to_dict()))
    assert "files" not in shape
    assert shape["documents"] == 2
    assert set(shape["generations"][0]) == {
        "name", "created", "size_bytes", "current", "held", "withdrawn", "damaged",
    }  # fmt: skip
