"""What machines ask for: health, the description of the API, static files, and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from droindex.web.api.openapi import description
from droindex.web.faults import RefusedError
from droindex.web.work.endpoints import Endpoints

if TYPE_CHECKING:
    from starlette.requests import Request

    from droindex.web.counters import Counters
    from droindex.web.work.service import Service

__all__ = ["MachineApi"]

_YEAR_S = 31_536_000
_SHORT_S = 300


class MachineApi(Endpoints):
    """Answers machines.

    Args:
        service: What all parts share.
        counters: What counts requests; None where nobody asked for it.
    """

    def __init__(self, service: Service, counters: Counters | None) -> None:
        super().__init__(service)
        self._counters = counters

    def routes(self) -> list[Route]:
        """Return its routes."""
        return [
            Route("/healthz", self.health, name="healthz"),
            Route("/openapi.json", self.openapi, name="openapi"),
            Route("/metrics", self.metrics, name="metrics"),
            Route("/static/{name}", self.static, name="static"),
        ]

    async def health(self, _request: Request) -> Response:
        """Answer `/healthz`: whether the newest state of the open set answers."""

        def work() -> Response:
            remarks = self._service.libraries.remark()
            index = self._service.libraries.index(None)
            shape = {
                "status": "degraded" if remarks else "ok",
                "documents": len(index),
                "generation": index.fingerprint,
                "remarks": list(remarks),
            }
            return JSONResponse(shape, headers={"Cache-Control": "no-store"})

        return await self._service.run(work)

    async def openapi(self, request: Request) -> Response:
        """Answer `/openapi.json`."""
        return JSONResponse(description(self._service.links(request).prefix))

    async def metrics(self, _request: Request) -> Response:
        """Answer `/metrics`, where the host asked for it."""
        if self._counters is None:
            raise RefusedError(404, "not-found", "There is no such page.")
        body, media_type = self._counters.exposed()
        return Response(body, media_type=media_type, headers={"Cache-Control": "no-store"})

    async def static(self, request: Request) -> Response:
        """Answer `/static/{name}`."""
        asset = self._service.assets.get(request.path_params["name"])
        if asset is None:
            raise RefusedError(404, "not-found", "There is no such file.")
        tag = f'"{asset.sha}"'
        age = f"{_YEAR_S}, immutable" if asset.is_fingerprinted else str(_SHORT_S)
        headers = {
            "ETag": tag,
            "Cache-Control": f"public, max-age={age}",
            "Vary": "Accept-Encoding",
        }
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(asset.packed, media_type=asset.media_type, headers=headers)
        return Response(asset.content, media_type=asset.media_type, headers=headers)
