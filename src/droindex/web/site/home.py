"""The first page, recently issued documents, and the shelves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
from starlette.routing import Route

from droindex.model import Scope
from droindex.present.graphs.card import card_svg
from droindex.present.graphs.histogram import year_histogram_svg
from droindex.web.faults import RefusedError
from droindex.web.parameters import SearchQuery, read_parameters
from droindex.web.site.endpoints import SiteEndpoints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from droindex.api import Index, ShelfCount
    from droindex.query.results.results import FacetCount
    from droindex.web.links import Links
    from droindex.web.work.service import Content

__all__ = ["HomeSite"]

_RECENT = 8
_HELP_SHELF = "help"
_QUICK_LINKS = 6


class HomeSite(SiteEndpoints):
    """Shows what there is."""

    def routes(self) -> list[Route]:
        """Return its routes."""
        return [
            Route("/", self.home, name="home"),
            Route("/recent", self.recent, name="recent"),
            Route("/archives", self.archives, name="archives"),
            Route("/browse", self.shelves, name="shelves"),
            Route("/browse/{name:path}", self.shelf, name="shelf"),
        ]

    async def home(self, request: Request) -> Response:
        """Answer `/`."""
        links = self._service.links(request)

        def work(index: Index) -> Content:
            whole = index.search(scope=Scope.ALL, limit=1, facets=("year", "status"))
            counts = {item.value: item.count for item in whole.facets["year"]}
            quick = index.search(
                scope=Scope.ALL,
                filters={"collection": _HELP_SHELF},
                sort="title",
                limit=_QUICK_LINKS,
                snippets=False,
            )
            shelves = index.browse()
            return self._pages.page(
                "home",
                index,
                links,
                categories=[shelf for shelf in shelves if shelf.field == "category"],
                collections=[shelf for shelf in shelves if shelf.field == "collection"],
                recent=index.recent(_RECENT),
                quick=quick,
                total=whole.total,
                years=Markup(year_histogram_svg(counts, lambda year: _year(links, year))),  # noqa: S704 - it escapes all
                card=Markup(_card(whole.facets["status"])),  # noqa: S704 - as above
            )

        return await self._service.answer(request, "", work)

    async def recent(self, request: Request) -> Response:
        """Answer `/recent`: the newest documents."""
        return await self._listed(
            request, "Recently Issued", SearchQuery(sort="-issued", limit=25), feed="recent"
        )

    async def archives(self, request: Request) -> Response:
        """Answer `/archives`: what was superseded, rescinded, or has expired."""
        return await self._listed(
            request, "Archives", SearchQuery(scope=Scope.ARCHIVED, sort="-issued", limit=25)
        )

    async def shelves(self, request: Request) -> Response:
        """Answer `/browse`: all categories and collections."""
        links = self._service.links(request)

        def work(index: Index) -> Content:
            shelves = index.browse()
            return self._pages.page(
                "shelves",
                index,
                links,
                categories=[shelf for shelf in shelves if shelf.field == "category"],
                collections=[shelf for shelf in shelves if shelf.field == "collection"],
            )

        return await self._service.answer(request, "", work)

    async def shelf(self, request: Request) -> Response:
        """Answer `/browse/{name}`: what stands on a shelf; drafts and help where it has no else."""
        name = request.path_params["name"]
        offset = read_parameters(request.scope["query_string"]).number("offset", 0, 1000, 0)
        links = self._service.links(request)

        def work(index: Index) -> Content:
            scope, shelf = _found(index, name)
            search_query = SearchQuery(
                scope=scope,
                filters={shelf.field: [shelf.name]},
                sort="title",
                limit=50,
                offset=offset,
            )
            return self._list(index, links, search_query, shelf=shelf, feed="search")

        return await self._service.answer(request, str(offset), work)

    async def _listed(
        self, request: Request, title: str, search_query: SearchQuery, feed: str = "search"
    ) -> Response:
        offset = read_parameters(request.scope["query_string"]).number("offset", 0, 1000, 0)
        links = self._service.links(request)
        search_query = SearchQuery(
            scope=search_query.scope,
            sort=search_query.sort,
            limit=search_query.limit,
            offset=offset,
        )

        def work(index: Index) -> Content:
            return self._list(index, links, search_query, title=title, feed=feed)

        return await self._service.answer(request, str(offset), work)

    def _list(
        self,
        index: Index,
        links: Links,
        search_query: SearchQuery,
        *,
        feed: str,
        title: str = "",
        shelf: ShelfCount | None = None,
    ) -> Content:
        return self._pages.page(
            "shelf",
            index,
            links,
            search_query=SearchQuery(scope=search_query.scope),
            listed=search_query,
            results=search_query.search(index),
            title=title,
            shelf=shelf,
            feed=feed,
        )


def _found(index: Index, name: str) -> tuple[str, ShelfCount]:
    for scope in (Scope.ACTIVE.value, Scope.ALL.value):
        for shelf in index.browse(scope=scope):
            if name in (shelf.name, shelf.title) and shelf.count:
                return scope, shelf
    raise RefusedError(404, "not-found", "There is no such category or collection.")


def _year(links: Links, year: str) -> str:
    return links.to("/search", SearchQuery(scope=Scope.ALL, filters={"year": [year]}).address())


def _card(statuses: Sequence[FacetCount]) -> str:
    return card_svg("Documents by status", [(item.value, item.count) for item in statuses])
