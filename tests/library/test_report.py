"""What was wrong at the last build is kept for the owner of a library, and is no must."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.corpus.config import Problem
from droindex.library.report import (
    load_passed_over,
    load_problems,
    save_passed_over,
    save_problems,
)

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
PROBLEMS = st.lists(st.builds(Problem, TEXT, TEXT, TEXT), max_size=5)


@given(PROBLEMS)
def test_they_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, problems: list[Problem]
) -> None:
    folder = tmp_path_factory.mktemp("problems")
    save_problems(folder, problems)
    assert load_problems(folder) == tuple(problems)
    [file] = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_those_of_the_next_build_take_their_place(tmp_path: Path) -> None:
    save_problems(tmp_path, [Problem("a.pdf", "damaged", "why")])
    save_problems(tmp_path, [])
    assert load_problems(tmp_path) == ()


@pytest.mark.parametrize(
    "note", [None, b"", b"{", b"null", b"1", b'[{"file": 1}]', b"[[]]", b"\xff", b'["x"]']
)
def test_a_note_that_is_damaged_or_missing_tells_of_none(
    tmp_path: Path, note: bytes | None
) -> None:
    if note is not None:
        (tmp_path / "problems.json").write_bytes(note)
    assert load_problems(tmp_path) == ()


def test_a_build_does_not_fail_for_want_of_a_note(tmp_path: Path) -> None:
    save_problems(tmp_path / "gone", [Problem("a.pdf", "damaged", "why")])
    assert load_problems(tmp_path / "gone") == ()


KINDS = st.dictionaries(TEXT, st.lists(TEXT, max_size=3).map(tuple), max_size=4)


@given(KINDS)
def test_what_was_passed_over_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, passed_over: dict[str, tuple[str, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("passed-over")
    save_passed_over(folder, passed_over)
    assert load_passed_over(folder) == passed_over
    [file] = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("note", [None, b"", b"[]", b"1", b'{"a": 1}', b"\xff"])
def test_a_damaged_note_of_what_was_passed_over_tells_of_none(
    tmp_path: Path, note: bytes | None
) -> None:
    if note is not None:
        (tmp_path / "passed-over.json").write_bytes(note)
    assert load_passed_over(tmp_path) == {}
