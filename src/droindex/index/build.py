"""Builds and updates: from what changed to a new generation, all of it or nothing."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex.errors import (
    CorpusError,
    CorpusNotFoundError,
    DocumentError,
    DroindexError,
    RemovalsRefusedError,
    SettingsError,
)
from droindex.index.analysis import ANALYSIS_VERSION, Analyzer, fold
from droindex.index.engine import ENGINE, SCHEMA_VERSION
from droindex.index.entries import scope_of
from droindex.index.gather import (
    DIGEST_CHARS,
    Gathered,
    PageSpool,
    gather_folder,
    gather_records,
    read_entry,
)
from droindex.index.library import OPEN_SET, SetReader
from droindex.index.report import BuildReport, Progress
from droindex.index.sets import SetPlan, fingerprint, write_set
from droindex.index.state import UPDATE, DocState, load_state, save_state
from droindex.index.store import FORMAT, Generation, Store, storage_error
from droindex.ingest.config import CorpusConfig, Problem, load_config
from droindex.ingest.infer import Inferred, choose
from droindex.ingest.lineage import resolve
from droindex.ingest.records import check_document
from droindex.settings import Settings, default_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from droindex.model import Document, Page

__all__ = ["BuildOptions", "build", "update"]

_REPEATED = 2  # a title in the properties of more files than this is a template's


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """How a build is done; see `Index.build` for the meaning of each value."""

    settings: Settings = field(default_factory=Settings)
    allow_removals: bool = False
    compact: bool = False
    workers: int | None = None
    cache: Path | None = None
    wait_s: float = 0.0
    progress: Callable[[Progress], None] | None = None


def build(corpus: Path, folder: Path, options: BuildOptions) -> BuildReport:
    """Bring a library up to date with a corpus; see `Index.build`."""
    if not corpus.exists():
        raise CorpusNotFoundError(f"There is no corpus at {corpus}.")
    config, problems = load_config(corpus)
    store = Store(folder)
    with _storage_errors(folder), store.locked(options.wait_s):
        job = _Job(store, options, config)
        return job.build(corpus, problems)


def update(
    folder: Path, documents: Iterable[Document], remove: Iterable[str], options: BuildOptions
) -> BuildReport:
    """Put documents into a library and take others out; see `Index.update`."""
    store = Store(folder)
    with _storage_errors(folder), store.locked(options.wait_s):
        return _Job(store, options, None).update(tuple(documents), tuple(remove))


class _storage_errors:  # noqa: N801 - reads as a context, not as a class
    """Turns what the system refuses into a StorageError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError) and not isinstance(error, DroindexError):
            raise storage_error(error, self._folder) from error


