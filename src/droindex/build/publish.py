"""From documents to a new generation: its sets are planned, written, signed and published."""

from __future__ import annotations

import json
import shutil
from functools import partial
from typing import TYPE_CHECKING, Any

from droindex.build.plan import Planner
from droindex.build.write import SetWriter, WrittenWith
from droindex.clearance.signatures import signature_of
from droindex.clearance.withdrawal import CurrentLabels, is_settled, withdraw_older
from droindex.engine.analysis import ANALYSIS_VERSION
from droindex.engine.entries import indexable_pages
from droindex.engine.profile import PROFILE_TERMS
from droindex.engine.schema import SCHEMA_VERSION
from droindex.engine.tantivy.engine import ENGINE
from droindex.errors import EngineError
from droindex.files.disk import modes_of
from droindex.library.report import Progress
from droindex.library.session import PLACES
from droindex.library.state import UPDATE, save_state
from droindex.store.generation import DOCUMENTS, FORMAT, OPEN_SET
from droindex.synonyms.table import MAX_BRACKETS, MAX_PER_DOCUMENT, load_definitions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from droindex.build.start import Start
    from droindex.build.write import SetPlan
    from droindex.clearance.holding import Held
    from droindex.library.state import DocState
    from droindex.pages import Page
    from droindex.store.generation import Generation
    from droindex.synonyms.table import Definitions

__all__ = ["Publisher"]


class Publisher:
    """Makes the next generation of a library.

    Args:
        start: What it starts from.
        held: The documents, under the labels that they have or keep.
        lost: Ids of documents whose text is lost: they are in no set.
    """

    def __init__(self, start: Start, held: Held, lost: Collection[str]) -> None:
        self._start = start
        self._store = start.store
        self._options = start.options
        self._config = start.config
        self._memory = held.memory
        self._states = held.states
        self._ranks = {key: start.rank(document.label) for key, document in held.documents.items()}
        planner = Planner(start.config, start.states)
        self._plans, self._clearances = planner.sets(held.states, self._ranks, lost)
        self.problems = tuple(planner.problems)
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

    def publish(self, load_pages: Callable[[str], tuple[Page, ...]]) -> Generation:
        """Write the generation and make it the one that answers; the last one, if it is the same.

        Args:
            load_pages: Returns the text of a document.
        """
        # Before anything is published: a build that is stopped here remembers too much at worst.
        self._memory.save(self._store.folder)
        last = self._start.generation
        if last is not None and self._is_up_to_date(last):
            self._store.sweep()
            return last
        draft = self._store.draft()
        try:
            manifest = self._write(draft, load_pages)
            self._withdraw_older()
            keep = self._options.settings.build.keep_generations
            return self._store.publish(draft, manifest, last, keep)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise

    # whether anything is to be done -----------------------------------------------------------

    def _is_up_to_date(self, last: Generation) -> bool:
        """Whether the last generation says all that the next one would say."""
        return (
            self._may_stay()
            and self._has_same_sets(last)
            and self._config.to_dict() == last.manifest["config"]
            and self._has_same_format(last)
            and self._has_same_states()
        )

    def _may_stay(self) -> bool:
        point = self._start.point
        return point.is_named and not point.damaged and not self._options.compact

    def _has_same_sets(self, last: Generation) -> bool:
        return (
            {plan.name for plan in self._plans} == set(last.manifest["sets"])
            and self._clearances == last.manifest["clearances"]
            and not any(plan.changed or plan.gone for plan in self._plans)
        )

    def _has_same_format(self, last: Generation) -> bool:
        return all(last.manifest.get(key) == value for key, value in self._format.items())

    def _has_same_states(self) -> bool:
        old = self._start.states
        return self._states.keys() == old.keys() and all(
            state is old[key] for key, state in self._states.items()
        )

    # writing ----------------------------------------------------------------------------------

    def _write(self, draft: Path, load_pages: Callable[[str], tuple[Page, ...]]) -> dict[str, Any]:
        """Write all of the generation but its manifest, which is returned."""
        self._keep_signatures()
        signing = _Signing(self._states, load_pages)
        sets = self._write_sets(draft, signing.load_pages)
        for state in self._states.values():
            state.fingerprints = {
                plan.name: plan.fingerprints[state.doc_id]
                for plan in self._plans
                if state.doc_id in plan.fingerprints
            }
        signing.sign_others()
        save_state(draft, self._states)
        self._memory.save(draft)
        return {
            **self._format,
            "config": self._config.to_dict(),
            "labels": list(self._config.labels),
            "clearances": self._clearances,
            "corpora": sorted({state.origin for state in self._states.values()} - {UPDATE}),
            "sets": sets,
        }

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
        counter = _Counter(self._plans, sources, self._options.progress)
        sets: dict[str, Any] = {}
        for plan in self._plans:
            source, target = sources[plan.name], draft / plan.name
            target.mkdir(mode=modes_of(is_public=plan.name == OPEN_SET)[1])
            writer = SetWriter(
                plan,
                written_with,
                load_pages=load_pages,
                load_profile=partial(self._start.texts.profile_of, plan.name),
                on_written=counter.count,
            )
            sets[plan.name] = writer.write(target, source, self._definitions(plan, source))
            sets[plan.name]["corpora"] = _write_places(target, plan, self._states)
            self._check(target, plan)
        return sets

    def _check(self, target: Path, plan: SetPlan) -> None:
        """Refuse a set that holds more or fewer documents than it was to hold."""
        num_docs = self._options.engine.reader(target / DOCUMENTS).num_docs
        if num_docs != len(plan.fingerprints):
            raise EngineError(
                f"The set {plan.name} holds {num_docs} documents instead of "
                f"{len(plan.fingerprints)}."
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
        )

    def _definitions(self, plan: SetPlan, source: Path | None) -> Definitions:
        """Return what the documents of the set to start from define."""
        last = self._start.generation
        return {} if source is None or last is None else load_definitions(last, plan.name)

    # what older generations must not show -----------------------------------------------------

    def _withdraw_older(self) -> None:
        """Mark what older generations would show to callers who may not see it any more."""
        start = self._start
        if start.generation is None:
            return
        current = CurrentLabels(self._states, self._ranks, self._config.labels)
        has_same_labels = start.generation.manifest["labels"] == list(self._config.labels)
        if has_same_labels and is_settled(current, start.states, start.members):
            return
        withdraw_older(self._store.readable(), current)

    def _keep_signatures(self) -> None:
        """Take over what is known of texts that did not change."""
        for key, state in self._states.items():
            old = self._start.states.get(key)
            if state.signature is None and old is not None and old.digest == state.digest:
                state.signature = old.signature


