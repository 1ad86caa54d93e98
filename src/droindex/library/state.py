"""What a build remembers of each document, so that the next one reads only what changed.

It lies in the generation (`states`), is read by builds and operator commands alone, and holds
metadata of labelled documents: it belongs to no clearance set.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from droindex.corpus.config import Problem
from droindex.corpus.given import merge
from droindex.engine.entries import encode_document
from droindex.errors import IndexFormatError
from droindex.library.report import FileReport
from droindex.metadata.coercion import Given
from droindex.metadata.infer.inference import choose
from droindex.metadata.inferred import Inferred
from droindex.model import Document, FileStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from droindex.store.generation import Generation

__all__ = ["UPDATE", "DocState", "by_file", "exported_error", "file_reports"]

UPDATE = "update"  # the origin of documents that came through Library.update


@dataclass(slots=True)
class DocState:
    """One document as the last build left it.

    Attributes:
        doc_id: Its key.
        origin: The corpus it came from, or `UPDATE`.
        given: The metadata that was given; its `sources` name the fields.
        digest: Digest of what its text was made from.
        source: What tells that its files are unchanged.
        inferred: What was read from its text, for fields that nobody gave.
        file_facts: Facts of its file.
        reason: Why the reading did not end in `ok`.
        text_pages: Pages with text.
        is_stale: Whether its file could not be read any more and the last good text was kept.
        problems: What was wrong with it when it was read.
        fingerprints: Clearance set -> fingerprint of what stands in it.
        text_digest: Digest of its words, by which it is known again under another name.
        says_open: Whether its metadata says that it is open.
        held: The label that it was seen with, where it has none now and nobody said that it is
            open.
        signature: Digests of its text, as `signature_of` has them; None where nobody knows: its
            text is lost, or it was last written by a version that kept none.
    """

    doc_id: str
    origin: str
    given: Document
    digest: str
    source: dict[str, Any] = field(default_factory=dict)
    inferred: tuple[Inferred, ...] = ()
    file_facts: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    text_pages: int = 0
    is_stale: bool = False
    problems: tuple[Problem, ...] = ()
    fingerprints: dict[str, str] = field(default_factory=dict)
    text_digest: str = ""
    says_open: bool = False
    held: str = ""
    signature: bytes | None = None

    def document(self, chosen: Mapping[str, Inferred]) -> Document:
        """Return the document: what was given over what was read, under the label that it keeps.

        Args:
            chosen: Field -> the winner among the values that were read.
        """
        document = self.stated(chosen)
        if not self.held or document.label is not None:
            return document
        sources = MappingProxyType({**document.sources, "label": "kept"})
        return replace(document, label=self.held, sources=sources)

    def stated(self, chosen: Mapping[str, Inferred]) -> Document:
        """Return the document with the label that its metadata or its text gives, if any."""
        if not self.inferred and not self.file_facts:
            return self.given
        values = {name: getattr(self.given, name) for name in self.given.sources}
        return merge(self.doc_id, Given(values, self.given.sources), chosen, self.file_facts)

    def document_alone(self) -> Document:
        """Return the document where nothing of others decides what is taken of what was read."""
        return self.document(choose(self.inferred))

    def stated_alone(self) -> Document:
        """Return the same with the label that its metadata or its text gives."""
        return self.stated(choose(self.inferred))

    @property
    def file_id(self) -> str:
        """The id that the whole file has, or would have if it were not split into parts."""
        return str(self.file_facts.get("part_of", self.doc_id))

    @property
    def place(self) -> str:
        """What to call it in a problem: its file, else its id."""
        return str(self.file_facts.get("file", self.doc_id))

    def to_json(self) -> bytes:
        """Return the state as JSON; its keys are part of the format."""
        shape = {
            "doc_id": self.doc_id,
            "origin": self.origin,
            "given": json.loads(encode_document(self.given)),
            "open": self.says_open,
            "digest": self.digest,
            "source": self.source,
            "inferred": [item.to_dict() for item in self.inferred],
            "base": self.file_facts,
            "reason": self.reason,
            "text_pages": self.text_pages,
            "stale": self.is_stale,
            "problems": [problem.to_dict() for problem in self.problems],
            "prints": self.fingerprints,
            "text": self.text_digest,
            "held": self.held,
            "signature": _pack(self.signature),
        }
        lean = {key: value for key, value in shape.items() if value not in ("", [], {}, 0, False)}
        return json.dumps(lean, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, line: bytes) -> DocState:
        """Return the state that `to_json` wrote."""
        shape = json.loads(line)
        facts = shape.get("base", {})
        if "file_status" in facts:
            facts["file_status"] = FileStatus(facts["file_status"])
        if "needs_ocr_pages" in facts:
            facts["needs_ocr_pages"] = tuple(facts["needs_ocr_pages"])
        return cls(
            doc_id=shape["doc_id"],
            origin=shape["origin"],
            given=Document.from_dict(shape["given"]),
            digest=shape.get("digest", ""),
            source=shape.get("source", {}),
            inferred=tuple(Inferred.from_dict(item) for item in shape.get("inferred", ())),
            file_facts=facts,
            reason=shape.get("reason", ""),
            text_pages=shape.get("text_pages", 0),
            is_stale=shape.get("stale", False),
            problems=tuple(Problem(**item) for item in shape.get("problems", ())),
            fingerprints=shape.get("prints", {}),
            text_digest=shape.get("text", ""),
            says_open=shape.get("open", False),
            held=shape.get("held", ""),
            signature=_unpack(shape.get("signature", ())),
        )


def by_file(states: Iterable[DocState]) -> dict[tuple[str, str], list[DocState]]:
    """Return the documents by their origin and `file_id`, parts of a file in their order."""
    found: dict[tuple[str, str], list[DocState]] = {}
    for state in states:
        found.setdefault((state.origin, state.file_id), []).append(state)
    for same in found.values():
        same.sort(key=lambda state: state.file_facts.get("part_number", 0))  # the file's own first
    return found


def file_reports(states: Iterable[DocState]) -> tuple[FileReport, ...]:
    """Return how the reading of each file ended, in the order of the documents' files."""
    with_file = (state for state in states if "file" in state.file_facts)
    return tuple(map(_file_report, by_file(with_file).values()))


def _file_report(states: Sequence[DocState]) -> FileReport:
    """Return how the reading of one file ended; `states` are all that it became."""
    first = states[0]
    return FileReport(
        file=first.file_facts["file"],
        doc_id=first.doc_id,
        status=str(first.file_facts.get("file_status", FileStatus.OK)),
        reason=first.reason,
        pages=sum(state.text_pages for state in states),
        needs_ocr_pages=tuple(first.file_facts.get("needs_ocr_pages", ())),
        is_stale=first.is_stale,
        parts=tuple(state.doc_id for state in states) if first.file_facts.get("documents") else (),
    )


def exported_error(generation: Generation) -> IndexFormatError:
    """Return the error for work on an exported set that only a whole library allows."""
    return IndexFormatError(
        f"{generation.folder.parent.parent} is an exported set: it can be searched, not changed.",
        hint="Change the library that it was exported from, and export the set again.",
    )


def _pack(signature: bytes | None) -> list[str]:
    return [] if signature is None else [base64.b64encode(signature).decode()]


def _unpack(packed: Sequence[str]) -> bytes | None:
    return base64.b64decode(packed[0]) if packed else None
