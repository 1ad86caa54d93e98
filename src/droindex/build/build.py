"""Builds and updates: from what changed to a new generation, all of it or nothing."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from droindex.build.duplicates import combine, leave_out_collisions, refuse_removals
from droindex.build.folder_changes import gather_folder
from droindex.build.gathered import DIGEST_CHARS, Gathered, PageSpool
from droindex.build.memory import give_back, give_back_once
from droindex.build.publish import Publisher
from droindex.build.record_changes import KnownRecords, gather_records, read_entry_pages
from droindex.build.reporting import passed_over_problems, report_of
from droindex.build.start import BuildOptions, Start
from droindex.clearance.holding import hold
from droindex.clearance.label_memory import Labelled, digest_of_words
from droindex.corpus.config_file import load_config
from droindex.corpus.documents import check_document, says_open
from droindex.errors import CorpusError, DocumentError, EngineError, IndexDamagedError
from droindex.files.disk import StorageErrors
from droindex.library.report import save_passed_over, save_problems
from droindex.library.state import UPDATE, DocState
from droindex.library.states import HELD, Changes
from droindex.problems import is_record_file
from droindex.settings import default_workers
from droindex.store.damage import verify_library
from droindex.store.writer import StoreWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from droindex.clearance.holding import Held
    from droindex.corpus.config import Problem
    from droindex.library.report import BuildReport
    from droindex.model import Document
    from droindex.pages import Page

__all__ = ["BuildOptions", "build", "update"]


def build(corpus: Path, folder: Path, options: BuildOptions) -> BuildReport:
    """Bring a library up to date with a corpus; see `Library.build`."""
    is_record_file(corpus)  # refuses what is no corpus
    config, problems = load_config(corpus)
    store = StoreWriter(folder)

    def run() -> BuildReport:
        with Start(store, options, config) as start:
            return _CorpusBuild(start, corpus).run(problems)

    with StorageErrors(folder), store.locked(options.wait_s):
        report = _again_after_damage(store, run)
        save_problems(folder, report.problems)
        save_passed_over(folder, report.passed_over)
    give_back()
    return report


def update(
    folder: Path, documents: Iterable[Document], remove: Iterable[str], options: BuildOptions
) -> BuildReport:
    """Put documents into a library and take others out; see `Library.update`."""
    store = StoreWriter(folder)
    given, gone = tuple(documents), tuple(remove)

    def run() -> BuildReport:
        with Start(store, options, None) as start:
            return _Update(start).run(given, gone)

    with StorageErrors(folder), store.locked(options.wait_s):
        report = _again_after_damage(store, run)
    give_back()
    return report


def _again_after_damage(store: StoreWriter, run: Callable[[], BuildReport]) -> BuildReport:
    """Run a build; where it meets damage that nobody knew of, find all of it and run it again.

    Raises:
        IndexDamagedError, EngineError: what the build raised, where all files are sound.
    """
    try:
        return run()
    except (IndexDamagedError, EngineError):
        if not verify_library(store.folder, store.names(), store.generations_folder).damages:
            raise
    return run()


class _CorpusBuild:
    """One build from a corpus, while it holds the lock.

    Args:
        start: What it starts from.
        corpus: The folder or file.
    """

    def __init__(self, start: Start, corpus: Path) -> None:
        self._start = start
        self._corpus = corpus
        self._origin = start.origin_of(corpus)
        start.check_labels(self._origin)
        self._states = Changes(start.states)
        self._known = KnownRecords(
            start.states,
            self._origin,
            start.count_before(self._origin),
            is_whole=start.may_build_upon and not start.point.damaged,
        )

    def run(self, problems: Sequence[Problem]) -> BuildReport:
        """Build; `problems` are those of the configuration."""
        start = self._start
        with ExitStack() as stack:
            spool = stack.enter_context(PageSpool(start.store.folder))
            gathered = self._gather(spool)
            give_back_once()
            gathered.problems[:0] = problems
            self._combine(gathered)
            gathered.problems += leave_out_collisions(self._states, start.restriction)
            held = _held(start, self._states, gathered.left_out, gathered.members or {})
            texts = _CorpusTexts(start, held, self._origin, spool, gathered)
            if gathered.records:
                texts.open_records(stack, self._corpus)
            publisher = Publisher(start, held, _is_lost(start, held, texts.is_read))
            if gathered.members is None:
                publisher.keep_lines(
                    partial(self._known.keep, gathered.lines),
                    is_due=not self._known.is_kept(gathered.lines),
                )
            generation = publisher.publish(texts.pages_of)
            passed_over = gathered.passed_over.by_kind()
            problems = (
                *gathered.problems,
                *publisher.problems,
                *passed_over_problems(passed_over),
            )
            return replace(
                report_of(start, publisher, problems, generation, self._origin, gathered.members),
                passed_over=passed_over,
            )

    def _gather(self, spool: PageSpool) -> Gathered:
        start, corpus = self._start, self._corpus
        settings = start.options.settings
        if not corpus.is_dir():
            return gather_records(corpus, self._known, start.config, settings)
        from droindex.extract.cache import ExtractionCache  # noqa: PLC0415 - only for files

        options = start.options
        if options.cache is None:  # the key lies where only this library's writers come to
            cache = ExtractionCache(start.store.cache_folder, start.store.folder)
        else:
            cache = ExtractionCache(options.cache)
        return gather_folder(
            corpus,
            self._origin,
            start.config,
            self._own_states(),
            spool,
            settings=settings,
            cache=cache,
            workers=default_workers() if options.workers is None else options.workers,
            progress=options.progress,
            seen=start.memory.names() if start.memory is not None else (),
            library=start.store.folder,
        )

    def _own_states(self) -> dict[str, DocState]:
        """Return what is remembered of the corpus's documents."""
        found = self._start.states.all_states()
        return {key: state for key, state in found if state.origin == self._origin}

    def _combine(self, gathered: Gathered) -> None:
        """Take the documents among all of the library; refuses to lose many at once."""
        start, before = self._start, self._known.documents
        if not gathered.count and not before:
            unread = passed_over_problems(gathered.passed_over.by_kind())
            raise CorpusError(
                f"{self._corpus} holds no documents.",
                slug="corpus-empty",
                hint=" ".join(f"{problem.message}." for problem in unread)
                or "Put .pdf, .html, .txt or .md files there, or give another folder.",
            )
        if not start.options.allow_removals:
            files = {state.file_id for state in (gathered.members or {}).values()}
            gone = {key for key in gathered.gone if start.states[key].file_id not in files}
            refuse_removals(gone, before, start.options.settings.build.max_removal_share)
        combine(gathered, self._states, self._origin, start.restriction)


