"""What `Index` does in one call is what `Library` does, with the same words."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from droindex import Index, Library, Settings
from droindex.api.operations import Operations
from droindex.api.short_forms import ShortForms
from droindex.settings import BuildSettings

NAMES = sorted(name for name in vars(ShortForms) if not name.startswith("_"))


def options(method: object, *left_out: str) -> dict[str, tuple[object, object]]:
    """Return kind and default of each argument, by name; some are left out."""
    found = inspect.signature(method).parameters.values()  # type: ignore[arg-type]
    return {item.name: (item.kind, item.default) for item in found if item.name not in left_out}


@pytest.mark.parametrize("name", NAMES)
def test_a_short_form_takes_what_the_method_takes(name: str) -> None:
    short = options(getattr(ShortForms, name), "path", "settings", "options")
    whole = options(getattr(Operations, name), "self")
    if name == "build":  # its options are handed on as they are
        whole = {"corpus": whole["corpus"]}
    assert short == whole


def test_a_misspelt_option_of_a_build_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="wokers"):
        Index.build(tmp_path, tmp_path / "library.idx", wokers=0)  # type: ignore[call-arg]


def test_short_forms_and_methods_do_the_same(tmp_path: Path) -> None:
    corpus, path = tmp_path / "corpus", tmp_path / "library.idx"
    corpus.mkdir()
    (corpus / "a.txt").write_text("An escort.", "utf-8")
    library = Library(path)
    Index.build(corpus, path, workers=0)
    (corpus / "b.txt").write_text("A bond.", "utf-8")
    library.build(corpus, workers=0)
    assert Index.status(path) == library.status()
    assert [item.name for item in Index.status(path).generations] == ["000002", "000001"]
    assert Index.check(path).damages == library.check().damages == ()
    assert Index.rollback(path) == "000003"  # a generation of its own, like the first one
    assert library.rollback("000002") == "000004"
    Index.export_set(path, None, tmp_path / "one.idx")
    library.export_set(None, tmp_path / "other.idx")
    for exported in (tmp_path / "one.idx", tmp_path / "other.idx"):
        with Index.open(exported) as index:
            assert sorted(index.ids()) == ["a", "b"]
    assert Index.prune(path, now=True).removed == ("000003", "000002", "000001")
    assert library.prune(now=True).removed == ()


def test_settings_reach_what_they_are_given_to(tmp_path: Path) -> None:
    settings = Settings(build=BuildSettings(keep_generations=1))
    path = tmp_path / "library.idx"
    for number in range(3):
        (tmp_path / "corpus").mkdir(exist_ok=True)
        (tmp_path / "corpus" / f"{number}.txt").write_text("Text.", "utf-8")
        Index.build(tmp_path / "corpus", path, settings=settings, workers=0)
    assert [item.name for item in Index.status(path).generations] == ["000003"]
