"""Builds and updates: from what changed to a new generation, all of it or nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex.build.changes import (
    DIGEST_CHARS,
    Gathered,
    PageSpool,
    gather_folder,
    gather_records,
    read_entry_pages,
)
from droindex.build.memory import give_back
from droindex.build.plan import Planner
from droindex.build.telling import (
    damage_problems,
    document_problems,
    in_order,
    label_problems,
)
from droindex.build.write import SetPlan, write_set
from droindex.clearance.label_memory import Held, Labelled, hold, load_labelled, text_print
from droindex.clearance.ranks import rank_of, restriction
from droindex.clearance.signatures import signature_of
from droindex.clearance.withdrawal import Today, is_settled, withdraw_older
from droindex.corpus.config import CorpusConfig, Problem, load_config
from droindex.corpus.documents import check_document, says_open
from droindex.engine.analysis import ANALYSIS_VERSION
from droindex.engine.entries import indexable_pages, owner_number
from droindex.engine.profile import PROFILE_TERMS
from droindex.engine.schema import SCHEMA_VERSION
from droindex.engine.tantivy.engine import ENGINE, TANTIVY
from droindex.errors import (
    CorpusError,
    DocumentError,
    DroindexError,
    EngineError,
    IndexDamagedError,
    RemovalsRefusedError,
    SettingsError,
)
from droindex.files.disk import PRIVATE_FOLDER, StorageErrors
from droindex.library.problems import save_problems
from droindex.library.reader import DOCUMENTS, OPEN_SET
from droindex.library.report import BuildReport, Progress
from droindex.library.session import PLACES
from droindex.library.state import (
    UPDATE,
    DocState,
    exported_error,
    load_state,
    save_state,
)
from droindex.library.stored_texts import StoredTexts, drop_prints
from droindex.metadata.infer.inference import choose
from droindex.problems import is_record_file
from droindex.settings import Settings, default_workers
from droindex.store.damage import verify_library
from droindex.store.store import FORMAT, Generation, Store
from droindex.synonyms.table import MAX_BRACKETS, MAX_PER_DOCUMENT, load_definitions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from droindex.engine.protocol import Engine
    from droindex.model import Document, Page
    from droindex.synonyms.table import Definitions

__all__ = ["BuildOptions", "build", "update"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """How a build is done; see `Library.build` for the meaning of each value.

    Attributes:
        engine: What the library is written with.
    """

    settings: Settings = field(default_factory=Settings)
    allow_removals: bool = False
    compact: bool = False
    workers: int | None = None
    cache: Path | None = None
    wait_s: float = 0.0
    progress: Callable[[Progress], None] | None = None
    confirm_open: tuple[str, ...] = ()
    engine: Engine = TANTIVY


def build(corpus: Path, folder: Path, options: BuildOptions) -> BuildReport:
    """Bring a library up to date with a corpus; see `Library.build`."""
    is_record_file(corpus)  # refuses what is no corpus
    config, problems = load_config(corpus)
    store = Store(folder)
    with StorageErrors(folder), store.locked(options.wait_s):
        report = _mending(store, lambda: _Job(store, options, config).build(corpus, [*problems]))
        save_problems(folder, report.problems)
    give_back()
    return report


def update(
    folder: Path, documents: Iterable[Document], remove: Iterable[str], options: BuildOptions
) -> BuildReport:
    """Put documents into a library and take others out; see `Library.update`."""
    store = Store(folder)
    if isinstance(remove, str):
        raise DocumentError(
            f"`remove` is the text {remove!r} and should be a list of ids.",
            hint=f"Nothing was changed. Give remove=[{remove!r}].",
        )
    given, gone = tuple(documents), tuple(remove)
    with StorageErrors(folder), store.locked(options.wait_s):
        report = _mending(store, lambda: _Job(store, options, None).update(given, gone))
    give_back()
    return report


def _mending(store: Store, job: Callable[[], BuildReport]) -> BuildReport:
    """Run a job; where it meets damage that nobody knew of, find all of it and run it again.

    Raises:
        IndexDamagedError, EngineError: what the job raised, where all files are sound.
    """
    try:
        return job()
    except (IndexDamagedError, EngineError):
        if not verify_library(store.folder, store.names(), store.generations_folder).damages:
            raise
    return job()


class _Job:
    """One build or update, while it holds the lock."""

    def __init__(self, store: Store, options: BuildOptions, config: CorpusConfig | None) -> None:
        self._store = store
        self._engine = options.engine
        self._options = options
        self._settings = options.settings
        self._start = store.base()
        self._base = self._start.generation
        if self._base is not None and "exported" in self._base.manifest:
            raise exported_error(self._base)
        if config is None and self._base is not None:
            config = self._base.config()
        self._config = config or CorpusConfig()
        self._old = load_state(self._base) if self._base else {}
        self._given_pages: dict[str, tuple[Page, ...]] = {}
        self._old_prints = {key: _prints_key(state) for key, state in self._old.items()}
        self._old_members = {
            key: (frozenset(state.prints), state.digest) for key, state in self._old.items()
        }
        for state in self._old.values():
            drop_prints(state, self._start.lost_texts)
        self._texts = StoredTexts(store, self._start, self._old, self._engine)
        self._lost: set[str] = set()
        self._uncertain: tuple[Problem, ...] = ()
        self._memory = self._remembered()

    def build(self, corpus: Path, problems: list[Problem]) -> BuildReport:
        origin = self._origin(corpus)
        self._check_config(origin)
        mine = {key: state for key, state in self._old.items() if state.origin == origin}
        with ExitStack() as stack:
            spool = stack.enter_context(PageSpool(self._store.folder))
            gathered = self._gather(corpus, origin, mine, spool)
            gathered.problems[:0] = problems
            if not gathered.states and not mine:
                raise CorpusError(
                    f"{corpus} holds no documents.",
                    slug="corpus-empty",
                    hint="Put .pdf, .html, .txt or .md files there, or give another folder.",
                )
            states = self._combine(gathered, mine, origin)

            def is_read(doc_id: str) -> bool:  # the text of one that was left out is not taken
                is_mine = states[doc_id].origin == origin
                return is_mine and (doc_id in spool or doc_id in gathered.records)

            gathered.problems += self._leave_out_twins(states)
            held = self._hold(states, gathered.left_out)
            states = held.states
            self._find_lost(states, is_read)
            records = stack.enter_context(corpus.open("rb")) if gathered.records else None

            def load_pages(doc_id: str) -> tuple[Page, ...]:
                if not is_read(doc_id):
                    return self._texts.pages_of(doc_id)
                if records is None or doc_id in spool:
                    return spool.get(doc_id)
                return read_entry_pages(records, gathered.records[doc_id], corpus.name)

            generation = self._write(held, load_pages)
        return self._report(held, gathered.problems, generation, origin)

    def update(self, documents: Sequence[Document], remove: Sequence[str]) -> BuildReport:
        if not self._start.is_newest:  # what came by updates since then has no other source
            raise IndexDamagedError(
                f"The newest generation of {self._store.folder} is damaged.",
                hint="Go back to a sound one with: droindex rollback --index DIR",
            )
        states = dict(self._old)
        for doc_id in remove:
            if states.pop(doc_id, None) is None:
                raise DocumentError(
                    f"There is no document {doc_id!r} to remove.",
                    hint="Nothing was changed. Leave it out of `remove`.",
                )
        for document in documents:
            sound = check_document(document, self._settings.build)
            if self._rank(sound.label) is None:
                raise DocumentError(
                    f"Document {sound.doc_id!r} has the label {sound.label!r}, "
                    "which this library does not list.",
                    hint=f"Nothing was changed. Its labels: {', '.join(self._config.labels)}.",
                )
            states[sound.doc_id] = _state_of_update(sound, says_open=says_open(document))
            self._given_pages[sound.doc_id] = sound.pages
        if twins := self._leave_out_twins(states):
            raise DocumentError(
                twins[0].message, hint="Nothing was changed. Give the document another id."
            )
        held = self._hold(states)
        self._find_lost(held.states, self._given_pages.__contains__)
        generation = self._write(held, self._pages_of)
        return self._report(held, [], generation, UPDATE)

    # what there is ----------------------------------------------------------------------------

    def _remembered(self) -> Labelled | None:
        """Return what the library remembers of labels; None where it has noted nothing yet."""
        generations = []
        for name in self._store.names():
            with suppress(DroindexError):  # one that cannot be opened has no copy to read
                generations.append(self._store.load(name))
        return load_labelled(self._store.folder, generations)

    def _hold(self, states: dict[str, DocState], left_out: Sequence[DocState] = ()) -> Held:
        """Keep hidden what lost its label without a word of anybody."""
        return hold(
            states,
            self._old,
            self._memory,
            left_out=left_out,
            confirmed=self._options.confirm_open,
        )

    def _origin(self, corpus: Path) -> str:
        """Return the name under which a corpus's documents are remembered: its place."""
        here = str(corpus.resolve())
        known = {state.origin for state in self._old.values()} - {UPDATE}
        if here not in known and len(known) == 1:
            before = next(iter(known))
            if not Path(before).exists():  # the corpus was moved, and so are its documents
                for state in self._old.values():
                    if state.origin == before:
                        state.origin = here
                if self._memory is not None:
                    self._memory = self._memory.moved(before, here)
        return here

    def _check_config(self, origin: str) -> None:
        """Refuse labels that another corpus of this library does not list in the same way."""
        if self._base is None:
            return
        before = self._base.config().labels
        for other in {state.origin for state in self._old.values()} - {UPDATE, origin}:
            place = Path(other)
            theirs = load_config(place)[0].labels if place.exists() else before
            if theirs != self._config.labels:
                raise SettingsError(
                    f"The corpus {other} of this library lists other labels.",
                    hint="Give both the same `labels` in corpus.toml, or build two libraries.",
                )

    def _gather(
        self, corpus: Path, origin: str, mine: dict[str, DocState], spool: PageSpool
    ) -> Gathered:
        if not corpus.is_dir():
            return gather_records(corpus, origin, self._config, mine, self._settings)
        from droindex.extract.cache import ExtractionCache  # noqa: PLC0415 - only for files

        options = self._options
        workers = default_workers() if options.workers is None else options.workers
        if options.cache is None:  # the key lies where only this library's writers come to
            cache = ExtractionCache(self._store.cache_folder, self._store.folder)
        else:
            cache = ExtractionCache(options.cache)
        return gather_folder(
            corpus,
            origin,
            self._config,
            mine,
            spool,
            settings=self._settings,
            cache=cache,
            workers=workers,
            progress=options.progress,
            seen=self._memory.names() if self._memory is not None else (),
            library=self._store.folder,
        )

    def _combine(
        self, gathered: Gathered, mine: dict[str, DocState], origin: str
    ) -> dict[str, DocState]:
        """Return all documents of the library as they are to be; refuses to lose many at once."""
        for doc_id in gathered.kept - gathered.states.keys():
            gathered.states[doc_id] = mine[doc_id]
        gone = sorted(mine.keys() - gathered.states.keys())
        share = self._settings.build.max_removal_share
        if gone and len(gone) > share * len(mine) and not self._options.allow_removals:
            raise RemovalsRefusedError(
                f"{len(gone)} of {len(mine)} documents of this corpus are gone, "
                f"for example {gone[0]!r}; more than {share:.0%} is not removed unasked.",
                doc_ids=tuple(gone),
            )
        states = {key: state for key, state in self._old.items() if key not in mine}
        for doc_id, state in gathered.states.items():
            other = states.get(doc_id)
            if other is None:
                states[doc_id] = state
                continue
            # An open document must not vanish because another corpus has a labelled one of its
            # id. What came through an update stays: it may be there to label this very document.
            is_opener = other.origin != UPDATE and self._restriction(state) < self._restriction(
                other
            )
            if is_opener:
                states[doc_id] = state
            taken, left_out = (state, other) if is_opener else (other, state)
            gathered.left_out.append(left_out)
            why = ", being the less restricted" if is_opener else ""
            gathered.problems.append(
                Problem(
                    str(left_out.base.get("file", doc_id)),
                    "duplicate-doc-id",
                    f"The id {doc_id!r} is that of a document from {taken.origin} too, which is "
                    f"taken{why}; the one from {left_out.origin} is left out. Rename it.",
                )
            )
        return states

    def _leave_out_twins(self, states: dict[str, DocState]) -> list[Problem]:
        """Leave out documents whose ids were made to have one number; the engine tells by it.

        The least restricted stays, so that no labelled document can hide an open one.
        """
        by_number: dict[int, list[str]] = {}
        for doc_id in states:
            by_number.setdefault(owner_number(doc_id), []).append(doc_id)
        if len(by_number) == len(states):
            return []
        problems = []
        for twins in by_number.values():
            stays, *rest = sorted(twins, key=lambda key: (self._restriction(states[key]), key))
            for doc_id in rest:
                place = str(states.pop(doc_id).base.get("file", doc_id))
                why = (
                    f"The id {doc_id!r} has the same hash as {stays!r}; it is left out. Rename it."
                )
                problems.append(Problem(place, "duplicate-doc-id", why))
        return sorted(problems, key=lambda problem: problem.file)

    def _find_lost(self, states: dict[str, DocState], is_read: Callable[[str], bool]) -> None:
        """Find the documents whose text was only in a set that is damaged."""
        if self._start.lost_texts:
            self._lost = {key for key in states if not is_read(key) and not self._texts.holds(key)}

    # writing ----------------------------------------------------------------------------------

    def _write(self, held: Held, load_pages: Callable[[str], tuple[Page, ...]]) -> Generation:
        states = held.states
        ranks = {key: self._rank(document.label) for key, document in held.documents.items()}
        # Before anything is published: a build that is stopped here remembers too much at worst.
        held.memory.save(self._store.folder)
        planner = self._planner()
        plans, clearances = planner.sets(states, ranks, self._lost)
        self._uncertain = tuple(planner.problems)
        if self._base is not None and not self._differs(states, plans, clearances):
            self._store.sweep()
            return self._base
        draft = self._store.draft()
        try:
            self._keep_signatures(states)
            signing = _Signing(states, load_pages)
            sets = self._write_sets(draft, plans, states, signing.load_pages)
            for state in states.values():
                state.prints = {
                    plan.name: plan.prints[state.doc_id]
                    for plan in plans
                    if state.doc_id in plan.prints
                }
            signing.sign_others()
            save_state(draft, states)
            held.memory.save(draft)
            manifest = {
                **self._format(),
                "config": self._config.to_dict(),
                "labels": list(self._config.labels),
                "clearances": clearances,
                "corpora": sorted({state.origin for state in states.values()} - {UPDATE}),
                "sets": sets,
            }
            self._withdraw_older(states, ranks)
            keep = self._settings.build.keep_generations
            return self._store.publish(draft, manifest, self._base, keep)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise

    def _withdraw_older(self, states: dict[str, DocState], ranks: dict[str, int | None]) -> None:
        """Mark what older generations would show to callers who may not see it any more."""
        if self._base is None:
            return
        today = Today(states, ranks, self._config.labels)
        same_labels = self._base.manifest["labels"] == list(self._config.labels)
        if same_labels and is_settled(today, self._old, self._old_members):
            return
        older = []
        for name in self._store.names():
            with suppress(DroindexError):  # what cannot be opened shows nothing to anybody
                older.append(self._store.load(name))
        withdraw_older(older, today)

    def _keep_signatures(self, states: Mapping[str, DocState]) -> None:
        """Take over what is known of texts that did not change."""
        for key, state in states.items():
            old = self._old.get(key)
            if state.signature is None and old is not None and old.digest == state.digest:
                state.signature = old.signature

    def _format(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "analysis": ANALYSIS_VERSION,
            "schema": SCHEMA_VERSION,
            "engine": ENGINE,
            "language": self._config.language,
            "passage_chars": self._settings.build.passage_chars,
            "profile_terms": PROFILE_TERMS,
            "acronyms": [MAX_BRACKETS, MAX_PER_DOCUMENT],
        }

    def _write_sets(
        self,
        draft: Path,
        plans: list[SetPlan],
        states: dict[str, DocState],
        load_pages: Callable[[str], tuple[Page, ...]],
    ) -> dict[str, Any]:
        sources = {plan.name: self._source(plan) for plan in plans}
        total = sum(len(plan.changed) if sources[plan.name] else len(plan.prints) for plan in plans)
        done = 0

        def on_written() -> None:
            nonlocal done
            done += 1
            if self._options.progress:
                self._options.progress(Progress("writing", done, total))

        analyzer = self._engine.analyzer(self._config.language)
        sets: dict[str, Any] = {}
        for plan in plans:
            target = draft / plan.name
            target.mkdir(mode=0o777 if plan.name == OPEN_SET else PRIVATE_FOLDER)
            sets[plan.name] = write_set(
                plan,
                target,
                sources[plan.name],
                definitions=self._definitions(plan) if sources[plan.name] else {},
                load_pages=load_pages,
                load_profile=partial(self._texts.profile_of, plan.name),
                config=self._config,
                analyzer=analyzer,
                engine=self._engine,
                settings=self._settings.build,
                versions=self._format(),
                on_written=on_written,
            )
            sets[plan.name]["corpora"] = _write_places(target, plan, states)
            held = self._engine.reader(target / DOCUMENTS).num_docs
            if held != len(plan.prints):
                raise EngineError(
                    f"The set {plan.name} holds {held} documents instead of {len(plan.prints)}."
                )
        return sets

    def _definitions(self, plan: SetPlan) -> Definitions:
        """Return what the documents of the set to start from define."""
        assert self._base is not None
        return load_definitions(self._base, plan.name)

    def _planner(self) -> Planner:
        return Planner(self._config, self._old)

    def _rank(self, label: str | None) -> int | None:
        return rank_of(label, self._config.labels)

    def _restriction(self, state: DocState) -> float:
        return restriction(state.document(choose(state.inferred)).label, self._config.labels)

    def _source(self, plan: SetPlan) -> Path | None:
        """Return the set to start from; None where it must be written anew."""
        base = self._base
        if base is None or not self._can_start_from(base, plan):
            return None
        plan.layout = base.manifest["sets"][plan.name]["layout"]
        return base.folder / plan.name

    def _can_start_from(self, base: Generation, plan: SetPlan) -> bool:
        return (
            plan.name in base.manifest["sets"]
            and plan.name not in self._start.damaged
            and not self._options.compact
            and all(base.manifest.get(key) == value for key, value in self._format().items())
        )

    def _differs(
        self, states: dict[str, DocState], plans: list[SetPlan], clearances: dict[str, str]
    ) -> bool:
        base = self._base
        assert base is not None
        manifest = base.manifest
        return (
            self._options.compact
            or not self._start.is_named
            or bool(self._start.damaged)
            or any(plan.changed or plan.gone for plan in plans)
            or {plan.name for plan in plans} != set(manifest["sets"])
            or clearances != manifest["clearances"]
            or self._config.to_dict() != manifest["config"]
            or any(manifest.get(key) != value for key, value in self._format().items())
            or states.keys() != self._old.keys()
            or any(state is not self._old[key] for key, state in states.items())
        )

    def _pages_of(self, doc_id: str) -> tuple[Page, ...]:
        """Return the text of a document of an update: as given, or as it is stored."""
        given = self._given_pages.get(doc_id)
        return given if given is not None else self._texts.pages_of(doc_id)

    # telling ----------------------------------------------------------------------------------

    def _report(
        self,
        held: Held,
        problems: list[Problem],
        generation: Generation,
        origin: str,
    ) -> BuildReport:
        states = held.states
        mine = {key for key, state in states.items() if state.origin == origin}
        before = {key for key, state in self._old.items() if state.origin == origin}
        updated = sum(
            1 for key in mine & before if _prints_key(states[key]) != self._old_prints[key]
        )
        gone = self._old.keys() - states.keys() if origin == UPDATE else before - mine
        return BuildReport(
            added=len(mine - before),
            updated=updated,
            removed=len(gone),
            unchanged=len(mine & before) - updated,
            problems=in_order(
                (
                    *damage_problems(self._start, states, self._lost),
                    *label_problems(held),
                    *problems,
                    *self._uncertain,
                    *document_problems((states[key] for key in sorted(mine)), self._config.labels),
                )
            ),
            files=tuple(
                report for key in sorted(mine) if (report := states[key].file_report()) is not None
            ),
            generation=generation.name,
            lost_labels=held.lost,
            opened=held.opened,
        )


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
            if state.signature is None and state.prints:
                self.load_pages(doc_id)


def _prints_key(state: DocState) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(state.prints.items()))


def _write_places(target: Path, plan: SetPlan, states: Mapping[str, DocState]) -> list[str]:
    """Return the corpora of a set; keep which document is from which, if there are several."""
    origins = {key: states[key].origin for key in plan.prints}
    corpora = sorted(set(origins.values()) - {UPDATE})
    if len(corpora) > 1:
        places = {key: corpora.index(own) for key, own in origins.items() if own != UPDATE}
        (target / PLACES).write_bytes(json.dumps(places, sort_keys=True).encode())
    return corpora


def _state_of_update(document: Document, *, says_open: bool) -> DocState:
    digest = hashlib.sha256()
    for page in document.pages:
        digest.update(f"{page.number}\0{page.label}\0{page.text}\0".encode())
    given = document.with_pages(())
    return DocState(
        document.doc_id,
        UPDATE,
        given,
        digest.hexdigest()[:DIGEST_CHARS],
        text=text_print(document.pages),
        says_open=says_open,
    )
