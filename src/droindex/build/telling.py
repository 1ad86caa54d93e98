"""What a build has to say about damage that it mended and documents that need a hand."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from droindex.clearance.ranks import rank_of
from droindex.corpus.config import Problem
from droindex.metadata.infer.inference import choose
from droindex.problems import UNREADABLE_LABEL
from droindex.store.generation import CURRENT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from droindex.clearance.label_memory import Held
    from droindex.library.state import DocState
    from droindex.store.store import Base

__all__ = ["damage_problems", "document_problems", "in_order", "label_problems"]

# What hides documents is told first: an operator who reads on must have seen it.
_FIRST = ("label-lost", "label-unplaced", "unlisted-label", "unreadable-label", "bad-sidecar")


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems in the order to tell of them: first those about who sees what."""
    ranks = {slug: place for place, slug in enumerate(_FIRST)}
    return tuple(sorted(problems, key=lambda problem: ranks.get(problem.slug, len(ranks))))


def label_problems(held: Held) -> Iterator[Problem]:
    """Yield the documents that lost their label, and what was confirmed in vain."""
    for doc_id in held.lost:
        state = held.states[doc_id]
        yield Problem(
            str(state.base.get("file", doc_id)),
            "label-lost",
            f"It was seen with the label {state.held!r} and has none now, so it stays hidden. "
            'Give it its label again; if it is open, write label = "open" into its metadata, '
            f"or build with --confirm-open {shlex.quote(doc_id)}.",
        )
    for doc_id in held.unused:
        yield Problem(
            doc_id,
            "nothing-to-confirm",
            "It was confirmed to be open, but it is not hidden for a lost label: it is open "
            "already, has a label, or does not exist.",
        )


def damage_problems(
    start: Base, states: Mapping[str, DocState], lost: Collection[str]
) -> Iterator[Problem]:
    """Yield what was damaged when the build began, and what was lost with it.

    Args:
        start: What the build started from.
        states: Every document of the library.
        lost: Ids of documents whose text was only in a damaged file.
    """
    base = start.generation
    if base is not None and not start.is_newest:
        yield Problem(
            CURRENT,
            "generation-damaged",
            f"The newest generation was damaged: this build started from the one of "
            f"{base.manifest['created']}. What came through Library.update after that "
            "has to be put in again.",
        )
    for name in sorted(start.damaged):
        yield Problem(name, "set-damaged", "It was damaged and has been written anew.")
    for key in sorted(lost):
        yield Problem(
            str(states[key].base.get("file", key)),
            "text-lost",
            "Its text was only in a damaged file, so that nobody finds it: build its corpus "
            f"({states[key].origin}) again, or put it in again by Library.update.",
        )


def document_problems(states: Iterable[DocState], labels: Sequence[str]) -> Iterator[Problem]:
    """Yield what is wrong with documents: metadata, reading, labels that are not listed.

    Args:
        states: The documents, in the order to tell of them.
        labels: The labels of the library.
    """
    for state in states:
        file = str(state.base.get("file", state.doc_id))
        yield from state.problems
        report = state.file_report()
        if report is not None and not state.is_stale and report.status != "ok":
            yield Problem(file, report.status.replace("_", "-"), state.reason)
        document = state.document(choose(state.inferred))
        if (
            not state.held
            and document.label != UNREADABLE_LABEL
            and rank_of(document.label, labels) is None
        ):
            yield Problem(
                file,
                "unlisted-label",
                f"The label {document.label!r} is not in the list of corpus.toml: nobody can "
                "see this document. Add the label to `labels`, or correct it.",
            )
