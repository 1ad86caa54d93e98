"""Going back: to what, and when it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import document, flip_byte

from droindex import ExposureRefusedError, Index, Settings, SettingsError
from droindex.build.maintenance.rollback import rollback
from droindex.settings import BuildSettings
from droindex.store.store import Store

KEEP = Settings(build=BuildSettings(keep_generations=9))


def texts(library: Path) -> list[str]:
    with Index.open(library) as index:
        return sorted(index.get(hit.doc_id).pages[0].text for hit in index.search(scope="all"))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of three generations, each with another text."""
    path = tmp_path / "library.idx"
    for text in ("first", "second", "third"):
        Index.update(path, [document(text, doc_id="a")], settings=KEEP)
    return path


@pytest.mark.parametrize(
    ("to", "expected"),
    [(None, "second"), ("000001", "first"), ("1", "first"), ("2", "second"), ("0002", "second")],
)
def test_an_older_generation_answers_under_a_new_name(
    library: Path, to: str | None, expected: str
) -> None:
    name = rollback(library, to, allow_exposure=False, wait_s=0)
    assert texts(library) == [expected]
    store = Store(library)
    assert (store.current().name, name) == ("000004", "000004")
    assert store.current().manifest["rolled_back_to"] in ("000001", "000002")
    assert Index.check(library).damages == ()


def test_one_can_go_back_and_forward_again(library: Path) -> None:
    rollback(library, "1", allow_exposure=False, wait_s=0)
    rollback(library, "3", allow_exposure=False, wait_s=0)
    assert texts(library) == ["third"]
    rollback(library, None, allow_exposure=False, wait_s=0)  # to what answered before
    assert texts(library) == ["first"]


@pytest.mark.parametrize("to", ["3", "4", "000009", "x", "", "0"])
def test_what_is_not_older_is_refused(library: Path, to: str) -> None:
    with pytest.raises(SettingsError, match="no sound older generation") as caught:
        rollback(library, to, allow_exposure=False, wait_s=0)
    assert "000002, 000001" in str(caught.value.hint)
    assert texts(library) == ["third"]


def test_what_is_damaged_is_passed_over(library: Path) -> None:
    [path] = (Store(library).load("000002").folder / "open" / "documents").glob("*.store")
    flip_byte(path, path.stat().st_size // 2)
    with pytest.raises(SettingsError):
        rollback(library, "2", allow_exposure=False, wait_s=0)
    rollback(library, None, allow_exposure=False, wait_s=0)
    assert texts(library) == ["first"]


def test_what_gained_a_label_is_shown_only_if_that_is_allowed(library: Path) -> None:
    Index.update(library, [document("third", doc_id="a", label="LES")], settings=KEEP)
    with pytest.raises(ExposureRefusedError) as caught:
        rollback(library, "3", allow_exposure=False, wait_s=0)
    assert caught.value.doc_ids == ("a",)
    assert texts(library) == []
    rollback(library, "3", allow_exposure=True, wait_s=0)
    assert texts(library) == ["third"]
