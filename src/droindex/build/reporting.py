"""What a build reports: what it changed, damage that it repaired, documents that need a hand."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from droindex.clearance.ranks import rank_of
from droindex.corpus.config import Problem
from droindex.corpus.parts import NOT_SPLIT
from droindex.extract.office.kinds import extra_for
from droindex.extract.pdf.ocr import ocr_step, with_ocr_settled
from droindex.library.report import BuildReport
from droindex.library.state import UPDATE, by_file, file_reports
from droindex.problems import UNREADABLE_LABEL, shown
from droindex.store.generation import CURRENT
from droindex.text import count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from droindex.build.start import Start
    from droindex.clearance.holding import Held
    from droindex.library.state import DocState
    from droindex.store.generation import Generation
    from droindex.store.writer import StartingPoint

__all__ = [
    "damage_problems",
    "document_problems",
    "identical_files",
    "in_order",
    "label_problems",
    "passed_over_problems",
    "report_of",
]

# What hides documents is told first: an operator who reads on must have seen it. Then what is
# not found because it is lost, left out or unread; metadata; and what waits for OCR.
_FIRST = (
    *("label-lost", "label-unplaced", "unlisted-label", "unreadable-label", "bad-sidecar"),
    *("bad-front-matter", "generation-damaged", "set-damaged", "text-lost", "kept-last-good"),
    *("folder-unreadable", "file-unreadable", "duplicate-doc-id", "bad-record", "bad-doc-id"),
    *("doc-id-too-long", "link-outside", "link-excluded", "link-hidden", "link-broken"),
    *("not-a-file", "library-inside", "encrypted", "damaged", "not-pdf", "crashed", "timed-out"),
    *("too-big", "empty", "extra-missing"),
)
_LAST = ("partial", "needs-ocr", "identical-files")
_NAMED = 3  # of identical files


def report_of(
    start: Start,
    held: Held,
    lost: Collection[str],
    problems: Iterable[Problem],
    generation: Generation,
    origin: str,
) -> BuildReport:
    """Return what a build or an update did.

    Args:
        start: What it started from.
        held: The documents of the library.
        lost: Ids of documents whose text was only in a damaged file.
        problems: What was wrong with the corpus.
        generation: The generation that answers now.
        origin: The corpus, or `UPDATE`.
    """
    states = held.states
    own = {key for key, state in states.items() if state.origin == origin}
    before = {key for key, state in start.states.items() if state.origin == origin}
    updated = {key for key in own & before if states[key].fingerprints != start.fingerprints[key]}
    gone = start.states.keys() - states.keys() if origin == UPDATE else before - own
    members = [states[key] for key in sorted(own)]
    step = ocr_step(with_ocr_settled(start.options.settings.extract))
    return BuildReport(
        added=len(own - before),
        updated=len(updated),
        removed=len(gone),
        unchanged=len(own & before) - len(updated),
        problems=in_order(
            (
                *damage_problems(start.point, states, lost),
                *dict.fromkeys(label_problems(held)),  # parts of a file have one in common
                *problems,
                *document_problems(members, start.config.labels, step),
                *identical_files(members),
            )
        ),
        files=file_reports(members),
        generation=generation.name,
        lost_labels=held.lost,
        opened=held.opened,
    )


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems by weight: first those about who sees what, OCR and notices at the end."""
    ranks = {slug: place - len(_FIRST) for place, slug in enumerate(_FIRST)}
    ranks |= {slug: place for place, slug in enumerate(_LAST, 1)}
    return tuple(sorted(problems, key=lambda problem: ranks.get(problem.slug, 0)))


def identical_files(states: Iterable[DocState]) -> Iterator[Problem]:
    """Yield the files that hold the same bytes under several names, each group once.

    Args:
        states: The documents of one corpus, in the order to tell of them.
    """
    by_content: dict[str, list[str]] = {}
    for state, *_ in by_file(states).values():
        if state.file_facts.get("size_bytes") and "sha256" in state.file_facts:
            by_content.setdefault(state.file_facts["sha256"], []).append(state.place)
    for first, *others in by_content.values():
        if not others:
            continue
        names = ", ".join(map(shown, others[:_NAMED]))
        names += f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        message = (
            f"It holds the same bytes as {names}, and each is a document of its own. "
            "Keep one of them, or exclude the others."
        )
        yield Problem(first, "identical-files", message)


def passed_over_problems(passed_over: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """Yield a problem for each kind of files that would be read if an extra were installed.

    Args:
        passed_over: Kind -> files that no document was made of.
    """
    for kind, files in passed_over.items():
        if extra := extra_for(kind):
            what = count(len(files), f"{kind} file")
            message = f"{what} passed over. To read them: pip install 'droindex[{extra}]'"
            yield Problem(files[0], "extra-missing", message)


def label_problems(held: Held) -> Iterator[Problem]:
    """Yield the documents that lost their label, and what was confirmed in vain."""
    for doc_id in held.lost:
        state = held.states[doc_id]
        yield Problem(
            state.place,
            "label-lost",
            f"It was seen with the label {state.held!r} and has none now, so it stays hidden. "
            'Give it its label again; if it is open, write label = "open" into its metadata, '
            f"or build with --confirm-open {shlex.quote(state.file_id)}.",
        )
    for doc_id in held.unused:
        yield Problem(
            doc_id,
            "nothing-to-confirm",
            "It was confirmed to be open, but it is not hidden for a lost label: it is open "
            "already, has a label, is a part of a file (confirm the file), or does not exist.",
        )


def damage_problems(
    point: StartingPoint, states: Mapping[str, DocState], lost: Collection[str]
) -> Iterator[Problem]:
    """Yield what was damaged when the build began, and what was lost with it.

    Args:
        point: What the build started from.
        states: Every document of the library.
        lost: Ids of documents whose text was only in a damaged file.
    """
    start = point.generation
    if start is not None and not point.is_newest:
        yield Problem(
            CURRENT,
            "generation-damaged",
            f"The newest generation was damaged: this build started from the one of "
            f"{start.manifest['created']}. What came through Library.update after that "
            "has to be put in again.",
        )
    for name in sorted(point.damaged):
        yield Problem(name, "set-damaged", "It was damaged and has been written anew.")
    for key in sorted(lost):
        yield Problem(
            states[key].place,
            "text-lost",
            "Its text was only in a damaged file, so that nobody finds it: build its corpus "
            f"({states[key].origin}) again, or put it in again by Library.update.",
        )


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
