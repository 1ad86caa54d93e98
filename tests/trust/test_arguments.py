"""Whatever an argument is, a public method answers or raises an error of ours."""

from __future__ import annotations

import itertools
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from droindex import DroindexError, Index, Settings
from droindex.settings import QueryLimits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ODD = (None, 1.5, True, float("nan"), 10**30, -1, b"a", [None], [["a"]], ["\ud800"], "\ud800")
ODD += ("a\0b", {}, {"opi": None}, {1: "a"}, {"opi": [None]}, {"issued": 1.5}, {"opi": object()})
ODD += ("1" * 5_000, object(), "", "nothing", [], type("Text", (str,), {})("herons"))
ASKS = {
    "search": (
        *("query", "scope", "filters", "issued_from", "issued_to", "since", "until", "sort"),
        *("limit", "offset", "facets", "snippets", "strict", "ranking"),
    ),
    "scan": (
        *("query", "scope", "filters", "issued_from", "issued_to", "since", "until", "sort"),
        *("snippets", "strict", "ranking"),
    ),
    "suggest": ("text", "limit", "scope"),
    "recent": ("n", "scope"),
    "browse": ("scope",),
    "get": ("doc_id",),
    "file_path": ("doc_id",),
    "open_file": ("doc_id",),
    "lineage": ("doc_id",),
    "related": ("doc_id", "scope", "limit"),
}
NEEDED = {"suggest": {"text": "her"}, "related": {"doc_id": "a"}}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder: Path = tmp_path_factory.mktemp("arguments")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "a.txt").write_text("Herons and otters by the river.", "utf-8")
    Index.build(folder / "corpus", folder / "library.idx", workers=0)
    with Index.open(folder / "library.idx") as opened:
        yield opened


@pytest.mark.parametrize(
    ("method", "name"), [(method, name) for method, names in ASKS.items() for name in names]
)
def test_any_argument_is_answered_or_refused_with_an_error_of_ours(
    index: Index, method: str, name: str
) -> None:
    for value in ODD:
        arguments: dict[str, Any] = {**NEEDED.get(method, {}), name: value}
        try:
            found = getattr(index, method)(**arguments)
            if method == "scan":
                list(itertools.islice(found, 3))
            elif method == "open_file" and found is not None:
                found.close()
        except DroindexError:
            continue


LIBRARY_ASKS = {
    "build": (
        *("corpus", "path", "workers", "backend", "ocr", "cache", "wait_s", "settings", "progress"),
        "confirm_open",
    ),
    "update": ("path", "documents", "remove", "wait_s", "settings", "progress"),
    "open": ("path", "clearance", "auto_reload_s", "settings"),
    "status": ("path",),
    "check": ("path",),
    "rollback": ("path", "to", "wait_s"),
    "prune": ("path", "wait_s", "settings"),
    "export_set": ("path", "clearance", "target", "wait_s"),
}


@pytest.mark.parametrize(
    ("method", "name"), [(method, name) for method, names in LIBRARY_ASKS.items() for name in names]
)
def test_any_argument_of_a_method_of_the_class_is_used_or_refused(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, name: str
) -> None:
    monkeypatch.chdir(tmp_path)  # what is a path after all, lands here
    shutil.copytree(index.path, tmp_path / "library.idx")
    shutil.copytree(index.path.parent / "corpus", tmp_path / "corpus")
    needed: dict[str, dict[str, Any]] = {
        "build": {"corpus": tmp_path / "corpus", "workers": 0},
        "export_set": {"clearance": None, "target": tmp_path / "target.idx"},
    }
    for value in ODD:
        arguments = {
            "path": tmp_path / "library.idx",
            **needed.get(method, {}),
            name: value,
        }
        if name == "wait_s" and value == 10**30:
            assert_refused(method, arguments)
            continue
        try:
            found = getattr(Index, method)(**arguments)
        except DroindexError:
            continue
        if isinstance(found, Index):
            found.close()


def assert_refused(method: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(DroindexError):
        getattr(Index, method)(**arguments)


def test_an_explanation_keeps_to_the_deadline(index: Index) -> None:
    settings = Settings(limits=QueryLimits(deadline_s=1e-9))
    with Index.open(index.path, settings=settings) as hurried:
        explained = hurried.search("herons otters river")[0].explain()
    assert "The explanation took too long: parts of it were left out." in explained.notes
    assert not explained.parts
    assert index.search("herons otters river")[0].explain().parts
