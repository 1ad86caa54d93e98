"""Which documents stay hidden: those that were seen with a label and have none now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from droindex.clearance.label_memory import Labelled, seen_with_label
from droindex.clearance.ranks import restriction
from droindex.library.states import all_states, parts_by_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from droindex.library.state import DocState
    from droindex.library.states import Changes

__all__ = ["Held", "hold"]


@dataclass(frozen=True, slots=True)
class Held:
    """What the memory of labels makes of the documents of a build.

    Attributes:
        memory: The memory as it is to be kept.
        states: The documents, those that lost their label with the one they had.
        labels: The labels under which those that were looked at are kept, by id; None for open.
        lost: Ids of those that lost their label and stay hidden, in order.
        opened: Ids of those that had a label and are open now, since somebody said so.
        unused: Ids that were confirmed to be open and were not hidden for a lost label.
    """

    memory: Labelled
    states: Changes
    labels: dict[str, str | None]
    lost: tuple[str, ...]
    opened: tuple[str, ...]
    unused: tuple[str, ...]


def hold(
    states: Changes,
    memory: Labelled | None,
    *,
    left_out: Iterable[DocState] = (),
    confirmed: Collection[str] = (),
    labels: Sequence[str] = (),
    among: Collection[str] | None = None,
) -> Held:
    """Keep hidden what was seen with a label and has none now, unless it is said to be open.

    Args:
        states: All documents of the library, as their metadata and texts have them; those that
            keep a label get it there.
        memory: What was seen with a label; None where nothing was noted yet.
        left_out: Documents that are in no set because another one has their id.
        confirmed: Ids of documents that an operator confirms to be open; of parts, those of their
            files.
        labels: The labels of the library, from the least restricted.
        among: Ids of those that may be other than they were found to be before; None for all.
    """
    if memory is None:
        memory = Labelled(seen_with_label(state for _, state in all_states(states.old)))
    looked_at = [*states] if among is None else sorted(key for key in among if key in states)
    found = _Labels(states, memory, confirmed, labels, looked_at)
    for key in looked_at:
        state = states[key]
        kept = found.kept.get(key, "")
        if state.held != kept:
            states.put(replace(state, held=kept))
    memory = memory.without(states[key] for key in found.opened)
    for item in (
        *seen_with_label(states[key] for key in looked_at if key not in found.unlabelled),
        *seen_with_label(left_out, has_id=False),
    ):
        memory.add(item)
    unused = tuple(sorted(set(confirmed) - {states[key].file_id for key in found.opened}))
    kept_labels = {key: found.kept.get(key) or label for key, label in found.stated.items()}
    return Held(memory, states, kept_labels, tuple(sorted(found.kept)), found.opened, unused)


class _Labels:
    """The labels of documents: as stated now, and as they were seen before.

    Attributes:
        stated: The labels that their metadata and texts give.
        unlabelled: Ids of those without a label.
        opened: Ids of those that had a label, and of which somebody says that they are open.
        kept: Id -> the label that a document keeps.
    """

    def __init__(
        self,
        states: Changes,
        memory: Labelled,
        confirmed: Collection[str],
        labels: Sequence[str],
        looked_at: Sequence[str],
    ) -> None:
        self.stated = {key: states[key].stated_alone().label for key in looked_at}
        self.unlabelled = {key for key, label in self.stated.items() if label is None}
        unlabelled = sorted(self.unlabelled)
        said_open = set(_said_open(map(states.__getitem__, unlabelled), confirmed))
        before = _Before(states.old)
        seen = {
            key: memory.label_of(states[key], before.of(states[key]), states) for key in unlabelled
        }
        seen |= _of_parts({key: states[key] for key in looked_at}, seen, labels)
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
        self._parts: dict[str, list[str]] | None = None

    def of(self, state: DocState) -> DocState | None:
        """Return what is remembered of a document; else of its file; None for neither."""
        same = self._old.get(state.doc_id)
        return self._of_file(state) if same is None else same

    def _of_file(self, state: DocState) -> DocState | None:
        if self._parts is None:
            self._parts = parts_by_file(self._old)
        for key in (state.file_id, *self._parts.get(state.file_id, ())):
            found = self._old.get(key)
            if found is not None and _file_of(found) == _file_of(state):
                return found
        return None


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
