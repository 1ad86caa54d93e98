"""The commands for the states of a library on disk: `rollback`, `prune` and `export-set`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from droindex.api import Index
from droindex.cli.failure import FOUND
from droindex.cli.formats import dump
from droindex.cli.options import examples, format_option, index_option
from droindex.cli.terminal import Screen, note, write
from droindex.errors import IndexDamagedError
from droindex.present import clean, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.index.verify import CheckReport

__all__ = ["deep_check", "export_set", "prune", "rollback"]

_OPEN = "open"

_wait_option = click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="How long to wait for a build to finish.",
)


@click.command(epilog=examples("droindex rollback", "droindex rollback --to 41"))
@index_option
@click.option("--to", metavar="N", help="The generation; the one before if left out.")
@click.option(
    "--allow-exposure",
    is_flag=True,
    help="Go back even if that shows documents which gained a label since.",
)
@_wait_option
def rollback(index_path: str, to: str | None, wait_s: float, *, allow_exposure: bool) -> int:
    """Let an older state of the library answer again.

    Its files are verified first. Nothing is removed, and the next build brings the library up to
    date with its corpus again. `droindex status` lists the states that are there.
    """
    name = Index.rollback(index_path, to, allow_exposure=allow_exposure, wait_s=wait_s)
    write(f"{clean(index_path)}: generation {name} answers now")
    return FOUND


@click.command(epilog=examples("droindex prune", "droindex prune --now"))
@index_option
@click.option(
    "--now",
    is_flag=True,
    help="Remove every old state and all cached texts, whoever reads them.",
)
@_wait_option
@format_option("text", "json")
def prune(index_path: str, wait_s: float, form: str, *, now: bool) -> int:
    """Clear away old states of the library.

    What killed builds left goes as well; old states that a reader has open stay. With --now these
    go, too, and so do the cached texts: then nothing on the disk holds words of documents that
    were removed or gained a label.
    """
    report = Index.prune(index_path, now=now, wait_s=wait_s)
    if form == "json":
        dump({"format": 1, **report.to_dict()})
        return FOUND
    write(
        f"{clean(index_path)}: {len(report.removed)} generations removed"
        f"{f', {len(report.held)} still read' if report.held else ''}"
        f"{f', {size(report.cache_bytes)} of cached texts removed' if now else ''}"
    )
    return FOUND


@click.command(
    "export-set",
    epilog=examples("droindex export-set open /srv/public.idx", "droindex export-set LES les.idx"),
)
@click.argument("clearance", metavar="SET")
@click.argument("target", metavar="DEST")
@index_option
@_wait_option
def export_set(clearance: str, target: str, index_path: str, wait_s: float) -> int:
    """Copy one set into a library of its own.

    SET is `open` or a label: the documents up to that label. DEST can be moved to another machine
    and searched there; nothing in it tells of other documents. Exporting again replaces it.
    """
    label = None if clearance == _OPEN else clearance
    name = Index.export_set(index_path, label, target, wait_s=wait_s)
    write(f"{clean(target)}: generation {name} holds the set {clean(clearance)} alone")
    return FOUND


def deep_check(index_path: str, form: str) -> int:
    """Read every file of a library, and tell which are not as they were written.

    Raises:
        IndexDamagedError: `index-damaged`, there are any; they have been listed.
    """
    report = Index.check(index_path)
    if form == "json":
        dump({"format": 1, **report.to_dict()})
    else:
        for line in _check_lines(report, Screen.of_stdout()):
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


def _check_lines(report: CheckReport, screen: Screen) -> Iterator[str]:
    yield (
        f"{report.files} files ({size(report.size_bytes)}) of {len(report.generations)} "
        f"generations were read; {len(report.damages)} are damaged."
    )
    for damage in report.damages:
        place = f"generation {damage.generation}, " if damage.generation else ""
        yield from screen.paragraph([(f"{place}{damage.file}: {damage.reason}", False)], 2)
