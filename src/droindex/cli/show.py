"""The command `show`: one document's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from droindex.api import Index
from droindex.cli.failure import FOUND
from droindex.cli.formats import dump
from droindex.cli.options import clearance_option, examples, format_option, index_option
from droindex.cli.render import columns, day, page_name, title_of
from droindex.cli.terminal import Screen, clean, write
from droindex.errors import DocumentNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.model import Document, Reference
    from droindex.query.related import RelatedDocument

__all__ = ["show"]

_READ = ("text", "properties", "filename")  # sources that are readings, not statements
_UNITS = ("B", "kB", "MB", "GB")
_UNIT = 1000


@click.command(
    epilog=examples(
        "droindex show enforcement/escort-deviation",
        "droindex show --format json --pages droppm/chapter-21",
        "droindex show --related 5 enforcement/escort-deviation",
    )
)
@click.argument("doc_id", metavar="DOC_ID")
@index_option
@clearance_option
@format_option("text", "json")
@click.option("--pages", "with_pages", is_flag=True, help="Print the text as well, page by page.")
@click.option(
    "--related",
    "more",
    type=click.IntRange(1),
    metavar="N",
    help="List up to N documents to read next: those it is linked with, then those like it.",
)
def show(
    doc_id: str,
    index_path: str,
    clearance: str | None,
    form: str,
    more: int | None,
    *,
    with_pages: bool,
) -> int:
    """Show everything that is known of a document.

    The JSON form has every field, and under `sources` where each value came from; with --related
    it has under `related_documents` what to read next.
    """
    with Index.open(index_path, clearance=clearance) as index:
        document = index.get(doc_id)
        others = index.related(doc_id, limit=more) if more else ()
        if form == "json":
            shape = document.to_dict(pages=with_pages)
            if more:
                shape["related_documents"] = [_brief(other) for other in others]
            dump(shape)
            return FOUND
        screen = Screen.of_stdout()
        for line in _page(index, document, screen):
            write(line)
        for line in _alike(others, screen):
            write(line)
        if with_pages:
            for line in _text(document, screen):
                write(line)
    return FOUND


def _page(index: Index, document: Document, screen: Screen) -> Iterator[str]:
    yield from screen.paragraph([(" → ".join(_breadcrumb(document)), False)], 0)
    yield ""
    yield from screen.paragraph([(title_of(document), True)], 0)
    if document.summary:
        yield ""
        yield from screen.paragraph([(document.summary, False)], 0)
    yield ""
    yield from columns(_fields(document), screen)
    for name, references in (
        ("supersedes", document.supersedes),
        ("superseded by", document.superseded_by),
        ("related", document.related),
    ):
        yield from _references(index, name, references, screen)
    if document.superseded_by and (document.status or "").casefold() == "current":
        yield ""
        remark = "Note: it says that it is current, and also what supersedes it."
        yield from screen.paragraph([(remark, False)], 0)


def _alike(others: Sequence[RelatedDocument], screen: Screen) -> Iterator[str]:
    """Yield the documents that are like the one shown; its links stand among its fields."""
    alike = [other for other in others if not other.is_link]
    if alike:
        yield ""
        yield "documents like this one"
    for other in alike:
        yield from _hanging(f"{other.relevance}% {_cited(other)}", screen)


def _brief(other: RelatedDocument) -> dict[str, object]:
    return {
        "doc_id": other.doc_id,
        "title": other.title,
        "is_link": other.is_link,
        "relevance": other.relevance,
    }


def _breadcrumb(document: Document) -> list[str]:
    shelf = document.collection or "documents"
    crumbs = ["Home", shelf[:1].upper() + shelf[1:]]
    if document.status:
        crumbs.append(document.status)
    return [*crumbs, title_of(document)]


def _fields(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the names and the values of all fields but references, in reading order."""
    yield "id", document.doc_id
    if document.sources.get("title") in _READ:
        yield "title", _value(document, "title")
    for name in ("number", "doc_type", "category", "collection", "source"):
        yield name.replace("doc_", ""), _value(document, name)
    yield "subject", _marked(document, "subject", "; ".join(document.subject))
    for name in ("opi", "status"):
        yield name, _value(document, name)
    for name in ("issued", "effective", "expires"):
        yield name, _marked(document, name, _date(document, name))
    for name in ("signatory", "label"):
        yield name, _value(document, name)
    yield "file", _file(document)
    if document.file_status is not None and document.file_status != "ok":
        yield "read", document.file_status
    if document.needs_ocr_pages:
        yield "needs OCR", "pages " + ", ".join(map(str, document.needs_ocr_pages))
    yield "sha256", document.sha256 or ""


def _value(document: Document, name: str) -> str:
    return _marked(document, name, getattr(document, name) or "")


def _marked(document: Document, name: str, value: str) -> str:
    """Return a value, and how sure it is where nobody stated it."""
    source = document.sources.get(name)
    if not value or source not in _READ:
        return value
    sure = document.confidence.get(name)
    share = f", {sure:.0%} sure" if sure is not None else ""
    origin = {"text": "read from the text", "properties": "from the file's properties"}
    return f"{value} ({origin.get(source, 'from the file name')}{share})"


def _date(document: Document, name: str) -> str:
    """Return a date and, where it says something else, how it was written."""
    shown = day(document, name)
    value, written = getattr(document, name), getattr(document, f"{name}_text")
    if value is None and written:
        return f"{shown} (as written; no date)"
    if written and written != shown:
        return f"{shown} (written {written})"
    return shown


def _file(document: Document) -> str:
    if document.file is None:
        return ""
    facts = [document.media_type or ""]
    if document.size_bytes is not None:
        facts.append(size(document.size_bytes))
    if document.page_count:
        facts.append(f"{document.page_count} page{'s' if document.page_count > 1 else ''}")
    known = ", ".join(fact for fact in facts if fact)
    return f"{document.file} ({known})" if known else document.file


def size(count: float) -> str:
    """Return a number of bytes as people read it, in powers of 1000."""
    for unit in _UNITS[:-1]:
        if count < _UNIT:
            return f"{count:.0f} {unit}"
        count /= _UNIT
    return f"{count:.1f} {_UNITS[-1]}"


def _references(
    index: Index, name: str, references: Sequence[Reference], screen: Screen
) -> Iterator[str]:
    if not references:
        return
    yield ""
    yield name
    for reference in references:
        yield from _hanging(_reference(index, reference), screen)


def _hanging(text: str, screen: Screen) -> Iterator[str]:
    """Yield the lines of an entry of a list, all but the first one further in."""
    lines = list(screen.paragraph([(text, False)], 4))
    yield f"  {lines[0].lstrip()}" if lines else ""
    yield from lines[1:]


def _reference(index: Index, reference: Reference) -> str:
    """Return how a document that is referred to is cited."""
    other = _resolved(index, reference)
    if other is None:
        return f"{reference.text} (not in this library)"
    return _cited(other)


def _cited(other: Document) -> str:
    """Return the date, the title and the id of a document."""
    return " ".join(
        part for part in (day(other, "issued"), title_of(other), f"({other.doc_id})") if part
    )


def _resolved(index: Index, reference: Reference) -> Document | None:
    if reference.doc_id is None:
        return None
    try:
        return index.get(reference.doc_id)
    except DocumentNotFoundError:  # it went after this document was indexed
        return None


def _text(document: Document, screen: Screen) -> Iterator[str]:
    for page in document.pages:
        yield ""
        yield screen.bold(f"— {page_name(page.number, page.label)} —")
        for paragraph in page.text.splitlines():
            yield from screen.paragraph([(clean(paragraph), False)], 0)
