"""What a build has to say: what hides documents first, and each thing with what to do about it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.build.reporting import (
    damage_problems,
    identical_files,
    in_order,
    label_problems,
)
from droindex.build.told import document_problems
from droindex.clearance.holding import Held
from droindex.clearance.label_memory import Labelled
from droindex.corpus.config import Problem
from droindex.library.state import UPDATE, DocState
from droindex.library.states import Changes
from droindex.model import Document, FileStatus
from droindex.problems import UNREADABLE_LABEL
from droindex.store.writer import StartingPoint

SLUGS = [
    *("label-lost", "label-unplaced", "unlisted-label", "unreadable-label", "bad-sidecar"),
    *("text-lost", "duplicate-doc-id", "damaged", "empty"),
    *("unknown-key", "bad-date", "nothing-to-confirm"),  # the order in which they were met
    *("partial", "needs-ocr", "identical-files"),
]
AS_MET = SLUGS[9:12]


@given(st.lists(st.builds(Problem, st.text("ab", max_size=2), st.sampled_from(SLUGS), st.just(""))))
def test_who_sees_what_comes_first_and_ocr_last(problems: list[Problem]) -> None:
    found = in_order(problems)
    assert sorted(found, key=str) == sorted(problems, key=str)
    places = [9 if p.slug in AS_MET else SLUGS.index(p.slug) for p in found]
    assert places == sorted(places)
    for slugs in ({slug} for slug in SLUGS if slug not in AS_MET):
        assert [p for p in found if p.slug in slugs] == [p for p in problems if p.slug in slugs]
    assert [p for p in found if p.slug in AS_MET] == [p for p in problems if p.slug in AS_MET]


def test_identical_files_are_told_once_and_empty_ones_not() -> None:
    def file(name: str, sha256: str | None, size: int = 3) -> DocState:
        facts = {"file": name, "size_bytes": size} | ({"sha256": sha256} if sha256 else {})
        return state(name, file_facts=facts)

    files = [file(f"a/{n}.txt", "1") for n in range(6)]
    files += [file("b.txt", "2"), file("c.txt", "2"), file("d.txt", "3")]
    files += [
        file("e.txt", None),
        file("f.txt", None),
        file("g.txt", "4", 0),
        file("h.txt", "4", 0),
    ]
    many, two = identical_files(files)
    assert (many.file, many.slug) == ("a/0.txt", "identical-files")
    assert '"a/1.txt", "a/2.txt", "a/3.txt" and 2 more' in many.message
    assert (two.file, '"c.txt"' in two.message, "more" in two.message) == ("b.txt", True, False)


def state(doc_id: str, label: str | None = None, **values: object) -> DocState:
    return DocState(doc_id, UPDATE, Document(doc_id=doc_id, label=label), "d", **values)  # type: ignore[arg-type]


def test_lost_labels_are_told_with_the_command_that_opens() -> None:
    states = {
        "a b": state("a b", held="LES", file_facts={"file": "a b.pdf"}),
        "c": state("c", held="LES"),
    }
    held = Held(Labelled(), Changes(states), {}, lost=("a b", "c"), opened=(), unused=("d",))
    first, second, third = label_problems(held)
    assert (first.file, first.slug) == ("a b.pdf", "label-lost")
    assert "--confirm-open 'a b'" in first.message  # as a shell takes it
    assert "'LES'" in first.message
    assert (second.file, third.file, third.slug) == ("c", "d", "nothing-to-confirm")


def test_nothing_lost_is_nothing_told() -> None:
    assert list(label_problems(Held(Labelled(), Changes({}), {}, (), (), ()))) == []
    assert list(damage_problems(StartingPoint(None), {}, ())) == []


def test_sets_and_texts_that_were_damaged_are_told_in_order() -> None:
    states = {"x": state("x", file_facts={"file": "x.pdf"}), "a": state("a")}
    point = StartingPoint(None, damaged=frozenset({"open", "clearance-1"}))
    found = list(damage_problems(point, states, {"x", "a"}))
    assert [(problem.file, problem.slug) for problem in found] == [
        ("clearance-1", "set-damaged"),
        ("open", "set-damaged"),
        ("a", "text-lost"),
        ("x.pdf", "text-lost"),
    ]


@pytest.mark.parametrize(
    ("label", "held", "is_told"),
    [
        (None, "", False),
        ("LES", "", False),
        ("les", "", False),
        ("Secret", "", True),
        ("Secret", "Secret", False),  # it was told as a lost label
        (UNREADABLE_LABEL, "", False),  # it was told when it was read
    ],
)
def test_a_label_that_is_not_listed_hides_and_is_told(
    label: str | None,
    held: str,
    is_told: bool,  # noqa: FBT001 - drawn
) -> None:
    found = list(document_problems([state("x", label, held=held)], ("LES",)))
    assert [problem.slug for problem in found] == (["unlisted-label"] if is_told else [])


@pytest.mark.parametrize("status", FileStatus)
@pytest.mark.parametrize("is_stale", [False, True])
def test_a_file_that_did_not_end_well_is_told_unless_its_last_text_stays(
    status: FileStatus,
    is_stale: bool,  # noqa: FBT001 - drawn
) -> None:
    facts = {"file": "x.pdf", "file_status": status}
    told = state("x", file_facts=facts, reason="why", is_stale=is_stale)
    told.problems = (Problem("x.toml", "unknown-key", "what"),)
    found = [(problem.file, problem.slug) for problem in document_problems([told], ())]
    expected = [("x.toml", "unknown-key")]
    if status is not FileStatus.OK and not is_stale:
        expected.append(("x.pdf", status.value.replace("_", "-")))
    assert found == expected
