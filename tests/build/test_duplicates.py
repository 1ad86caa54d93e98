"""One document for each id: nobody's open document is hidden by another one's label."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.build.duplicates import combine, leave_out_collisions, refuse_removals
from droindex.build.gathered import Gathered
from droindex.clearance.ranks import restriction
from droindex.engine.entries import owner_number
from droindex.errors import RemovalsRefusedError
from droindex.library.state import UPDATE, DocState
from droindex.library.states import Changes, States
from droindex.model import Document
from droindex.store.layers import Layers

LABELS = ("LES", "Secret")
IDS = st.sampled_from(["a", "b", "c", "d"])
LABEL = st.sampled_from([None, *LABELS])


def state(doc_id: str, origin: str, label: str | None = None) -> DocState:
    return DocState(doc_id, origin, Document(doc_id=doc_id, label=label), "digest")


def restricted(item: DocState) -> float:
    return restriction(item.given.label, LABELS)


def states(drawn: dict[str, str | None], origin: str) -> dict[str, DocState]:
    return {key: state(key, origin, label) for key, label in drawn.items()}


@given(
    st.dictionaries(IDS, LABEL),
    st.dictionaries(IDS, st.tuples(st.sampled_from(["/other", UPDATE]), LABEL)),
)
def test_each_id_is_one_document_and_the_other_is_reported(
    own: dict[str, str | None], others: dict[str, tuple[str, str | None]]
) -> None:
    gathered = Gathered(states=states(own, "/own"))
    known = {key: state(key, origin, label) for key, (origin, label) in others.items()}
    found = Changes(known)
    combine(gathered, found, "/own", restricted)
    assert set(found) == own.keys() | others.keys()
    both = own.keys() & others.keys()
    for key in both:
        mine, theirs = gathered.states[key], known[key]
        assert found[key] in (mine, theirs)
        if theirs.origin == UPDATE:
            assert found[key] is theirs  # it may be there to label this very document
        else:
            assert restricted(found[key]) == min(restricted(mine), restricted(theirs))
        if restricted(mine) == restricted(theirs):
            assert found[key] is theirs  # what is there already stays
    left_out = {item.doc_id: item for item in gathered.left_out}
    assert left_out.keys() == both
    assert all(left_out[key] is not found[key] for key in both)
    assert sorted(problem.slug for problem in gathered.problems) == ["duplicate-doc-id"] * len(both)


def changed(known: dict[str, DocState], old: States | None = None) -> Changes:
    found = Changes({} if old is None else old)
    for item in known.values():
        found.put(item)
    return found


@given(st.dictionaries(st.text(max_size=5), LABEL, max_size=30))
def test_documents_whose_numbers_differ_all_stay(drawn: dict[str, str | None]) -> None:
    known = states({key: label for key, label in drawn.items() if key.isascii()}, "/own")
    found = changed(known)
    assert leave_out_collisions(found, restricted) == []
    assert dict(found) == known


@pytest.mark.parametrize("is_known", [None, 0, 1])
@pytest.mark.parametrize(
    ("labels", "stays"),
    [(("LES", None), 1), ((None, "LES"), 0), ((None, None), 0), (("Secret", "LES"), 1)],
)
def test_of_two_ids_with_one_number_the_least_restricted_stays(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    labels: tuple[str | None, str | None],
    stays: int,
    is_known: int | None,
) -> None:
    """Two such ids take years of computing to find: so the hash is cut short here."""
    for place in ("build.duplicates", "library.states"):
        monkeypatch.setattr(
            f"droindex.{place}.owner_number", lambda doc_id: owner_number(doc_id[:4])
        )
    names = ("same1", "same2")
    known = states(dict(zip(names, labels, strict=True)) | {"else": None}, "/own")
    old = States(Layers(tmp_path))
    if is_known is not None:  # it is in the library, and the other one is new
        old.put(known.pop(names[is_known]))
    found = changed(known, old)
    [problem] = leave_out_collisions(found, restricted)
    assert set(found) == {names[stays], "else"}
    assert (problem.file, problem.slug) == (names[1 - stays], "duplicate-doc-id")
    assert names[stays] in problem.message


@pytest.mark.parametrize(
    ("before", "gone", "max_share", "is_refused"),
    [
        (10, 0, 0.0, False),
        (10, 1, 0.0, True),
        (10, 2, 0.2, False),
        (10, 3, 0.2, True),
        (10, 10, 1.0, False),
        (1, 1, 0.5, True),
        (0, 0, 0.2, False),
    ],
)
def test_many_documents_are_not_lost_unasked(
    before: int,
    gone: int,
    max_share: float,
    is_refused: bool,  # noqa: FBT001 - drawn
) -> None:
    held = [f"d{number}" for number in range(before)]
    if not is_refused:
        refuse_removals(held[:gone], before, max_share)
        return
    with pytest.raises(RemovalsRefusedError) as caught:
        refuse_removals(held[:gone], before, max_share)
    assert caught.value.doc_ids == tuple(held[:gone])
    assert f"{gone} of {before}" in str(caught.value)
