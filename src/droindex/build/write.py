"""Writing one clearance set: anew, or as a changed copy of the one before.

A set never holds a document that it should not: the engine keeps deleted ones in its statistics,
dictionaries and files until it merges, so that callers could tell, and read them there.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from droindex.engine.entries import (
    document_entry,
    encode_document,
    indexable_pages,
    owner_number,
    passage_entries,
)
from droindex.engine.profile import PROFILE_TERMS
from droindex.engine.schema import DOC_ID, DOCUMENTS_SCHEMA, PASSAGES_SCHEMA
from droindex.library.scopes import scope_counts, scope_of
from droindex.store.generation import DOCUMENTS, PAGES
from droindex.synonyms.table import Definitions, definitions_of, save_acronyms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from droindex.corpus.config import CorpusConfig
    from droindex.engine.analysis import Analyzer
    from droindex.engine.protocol import Engine
    from droindex.model import Document, Page
    from droindex.settings import BuildSettings

__all__ = ["SetPlan", "write_set"]

_SCHEMAS = {DOCUMENTS: DOCUMENTS_SCHEMA, PAGES: PASSAGES_SCHEMA}
Entries = dict[str, "Callable[[], Iterable[dict[str, Any]]]"]  # index -> makes its entries

_UNSEEN = ("labels", "exclude")  # of corpus.toml: no answer depends on them

PRINT_CHARS = 24  # of a digest; enough that two states never share one by chance


@dataclass(slots=True)
class SetPlan:
    """What a set is to hold, and what it holds.

    Attributes:
        name: The set's folder.
        documents: Everything it is to hold, references resolved, by id.
        prints: Document id -> fingerprint of what it is to hold.
        before: Document id -> fingerprint of what it holds now.
        layout: How its files came about, when they are not written anew: see `_layout`.
    """

    name: str
    documents: Mapping[str, Document]
    prints: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    layout: str = ""

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
    load_profile: Callable[[str], bytes],
    config: CorpusConfig,
    analyzer: Analyzer,
    engine: Engine,
    settings: BuildSettings,
    versions: Mapping[str, Any],
    on_written: Callable[[], None],
) -> dict[str, Any]:
    """Write a set and return its part of the manifest.

    Args:
        plan: What it is to hold.
        target: The folder to write; it must not exist.
        source: The set to start from, or None to write it anew.
        definitions: What the documents of `source` define.
        load_pages: Returns the text of a document.
        load_profile: Returns the profile that `source` holds of a document.
        config: Says which statuses are active.
        analyzer: The chain of the library.
        engine: What the library is written with.
        settings: Sizes.
        versions: What the files are written with.
        on_written: Called after each document that is new or changed.
    """
    changed = plan.changed if source else sorted(plan.prints)
    defined = {key: pairs for key, pairs in definitions.items() if key in plan.prints}
    for doc_id in changed:
        defined.pop(doc_id, None)

    def entries_of(doc_id: str) -> Entries:
        document, text = plan.documents[doc_id], indexable_pages(load_pages(doc_id))
        if doc_id in new:
            texts = (document.title, document.summary, *(page.text for page in text))
            if pairs := definitions_of(texts):
                defined[doc_id] = pairs
            on_written()
        scope, terms = scope_of(document, config), PROFILE_TERMS

        def whole() -> tuple[dict[str, Any]]:
            # To work it out takes longer than all the rest of writing a document again.
            profile = None if doc_id in new else load_profile(doc_id)
            return (document_entry(document, text, scope, analyzer, terms, profile),)

        return {
            DOCUMENTS: whole,
            PAGES: lambda: passage_entries(doc_id, text, settings.passage_chars),
        }

    new = set(changed)
    leaving = [doc_id for doc_id in plan.before if doc_id in new or doc_id not in plan.prints]
    purged: dict[str, list[str]] = {}
    if source:
        numbers = {owner_number(key): key for key in plan.before} if leaving else {}
        for name in _SCHEMAS:
            reached = engine.clone(source / name, target / name, map(owner_number, leaving))
            purged[name] = sorted(numbers[number] for number in numbers.keys() & reached)
    if leaving and purged:
        kept = {name: [key for key in ids if key in plan.prints] for name, ids in purged.items()}
        stay = {name: [key for key in ids if key not in new] for name, ids in kept.items()}
        _change(engine, target, purged, stay, entries_of, analyzer, settings.writer_heap_bytes)
    if changed or not source:
        added = dict.fromkeys(_SCHEMAS, changed)
        _change(engine, target, {}, added, entries_of, analyzer, settings.writer_heap_bytes)
    save_acronyms(target, defined, config, analyzer)
    plan.layout = _layout(plan, changed) if source else ""
    return _describe(plan, config, versions)


def _change(
    engine: Engine,
    target: Path,
    delete: Mapping[str, Sequence[str]],
    add: Mapping[str, Sequence[str]],
    entries_of: Callable[[str], Entries],
    analyzer: Analyzer,
    heap_bytes: int,
) -> None:
    """Delete documents from the two indexes and add others, in one commit for each index."""
    writers = {
        name: engine.writer(target / name, schema, analyzer, heap_bytes)
        for name, schema in _SCHEMAS.items()
    }
    for name, doc_ids in delete.items():
        for doc_id in doc_ids:
            writers[name].delete(DOC_ID, doc_id)
    wanted = {name: frozenset(doc_ids) for name, doc_ids in add.items()}
    for doc_id in sorted(frozenset().union(*wanted.values())):
        for name, entries in entries_of(doc_id).items():
            if doc_id in wanted[name]:
                for entry in entries():
                    writers[name].add(entry)
    for writer in writers.values():
        writer.commit()


def _layout(plan: SetPlan, changed: Sequence[str]) -> str:
    """Return what tells how a set came about that was not written anew.

    How documents lie in the files may move the last digit of a score: so it is part of what
    tells whether answers may have changed. It knows of nothing outside the set.
    """
    gone = plan.gone
    if not changed and not gone:
        return plan.layout
    steps = [plan.layout, [(key, plan.prints[key]) for key in changed], gone]
    return hashlib.sha256(json.dumps(steps).encode()).hexdigest()[:PRINT_CHARS]


def _describe(plan: SetPlan, config: CorpusConfig, versions: Mapping[str, Any]) -> dict[str, Any]:
    marks = sorted(plan.prints.items())
    seen = {key: value for key, value in config.to_dict().items() if key not in _UNSEEN}
    whole = json.dumps([marks, plan.layout, seen, versions], sort_keys=True)
    return {
        "documents": len(plan.documents),
        "layout": plan.layout,
        **scope_counts(plan.documents.values(), config),
        "fingerprint": hashlib.sha256(whole.encode()).hexdigest()[:PRINT_CHARS],
    }