class _CorpusTexts:
    """The texts of a build: as they were read, or as the library holds them.

    Args:
        start: What the build starts from.
        held: All documents of the library.
        origin: The name of the corpus.
        spool: What was read of files.
        gathered: Where the texts of records stand.
    """

    def __init__(
        self, start: Start, held: Held, origin: str, spool: PageSpool, gathered: Gathered
    ) -> None:
        self._stored = start.texts
        self._states = held.states
        self._origin = origin
        self._spool = spool
        self._records = gathered.records
        self._read_record: Callable[[str], tuple[Page, ...]] | None = None

    def open_records(self, stack: ExitStack, corpus: Path) -> None:
        """Open a file of records, until the build is done."""
        file = stack.enter_context(corpus.open("rb"))
        self._read_record = lambda doc_id: read_entry_pages(
            file, self._records[doc_id], corpus.name
        )

    def is_read(self, doc_id: str) -> bool:
        """Whether this build has read a text; that of a document that was left out is not taken."""
        if doc_id not in self._spool and doc_id not in self._records:
            return False
        return self._states[doc_id].origin == self._origin

    def pages_of(self, doc_id: str) -> tuple[Page, ...]:
        """Return the text of a document."""
        if not self.is_read(doc_id):
            return self._stored.pages_of(doc_id)
        if self._read_record is None or doc_id in self._spool:
            return self._spool.get(doc_id)
        return self._read_record(doc_id)


