"""The commands for the states of a library: `rollback`, `prune`, `export-set` and `copy`."""

from __future__ import annotations

import sys

import click

from droindex.api import Library
from droindex.cli.commands.build import ProgressLine
from droindex.cli.failure import FOUND
from droindex.cli.formats import dump
from droindex.cli.options import examples, format_option, index_option, wait_option
from droindex.cli.terminal import write
from droindex.text import clean, size

__all__ = ["copy", "export_set", "prune", "rollback"]

_OPEN = "open"


@click.command(epilog=examples("droindex rollback", "droindex rollback --to 41"))
@index_option
@click.option("--to", metavar="N", help="The generation; the one before if left out.")
@click.option(
    "--allow-exposure",
    is_flag=True,
    help="Go back even if that shows documents which gained a label since.",
)
@wait_option
def rollback(index_path: str, to: str | None, wait_s: float, *, allow_exposure: bool) -> int:
    """Let an older state of the library answer again.

    Its files are verified first. Nothing is removed, and the next build brings the library up to
    date with its corpus again. `droindex status` lists the states that are there.
    """
    name = Library(index_path).rollback(to, allow_exposure=allow_exposure, wait_s=wait_s)
    write(f"{clean(index_path)}: generation {name} answers now")
    return FOUND


@click.command(epilog=examples("droindex prune", "droindex prune --now"))
@index_option
@click.option(
    "--now",
    is_flag=True,
    help="Remove every old state and all cached texts, whoever reads them.",
)
@wait_option
@format_option("text", "json")
def prune(index_path: str, wait_s: float, form: str, *, now: bool) -> int:
    """Clear away old states of the library.

    What killed builds left goes as well; old states that a reader has open stay. With --now these
    go, too, and so do the cached texts: then nothing on the disk holds words of documents that
    were removed or gained a label.
    """
    report = Library(index_path).prune(now=now, wait_s=wait_s)
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
@wait_option
def export_set(clearance: str, target: str, index_path: str, wait_s: float) -> int:
    """Copy one set into a library of its own.

    SET is `open` or a label: the documents up to that label. DEST can be moved to another machine
    and searched there; nothing in it tells of other documents. Exporting again replaces it.
    """
    label = None if clearance == _OPEN else clearance
    name = Library(index_path).export_set(label, target, wait_s=wait_s)
    write(f"{clean(target)}: generation {name} holds the set {clean(clearance)} alone")
    return FOUND


@click.command(
    epilog=examples(
        "droindex copy library.idx opensearch://localhost:9200/policies",
        "droindex copy opensearch://localhost:9200/policies library.idx",
    )
)
@click.argument("source", metavar="SOURCE")
@click.argument("target", metavar="TARGET")
@click.option(
    "--replace", is_flag=True, help="Take the place of another library that answers at TARGET."
)
@wait_option
@format_option("text", "json")
def copy(source: str, target: str, wait_s: float, form: str, *, replace: bool) -> int:
    """Copy a library to OpenSearch, or back into a folder.

    One of SOURCE and TARGET is a folder, the other an address: opensearch://HOST:9200/NAME. No
    file is read again. Copying again publishes what was built since; whoever searches meanwhile
    searches what was there before. It needs droindex[opensearch].
    """
    progress = ProgressLine() if sys.stderr.isatty() and form == "text" else None
    try:
        report = Library(source).copy(target, replace=replace, wait_s=wait_s, progress=progress)
    finally:
        if progress is not None:
            progress.clear()
    if form == "json":
        dump({"format": 1, **report.to_dict()})
        return FOUND
    sets = ", ".join(f"{clean(name)} {number}" for name, number in report.documents.items())
    write(f"{clean(target)}: generation {report.generation} answers now")
    write(f"  documents of each set: {sets}")
    write(f"  entries of all indexes: {report.entries}, compared with the source")
    return FOUND
