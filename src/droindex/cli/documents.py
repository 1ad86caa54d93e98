"""Documents as people name them on the command line, and lists whose ranks they may name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from droindex.cli.completion import DocumentName
from droindex.cli.terminal import note
from droindex.errors import DocumentNotFoundError, DroindexError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from droindex.api import Index
    from droindex.cli.last_list import Listed
    from droindex.query.results.hit import Hit

__all__ = ["address_of", "document_argument", "is_shown", "keep_list", "named", "remembered"]

_MAX_RANK_DIGITS = 4
_MAX_LISTED = 1_000  # documents of a list that are remembered: nobody counts further
_SHOWN = frozenset({".pdf", ".txt", ".md"})  # a web page runs what its author wrote into it

AnyCallable = TypeVar("AnyCallable", bound="Callable[..., Any]")


def document_argument(command: AnyCallable) -> AnyCallable:
    """Add the argument that names a document."""
    return click.argument("name", metavar="DOCUMENT", type=DocumentName())(command)


def named(index: Index, name: str) -> Listed:
    """Return the document that a name means: a rank of the last list first, as it stands there.

    Raises:
        DocumentNotFoundError: `document-not-found`.
        QueryError: `ambiguous-document`.
    """
    from droindex.cli.last_list import LastList, Listed  # noqa: PLC0415 - a search must not pay for it

    is_rank = name.isascii() and name.isdecimal() and len(name) <= _MAX_RANK_DIGITS
    if is_rank and (listed := LastList(index).at(int(name))):
        note(f"note: {name} of the last list here is {listed.doc_id}.")
        return listed
    try:
        return Listed(index.locate(name), None)
    except DocumentNotFoundError as error:
        if is_rank:
            error.hint = f"No list of this library was shown here that has a number {name}."
        raise


def is_shown(path: Path) -> bool:
    """Whether a file is of a kind that viewers show, and no system runs."""
    return path.suffix.lower() in _SHOWN


def address_of(index: Index, hit: Hit) -> str:
    """Return the address of a hit's file, for a link; empty where there is none to be shown."""
    try:
        # Its size is vouched for: to read it all would cost more than the list.
        path = index.file_path(hit.doc_id, verify=False)
    except DroindexError:  # it changed, or the library did
        return ""
    return path.as_uri() if path is not None and is_shown(path) else ""


def keep_list(index: Index, doc_ids: Iterable[str]) -> None:
    """Remember a list that has no hits, by the ids of its documents."""
    from droindex.cli.last_list import LastList  # noqa: PLC0415 - only text is remembered

    LastList(index).keep((rank, doc_id, None) for rank, doc_id in enumerate(doc_ids, 1))


def remembered(index: Index, hits: Iterable[Hit]) -> Iterator[Hit]:
    """Yield the hits of a list as they are shown, and remember at its end which was where."""
    from droindex.cli.last_list import LastList  # noqa: PLC0415 - only text is remembered

    shown: list[tuple[int, str, int | None]] = []
    try:
        for hit in hits:
            yield hit
            if len(shown) < _MAX_LISTED:
                page = hit.snippet.page if hit.snippet else None
                shown.append((hit.rank, hit.doc_id, page))
    finally:
        LastList(index).keep(shown)
