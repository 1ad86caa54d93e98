"""What a file of records holds now, against what the last build remembers."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, NamedTuple

from droindex.build.gathered import Gathered, hints_fingerprint
from droindex.clearance.label_memory import digest_of_words
from droindex.clearance.ranks import restriction
from droindex.corpus.entry import FileIdentity
from droindex.corpus.records.files import scan_records
from droindex.corpus.records.lines import LineChunk, changed_lines, index_lines
from droindex.corpus.records.record import read_record, read_record_pages, record_says_open
from droindex.files.unlinked import open_unlinked
from droindex.library.state import DocState
from droindex.problems import is_record_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from droindex.corpus.config import CorpusConfig, Problem
    from droindex.corpus.records.files import RecordEntry
    from droindex.corpus.records.lines import LineIndex, LinesChanged
    from droindex.library.states import States
    from droindex.model import Document
    from droindex.pages import Page
    from droindex.settings import Settings

__all__ = ["KnownRecords", "forget_lines", "gather_records", "read_entry_pages"]


class KnownRecords(NamedTuple):
    """What is remembered of a file of records.

    Attributes:
        states: The documents of the library.
        origin: The name under which the file's documents are remembered.
        documents: How many documents of the file there are in the library.
        is_whole: Whether all that is remembered of them is at hand.
    """

    states: States
    origin: str
    documents: int
    is_whole: bool

    def get(self, doc_id: str) -> DocState | None:
        """Return a document of the file, as the last build left it."""
        state = self.states.get(doc_id)
        return state if state is not None and state.origin == self.origin else None

    def chunks(self) -> Iterator[LineChunk]:
        """Yield what is kept of the file's lines."""
        start = self._start()
        for key, value in self.states.layers.scan(start):
            yield LineChunk.from_json(key[len(start) :].decode(), value)

    def is_kept(self, lines: LineIndex | None) -> bool:
        """Whether nothing has to be written for the next build to know where the lines stand."""
        if lines is None:
            return True
        return lines.put == [*self.chunks()] if lines.is_whole else not (lines.put or lines.dropped)

    def keep(self, lines: LineIndex | None) -> None:
        """Keep where the lines stand; None for nowhere."""
        layers, start = self.states.layers, self._start()
        if lines is None or lines.is_whole:
            layers.take_away(start)
        for place in lines.dropped if lines else ():
            layers.put(start + place.encode(), None)
        for chunk in lines.put if lines else ():
            layers.put(start + chunk.place.encode(), chunk.to_json())

    def _start(self) -> bytes:
        return _lines_of(self.origin)


def forget_lines(states: States, origin: str) -> None:
    """Forget where the lines of a file of records stand."""
    states.layers.take_away(_lines_of(origin))


def _lines_of(origin: str) -> bytes:
    return b"L" + origin.encode("utf-8", "surrogateescape") + b"\0"


def gather_records(
    corpus: Path, known: KnownRecords, config: CorpusConfig, settings: Settings
) -> Gathered:
    """Return the documents of a `.jsonl` file that changed; the other records are not read."""
    source = {"hints": hints_fingerprint(config)}
    gathered = _gather_changed(corpus, known, source, config, settings)
    if gathered is None:
        gathered = _gather_all(corpus, known, source, config, settings)
    return gathered


def _gather_changed(
    corpus: Path,
    known: KnownRecords,
    source: dict[str, str],
    config: CorpusConfig,
    settings: Settings,
) -> Gathered | None:
    """Return what changed against what is remembered of the lines; None where that is no use."""
    if not known.is_whole or not is_record_file(corpus):
        return None
    chunks = [*known.chunks()]
    lines = sum(chunk.held for chunk in chunks)
    first = known.get(chunks[0].records[0][0]) if chunks else None
    # As many documents as lines: none is left out, none was taken over or removed since.
    if first is None or first.source != source or lines != known.documents:
        return None
    try:
        with os.fdopen(open_unlinked(corpus.resolve()), "rb") as file:
            was = _identity(file)
            found = changed_lines(file, chunks, settings.build.max_doc_id_chars)
            if found is None or _is_ambiguous(found, known):
                return None
            gathered = Gathered(gone=found.gone, lines=found.kept)
            for entry in found.entries:
                gathered.records[entry.doc_id] = entry
                gathered.states[entry.doc_id] = _record_state(
                    file, entry, known.origin, corpus.name, config, settings
                )
            if _identity(file) != was:
                return None
    except OSError:
        return None  # told by whoever reads all of it
    new = sum(known.get(doc_id) is None for doc_id in gathered.states)
    gathered.count = lines + new - len(found.gone)
    return gathered


def _is_ambiguous(found: LinesChanged, known: KnownRecords) -> bool:
    """Whether an id stands twice: in a line that is new, and in one that nobody looked at."""
    others = (entry.doc_id for entry in found.entries if entry.doc_id not in found.looked_at)
    return any(known.get(doc_id) is not None for doc_id in others)


def _gather_all(
    corpus: Path,
    known: KnownRecords,
    source: dict[str, str],
    config: CorpusConfig,
    settings: Settings,
) -> Gathered:
    left_out: list[RecordEntry] = []
    was = _identity_of(corpus)
    entries, problems = scan_records(
        corpus,
        settings=settings.build,
        rank=lambda label: restriction(label, config.labels),
        labels=config.labels,
        left_out=left_out,
    )
    gathered = Gathered(problems=[*problems], count=len(entries))
    with os.fdopen(open_unlinked(corpus.resolve()), "rb") as file:
        for entry in entries:
            before = known.get(entry.doc_id)
            gathered.records[entry.doc_id] = entry
            if before is None or before.digest != entry.digest or before.source != source:
                gathered.states[entry.doc_id] = _record_state(
                    file, entry, known.origin, corpus.name, config, settings
                )
        gathered.left_out += (
            _record_state(file, entry, known.origin, corpus.name, config, settings)
            for entry in left_out
        )
        if not problems and was is not None:
            lines = index_lines(file, entries)
            gathered.lines = lines if _identity(file) == was else None
    gathered.gone = {
        state.doc_id
        for _, state in known.states.all_states()
        if state.origin == known.origin and state.doc_id not in gathered.records
    }
    return gathered


def _identity_of(corpus: Path) -> FileIdentity | None:
    try:
        return FileIdentity.of(corpus.stat())
    except OSError:
        return None


def _identity(file: IO[bytes]) -> FileIdentity:
    """Return what tells that a file was not changed while it was read."""
    return FileIdentity.of(os.fstat(file.fileno()))


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
        source={"hints": hints_fingerprint(config)},
        text_pages=sum(1 for page in document.pages if page.text),
        problems=issues,
        text_digest=digest_of_words(document.pages),
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
        statuses=config.statuses,
        labels=config.labels,
        dates=config.dates,
        kinds=config.kinds,
    )


def _says_open(file: IO[bytes], entry: RecordEntry, settings: Settings) -> bool:
    file.seek(entry.offset)
    return record_says_open(file.read(entry.length), settings=settings.build)