class _Update:
    """One update with documents of an application, while it holds the lock.

    Args:
        start: What it starts from.
    """

    def __init__(self, start: Start) -> None:
        if not start.point.is_newest:  # what came by updates since then has no other source
            raise IndexDamagedError(
                f"The newest generation of {start.store.folder} is damaged.",
                hint="Go back to a sound one with: droindex rollback --index DIR",
            )
        self._start = start
        self._states = Changes(start.states)
        self._pages: dict[str, tuple[Page, ...]] = {}

    def run(self, documents: Sequence[Document], remove: Sequence[str]) -> BuildReport:
        """Take documents out, put others in, and publish."""
        start = self._start
        for doc_id in remove:
            self._remove(doc_id)
        for document in documents:
            self._put(document)
        if collisions := leave_out_collisions(self._states, start.restriction):
            raise DocumentError(
                collisions[0].message, hint="Nothing was changed. Give the document another id."
            )
        held = _held(start, self._states, (), {})
        publisher = Publisher(start, held, _is_lost(start, held, self._pages.__contains__))
        generation = publisher.publish(self._pages_of)
        return report_of(start, publisher, publisher.problems, generation, UPDATE, None)

    def _remove(self, doc_id: str) -> None:
        if not self._states.drop(doc_id):
            raise DocumentError(
                f"There is no document {doc_id!r} to remove.",
                hint="Nothing was changed. Leave it out of `remove`.",
            )

    def _put(self, document: Document) -> None:
        sound = check_document(document, self._start.options.settings.build)
        if self._start.rank(sound.label) is None:
            raise DocumentError(
                f"Document {sound.doc_id!r} has the label {sound.label!r}, "
                "which this library does not list.",
                hint=f"Nothing was changed. Its labels: {', '.join(self._start.config.labels)}.",
            )
        self._states.put(_state_of(sound, says_open=says_open(document)))
        self._pages[sound.doc_id] = sound.pages

    def _pages_of(self, doc_id: str) -> tuple[Page, ...]:
        """Return the text of a document: as given, or as it is stored."""
        given = self._pages.get(doc_id)
        return given if given is not None else self._start.texts.pages_of(doc_id)


def _held(
    start: Start,
    states: Changes,
    left_out: Iterable[DocState],
    members: Mapping[str, DocState],
) -> Held:
    """Keep hidden what lost its label without a word of anybody."""
    among: set[str] | None = None
    if start.is_as_noted:
        lost = (key for key, _ in start.states.marked(HELD))
        among = {*states.changed, *start.options.confirm_open, *lost}
        among |= start.memory.of_lost_corpora() if start.memory else set()
        files = {states[key].file_id for key in among if key in states}
        files |= set(start.options.confirm_open)  # parts are confirmed by their file
        among |= files | {key for key, state in members.items() if state.file_id in files}
    return hold(
        states,
        start.memory if start.memory or not start.states.meta else Labelled(),
        left_out=left_out,
        confirmed=start.options.confirm_open,
        labels=start.config.labels,
        among=among,
    )


def _is_lost(start: Start, held: Held, is_read: Callable[[str], bool]) -> Callable[[str], bool]:
    """Return what tells whether the text of a document was only in a set that is damaged."""
    states = held.states
    known: dict[str, bool] = {}

    def is_lost(doc_id: str) -> bool:
        if is_read(doc_id) or (not start.point.lost_texts and doc_id not in states.old):
            return False
        if doc_id not in known:
            known[doc_id] = not start.texts.holds(doc_id)
        return known[doc_id]

    return is_lost


def _state_of(document: Document, *, says_open: bool) -> DocState:
    """Return what is to be remembered of a document that came through an update."""
    digest = hashlib.sha256()
    for page in document.pages:
        digest.update(f"{page.number}\0{page.label}\0{page.text}\0".encode())
    return DocState(
        document.doc_id,
        UPDATE,
        document.with_pages(()),
        digest.hexdigest()[:DIGEST_CHARS],
        text_digest=digest_of_words(document.pages),
        says_open=says_open,
    )
