"""The page of a document, and how it is cited."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

from markupsafe import Markup
from starlette.routing import Route

from droindex.model import Scope
from droindex.present.documents import (
    breadcrumb,
    day,
    document_fields,
    document_references,
    known_by,
    reference_line,
    relations_beyond,
    title_of,
)
from droindex.present.graphs.lineage import lineage_svg
from droindex.text import clean, page_name
from droindex.web.options import MAX_QUERY
from droindex.web.parameters import SearchQuery, read_parameters
from droindex.web.shapes import held
from droindex.web.site.endpoints import SiteEndpoints
from droindex.web.work.service import Content

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from droindex.api import Index
    from droindex.library.cited import Cited
    from droindex.model import Document
    from droindex.web.links import Links

__all__ = ["CITATION_STYLES", "DocumentSite"]

CITATION_STYLES = {  # style -> what it is called, its media type, the end of a file's name
    "text": ("Plain text", "text/plain; charset=utf-8", "txt"),
    "bibtex": ("BibTeX", "application/x-bibtex; charset=utf-8", "bib"),
    "ris": ("RIS", "application/x-research-info-systems; charset=utf-8", "ris"),
    "csl-json": ("CSL-JSON", "application/vnd.citationstyles.csl+json", "json"),
}
_NAMES = {  # of our fields -> as the reference library named them
    "type": "Type",
    "opi": "OPI",
    "issued": "Issued",
    "url": "Published at",
    "needs OCR": "Not read",
}
_FILTERS = {  # names of fields as they are shown -> the filter that a click on a value sets
    "type": "doc_type",
    "category": "category",
    "collection": "collection",
    "source": "source",
    "opi": "opi",
    "status": "status",
    "signatory": "signatory",
}
_ELSEWHERE = ("id", "title", "subject", "label", "file", "sha256", "part")
_FIRST = ("type", "opi", "source", "status", "issued", "signatory")
_RELATED = 8
_PASSAGES = 5
_MAX_CITED = 20  # references that are listed; a statute has hundreds
_MENTION_TITLES = {
    "supersedes": "Supersedes",
    "superseded by": "Superseded By",
    "related": "Related content",
    "amended by": "Amended by",
    "amends": "Amends",
    "part of": "Part of",
    "has part": "Has parts",
}
_OPEN = "LES"  # what the reference library said of each document: law enforcement sensitive, or not


class Row(NamedTuple):
    """A field of a document.

    Attributes:
        name: What it is called.
        value: What stands there.
        url: What a click leads to; empty for nothing.
    """

    name: str
    value: str
    url: str = ""


class Mention(NamedTuple):
    """Another document that one refers to.

    Attributes:
        day: Its date; empty where none is known.
        title: Its title, or the reference as it was written.
        url: Its page; empty where it is not here.
        known_by: How it is known, where the document itself does not say it.
    """

    day: str
    title: str
    url: str
    known_by: str = ""


class Reference(NamedTuple):
    """What the text of a document refers to.

    Attributes:
        text: Its one form.
        times: How often it stands in the text.
        url: The page of the document that is meant; empty where none is for certain.
        page_url: The file, opened where it stands first; empty where there is none.
        where: The name of that page.
    """

    text: str
    times: int
    url: str
    page_url: str
    where: str


class DocumentSite(SiteEndpoints):
    """Shows documents."""

    def routes(self) -> list[Route]:
        """Return its routes."""
        return [
            Route("/doc/{doc_id:path}", self.document, name="document"),
            Route("/cite/{doc_id:path}", self.citation, name="cite"),
        ]

    async def document(self, request: Request) -> Response:
        """Answer `/doc/{id}`; with `q`, the pages that answer it are listed as well."""
        doc_id = request.path_params["doc_id"]
        given = read_parameters(request.scope["query_string"])
        query = given.text("q", most=MAX_QUERY)
        is_print = given.flag("print")
        links = self._service.links(request)

        def work(index: Index) -> Content:
            document = index.get(doc_id)
            versions = index.lineage(doc_id)
            citations = index.citations(doc_id)
            return self._pages.page(
                "document",
                index,
                links,
                search_query=SearchQuery(q=query),
                document=document,
                crumbs=_crumbs(document, links),
                filed_under=list(_filed_under(document, links)),
                rows=_rows(document, links),
                mentions=_mentions(index, document, links),
                cites=[_cited(own, document, links) for own in citations.cites[:_MAX_CITED]],
                more_cited=len(citations.cites[_MAX_CITED:]),
                cited_by=citations.cited_by,
                times_cited=citations.times_cited,
                most_cited=_MAX_CITED,
                all_citing=SearchQuery(scope=Scope.ALL, filters={"cites": [doc_id]}).address(),
                alike=[
                    (other, links.document(other.doc_id))
                    for other in index.related(doc_id, limit=_RELATED)
                    if not other.is_link
                ],
                doubts=document.in_force.doubts if document.in_force else (),
                versions=versions,
                timeline=Markup(lineage_svg(versions, doc_id, links.document)),  # noqa: S704 - it escapes all
                passages=index.passages(query, doc_id, limit=_PASSAGES) if query.strip() else [],
                mail=_mail(document, links),
                cited=clean(document.cite(url=links.absolute_document(doc_id))),
                styles=CITATION_STYLES,
                is_print=is_print,
            )

        said = f"{is_print} {query}"
        return await self._service.answer(request, said, work, is_absolute=True)

    async def citation(self, request: Request) -> Response:
        """Answer `/cite/{id}`: the citation, as a file."""
        doc_id = request.path_params["doc_id"]
        given = read_parameters(request.scope["query_string"])
        style = given.choice("style", CITATION_STYLES, "text")
        links = self._service.links(request)
        _, media_type, suffix = CITATION_STYLES[style]

        def work(index: Index) -> Content:
            text = index.get(doc_id).cite(style=style, url=links.absolute_document(doc_id))
            name = quote(f"{doc_id.rpartition('/')[2]}.{suffix}", safe="")
            headers = {"Content-Disposition": f"inline; filename*=UTF-8''{name}"}
            return Content(f"{text}\n".encode("utf-8", "replace"), media_type, headers)

        return await self._service.answer(request, style, work, is_absolute=True)


def _crumbs(document: Document, links: Links) -> list[tuple[str, str]]:
    """Return where a document stands, with addresses; the last one has none."""
    names = breadcrumb(document)
    shelf = links.shelf(document.collection or "documents")
    listed = SearchQuery(
        scope=Scope.ALL,
        filters={"status": [document.status or ""]},
        sort="title",
    )
    addresses = [links.to("/"), shelf, links.to("/search", listed.address()), ""]
    return list(zip(names, [*addresses[: len(names) - 1], ""], strict=True))


def _filed_under(document: Document, links: Links) -> Iterator[Row]:
    """Yield what the reference library filed a document under: label, source and subject."""
    label = document.label
    yield Row(clean(label or _OPEN), "Yes" if label else "No")
    if document.source:
        yield _filtering("source", document.source, "source", links)
    for subject in document.subject:
        yield _filtering("subject", subject, "subject", links)


def _rows(document: Document, links: Links) -> list[Row]:
    """Return the fields of a document: first those of the reference library, in its order."""
    found = {}
    for name, value in document_fields(document):
        if not value or name in _ELSEWHERE:
            continue
        title = _NAMES.get(name, name[:1].upper() + name[1:])
        if name == "url":
            found[name] = Row(title, clean(value), document.url or "")
        elif name in _FILTERS:
            own = getattr(document, _FILTERS[name])
            found[name] = _filtering(title, own, _FILTERS[name], links)._replace(value=clean(value))
        else:
            found[name] = Row(title, clean(value))
    first = [found.pop(name) for name in _FIRST if name in found]
    return [*first, *found.values()]


def _filtering(title: str, value: str, field: str, links: Links) -> Row:
    search_query = SearchQuery(scope=Scope.ALL, filters={field: [value]})
    return Row(title, clean(value), links.to("/search", search_query.address()))


def _mentions(index: Index, document: Document, links: Links) -> dict[str, list[Mention]]:
    """Return what a document is said to have to do with others, by kind: first what it says."""
    found: dict[str, list[Mention]] = {}
    for kind, references in document_references(document):
        known = held(index, sorted({item.doc_id for item in references if item.doc_id}))
        found[_MENTION_TITLES[kind]] = [
            _mention(other, links, item.part)
            if (other := known.get(item.doc_id or ""))
            else Mention("", clean(reference_line(index, item)), "")
            for item in references
        ]
    for relation_kind, relations in relations_beyond(document):
        found.setdefault(_MENTION_TITLES[relation_kind.value], []).extend(
            Mention(
                own.day.isoformat() if own.day else "",
                clean(own.title),
                links.document(own.doc_id) if own.doc_id else "",
                known_by(own),
            )
            for own in relations
        )
    return found


def _mention(other: Document, links: Links, part: str | None) -> Mention:
    title = title_of(other) + (f": {clean(part)}" if part else "")
    return Mention(day(other, "issued"), title, links.document(other.doc_id))


def _cited(own: Cited, document: Document, links: Links) -> Reference:
    first = next(iter(own.pages), None) if document.file else None
    return Reference(
        clean(own.text),
        own.times,
        links.document(own.doc_id) if own.doc_id else "",
        links.file(document.doc_id, first) if first else "",
        page_name(first, None),
    )


def _mail(document: Document, links: Links) -> str:
    """Return the address of a mail that tells somebody of a document."""
    lines = [
        title_of(document),
        *(f"Issued: {written}" for written in [day(document, "issued")] if written),
        *(f"Status: {clean(status)}" for status in [document.status] if status),
        "",
        links.absolute_document(document.doc_id),
    ]
    fields = {"subject": title_of(document), "body": "\r\n".join(lines)}
    return f"mailto:?{urlencode(fields, quote_via=quote)}"
