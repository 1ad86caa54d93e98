"""The command `open`: a document's file in the system's viewer, at its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from droindex.api import Index
from droindex.cli.documents import document_argument, is_shown, named
from droindex.cli.failure import FOUND, UsageError
from droindex.cli.options import clearance_option, examples, index_option
from droindex.cli.terminal import note, write
from droindex.cli.viewer import opening, start

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["open"]


@click.command(
    epilog=examples(
        "droindex open 1",
        "droindex open 11-4.1 --page 3",
        'evince "$(droindex open --path droppm/chapter-21)"',
    )
)
@document_argument
@index_option
@clearance_option
@click.option(
    "--page",
    type=click.IntRange(1),
    metavar="N",
    help="Open it here; if left out, at the page of the hit for a rank of the last list, "
    "and at its first page for a part of a bundle.",
)
@click.option("--path", "is_path", is_flag=True, help="Print where the file lies instead.")
@click.pass_context
def open(  # noqa: A001 - the name of the command
    ctx: click.Context,
    /,
    name: str,
    index_path: str,
    clearance: str | None,
    page: int | None,
    *,
    is_path: bool,
) -> int:
    """Open a document's file with the system's viewer.

    DOCUMENT is an id, a number, the path of its file, or its rank in the list that was shown last.
    Only the file that the library read is opened, and only a PDF or plain text: of any other kind,
    the path is printed. DROINDEX_VIEWER may name a viewer: `zathura --page={page} {file}`.
    """
    with Index.open(index_path, clearance=clearance) as index:
        listed = named(index, name)
        path = index.file_path(listed.doc_id)
        first_page = index[listed.doc_id].first_page  # of a part of a bundle
    if path is None:
        raise UsageError(
            f"{listed.doc_id} has no file on this machine.",
            f"Its text: droindex show --pages {listed.doc_id}",
            ctx,
        )
    if is_path:
        write(str(path))
    elif not is_shown(path):
        note("note: A file of this kind may run what it holds: it is left to you to open it.")
        write(str(path))
    else:
        _open(path, page or listed.page or first_page)
    return FOUND


def _open(path: Path, page: int | None) -> None:
    how = opening(path, page)
    start(how.command)
    if page is not None and page > 1 and not how.takes_page:
        note(f"note: The viewer cannot be told the page: go to page {page}.")