class _Counter:
    """Tells how many documents were written of all that there are to write."""

    def __init__(
        self,
        plans: Sequence[SetPlan],
        sources: Mapping[str, Path | None],
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._progress = progress
        self._done = 0
        self._total = sum(
            len(plan.changed) if sources[plan.name] else len(plan.fingerprints) for plan in plans
        )

    def count(self) -> None:
        """Count one more."""
        self._done += 1
        if self._progress:
            self._progress(Progress("writing", self._done, self._total))


class _Signing:
    """Reads texts for the sets, and signs each the first time that it is read."""

    def __init__(
        self, states: Mapping[str, DocState], load_pages: Callable[[str], tuple[Page, ...]]
    ) -> None:
        self._states = states
        self._load_pages = load_pages

    def load_pages(self, doc_id: str) -> tuple[Page, ...]:
        """Return the text of a document in the form that is indexed."""
        pages = indexable_pages(self._load_pages(doc_id))
        state = self._states[doc_id]
        if state.signature is None:
            state.signature = signature_of(pages)
        return pages

    def sign_others(self) -> None:
        """Sign what stands in a set that an older version wrote."""
        for doc_id, state in self._states.items():
            if state.signature is None and state.fingerprints:
                self.load_pages(doc_id)


def _write_places(target: Path, plan: SetPlan, states: Mapping[str, DocState]) -> list[str]:
    """Return the corpora of a set; keep which document is from which, if there are several."""
    origins = {key: states[key].origin for key in plan.fingerprints}
    corpora = sorted(set(origins.values()) - {UPDATE})
    if len(corpora) > 1:
        places = {key: corpora.index(own) for key, own in origins.items() if own != UPDATE}
        (target / PLACES).write_bytes(json.dumps(places, sort_keys=True).encode())
    return corpora
