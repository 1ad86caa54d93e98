"""A line of documents as a caller sees it: in order, with what leads from one to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from droindex.lineage.version import OLDER, Version, leading, ordered
from droindex.model import Document
from droindex.standing import Relation, RelationKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

__all__ = ["Lineage", "Succession"]


class Succession(NamedTuple):
    """One document of a line follows another.

    Attributes:
        new: The id of the newer document.
        old: The id of the older one.
        relation: What the older one is to the newer: who says so, and how sure it is.
    """

    new: str
    old: str
    relation: Relation

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        shape = self.relation.to_dict()
        names = ("part", "source", "confidence", "completed", "inferred", "doubtful")
        return {"new": self.new, "old": self.old, **{name: shape[name] for name in names}}


class Lineage(Sequence[Document]):
    """The documents of a line, oldest first: what replaced what, however it forks and merges.

    It is the same from each of its documents.

    Attributes:
        doc_id: The document that was asked for.
        documents: All documents of the line, without pages; the document alone if it has none.
        successions: What leads from one to another, in the order of the newer documents.
        chapter: What the document is a part of, if anything.
        parts: What its parts are, in the order of their numbers.
    """

    def __init__(self, doc_id: str, documents: Iterable[Document]) -> None:
        self.doc_id = doc_id
        members = {document.doc_id: document for document in documents}
        own = members[doc_id]
        self._versions = ordered(map(Version.of, members.values()))
        self.documents = tuple(members[version.doc_id] for version in self._versions)
        self.successions = tuple(
            Succession(document.doc_id, relation.doc_id, relation)
            for document in self.documents
            for relation in document.relations
            if relation.kind in OLDER and relation.doc_id in members
        )
        of_kind: dict[RelationKind, list[Relation]] = {kind: [] for kind in RelationKind}
        for relation in own.relations:
            of_kind[relation.kind].append(relation)
        self.chapter = next(iter(of_kind[RelationKind.PART_OF]), None)
        self.parts = tuple(sorted(of_kind[RelationKind.HAS_PART], key=_natural))

    @property
    def is_inferred(self) -> bool:
        """Whether any step of the line is inferred, and stated by nobody."""
        return any(step.relation.is_inferred for step in self.successions)

    def in_force_on(self, day: date) -> tuple[Document, ...]:
        """Return the documents of the line that are in force on a day for certain, oldest first."""
        return tuple(own for own in self.documents if own.in_force and own.in_force.on(day))

    def leading(self, day: date) -> Document:
        """Return the version in force on a day, the newest of several; else the newest that was."""
        first = leading(self._versions, day).doc_id
        return next(own for own in self.documents if own.doc_id == first)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "doc_id": self.doc_id,
            "documents": [_brief(document) for document in self.documents],
            "successions": [step.to_dict() for step in self.successions],
            "chapter": self.chapter.to_dict() if self.chapter else None,
            "parts": [part.to_dict() for part in self.parts],
        }

    @overload
    def __getitem__(self, index: int) -> Document: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Document]: ...
    def __getitem__(self, index: int | slice) -> Document | Sequence[Document]:
        return self.documents[index]

    def __len__(self) -> int:
        return len(self.documents)

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lineage) and self.documents == other.documents

    def __hash__(self) -> int:
        return hash(tuple(document.doc_id for document in self.documents))

    def __repr__(self) -> str:
        return f"<Lineage of {self.doc_id!r}: {len(self)} documents>"


def _natural(relation: Relation) -> list[tuple[int, str]]:
    """Return a key by which 11-2 comes before 11-10."""
    text = relation.number or relation.title
    words = "".join(char if char.isalnum() else " " for char in text).split()
    return [(int(word), "") if word.isdigit() and word.isascii() else (-1, word) for word in words]


def _brief(document: Document) -> dict[str, Any]:
    best = document.best_date
    return {
        "doc_id": document.doc_id,
        "title": document.title,
        "number": document.number,
        "status": document.status,
        "day": best[0].isoformat() if best else None,
        "in_force": document.in_force.to_dict() if document.in_force else None,
    }
