"""Feeds, so that a saved search is one, and what a browser's own search box asks."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from droindex.model import Scope
from droindex.present.documents import best_day, title_of
from droindex.text import clean
from droindex.web.options import MAX_QUERY
from droindex.web.parameters import SearchQuery, read_parameters
from droindex.web.site.endpoints import SiteEndpoints
from droindex.web.work.service import Content

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from droindex.api import Index
    from droindex.model import Document
    from droindex.query.results.hit import Hit
    from droindex.web.links import Links

__all__ = ["FeedSite"]

_ENTRIES = 20
_NO_DAY = datetime(1970, 1, 1, tzinfo=UTC)  # a feed must say when; of some documents nobody knows
_SUGGESTED = 8


class FeedSite(SiteEndpoints):
    """Answers feed readers and browsers."""

    def routes(self) -> list[Route]:
        """Return its routes."""
        return [
            Route("/recent.atom", self.atom, name="recent_atom"),
            Route("/recent.json", self.json, name="recent_json"),
            Route("/search.atom", self.atom, name="search_atom"),
            Route("/search.json", self.json, name="search_json"),
            Route("/opensearch.xml", self.description, name="opensearch"),
            Route("/suggest", self.suggestions, name="suggest"),
        ]

    async def atom(self, request: Request) -> Response:
        """Answer `/recent.atom` and `/search.atom`."""
        search_query, page = _feed_query(request)
        links = self._service.links(request)

        def work(index: Index) -> Content:
            found = search_query.search(index)
            updated = max((_moment(hit.document) for hit in found), default=_NO_DAY)
            return self._pages.fragment(
                "feed.atom",
                "application/atom+xml; charset=utf-8",
                title=_title(index, search_query),
                own=links.absolute(f"{page}.atom", search_query.address()),
                page=links.absolute(page, search_query.address()),
                updated=updated.isoformat(),
                entries=[_entry(hit, links) for hit in found],
                author=clean(index.name) or "Library",
            )

        return await self._service.answer(request, repr(search_query), work, is_absolute=True)

    async def json(self, request: Request) -> Response:
        """Answer `/recent.json` and `/search.json`: JSON Feed 1.1."""
        search_query, page = _feed_query(request)
        links = self._service.links(request)

        def work(index: Index) -> Content:
            shape = {
                "version": "https://jsonfeed.org/version/1.1",
                "title": _title(index, search_query),
                "home_page_url": links.absolute(page, search_query.address()),
                "feed_url": links.absolute(f"{page}.json", search_query.address()),
                "items": [_item(hit, links) for hit in search_query.search(index)],
            }
            text = json.dumps(shape, ensure_ascii=False)
            return Content(text.encode("utf-8", "replace"), "application/feed+json")

        return await self._service.answer(request, repr(search_query), work, is_absolute=True)

    async def description(self, request: Request) -> Response:
        """Answer `/opensearch.xml`: how a browser asks this library."""
        links = self._service.links(request)

        def work(index: Index) -> Content:
            return self._pages.fragment(
                "opensearch.xml",
                "application/opensearchdescription+xml; charset=utf-8",
                name=clean(index.name) or "Library",
                tagline=clean(index.tagline),
                links=links,
            )

        return await self._service.answer(request, "", work, is_absolute=True)

    async def suggestions(self, request: Request) -> Response:
        """Answer `/suggest`: `[q, titles, descriptions, addresses]`."""
        query = read_parameters(request.scope["query_string"]).text("q", most=MAX_QUERY)
        links = self._service.links(request)

        def work(index: Index) -> Content:
            found = [hit.document for hit in index.suggest(query, limit=_SUGGESTED)]
            shape = [
                query,
                [title_of(document) for document in found],
                [best_day(document) for document in found],
                [links.absolute_document(document.doc_id) for document in found],
            ]
            text = json.dumps(shape, ensure_ascii=False)
            return Content(text.encode("utf-8", "replace"), "application/x-suggestions+json")

        return await self._service.answer(request, query, work, is_absolute=True)


def _feed_query(request: Request) -> tuple[SearchQuery, str]:
    """Return what a feed asks for, and the page that shows the same. The newest come first."""
    page = "/recent" if request.url.path.rpartition("/")[2].startswith("recent.") else "/search"
    read = SearchQuery.read(read_parameters(request.scope["query_string"]))
    search_query = replace(
        read,
        sort="-issued",
        limit=max(read.limit, _ENTRIES),
        offset=0,
        group="none",  # each document is an entry of its own
        facets=(),
        cut="none",
    )
    return search_query, page


def _title(index: Index, search_query: SearchQuery) -> str:
    name = clean(index.name) or "Library"
    if search_query.q:
        return f"{name}: {clean(search_query.q)}"
    return f"{name}: {'Archives' if search_query.scope == Scope.ARCHIVED else 'Recently Issued'}"


def _moment(document: Document) -> datetime:
    best = document.best_date
    return datetime(best[0].year, best[0].month, best[0].day, tzinfo=UTC) if best else _NO_DAY


def _entry(hit: Hit, links: Links) -> dict[str, Any]:
    document = hit.document
    snippet = hit.snippet.text if hit.snippet else ""
    return {
        "url": links.absolute_document(hit.doc_id),
        "title": title_of(document),
        "summary": clean(document.summary or snippet),
        "updated": _moment(document).isoformat(),
        "categories": [clean(value) for value in (document.category, *document.subject) if value],
    }


def _item(hit: Hit, links: Links) -> dict[str, Any]:
    entry = _entry(hit, links)
    item = {
        "id": entry["url"],
        "url": entry["url"],
        "title": entry["title"],
        "content_text": entry["summary"],
        "tags": entry["categories"],
    }
    return item | ({"date_published": entry["updated"]} if hit.document.best_date else {})
