"""One document for each id: which one stays where two have the same, or the same number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.corpus.config import Problem
from droindex.engine.entries import owner_number
from droindex.errors import RemovalsRefusedError
from droindex.library.state import UPDATE
from droindex.library.states import States

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from droindex.build.gathered import Gathered
    from droindex.library.state import DocState
    from droindex.library.states import Changes

__all__ = ["combine", "leave_out_collisions", "refuse_removals"]


def refuse_removals(gone: Collection[str], before: int, max_share: float) -> None:
    """Refuse to lose many documents of a corpus at once.

    Args:
        gone: Ids of the corpus's documents that it has no more.
        before: How many of its documents are in the library.
        max_share: Share of them that may go unasked, 0 to 1.

    Raises:
        RemovalsRefusedError: `removals-refused`, with the ids.
    """
    if gone and len(gone) > max_share * before:
        doc_ids = tuple(sorted(gone))
        raise RemovalsRefusedError(
            f"{len(gone)} of {before} documents of this corpus are gone, "
            f"for example {doc_ids[0]!r}; more than {max_share:.0%} is not removed unasked.",
            doc_ids=doc_ids,
        )


def combine(
    gathered: Gathered,
    states: Changes,
    origin: str,
    restriction: Callable[[DocState], float],
) -> None:
    """Take the documents of a corpus among all others; report what is left out.

    Args:
        gathered: The documents of the corpus that is built; what is left out is noted here.
        states: All documents of the library, as they were; they become what they are to be.
        origin: The name under which the corpus's documents are remembered.
        restriction: How restricted a document is.
    """
    for doc_id in gathered.gone:
        states.drop(doc_id)
    for doc_id, state in gathered.states.items():
        other = states.old.get(doc_id)
        if other is None or other.origin == origin:
            states.put(state)
            continue
        # An open document must not vanish because another corpus has a labelled one of its
        # id. What came through an update stays: it may be there to label this very document.
        is_opener = other.origin != UPDATE and restriction(state) < restriction(other)
        taken, left_out = (state, other) if is_opener else (other, state)
        if is_opener:
            states.put(state)
        gathered.left_out.append(left_out)
        gathered.problems.append(_same_id(taken, left_out, is_opener=is_opener))


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
    states: Changes, restriction: Callable[[DocState], float]
) -> list[Problem]:
    """Leave out documents whose ids were made to have one number; the engine tells by it.

    The least restricted stays, so that no labelled document can hide an open one.
    """
    by_number: dict[int, set[str]] = {}
    for doc_id in states.changed:
        by_number.setdefault(owner_number(doc_id), {doc_id}).add(doc_id)
    if isinstance(states.old, States):
        for number, doc_ids in by_number.items():
            known = states.old.with_number(number)
            if known is not None and known in states:
                doc_ids.add(known)
    problems = []
    for doc_ids in by_number.values():
        if len(doc_ids) == 1:
            continue
        stays, *rest = sorted(doc_ids, key=lambda key: (restriction(states[key]), key))
        for doc_id in rest:
            place = states[doc_id].place
            states.drop(doc_id)
            why = f"The id {doc_id!r} has the same hash as {stays!r}; it is left out. Rename it."
            problems.append(Problem(place, "duplicate-doc-id", why))
    return sorted(problems, key=lambda problem: problem.file)
