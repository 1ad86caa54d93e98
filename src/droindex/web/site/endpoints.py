"""What all endpoints that answer with pages are made with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.web.work.endpoints import Endpoints

if TYPE_CHECKING:
    from droindex.web.site.pages import Pages
    from droindex.web.work.service import Service

__all__ = ["SiteEndpoints"]


class SiteEndpoints(Endpoints):
    """A part of the site.

    Args:
        service: What all parts share.
        pages: What makes pages.
    """

    def __init__(self, service: Service, pages: Pages) -> None:
        super().__init__(service)
        self._pages = pages
