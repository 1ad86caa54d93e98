"""What a file of records holds now, against what the last build remembers."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING

from droindex.build.gathered import Gathered, hints_fingerprint
from droindex.clearance.label_memory import digest_of_words
from droindex.clearance.ranks import restriction
from droindex.corpus.record_files import scan_records
from droindex.corpus.records import read_record, read_record_pages, record_says_open
from droindex.files.unlinked import open_unlinked
from droindex.library.state import DocState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from droindex.corpus.config import CorpusConfig, Problem
    from droindex.corpus.record_files import RecordEntry
    from droindex.model import Document
    from droindex.pages import Page
    from droindex.settings import Settings

__all__ = ["gather_records", "read_entry_pages"]


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
    source = {"hints": hints_fingerprint(config)}
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
