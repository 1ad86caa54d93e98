"""Which documents stay hidden: those that were seen with a label and have none now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from droindex.clearance.label_memory import Labelled, seen_with_label
from droindex.clearance.ranks import restriction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from droindex.library.state import DocState
    from droindex.model import Document

__all__ = ["Held", "hold"]


@dataclass(frozen=True, slots=True)
class Held:
    """What the memory of labels makes of the documents of a build.

    Attributes:
        memory: The memory as it is to be kept.
        states: The documents, those that lost their label with the one they had.
        documents: What each is.
        lost: Ids of those that lost their label and stay hidden, in order.
        opened: Ids of those that had a label and are open now, since somebody said so.
        unused: Ids that were confirmed to be open and were not hidden for a lost label.
    """

    memory: Labelled
    states: dict[str, DocState]
    documents: dict[str, Document]
    lost: tuple[str, ...]
    opened: tuple[str, ...]
    unused: tuple[str, ...]


def hold(
    states: Mapping[str, DocState],
    old: Mapping[str, DocState],
    memory: Labelled | None,
    *,
    left_out: Iterable[DocState] = (),
    confirmed: Collection[str] = (),
    labels: Sequence[str] = (),
) -> Held:
    """Keep hidden what was seen with a label and has none now, unless it is said to be open.

    Args:
        states: All documents of the library, as their metadata and texts have them.
        old: What the last build remembers of them.
        memory: What was seen with a label; None where nothing was noted yet.
        left_out: Documents that are in no set because another one has their id.
        confirmed: Ids of documents that an operator confirms to be open; of parts, those of their
            files.
        labels: The labels of the library, from the least restricted.
    """
    if memory is None:
        memory = Labelled(seen_with_label(old.values()))
    found = _Labels(states, old, memory, confirmed, labels)
    held = {key: _keeping(state, found.kept.get(key, "")) for key, state in states.items()}
    documents = {
        key: state.document_alone() if state.held else found.stated[key]
        for key, state in held.items()
    }
    memory = memory.without(states[key] for key in found.opened)
    for item in (
        *seen_with_label(state for key, state in states.items() if key not in found.unlabelled),
        *seen_with_label(left_out, has_id=False),
    ):
        memory.add(item)
    unused = tuple(sorted(set(confirmed) - {states[key].file_id for key in found.opened}))
    return Held(memory, held, documents, tuple(sorted(found.kept)), found.opened, unused)


class _Labels:
    """The labels of documents: as stated now, and as they were seen before.

    Attributes:
        stated: The documents, as their metadata and texts have them.
        unlabelled: Ids of those without a label.
        opened: Ids of those that had a label, and of which somebody says that they are open.
        kept: Id -> the label that a document keeps.
    """

    def __init__(
        self,
        states: Mapping[str, DocState],
        old: Mapping[str, DocState],
        memory: Labelled,
        confirmed: Collection[str],
        labels: Sequence[str],
    ) -> None:
        self.stated = {key: state.stated_alone() for key, state in states.items()}
        self.unlabelled = {key for key, item in self.stated.items() if item.label is None}
        said_open = set(_said_open(map(states.__getitem__, self.unlabelled), confirmed))
        before = _Before(old)
        seen = {
            key: memory.label_of(states[key], before.of(states[key]), states.keys())
            for key in self.unlabelled
        }
        seen |= _of_parts(states, seen, labels)
        self.opened = tuple(sorted(key for key in said_open if seen[key] is not None))
        self.kept = {key: label for key, label in seen.items() if label and key not in said_open}


def _said_open(states: Iterable[DocState], confirmed: Collection[str]) -> Iterator[str]:
    """Yield the documents of which somebody says that they are open."""
    for state in states:
        if state.says_open or state.file_id in confirmed:
            yield state.doc_id


class _Before:
    """What the last build remembers of documents, also of files that were split since, or joined.

    Args:
        old: Its documents, by id.
    """

    def __init__(self, old: Mapping[str, DocState]) -> None:
        self._old = old
        self._files: dict[tuple[str, str], DocState] = {}
        for state in old.values():
            self._files.setdefault(_file_of(state), state)

    def of(self, state: DocState) -> DocState | None:
        """Return what is remembered of a document; else of its file; None for neither."""
        same = self._old.get(state.doc_id)
        return self._files.get(_file_of(state)) if same is None else same


def _of_parts(
    states: Mapping[str, DocState], seen: Mapping[str, str | None], labels: Sequence[str]
) -> dict[str, str]:
    """Return the strictest label that any part of a file was seen with, for all its parts.

    Else the place of an open part among the others would tell of one that is hidden.
    """
    split = {_file_of(state) for key, state in states.items() if state.file_id != key}
    files = {key: file for key in seen if (file := _file_of(states[key])) in split}
    strictest = _strictest(files, seen, labels)
    return {key: strictest[file] for key, file in files.items() if file in strictest}


def _strictest(
    files: Mapping[str, tuple[str, str]],
    seen: Mapping[str, str | None],
    labels: Sequence[str],
) -> dict[tuple[str, str], str]:
    """Return the strictest label of each file that a part of it was seen with."""
    strictest: dict[tuple[str, str], str] = {}
    for key, file in files.items():
        both = (label for label in (strictest.get(file), seen[key]) if label)
        if label := max(both, key=lambda label: restriction(label, labels), default=None):
            strictest[file] = label
    return strictest


def _file_of(state: DocState) -> tuple[str, str]:
    """Return what tells the file of a document."""
    return state.origin, state.file_id


def _keeping(state: DocState, label: str) -> DocState:
    """Return the state of a document that keeps a label; empty for none."""
    return state if state.held == label else replace(state, held=label)
