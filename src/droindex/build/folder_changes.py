"""What a corpus folder holds now, against what the last build remembers: only changes are read."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from droindex.build.file_states import (
    FRONT,
    LOST,
    changed_meanwhile,
    failed_on,
    front_matter_of,
    has_same_text,
    is_as_it_was,
    is_complete,
    is_lost,
    reading_fingerprints,
    source_of,
    stale,
    state_of,
    states_of,
    with_given,
)
from droindex.build.gathered import Gathered, hints_fingerprint
from droindex.clearance.aliases import LINK, labels_of_names
from droindex.clearance.ranks import restriction
from droindex.corpus.entry import duplicate_problem
from droindex.corpus.given import read_given, with_front_matter
from droindex.corpus.parts import Splitting
from droindex.corpus.patterns import path_matcher
from droindex.corpus.scan import scan
from droindex.extract.pdf.ocr import with_ocr_settled
from droindex.library.report import Progress
from droindex.library.state import by_file

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from droindex.build.file_states import Offered
    from droindex.build.gathered import PageSpool
    from droindex.corpus.config import CorpusConfig
    from droindex.corpus.entry import Entry, Scan
    from droindex.extract.cache import ExtractionCache
    from droindex.extract.workers.run import Extracted
    from droindex.library.state import DocState
    from droindex.metadata.coercion import Given
    from droindex.settings import Settings

__all__ = ["gather_folder"]

_log = logging.getLogger("droindex")


def gather_folder(
    corpus: Path,
    origin: str,
    config: CorpusConfig,
    old: Mapping[str, DocState],
    spool: PageSpool,
    *,
    settings: Settings,
    cache: ExtractionCache | None,
    workers: int | None,
    progress: Callable[[Progress], None] | None,
    seen: Collection[str] = (),
    library: Path | None = None,
) -> Gathered:
    """Return the documents of a corpus folder; changed files are read, the others are not opened.

    Args:
        corpus: The folder.
        origin: The name under which its documents are remembered.
        config: What corpus.toml says.
        old: What the last build remembers of this corpus's documents.
        spool: Takes the texts that are read.
        settings: Limits.
        cache: Texts read before, by content.
        workers: How many processes read; None for one per core.
        progress: Called after each file.
        seen: Ids and files of documents that had a label and may be gone.
        library: The library that is being built; it may lie in its corpus.
    """
    files = (str(state.file_facts.get("file", "")) for state in old.values())
    known = {*seen, *old, *(state.file_id for state in old.values()), *files} - {""}
    listing = scan(corpus, config, settings=settings.build, known=known, library=library)
    gathering = _Gathering(listing, origin, config, old, spool, settings)
    gathering.read(gathering.changed(), cache, workers, progress)
    return gathering.finished()


class _Gathering:
    """The documents of one listing of a folder, as they are gathered.

    Args:
        listing: What the folder holds.
        origin: The name under which its documents are remembered.
        config: What corpus.toml says.
        old: What the last build remembers of this corpus's documents.
        spool: Takes the texts that are read.
        settings: Limits.
    """

    def __init__(
        self,
        listing: Scan,
        origin: str,
        config: CorpusConfig,
        old: Mapping[str, DocState],
        spool: PageSpool,
        settings: Settings,
    ) -> None:
        self._listing = listing
        self._origin = origin
        self._config = config
        self._old = old
        self._settings = settings
        # What is remembered is how files were read, not that nobody said how.
        self._extract = extract = with_ocr_settled(settings.extract)
        self._keeps_scans = settings.extract.ocr is None  # who says no to OCR gets none of it
        self._gathered = Gathered(problems=list(listing.problems), passed_over=listing.passed_over)
        self._choice = _Choice(self._gathered, spool, listing, config)
        self._fingerprints = {
            **reading_fingerprints(extract),
            "hints": hints_fingerprint(config),
        }
        self._other_reading = reading_fingerprints(replace(extract, ocr=not extract.ocr))["reading"]
        self._labels = labels_of_names(_candidates(listing), config, settings)
        self._before = {file_id: same for (_, file_id), same in by_file(old.values()).items()}
        self._is_split = path_matcher(config.split)
        ids = {entry.doc_id for entry in listing.entries}
        self._splitting = Splitting(ids, settings.build.max_doc_id_chars)

    def changed(self) -> dict[str, Entry]:
        """Take over the documents whose text is the same; return the others, by path."""
        to_read: dict[str, Entry] = {}
        for entry in _candidates(self._listing):
            before = self._before_of(entry)
            source = self._source_of(entry)
            if before and self._is_as_good(before[0]):
                source["reading"] = self._other_reading
            if not before or not all(has_same_text(state, source) for state in before):
                to_read[str(entry.path)] = entry
            else:
                states = self._with_metadata(entry, before, source)
                self._choice.offer(entry, [(state, None) for state in states])
        return to_read

    def _with_metadata(
        self, entry: Entry, before: Sequence[DocState], source: dict[str, Any]
    ) -> Sequence[DocState]:
        """Return the documents of a file whose text is the same, with the metadata of now."""
        if before[0].source == source and not self._is_linked(entry, before[0]):
            return before
        given = self._given_of(entry, before[0].file_facts.get(FRONT, ""))
        return [with_given(state, given, source) for state in before]

    def _before_of(self, entry: Entry) -> Sequence[DocState]:
        """Return the documents that a file became in the last build; none if one is missing."""
        before = self._before.get(entry.doc_id, ())
        return before if is_complete(before) else ()

    def _source_of(self, entry: Entry) -> dict[str, Any]:
        return source_of(entry, self._fingerprints, is_split=self._is_split(entry.file))

    def read(
        self,
        to_read: Mapping[str, Entry],
        cache: ExtractionCache | None,
        workers: int | None,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        """Read files, and take the documents that they become."""
        from droindex.extract.workers.run import ExtractRequest, extract_files  # noqa: PLC0415 - for files

        requests = (
            ExtractRequest(path, entry.opened(entry.path), entry.path)
            for path, entry in to_read.items()
        )
        told = _Told(progress, len(to_read)) if progress else None
        for extracted in extract_files(
            requests,
            settings=self._extract,
            cache=cache,
            workers=workers,
            on_page=told.page if told else None,
        ):
            pages = self._take(to_read[extracted.request.key], extracted)
            if told:
                told.file(pages if extracted.from_cache else 0)

    def finished(self) -> Gathered:
        """Return all that was gathered."""
        self._choice.report()
        listing, gathered, old = self._listing, self._gathered, self._old
        kept = _unseen(old, listing.unreadable, listing.unreadable_folders)
        members = {**{key: old[key] for key in kept}, **gathered.states}
        gathered.gone = old.keys() - members.keys()
        gathered.members, gathered.count = members, len(gathered.states)
        gathered.states = {
            key: state for key, state in members.items() if state is not old.get(key)
        }
        return gathered

    def _is_as_good(self, before: DocState) -> bool:
        """Whether a file was read with OCR where it is off now, or without where it is on.

        Then its text stays: what OCR read is not lost because OCR is missing, and OCR reads no
        page that has a text.
        """
        if before.source.get("reading") != self._other_reading:
            return False
        if self._extract.ocr:
            return not before.file_facts.get("needs_ocr_pages")
        return self._keeps_scans

    def _take(self, entry: Entry, extracted: Extracted) -> int:
        """Take the document of a file that was read, or its last good text; return its pages."""
        source = self._source_of(entry)
        if not is_as_it_was(entry):
            extracted = changed_meanwhile(extracted)
            source["file"] = []  # read again by the next build
        given = self._given_of(entry, front_matter_of(extracted.extraction))
        try:
            read = states_of(entry, self._origin, extracted, given, source, self._splitting)
        except Exception:  # noqa: BLE001 - one file must not end the others
            _log.exception("droindex failed while it had %s.", entry.file)
            extracted = failed_on(extracted)
            source["file"] = []
            read = [(state_of(entry, self._origin, extracted, given, source), ())]
        now, before = read[0][0], self._before.get(entry.doc_id, [])
        is_kept = before and all(is_lost(state, now) for state in before)
        if is_kept and self._choice.may_keep(entry, before[0]):
            given = self._given_of(entry, before[0].file_facts.get(FRONT, ""))
            self._choice.offer(entry, [(stale(state, now, given), None) for state in before])
        else:
            self._choice.offer(entry, read)
        return len(extracted.extraction.pages)

    def _given_of(self, entry: Entry, front: str) -> Given:
        """Return the metadata of a file, with the label that all its names have.

        Args:
            entry: The file.
            front: The block of keys that its text opens with.
        """
        given = read_given(
            entry,
            settings=self._settings.build,
            statuses=self._config.statuses,
            labels=self._config.labels,
            dates=self._config.dates,
            kinds=self._config.kinds,
        )
        if entry.file in self._labels:
            given = self._labels[entry.file].put_on(given)
        return with_front_matter(
            given,
            front,
            entry.file,
            settings=self._settings.build,
            statuses=self._config.statuses,
            labels=self._config.labels,
            dates=self._config.dates,
            kinds=self._config.kinds,
        )

    def _is_linked(self, entry: Entry, before: DocState) -> bool:
        """Whether metadata of another name counts, or did in the last build."""
        return entry.file in self._labels or before.given.sources.get("label") == LINK


class _Told:
    """Tells how far reading has come: after each file, and as the pages of those under way come.

    Args:
        progress: What is told.
        total: How many files there are.
    """

    def __init__(self, progress: Callable[[Progress], None], total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0
        self._pages = 0

    def page(self, count: int) -> None:
        """Count pages that were read, and tell."""
        self._pages += count
        self._tell()

    def file(self, pages: int) -> None:
        """Count a file, with the pages of it that were not counted before, and tell."""
        self._done += 1
        self._pages += pages
        self._tell()

    def _tell(self) -> None:
        self._progress(Progress("reading", self._done, self._total, self._pages))


def _candidates(listing: Scan) -> Iterator[Entry]:
    for entry in listing.entries:
        yield entry
        yield from listing.rivals.get(entry.doc_id, ())


class _Choice:
    """Chooses among files that have one id: the least restricted wins, so that none is hidden.

    A caller must not be able to tell that a document which he may not see has the same id. Of
    equally restricted ones, one that can be read wins, then a PDF, then the first by name.
    """

    def __init__(
        self, gathered: Gathered, spool: PageSpool, listing: Scan, config: CorpusConfig
    ) -> None:
        self._gathered = gathered
        self._spool = spool
        self._labels = config.labels
        self._rivals = listing.rivals
        self._offers: dict[str, list[tuple[float, bool, int, str]]] = {}
        self._states: dict[tuple[str, str], list[DocState]] = {}

    def offer(self, entry: Entry, offered: Sequence[Offered]) -> None:
        """Take the documents of a file, unless a better file has its id."""
        doc_id = entry.doc_id
        if doc_id in self._rivals:
            offers = self._offers.setdefault(doc_id, [])
            offers.append(self._weigh(entry, offered[0][0]))
            self._states[doc_id, entry.file] = [state for state, _ in offered]
            if min(offers) != offers[-1]:
                return
            if len(offers) > 1:  # what was taken before has another file's parts
                self._leave(doc_id, sorted(offers)[1][-1])
        for state, pages in offered:
            self._gathered.states[state.doc_id] = state
            self._spool.drop(state.doc_id)
            if pages is not None:
                self._spool.put(state.doc_id, pages)

    def _leave(self, doc_id: str, file: str) -> None:
        """Give up the documents of a file that were taken."""
        for state in self._states[doc_id, file]:
            self._gathered.states.pop(state.doc_id, None)
            self._spool.drop(state.doc_id)

    def may_keep(self, entry: Entry, before: DocState) -> bool:
        """Whether the last good text may stay: not that of another file with the same id."""
        return entry.doc_id not in self._rivals or before.file_facts.get("file") == entry.file

    def report(self) -> None:
        """Report what was left out."""
        for doc_id, offers in sorted(self._offers.items()):
            best, *others = sorted(offers)
            for other in others:
                self._gathered.left_out += self._states[doc_id, other[-1]]
                self._gathered.passed_over.add(other[-1])
                is_opener = best[0] < other[0]
                self._gathered.problems.append(
                    duplicate_problem(other[-1], best[-1], doc_id, is_opener=is_opener)
                )

    def _weigh(self, entry: Entry, state: DocState) -> tuple[float, bool, int, str]:
        label = state.document_alone().label
        is_bad = not state.is_stale and state.file_facts.get("file_status") in LOST
        rivals = [rival.path for rival in self._rivals[entry.doc_id]]
        place = rivals.index(entry.path) + 1 if entry.path in rivals else 0
        return restriction(label, self._labels), is_bad, place, entry.file


def _unseen(
    old: Mapping[str, DocState], unreadable: Sequence[str], folders: Sequence[str]
) -> set[str]:
    """Return ids that the listing may lack only because something could not be looked at."""
    starts = tuple(f"{folder}/" for folder in folders)
    hidden = {doc_id for doc_id, state in old.items() if state.file_id in unreadable}
    if "." in folders or "" in folders:
        return set(old)
    return hidden | {doc_id for doc_id in old if starts and doc_id.startswith(starts)}
