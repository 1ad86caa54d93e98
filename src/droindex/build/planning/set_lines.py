"""Lines of documents in a set: worked out for those that a change stirs, and no others.

A line is found from any of its documents, by what leads to its neighbours; what is worked out of it
needs no document outside but chapters and their parts.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from droindex.build.planning.facts import LINE
from droindex.lazy import Bounded
from droindex.library.scopes import binding_of, scope_of
from droindex.lineage.derive import derived
from droindex.lineage.editions import MAX_EDITIONS, edition_keys
from droindex.lineage.parts import chapter_key, chapters_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from droindex.build.planning.facts import SetFacts
    from droindex.corpus.config import CorpusConfig
    from droindex.model import Document

__all__ = ["LINE_KEYS", "STEP", "Placed", "SetLines", "keys_among_lines", "keys_of_steps"]

# Letters that begin the keys.
_EDITION = "E"  # of what editions of one paper have in common
_CHAPTER, _PART = "H", "C"  # of a chapter, and of what is a part of one
_ID = "i"  # of a document itself
STEP = "R"  # of what a document states that it replaces, or that replaces it
LINE_KEYS = frozenset((LINE, _EDITION, _CHAPTER, _PART, STEP))
_MAX_PARTS = 500  # of a chapter
_KEPT = 2_000  # documents that were placed


class Placed(NamedTuple):
    """A document in its line.

    Attributes:
        document: The document, as it is to be indexed.
        scopes: The scopes of all documents of its line.
    """

    document: Document
    scopes: tuple[str, ...]


def keys_among_lines(document: Document, config: CorpusConfig) -> Iterator[str]:
    """Yield the keys by which editions, chapters and parts of a document are found.

    Args:
        document: The document.
        config: The corpus's configuration.
    """
    if binding_of(config).may_bind(document):
        yield from (f"{_EDITION}{key}" for key in edition_keys(document))
    if chapter := chapter_key(document):
        yield f"{_CHAPTER}{chapter}"
    yield from (f"{_PART}{key}" for key in chapters_named(document))


def keys_of_steps(document: Document) -> list[str]:
    """Return the keys of the documents that a document replaces or is replaced by, as it states."""
    return [*dict.fromkeys(f"{STEP}{doc_id}" for doc_id in _stated(document))]


def _stated(document: Document) -> Iterator[str]:
    for reference in chain(document.supersedes, document.superseded_by):
        if reference.doc_id is not None and reference.doc_id != document.doc_id:
            yield reference.doc_id


class SetLines:
    """Places the documents of a set in their lines.

    Args:
        facts: What is kept of the documents.
        completed: Returns a document with its references completed.
        config: The corpus's configuration.

    Attributes:
        completed: The same.
    """

    def __init__(
        self, facts: SetFacts, completed: Callable[[str], Document], config: CorpusConfig
    ) -> None:
        self._facts = facts
        self.completed = completed
        self._config = config
        self._binding = binding_of(config)
        self._placed: Bounded[str, Placed] = Bounded(most=_KEPT)
        self._line: dict[str, Placed] = {}  # the last one, however long

    def placed(self, doc_id: str) -> Placed:
        """Return a document in its line."""
        found = self._line.get(doc_id) or self._placed.get(doc_id)
        return self._place(doc_id) if found is None else found

    def around(self, doc_id: str) -> set[str]:
        """Return the ids of the documents in the line of one, as it is and as it was."""
        member = self._facts.get(doc_id)
        kept = (key for key in member.keys if key[0] == LINE) if member else ()
        return self.members(doc_id).union(*(self._facts.ids_with(key) for key in kept))

    def members(self, doc_id: str) -> set[str]:
        """Return the ids of the documents in the line of one, itself among them."""
        found: set[str] = set()
        waiting = [doc_id]
        while waiting:
            own = waiting.pop()
            if own not in found:
                found.add(own)
                waiting += self._neighbours(self.completed(own))
        return found

    def stirred(self, keys: Iterable[str]) -> set[str]:
        """Return the ids of the documents for which something changed with one of these keys."""
        found: set[str] = set()
        for key in keys:
            letter, rest = key[:1], key[1:]
            if letter == LINE:
                found.update(self._facts.ids_with(key))
            elif letter == STEP and self._facts.get(rest) is not None:
                found.add(rest)
            elif letter == _ID:
                found.update(self._facts.ids_with(f"{STEP}{rest}"))
            elif letter == _EDITION:
                group = [*islice(self._facts.ids_with(key), MAX_EDITIONS + 2)]
                found.update(group if len(group) <= MAX_EDITIONS + 1 else ())
            elif letter in (_CHAPTER, _PART):
                for other in (_CHAPTER, _PART):
                    found.update(islice(self._facts.ids_with(f"{other}{rest}"), _MAX_PARTS))
        return found

    def _neighbours(self, document: Document) -> Iterator[str]:
        """Yield the documents that stand beside one in its line."""
        for doc_id in _stated(document):
            if self._facts.get(doc_id) is not None:
                yield doc_id
        yield from self._facts.ids_with(f"{STEP}{document.doc_id}")
        if self._binding.may_bind(document):
            for key in edition_keys(document):
                if not self._is_series(key):
                    yield from self._facts.ids_with(f"{_EDITION}{key}")

    def _is_series(self, key: str) -> bool:
        return self._facts.has_more(f"{_EDITION}{key}", MAX_EDITIONS)

    def _beside(self, members: Iterable[Document]) -> Iterator[str]:
        """Yield the chapters that documents may belong to and what may be parts of them."""
        keys: dict[str, None] = {}
        for document in members:
            keys |= dict.fromkeys(chapters_named(document))
            if chapter := chapter_key(document):
                parts = islice(self._facts.ids_with(f"{_PART}{chapter}"), _MAX_PARTS)
                for part in parts:
                    yield part
                    keys |= dict.fromkeys(chapters_named(self.completed(part)))
                keys[chapter] = None
        for key in keys:
            yield from islice(self._facts.ids_with(f"{_CHAPTER}{key}"), _MAX_PARTS)

    def _place(self, doc_id: str) -> Placed:
        members = {key: self.completed(key) for key in sorted(self.members(doc_id))}
        others = (key for key in self._beside(members.values()) if key not in members)
        around = members | {key: self.completed(key) for key in others}
        found = derived(around, self._binding, self._is_series)
        scopes: dict[str, set[str]] = defaultdict(set)
        for key, own in members.items():
            scopes[found[key].line or ""].add(scope_of(own, self._config))
        self._line = {
            key: Placed(own, tuple(sorted(scopes[own.line])) if own.line is not None else ())
            for key, own in ((key, found[key]) for key in members)
        }
        for key, place in self._line.items():
            self._placed.keep(key, place)
        return self._line[doc_id]
