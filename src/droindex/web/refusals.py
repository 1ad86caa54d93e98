"""Errors as answers: a page for people, a problem document for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from droindex.errors import DroindexError
from droindex.web.faults import MEDIA_TYPE, RefusedError, problem_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.requests import Request

    from droindex.web.site.pages import Pages
    from droindex.web.work.service import Service

__all__ = ["Refusals"]

_NOT_FOUND = 404
_BAD_REQUEST = 400
_FOR_PROGRAMS = ("/api/", "/static/", "/healthz", "/metrics", "/openapi.json")


class Refusals:
    """Turns what is raised into an answer.

    Args:
        service: What the endpoints share.
        pages: What makes pages.
    """

    def __init__(self, service: Service, pages: Pages) -> None:
        self._service = service
        self._pages = pages

    def handlers(self) -> dict[Any, Callable[[Request, Any], Coroutine[Any, Any, Response]]]:
        """Return what answers each kind of error."""
        return {
            RefusedError: self._refused,
            DroindexError: self._failed,
            HTTPException: self._no_page,
            Exception: self._crashed,
        }

    async def _refused(self, request: Request, refused: RefusedError) -> Response:
        headers = {"Cache-Control": "no-store", **refused.headers}
        links = self._service.links(request)
        path = request.url.path.removeprefix(links.prefix)
        if path.startswith(_FOR_PROGRAMS) or "text/html" not in request.headers.get("accept", ""):
            body = json.dumps(refused.to_dict()).encode()
            return Response(body, refused.status, headers, MEDIA_TYPE)
        is_search = refused.status == _BAD_REQUEST and path == "/search"
        change = links.to("/advanced") if is_search else ""
        html = self._pages.refusal(refused, links, change)
        return Response(html, refused.status, headers, "text/html; charset=utf-8")

    async def _failed(self, request: Request, error: DroindexError) -> Response:
        return await self._refused(request, problem_of(error))

    async def _no_page(self, request: Request, error: HTTPException) -> Response:
        """Answer where host or router refused: for a path that does not exist, for one."""
        is_absent = error.status_code == _NOT_FOUND
        refused = RefusedError(
            error.status_code,
            "not-found" if is_absent else "refused",
            "There is no such page." if is_absent else error.detail,
            headers=dict(error.headers or {}),
        )
        return await self._refused(request, refused)

    async def _crashed(self, request: Request, _error: Exception) -> Response:
        refused = RefusedError(500, "fault", "Something went wrong here.")
        return await self._refused(request, refused)
