"""What a build reports: what it changed, damage that it repaired, documents that need a hand."""

from __future__ import annotations

import shlex
from collections import Counter
from typing import TYPE_CHECKING

from droindex.build.told import document_problems
from droindex.corpus.config import Problem
from droindex.extract.office.kinds import extra_for
from droindex.extract.pdf.ocr import ocr_step, with_ocr_settled
from droindex.library.report import BuildReport
from droindex.library.state import UPDATE, by_file, file_reports
from droindex.library.states import TOLD
from droindex.problems import shown
from droindex.store.generation import CURRENT
from droindex.text import count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from droindex.build.publish import Change, Publisher
    from droindex.build.start import Start
    from droindex.clearance.holding import Held
    from droindex.library.state import DocState
    from droindex.store.generation import Generation
    from droindex.store.writer import StartingPoint

__all__ = [
    "damage_problems",
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
    publisher: Publisher,
    problems: Iterable[Problem],
    generation: Generation,
    origin: str,
    members: Mapping[str, DocState] | None,
) -> BuildReport:
    """Return what a build or an update did.

    Args:
        start: What it started from.
        publisher: What was published.
        problems: What was wrong with the corpus.
        generation: The generation that answers now.
        origin: The corpus, or `UPDATE`.
        members: All documents of a corpus that is a folder, by id; None for others.
    """
    held, states = publisher.held, publisher.held.states
    counts = _counts(publisher.changes.values(), origin)
    before = start.count_before(origin)
    step = ocr_step(with_ocr_settled(start.options.settings.extract))
    if members is None:
        told = [states[key] for key, _ in start.states.marked(TOLD) if key in states]
        own = [state for state in told if state.origin == origin]
    else:
        own = [state for key in sorted(members) if (state := states[key]).origin == origin]
    return BuildReport(
        added=counts["added"],
        updated=counts["updated"],
        removed=counts["gone"] if origin == UPDATE else counts["removed"],
        unchanged=before - counts["removed"] - counts["updated"],
        problems=in_order(
            (
                *damage_problems(start.point, states, publisher.lost),
                *dict.fromkeys(label_problems(held)),  # parts of a file have one in common
                *problems,
                *document_problems(own, start.config.labels, step),
                *identical_files(own),
            )
        ),
        files=file_reports(own),
        generation=generation.name,
        lost_labels=held.lost,
        opened=held.opened,
    )


def _counts(changes: Iterable[Change], origin: str) -> Counter[str]:
    """Return how many documents of an origin were added, updated and removed, and are gone."""
    counts: Counter[str] = Counter()
    for before, now in changes:
        was_own = before is not None and before.origin == origin
        is_own = now is not None and now.origin == origin
        counts["gone"] += now is None and before is not None
        counts["added"] += is_own and not was_own
        counts["removed"] += was_own and not is_own
        if before is not None and now is not None and was_own and is_own:
            counts["updated"] += before.fingerprints != now.fingerprints
    return counts


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
