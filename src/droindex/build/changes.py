"""What a corpus holds now, against what the last build remembers: only what changed is read."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass, field, replace
from typing import IO, TYPE_CHECKING, Any, Self

from droindex.clearance.aliases import LINK, labels_of_names
from droindex.clearance.label_memory import text_print
from droindex.clearance.ranks import restriction
from droindex.corpus.config import Problem
from droindex.corpus.entry import FileIdentity, duplicate_problem
from droindex.corpus.given import read_given
from droindex.corpus.record_files import scan_records
from droindex.corpus.records import (
    read_record,
    read_record_pages,
    record_says_open,
)
from droindex.corpus.scan import scan
from droindex.extract.codec import page_from_dict, page_to_dict
from droindex.extract.protocol import Extraction
from droindex.files.unlinked import open_unlinked
from droindex.library.report import Progress
from droindex.library.state import DocState
from droindex.metadata.infer.inference import choose, infer
from droindex.model import Document, FileStatus, PageStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from droindex.corpus.config import CorpusConfig
    from droindex.corpus.entry import Entry, Scan
    from droindex.corpus.record_files import RecordEntry
    from droindex.extract.cache import ExtractionCache
    from droindex.extract.workers.run import Extracted
    from droindex.metadata.coercion import Given
    from droindex.model import Page
    from droindex.settings import ExtractSettings, Settings

__all__ = ["Gathered", "PageSpool", "gather_folder", "gather_records"]

DIGEST_CHARS = 32  # of a digest of text; enough that two never agree by chance
_HINTS_VERSION = 1  # raised when metadata is read for labels in another way
_READABLE = (FileStatus.OK, FileStatus.PARTIAL)
_CUT_SHORT = (
    FileStatus.PARTIAL,
    FileStatus.TOO_BIG,
    FileStatus.TIMED_OUT,
    FileStatus.CRASHED,
)
_LOST = (  # a file that was fine and ends like this keeps its last good text
    FileStatus.DAMAGED,
    FileStatus.NOT_PDF,
    FileStatus.ENCRYPTED,
    FileStatus.TOO_BIG,
    FileStatus.TIMED_OUT,
    FileStatus.CRASHED,
    FileStatus.EMPTY,
)


class PageSpool:
    """Texts that were read and not yet written, in a temporary file instead of in memory.

    Args:
        folder: Where the file goes; it has no name there and vanishes with the process.
    """

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed in close()
        self._places: dict[str, tuple[int, int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def __contains__(self, doc_id: str) -> bool:
        return doc_id in self._places

    def put(self, doc_id: str, pages: Sequence[Page]) -> None:
        """Keep the pages of a document."""
        packed = json.dumps([page_to_dict(page) for page in pages], ensure_ascii=False).encode()
        self._file.seek(0, 2)
        self._places[doc_id] = (self._file.tell(), len(packed))
        self._file.write(packed)

    def drop(self, doc_id: str) -> None:
        """Forget the pages of a document, if there are any."""
        self._places.pop(doc_id, None)

    def get(self, doc_id: str) -> tuple[Page, ...]:
        """Return the pages of a document."""
        place, length = self._places[doc_id]
        self._file.seek(place)
        return tuple(page_from_dict(shape) for shape in json.loads(self._file.read(length)))


@dataclass(slots=True)
class Gathered:
    """What a corpus holds.

    Attributes:
        states: Every document of the corpus, by id.
        problems: What is wrong with the corpus as a whole.
        records: Where the text of a record stands in its file, by document id.
        left_out: Documents that are no part of it because another one has their id.
        kept: Ids that are gone from the corpus's listing but must stay: their folder or file
            could not be looked at.
    """

    states: dict[str, DocState] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    records: dict[str, RecordEntry] = field(default_factory=dict)
    left_out: list[DocState] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)


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
    from droindex.extract.workers.run import ExtractRequest, extract_files  # noqa: PLC0415 - only for files

    files = (str(state.base.get("file", "")) for state in old.values())
    known = {*seen, *old, *files} - {""}
    listing = scan(corpus, config, settings=settings.build, known=known, library=library)
    gathered = Gathered(problems=list(listing.problems))
    choice = _Choice(gathered, spool, listing, config)
    fingerprints = {**_fingerprints(settings.extract), "hints": _hints_print(config)}
    to_read: dict[str, Entry] = {}
    labels = labels_of_names(_candidates(listing), config, settings)

    def given_of(entry: Entry) -> Given:
        given = _given(entry, config, settings)
        return labels[entry.file].put_on(given) if entry.file in labels else given

    def is_linked(entry: Entry, before: DocState) -> bool:
        """Whether metadata of another name counts, or did in the last build."""
        return entry.file in labels or before.given.sources.get("label") == LINK

    for entry in _candidates(listing):
        before = old.get(entry.doc_id)
        source = _source_of(entry, fingerprints)
        if before is None or not _same_text(before, source):
            to_read[str(entry.path)] = entry
        elif before.source == source and not is_linked(entry, before):
            choice.offer(entry, before)
        else:
            choice.offer(entry, _with_given(before, given_of(entry), source))
    requests = (
        ExtractRequest(path, entry.opened(entry.path), entry.path)
        for path, entry in to_read.items()
    )
    pages_read = 0
    for done, extracted in enumerate(
        extract_files(requests, settings=settings.extract, cache=cache, workers=workers), 1
    ):
        entry = to_read[extracted.request.key]
        given, source = given_of(entry), _source_of(entry, fingerprints)
        reading = extracted
        if not _is_as_it_was(entry):
            reading, source["file"] = _changed(extracted), []  # read again by the next build
        state = _read_state(entry, origin, reading, given, source)
        before = old.get(entry.doc_id)
        if before is not None and _is_lost(before, state) and choice.may_keep(entry, before):
            choice.offer(entry, _stale(before, state, given))
        else:
            choice.offer(entry, state, reading.extraction.pages)
        pages_read += len(reading.extraction.pages)
        if progress:
            progress(Progress("reading", done, len(to_read), pages_read))
    choice.report()
    gathered.kept = _unseen(old, listing.unreadable, listing.unreadable_folders)
    return gathered


def _is_as_it_was(entry: Entry) -> bool:
    """Whether a file is still the one that the walk saw, so that its text is that file's."""
    if entry.identity.mtime_ns < 0:  # it could not be opened then
        return True
    try:
        fd = open_unlinked(entry.opened(entry.path))
    except (OSError, ValueError):
        return False
    try:
        now = FileIdentity.of(os.fstat(fd))
        return now == entry.identity and now.device == entry.identity.device
    finally:
        os.close(fd)


