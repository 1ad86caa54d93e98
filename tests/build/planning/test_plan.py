"""What each set is to hold: each document in the sets of those who may see it, and in no other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from droindex.build.planning.plan import Planner, undecided
from droindex.build.planning.set_plan import SetPlan, fingerprint
from droindex.clearance.ranks import rank_of
from droindex.corpus.config import CorpusConfig
from droindex.library.state import UPDATE, DocState
from droindex.library.states import Changes, States
from droindex.metadata.inferred import Inferred
from droindex.model import Document, Reference
from droindex.store.generation import OPEN_SET, WITHHELD_SET
from droindex.store.layers import Layers

LABELS = ("LES", "Secret", "Top Secret")
CONFIG = CorpusConfig(labels=LABELS)
LABELLED = st.lists(st.sampled_from([None, *LABELS, "unlisted"]), max_size=8)


def state(doc_id: str, label: str | None = None, **values: object) -> DocState:
    given_ = Document(doc_id=doc_id, label=label, **values)  # type: ignore[arg-type]
    return DocState(doc_id, UPDATE, given_, f"digest {doc_id}")


class Library:
    """What a library remembers, from one plan to the next: as builds do, without the writing."""

    def __init__(self, folder: Path, config: CorpusConfig = CONFIG) -> None:
        self._states = States(Layers(folder))
        self._sums: dict[str, dict[str, object]] = {}
        self._config = config

    def plan(
        self, put: Iterable[DocState] = (), drop: Iterable[str] = (), lost: Collection[str] = ()
    ) -> tuple[dict[str, SetPlan], dict[str, str]]:
        """Return the plans by name, and the set that each clearance reads."""
        changes = Changes(self._states)
        for doc_id in drop:
            changes.drop(doc_id)
        for item in put:
            changes.put(item)
        labels = self._config.labels
        ranks = {key: rank_of(item.document_alone().label, labels) for key, item in changes.items()}
        hidden = {key: rank for key, rank in ranks.items() if rank != 0}
        planner = Planner(self._config, changes, self._states.layers, self._sums)
        plans, clearances = planner.sets(
            hidden,
            {rank for key, rank in hidden.items() if key not in lost},
            changes.touched,
            lost.__contains__,
        )
        self._keep(changes, plans)
        assert len({plan.name for plan in plans}) == len(plans)
        return {plan.name: plan for plan in plans}, clearances

    def _keep(self, changes: Changes, plans: list[SetPlan]) -> None:
        states = dict(changes)
        for doc_id in changes.gone:
            self._states.drop(doc_id)
        for key, item in states.items():
            members = {plan.name: plan.facts.get(key) for plan in plans}
            prints = {name: own.fingerprint for name, own in members.items() if own}
            self._states.put(replace(item, fingerprints=prints))
        self._sums = {plan.name: plan.facts.to_dict() for plan in plans}


def documents(plan: SetPlan) -> dict[str, Document]:
    return {key: plan.document(key) for key in plan.facts.ids()}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


@given(LABELLED, st.sets(st.integers(0, 7)))
def test_who_reads_a_set_finds_what_he_may_see_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, labels: list[str | None], lost: set[int]
) -> None:
    states = [state(f"d{number}", label) for number, label in enumerate(labels)]
    gone = {f"d{number}" for number in lost}
    library = Library(tmp_path_factory.getbasetemp())
    plans, clearances = library.plan(states, lost=gone)
    ranks = {item.doc_id: rank_of(item.given.label, LABELS) for item in states}
    names = {"": OPEN_SET, **clearances}
    assert list(names) == ["", *LABELS]
    for clearance, label in enumerate(names):
        seen = {
            key
            for key, rank in ranks.items()
            if key not in gone and rank is not None and rank <= clearance
        }
        assert set(documents(plans[names[label]])) == seen
    withheld = {key for key, rank in ranks.items() if rank is None} - gone
    assert (WITHHELD_SET in plans) is bool(withheld)
    if withheld:
        assert set(documents(plans[WITHHELD_SET])) == withheld


@given(LABELLED)
def test_there_are_no_more_sets_than_differ(
    tmp_path_factory: pytest.TempPathFactory, labels: list[str | None]
) -> None:
    library = Library(tmp_path_factory.getbasetemp())
    plans, clearances = library.plan(state(f"d{n}", label) for n, label in enumerate(labels))
    held = [frozenset(plan.facts.ids()) for plan in plans.values()]
    assert len(set(held)) == len(held) or held.count(frozenset()) <= 1
    assert set(clearances.values()) <= set(plans)
    assert OPEN_SET in plans


def test_a_set_resolves_references_among_its_own_documents_alone(library: Library) -> None:
    newer = state("new", supersedes=(Reference("11-1", number="11-1"),))
    older = state("old", label="LES", number="11-1")
    plans, clearances = library.plan([newer, older])
    assert plans[OPEN_SET].document("new").supersedes[0].doc_id is None
    cleared = plans[clearances["LES"]]
    assert cleared.document("new").supersedes[0].doc_id == "old"


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


def test_a_title_of_more_than_two_files_is_a_templates(library: Library) -> None:
    names = ["Standard cover"] * 3 + ["Own title"] * 2
    plans, _ = library.plan(titled(f"d{number}", name) for number, name in enumerate(names))
    titles = {key: document.title for key, document in documents(plans[OPEN_SET]).items()}
    assert titles == {
        "d0": "Read from d0",
        "d1": "Read from d1",
        "d2": "Read from d2",
        "d3": "Own title",  # two files may well say the same
        "d4": "Own title",
    }


def test_labelled_documents_have_no_part_in_what_is_a_template(library: Library) -> None:
    """Else a caller could tell from the titles that there are more than he sees."""
    states = [titled(f"d{n}", "Standard cover", "LES" if n else None) for n in range(3)]
    plans, clearances = library.plan(states)
    assert plans[OPEN_SET].document("d0").title == "Standard cover"
    assert plans[clearances["LES"]].document("d0").title == "Read from d0"


def test_what_was_there_before_is_changed_or_left_or_gone(library: Library) -> None:
    library.plan(state(name) for name in ("a", "b", "c"))
    plans, _ = library.plan([state("a"), state("b", title="Changed"), state("d")], ["c"])
    plan = plans[OPEN_SET]
    assert (list(plan.changed), plan.gone, plan.leaving) == (["b", "d"], ["c"], ["b", "c"])


def read(doc_id: str, drawn: tuple[str | None, str, str, str, str]) -> DocState:
    """Return a document of a file, with readings that depend on those of others."""
    label, title, number, day, refers = drawn
    readings = [
        Inferred("title", title, "properties", 0.9),
        Inferred("title", f"Memo {title}", "text", 0.5),
    ]
    if day == "order":
        readings.append(Inferred("date_order", "day-first", "text", 1.0))
    elif day:
        readings += [
            Inferred("issued", date(2001, 4, 5), "text", 0.9),
            Inferred("issued_text", day, "text", 0.9),
        ]
    if refers:
        named = Reference(refers, number=refers if refers[0].isdigit() else None)
        readings.append(Inferred("supersedes", (named,), "text", 0.9))
    sources = {"label": "sidecar", "number": "sidecar"}
    given_ = Document(doc_id=doc_id, label=label, number=number, sources=MappingProxyType(sources))
    file = {"file": f"{'xy'[len(doc_id) % 2]}/{doc_id}.pdf"}
    return DocState(doc_id, "/corpus", given_, "d", file_facts=file, inferred=tuple(readings))


READ = st.tuples(
    st.sampled_from([None, None, "LES", "odd"]),
    st.sampled_from(["Cover", "Own title"]),
    st.sampled_from(["11-1", "BOD 18-02", "7"]),
    st.sampled_from(["", "order", "04/05/2001"]),
    st.sampled_from(["", "11-1", "18-02", "a", "Memo Cover", "bb.pdf"]),
)
KEYS = st.sampled_from(["a", "bb", "c", "dd", "e", "ff"])


@given(st.lists(st.dictionaries(KEYS, st.none() | READ, min_size=1), min_size=1, max_size=5))
@settings(max_examples=120, deadline=None)
def test_a_history_of_changes_plans_what_planning_all_at_once_does(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[dict[str, tuple[str | None, str, str, str, str] | None]],
) -> None:
    """Titles, orders of dates and references hang on other documents: no change is overlooked."""
    folder = tmp_path_factory.getbasetemp()
    library, now = Library(folder), dict[str, DocState]()
    for step in steps:
        put = {key: read(key, drawn) for key, drawn in step.items() if drawn}
        gone = [key for key, drawn in step.items() if not drawn and key in now]
        now = {key: item for key, item in (now | put).items() if key not in gone}
        plans, clearances = library.plan(put.values(), gone)
        whole, others = Library(folder).plan(now.values())
        assert (clearances, plans.keys()) == (others, whole.keys())
        for name, plan in plans.items():
            assert documents(plan) == documents(whole[name])
            assert dict(plan.facts.members()) == dict(whole[name].facts.members())
            assert plan.facts.to_dict() == whole[name].facts.to_dict()
            assert plan.facts.total == whole[name].facts.total
            assert list(undecided([plan])) == list(undecided([whole[name]]))


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
