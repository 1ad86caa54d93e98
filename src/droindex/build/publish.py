"""From documents to a new generation: its sets are planned, written, signed and published."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from droindex.build.planning.facts import SetFacts
from droindex.build.planning.plan import Planner, undecided
from droindex.build.told import document_problems
from droindex.build.write import SetWriter, WrittenWith
from droindex.clearance.signatures import signature_of
from droindex.clearance.withdrawal import CurrentLabels, is_settled, withdraw_older
from droindex.engine.analysis import ANALYSIS_VERSION
from droindex.engine.entries import indexable_pages
from droindex.engine.profile import PROFILE_TERMS
from droindex.engine.schema import SCHEMA_VERSION
from droindex.engine.tantivy.engine import ENGINE
from droindex.errors import EngineError
from droindex.files.disk import PRIVATE_FILE, copy_file, link_file, modes_of, sum_file
from droindex.library.report import WrittenCounter
from droindex.library.session import PLACES
from droindex.library.state import UPDATE
from droindex.library.states import HELD, HIDDEN, PART, TOLD
from droindex.store.generation import DOCUMENTS, FORMAT, OPEN_SET
from droindex.store.table import table_damage
from droindex.synonyms.table import MAX_BRACKETS, MAX_PER_DOCUMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from droindex.build.planning.set_plan import SetPlan
    from droindex.build.start import Start
    from droindex.clearance.holding import Held
    from droindex.library.state import DocState
    from droindex.library.states import Changes
    from droindex.pages import Page
    from droindex.store.generation import Generation

__all__ = ["Change", "Publisher"]


class Change(NamedTuple):
    """What became of a document.

    Attributes:
        before: As it was; None for a new one.
        now: As it is; None for one that is gone.
    """

    before: DocState | None
    now: DocState | None


class Publisher:
    """Makes the next generation of a library.

    Args:
        start: What it starts from.
        held: The documents, under the labels that they have or keep.
        is_lost: Whether the text of a document is lost: it is in no set then.

    Attributes:
        held: The same documents.
        problems: What is uncertain of documents.
        lost: Ids of documents whose text is lost.
        changes: What became of the documents that are not as they were, by id.
    """

    def __init__(self, start: Start, held: Held, is_lost: Callable[[str], bool]) -> None:
        self._start = start
        self._store = start.store
        self._options = start.options
        self._config = start.config
        self.held = held
        self._states = held.states
        self._format: dict[str, Any] = {
            "format": FORMAT,
            "analysis": ANALYSIS_VERSION,
            "schema": SCHEMA_VERSION,
            "engine": ENGINE,
            "language": start.config.language,
            "passage_chars": start.options.settings.build.passage_chars,
            "profile_terms": PROFILE_TERMS,
            "acronyms": [MAX_BRACKETS, MAX_PER_DOCUMENT],
        }
        self._hidden = self._mark_hidden()
        self.lost = set(filter(is_lost, held.states)) if start.point.lost_texts else set()
        planner = Planner(start.config, held.states, start.states.layers, self._sums())
        self._touched = held.states.touched
        ranks = {rank for key, rank in self._hidden.items() if key not in self.lost}
        self._plans, self._clearances = planner.sets(self._hidden, ranks, self._touched, is_lost)
        self.problems = tuple(undecided(self._plans))
        self.changes: dict[str, Change] = {}
        self._keep_lines: Callable[[], None] = lambda: None
        self._is_due = False

    def _sums(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what was counted over each set, where it still holds."""
        last = self._start.generation
        if last is None or not self._start.may_build_upon or not self._has_same_format(last):
            return {}
        found: Mapping[str, Mapping[str, Any]] = self._start.states.meta["sets"]
        return found

    def _mark_hidden(self) -> dict[str, int | None]:
        """Note which documents are not open, and return them with their ranks."""
        marks, states, config = self._start.states, self._states, self._config
        last = self._start.generation
        has_same_labels = last is not None and last.manifest["labels"] == list(config.labels)
        labels = self.held.labels
        if not has_same_labels or not marks.meta:  # all may have another rank
            labels = {key: state.document_alone().label for key, state in states.all_states()}
        for key in states.gone:
            marks.mark(HIDDEN, key, None)
        for key, label in labels.items():
            rank = self._start.rank(label)
            marks.mark(HIDDEN, key, None if rank == 0 else json.dumps(rank).encode())
        return {key: json.loads(value) for key, value in marks.marked(HIDDEN)}

    def keep_lines(self, keep: Callable[[], None], *, is_due: bool) -> None:
        """Have something kept with the documents.

        Args:
            keep: Keeps it.
            is_due: Whether a generation is to be published for it alone.
        """
        self._keep_lines = keep
        self._is_due = is_due

    def publish(self, load_pages: Callable[[str], tuple[Page, ...]]) -> Generation:
        """Write the generation and make it the one that answers; the last one, if it is the same.

        Args:
            load_pages: Returns the text of a document.
        """
        # Before anything is published: a build that is stopped here remembers too much at worst.
        self.held.memory.save(self._store.folder)
        last = self._start.generation
        if last is not None and self._is_up_to_date(last):
            self._store.sweep()
            return last
        draft = self._store.draft()
        try:
            manifest = self._write(draft, load_pages)
            keep = self._options.settings.build.keep_generations
            return self._store.publish(draft, manifest, last, keep)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise

    # whether anything is to be done -----------------------------------------------------------

    def _is_up_to_date(self, last: Generation) -> bool:
        """Whether the last generation says all that the next one would say."""
        return (
            not self._touched
            and not self._is_due
            and self._may_stay()
            and self._has_same_sets(last)
            and self._config.to_dict() == last.manifest["config"]
            and self._has_same_format(last)
            and bool(self._start.states.meta)
            and not self._start.is_moved
        )

    def _may_stay(self) -> bool:
        point = self._start.point
        return point.is_named and not point.damaged and not self._options.compact

    def _has_same_names(self, last: Generation) -> bool:
        return {plan.name for plan in self._plans} == set(
            last.manifest["sets"]
        ) and self._clearances == last.manifest["clearances"]

    def _has_same_sets(self, last: Generation) -> bool:
        changes = any(plan.changed or plan.gone for plan in self._plans)
        return self._has_same_names(last) and not changes

    def _has_same_format(self, last: Generation) -> bool:
        return all(last.manifest.get(key) == value for key, value in self._format.items())

    # writing ----------------------------------------------------------------------------------

    def _write(self, draft: Path, load_pages: Callable[[str], tuple[Page, ...]]) -> dict[str, Any]:
        """Write all of the generation but its manifest, which is returned."""
        self._keep_signatures()
        is_settled = self._is_settled()
        signing = _Signing(self._states, load_pages)
        sets = self._write_sets(draft, signing.load_pages)
        self._keep_documents(signing)
        self._keep_lines()
        names, linked = self._start.states.layers.write(draft, draft.name.removeprefix("draft-"))
        self._link_layers(draft, linked)
        self.held.memory.save(draft)
        if not is_settled:
            self._withdraw_older()
        return {
            **self._format,
            "config": self._config.to_dict(),
            "labels": list(self._config.labels),
            "clearances": self._clearances,
            "corpora": sorted(self._origins.keys() - {UPDATE}),
            "sets": sets,
            "state": list(names),
        }

    def _link_layers(self, draft: Path, linked: Iterable[str]) -> None:
        """Have the layers that stay in the next generation: each lies on the disk twice.

        Generations take turns: what damages one of them leaves the one before it whole.
        """
        last = self._start.generation
        assert last is not None or not linked
        for name in linked:
            assert last is not None
            facts = last.manifest["files"][name]
            twin = self._store.twin_of(last, name)
            if twin is not None and sum_file(twin) == facts:
                link_file(twin, draft / name, PRIVATE_FILE)
                continue
            copy_file(last.folder / name, draft / name, PRIVATE_FILE)
            if sum_file(draft / name) != facts:  # else what is damaged would count as sound
                raise table_damage(name)

    def _keep_documents(self, signing: _Signing) -> None:
        """Keep the documents for the next build, and what is said of all of them together."""
        kept, states = self._start.states, self._states
        before = {key: kept.as_written(key) for key in self._to_keep()}
        self._origins = self._origins_now(before)
        for key in states.gone:
            kept.drop(key)
            for letter in (HELD, TOLD, PART):
                kept.mark(letter, key, None)
        for key, old in before.items():
            state = self._as_kept(key) if key in states else None
            self.changes[key] = Change(old, state)
            if state is not None:
                signing.sign(state)
                kept.put(state)
                kept.mark(HELD, key, b"" if state.held else None)
                is_part = state.file_id != key
                kept.mark(PART, key, state.file_id.encode() if is_part else None)
                kept.mark(TOLD, key, b"" if self._is_told(state) else None)
        kept.put_meta(
            {
                "origins": self._origins,
                "labelled": self.held.memory.digest,
                "sets": {plan.name: plan.facts.to_dict() for plan in self._plans},
            }
        )

    def _as_kept(self, doc_id: str) -> DocState:
        """Return a document with the fingerprints of now."""
        members = ((plan.name, plan.facts.get(doc_id)) for plan in self._plans)
        prints = {name: member.fingerprint for name, member in members if member is not None}
        state = replace(self._states[doc_id], fingerprints=prints)
        if doc_id in self._states.changed:
            self._states.put(state)
        return state

    def _origins_now(self, before: Mapping[str, DocState | None]) -> dict[str, int]:
        """Return how many documents are of each origin."""
        origins = Counter(self._start.states.origins())
        for key, old in before.items():
            if old is not None:
                origins[old.origin] -= 1
            if key in self._states:
                origins[self._states[key].origin] += 1
        return {origin: count for origin, count in sorted(origins.items()) if count}

    def _to_keep(self) -> Iterable[str]:
        """Return the ids of the documents that are not to be kept as they were."""
        last = self._start.generation
        if last is None or not self._start.states.meta or not self._has_same_names(last):
            self._forget_sets(last)
            return [*{*self._states, *self._touched}]
        if self._start.is_moved:
            return [*self._states]
        changed = (key for plan in self._plans for key in (*plan.changed, *plan.gone))
        return sorted({*self._touched, *changed, *self.lost})

    def _forget_sets(self, last: Generation | None) -> None:
        """Forget what was counted of sets that there are no more."""
        names = {plan.name for plan in self._plans}
        for name in last.manifest["sets"] if last else ():
            if name not in names:
                SetFacts(self._start.states.layers, name, None)

    def _is_told(self, state: DocState) -> bool:
        """Whether anything of a document is to be told with each build."""
        return next(document_problems((state,), self._config.labels), None) is not None

    def _write_sets(
        self, draft: Path, load_pages: Callable[[str], tuple[Page, ...]]
    ) -> dict[str, Any]:
        sources = {plan.name: self._source(plan) for plan in self._plans}
        written_with = WrittenWith(
            self._config,
            self._options.engine.analyzer(self._config.language),
            self._options.engine,
            self._options.settings.build,
            self._format,
        )
        total = sum(
            len(plan.changed) if sources[plan.name] else len(plan.facts) for plan in self._plans
        )
        counter = WrittenCounter(total, self._options.progress)
        sets: dict[str, Any] = {}
        for plan in self._plans:
            source, target = sources[plan.name], draft / plan.name
            target.mkdir(mode=modes_of(is_public=plan.name == OPEN_SET)[1])
            writer = SetWriter(
                plan,
                written_with,
                load_pages=load_pages,
                check_read=partial(self._start.texts.check, plan.name),
                on_written=counter.count,
            )
            sets[plan.name] = writer.write(target, source)
            sets[plan.name]["corpora"] = _write_places(target, plan)
            self._check(target, plan)
        return sets

    def _check(self, target: Path, plan: SetPlan) -> None:
        """Refuse a set that holds more or fewer documents than it was to hold."""
        num_docs = self._options.engine.reader(target / DOCUMENTS).num_docs
        if num_docs != len(plan.facts):
            raise EngineError(
                f"The set {plan.name} holds {num_docs} documents instead of {len(plan.facts)}."
            )

    def _source(self, plan: SetPlan) -> Path | None:
        """Return the set to start from; None where it must be written anew."""
        last = self._start.generation
        if last is None or not self._can_start_from(last, plan):
            return None
        plan.layout = last.manifest["sets"][plan.name]["layout"]
        return last.folder / plan.name

    def _can_start_from(self, last: Generation, plan: SetPlan) -> bool:
        return (
            plan.name in last.manifest["sets"]
            and plan.name not in self._start.point.damaged
            and not self._options.compact
            and self._has_same_format(last)
            and bool(self._start.states.meta)
        )

    # what older generations must not show -----------------------------------------------------

    def _is_settled(self) -> bool:
        """Whether older generations show nothing that their callers may not see any more."""
        last = self._start.generation
        if last is None:
            return True
        return (
            last.manifest["labels"] == list(self._config.labels)
            and self._has_same_names(last)
            and is_settled(self._start.states, self._states, self._touched, self._hidden)
        )

    def _withdraw_older(self) -> None:
        """Mark what older generations would show to callers who may not see it any more."""
        states, hidden = self._states, self._hidden
        ranks = {key: hidden.get(key, 0) for key in states}
        withdraw_older(self._store.readable(), CurrentLabels(states, ranks, self._config.labels))

    def _keep_signatures(self) -> None:
        """Take over what is known of texts that did not change."""
        for key, state in self._states.changed.items():
            old = self._states.old.get(key)
            if state.signature is None and old is not None and old.digest == state.digest:
                state.signature = old.signature


class _Signing:
    """Reads texts for the sets, and signs each the first time that it is read."""

    def __init__(self, states: Changes, load_pages: Callable[[str], tuple[Page, ...]]) -> None:
        self._states = states
        self._load_pages = load_pages

    def load_pages(self, doc_id: str) -> tuple[Page, ...]:
        """Return the text of a document in the form that is indexed."""
        pages = indexable_pages(self._load_pages(doc_id))
        state = self._states.changed.get(doc_id)
        if state is not None and state.signature is None:
            state.signature = signature_of(pages)
        return pages

    def sign(self, state: DocState) -> None:
        """Sign what stands in a set, and what an older version wrote."""
        if state.signature is None and state.fingerprints:
            state.signature = signature_of(self.load_pages(state.doc_id))


def _write_places(target: Path, plan: SetPlan) -> list[str]:
    """Return the corpora of a set; keep which document is from which, if there are several."""
    corpora = [origin for origin in plan.facts.origins() if origin != UPDATE]
    if len(corpora) > 1:
        members = plan.facts.members()
        places = {key: corpora.index(own.origin) for key, own in members if own.origin != UPDATE}
        (target / PLACES).write_bytes(json.dumps(places, sort_keys=True).encode())
    return corpora
