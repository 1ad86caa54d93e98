"""Writing one clearance set: anew, or as a changed copy of the one before.

A set never holds a document that it should not: the engine keeps deleted ones in its statistics,
dictionaries and files until it merges, so that callers could tell, and read them there.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from droindex.build.planning.facts import LINE
from droindex.engine.entries import (
    document_entry,
    indexable_pages,
    owner_number,
)
from droindex.engine.passages import passage_entries
from droindex.engine.profile import PROFILE_TERMS
from droindex.engine.schema import DOC_ID, DOCUMENTS_SCHEMA, PASSAGES_SCHEMA
from droindex.files.disk import link_file
from droindex.library.scopes import scope_of
from droindex.store.generation import DOCUMENTS, PAGES
from droindex.synonyms.table import SYNONYMS, definitions_of, said_of, save_synonyms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from droindex.build.planning.set_plan import SetPlan
    from droindex.corpus.config import CorpusConfig
    from droindex.engine.analysis import Analyzer
    from droindex.engine.protocol import Engine
    from droindex.model import Document
    from droindex.pages import Page
    from droindex.settings import BuildSettings

__all__ = ["SetWriter", "WrittenWith"]

_SCHEMAS = {DOCUMENTS: DOCUMENTS_SCHEMA, PAGES: PASSAGES_SCHEMA}
Entries = dict[str, "Callable[[], Iterable[dict[str, Any]]]"]  # index -> makes its entries

# Of corpus.toml: no answer depends on them, but through documents.
_UNSEEN = ("labels", "exclude", "split", "columns", "category", "fields")

_FINGERPRINT_CHARS = 24  # of a digest; enough that two states never share one by chance


class WrittenWith(NamedTuple):
    """What all sets of a generation are written with.

    Attributes:
        config: Says which statuses are active.
        analyzer: The chain of the library.
        engine: What the library is written with.
        settings: Sizes.
        versions: What the files are written with.
    """

    config: CorpusConfig
    analyzer: Analyzer
    engine: Engine
    settings: BuildSettings
    versions: Mapping[str, Any]


class SetWriter:
    """Writes one set.

    Args:
        plan: What it is to hold.
        written_with: What all sets of the generation are written with.
        load_pages: Returns the text of a document.
        load_profile: Returns the profile that the set to start from holds of a document.
        with_number: Returns the id of the document that has a number in the indexes, if any.
        on_written: Called after each document that is new or changed.
    """

    def __init__(
        self,
        plan: SetPlan,
        written_with: WrittenWith,
        *,
        load_pages: Callable[[str], tuple[Page, ...]],
        load_profile: Callable[[str], bytes],
        with_number: Callable[[int], str | None],
        on_written: Callable[[], None],
    ) -> None:
        self._plan = plan
        self._with = written_with
        self._load_pages = load_pages
        self._load_profile = load_profile
        self._with_number = with_number
        self._on_written = on_written
        self._new: frozenset[str] = frozenset()

    def write(self, target: Path, source: Path | None) -> dict[str, Any]:
        """Write the set and return its part of the manifest.

        Args:
            target: The folder to write; it is empty.
            source: The set to start from, or None to write it anew.
        """
        plan = self._plan
        changed = sorted(plan.changed if source else plan.facts.ids())
        self._new = frozenset(changed)
        if source:
            self._copy(source, target)
        if changed or not source:
            self._change(target, {}, dict.fromkeys(_SCHEMAS, changed))
        self._write_synonyms(target, source)
        plan.layout = _layout(plan, changed) if source else ""
        return _describe(plan, self._with)

    def _write_synonyms(self, target: Path, source: Path | None) -> None:
        """Write what the documents define, where that may be other than before."""
        if source and not (self._plan.is_anew or self._plan.leaving or self._new):
            mode = (source / SYNONYMS).stat().st_mode & 0o777
            link_file(source / SYNONYMS, target / SYNONYMS, mode)
        else:
            save_synonyms(target, self._plan.facts.said(), self._with.config, self._with.analyzer)

    def _copy(self, source: Path, target: Path) -> None:
        """Copy the indexes of a set without what leaves it, and all that shares a file with that.

        What shares a file and stays as it is, is written again.
        """
        plan, engine = self._plan, self._with.engine
        leaving = frozenset(plan.leaving)
        ids = {owner_number(key): key for key in leaving}
        purged: dict[str, list[str]] = {}
        for name in _SCHEMAS:
            reached = engine.clone(source / name, target / name, ids)
            purged[name] = sorted(
                filter(None, (ids.get(key) or self._with_number(key) for key in reached))
            )
        if leaving:
            staying = {
                name: [key for key in keys if key not in leaving] for name, keys in purged.items()
            }
            self._change(target, purged, staying)

    def _change(
        self,
        target: Path,
        delete: Mapping[str, Sequence[str]],
        add: Mapping[str, Sequence[str]],
    ) -> None:
        """Delete documents from the two indexes and add others, in one commit for each index."""
        writers = {
            name: self._with.engine.writer(
                target / name, schema, self._with.analyzer, self._with.settings.writer_heap_bytes
            )
            for name, schema in _SCHEMAS.items()
        }
        for name, doc_ids in delete.items():
            for doc_id in doc_ids:
                writers[name].delete(DOC_ID, doc_id)
        wanted = {name: frozenset(doc_ids) for name, doc_ids in add.items()}
        for doc_id in sorted(frozenset().union(*wanted.values())):
            for name, entries in self._entries_of(doc_id).items():
                if doc_id in wanted[name]:
                    for entry in entries():
                        writers[name].add(entry)
        for writer in writers.values():
            writer.commit()

    def _entries_of(self, doc_id: str) -> Entries:
        document, pages = self._plan.document(doc_id), indexable_pages(self._load_pages(doc_id))
        if doc_id in self._new:
            self._take_definitions(document, pages)
            self._on_written()
        return {
            DOCUMENTS: lambda: (self._document_entry(document, pages),),
            PAGES: lambda: passage_entries(doc_id, pages, self._with.settings.passage_chars),
        }

    def _document_entry(self, document: Document, pages: tuple[Page, ...]) -> dict[str, Any]:
        # To work it out takes longer than all the rest of writing a document again.
        doc_id = document.doc_id
        profile = None if doc_id in self._new else self._load_profile(doc_id)
        scope = scope_of(document, self._with.config)
        return document_entry(
            document,
            pages,
            scope,
            self._with.analyzer,
            PROFILE_TERMS,
            profile,
            self._with.config.kinds,
            self._plan.line_scopes(doc_id),
        )

    def _take_definitions(self, document: Document, pages: tuple[Page, ...]) -> None:
        """Keep what a new document says that short forms stand for."""
        texts = (document.title, document.summary, *(page.text for page in pages))
        said = said_of(definitions_of(texts), self._with.analyzer)
        member = self._plan.facts.get(document.doc_id)
        assert member is not None, document.doc_id
        self._plan.facts.put(document.doc_id, member._replace(said=said), member)


def _layout(plan: SetPlan, changed: Sequence[str]) -> str:
    """Return what tells how a set came about that was not written anew.

    How documents lie in the files may move the last digit of a score: so it is part of what
    tells whether answers may have changed. It knows of nothing outside the set.
    """
    gone = plan.gone
    if not changed and not gone:
        return plan.layout
    steps = [plan.layout, [(key, plan.changed[key]) for key in changed], gone]
    return hashlib.sha256(json.dumps(steps).encode()).hexdigest()[:_FINGERPRINT_CHARS]


def _describe(plan: SetPlan, written_with: WrittenWith) -> dict[str, Any]:
    config, facts = written_with.config, plan.facts
    seen = {key: value for key, value in config.to_dict().items() if key not in _UNSEEN}
    custom = facts.custom_kinds()
    # By a sum over the documents: two sets of the same say the same, whatever their history.
    said = [len(facts), facts.total, plan.layout, seen, custom, written_with.versions]
    whole = json.dumps(said, sort_keys=True)
    return {
        "custom": custom,
        "documents": len(facts),
        "lines": facts.has_any(LINE),
        "layout": plan.layout,
        **facts.scopes(),
        "fingerprint": hashlib.sha256(whole.encode()).hexdigest()[:_FINGERPRINT_CHARS],
    }