def _changed(extracted: Extracted) -> Extracted:
    reason = "It was changed while it was read."
    return replace(
        extracted, extraction=Extraction(FileStatus.DAMAGED, reason), sha256=None, size_bytes=0
    )


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
        self._states: dict[tuple[str, str], DocState] = {}

    def offer(self, entry: Entry, state: DocState, pages: Sequence[Page] | None = None) -> None:
        """Take a document, unless a better one has its id; `pages` if it was just read."""
        doc_id = entry.doc_id
        if doc_id in self._rivals:
            offers = self._offers.setdefault(doc_id, [])
            offers.append(self._weigh(entry, state))
            self._states[doc_id, entry.file] = state
            if min(offers) != offers[-1]:
                return
        self._gathered.states[doc_id] = state
        self._spool.drop(doc_id)
        if pages is not None:
            self._spool.put(doc_id, pages)

    def may_keep(self, entry: Entry, before: DocState) -> bool:
        """Whether the last good text may stay: not that of another file with the same id."""
        return entry.doc_id not in self._rivals or before.base.get("file") == entry.file

    def report(self) -> None:
        """Report what was left out."""
        for doc_id, offers in sorted(self._offers.items()):
            best, *others = sorted(offers)
            for other in others:
                self._gathered.left_out.append(self._states[doc_id, other[-1]])
                is_opener = best[0] < other[0]
                self._gathered.problems.append(
                    duplicate_problem(other[-1], best[-1], doc_id, is_opener=is_opener)
                )

    def _weigh(self, entry: Entry, state: DocState) -> tuple[float, bool, int, str]:
        label = state.document(choose(state.inferred)).label
        is_bad = not state.is_stale and state.base.get("file_status") in _LOST
        rivals = [rival.path for rival in self._rivals[entry.doc_id]]
        place = rivals.index(entry.path) + 1 if entry.path in rivals else 0
        return restriction(label, self._labels), is_bad, place, entry.file


