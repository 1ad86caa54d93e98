"""The commands for whoever runs a library: `status` and `check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from droindex.api import Library
from droindex.cli.commands.build import file_counts, problem_lines, split_line
from droindex.cli.failure import FOUND
from droindex.cli.formats import dump
from droindex.cli.options import format_option, index_option
from droindex.cli.render import columns, hanging
from droindex.cli.terminal import Screen, note, write
from droindex.errors import CorpusError, IndexDamagedError
from droindex.extract.pdf.ocr import ocr_step
from droindex.model import FileStatus
from droindex.settings import ExtractSettings
from droindex.text import clean, count, size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from droindex.api.status import LibraryStatus
    from droindex.build.maintenance.generations import ClusterStatus, GenerationInfo
    from droindex.corpus.config import Problem
    from droindex.library.report import FileReport
    from droindex.store.damage import CheckReport

__all__ = ["check", "status"]

_STALE = "stale"
_SCANNED = "partial, for want of OCR"
_NAMED = 5  # files of one kind that are passed over and named; the JSON has all
_PASSED_OVER_STEP = (
    "Nothing of these files is found. Save those that matter as PDF, HTML or text; "
    "leave the others, or name them in exclude of corpus.toml."
)
_NEXT_STEPS = {
    FileStatus.PARTIAL: "The pages that were read are found. Save the file anew if it matters.",
    FileStatus.EMPTY: "Nothing to read: replace the file, or give it a title in a sidecar.",
    FileStatus.ENCRYPTED: "Save it without a password.",
    FileStatus.DAMAGED: "Get it anew from its source.",
    FileStatus.NOT_PDF: "Give it the suffix of what it is, or replace it.",
    FileStatus.TOO_BIG: "Split it, or raise the limits in the settings.",
    FileStatus.TIMED_OUT: "Save it anew with another program; raise the deadline if it is sound.",
    FileStatus.CRASHED: "Try --backend pypdf or --backend pdfium; save it anew if both fail.",
}
_STALE_STEP = "The file can no longer be read; its last good text is found. Replace the file."


@click.command()
@index_option
@format_option("text", "json")
def status(index_path: str, form: str) -> int:
    """Tell what a library holds.

    It tells also how the reading of its files ended. It counts every document, labelled ones
    included, and is meant for whoever runs the library.
    """
    library = Library(index_path).status()
    if form == "json":
        dump(library.to_dict())
        return FOUND
    screen = Screen.of_stdout()
    if library.name:
        write(screen.bold(clean(library.name)))
    for line in columns(_status_rows(library, index_path), screen):
        write(line)
    return FOUND


@click.command()
@index_option
@click.option("--strict", is_flag=True, help="End with exit code 6 if there is anything to mend.")
@click.option("--deep", is_flag=True, help="Verify the library's own files instead, byte by byte.")
@format_option("text", "json")
def check(index_path: str, form: str, *, strict: bool, deep: bool) -> int:
    """List the files to mend, each kind with the next step.

    It lists every document, labelled ones included, and is meant for whoever runs the library.
    With --deep, every file of the library is read and compared with its checksum.
    """
    if deep:
        return _check_files(index_path, form)
    library = Library(index_path).status()
    groups = _groups(library.files)
    if form == "json":
        dump(_check_shape(library, groups))
    else:
        for line in _check_lines(library, groups, Screen.of_stdout()):
            write(line)
    if strict and (groups or _other_problems(library)):
        raise CorpusError(
            "There are files to mend (--strict).",
            hint="Each kind has its next step in the list.",
        )
    return FOUND


def _status_rows(library: LibraryStatus, index_path: str) -> Iterator[tuple[str, str]]:
    yield "library", index_path
    yield "built", f"{library.created}, generation {library.generation}"
    yield "documents", f"{library.documents}, labelled ones included"
    yield "seen with", _listed(dict(sorted(library.clearances.items(), key=lambda item: item[1])))
    yield "scopes", _listed(library.scopes)
    has_files = library.files or library.passed_over
    yield "files", file_counts(library.file_statuses, library.passed_over) if has_files else "none"
    more = "; droindex check lists them" if library.problems else ""
    yield "problems", f"{len(library.problems)}{more}"
    yield "generations", "; ".join(map(_generation, library.generations))
    if library.cluster is None:
        yield "size", f"{size(library.size_bytes)}, cache of texts {size(library.cache_bytes)}"
    else:
        yield from _cluster_rows(library.cluster, library.size_bytes)


def _cluster_rows(cluster: ClusterStatus, size_bytes: int) -> Iterator[tuple[str, str]]:
    lost = f", {cluster.unassigned} without a node" if cluster.unassigned else ""
    shards = count(cluster.shards, "shard")
    nodes = count(cluster.nodes, "node")
    yield "cluster", f"OpenSearch {cluster.version}, {cluster.health}: {nodes}, {shards}{lost}"
    yield "size", f"{size(size_bytes)} on all nodes, copies included"
    yield "indexes", "; ".join(f"{name} {size(own)}" for name, own in cluster.indexes.items())


def _generation(item: GenerationInfo) -> str:
    facts = [f"built {item.created}" if item.created else "of unknown age"]
    facts += ["answers"] if item.is_current else []
    facts += ["is being read"] if item.is_held else []
    facts += ["holds documents labelled since: droindex prune --now"] if item.withdrawn else []
    facts += ["damaged"] if item.damaged else []
    return f"{item.name} ({', '.join(facts)})"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _groups(files: Sequence[FileReport]) -> dict[str, list[FileReport]]:
    """Return the files that need a hand, by status, in the order of `FileStatus`."""
    groups: dict[str, list[FileReport]] = {name: [] for name in (*FileStatus, _SCANNED, _STALE)}
    for file in files:
        name = _kind(file)
        if name != FileStatus.OK:
            groups[name].append(file)
    return {str(name): group for name, group in groups.items() if group}


def _kind(file: FileReport) -> str:
    if file.is_stale:
        return _STALE
    is_scanned = file.status == FileStatus.PARTIAL and file.needs_ocr_pages
    return _SCANNED if is_scanned else file.status


def _step(name: str) -> str:
    if name in (_SCANNED, FileStatus.NEEDS_OCR):
        return ocr_step(ExtractSettings())
    return _STALE_STEP if name == _STALE else _NEXT_STEPS[FileStatus(name)]


def _check_shape(
    library: LibraryStatus, groups: Mapping[str, Sequence[FileReport]]
) -> dict[str, object]:
    return {
        "format": 1,
        "name": library.name,
        "generation": library.generation,
        "files": [
            {**file.to_dict(), "next_step": _step(name)}
            for name, group in groups.items()
            for file in group
        ],
        "split": {file.file: file.parts for file in library.files if file.parts},
        "passed_over": library.passed_over,
        "problems": [problem.to_dict() for problem in _other_problems(library)],
    }


def _other_problems(library: LibraryStatus) -> list[Problem]:
    """Return the problems of the last build that are not told by the status of a file."""
    told = {status.replace("_", "-") for status in FileStatus}
    return [problem for problem in library.problems if problem.slug not in told]


def _check_lines(
    library: LibraryStatus, groups: Mapping[str, Sequence[FileReport]], screen: Screen
) -> Iterator[str]:
    passed_over = sum(map(len, library.passed_over.values()))
    total = len(library.files) + passed_over
    good = len(library.files) - sum(len(group) for group in groups.values())
    yield f"{good} of {total} files were read without a problem, labelled documents included."
    if library.passed_over:
        yield ""
        told = f"passed over: {passed_over}. {_PASSED_OVER_STEP}"
        yield from screen.paragraph([(told, False)], 0)
        yield from _passed_over_lines(library.passed_over, screen)
    yield from _split_lines(library.files, screen)
    for name, group in groups.items():
        yield ""
        yield from screen.paragraph([(f"{name}: {len(group)}. {_step(name)}", False)], 0)
        for file in group:
            text = f"{file.file}: {file.reason}" if file.reason else file.file
            yield from hanging(text, 2, screen)
    if others := _other_problems(library):
        yield ""
        yield f"Beside the reading of files: {len(others)}."
        yield from problem_lines(others, screen)


def _passed_over_lines(kinds: Mapping[str, Sequence[str]], screen: Screen) -> Iterator[str]:
    for kind, files in kinds.items():
        names = ", ".join(files[:_NAMED]) + (", …" if len(files) > _NAMED else "")
        yield from hanging(f"{len(files)} {kind}: {names}", 2, screen)


def _split_lines(files: Sequence[FileReport], screen: Screen) -> Iterator[str]:
    """Yield which files were split; nothing where none was."""
    for line in split_line(files):
        yield ""
        yield line
        for file in files:
            if file.parts:
                yield from hanging(f"{file.file}: {count(len(file.parts), 'document')}", 2, screen)


def _check_files(index_path: str, form: str) -> int:
    """Read every file of a library, and tell which are not as they were written.

    Raises:
        IndexDamagedError: `index-damaged`, there are any; they have been listed.
    """
    report = Library(index_path).check()
    if form == "json":
        dump({"format": 1, **report.to_dict()})
    else:
        for line in _damage_lines(report, Screen.of_stdout()):
            write(line)
    if report.unmarked:
        note("note: The library cannot be written: what is damaged there answers on.")
    if report.damages:
        raise IndexDamagedError(
            f"{len(report.damages)} of {report.files} files are damaged.",
            hint="No query is answered from them any more. "
            "Mend the library with: droindex build CORPUS --index DIR",
        )
    return FOUND


def _damage_lines(report: CheckReport, screen: Screen) -> Iterator[str]:
    yield (
        f"{report.files} files ({size(report.size_bytes)}) of {len(report.generations)} "
        f"generations were read; {len(report.damages)} are damaged."
    )
    for damage in report.damages:
        place = f"generation {damage.generation}, " if damage.generation else ""
        yield from screen.paragraph([(f"{place}{damage.file}: {damage.reason}", False)], 2)
