"""`/api/search`, `/api/suggest`, `/api/browse` and `/api/recent`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from droindex.model import Scope
from droindex.present.results import row_count
from droindex.web.options import MAX_LIMIT, MAX_OFFSET, MAX_QUERY
from droindex.web.parameters import CUTS, SearchQuery, read_parameters
from droindex.web.shapes import results_shape
from droindex.web.work.endpoints import Endpoints
from droindex.web.work.service import Content, json_content

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from droindex.api import Index
    from droindex.query.results.results import Results
    from droindex.web.links import Links

__all__ = ["SearchApi", "other_scopes"]

_SCOPES = tuple(map(str, Scope))
_OF_PROGRAMS = {"cut": "none", "facets": ()}  # what an address of the API says, and no page needs


class SearchApi(Endpoints):
    """Answers searches as JSON."""

    def routes(self) -> list[Route]:
        """Return its routes."""
        return [
            Route("/api/search", self.search, name="api_search"),
            Route("/api/suggest", self.suggest, name="api_suggest"),
            Route("/api/browse", self.browse, name="api_browse"),
            Route("/api/recent", self.recent, name="api_recent"),
        ]

    async def search(self, request: Request) -> Response:
        """Answer `/api/search`."""
        search_query = SearchQuery.read(read_parameters(request.scope["query_string"]))
        links = self._service.links(request)

        def work(index: Index) -> Content:
            results = search_query.search(index)
            shape = results_shape(index, results, links, search_query.cut)
            shape["other_scopes"] = other_scopes(index, search_query, results)
            shape["links"] = _pages(search_query, results, links)
            return json_content(shape)

        return await self._service.answer(request, repr(search_query), work)

    async def suggest(self, request: Request) -> Response:
        """Answer `/api/suggest`: the same for a text whose last word may be half-typed."""
        given = read_parameters(request.scope["query_string"])
        search_query = SearchQuery(
            q=given.text("q", most=MAX_QUERY),
            scope=given.choice("scope", _SCOPES, "active"),
            limit=given.number("limit", 1, MAX_LIMIT, 10),
            cut=given.choice("cut", CUTS, "none"),
        )
        given.end()
        links = self._service.links(request)

        def work(index: Index) -> Content:
            results = index.suggest(
                search_query.q, limit=search_query.limit, scope=search_query.scope
            )
            shape = results_shape(index, results, links, search_query.cut)
            shape["links"] = {
                "all": links.to("/search", search_query.address(limit=10, **_OF_PROGRAMS))
            }
            return json_content(shape)

        return await self._service.answer(request, repr(search_query), work)

    async def browse(self, request: Request) -> Response:
        """Answer `/api/browse`: the categories and collections of a scope, with counts."""
        given = read_parameters(request.scope["query_string"])
        scope = given.choice("scope", _SCOPES, "active")
        given.end()
        links = self._service.links(request)

        def work(index: Index) -> Content:
            shelves = [
                {**shelf.to_dict(), "url": links.to("/search", address)}
                for shelf in index.browse(scope=scope)
                if (
                    address := SearchQuery(
                        scope=scope, filters={shelf.field: [shelf.name]}
                    ).address()
                )
            ]
            return json_content(
                {
                    "format": 1,
                    "name": index.name,
                    "tagline": index.tagline,
                    "scope": scope,
                    "shelves": shelves,
                    "generation": index.fingerprint,
                }
            )

        return await self._service.answer(request, scope, work)

    async def recent(self, request: Request) -> Response:
        """Answer `/api/recent`: the newest documents of a scope."""
        given = read_parameters(request.scope["query_string"])
        scope = given.choice("scope", _SCOPES, "active")
        limit = given.number("limit", 1, MAX_LIMIT, 10)
        given.end()
        links = self._service.links(request)

        def work(index: Index) -> Content:
            return json_content(results_shape(index, index.recent(limit, scope=scope), links))

        return await self._service.answer(request, f"{scope} {limit}", work)


def other_scopes(
    index: Index, search_query: SearchQuery, results: Results
) -> dict[str, int] | None:
    """Return how many rows the list has in the other scopes; None where this one has plenty."""
    if row_count(results) >= search_query.limit or search_query.offset:
        return None
    others = {**search_query.arguments(), "limit": 1, "facets": (), "snippets": False}
    return {
        scope: row_count(index.search(search_query.q, **{**others, "scope": scope}))
        for scope in _SCOPES
        if scope != search_query.scope
    }


def _pages(search_query: SearchQuery, results: Results, links: Links) -> dict[str, Any]:
    """Return where this page of the list is, the next one, and the site's own list."""

    def page(offset: int) -> str:
        return links.to("/api/search", search_query.address(offset=offset))

    following = search_query.offset + search_query.limit
    has_next = following < row_count(results) and following <= MAX_OFFSET
    return {
        "self": page(search_query.offset),
        "next": page(following) if has_next else None,
        "all": links.to("/search", search_query.address(offset=0, limit=10, **_OF_PROGRAMS)),
    }
