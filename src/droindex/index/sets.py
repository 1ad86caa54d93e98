"""Writing one clearance set: anew, or as a changed copy of the one before."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from droindex.index.acronyms import Definitions, definitions_of, save_acronyms
from droindex.index.disk import link_tree
from droindex.index.engine import Writer, documents_schema, pages_schema
from droindex.index.entries import (
    document_entry,
    encode_document,
    indexable_pages,
    passage_entries,
    scope_of,
)
from droindex.index.fields import day_number
from droindex.index.library import DOCUMENTS, PAGES
from droindex.model import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from droindex.index.analysis import Analyzer
    from droindex.ingest.config import CorpusConfig
    from droindex.model import Document, Page
    from droindex.settings import BuildSettings

__all__ = ["SetPlan", "write_set"]

PRINT_CHARS = 24  # of a digest; enough that two states never share one by chance


@dataclass(slots=True)
class SetPlan:
    """What a set is to hold, and what it holds.

    Attributes:
        name: The set's folder.
        documents: Everything it is to hold, references resolved, by id.
        prints: Document id -> fingerprint of what it is to hold.
        before: Document id -> fingerprint of what it holds now.
        dead: Documents that were deleted from its files since they were written anew.
    """

    name: str
    documents: Mapping[str, Document]
    prints: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    dead: int = 0

    @property
    def changed(self) -> list[str]:
        """Documents to write, in the order of their ids."""
        return sorted(key for key, mark in self.prints.items() if self.before.get(key) != mark)

    @property
    def gone(self) -> list[str]:
        """Documents to delete, in the order of their ids."""
        return sorted(key for key in self.before if key not in self.prints)


def fingerprint(document: Document, digest: str, scope: str) -> str:
    """Return what tells whether an indexed document is up to date."""
    whole = b"\0".join((encode_document(document), digest.encode(), scope.encode()))
    return hashlib.sha256(whole).hexdigest()[:PRINT_CHARS]


def write_set(
    plan: SetPlan,
    target: Path,
    source: Path | None,
    *,
    definitions: Definitions,
    load_pages: Callable[[str], tuple[Page, ...]],
    config: CorpusConfig,
    analyzer: Analyzer,
    settings: BuildSettings,
    today: date,
    on_written: Callable[[], None],
) -> dict[str, Any]:
    """Write a set and return its part of the manifest.

    Args:
        plan: What it is to hold.
        target: The folder to write; it must not exist.
        source: The set to start from, or None to write it anew.
        definitions: What the documents of `source` define.
        load_pages: Returns the text of a document.
        config: Says which statuses are active.
        analyzer: The chain of the library.
        settings: Sizes.
        today: The day that decides which documents have expired.
        on_written: Called after each document.
    """
    changed = plan.changed if source else sorted(plan.prints)
    gone = plan.gone if source else []
    defined = {key: pairs for key, pairs in definitions.items() if key in plan.prints}
    for name in (DOCUMENTS, PAGES):
        if source:
            link_tree(source / name, target / name)
    if changed or gone or not source:
        replaced = [doc_id for doc_id in changed if source and doc_id in plan.before]
        heap = settings.writer_heap_bytes
        documents = Writer(target / DOCUMENTS, documents_schema(), analyzer, heap)
        pages = Writer(target / PAGES, pages_schema(), analyzer, heap)
        for doc_id in (*gone, *replaced):
            documents.delete("doc_id", doc_id)
            pages.delete("doc_id", doc_id)
        for doc_id in changed:
            document = plan.documents[doc_id]
            text = indexable_pages(load_pages(doc_id))
            scope = scope_of(document, config, today)
            terms = settings.profile_terms
            documents.add(document_entry(document, text, scope, analyzer, terms))
            for entry in passage_entries(doc_id, text, settings.passage_chars):
                pages.add(entry)
            defined.pop(doc_id, None)
            texts = (document.title, document.summary, *(page.text for page in text))
            if pairs := definitions_of(texts, settings):
                defined[doc_id] = pairs
            on_written()
        documents.commit()
        pages.commit()
        plan.dead += len(gone) + len(replaced)
    save_acronyms(target, defined, config, analyzer, settings)
    return _describe(plan, config, today)


def _describe(plan: SetPlan, config: CorpusConfig, today: date) -> dict[str, Any]:
    scopes = {scope.value: 0 for scope in Scope if scope is not Scope.ALL}
    expiries: set[int] = set()
    for document in plan.documents.values():
        scope = scope_of(document, config, today)
        scopes[scope] = scopes.get(scope, 0) + 1
        if document.expires is not None and document.expires >= today:
            expiries.add(day_number(document.expires))
    marks = "".join(f"{doc_id}\0{plan.prints[doc_id]}\n" for doc_id in sorted(plan.prints))
    return {
        "documents": len(plan.documents),
        "dead": plan.dead,
        "scopes": scopes,
        "expiries": sorted(expiries),
        "fingerprint": hashlib.sha256(marks.encode()).hexdigest()[:PRINT_CHARS],
    }
