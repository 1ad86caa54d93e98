"""What of older generations may no longer be shown to whom: found by what documents say.

A set of an older generation is withdrawn if it holds a document that is hidden from its callers
today, or a text that a hidden document holds today and no document that they may see. Texts are
compared by the digests that builds keep (`signatures`), so that it does not matter under which
id, in which file or on which page a text stood.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from droindex.clearance.ranks import is_hidden
from droindex.clearance.signatures import digest_of, digests_in
from droindex.engine.analysis import normalise
from droindex.errors import DroindexError, SettingsError
from droindex.library.state import load_state
from droindex.store.damage import is_withdrawn, withdraw
from droindex.store.generation import set_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from droindex.library.state import DocState
    from droindex.store.generation import Generation

__all__ = ["Today", "exposed", "is_settled", "unproven", "withdraw_older"]

_HEADINGS = ("title", "summary")


@dataclass(frozen=True, slots=True)
class Today:
    """All documents of a library as they are now.

    Attributes:
        states: The documents, by id.
        ranks: Their ranks, as `rank_of` has them.
        labels: The labels of the library, from the least restricted.
    """

    states: Mapping[str, DocState]
    ranks: Mapping[str, int | None]
    labels: Sequence[str]


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


def exposed(generation: Generation, today: Today) -> dict[str, list[str]] | None:
    """Return what a generation would show to callers who may not see it today.

    Returns:
        Set -> ids of the documents that it holds and its callers may not see, or that say what
        they may not see; None where the generation cannot tell what it holds.
    """
    try:
        held = load_state(generation)
    except DroindexError:
        return None
    found: dict[str, list[str]] = {}
    for rank, name in _readers(generation, today.labels):
        view = _view(today, rank)
        if not view.hidden:
            continue
        doc_ids = [
            key
            for key, state in held.items()
            if name in state.prints and _is_exposed(state, name, view, today, held)
        ]
        if doc_ids:
            found[name] = sorted({*found.get(name, ()), *doc_ids})
    return found


def unproven(generation: Generation, name: str, today: Today) -> list[str]:
    """Return the documents of a set of which it is not certain that its callers may see them.

    Certain is it of a document that they see today with the same text, or whose every digest
    stands in one that they see.
    """
    ranks = [rank for rank, own in _readers(generation, today.labels) if own == name]
    held = load_state(generation)
    members = [state for state in held.values() if name in state.prints]
    if not ranks:
        return [state.doc_id for state in members]
    shown = [key for key, rank in today.ranks.items() if not is_hidden(rank, min(ranks))]
    digests: set[bytes] = set()
    for key in shown:
        digests |= _said(today.states[key])
    same = {(key, today.states[key].digest) for key in shown}
    return [
        state.doc_id
        for state in members
        if (state.doc_id, state.digest) not in same
        and (state.signature is None or not _said(state) <= digests)
    ]


def is_settled(
    today: Today, before: Mapping[str, DocState], members: Mapping[str, tuple[frozenset[str], str]]
) -> bool:
    """Whether nothing is hidden today that was not hidden when the last generation was built.

    Args:
        today: What is to be published, with the labels of the last generation.
        before: The documents of the last generation.
        members: Those of its documents -> the sets that held them, and digests of their texts.
    """
    hidden = [key for key, rank in today.ranks.items() if rank != 0]
    for key in hidden:
        state = today.states[key]
        same = key in members and before[key] is state and state.signature is not None
        if not same or members[key] != (frozenset(state.prints), state.digest):
            return False
    gone = [state for key, state in before.items() if today.states.get(key) is not state]
    if not hidden or not gone:
        return True
    digests, texts = _all_of(today, hidden)
    return not any(
        state.signature is None or state.digest in texts or not _said(state).isdisjoint(digests)
        for state in gone
    )


def withdraw_older(generations: Iterable[Generation], today: Today) -> None:
    """Leave a mark beside each older generation whose sets show what is hidden today."""
    for generation in generations:
        found = exposed(generation, today)
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


def _view(today: Today, clearance: int) -> _View:
    view = _View()
    for key, rank in today.ranks.items():
        (view.hidden if is_hidden(rank, clearance) else view.visible).add(key)
    view.hidden_digests, view.hidden_texts = _all_of(today, view.hidden)
    for key in view.visible if view.hidden else ():
        view.hidden_digests -= _said(today.states[key])
        view.hidden_texts.discard(today.states[key].digest)
    view.unknown = {key for key in view.hidden if today.states[key].signature is None}
    return view


def _is_exposed(
    old: DocState, name: str, view: _View, today: Today, held: Mapping[str, DocState]
) -> bool:
    if old.doc_id in view.hidden:
        return True
    if not view.hidden_digests.isdisjoint(_said(old)):
        return True
    if old.doc_id in view.visible and today.states[old.doc_id].digest == old.digest:
        return False  # its text is seen today
    if old.digest in view.hidden_texts:
        return True
    # In doubt: what cannot be compared counts as the same, unless it was hidden then as well.
    doubtful = view.hidden if old.signature is None else view.unknown
    return any(not _was_hidden(today.states[key], name, held) for key in doubtful)


def _was_hidden(state: DocState, name: str, held: Mapping[str, DocState]) -> bool:
    """Whether a set of an older generation lacked a document that was there with this text."""
    old = held.get(state.doc_id)
    return old is not None and old.digest == state.digest and name not in old.prints


def _all_of(today: Today, doc_ids: Iterable[str]) -> tuple[set[bytes], set[str]]:
    digests: set[bytes] = set()
    texts: set[str] = set()
    for key in doc_ids:
        digests |= _said(today.states[key])
        texts.add(today.states[key].digest)
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
