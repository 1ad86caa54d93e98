"""Results, the advanced search, and the fragment for hosts that insert HTML."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from droindex.engine.fields import SORT_ORDERS
from droindex.model import Scope
from droindex.present.results import row_count
from droindex.web.api.searches import other_scopes
from droindex.web.options import MAX_OFFSET
from droindex.web.parameters import DAYS, SearchQuery, read_parameters
from droindex.web.site.endpoints import SiteEndpoints
from droindex.web.site.pages import SCOPE_LABELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from starlette.requests import Request

    from droindex.api import Index
    from droindex.query.results.results import FacetCount, Results
    from droindex.web.links import Links
    from droindex.web.work.service import Content

__all__ = ["FIELD_TITLES", "ResultsSite"]

FIELD_TITLES = {  # of facets and filters, as the reference library named them
    "category": "Category",
    "doc_type": "Type",
    "opi": "Office of primary interest",
    "status": "Status",
    "year": "Year",
    "collection": "Library",
    "source": "Source",
    "subject": "Subject",
    "signatory": "Signatory",
    "number": "Number",
    "issued_from": "Issued from",
    "issued_to": "Issued to",
    "since": "Dated from",
    "until": "Dated to",
    "in_force_on": "In force on",
    "in_force_unknown": "Also",
}
_FACETS = ("category", "doc_type", "opi", "status", "year")
_CHOICES = ("category", "collection", "doc_type", "opi", "source", "subject", "status", "signatory")
_SHOWN = 8  # values of a facet; the advanced search has all
_AROUND = 2  # pages of the list that are linked before and after the one that is shown
_GROUPS = {"none": "Each version by itself", "lineage": "One row for all versions"}
_SORTS = {
    "relevance": "Relevance",
    "-issued": "Newest first",
    "issued": "Oldest first",
    "title": "Title",
}


class FacetLink(NamedTuple):
    """A value of a facet.

    Attributes:
        value: The value.
        hits: How many have it.
        url: The same search with it, or without where it is chosen.
        is_chosen: Whether it limits the list already.
    """

    value: str
    hits: int
    url: str
    is_chosen: bool


class ResultsSite(SiteEndpoints):
    """Shows searches."""

    def routes(self) -> list[Route]:
        """Return its routes."""
        return [
            Route("/search", self.results, name="search"),
            Route("/advanced", self.advanced, name="advanced"),
            Route("/fragment/search", self.fragment, name="fragment"),
        ]

    async def results(self, request: Request) -> Response:
        """Answer `/search`."""
        query_string = request.scope["query_string"]
        search_query = SearchQuery.read(read_parameters(query_string))
        links = self._service.links(request)
        if _has_empty(query_string):  # a form sends its empty fields too; the address need not
            return RedirectResponse(links.to("/search", search_query.address()), status_code=303)

        def work(index: Index) -> Content:
            counted = replace(search_query, facets=search_query.facets or _FACETS)
            results = counted.search(index)
            return self._pages.page(
                "results",
                index,
                links,
                search_query=search_query,
                results=results,
                facets=_facet_links(search_query, results, links),
                chosen=list(_chosen(search_query, links)),
                scopes=_choices(search_query, links, "scope", SCOPE_LABELS),
                sorts=_choices(search_query, links, "sort", _SORTS),
                groups=_choices(search_query, links, "group", _GROUPS),
                steps=list(_steps(search_query, row_count(results), links)),
                others=other_scopes(index, search_query, results) or {},
                feed=search_query.address(offset=0),
                field_titles=FIELD_TITLES,
            )

        return await self._service.answer(request, repr(search_query), work)

    async def advanced(self, request: Request) -> Response:
        """Answer `/advanced`: a form for all that can be asked, filled as its address says."""
        search_query = SearchQuery.read(read_parameters(request.scope["query_string"]))
        links = self._service.links(request)

        def work(index: Index) -> Content:
            whole = index.search(scope=Scope.ALL, limit=1, facets=_CHOICES, snippets=False)
            return self._pages.page(
                "advanced",
                index,
                links,
                search_query=search_query,
                choices={
                    name: sorted(item.value for item in whole.facets[name]) for name in _CHOICES
                },
                field_titles=FIELD_TITLES,
                days=DAYS,
                groups=_GROUPS,
                sorts=[(sort, _SORTS[sort]) for sort in SORT_ORDERS],
            )

        return await self._service.answer(request, repr(search_query), work)

    async def fragment(self, request: Request) -> Response:
        """Answer `/fragment/search`: the list alone, for hosts that insert HTML."""
        search_query = SearchQuery.read(read_parameters(request.scope["query_string"]))
        links = self._service.links(request)

        def work(index: Index) -> Content:
            results = search_query.search(index)
            return self._pages.fragment(
                "hits.html",
                "text/html; charset=utf-8",
                search_query=search_query,
                results=results,
                links=links,
            )

        return await self._service.answer(request, repr(search_query), work)


def _has_empty(query_string: bytes) -> bool:
    return any(not pair.partition(b"=")[2] for pair in query_string.split(b"&") if pair) and (
        b"&" in query_string
    )


def _facet_links(
    search_query: SearchQuery, results: Results, links: Links
) -> dict[str, list[FacetLink]]:
    """Return the values of each facet that part the list, with what a click leads to."""
    found = {}
    for name, values in results.facets.items():
        chosen = set(search_query.filters.get(name, ()))
        shown = [
            FacetLink(
                item.value,
                item.count,
                links.to("/search", _toggled(search_query, name, item.value)),
                item.value in chosen,
            )
            for item in _in_order(name, values)[:_SHOWN]
        ]
        if len(shown) > 1 or chosen:
            found[name] = shown
    return found


def _in_order(name: str, values: Sequence[FacetCount]) -> Sequence[FacetCount]:
    """Return values as people look for them: years newest first, all others by their count."""
    return sorted(values, key=lambda item: item.value, reverse=True) if name == "year" else values


def _toggled(search_query: SearchQuery, name: str, value: str) -> str:
    """Return the same search with a value of a filter, or without it where it has it."""
    filters = {key: list(values) for key, values in search_query.filters.items()}
    values = filters.setdefault(name, [])
    if value in values:
        values.remove(value)
    else:
        values.append(value)
    return search_query.address(filters=filters, offset=0)


def _chosen(search_query: SearchQuery, links: Links) -> Iterator[tuple[str, str, str]]:
    """Yield what limits the list: field, value, and the address of the list without it."""
    for name, values in search_query.filters.items():
        for value in values:
            yield name, value, links.to("/search", _toggled(search_query, name, value))
    for name, value in search_query.days.items():
        others = {key: day for key, day in search_query.days.items() if key != name}
        yield name, value, links.to("/search", search_query.address(days=others, offset=0))
    if search_query.in_force_unknown:
        without = search_query.address(in_force_unknown=False, offset=0)
        yield "in_force_unknown", "what may have been in force", links.to("/search", without)


def _choices(
    search_query: SearchQuery, links: Links, name: str, labels: Mapping[str, str]
) -> list[tuple[str, str, str, bool]]:
    """Return what one may choose for the list: value, label, address, and whether it is so."""
    return [
        (
            value,
            label,
            links.to("/search", search_query.address(offset=0, **{name: value})),
            value == getattr(search_query, name),
        )
        for value, label in labels.items()
    ]


def _steps(search_query: SearchQuery, total: int, links: Links) -> Iterator[dict[str, Any]]:
    """Yield the links to other pages of the list: before, around, last, and after."""
    last = min((total - 1) // search_query.limit, MAX_OFFSET // search_query.limit) if total else 0
    here = search_query.offset // search_query.limit
    if last < 1:
        return

    def step(page: int, name: str, rel: str = "") -> dict[str, Any]:
        url = links.to("/search", search_query.address(offset=page * search_query.limit))
        return {"name": name, "url": url, "rel": rel, "is_here": page == here and not rel}

    if here > 0:
        yield step(min(here - 1, last), "Previous", "prev")
    around = range(max(0, here - _AROUND), min(last, here + _AROUND) + 1)
    for page in sorted({0, *around, last}):
        yield step(page, str(page + 1))
    if here < last:
        yield step(here + 1, "Next", "next")
