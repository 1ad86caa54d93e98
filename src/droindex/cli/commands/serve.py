"""The command `serve`: the library as a site, on a port of this machine."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from droindex.api import Library
from droindex.cli.commands.build import ProgressLine
from droindex.cli.failure import FOUND
from droindex.cli.options import clearance_option, examples, index_option
from droindex.cli.terminal import note, write
from droindex.engine.opensearch.address import is_address
from droindex.store.generation import CURRENT
from droindex.text import clean, count

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from droindex.errors import DroindexError
    from droindex.library.report import BuildReport

__all__ = ["serve"]

_PORT = 8000


@click.command(
    epilog=examples(
        "droindex serve policies", "droindex serve policies --watch", "droindex serve library.idx"
    )
)
@click.argument("folder", metavar="[FOLDER]", required=False, type=click.Path())
@index_option
@clearance_option
@click.option("--host", default="127.0.0.1", help="Listen at this address, not at this machine's.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Listen at this port; 0 for any. If left out, 8000 or the next that is free.",
)
@click.option("--watch", is_flag=True, help="Build anew whenever files of FOLDER change.")
@click.option(
    "--ocr/--no-ocr",
    default=None,
    help="Recognise text in page images (slow); where droindex[ocr] is installed, if left out.",
)
def serve(
    folder: str | None,
    index_path: str,
    clearance: str | None,
    host: str,
    port: int | None,
    *,
    watch: bool,
    ocr: bool | None,
) -> int:
    """Serve the library as a site, and print where it is.

    FOLDER is a corpus, whose library (--index) is made or brought up to date first; or a library.
    Without it, the library of --index is served. Whoever can reach the port sees all open
    documents; with --clearance, those of that label as well. Ctrl-C ends it.
    """
    from droindex.web import create_app  # noqa: PLC0415 - an extra, which this command alone needs
    from droindex.web.serving import serve as run  # noqa: PLC0415 - as above
    from droindex.web.watching import Watcher  # noqa: PLC0415 - as above

    corpus = None
    if folder is not None and (is_address(folder) or (Path(folder) / CURRENT).exists()):
        index_path = folder
    elif folder is not None:
        corpus = folder
    if watch and corpus is None:
        raise click.UsageError("--watch needs the folder of documents that is to be watched.")
    library = Library(index_path)
    if corpus is not None:
        _tell(_built(library, corpus, ocr=ocr))
    authorize = None if clearance is None else lambda _request: clearance
    app = create_app(library, authorize=authorize)
    watcher: AbstractContextManager[object] = nullcontext()
    if watch and corpus is not None:
        place = corpus
        watcher = Watcher(
            Path(place),
            Path(index_path),
            lambda: _tell(library.build(place, ocr=ocr)),
            _tell_failure,
        )
    with watcher:
        run(
            app,
            host=host,
            port=_PORT if port is None else port,
            is_exact=port is not None,
            started=_tell_address,
        )
    return FOUND


def _built(library: Library, corpus: str, *, ocr: bool | None) -> BuildReport:
    progress = ProgressLine() if sys.stderr.isatty() else None
    try:
        return library.build(corpus, ocr=ocr, progress=progress)
    finally:
        if progress is not None:
            progress.clear()


def _tell_address(address: str) -> None:
    write(f"Serving {address} (Ctrl-C ends)")
    sys.stdout.flush()  # a script that reads it would wait


def _tell(report: BuildReport) -> None:
    """Say what a build changed, in one line on standard error."""
    changes = (
        f"{report.added} added, {report.updated} updated, "
        f"{report.removed} removed, {report.unchanged} unchanged"
    )
    problems = (
        f"; {count(len(report.problems), 'problem')}: droindex check" if report.problems else ""
    )
    note(f"{changes}{problems}")


def _tell_failure(error: DroindexError) -> None:
    note(clean(f"The library stays as it is: {error}"))
