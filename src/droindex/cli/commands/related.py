"""The command `related`: what else to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from droindex.api import Index
from droindex.cli.documents import document_argument, keep_list, named
from droindex.cli.failure import FOUND, NOTHING_FOUND
from droindex.cli.formats import dump, print_rows
from droindex.cli.options import (
    CITATIONS,
    clearance_option,
    examples,
    format_option,
    index_option,
    limit_option,
    scope_option,
)
from droindex.cli.render import dated_lines
from droindex.cli.terminal import Screen, speak_utf8, write
from droindex.export.styles import citations
from droindex.model import cited
from droindex.present.documents import day, document_facts
from droindex.text import clean, count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.query.related import RelatedDocument

__all__ = ["related"]

_FACTS = ("doc_id", "title", "number", "doc_type", "status", "label")


@click.command(
    epilog=examples("droindex related enforcement/escort-deviation", "droindex related 2 -n 5")
)
@document_argument
@index_option
@clearance_option
@scope_option
@limit_option
@format_option("text", "json", "jsonl", "csv", "ids", *CITATIONS)
def related(
    name: str, index_path: str, clearance: str | None, scope: str, limit: int, form: str
) -> int:
    """List what else to read beside a document.

    First what its owner linked it with, then what is like it. DOCUMENT is an id, a number, the
    path of its file, or its rank in the list that was shown last.
    """
    with Index.open(index_path, clearance=clearance) as index:
        doc_id = named(index, name).doc_id
        found = index.related(doc_id, scope=scope, limit=limit)[:limit]
        if form == "text":
            keep_list(index, [other.doc_id for other in found])
            for line in _lines(doc_id, found, Screen.of_stdout()):
                write(line)
        else:
            _print(form, doc_id, found)
    return FOUND if found else NOTHING_FOUND


def _lines(doc_id: str, found: Sequence[RelatedDocument], screen: Screen) -> Iterator[str]:
    number = count(len(found), "document") if found else "No documents"
    yield f"{number} related to {clean(doc_id)}"
    for rank, other in enumerate(found, 1):
        how = "linked" if other.is_link else f"{other.relevance}% alike"
        yield from dated_lines(rank, len(found), other, [how, *document_facts(other)], screen)


def _print(form: str, doc_id: str, found: Sequence[RelatedDocument]) -> None:
    if form in CITATIONS:
        speak_utf8()
        for text in citations(map(cited, found), CITATIONS[form]):
            write(text)
    elif form == "ids":
        speak_utf8()
        for other in found:
            write(clean(other.doc_id))
    elif form == "json":
        rows = [_row(rank, other) for rank, other in enumerate(found, 1)]
        dump({"format": 1, "doc_id": doc_id, "documents": rows})
    else:
        print_rows(form, [_row(rank, other) for rank, other in enumerate(found, 1)])


def _row(rank: int, other: RelatedDocument) -> dict[str, object]:
    return {
        "rank": rank,
        **{name: getattr(other, name) for name in _FACTS},
        "issued": day(other, "issued") or None,
        "is_link": other.is_link,
        "relevance": other.relevance,
    }
