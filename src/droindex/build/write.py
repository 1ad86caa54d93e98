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
)
from droindex.engine.passages import passage_entries
from droindex.engine.profile import PROFILE_TERMS
from droindex.engine.schema import DOC_ID, DOCUMENTS_SCHEMA, PASSAGES_SCHEMA
from droindex.files.disk import is_passing, link_file
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

__all__ = ["SCHEMAS", "SetWriter", "WrittenWith"]

SCHEMAS = {DOCUMENTS: DOCUMENTS_SCHEMA, PAGES: PASSAGES_SCHEMA}

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
        check_read: Refuses files of the set to start from that are not as they were written.
        on_written: Called after each document that is new or changed.
    """

    def __init__(
        self,
        plan: SetPlan,
        written_with: WrittenWith,
        *,
        load_pages: Callable[[str], tuple[Page, ...]],
        check_read: Callable[[Iterable[str]], None],
        on_written: Callable[[], None],
    ) -> None:
        self._plan = plan
        self._with = written_with
        self._load_pages = load_pages
        self._check_read = check_read
        self._on_written = on_written

    def write(self, target: Path, source: Path | None) -> dict[str, Any]:
        """Write the set and return its part of the manifest.

        Args:
            target: The folder to write; it is empty.
            source: The set to start from, or None to write it anew.
        """
        plan = self._plan
        changed = sorted(plan.changed if source else plan.facts.ids())
        if source:
            for name in SCHEMAS:
                self._with.engine.clone(source / name, target / name)
        if changed or plan.leaving or not source:
            self._change(target, plan.leaving if source else (), changed)
        if source:
            self._check_read(_written_again(source, target))
        self._write_synonyms(target, source)
        plan.layout = _layout(plan, changed) if source else ""
        return _describe(plan, self._with)

    def _write_synonyms(self, target: Path, source: Path | None) -> None:
        """Write what the documents define, where that may be other than before."""
        if source and not (self._plan.is_anew or self._plan.leaving or self._plan.changed):
            mode = (source / SYNONYMS).stat().st_mode & 0o777
            link_file(source / SYNONYMS, target / SYNONYMS, mode)
        else:
            save_synonyms(target, self._plan.facts.said(), self._with.config, self._with.analyzer)

    def _change(self, target: Path, delete: Iterable[str], add: Iterable[str]) -> None:
        """Delete documents from the two indexes and add others, in one commit for each index."""
        writers = {
            name: self._with.engine.writer(
                target / name, schema, self._with.analyzer, self._with.settings.writer_heap_bytes
            )
            for name, schema in SCHEMAS.items()
        }
        for doc_id in delete:
            for writer in writers.values():
                writer.delete(DOC_ID, doc_id)
        for doc_id in add:
            for name, entries in self._entries_of(doc_id).items():
                for entry in entries:
                    writers[name].add(entry)
        for writer in writers.values():
            writer.commit()

    def _entries_of(self, doc_id: str) -> dict[str, Iterable[dict[str, Any]]]:
        document, pages = self._plan.document(doc_id), indexable_pages(self._load_pages(doc_id))
        self._take_definitions(document, pages)
        self._on_written()
        return {
            DOCUMENTS: (self._document_entry(document, pages),),
            PAGES: passage_entries(doc_id, pages, self._with.settings.passage_chars),
        }

    def _document_entry(self, document: Document, pages: tuple[Page, ...]) -> dict[str, Any]:
        return document_entry(
            document,
            pages,
            scope_of(document, self._with.config),
            self._with.analyzer,
            PROFILE_TERMS,
            self._with.config.kinds,
            self._plan.line_scopes(document.doc_id),
        )

    def _take_definitions(self, document: Document, pages: tuple[Page, ...]) -> None:
        """Keep what a new document says that short forms stand for."""
        texts = (document.title, document.summary, *(page.text for page in pages))
        said = said_of(definitions_of(texts), self._with.analyzer)
        member = self._plan.facts.get(document.doc_id)
        assert member is not None, document.doc_id
        self._plan.facts.put(document.doc_id, member._replace(said=said), member)


def _written_again(source: Path, target: Path) -> list[str]:
    """Return the files of a set that its copy does not have: what stays of them was written again.

    Returns:
        Their names within the set, sorted.
    """
    return sorted(
        f"{name}/{file.name}"
        for name in SCHEMAS
        for file in (source / name).iterdir()
        if not is_passing(file.name) and not (target / name / file.name).exists()
    )


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