def gather_records(
    corpus: Path,
    origin: str,
    config: CorpusConfig,
    old: Mapping[str, DocState],
    settings: Settings,
) -> Gathered:
    """Return the documents of a `.jsonl` file; changed records are read again."""
    left_out: list[RecordEntry] = []
    entries, problems = scan_records(
        corpus,
        settings=settings.build,
        rank=lambda label: restriction(label, config.labels),
        labels=config.labels,
        left_out=left_out,
    )
    gathered = Gathered(problems=problems)
    source = {"hints": _hints_print(config)}
    with os.fdopen(open_unlinked(corpus.resolve()), "rb") as file:
        for entry in entries:
            before = old.get(entry.doc_id)
            gathered.records[entry.doc_id] = entry
            if before is not None and before.digest == entry.digest and before.source == source:
                gathered.states[entry.doc_id] = before
            else:
                state = _record_state(file, entry, origin, corpus.name, config, settings)
                gathered.states[entry.doc_id] = state
        gathered.left_out += (
            _record_state(file, entry, origin, corpus.name, config, settings) for entry in left_out
        )
    return gathered


def _record_state(
    file: IO[bytes],
    entry: RecordEntry,
    origin: str,
    name: str,
    config: CorpusConfig,
    settings: Settings,
) -> DocState:
    document, issues = read_entry(file, entry, name, config, settings)
    return DocState(
        doc_id=entry.doc_id,
        origin=origin,
        given=document.with_pages(()),
        digest=entry.digest,
        source={"hints": _hints_print(config)},
        text_pages=sum(1 for page in document.pages if page.text),
        problems=issues,
        text=text_print(document.pages),
        says_open=document.label is None and _says_open(file, entry, settings),
    )


def read_entry_pages(file: IO[bytes], entry: RecordEntry, name: str) -> tuple[Page, ...]:
    """Return the pages of one record of an open `.jsonl` file, which has been read before."""
    file.seek(entry.offset)
    return read_record_pages(file.read(entry.length), file=name)


def read_entry(
    file: IO[bytes], entry: RecordEntry, name: str, config: CorpusConfig, settings: Settings
) -> tuple[Document, tuple[Problem, ...]]:
    """Return the document of one record of an open `.jsonl` file."""
    file.seek(entry.offset)
    return read_record(
        file.read(entry.length),
        file=f"{name}: {entry.doc_id}",
        settings=settings.build,
        statuses=config.active_statuses,
        labels=config.labels,
        dates=config.dates,
    )


def _says_open(file: IO[bytes], entry: RecordEntry, settings: Settings) -> bool:
    file.seek(entry.offset)
    return record_says_open(file.read(entry.length), settings=settings.build)


def _hints_print(config: CorpusConfig) -> str:
    """Return what tells that labels and dates in metadata would be read in the same way."""
    labels = json.dumps([_HINTS_VERSION, *config.labels, *([config.dates] if config.dates else [])])
    return hashlib.sha256(labels.encode()).hexdigest()[:16]


def _given(entry: Entry, config: CorpusConfig, settings: Settings) -> Given:
    return read_given(
        entry,
        settings=settings.build,
        statuses=config.active_statuses,
        labels=config.labels,
        dates=config.dates,
    )


def _fingerprints(settings: ExtractSettings) -> dict[str, str]:
    from droindex.extract.cache import (  # noqa: PLC0415 - only for files
        limits_fingerprint,
        settings_fingerprint,
    )

    return {"reading": settings_fingerprint(settings), "limits": limits_fingerprint(settings)}


