"""Who tells damage from a fault of the engine: real damage, and a real panic over sound files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import document

from droindex import EngineError, Index, IndexDamagedError, QueryError
from droindex.engine.clauses import Term
from droindex.library.judge import Judge
from droindex.store.store import Store


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.idx"
    texts = (f"escort of detainees number {n} removal of persons" for n in range(300))
    papers = [document(text, doc_id=f"d{n}", title="Escort") for n, text in enumerate(texts)]
    Index.update(path, documents=papers)
    return path


def destroy(library: Path, index: str, kind: str) -> list[Path]:
    """Write over files of an index where they lie, so that every reader sees it."""
    files = list((Store(library).current().folder / "open" / index).glob(f"*{kind}"))
    for path in files:
        with path.open("r+b") as file:
            file.write(b"\xff" * path.stat().st_size)
    return files


def marks(library: Path) -> list[str]:
    return [path.name for path in (library / "generations").glob("*.damaged")]


def panic(index: Index) -> None:
    """Have the engine panic, as it does when it is asked for no hit at all."""
    with index._reader as reader:
        reader.documents.search(Term("all", "escort"), 0)


def test_a_panic_over_sound_files_is_an_engine_error_and_marks_nothing(library: Path) -> None:
    with Index.open(library) as index:
        for _ in range(2):
            with pytest.raises(EngineError, match="panicked"):
                panic(index)
        assert index.search("escort").total == 300
        assert marks(library) == []
    assert Index.check(library).damages == ()


def test_a_panic_over_a_damaged_file_is_damage_whichever_file_it_is(library: Path) -> None:
    with Index.open(library) as index:
        (path,) = destroy(library, "pages", ".store")
        with pytest.raises(IndexDamagedError) as caught:
            panic(index)
        assert caught.value.file == f"open/pages/{path.name}"
        assert marks(library) == ["000001.damaged"]
        with pytest.raises(IndexDamagedError):
            index.search("escort")


LATE: dict[str, tuple[str, str, Callable[[Index], Any], Callable[[Any], Any]]] = {
    "match": ("documents", ".term", lambda i: i.search("removal"), lambda r: r[0].match),
    "explain": ("documents", ".idx", lambda i: i.search("removal"), lambda r: r[0].explain()),
    "total_all_words": (
        "documents",
        ".idx",
        lambda i: i.search("escort removal"),
        lambda r: r.total_all_words,
    ),
    "completions": (
        "documents",
        ".idx",
        lambda i: i.suggest("escort remo"),
        lambda r: r.completions,
    ),
    "snippet": ("pages", ".store", lambda i: i.suggest("remo"), lambda r: r[0].snippet),
    "scan": ("documents", ".store", lambda i: i, lambda i: list(i.scan("escort"))),
    "match of a scan": ("documents", ".term", lambda i: next(i.scan("removal")), lambda h: h.match),
}


@pytest.mark.parametrize("what", LATE)
def test_what_is_worked_out_late_names_the_damaged_file(library: Path, what: str) -> None:
    part, kind, ask, look = LATE[what]
    with Index.open(library) as index:
        found = ask(index)
        names = {f"open/{part}/{path.name}" for path in destroy(library, part, kind)}
        for _ in range(2):
            with pytest.raises(IndexDamagedError) as caught:
                look(found)
            assert caught.value.file in names
        assert marks(library) == ["000001.damaged"]


def test_late_damage_is_found_in_the_generation_that_was_asked(library: Path) -> None:
    with Index.open(library) as index:
        found = index.search("removal")
        destroy(library, "documents", ".idx")
        Index.update(library, documents=[document("more", doc_id=f"m{n}") for n in range(2)])
        assert index.reload()
        with pytest.raises(IndexDamagedError) as caught:
            found[0].explain()
        assert "000001" in caught.value.message


def test_an_update_that_meets_damage_starts_from_what_is_sound(library: Path) -> None:
    destroy(library, "documents", ".store")
    destroy(library, "documents", ".fast")
    Index.update(library, documents=[document("new", doc_id="d1")])
    assert marks(library) == ["000001.damaged"]
    with Index.open(library) as index:
        assert index.search("removal").total == 299
    assert {damage.generation for damage in Index.check(library).damages} == {"000001"}


class Outside:
    """Errors as callers and libraries raise them, over a set of a library."""

    def __init__(self, library: Path) -> None:
        self.answer = Store(library).answer(None)

    def judged(self, judge: Judge, error: BaseException) -> BaseException | None:
        """Return what comes out of a context in which an error is raised."""
        try:
            with judge:
                raise error  # noqa: TRY301 - a context is what is tried
        except BaseException as found:  # noqa: BLE001 - that is what is asked
            return found


@pytest.mark.parametrize(
    "error",
    [EngineError("x"), ValueError("x"), OSError("x"), QueryError("x"), KeyboardInterrupt("x")],
)
def test_over_sound_files_every_error_stands(library: Path, error: BaseException) -> None:
    outside = Outside(library)
    judge = Judge(outside.answer)
    for _ in range(2):
        assert outside.judged(judge, error) is error
    assert not judge.is_marked
    with judge:
        pass


@pytest.mark.parametrize(
    ("error", "is_looked_into"),
    [
        (EngineError("x"), True),
        (ValueError("x"), True),
        (OSError("x"), True),
        (QueryError("x"), False),  # what a caller can have caused
        (KeyboardInterrupt("x"), False),
        (MemoryError("x"), False),
        (GeneratorExit("x"), False),
    ],
)
def test_over_damaged_files_what_no_caller_caused_is_damage(
    library: Path,
    error: BaseException,
    is_looked_into: bool,  # noqa: FBT001 - drawn
) -> None:
    outside = Outside(library)
    judge = Judge(outside.answer)
    [path] = destroy(library, "pages", ".store")
    found = outside.judged(judge, error)
    if not is_looked_into:
        assert found is error
        assert marks(library) == []
        return
    assert isinstance(found, IndexDamagedError)
    assert found.file == f"open/pages/{path.name}"
    assert found.__cause__ is error
    assert judge.is_marked
    with pytest.raises(IndexDamagedError), judge:  # now and at each later use
        pass
