"""What is remembered of a file: what it was read to, and what tells that it is still the same."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from droindex.build.gathered import DIGEST_CHARS
from droindex.clearance.label_memory import WHOLE_TEXT, digest_of_words
from droindex.corpus.config import Problem
from droindex.corpus.entry import FileIdentity
from droindex.corpus.parts import (
    DOCUMENTS,
    NOT_SPLIT,
    SPLIT,
    SPLIT_VERSION,
    part_given,
    read_parts,
)
from droindex.extract.codec import page_to_dict
from droindex.extract.protocol import FAULT, FRONT_MATTER, Extraction, FileFacts
from droindex.files.unlinked import open_unlinked
from droindex.library.state import DocState
from droindex.metadata.infer.inference import infer
from droindex.model import Document, FileStatus
from droindex.pages import PageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from droindex.corpus.entry import Entry
    from droindex.corpus.parts import PartReading, Splitting
    from droindex.extract.workers.run import Extracted
    from droindex.metadata.coercion import Given
    from droindex.pages import Page
    from droindex.settings import ExtractSettings

__all__ = [
    "FRONT",
    "LOST",
    "Offered",
    "changed_meanwhile",
    "failed_on",
    "front_matter_of",
    "has_same_text",
    "is_as_it_was",
    "is_complete",
    "is_lost",
    "reading_fingerprints",
    "source_of",
    "stale",
    "state_of",
    "states_of",
    "with_given",
]

Offered = tuple[DocState, "Sequence[Page] | None"]  # with its pages, if they were just read

FRONT = "front"  # among the facts of a file: the block of keys that its text opens with
_READABLE = (FileStatus.OK, FileStatus.PARTIAL)
_CUT_SHORT = (
    FileStatus.PARTIAL,
    FileStatus.TOO_BIG,
    FileStatus.TIMED_OUT,
    FileStatus.CRASHED,
)
LOST = (  # a file that was fine and ends like this keeps its last good text
    FileStatus.DAMAGED,
    FileStatus.NOT_PDF,
    FileStatus.ENCRYPTED,
    FileStatus.TOO_BIG,
    FileStatus.TIMED_OUT,
    FileStatus.CRASHED,
    FileStatus.EMPTY,
)


def is_as_it_was(entry: Entry) -> bool:
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


def changed_meanwhile(extracted: Extracted) -> Extracted:
    """Return the reading of a file that was changed meanwhile: whose text it is, nobody knows."""
    reason = "It was changed while it was read."
    return replace(
        extracted, extraction=Extraction(FileStatus.DAMAGED, reason), sha256=None, size_bytes=0
    )


def failed_on(extracted: Extracted) -> Extracted:
    """Return a file that droindex failed on after it was read: nothing but what may hide it."""
    facts = extracted.extraction.facts
    front = {key: value for key, value in facts.properties.items() if key == FRONT_MATTER}
    kept = FileFacts(media_type=facts.media_type, page_count=facts.page_count, properties=front)
    return replace(extracted, extraction=Extraction(FileStatus.CRASHED, FAULT, (), kept))


def front_matter_of(extraction: Extraction) -> str:
    """Return the block of keys that a Markdown file opens with; empty for any other."""
    facts = extraction.facts
    return facts.properties.get(FRONT_MATTER, "") if facts.media_type == "text/markdown" else ""


def reading_fingerprints(settings: ExtractSettings) -> dict[str, str]:
    """Return what tells that files would be read in the same way."""
    from droindex.extract.cache import (  # noqa: PLC0415 - only for files
        limits_fingerprint,
        settings_fingerprint,
    )

    return {"reading": settings_fingerprint(settings), "limits": limits_fingerprint(settings)}


def source_of(
    entry: Entry, fingerprints: Mapping[str, str], *, is_split: bool = False
) -> dict[str, Any]:
    """Return what tells that a file and its metadata are the same.

    Args:
        entry: The file.
        fingerprints: Of the settings by which it is read.
        is_split: Whether it becomes several documents, if it is a bundle.
    """
    sidecar = entry.sidecar_identity.to_list() if entry.sidecar_identity else None
    if entry.sidecar is not None and sidecar is None:
        sidecar = []
    return {
        "file": entry.identity.to_list(),
        **fingerprints,
        "sidecar": sidecar,
        "catalog": entry.catalog_digest,
        **({SPLIT: SPLIT_VERSION} if is_split else {}),
    }


def is_complete(states: Sequence[DocState]) -> bool:
    """Whether these are all documents of a file: it is one, or all its parts are there."""
    return len(states) == (states[0].file_facts.get(DOCUMENTS, 1) if states else 0)


def _is_bundle(state: DocState) -> bool:
    """Whether a document is a bundle, or a part of one."""
    is_part = "part_of" in state.file_facts
    return is_part or any(item.field == "part_count" for item in state.inferred)


def has_same_text(before: DocState, source: Mapping[str, Any]) -> bool:
    """Whether a file needs not be read again: its text would be the same, and is at hand."""
    # A document in no set has no stored text; it is read again, from the cache as a rule.
    if not before.fingerprints:
        return False
    if any(before.source.get(key) != source[key] for key in ("file", "reading")):
        return False
    if _is_bundle(before) and before.source.get(SPLIT) != source.get(SPLIT):
        return False
    # A deadline or a limit that was changed matters where the last one cut a reading short.
    was_cut_short = before.is_stale or before.file_facts.get("file_status") in _CUT_SHORT
    return not was_cut_short or before.source.get("limits") == source["limits"]


def with_given(before: DocState, given: Given, source: dict[str, Any]) -> DocState:
    """Return the state of a document whose text is the same, with the metadata of now."""
    return DocState(
        doc_id=before.doc_id,
        origin=before.origin,
        given=_given_document(before.doc_id, part_given(before.file_facts, given)),
        digest=before.digest,
        source=source,
        inferred=before.inferred,
        file_facts=before.file_facts,
        reason=before.reason,
        text_pages=before.text_pages,
        is_stale=before.is_stale,
        problems=given.problems,
        text_digest=before.text_digest,
        says_open=given.says_open,
    )


def state_of(
    entry: Entry, origin: str, extracted: Extracted, given: Given, source: dict[str, Any]
) -> DocState:
    """Return the state of a document whose file was read.

    Args:
        entry: The file.
        origin: The name under which the corpus's documents are remembered.
        extracted: What it was read to.
        given: Its metadata.
        source: What tells that it is the same.
    """
    extraction = extracted.extraction
    facts = {
        "file": entry.file,
        "size_bytes": extracted.size_bytes,
        "media_type": extraction.facts.media_type,
        "sha256": extracted.sha256,
        "page_count": extraction.facts.page_count,
        "file_status": extraction.status,
        FRONT: front_matter_of(extraction) or None,
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
        file_facts={key: value for key, value in facts.items() if value is not None},
        reason=extraction.reason,
        text_pages=sum(1 for page in extraction.pages if page.text),
        problems=given.problems,
        text_digest=digest_of_words(extraction.pages, front_matter_of(extraction)),
        says_open=given.says_open,
    )


def states_of(
    entry: Entry,
    origin: str,
    extracted: Extracted,
    given: Given,
    source: dict[str, Any],
    splitting: Splitting,
) -> list[Offered]:
    """Return the documents that a file becomes, with their pages: one, or the parts of a bundle.

    Args:
        entry: The file.
        origin: The name under which the corpus's documents are remembered.
        extracted: What it was read to.
        given: Its metadata.
        source: What tells that it is the same; `SPLIT` in it says that bundles are split.
        splitting: How they are split.
    """
    extraction = extracted.extraction
    whole = state_of(entry, origin, extracted, given, source)
    if SPLIT not in source or not _is_bundle(whole):
        return [(whole, extraction.pages)]
    parts, fault = read_parts(whole.doc_id, whole.place, whole.inferred, extraction, splitting)
    if fault:
        whole.file_facts[NOT_SPLIT] = fault
        return [(whole, extraction.pages)]
    return [(_part_state(whole, part, given), part.pages) for part in parts]


def _part_state(whole: DocState, part: PartReading, given: Given) -> DocState:
    """Return the state of a part of a bundle."""
    facts = {**whole.file_facts, **part.facts, WHOLE_TEXT: whole.text_digest}
    return DocState(
        doc_id=part.doc_id,
        origin=whole.origin,
        given=_given_document(part.doc_id, part_given(facts, given)),
        digest=_text_digest(part.pages),
        source=whole.source,
        inferred=part.inferred,
        file_facts=facts,
        reason=whole.reason,
        text_pages=sum(1 for page in part.pages if page.text),
        problems=whole.problems,
        text_digest=digest_of_words(part.pages),
        says_open=whole.says_open,
    )


def _text_digest(pages: Sequence[Page]) -> str:
    """Return the digest of what is indexed of the pages: the text may change, the file not."""
    digest = hashlib.sha256()
    for page in pages:
        digest.update(json.dumps(page_to_dict(page), sort_keys=True).encode())
    return digest.hexdigest()[:DIGEST_CHARS]


def _given_document(doc_id: str, given: Given) -> Document:
    return Document(doc_id=doc_id, **given.values, sources=dict(given.sources))


def is_lost(before: DocState, now: DocState) -> bool:
    """Whether a file that was fine cannot be read any more."""
    was_fine = before.is_stale or before.file_facts.get("file_status") in _READABLE
    if not was_fine or not before.fingerprints:
        return False
    status = now.file_facts["file_status"]
    return status in LOST and now.text_pages == 0


def stale(before: DocState, now: DocState, given: Given) -> DocState:
    """Return the state of a file that cannot be read any more: its last good text stays."""
    kept = with_given(before, given, now.source)
    kept.is_stale = True
    kept.reason = now.reason
    status = now.file_facts["file_status"]
    kept.problems = (
        *given.problems,
        Problem(
            before.file_facts["file"],
            "kept-last-good",
            f"It can no longer be read ({status}: {now.reason}) Its last good text is kept; "
            "put back a sound file.",
        ),
    )
    return kept
