"""What was ever seen with a label: such a document stays hidden until somebody says it is open.

The memory lies in the library, beside its generations, so that it outlives them; each generation
has a copy, for the day on which it is damaged. It names labelled documents: its owner alone may
read it, and it is in no export.
"""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from droindex.corpus.given import NO_EVIDENCE
from droindex.errors import IndexDamagedError
from droindex.files.disk import PRIVATE_FILE, write_whole
from droindex.library.state import UPDATE
from droindex.problems import UNREADABLE_LABEL

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from pathlib import Path

    from droindex.library.state import DocState
    from droindex.pages import Page
    from droindex.store.generation import Generation

__all__ = [
    "CONTENT_CHARS",
    "WHOLE_TEXT",
    "Labelled",
    "Remembered",
    "digest_of_words",
    "load_labelled",
    "seen_with_label",
]

_NAME = "labelled.jsonl"
CONTENT_CHARS = 32  # of a digest of content; enough that two never agree by chance
WHOLE_TEXT = "whole_text"  # among the facts of a part: the digest of all words of its file
_MAX_CONTENTS = 8  # of one document: its file and its text, as they were the last four times


@dataclass(frozen=True, slots=True)
class Remembered:
    """A document that was seen with a label.

    Attributes:
        doc_id: Its key; empty for a file that was left out because another one has its id.
        origin: The corpus it came from.
        file: Where it lay in that corpus; empty without a file.
        label: The last label that it was seen with.
        contents: Digests of its file and of its text, the newest first.
    """

    doc_id: str
    origin: str
    file: str
    label: str
    contents: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """What there is one memory of."""
        if self.doc_id:
            return (self.doc_id, self.origin, "")
        return ("", self.origin, self.file or "".join(self.contents[:1]))

    @classmethod
    def of(cls, state: DocState, label: str, *, has_id: bool = True) -> Remembered:
        """Return what is to be remembered of a document that has a label."""
        doc_id = state.doc_id if has_id else ""
        return cls(doc_id, state.origin, _file_of(state), label, contents_of(state))

    def to_json(self) -> str:
        """Return the line of the memory."""
        shape = [self.doc_id, self.origin, self.file, self.label, list(self.contents)]
        return json.dumps(shape, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> Remembered:
        """Return what `to_json` wrote; ValueError or TypeError where it is something else."""
        doc_id, origin, file, label, contents = json.loads(line)
        found = cls(doc_id, origin, file, label, tuple(contents))
        if not all(isinstance(text, str) for text in (doc_id, origin, file, label, *contents)):
            raise ValueError("it holds something else than texts")
        return found


class Labelled:
    """The memory of a library.

    Args:
        items: What is remembered.
    """

    def __init__(self, items: Iterable[Remembered] = ()) -> None:
        self._items: dict[tuple[str, str, str], Remembered] = {}
        self._by_id: dict[str, dict[str, str]] = {}
        self._by_file: dict[tuple[str, str], str] = {}
        self._by_content: dict[str, str] = {}
        self._by_loose: dict[str, list[tuple[str, str, str]]] = {}
        for item in items:
            self.add(item)

    def __len__(self) -> int:
        return len(self._items)

    def add(self, item: Remembered) -> None:
        """Remember a document, or what is new of one that is remembered."""
        before = self._items.get(item.key)
        if before is not None:
            contents = tuple(dict.fromkeys((*item.contents, *before.contents)))
            item = replace(item, contents=contents[:_MAX_CONTENTS], file=item.file or before.file)
        self._items[item.key] = item
        if item.doc_id:
            self._by_id.setdefault(item.doc_id, {})[item.origin] = item.label
            self._by_loose.setdefault(_loose(item.doc_id), []).append(item.key)
        if item.file:
            self._by_file[item.origin, item.file] = item.label
        self._by_content |= dict.fromkeys(item.contents, item.label)

    def without(self, states: Iterable[DocState]) -> Labelled:
        """Return what is left once the documents are forgotten of which somebody said "open".

        A file that was split is forgotten as a whole, under whatever ids it was seen.
        """
        gone = list(states)
        if not gone:
            return self
        doc_ids = {doc_id for state in gone for doc_id in (state.doc_id, state.file_id)}
        files = {(state.origin, _file_of(state)) for state in gone if _file_of(state)}
        return Labelled(
            item
            for item in self._items.values()
            if item.doc_id not in doc_ids and (item.origin, item.file) not in files
        )

    def moved(self, before: str, here: str) -> Labelled:
        """Return the memory after a corpus was moved to another place."""
        return Labelled(
            replace(item, origin=here) if item.origin == before else item
            for item in self._items.values()
        )

    def names(self) -> set[str]:
        """Return the ids and files of what is remembered."""
        return {name for item in self._items.values() for name in (item.doc_id, item.file) if name}

    def label_of(
        self, state: DocState, before: DocState | None, present: Container[str] = ()
    ) -> str | None:
        """Return the label under which a document was seen; None where it never was.

        It is known again by its id, by its file, by an id that is spelt in another way, and by
        what it says.

        Args:
            state: The document.
            before: What the last build remembers of it: what was open with this content all along
                is no copy of what was labelled elsewhere.
            present: Ids of the documents that there are: what has another one's id but for case
                or Unicode form is that document, where that one is gone.
        """
        label = self._label_of_id(state)
        if label is None:
            label = self._by_file.get((state.origin, _file_of(state)))
        if label is None and (before is None or before.held):
            label = self._label_of_similar_id(state, () if before is not None else present)
        return self._label_of_content(state, before) if label is None else label

    def _label_of_id(self, state: DocState) -> str | None:
        for origin, label in self._by_id.get(state.doc_id, {}).items():
            # A document of another corpus, which is still there, is another document.
            if {origin, state.origin} & {UPDATE} or origin == state.origin or _is_gone(origin):
                return label
        return None

    def _label_of_similar_id(self, state: DocState, present: Container[str]) -> str | None:
        for key in self._by_loose.get(_loose(state.doc_id), []):
            doc_id, origin, _ = key
            if doc_id not in present and origin in {state.origin, UPDATE}:
                return self._items[key].label
        return None

    def _label_of_content(self, state: DocState, before: DocState | None) -> str | None:
        contents = contents_of(state)
        label = next(
            (self._by_content[item] for item in contents if item in self._by_content), None
        )
        if label is None or before is None or not _is_open(before):
            return label
        was_here = not set(contents).isdisjoint(contents_of(before))
        return None if was_here else label

    def _content(self) -> bytes:
        lines = "".join(f"{self._items[key].to_json()}\n" for key in sorted(self._items)).encode()
        return b"%08x\n" % zlib.crc32(lines) + lines

    @property
    def digest(self) -> str:
        """What tells one memory from another."""
        return hashlib.sha256(self._content()).hexdigest()[:CONTENT_CHARS]

    def of_lost_corpora(self) -> set[str]:
        """Return the ids of what came from a corpus that is not where it was."""
        gone = {origin: _is_gone(origin) for _, origin, _ in self._items if origin != UPDATE}
        return {doc_id for doc_id, origin, _ in self._items if doc_id and gone.get(origin)}

    def save(self, folder: Path) -> None:
        """Write the memory into a library or a generation: all of it or nothing."""
        path = folder / _NAME
        content = self._content()
        try:
            if path.read_bytes() == content:
                return
        except FileNotFoundError:
            if not self._items:
                return
        write_whole(path, content, mode=PRIVATE_FILE)


def load_labelled(folder: Path, generations: Sequence[Generation]) -> Labelled | None:
    """Return the memory of a library; None where it never had one.

    Args:
        folder: The library.
        generations: Those that can be opened, the newest first.

    Raises:
        IndexDamagedError: It is damaged, and so are the copies in the generations.
    """
    own = _read(folder)
    if own is not None:
        return Labelled(own)
    copies = [_read(generation.folder) for generation in reversed(generations)]
    if any(copy is not None for copy in copies):
        # What was said to be open since then may be in a copy: it is hidden until it is said again.
        return Labelled(item for copy in copies for item in copy or ())
    if (folder / _NAME).exists() or any(_NAME in item.manifest["files"] for item in generations):
        raise IndexDamagedError(
            f"{folder / _NAME} is missing or damaged: it tells which documents had a label.",
            file=_NAME,
            hint="Put it back from a copy of the library.",
        )
    return None


def _loose(doc_id: str) -> str:
    return unicodedata.normalize("NFC", doc_id).casefold()


def _is_gone(origin: str) -> bool:
    """Whether a corpus is not where it was: it may have been moved and built anew."""
    return not os.path.exists(origin)  # noqa: PTH110 - a name that is no path is no corpus


def _read(folder: Path) -> list[Remembered] | None:
    """Return what a folder remembers; None where it has no memory that is whole."""
    try:
        head, _, lines = (folder / _NAME).read_bytes().partition(b"\n")
        if int(head, 16) != zlib.crc32(lines):
            return None
        return [Remembered.from_json(line) for line in lines.decode().split("\n") if line]
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def seen_with_label(states: Iterable[DocState], *, has_id: bool = True) -> list[Remembered]:
    """Return what is to be remembered of the documents that have a label."""
    return [
        Remembered.of(state, label, has_id=has_id)
        for state in states
        if (label := _stated_label(state)) is not None
    ]


def _stated_label(state: DocState) -> str | None:
    """Return the label that a document's metadata or text gives; None for none.

    Metadata that merely cannot be read, without a trace of a label in it, gives none to remember.
    """
    given = state.given
    if given.label == UNREADABLE_LABEL and given.sources.get("label") == NO_EVIDENCE:
        return None
    return state.stated_alone().label


def _is_open(state: DocState) -> bool:
    return state.document_alone().label is None


def contents_of(state: DocState) -> tuple[str, ...]:
    """Return what tells the content of a document from all others: of its file, of its text.

    A part has the text of its whole file besides, by which that was known before it was split.
    """
    file = str(state.file_facts.get("sha256", "") or state.given.sha256 or "")[:CONTENT_CHARS]
    whole = str(state.file_facts.get(WHOLE_TEXT, ""))
    return tuple(content for content in (file, whole, state.text_digest) if content)


def digest_of_words(pages: Iterable[Page], front: str = "") -> str:
    """Return the digest of the words of a document; empty where it has none.

    Args:
        pages: The document.
        front: The block of keys that it opens with: with another label it says the same.
    """
    found = "\n".join(page.text for page in pages).casefold().split()
    keys = front.casefold().split()
    words = " ".join(found[len(keys) :] if found[: len(keys)] == keys else found)
    return hashlib.sha256(words.encode()).hexdigest()[:CONTENT_CHARS] if words else ""


def _file_of(state: DocState) -> str:
    return str(state.file_facts.get("file", "") or state.given.file or "")
