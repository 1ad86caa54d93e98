"""What each set is to hold: each document in the sets of those who may see it, and in no other."""

from __future__ import annotations

from collections.abc import Collection
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.build.plan import Planner
from droindex.build.write import SetPlan, fingerprint
from droindex.clearance.ranks import rank_of
from droindex.corpus.config import CorpusConfig
from droindex.library.state import UPDATE, DocState
from droindex.metadata.inferred import Inferred
from droindex.model import Document, Reference
from droindex.store.generation import OPEN_SET, WITHHELD_SET

LABELS = ("LES", "Secret", "Top Secret")
CONFIG = CorpusConfig(labels=LABELS)
LABELLED = st.lists(st.sampled_from([None, *LABELS, "unlisted"]), max_size=8)


def state(doc_id: str, label: str | None = None, **values: object) -> DocState:
    given_ = Document(doc_id=doc_id, label=label, **values)  # type: ignore[arg-type]
    return DocState(doc_id, UPDATE, given_, f"digest {doc_id}")


def planned(
    states: list[DocState], lost: Collection[str] = (), old: list[DocState] | None = None
) -> tuple[dict[str, SetPlan], dict[str, str]]:
    """Return the plans by name, and the set that each clearance reads."""
    known = {item.doc_id: item for item in states}
    ranks = {item.doc_id: rank_of(item.given.label, LABELS) for item in states}
    before = {item.doc_id: item for item in old or []}
    plans, clearances = Planner(CONFIG, before).sets(known, ranks, lost)
    assert len({plan.name for plan in plans}) == len(plans)
    return {plan.name: plan for plan in plans}, clearances


@given(LABELLED, st.sets(st.integers(0, 7)))
def test_who_reads_a_set_finds_what_he_may_see_and_nothing_else(
    labels: list[str | None], lost: set[int]
) -> None:
    states = [state(f"d{number}", label) for number, label in enumerate(labels)]
    gone = {f"d{number}" for number in lost}
    plans, clearances = planned(states, lost=gone)
    ranks = {item.doc_id: rank_of(item.given.label, LABELS) for item in states}
    names = {"": OPEN_SET, **clearances}
    assert list(names) == ["", *LABELS]
    for clearance, label in enumerate(names):
        seen = {
            key
            for key, rank in ranks.items()
            if key not in gone and rank is not None and rank <= clearance
        }
        assert set(plans[names[label]].documents) == seen
    withheld = {key for key, rank in ranks.items() if rank is None} - gone
    assert set(plans.get(WITHHELD_SET, SetPlan("", {})).documents) == withheld
    assert (WITHHELD_SET in plans) is bool(withheld)


@given(LABELLED)
def test_there_are_no_more_sets_than_differ(labels: list[str | None]) -> None:
    plans, clearances = planned([state(f"d{n}", label) for n, label in enumerate(labels)])
    held = [frozenset(plan.documents) for plan in plans.values()]
    assert len(set(held)) == len(held) or held.count(frozenset()) <= 1
    assert set(clearances.values()) <= set(plans)
    assert OPEN_SET in plans


def test_a_set_resolves_references_among_its_own_documents_alone() -> None:
    newer = state("new", supersedes=(Reference("11-1", number="11-1"),))
    older = state("old", label="LES", number="11-1")
    plans, clearances = planned([newer, older])
    assert plans[OPEN_SET].documents["new"].supersedes[0].doc_id is None
    cleared = plans[clearances["LES"]].documents
    assert cleared["new"].supersedes[0].doc_id == "old"


def titled(doc_id: str, title: str, label: str | None = None) -> DocState:
    """Return a document whose file says its title, and whose text says another one."""
    read = (
        Inferred("title", title, "properties", 0.9),
        Inferred("title", f"Read from {doc_id}", "text", 0.5),
    )
    given_ = Document(doc_id=doc_id, label=label, sources=MappingProxyType({}))
    if label is not None:
        given_ = Document(
            doc_id=doc_id, label=label, sources=MappingProxyType({"label": "sidecar"})
        )
    return DocState(
        doc_id, "/corpus", given_, doc_id, file_facts={"file": f"{doc_id}.pdf"}, inferred=read
    )


def test_a_title_of_more_than_two_files_is_a_templates() -> None:
    names = ["Standard cover"] * 3 + ["Own title"] * 2
    plans, _ = planned([titled(f"d{number}", name) for number, name in enumerate(names)])
    titles = {key: document.title for key, document in plans[OPEN_SET].documents.items()}
    assert titles == {
        "d0": "Read from d0",
        "d1": "Read from d1",
        "d2": "Read from d2",
        "d3": "Own title",  # two files may well say the same
        "d4": "Own title",
    }


def test_labelled_documents_have_no_part_in_what_is_a_template() -> None:
    """Else a caller could tell from the titles that there are more than he sees."""
    states = [titled(f"d{n}", "Standard cover", "LES" if n else None) for n in range(3)]
    plans, clearances = planned(states)
    assert plans[OPEN_SET].documents["d0"].title == "Standard cover"
    assert plans[clearances["LES"]].documents["d0"].title == "Read from d0"


def test_what_was_there_before_is_changed_or_left_or_gone() -> None:
    first, _ = planned([state(name) for name in ("a", "b", "c")])
    old = [state(name) for name in ("a", "b", "c")]
    for item in old:
        item.fingerprints = {OPEN_SET: first[OPEN_SET].fingerprints[item.doc_id]}
    plans, _ = planned([state("a"), state("b", title="Changed"), state("d")], old=old)
    plan = plans[OPEN_SET]
    assert (plan.changed, plan.gone) == (["b", "d"], ["c"])


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("12")),
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("12")),
)
def test_changed_and_gone_make_of_the_old_set_the_new_one(
    before: dict[str, str], after: dict[str, str]
) -> None:
    plan = SetPlan("open", {}, fingerprints=after, before=before)
    made = {key: mark for key, mark in before.items() if key not in plan.gone}
    made |= {key: after[key] for key in plan.changed}
    assert made == after
    assert all(before.get(key) != after[key] for key in plan.changed)


@pytest.mark.parametrize(
    ("document", "digest", "scope"),
    [
        (Document(doc_id="x", title="Other"), "d", "active"),
        (Document(doc_id="y", title="T"), "d", "active"),
        (Document(doc_id="x", title="T", label="LES"), "d", "active"),
        (Document(doc_id="x", title="T", related=(Reference("1"),)), "d", "active"),
        (Document(doc_id="x", title="T"), "e", "active"),
        (Document(doc_id="x", title="T"), "d", "archived"),
    ],
)
def test_a_fingerprint_is_of_all_that_is_indexed(
    document: Document, digest: str, scope: str
) -> None:
    same = Document(doc_id="x", title="T")
    assert fingerprint(same, "d", "active") == fingerprint(
        Document(doc_id="x", title="T"), "d", "active"
    )
    assert fingerprint(document, digest, scope) != fingerprint(same, "d", "active")


def test_a_fingerprint_is_of_how_custom_fields_are_indexed_too() -> None:
    own = Document(doc_id="x", custom={"owner": "Jo Smith"})
    prints = {
        fingerprint(own, "d", "active", kinds)
        for kinds in ({}, {"owner": "text"}, {"owner": "keyword"}, {"owner": "text", "x": "text"})
    }
    assert len(prints) == 3
