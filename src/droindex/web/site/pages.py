"""Pages from templates: what every page shows, and HTML that is escaped unless it is ours."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from droindex.api.operations import today
from droindex.api.pictures import is_drawable
from droindex.model import Scope
from droindex.present.documents import best_day, days_in_force, standing_flag, title_of
from droindex.present.results import headline, notes
from droindex.present.scopes import SCOPE_NAMES
from droindex.text import clean, page_name, size
from droindex.web.parameters import SearchQuery
from droindex.web.work.service import Content

if TYPE_CHECKING:
    from collections.abc import Iterable

    from droindex.api import Index, ShelfCount
    from droindex.model import Document
    from droindex.query.results.results import Results
    from droindex.web.faults import RefusedError
    from droindex.web.links import Links
    from droindex.web.options import WebOptions

__all__ = ["SCOPE_LABELS", "Pages", "shelf_path", "shelf_title"]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SITE_NAME = "Library"  # of one whose corpus.toml gives none
_NOTHING_ASKED = SearchQuery()
SCOPE_LABELS = {**SCOPE_NAMES, Scope.ALL.value: "Entire Site"}


class Pages:
    """Makes pages.

    Args:
        options: What the host turned.
    """

    def __init__(self, options: WebOptions) -> None:
        self._options = options
        self._environment = Environment(
            loader=PackageLoader("droindex.web"),
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "clean": clean,
            "marked": _marked,
            "whole_days": _whole_days,
            "size": size,
            "best_day": best_day,
            "title_of": title_of,
        }
        self._environment.globals |= {
            "SCOPES": SCOPE_LABELS,
            "days_in_force": days_in_force,
            "headline": headline,
            "is_drawable": is_drawable,
            "notes": notes,
            "page_name": page_name,
            "shelf_title": shelf_title,
            "standing_flag": lambda document: standing_flag(document, today()),
            "shelf_path": shelf_path,
            "title_of_marked": _marked_title,
        }

    def page(
        self,
        template: str,
        index: Index,
        links: Links,
        *,
        search_query: SearchQuery = _NOTHING_ASKED,
        **values: Any,
    ) -> Content:
        """Return a page of the site.

        Args:
            template: Its template, without `.html`.
            index: The library; name and shelves stand on every page.
            links: What makes addresses.
            search_query: What stands in the search box.
            values: What the template shows.
        """
        shelves = index.browse(scope=Scope.ALL)
        html = self._environment.get_template(f"{template}.html").render(
            links=links,
            options=self._options,
            site_name=index.name or _SITE_NAME,
            tagline=index.tagline,
            notices=index.notices,
            sections=_of_field(shelves, "collection"),
            search_query=search_query,
            **values,
        )
        return Content(html.encode("utf-8", "replace"), "text/html; charset=utf-8")

    def fragment(self, template: str, media_type: str, **values: Any) -> Content:
        """Return what a template makes that is no whole page of the site."""
        text = self._environment.get_template(template).render(options=self._options, **values)
        return Content(text.encode("utf-8", "replace"), media_type)

    def refusal(self, refused: RefusedError, links: Links, change: str) -> bytes:
        """Return the page that tells why there is none. It needs no library.

        Args:
            refused: Why.
            links: What makes addresses.
            change: Address of the form that can put it right; empty for none.
        """
        shape = refused.to_dict()
        template = self._environment.get_template("refusal.html")
        html = template.render(
            links=links,
            options=self._options,
            site_name=_SITE_NAME,
            tagline="",
            notices=(),
            sections=(),
            search_query=_NOTHING_ASKED,
            problem=shape,
            change=change,
        )
        return html.encode("utf-8", "replace")


def shelf_title(shelf: ShelfCount) -> str:
    """Return what a category or collection is called above a list of its documents."""
    if shelf.field == "category":
        return clean(shelf.name)
    return clean(shelf.title)


def shelf_path(shelf: ShelfCount, links: Links) -> str:
    """Return the address of a category or collection."""
    return links.shelf(shelf.name)


def _of_field(shelves: Iterable[ShelfCount], field: str) -> list[ShelfCount]:
    return [shelf for shelf in shelves if shelf.field == field and shelf.count]


def _whole_days(text: str) -> Markup:
    """Return a text as HTML whose days are not broken where a line ends."""
    return Markup(_DAY.sub(r'<span class="whole">\g<0></span>', escape(clean(text))))  # noqa: S704 - escaped


def _marked_title(results: Results, document: Document) -> Markup:
    """Return a title with the words marked that were asked for."""
    return _marked(results.marked(title_of(document)))


def _marked(segments: Iterable[tuple[str, bool]]) -> Markup:
    """Return pairs (text, whether it matches) as HTML: escaped, matches in `<mark>`."""
    pieces = (
        Markup("<mark>{}</mark>").format(clean(text)) if is_match else clean(text)
        for text, is_match in segments
    )
    return Markup("").join(pieces)
