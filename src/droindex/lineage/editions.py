"""Editions of one paper that nobody links: the same title or number, under another date.

That they replace each other is likely and not known: whoever is told of it is told so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from droindex.lineage.edges import Edge
from droindex.metadata.keys import squash
from droindex.metadata.values import is_version, number_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from droindex.model import Document

__all__ = ["MAX_EDITIONS", "edition_keys", "inferred_editions"]

_Groups = dict[str, list["Document"]]
BY_NUMBER, BY_TITLE = 0.7, 0.5  # confidence; both are below what an end of force is asserted by
_NUMBER, _SERIES, _TITLE = "nst"  # begin the keys
MAX_EDITIONS = 12  # a number or title that more documents share is that of a series, no paper
_MIN_KINSHIP = 1 / 3  # share of words in common, of titles under one number
_FEW = 3  # documents under one number whose titles may differ; more may be of a series
_MIN_WORDS = 2  # of a title that says of which paper it is
_MIN_CHARS = 10  # likewise
_EDITION = re.compile(  # what titles of editions differ in
    r"[(\[]?\b(?:(?:version|ver|rev|revision|edition|v)\.?\s*\d[\w.]*|(?:19|20)\d\d)\b[)\]]?"
)
_SERIAL_TAIL = re.compile(r"(?:[./-]\d{1,2}|(?<=\d)[a-z])$")  # of 11087.2 and 3520.01c


def inferred_editions(
    documents: Mapping[str, Document],
    stated: Iterable[Edge],
    is_series: Callable[[str], bool] = lambda _: False,
) -> list[Edge]:
    """Return edges between editions of one paper that no document states, ordered by date.

    An edition whose successor is stated has no other one, and one whose predecessor is stated has
    no other one either. What stands in one line already is not linked again. Of two under one date
    neither is the later.

    Args:
        documents: The documents that may be in force at all, by id.
        stated: The edges that are stated.
        is_series: Whether more documents than these have a key, so many that it tells of no paper.
    """
    stated = list(stated)
    lines = _Lines(stated)
    whole = [edge for edge in stated if edge.part is None]
    replaced = {edge.old for edge in whole}
    replacing = {edge.new for edge in whole}
    found: dict[tuple[str, str], Edge] = {}
    groups = _groups(documents, is_series)
    for source, confidence, letters in (
        ("number", BY_NUMBER, (_NUMBER, _SERIES)),
        ("title", BY_TITLE, (_TITLE,)),
    ):
        for old, new in _pairs(groups, letters):
            edge = Edge(new.doc_id, old.doc_id, source, confidence)
            is_free = old.doc_id not in replaced and new.doc_id not in replacing
            if is_free and lines.join(edge):
                found[edge.new, edge.old] = edge
        replaced |= {edge.old for edge in found.values()}
        replacing |= {edge.new for edge in found.values()}
    return list(found.values())


def _pairs(groups: _Groups, letters: Iterable[str]) -> Iterator[tuple[Document, Document]]:
    """Yield editions that follow each other, of the groups whose keys begin with some letters."""
    for key, group in groups.items():
        if key[0] in letters and (key[0] != _NUMBER or _are_akin(group)):
            yield from _in_turn(group)


class _Lines:
    """Which documents stand in one line: sets that are joined.

    Args:
        edges: What joins them to begin with.
    """

    def __init__(self, edges: Iterable[Edge]) -> None:
        self._next: dict[str, str] = {}
        for edge in edges:
            self.join(edge)

    def join(self, edge: Edge) -> bool:
        """Join two lines; return False where they were one already."""
        new, old = self._first(edge.new), self._first(edge.old)
        self._next[new] = old
        return new != old

    def _first(self, doc_id: str) -> str:
        while (further := self._next.get(doc_id, doc_id)) != doc_id:
            self._next[doc_id] = self._next.get(further, further)
            doc_id = further
        return doc_id


def edition_keys(document: Document) -> tuple[str, ...]:
    """Return what editions of one paper have in common with a document: numbers, then titles.

    Args:
        document: The document.
    """
    title = _bare_title(document)
    found: list[str] = []
    keys = number_keys(document.number or "")
    if keys and not is_version(document.number or ""):
        found.append(f"{_NUMBER}{keys[0]}")
        stem = _SERIAL_TAIL.sub("", keys[0])
        if stem and title:
            found.append(f"{_SERIES}{stem}\n{title}")
    if len(title.split()) >= _MIN_WORDS and len(title) >= _MIN_CHARS:
        same = (title, document.doc_type or "", document.source or "", document.part_of or "")
        found.append(_TITLE + "\n".join(same))
    return tuple(found)


def _groups(documents: Mapping[str, Document], is_series: Callable[[str], bool]) -> _Groups:
    """Return the documents that have a key in common, by the keys; none of a whole series."""
    groups: dict[str, list[Document]] = defaultdict(list)
    for doc_id in sorted(documents):
        for key in edition_keys(documents[doc_id]):
            groups[key].append(documents[doc_id])
    return {
        key: group
        for key, group in sorted(groups.items())
        if 1 < len(group) <= MAX_EDITIONS and not is_series(key)
    }


def _in_turn(group: list[Document]) -> Iterator[tuple[Document, Document]]:
    """Yield neighbours by date, older first; copies of a file count once."""
    by_day: dict[date, list[Document]] = defaultdict(list)
    files: set[object] = set()
    for document in sorted(group, key=lambda own: own.doc_id):
        copy = (document.sha256, document.first_page)
        if document.best_date is None or (document.sha256 and copy in files):
            continue
        files.add(copy)
        by_day[document.best_date[0]].append(document)
    for first, second in pairwise(sorted(by_day)):
        if len(by_day[first]) == len(by_day[second]) == 1:
            yield by_day[first][0], by_day[second][0]


def _are_akin(group: list[Document]) -> bool:
    """Whether the titles under one number are those of one paper; of many, all are the same."""
    if len(group) > _FEW:
        return len({_bare_title(document) for document in group}) == 1
    words = [frozenset(_bare_title(document).split()) for document in group]
    return all(
        len(one & other) >= _MIN_KINSHIP * max(len(one | other), 1) and one
        for one, other in pairwise(words)
    )


def _bare_title(document: Document) -> str:
    """Return the words of a title, squashed, without the year or the version of the edition."""
    title = _EDITION.sub(" ", document.title.casefold())
    return " ".join(filter(None, map(squash, title.split())))
