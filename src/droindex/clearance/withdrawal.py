"""What of older generations may no longer be shown to whom: found by what documents say.

A set of an older generation is withdrawn if it holds a document that is hidden from its callers
today, or a text that a hidden document holds today and no document that they may see. Texts are
compared by the digests that builds keep (`signatures`), so that it does not matter under which
id, in which file or on which page a text stood.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from droindex.clearance.ranks import is_hidden, rank_of
from droindex.clearance.signatures import digest_of, digests_in
from droindex.engine.analysis import normalise
from droindex.errors import DroindexError, SettingsError
from droindex.library.states import all_states, load_state
from droindex.store.damage import is_withdrawn, withdraw
from droindex.store.generation import set_for

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from droindex.library.state import DocState
    from droindex.store.generation import Generation

__all__ = ["CurrentLabels", "exposed", "is_settled", "labels_of", "unproven", "withdraw_older"]

_HEADINGS = ("title", "summary")


@dataclass(frozen=True, slots=True)
class CurrentLabels:
    """All documents of a library, and the labels that are in force for them.

    Attributes:
        states: The documents, by id.
        ranks: Their ranks, as `rank_of` has them.
        labels: The labels of the library, from the least restricted.
    """

    states: Mapping[str, DocState]
    ranks: Mapping[str, int | None]
    labels: Sequence[str]


def labels_of(generation: Generation) -> CurrentLabels:
    """Return what a generation knows of labels."""
    labels = generation.manifest["labels"]
    with load_state(generation) as remembered:
        states = dict(all_states(remembered))
    ranks = {key: rank_of(state.document_alone().label, labels) for key, state in states.items()}
    return CurrentLabels(states, ranks, labels)


@dataclass(slots=True)
class _View:
    """What one clearance may see today, and what not.

    Attributes:
        visible: Ids of the documents that it may see.
        hidden: Ids of those that it may not.
        hidden_digests: Digests of the texts and headings of those, without what it may see.
        hidden_texts: Their texts as the build tells them apart.
        unknown: Those of them that have no signature.
    """

    visible: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    hidden_digests: set[bytes] = field(default_factory=set)
    hidden_texts: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)


def exposed(generation: Generation, current: CurrentLabels) -> dict[str, list[str]] | None:
    """Return what a generation would show to callers who may not see it today.

    Returns:
        Set -> ids of the documents that it holds and its callers may not see, or that say what
        they may not see; None where the generation cannot tell what it holds.
    """
    try:
        with load_state(generation) as held:
            return _exposed(generation, current, held)
    except DroindexError:
        return None


def _exposed(
    generation: Generation, current: CurrentLabels, held: Mapping[str, DocState]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for rank, name in _readers(generation, current.labels):
        view = _view(current, rank)
        if not view.hidden:
            continue
        doc_ids = [
            key
            for key, state in all_states(held)
            if name in state.fingerprints and _is_exposed(state, name, view, current, held)
        ]
        if doc_ids:
            found[name] = sorted({*found.get(name, ()), *doc_ids})
    return found


def unproven(generation: Generation, name: str, current: CurrentLabels) -> list[str]:
    """Return the documents of a set of which it is not certain that its callers may see them.

    Certain is it of a document that they see today with the same text, or whose every digest
    stands in one that they see.
    """
    with load_state(generation) as held:
        members = [state for _, state in all_states(held) if name in state.fingerprints]
    ranks = [rank for rank, own in _readers(generation, current.labels) if own == name]
    if not ranks:
        return [state.doc_id for state in members]
    shown = [key for key, rank in current.ranks.items() if not is_hidden(rank, min(ranks))]
    same = {(key, current.states[key].digest) for key in shown}
    digests, _ = _all_of(current, shown)
    return [
        state.doc_id
        for state in members
        if (state.doc_id, state.digest) not in same and not _is_said(state, digests)
    ]


def _is_said(state: DocState, digests: set[bytes]) -> bool:
    """Whether all that a document says is among these digests, as far as anybody can tell."""
    return state.signature is not None and _said(state) <= digests


def is_settled(
    before: Mapping[str, DocState],
    states: Mapping[str, DocState],
    touched: Iterable[str],
    hidden: Collection[str],
) -> bool:
    """Whether nothing is hidden today that was not hidden when the last generation was built.

    Args:
        before: The documents of the last generation.
        states: What is to be published, with the labels of the last generation.
        touched: Ids of all that are not as they were, those that are gone among them.
        hidden: Ids of all that are not open today.
    """
    changed = [*touched]
    if any(key in hidden for key in changed):
        return False
    gone = [before[key] for key in changed if key in before]
    if not hidden or not gone:
        return True
    digests: set[bytes] = set()
    texts: set[str] = set()
    for key in hidden:
        state = states[key]
        if state.signature is None:
            return False
        digests |= _said(state)
        texts.add(state.digest)
    return not any(_may_say(state, digests, texts - {""}) for state in gone)


def _may_say(state: DocState, digests: set[bytes], texts: set[str]) -> bool:
    """Whether a document says something of what is hidden, or nobody can tell."""
    if state.signature is None or state.digest in texts:
        return True
    return not _said(state).isdisjoint(digests)


def withdraw_older(generations: Iterable[Generation], current: CurrentLabels) -> None:
    """Leave a marker beside each older generation whose sets show what is hidden today."""
    for generation in generations:
        found = exposed(generation, current)
        for name in generation.manifest["sets"] if found is None else found:
            if not is_withdrawn(generation.folder, name):
                withdraw(generation.folder, name)


def _readers(generation: Generation, labels: Sequence[str]) -> list[tuple[int, str]]:
    """Return (rank of the clearance today, the set of a generation that it reads).

    A clearance of then that is none today sees what is open, and no more.
    """
    lapsed = [label for label in generation.manifest["clearances"] if label not in labels]
    clearances = [*enumerate((None, *labels)), *((0, label) for label in lapsed)]
    found = []
    for rank, clearance in clearances:
        try:
            found.append((rank, set_for(generation.manifest, clearance)))
        except SettingsError:
            continue
    return found


def _view(current: CurrentLabels, clearance: int) -> _View:
    view = _View()
    for key, rank in current.ranks.items():
        (view.hidden if is_hidden(rank, clearance) else view.visible).add(key)
    view.hidden_digests, view.hidden_texts = _all_of(current, view.hidden)
    for key in view.visible if view.hidden else ():
        view.hidden_digests -= _said(current.states[key])
        view.hidden_texts.discard(current.states[key].digest)
    view.unknown = {key for key in view.hidden if current.states[key].signature is None}
    return view


def _is_exposed(
    old: DocState, name: str, view: _View, current: CurrentLabels, held: Mapping[str, DocState]
) -> bool:
    if old.doc_id in view.hidden:
        return True
    if not view.hidden_digests.isdisjoint(_said(old)):
        return True
    if old.doc_id in view.visible and current.states[old.doc_id].digest == old.digest:
        return False  # its text is seen today
    if old.digest in view.hidden_texts:
        return True
    # In doubt: what cannot be compared counts as the same, unless it was hidden then as well.
    doubtful = view.hidden if old.signature is None else view.unknown
    return any(not _was_hidden(current.states[key], name, held) for key in doubtful)


def _was_hidden(state: DocState, name: str, held: Mapping[str, DocState]) -> bool:
    """Whether a set of an older generation lacked a document that was there with this text."""
    old = held.get(state.doc_id)
    return old is not None and old.digest == state.digest and name not in old.fingerprints


def _all_of(current: CurrentLabels, doc_ids: Iterable[str]) -> tuple[set[bytes], set[str]]:
    digests: set[bytes] = set()
    texts: set[str] = set()
    for key in doc_ids:
        digests |= _said(current.states[key])
        texts.add(current.states[key].digest)
    return digests, texts - {""}


def _said(state: DocState) -> set[bytes]:
    """Return the digests of a document's text, and of what may be its title or summary."""
    found = digests_in(state.signature or b"")
    for heading in (
        state.given.title,
        state.given.summary,
        *(str(item.value) for item in state.inferred if item.field in _HEADINGS),
    ):
        found |= digest_of(normalise(heading or ""))
    return found
