"""One document for each id: which one stays where two have the same, or the same number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.corpus.config import Problem
from droindex.engine.entries import owner_number
from droindex.errors import RemovalsRefusedError
from droindex.library.state import UPDATE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from droindex.build.gathered import Gathered
    from droindex.library.state import DocState

__all__ = ["combine", "leave_out_collisions", "refuse_removals"]


def refuse_removals(before: Collection[str], now: Collection[str], max_share: float) -> None:
    """Refuse to lose many documents of a corpus at once.

    Args:
        before: Ids of the corpus's documents in the library.
        now: Ids of those that it has now.
        max_share: Share of them that may go unasked, 0 to 1.

    Raises:
        RemovalsRefusedError: `removals-refused`, with the ids.
    """
    gone = sorted(set(before) - set(now))
    if gone and len(gone) > max_share * len(before):
        raise RemovalsRefusedError(
            f"{len(gone)} of {len(before)} documents of this corpus are gone, "
            f"for example {gone[0]!r}; more than {max_share:.0%} is not removed unasked.",
            doc_ids=tuple(gone),
        )


def combine(
    gathered: Gathered, others: Mapping[str, DocState], restriction: Callable[[DocState], float]
) -> dict[str, DocState]:
    """Return all documents of a library as they are to be; report what is left out.

    Args:
        gathered: The documents of the corpus that is built; what is left out is noted here.
        others: The documents of other corpora and of updates.
        restriction: How restricted a document is.
    """
    states = dict(others)
    for doc_id, state in gathered.states.items():
        other = states.get(doc_id)
        if other is None:
            states[doc_id] = state
            continue
        # An open document must not vanish because another corpus has a labelled one of its
        # id. What came through an update stays: it may be there to label this very document.
        is_opener = other.origin != UPDATE and restriction(state) < restriction(other)
        taken, left_out = (state, other) if is_opener else (other, state)
        states[doc_id] = taken
        gathered.left_out.append(left_out)
        gathered.problems.append(_same_id(taken, left_out, is_opener=is_opener))
    return states


def _same_id(taken: DocState, left_out: DocState, *, is_opener: bool) -> Problem:
    doc_id = left_out.doc_id
    why = ", being the less restricted" if is_opener else ""
    return Problem(
        left_out.place,
        "duplicate-doc-id",
        f"The id {doc_id!r} is that of a document from {taken.origin} too, which is "
        f"taken{why}; the one from {left_out.origin} is left out. Rename it.",
    )


def leave_out_collisions(
    states: dict[str, DocState], restriction: Callable[[DocState], float]
) -> list[Problem]:
    """Leave out documents whose ids were made to have one number; the engine tells by it.

    The least restricted stays, so that no labelled document can hide an open one.
    """
    by_number: dict[int, list[str]] = {}
    for doc_id in states:
        by_number.setdefault(owner_number(doc_id), []).append(doc_id)
    if len(by_number) == len(states):
        return []
    problems = []
    for doc_ids in by_number.values():
        stays, *rest = sorted(doc_ids, key=lambda key: (restriction(states[key]), key))
        for doc_id in rest:
            place = states.pop(doc_id).place
            why = f"The id {doc_id!r} has the same hash as {stays!r}; it is left out. Rename it."
            problems.append(Problem(place, "duplicate-doc-id", why))
    return sorted(problems, key=lambda problem: problem.file)
