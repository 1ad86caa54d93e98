"""The command `show`: one document's page."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from droindex.api import Index
from droindex.cli.documents import document_argument, named
from droindex.cli.failure import FOUND
from droindex.cli.formats import dump
from droindex.cli.options import (
    CITATIONS,
    Choice,
    clearance_option,
    examples,
    format_option,
    index_option,
)
from droindex.cli.render import columns, hanging
from droindex.cli.terminal import Screen, note, speak_utf8, write
from droindex.extract.pictures.picture import DEFAULT_WIDTH, WIDTHS
from droindex.files.disk import storage_error, write_whole
from droindex.pages import NO_PAGE, BlockKind
from droindex.present.documents import (
    breadcrumb,
    citation,
    document_fields,
    document_references,
    document_relations,
    document_remark,
    reference_line,
    title_of,
    version_line,
)
from droindex.present.graphs.lineage import GRAPHS, lineage_graph
from droindex.text import clean, count, page_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.extract.pictures.picture import PageImage
    from droindex.library.cited import DocumentCitations
    from droindex.model import Document
    from droindex.pages import Page
    from droindex.query.related import RelatedDocument

__all__ = ["show"]

_MAX_CITED = 20  # references that are listed for people; a statute has hundreds
_DIRECT = 2  # documents of a line whose relations say all of it
_FLOWING = (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.HEADING)


@click.command(
    epilog=examples(
        "droindex show enforcement/escort-deviation",
        "droindex show 1",
        "droindex show --format json --pages droppm/chapter-21",
        "droindex show --related 5 enforcement/escort-deviation",
        'droindex show 1 --image page.png --words "escort ratio"',
    )
)
@document_argument
@index_option
@clearance_option
@format_option("text", "json", *CITATIONS)
@click.option(
    "--page",
    type=click.IntRange(1),
    metavar="N",
    help="Print the text of this page alone; in a citation, cite this page.",
)
@click.option("--pages", "with_pages", is_flag=True, help="Print the text as well, page by page.")
@click.option(
    "--related",
    "more",
    type=click.IntRange(1),
    metavar="N",
    help="List up to N documents to read next: those it is linked with, then those like it.",
)
@click.option(
    "--image",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write a page of its PDF as a picture (PNG) into FILE instead; if --page is left out, the "
    "page of the hit for a rank of the last list, else the first. Needs the extra fast.",
)
@click.option(
    "--words", metavar="QUERY", default="", help="With --image, mark the words of a query on it."
)
@click.option(
    "--width",
    type=click.IntRange(*WIDTHS),
    default=DEFAULT_WIDTH,
    show_default=True,
    metavar="PIXELS",
    help="With --image, how wide the picture is.",
)
@click.option(
    "--graph",
    type=Choice(tuple(GRAPHS)),
    help="Print a picture of what it replaced and what replaced it instead.",
)
@click.option(
    "--citations",
    "has_citations",
    is_flag=True,
    help="As JSON, add what it refers to and who refers to it; the text form always has it.",
)
def show(
    name: str,
    index_path: str,
    clearance: str | None,
    form: str,
    page: int | None,
    more: int | None,
    image: Path | None,
    words: str,
    width: int,
    graph: str | None,
    *,
    with_pages: bool,
    has_citations: bool,
) -> int:
    """Show everything that is known of a document.

    DOCUMENT is an id, a number, the path of its file, or its rank in the list that was shown last.
    The JSON form has every field, and under `sources` where each value came from; with --related
    it has under `related_documents` what to read next.
    """
    with Index.open(index_path, clearance=clearance) as index:
        listed = named(index, name)
        doc_id = listed.doc_id
        document = index.get(doc_id)
        if image is not None:
            number = page or listed.page or document.first_page or 1
            picture = index.page_image(doc_id, number, query=words, width=width)
            _write_picture(picture, image, words)
            return FOUND
        if graph is not None:
            speak_utf8()
            write(lineage_graph(index.lineage(doc_id), doc_id, graph))
            return FOUND
        if form in CITATIONS and page is None:
            page = listed.page
        if page is not None:
            document = _with_page(document, page)
        if form in CITATIONS:
            _write_citation(document, page, form)
            return FOUND
        others = index.related(doc_id, limit=more) if more else ()
        if form == "json":
            has_pages = with_pages or page is not None
            shape = _shape(document, others, has_pages=has_pages, has_related=more is not None)
            if has_citations:
                shape["citations"] = index.citations(doc_id).to_dict()
            dump(shape)
            return FOUND
        for line in _lines(index, document, others, page=page, with_pages=with_pages):
            write(line)
    return FOUND


def _shape(
    document: Document, others: Sequence[RelatedDocument], *, has_pages: bool, has_related: bool
) -> dict[str, Any]:
    shape = document.to_dict(pages=has_pages)
    if has_related:
        shape["related_documents"] = [_brief(other) for other in others]
    return shape


def _write_picture(picture: PageImage, path: Path, words: str) -> None:
    try:
        write_whole(path, picture.png, is_synced=False)
    except OSError as error:
        error.filename = None  # that of a file that nobody knows of
        raise storage_error(error, path) from error
    size = f"{picture.width} x {picture.height} pixels"
    marked = f", {count(len(picture.highlights), 'word')} marked" if words.strip() else ""
    note(f"note: Page {picture.page} is in {clean(str(path))} ({size}{marked}).")
    if words.strip() and not picture.has_text:
        note("note: The page is a scan: where its words stand is not known.")


def _write_citation(document: Document, page: int | None, form: str) -> None:
    if page is not None and document.pages[0].label == NO_PAGE:
        raise click.UsageError("The document has no pages: cite it without --page.")
    speak_utf8()
    write(document.cite(page, style=CITATIONS[form]))


def _with_page(document: Document, number: int) -> Document:
    """Return the document with one of its pages alone."""
    pages = tuple(page for page in document.pages if page.number == number)
    if not pages:
        name = "part" if any(page.label == NO_PAGE for page in document.pages) else "page"
        there = count(document.page_count or len(document.pages), name)
        raise click.UsageError(f"There is no text of a {name} {number}: the document has {there}.")
    return document.with_pages(pages)


def _lines(
    index: Index,
    document: Document,
    others: Sequence[RelatedDocument],
    *,
    page: int | None,
    with_pages: bool,
) -> Iterator[str]:
    screen = Screen.of_stdout()
    if page is None:
        yield from _page(index, document, screen)
        yield from _alike(others, screen)
        yield from _text(document, screen) if with_pages else ()
    else:
        yield from islice(_text(document, screen), 1, None)  # without the blank line above it


def _page(index: Index, document: Document, screen: Screen) -> Iterator[str]:
    yield from screen.paragraph([(" → ".join(breadcrumb(document)), False)], 0)
    yield ""
    yield from screen.paragraph([(title_of(document), True)], 0)
    if document.summary:
        yield ""
        yield from screen.paragraph([(document.summary, False)], 0)
    yield ""
    yield from columns(document_fields(document), screen)
    for name, references in document_references(document):
        yield ""
        yield name
        for reference in references:
            yield from hanging(reference_line(index, reference), 2, screen)
    for name, lines in document_relations(document):
        yield ""
        yield name
        for line in lines:
            yield from hanging(line, 2, screen)
    versions = index.lineage(document.doc_id)
    if len(versions) > _DIRECT:
        yield ""
        yield "line of documents"
        for version in versions:
            yield from hanging(version_line(version), 2, screen)
    yield from _citations(index.citations(document.doc_id), screen)
    if remark := document_remark(document):
        yield ""
        yield from screen.paragraph([(remark, False)], 0)


def _citations(found: DocumentCitations, screen: Screen) -> Iterator[str]:
    """Yield what a document refers to, and who refers to it."""
    if found.cites:
        yield ""
        yield "refers to"
    for own in found.cites[:_MAX_CITED]:
        meant = f" ({own.doc_id})" if own.doc_id else ""
        likely = f" (likely: {'; or '.join(own.likely)})" if own.likely else ""
        often = f", {own.times} times" if own.times > 1 else ""
        yield from hanging(clean(f"{own.text}{often}{meant}{likely}"), 2, screen)
    if len(found.cites) > _MAX_CITED:
        yield f"  and {len(found.cites) - _MAX_CITED} more; --format json --citations has all"
    if found.cited_by:
        yield ""
        yield f"cited by {count(found.times_cited, 'document')}"
    for document in found.cited_by[:_MAX_CITED]:
        yield from hanging(citation(document), 2, screen)


def _alike(others: Sequence[RelatedDocument], screen: Screen) -> Iterator[str]:
    """Yield the documents that are like the one shown; its links stand among its fields."""
    alike = [other for other in others if not other.is_link]
    if alike:
        yield ""
        yield "documents like this one"
    for other in alike:
        yield from hanging(f"{other.relevance}% {citation(other)}", 2, screen)


def _brief(other: RelatedDocument) -> dict[str, object]:
    return {
        "doc_id": other.doc_id,
        "title": other.title,
        "is_link": other.is_link,
        "relevance": other.relevance,
    }


def _page_name(page: Page, document: Document) -> str:
    """Return how a page is named; of a text without pages, its part, if there is another."""
    if page.label != NO_PAGE:
        return page_name(page.number, page.label)
    return f"part {page.number}" if len(document.pages) > 1 else ""


def _text(document: Document, screen: Screen) -> Iterator[str]:
    for page in document.pages:
        yield ""
        if name := _page_name(page, document):
            yield screen.bold(f"— {name} —")
        for block in page.blocks if page.layout else ():
            is_heading = block.kind is BlockKind.HEADING
            # Lines of print are no lines of a screen; those of rows and headers are.
            lines = [" ".join(block.text.split("\n"))] if block.kind in _FLOWING else ()
            for line in lines or block.text.split("\n"):
                yield from screen.paragraph([(clean(line), is_heading)], 0)
        for paragraph in () if page.layout else page.text.splitlines():
            yield from screen.paragraph([(clean(paragraph), False)], 0)
