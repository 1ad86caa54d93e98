"""What is to be told of a document with each build, as long as it is as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.clearance.ranks import rank_of
from droindex.corpus.parts import NOT_SPLIT
from droindex.library.state import by_file, file_reports
from droindex.problems import UNREADABLE_LABEL, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from droindex.library.state import DocState

__all__ = ["document_problems"]


def document_problems(
    states: Iterable[DocState], labels: Sequence[str], step: str = ""
) -> Iterator[Problem]:
    """Yield what is wrong with documents: metadata, reading, labels that are not listed.

    Args:
        states: The documents, in the order to tell of them.
        labels: The labels of the library.
        step: What to do about pages that need OCR.
    """
    states = [same[0] for same in by_file(states).values()]  # parts of a file have all in common
    for state in states:
        file = state.place
        yield from state.problems
        yield from _file_problems(state, step)
        document = state.document_alone()
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


def _file_problems(state: DocState, step: str) -> Iterator[Problem]:
    """Yield what is wrong with a document's file: a bundle that was not split, and its reading."""
    if why := state.file_facts.get(NOT_SPLIT):
        message = (
            f"It is a bundle and stays one document, since its parts are not plain: {why}. "
            "Split it by hand if it matters, or leave it out of split in corpus.toml."
        )
        yield Problem(state.place, "bundle-not-split", message)
    for report in file_reports((state,)):
        if not report.is_stale and report.status != "ok":
            what = f"{state.reason} {step}" if step and report.needs_ocr_pages else state.reason
            yield Problem(state.place, report.status.replace("_", "-"), what)
