"""The commands that search: `query` and `suggest`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from droindex.api import Index
from droindex.cli.completion import complete_facets, complete_filters, complete_words
from droindex.cli.documents import address_of, remembered
from droindex.cli.failure import FOUND, NOTHING_FOUND
from droindex.cli.options import (
    CITATIONS,
    PLONE,
    Choice,
    QueryCommand,
    check_explain,
    check_style,
    examples,
    hit_options,
    is_given,
    links_option,
    style_option,
)
from droindex.cli.render import passage_lines, plone_lines, results_lines
from droindex.cli.terminal import Screen, note, write
from droindex.engine.fields import FACETS, SORT_ORDERS
from droindex.present.results import notes
from droindex.settings import RANKINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from droindex.query.results.hit import Hit
    from droindex.query.results.results import Results

__all__ = ["query", "suggest"]

_PAGE_FORMATS = ("text", "json", "jsonl")
_NOT_WITH_PAGES = {
    "issued_from": "--issued-from",
    "issued_to": "--issued-to",
    "since": "--since",
    "until": "--until",
    "group": "--group",
    "in_force_on": "--in-force-on",
    "in_force_unknown": "--in-force-unknown",
    "sort": "--sort",
    "offset": "--offset",
    "is_all": "--all",
    "facets": "--facet",
    "ranking": "--ranking",
    "strict": "--strict",
    "is_explained": "--explain",
    "topic_file": "--topics",
}
_WITH_SNIPPETS = ("text", "json", "jsonl", "csv", *CITATIONS)


@click.command(
    cls=QueryCommand,
    epilog=examples(
        'droindex query escort "travel documents" -juvenile',
        "droindex query --filter opi=ADDRM --since 2006 detention standards",
        "droindex query --scope all --format ids --all 'status:Superseded'",
        "droindex query --pages enforcement/escort-deviation approval refused",
    ),
)
@click.argument("words", nargs=-1, metavar="QUERY...", shell_complete=complete_words)
@hit_options
@style_option
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="FIELD=VALUE",
    shell_complete=complete_filters,
    help="Only documents with this value; the same field again: with any of its values.",
)
@click.option("--since", metavar="DATE", help="First date, of whatever kind each document has.")
@click.option("--until", metavar="DATE", help="Last date, likewise.")
@click.option("--issued-from", metavar="DATE", help="First issue date: 2004, 2004-05, 2004-05-31.")
@click.option("--issued-to", metavar="DATE", help="Last issue date, likewise.")
@click.option(
    "--in-force-on",
    metavar="DATE",
    help="Only what was in force on this day, or on some day of a month or year.",
)
@click.option(
    "--in-force-unknown",
    is_flag=True,
    help="With --in-force-on: also what may have been in force, as far as is known.",
)
@click.option(
    "--group",
    type=Choice(("lineage",)),
    help="lineage: one row for each line of documents, led by the version in force.",
)
@click.option(
    "--sort",
    type=Choice(SORT_ORDERS),
    default="relevance",
    show_default=True,
    help="Order of the list; -issued is newest first.",
)
@click.option(
    "--offset", type=int, default=0, show_default=True, metavar="N", help="Documents to skip."
)
@click.option("--all", "is_all", is_flag=True, help="List every document found, without a limit.")
@click.option(
    "--facet",
    "facets",
    multiple=True,
    metavar="FIELD,...",
    shell_complete=complete_facets,
    help=f"Count the values of these fields among all hits: {', '.join(FACETS)}.",
)
@click.option(
    "--ranking",
    type=Choice(RANKINGS),
    default="default",
    show_default=True,
    help="fast leaves phrases, coverage and feedback out.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Refuse a query with a fault in it, instead of a lenient reading.",
)
@click.option(
    "--explain",
    "is_explained",
    is_flag=True,
    help="Say of each document how its score and percentages came about.",
)
@click.option(
    "--pages",
    "pages_of",
    is_flag=False,
    flag_value="",
    metavar="[DOC]",
    help="List pages: all of a document that answer, by its id, or the best across documents.",
)
@click.option(
    "--topics",
    "topic_file",
    metavar="FILE",
    help="Run every query of a file of lines `id TAB query`; with --format trec.",
)
@links_option
@click.pass_context
def query(
    ctx: click.Context,
    /,
    words: tuple[str, ...],
    index_path: str,
    clearance: str | None,
    form: str,
    style: str,
    limit: int,
    offset: int,
    facets: tuple[str, ...],
    filters: tuple[str, ...],
    pages_of: str | None,
    topic_file: str | None,
    *,
    is_all: bool,
    is_explained: bool,
    with_links: bool,
    **options: Any,
) -> int:
    """Search for documents and list them, best first.

    Words find documents that hold at least one of them; "phrases", AND, OR, NOT, -word,
    parentheses, field:value and word* narrow the search. A word that starts with - and is no
    option belongs to the query; after -- everything does. Without words, the documents of the
    scope are listed, newest first. `droindex search` is another name for it.
    """
    check_style(style, form)
    if is_explained:
        check_explain(style, form)
    if is_all:
        _check_all(ctx)
    if topic_file is not None:
        _check_topics(words, form, is_all=is_all)
    text = " ".join(words)
    options["filters"] = _read_filters(filters)
    if pages_of is not None:
        _check_pages(ctx, form, style)
    with_snippets = form in _WITH_SNIPPETS and style != PLONE
    with Index.open(index_path, clearance=clearance) as index:
        if pages_of is not None:
            scope, found = options["scope"], options["filters"]
            return _list_pages(index, words, pages_of, form, limit, scope=scope, filters=found)
        if topic_file is not None:
            from droindex.cli.commands import topics  # noqa: PLC0415 - costs time that a search spares

            return topics.run(index, topic_file, limit=limit, offset=offset, **options)
        results = index.search(
            text,
            limit=1 if is_all else limit,
            offset=offset,
            facets=_split(facets),
            snippets=with_snippets and not is_all,
            **options,
        )
        hits = index.scan(text, snippets=with_snippets, **options) if is_all else results
        look = Look(form, style, with_links=with_links, is_explained=is_explained)
        _print(index, results, hits, look)
        _print_notes(results, form)
    return FOUND if results.total else NOTHING_FOUND


@click.command(
    cls=QueryCommand,
    epilog=examples("droindex suggest Immi", "droindex suggest --style plone juvenile det"),
)
@click.argument("words", nargs=-1, required=True, metavar="TEXT...")
@hit_options
@style_option
@links_option
def suggest(
    words: tuple[str, ...],
    index_path: str,
    clearance: str | None,
    scope: str,
    form: str,
    style: str,
    limit: int,
    *,
    with_links: bool,
) -> int:
    """List the best documents as one types.

    The last word of TEXT may be half-typed; a blank after it ends it.
    """
    check_style(style, form)
    with Index.open(index_path, clearance=clearance) as index:
        results = index.suggest(" ".join(words), limit=limit, scope=scope)
        _print(index, results, results, Look(form, style, with_links=with_links))
    return FOUND if results.total else NOTHING_FOUND


@dataclass(frozen=True, slots=True)
class Look:
    """How a list is printed: the options of its command."""

    form: str
    style: str
    with_links: bool
    is_explained: bool = False


def _print(index: Index, results: Results, hits: Iterable[Hit], look: Look) -> None:
    if look.form != "text":
        from droindex.cli.formats import print_hits  # noqa: PLC0415 - costs time that text spares

        print_hits(look.form, results, hits, is_explained=look.is_explained)
        return
    for line in _lines(index, results, hits, look):
        write(line)


def _lines(index: Index, results: Results, hits: Iterable[Hit], look: Look) -> Iterator[str]:
    shown = remembered(index, hits)
    if look.style == PLONE:
        return plone_lines(results, shown)
    screen = Screen.of_stdout(with_links=look.with_links)
    address = partial(address_of, index) if screen.is_linked else None
    last = results.offset + len(results) if hits is results else results.total
    return results_lines(results, shown, screen, address, last=last, is_explained=look.is_explained)


def _list_pages(
    index: Index, words: Sequence[str], pages_of: str, form: str, limit: int, **options: Any
) -> int:
    """List the pages that answer; what stands behind --pages may be the first word of the query."""
    doc_id = pages_of if pages_of in index else None
    if pages_of and doc_id is None:
        words = (pages_of, *words)
    text = " ".join(words)
    found = index.passages(text, doc_id, limit=limit, **options)
    if form == "text":
        screen = Screen.of_stdout()
        for line in passage_lines(found, screen):
            write(line)
    else:
        from droindex.cli.formats import print_passages  # noqa: PLC0415 - as above

        print_passages(form, text, doc_id, found)
    return FOUND if found else NOTHING_FOUND


def _print_notes(results: Results, form: str) -> None:
    for text in notes(results) if form != "json" else ():  # JSON has them
        note(f"note: {text}")


def _read_filters(given: Sequence[str]) -> dict[str, list[str]]:
    filters: dict[str, list[str]] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise click.UsageError(f"--filter {item!r} is not of the form FIELD=VALUE.")
        filters.setdefault(name.strip(), []).append(value.strip())
    return filters


def _split(facets: Sequence[str]) -> tuple[str, ...]:
    names = chain.from_iterable(item.split(",") for item in facets)
    return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))


def _check_topics(words: Sequence[str], form: str, *, is_all: bool) -> None:
    if form != "trec":
        raise click.UsageError("--topics goes with --format trec.")
    if words:
        raise click.UsageError("--topics brings the queries: leave QUERY out.")
    if is_all:
        raise click.UsageError("--topics goes with --limit, not with --all.")


def _check_pages(ctx: click.Context, form: str, style: str) -> None:
    if form not in _PAGE_FORMATS or style == PLONE:
        raise click.UsageError(f"--pages goes with --format {', '.join(_PAGE_FORMATS)}.")
    for name, option in _NOT_WITH_PAGES.items():
        if is_given(ctx, name):
            raise click.UsageError(f"--pages and {option} do not go together.")


def _check_all(ctx: click.Context) -> None:
    if is_given(ctx, "limit") or ctx.params["offset"]:
        raise click.UsageError("--all lists every document: leave --limit and --offset out.")