def _source_of(entry: Entry, fingerprints: Mapping[str, str]) -> dict[str, Any]:
    sidecar = entry.sidecar_identity.to_list() if entry.sidecar_identity else None
    if entry.sidecar is not None and sidecar is None:
        sidecar = []
    return {
        "file": entry.identity.to_list(),
        **fingerprints,
        "sidecar": sidecar,
        "catalog": entry.catalog_digest,
    }


def _same_text(before: DocState, source: Mapping[str, Any]) -> bool:
    # A document in no set has no stored text; it is read again, from the cache as a rule.
    if not before.prints:
        return False
    if any(before.source.get(key) != source[key] for key in ("file", "reading")):
        return False
    # A deadline or a limit that was changed matters where the last one cut a reading short.
    was_cut_short = before.is_stale or before.base.get("file_status") in _CUT_SHORT
    return not was_cut_short or before.source.get("limits") == source["limits"]


def _with_given(before: DocState, given: Given, source: dict[str, Any]) -> DocState:
    return DocState(
        doc_id=before.doc_id,
        origin=before.origin,
        given=_given_document(before.doc_id, given),
        digest=before.digest,
        source=source,
        inferred=before.inferred,
        base=before.base,
        reason=before.reason,
        text_pages=before.text_pages,
        is_stale=before.is_stale,
        problems=given.problems,
        text=before.text,
        says_open=given.says_open,
    )


def _read_state(
    entry: Entry, origin: str, extracted: Extracted, given: Given, source: dict[str, Any]
) -> DocState:
    extraction = extracted.extraction
    base = {
        "file": entry.file,
        "size_bytes": extracted.size_bytes,
        "media_type": extraction.facts.media_type,
        "sha256": extracted.sha256,
        "page_count": extraction.facts.page_count,
        "file_status": extraction.status,
        "needs_ocr_pages": tuple(
            page.number for page in extraction.pages if page.status is PageStatus.NEEDS_OCR
        ),
    }
    return DocState(
        doc_id=entry.doc_id,
        origin=origin,
        given=_given_document(entry.doc_id, given),
        digest=_text_digest(extraction.pages),
        source=source,
        inferred=infer(extraction, entry.file),
        base={key: value for key, value in base.items() if value is not None},
        reason=extraction.reason,
        text_pages=sum(1 for page in extraction.pages if page.text),
        problems=given.problems,
        text=text_print(extraction.pages),
        says_open=given.says_open,
    )


def _text_digest(pages: Sequence[Page]) -> str:
    """Return the digest of what is indexed of the pages: the text may change, the file not."""
    digest = hashlib.sha256()
    for page in pages:
        digest.update(json.dumps(page_to_dict(page), sort_keys=True).encode())
    return digest.hexdigest()[:DIGEST_CHARS]


def _given_document(doc_id: str, given: Given) -> Document:
    return Document(doc_id=doc_id, **given.values, sources=dict(given.sources))


def _is_lost(before: DocState, now: DocState) -> bool:
    was_fine = before.is_stale or before.base.get("file_status") in _READABLE
    if not was_fine or not before.prints:
        return False
    status = now.base["file_status"]
    return status in _LOST and now.text_pages == 0


def _stale(before: DocState, now: DocState, given: Given) -> DocState:
    """Return the state of a file that cannot be read any more: its last good text stays."""
    kept = _with_given(before, given, now.source)
    kept.is_stale = True
    kept.reason = now.reason
    status = now.base["file_status"]
    kept.problems = (
        *given.problems,
        Problem(
            before.base["file"],
            "kept-last-good",
            f"It can no longer be read ({status}: {now.reason}) Its last good text is kept; "
            "put back a sound file.",
        ),
    )
    return kept


def _unseen(
    old: Mapping[str, DocState], unreadable: Sequence[str], folders: Sequence[str]
) -> set[str]:
    """Return ids that the listing may lack only because something could not be looked at."""
    starts = tuple(f"{folder}/" for folder in folders)
    hidden = {doc_id for doc_id in unreadable if doc_id in old}
    if "." in folders or "" in folders:
        return set(old)
    return hidden | {doc_id for doc_id in old if starts and doc_id.startswith(starts)}
