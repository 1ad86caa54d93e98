"""The commands that list without a query: `browse` and `recent`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from droindex.api import Index
from droindex.cli.documents import address_of, keep_list
from droindex.cli.failure import FOUND, NOTHING_FOUND
from droindex.cli.formats import dump, print_hits, print_rows
from droindex.cli.options import (
    clearance_option,
    examples,
    format_option,
    hit_options,
    index_option,
    is_given,
    links_option,
    scope_option,
)
from droindex.cli.render import dated_lines
from droindex.cli.terminal import Screen, write
from droindex.present.documents import document_facts
from droindex.present.scopes import nothing_in, shelf_heading
from droindex.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from droindex.api import ShelfCount
    from droindex.query.results.hit import Hit
    from droindex.query.results.results import Results

__all__ = ["browse", "recent"]


@click.command(epilog=examples("droindex browse", "droindex query --filter category=Enforcement"))
@index_option
@clearance_option
@scope_option
@click.option(
    "-n", "--limit", type=click.IntRange(1), metavar="N", help="Lines to list; all if left out."
)
@format_option("text", "json", "jsonl", "csv")
def browse(index_path: str, clearance: str | None, scope: str, limit: int | None, form: str) -> int:
    """List the categories and collections.

    Each stands with what it holds and with its number of documents in the scope.
    """
    with Index.open(index_path, clearance=clearance) as index:
        shelves = index.browse(scope=scope)[:limit]
        if form == "json":
            dump({"format": 1, "scope": scope, "shelves": [shelf.to_dict() for shelf in shelves]})
        elif form != "text":
            print_rows(form, [shelf.to_dict() for shelf in shelves])
        else:
            for line in _shelf_lines(index, shelves, scope, Screen.of_stdout()):
                write(line)
    return FOUND if any(shelf.count for shelf in shelves) else NOTHING_FOUND


@click.command(epilog=examples("droindex recent", "droindex recent --limit 25 --scope all"))
@click.argument("count", metavar="[N]", type=int, required=False)
@hit_options
@links_option
@click.pass_context
def recent(
    ctx: click.Context,
    /,
    count: int | None,
    index_path: str,
    clearance: str | None,
    scope: str,
    form: str,
    limit: int,
    *,
    with_links: bool,
) -> int:
    """List the newest documents.

    The newest by date of issue; those without a date come last. N is short for --limit N.
    """
    if count is not None:
        if is_given(ctx, "limit"):
            raise click.UsageError("N is short for --limit N: give one of the two.", ctx)
        limit = count
    with Index.open(index_path, clearance=clearance) as index:
        results = index.recent(limit, scope=scope)
        if form != "text":
            print_hits(form, results, results)
        else:
            keep_list(index, [hit.doc_id for hit in results])
            screen = Screen.of_stdout(with_links=with_links)
            address = partial(address_of, index) if screen.is_linked else None
            for line in _recent_lines(results, screen, address):
                write(line)
    return FOUND if results.total else NOTHING_FOUND


def _shelf_lines(
    index: Index, shelves: Sequence[ShelfCount], scope: str, screen: Screen
) -> Iterator[str]:
    if index.name:
        yield screen.bold(clean(index.name))
    if index.tagline:
        yield from screen.paragraph([(index.tagline, False)], 0)
    width = max((len(str(shelf.count)) for shelf in shelves), default=1)
    heading = ""
    for shelf in shelves:
        if shelf.field != heading:
            if heading or index.name or index.tagline:
                yield ""
            heading = shelf.field
            yield shelf_heading(heading, scope)
        yield f"  {shelf.count:>{width}}  {screen.bold(clean(shelf.name))}"
        if shelf.description:
            yield from screen.paragraph([(shelf.description, False)], width + 4)


def _recent_lines(
    results: Results, screen: Screen, address: Callable[[Hit], str] | None
) -> Iterator[str]:
    for hit in results:
        facts = document_facts(hit.document)
        place = address(hit) if address else ""
        yield from dated_lines(hit.rank, len(results), hit.document, facts, screen, place)
    if not results.total:
        yield nothing_in(results.scope)
