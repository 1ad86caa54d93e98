"""The documents of a corpus, and the names under which they are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.corpus.names import by_loose_name, loose_name, valid_name
from droindex.lazy import cached_property

if TYPE_CHECKING:
    from collections.abc import Container

    from droindex.corpus.entry import CorpusFile
    from droindex.corpus.walk import Walk

__all__ = ["CorpusDocuments"]


class CorpusDocuments:
    """The documents of a corpus by id, best file first, and the names under which they are found.

    Args:
        walk: What the walk met.
        known: Ids and files of documents that earlier builds had.

    Attributes:
        files: The files of each document, as names alone can tell which goes first.
        lost: Files that are there and are no entries.
    """

    def __init__(self, walk: Walk, known: Container[str]) -> None:
        self._walk = walk
        self._known = known
        self.files: dict[str, list[CorpusFile]] = {}
        self.lost: set[str] = set()
        for key, found in walk.documents.items():
            self._order(valid_name(key), found)

    def _order(self, doc_id: str, found: list[CorpusFile]) -> None:
        """Order the files that have one id; what cannot be looked at is no entry."""
        # Names that differ in bytes that are no text have one id as well.
        ordered = [*self.files.get(doc_id, ()), *sorted(found, key=_document_rank)]
        known = [file for file in ordered if file.identity is not None]
        if known and ordered[0].identity is None:
            known = []  # what the library has of the first is kept until that can be looked at
        self.lost |= {valid_name(file.relative) for file in ordered if file not in known}
        if known:
            self.files[doc_id] = known

    @cached_property
    def _by_loose_id(self) -> dict[str, list[str]]:
        return by_loose_name((doc_id, doc_id) for doc_id in self.files)

    @cached_property
    def _last_names(self) -> set[str]:
        files = (file.relative for found in self.files.values() for file in found)
        return {loose_name(valid_name(file)).rpartition("/")[2] for file in files}

    @cached_property
    def _names(self) -> set[str]:
        files = (file.relative for found in self.files.values() for file in found)
        return {*map(loose_name, self.files), *(loose_name(valid_name(file)) for file in files)}

    def is_name(self, text: str) -> bool:
        """Whether a text is the name of a document or of its file, in whatever folder."""
        name = loose_name(text)
        return bool(name) and (name in self._names or name.rpartition("/")[2] in self._last_names)

    def document_of(self, key: str) -> str | None:
        """Return the document that a sidecar's name means, with or without the suffix of its file.

        Case makes no difference.
        """
        for name in (key, self._without_suffix(key)):
            doc_id = valid_name(name)
            if doc_id in self.files:
                return doc_id
            if name in self._walk.documents or name in self._walk.others:
                return None
            near = self._by_loose_id.get(loose_name(doc_id), [])
            if len(near) == 1:
                return near[0]
        return None

    def _without_suffix(self, name: str) -> str:
        """Return a name without the suffix of a document, if it has one."""
        stem, dot, suffix = name.rpartition(".")
        return stem if f"{dot}{suffix}".lower() in self._walk.document_suffixes else name

    def is_known(self, file: str) -> bool:
        """Whether earlier builds had a document of that name."""
        return file in self._known or self._without_suffix(file) in self._known

    def is_explained(self, file: str) -> bool:
        """Whether it is known why a file of the catalogue is no document."""
        folders = self._walk.unreadable_folders
        return (
            file in self.lost
            or self._walk.excluded(file)
            or any(file.startswith(f"{valid_name(folder)}/") for folder in folders)
        )


def _document_rank(file: CorpusFile) -> tuple[bool, str]:
    return not file.relative.lower().endswith(".pdf"), file.relative