class _Job:
    """One build or update, while it holds the lock."""

    def __init__(self, store: Store, options: BuildOptions, config: CorpusConfig | None) -> None:
        self._store = store
        self._options = options
        self._settings = options.settings
        self._base = store.find_current()
        if config is None and self._base is not None:
            config = CorpusConfig.from_dict(self._base.manifest["config"])
        self._config = config or CorpusConfig()
        self._today = datetime.now(UTC).date()
        self._old = load_state(self._base.folder) if self._base else {}
        self._given_pages: dict[str, tuple[Page, ...]] = {}
        self._readers: dict[str, SetReader] = {}
        self._moved_up: set[str] = set()
        self._old_prints = {key: _prints_key(state) for key, state in self._old.items()}

    def build(self, corpus: Path, problems: list[Problem]) -> BuildReport:
        origin = self._origin(corpus)
        self._check_config()
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
            records = stack.enter_context(corpus.open("rb")) if gathered.records else None

            def load_pages(doc_id: str) -> tuple[Page, ...]:
                if doc_id in spool:
                    return spool.get(doc_id)
                if records is not None and doc_id in gathered.records:
                    entry = gathered.records[doc_id]
                    name, config = corpus.name, self._config
                    return read_entry(records, entry, name, config, self._settings)[0].pages
                return self._stored_pages(doc_id)

            generation = self._write(states, load_pages)
        return self._report(states, gathered.problems, generation, origin)

    def update(self, documents: Sequence[Document], remove: Sequence[str]) -> BuildReport:
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
            states[sound.doc_id] = _state_of_update(sound)
            self._given_pages[sound.doc_id] = sound.pages
        generation = self._write(states, self._stored_pages)
        return self._report(states, [], generation, UPDATE)

    # what there is ----------------------------------------------------------------------------

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
        return here

    def _check_config(self) -> None:
        if self._base is None:
            return
        others = {state.origin for state in self._old.values()}
        before = CorpusConfig.from_dict(self._base.manifest["config"])
        if len(others) > 1 and before.labels != self._config.labels:
            raise SettingsError(
                "Two corpora of one library list different labels.",
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
        return gather_folder(
            corpus,
            origin,
            self._config,
            mine,
            spool,
            settings=self._settings,
            cache=ExtractionCache(options.cache or self._store.cache_folder),
            workers=workers,
            progress=options.progress,
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
            if other is not None:
                gathered.problems.append(
                    Problem(
                        str(state.base.get("file", doc_id)),
                        "duplicate-doc-id",
                        f"The id {doc_id!r} is taken by a document from {other.origin}; "
                        "this one was left out. Rename it.",
                    )
                )
                continue
            states[doc_id] = state
        return states

    # writing ----------------------------------------------------------------------------------

    def _write(
        self, states: dict[str, DocState], load_pages: Callable[[str], tuple[Page, ...]]
    ) -> Generation:
        plans, clearances = self._plans(states)
        self._moved_up = {key for plan in plans for key in plan.gone if key in states}
        if self._base is not None and not self._differs(states, plans, clearances):
            return self._base
        draft = self._store.draft()
        try:
            sets = self._write_sets(draft, plans, load_pages)
            for state in states.values():
                state.prints = {
                    plan.name: plan.prints[state.doc_id]
                    for plan in plans
                    if state.doc_id in plan.prints
                }
            save_state(draft, states)
            manifest = {
                **self._format(),
                "created": datetime.now(UTC).isoformat(timespec="seconds"),
                "config": self._config.to_dict(),
                "labels": list(self._config.labels),
                "clearances": clearances,
                "corpora": sorted({state.origin for state in states.values()} - {UPDATE}),
                "sets": sets,
            }
            keep = self._settings.build.keep_generations
            return self._store.publish(draft, manifest, self._base, keep)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise

    def _format(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "analysis": ANALYSIS_VERSION,
            "schema": SCHEMA_VERSION,
            "engine": ENGINE,
            "language": self._config.language,
            "passage_chars": self._settings.build.passage_chars,
        }

    def _write_sets(
        self, draft: Path, plans: list[SetPlan], load_pages: Callable[[str], tuple[Page, ...]]
    ) -> dict[str, Any]:
        sources = {plan.name: self._source(plan) for plan in plans}
        total = sum(len(plan.changed) if sources[plan.name] else len(plan.prints) for plan in plans)
        done = 0

        def on_written() -> None:
            nonlocal done
            done += 1
            if self._options.progress:
                self._options.progress(Progress("writing", done, total))

        analyzer = Analyzer(self._config.language)
        return {
            plan.name: write_set(
                plan,
                draft / plan.name,
                sources[plan.name],
                load_pages=load_pages,
                config=self._config,
                analyzer=analyzer,
                settings=self._settings.build,
                today=self._today,
                on_written=on_written,
            )
            for plan in plans
        }

    def _plans(self, states: dict[str, DocState]) -> tuple[list[SetPlan], dict[str, str]]:
        """Return what each clearance set is to hold, and which set each clearance reads."""
        chosen = {key: state.document(choose(state.inferred)) for key, state in states.items()}
        ranks = {key: self._rank(document.label) for key, document in chosen.items()}
        clearances: dict[str, str] = {}
        plans = [self._plan(OPEN_SET, 0, states, ranks)]
        for rank, label in enumerate(self._config.labels, 1):
            if rank in ranks.values():
                plans.append(self._plan(f"clearance-{rank}", rank, states, ranks))
            clearances[label] = plans[-1].name
        return plans, clearances

    def _plan(
        self, name: str, rank: int, states: dict[str, DocState], ranks: dict[str, int | None]
    ) -> SetPlan:
        members = {
            key: state
            for key, state in states.items()
            if (own := ranks[key]) is not None and own <= rank
        }
        titles = Counter(
            str(item.value).casefold()
            for state in members.values()
            for item in {i.value: i for i in state.inferred if _is_file_title(i)}.values()
        )
        repeated = {title for title, count in titles.items() if count > _REPEATED}
        documents = {
            key: state.document(choose(state.inferred, repeated_titles=repeated))
            for key, state in members.items()
        }
        documents |= resolve(list(documents.values()))
        plan = SetPlan(name, documents)
        for key, document in documents.items():
            scope = scope_of(document, self._config, self._today)
            plan.prints[key] = fingerprint(document, states[key].digest, scope)
        plan.before = {
            key: state.prints[name] for key, state in self._old.items() if name in state.prints
        }
        if self._base is not None and name in self._base.manifest["sets"]:
            plan.dead = self._base.manifest["sets"][name]["dead"]
        return plan

    def _rank(self, label: str | None) -> int | None:
        """Return 0 for an open document, the label's place in the list, None if it is unlisted."""
        if label is None or not label.strip():
            return 0
        listed = [fold(item) for item in self._config.labels]
        return listed.index(fold(label)) + 1 if fold(label) in listed else None

    def _source(self, plan: SetPlan) -> Path | None:
        """Return the set to start from; None where it must be written anew."""
        base = self._base
        if base is None or plan.name not in base.manifest["sets"] or self._options.compact:
            return None
        if any(base.manifest.get(key) != value for key, value in self._format().items()):
            return None
        # The engine keeps the words of deleted documents. One that gained a label must leave
        # nothing behind, and many of them distort the statistics of the ranking.
        if any(doc_id in self._moved_up for doc_id in plan.gone):
            plan.dead = 0
            return None
        replaced = sum(1 for doc_id in plan.changed if doc_id in plan.before)
        dead = plan.dead + len(plan.gone) + replaced
        if dead > self._settings.build.max_dead_share * max(1, len(plan.prints)):
            plan.dead = 0
            return None
        return base.folder / plan.name

    def _differs(
        self, states: dict[str, DocState], plans: list[SetPlan], clearances: dict[str, str]
    ) -> bool:
        base = self._base
        assert base is not None
        manifest = base.manifest
        return (
            self._options.compact
            or any(plan.changed or plan.gone for plan in plans)
            or {plan.name for plan in plans} != set(manifest["sets"])
            or clearances != manifest["clearances"]
            or self._config.to_dict() != manifest["config"]
            or any(manifest.get(key) != value for key, value in self._format().items())
            or states.keys() != self._old.keys()
            or any(state is not self._old[key] for key, state in states.items())
        )

    def _stored_pages(self, doc_id: str) -> tuple[Page, ...]:
        """Return the text of a document that was not read again: from the generation before."""
        if doc_id in self._given_pages:
            return self._given_pages[doc_id]
        assert self._base is not None
        name = next(iter(self._old[doc_id].prints))
        if name not in self._readers:
            self._readers[name] = SetReader(self._base, name)
        return self._readers[name].pages_of(doc_id)

    # telling ----------------------------------------------------------------------------------

    def _report(
        self,
        states: dict[str, DocState],
        problems: list[Problem],
        generation: Generation,
        origin: str,
    ) -> BuildReport:
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
            problems=(*problems, *self._document_problems(states, mine)),
            files=tuple(
                report for key in sorted(mine) if (report := states[key].file_report()) is not None
            ),
            generation=generation.name,
        )

    def _document_problems(self, states: dict[str, DocState], mine: set[str]) -> Iterator[Problem]:
        for key in sorted(mine):
            state = states[key]
            file = str(state.base.get("file", key))
            yield from state.problems
            report = state.file_report()
            if report is not None and not state.is_stale and report.status != "ok":
                yield Problem(file, report.status.replace("_", "-"), state.reason)
            document = state.document(choose(state.inferred))
            if self._rank(document.label) is None:
                yield Problem(
                    file,
                    "unlisted-label",
                    f"The label {document.label!r} is not in the list of corpus.toml: nobody can "
                    "see this document. Add the label to `labels`, or correct it.",
                )


def _prints_key(state: DocState) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(state.prints.items()))


def _is_file_title(item: Inferred) -> bool:
    return item.field == "title" and item.source == "properties"


def _state_of_update(document: Document) -> DocState:
    digest = hashlib.sha256()
    for page in document.pages:
        digest.update(f"{page.number}\0{page.label}\0{page.text}\0".encode())
    given = document.with_pages(())
    return DocState(document.doc_id, UPDATE, given, digest.hexdigest()[:DIGEST_CHARS])
