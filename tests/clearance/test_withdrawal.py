"""What of an older generation may not be shown today: worked out from what builds remember."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from droindex.clearance.ranks import rank_of
from droindex.clearance.signatures import signature_of
from droindex.clearance.withdrawal import (
    CurrentLabels,
    exposed,
    is_settled,
    unproven,
    withdraw_older,
)
from droindex.files.disk import sum_file
from droindex.library.state import UPDATE, DocState
from droindex.library.states import save_state
from droindex.model import Document
from droindex.pages import Page
from droindex.store.damage import is_withdrawn
from droindex.store.generation import Generation

LABELS = ("LES", "Secret")
TEXTS = {
    "mill": "The zorblatt is kept in the cellar of the old mill by the river.",
    "noon": "The wumpus is fed at noon by two trusted officers of the guard.",
    "gong": "Nobody else may enter the yard before the gong is heard thrice.",
}
SETS = ("open", "clearance-1", "clearance-2")
Make = Callable[..., Generation]
Drawn = dict[str, tuple[str, str | None]]  # id -> text, label
LIBRARIES = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d"]),
    st.tuples(st.sampled_from(sorted(TEXTS)), st.sampled_from([None, None, *LABELS])),
)


def states_of(drawn: Drawn, *, signed: bool = True) -> dict[str, DocState]:
    """Return the documents as a build remembers them, in the sets that hold them."""
    found = {}
    for doc_id, (name, label) in drawn.items():
        text, rank = TEXTS[name], rank_of(label, LABELS)
        assert rank is not None
        found[doc_id] = DocState(
            doc_id,
            UPDATE,
            Document(doc_id=doc_id, label=label),
            digest=name,
            fingerprints=dict.fromkeys(SETS[rank:], "print"),
            signature=signature_of([Page(1, text)]) if signed else None,
        )
    return found


def today_of(drawn: Drawn, *, signed: bool = True) -> CurrentLabels:
    states = states_of(drawn, signed=signed)
    ranks = {key: rank_of(label, LABELS) for key, (_, label) in drawn.items()}
    return CurrentLabels(states, ranks, LABELS)


@pytest.fixture
def generation(tmp_path: Path) -> Make:
    """Makes a generation that remembers some documents: `generation(states)`."""

    def make(states: Mapping[str, DocState], name: str = "000001") -> Generation:
        folder = tmp_path / "generations" / name
        folder.mkdir(parents=True, exist_ok=True)
        names = save_state(folder, states)
        manifest = {
            "sets": {name: {} for name in SETS},
            "clearances": dict(zip(LABELS, SETS[1:], strict=True)),
            "files": {name: sum_file(folder / name) for name in names},
            "state": list(names),
        }
        return Generation(name, folder, manifest)

    return make


def shown_by(drawn: Drawn, rank: int) -> set[str]:
    """Return what a clearance sees of a library: ids and texts."""
    seen = set()
    for doc_id, (name, label) in drawn.items():
        own = rank_of(label, LABELS)
        if own is not None and own <= rank:
            seen |= {doc_id, name}
    return seen


def hidden_from(drawn: Drawn, rank: int) -> set[str]:
    """Return what is there today and a clearance does not see: ids, and texts it sees nowhere."""
    everything = {word for doc_id, (name, _) in drawn.items() for word in (doc_id, name)}
    return everything - shown_by(drawn, rank)


@given(before=LIBRARIES, after=LIBRARIES)
@settings(max_examples=150)
def test_a_set_is_exposed_that_holds_what_its_callers_may_not_see_today(
    tmp_path_factory: pytest.TempPathFactory, before: Drawn, after: Drawn
) -> None:
    folder = tmp_path_factory.mktemp("library") / "000001"
    folder.mkdir()
    names = save_state(folder, states_of(before))
    manifest = {
        "sets": {name: {} for name in SETS},
        "clearances": dict(zip(LABELS, SETS[1:], strict=True)),
        "files": {name: sum_file(folder / name) for name in names},
        "state": list(names),
    }
    found = exposed(Generation("000001", folder, manifest), today_of(after))
    expected = {}
    for rank, name in enumerate(SETS):
        secret = hidden_from(after, rank)
        told = [
            doc_id
            for doc_id, (text, label) in before.items()
            if (rank_of(label, LABELS) or 0) <= rank and {doc_id, text} & secret
        ]
        if told:
            expected[name] = sorted(told)
    assert found == expected


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"a": ("mill", None)}, {"a": ("mill", None)}, {}),
        ({"a": ("mill", None)}, {"a": ("mill", "LES")}, {"open": ["a"]}),
        ({"a": ("mill", None)}, {"b": ("mill", "LES")}, {"open": ["a"]}),  # under another name
        ({"a": ("mill", None)}, {}, {}),  # removed, and not hidden
        (
            {"a": ("mill", "LES")},
            {"a": ("mill", "Secret")},
            {"clearance-1": ["a"]},
        ),
        ({"a": ("mill", None)}, {"a": ("mill", None), "b": ("mill", "LES")}, {}),  # still seen
    ],
)
def test_what_is_withdrawn_from_whom(
    generation: Make, before: Drawn, after: Drawn, told: dict[str, list[str]]
) -> None:
    made = generation(states_of(before))
    assert exposed(made, today_of(after)) == told
    withdraw_older([made], today_of(after))
    assert [name for name in SETS if is_withdrawn(made.folder, name)] == sorted(told)


def test_a_generation_that_cannot_tell_what_it_holds_is_withdrawn_whole(generation: Make) -> None:
    made = generation(states_of({"a": ("mill", None)}))
    next(made.folder.glob("*.state")).write_bytes(b"{")
    today = today_of({"a": ("mill", None)})
    assert exposed(made, today) is None
    withdraw_older([made], today)
    assert all(is_withdrawn(made.folder, name) for name in SETS)


def test_what_cannot_be_compared_counts_as_the_same(generation: Make) -> None:
    unsigned = generation(states_of({"a": ("mill", None)}, signed=False))
    assert exposed(unsigned, today_of({"b": ("noon", "LES")})) == {"open": ["a"]}
    assert exposed(unsigned, today_of({"a": ("mill", None), "b": ("noon", "LES")})) == {}
    assert exposed(unsigned, today_of({"b": ("noon", None)})) == {}  # nothing is hidden


def test_what_was_hidden_then_as_well_is_no_doubt(generation: Make) -> None:
    before = states_of({"a": ("mill", None), "b": ("noon", "LES")}, signed=False)
    assert exposed(generation(before), today_of({"b": ("noon", "LES")}, signed=False)) == {}


@pytest.mark.parametrize(
    ("before", "after", "doubtful"),
    [
        ({"a": ("mill", None)}, {"a": ("mill", None)}, []),
        ({"a": ("mill", None)}, {"b": ("mill", None)}, []),  # all it says is seen elsewhere
        ({"a": ("mill", None)}, {"a": ("noon", None)}, ["a"]),
        ({"a": ("mill", None)}, {"a": ("mill", "LES")}, ["a"]),
        ({"a": ("mill", None), "b": ("noon", None)}, {"a": ("mill", None)}, ["b"]),
        ({"a": ("mill", "LES")}, {}, []),  # it is not in that set
    ],
)
def test_what_is_certain_is_what_is_seen_today(
    generation: Make, before: Drawn, after: Drawn, doubtful: list[str]
) -> None:
    assert unproven(generation(states_of(before)), "open", today_of(after)) == doubtful


def test_a_set_that_nobody_reads_today_proves_nothing(generation: Make) -> None:
    made = generation(states_of({"a": ("mill", None)}))
    made.manifest["sets"]["withheld"] = {}
    assert unproven(made, "withheld", today_of({"a": ("mill", None)})) == []
    assert unproven(made, "clearance-2", today_of({"a": ("mill", None)})) == []


def settled(before: Mapping[str, DocState], after: Drawn, touched: set[str]) -> bool:
    ranks = {key: rank_of(label, LABELS) for key, (_, label) in after.items()}
    hidden = {key for key, rank in ranks.items() if rank}
    new = states_of(after)
    states = {key: new[key] if key in touched else before[key] for key in after}
    return is_settled(before, states, touched, hidden)


@given(before=LIBRARIES, changed=LIBRARIES, removed=st.sets(st.sampled_from(["a", "b", "c", "d"])))
@settings(max_examples=200)
def test_nothing_is_settled_that_hides_what_was_seen(
    before: Drawn, changed: Drawn, removed: set[str]
) -> None:
    """Settled is a shortcut: where it says yes, no set of the last generation shows too much."""
    after = {key: value for key, value in (before | changed).items() if key not in removed}
    touched = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    if settled(states_of(before), after, touched):
        for rank in range(len(SETS)):
            seen_then = shown_by(before, rank)
            assert not seen_then & hidden_from(after, rank)


def test_a_build_that_changes_nothing_or_opens_something_is_settled() -> None:
    drawn: Drawn = {"a": ("mill", None), "b": ("noon", "LES")}
    old = states_of(drawn)
    assert settled(old, drawn, set())
    assert settled(old, {**drawn, "c": ("gong", None)}, {"c"})
    assert not settled(old, {**drawn, "a": ("mill", "LES")}, {"a"})
