"""The command `build`: a corpus becomes a library, or a library is brought up to date."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Unpack

import click

from droindex.api import Library
from droindex.cli.failure import FOUND
from droindex.cli.formats import dump
from droindex.cli.options import Choice, examples, format_option, index_option, wait_option
from droindex.cli.render import hanging
from droindex.cli.terminal import Screen, write
from droindex.errors import CorpusError
from droindex.model import FileStatus
from droindex.settings import BACKENDS
from droindex.text import clean, count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from droindex.api.operations import BuildArguments
    from droindex.library.report import BuildReport, FileReport, Progress
    from droindex.problems import Problem

__all__ = ["ProgressLine", "build", "file_counts", "problem_lines", "split_line"]

_LISTED = 20  # problems that are named one by one
_REDRAW_S = 0.1  # often enough to look alive, too seldom to cost anything
_BAR_CELLS = 20
_KINDS = 12  # of files passed over that are named; the report has all


@click.command(
    epilog=examples(
        "droindex build policies", "droindex build policies --index /srv/policies.idx --no-ocr"
    )
)
@click.argument("corpus", metavar="CORPUS", type=click.Path())
@index_option
@click.option(
    "--allow-removals", is_flag=True, help="Let more than a fifth of the corpus's documents go."
)
@click.option("--compact", is_flag=True, help="Write every index anew, in one piece.")
@click.option(
    "--workers",
    type=click.IntRange(min=0),
    metavar="N",
    help="Processes that read files; one per core if left out, 0 for none.",
)
@click.option(
    "--backend",
    "--engine",  # its name in the first scripts
    "backend",
    type=Choice(BACKENDS),
    help="What reads the text of PDFs; auto: pdfium where it is installed.",
)
@click.option(
    "--ocr/--no-ocr",
    default=None,
    help="Recognise text in page images (slow); where droindex[ocr] is installed, if left out.",
)
@click.option("--cache", metavar="DIR", help="Where extracted texts are kept; else in the library.")
@wait_option
@click.option(
    "--confirm-open",
    multiple=True,
    metavar="DOC_ID",
    help="This document had a label, has none now, and is open indeed; may be repeated.",
)
@click.option("--strict", is_flag=True, help="End with exit code 6 if there are problems.")
@format_option("text", "json")
@click.option("--quiet", is_flag=True, help="No progress bar, and no report as text.")
def build(
    corpus: str,
    index_path: str,
    form: str,
    *,
    strict: bool,
    quiet: bool,
    **options: Unpack[BuildArguments],
) -> int:
    """Make a library from CORPUS, or bring it up to date.

    CORPUS is a folder of PDF, HTML and text files, or a .jsonl file of records. Only what changed
    is read again. It happens all at once or not at all: whoever searches meanwhile, and after a
    build that was stopped, searches the old library. Files with problems never stop a build.
    """
    options["progress"] = progress = ProgressLine() if _is_terminal() and not quiet else None
    try:
        report = Library(index_path).build(corpus, **options)
    finally:
        if progress is not None:
            progress.clear()
    if form == "json":
        dump(report.to_dict())
    elif not quiet:
        for line in _report_lines(report, index_path, Screen.of_stdout()):
            write(line)
    if strict and report.problems:
        raise CorpusError(
            f"The corpus has {count(len(report.problems), 'problem')} (--strict).",
            hint="The library was built. Mend the corpus and build again.",
        )
    return FOUND


class ProgressLine:
    """One line on standard error that tells how far a build has come, drawn over itself.

    Args:
        clock: Returns seconds; for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._phase = ""
        self._started = 0.0
        self._drawn = 0.0

    def __call__(self, progress: Progress) -> None:
        """Draw the line, unless it was drawn a moment ago."""
        now = self._clock()
        if progress.phase != self._phase:
            self._phase, self._started = progress.phase, now
        elif now - self._drawn < _REDRAW_S and progress.done < progress.total:
            return
        self._drawn = now
        sys.stderr.write(f"\r{self._line(progress, now - self._started)}\x1b[K")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._phase:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _line(self, progress: Progress, spent_s: float) -> str:
        total = max(progress.total, 1)
        filled = min(_BAR_CELLS, _BAR_CELLS * progress.done // total)
        unit = "files" if progress.phase == "reading" else "documents"
        parts = [
            f"{progress.phase.capitalize():<9}",
            f"[{'#' * filled}{'-' * (_BAR_CELLS - filled)}]",
            f"{progress.done}/{progress.total} {unit}",
        ]
        if progress.pages and spent_s > 0:
            parts.append(f"{progress.pages / spent_s:.0f} pages/s")
        if 0 < progress.done < progress.total:
            left = round(spent_s / progress.done * (progress.total - progress.done))
            parts.append(f"{left // 60}:{left % 60:02d} left")
        return "  ".join(parts)


def problem_lines(problems: Sequence[Problem], screen: Screen) -> Iterator[str]:
    """Yield problems, those of one kind together, in the order of their first appearance."""
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(problem.slug, []).append(problem)
    for slug, group in groups.items():
        yield f"  {clean(slug)}"
        for problem in group:
            yield from hanging(f"{problem.file}: {problem.message}", 4, screen)


def _is_terminal() -> bool:
    return sys.stderr.isatty()


def _report_lines(report: BuildReport, index_path: str, screen: Screen) -> Iterator[str]:
    yield (
        f"{clean(index_path)}: {report.added} added, {report.updated} updated, "
        f"{report.removed} removed, {report.unchanged} unchanged"
    )
    if report.files or report.passed_over:
        counts = Counter(file.status for file in report.files)
        yield file_counts(counts, report.passed_over)
        yield from split_line(report.files)
    if not report.problems:
        return
    yield f"{count(len(report.problems), 'problem')}:"
    yield from problem_lines(report.problems[:_LISTED], screen)
    if len(report.problems) > _LISTED:
        yield f"  … and {len(report.problems) - _LISTED} more; droindex check lists all"


def split_line(files: Sequence[FileReport]) -> Iterator[str]:
    """Yield into how many documents bundles were split, if any were."""
    parts = [len(file.parts) for file in files if file.parts]
    if parts:
        yield f"split: {count(len(parts), 'bundle')} into {count(sum(parts), 'document')}"


def file_counts(statuses: Mapping[str, int], passed_over: Mapping[str, Sequence[str]]) -> str:
    """Return how many files there are, how their reading ended, and what was passed over.

    Args:
        statuses: Status of reading -> number of files.
        passed_over: Kind -> files that no document was made of.
    """
    ordered = sorted(
        statuses.items(), key=lambda item: (item[0] != FileStatus.OK, -item[1], item[0])
    )
    parts = [f"{n} {'read' if name == FileStatus.OK else name}" for name, n in ordered]
    others = sum(map(len, passed_over.values()))
    if others:
        kinds = [f"{len(files)} {clean(kind)}" for kind, files in passed_over.items()]
        more = sum(map(len, list(passed_over.values())[_KINDS:]))
        kinds[_KINDS:] = [f"{more} of other kinds"] if more else []
        parts.append(f"{others} passed over: {', '.join(kinds)}")
    return f"{count(sum(statuses.values()) + others, 'file')}: {', '.join(parts)}"
