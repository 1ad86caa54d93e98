"""Which documents stay hidden: those that were seen with a label and have none now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from droindex.clearance.label_memory import Labelled, seen_with_label

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

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
) -> Held:
    """Keep hidden what was seen with a label and has none now, unless it is said to be open.

    Args:
        states: All documents of the library, as their metadata and texts have them.
        old: What the last build remembers of them.
        memory: What was seen with a label; None where nothing was noted yet.
        left_out: Documents that are in no set because another one has their id.
        confirmed: Ids of documents that an operator confirms to be open.
    """
    if memory is None:
        memory = Labelled(seen_with_label(old.values()))
    labels = _Labels(states, old, memory, confirmed)
    held = {key: _keeping(state, labels.kept.get(key, "")) for key, state in states.items()}
    documents = {
        key: state.document_alone() if state.held else labels.stated[key]
        for key, state in held.items()
    }
    memory = memory.without(states[key] for key in labels.opened)
    for item in (
        *seen_with_label(state for key, state in states.items() if key not in labels.unlabelled),
        *seen_with_label(left_out, has_id=False),
    ):
        memory.add(item)
    unused = tuple(sorted(set(confirmed) - set(labels.opened)))
    return Held(memory, held, documents, tuple(sorted(labels.kept)), labels.opened, unused)


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
    ) -> None:
        self.stated = {key: state.stated_alone() for key, state in states.items()}
        self.unlabelled = {key for key, item in self.stated.items() if item.label is None}
        said_open = {key for key in self.unlabelled if states[key].says_open or key in confirmed}
        seen = {
            key: memory.label_of(states[key], old.get(key), states.keys())
            for key in self.unlabelled
        }
        self.opened = tuple(sorted(key for key in said_open if seen[key] is not None))
        self.kept = {key: label for key, label in seen.items() if label and key not in said_open}


def _keeping(state: DocState, label: str) -> DocState:
    """Return the state of a document that keeps a label; empty for none."""
    return state if state.held == label else replace(state, held=label)
