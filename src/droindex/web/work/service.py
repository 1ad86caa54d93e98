"""What answers a request: who asks, from which state of the library, and whether he has it yet."""

from __future__ import annotations

import hashlib
import inspect
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.responses import Response

from droindex.web.faults import RefusedError
from droindex.web.links import Links
from droindex.web.work.pool import BusyError, Pool

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from droindex.api import Index
    from droindex.web.assets import Assets
    from droindex.web.options import Authorize, WebOptions
    from droindex.web.work.libraries import Libraries

__all__ = ["Content", "Service", "json_content"]

_TAG_CHARS = 24
_RETRY_S = 1


class Content(NamedTuple):
    """What is answered.

    Attributes:
        body: The bytes.
        media_type: What they are.
        headers: More headers.
    """

    body: bytes
    media_type: str
    headers: dict[str, str] = {}  # noqa: RUF012 - nobody changes it


class Service:
    """All that the endpoints share.

    Args:
        libraries: The library, for each clearance.
        options: What the host turned.
        assets: The static files.
        authorize: Gives the clearance of a request; None where everybody sees the open set.

    Attributes:
        libraries: As given.
        options: As given.
        assets: As given.
        pool: Where work runs that blocks.
        drawing: Where pages are drawn: a hostile file takes seconds, and no search waits for it.
    """

    def __init__(
        self,
        libraries: Libraries,
        options: WebOptions,
        assets: Assets,
        authorize: Authorize | None,
    ) -> None:
        self.libraries = libraries
        self.options = options
        self.assets = assets
        self.pool, self.drawing = (
            Pool(options.threads, options.waiting, options.timeout_s) for _ in range(2)
        )
        self._authorize = authorize

    def close(self) -> None:
        """Let go of the library and of the threads."""
        self.pool.close()
        self.drawing.close()
        self.libraries.close()

    def links(self, request: Request) -> Links:
        """Return what makes addresses for a request."""
        return Links.of(request, self.options.public_url, self.assets)

    async def answer(
        self,
        request: Request,
        said: str,
        work: Callable[[Index], Content],
        *,
        is_absolute: bool = False,
        pool: Pool | None = None,
    ) -> Response:
        """Return the answer to a request, or that the one which the caller holds is still right.

        Args:
            request: The request.
            said: What decides about the answer, besides path and library: the parameters.
            work: Makes the answer.
            is_absolute: Whether the answer names the host.
            pool: Where it is made; None for where all but pictures are.
        """
        clearance_of = await self.clearance(request)
        links = self.links(request)
        place = links.absolute("") if is_absolute else links.prefix
        held = request.headers.get("if-none-match", "")

        def worked() -> Response:
            clearance = clearance_of()
            key = f"{clearance}\n{place}\n{request.url.path}\n{said}"

            def is_held(fingerprint: str) -> bool:
                return _tag(fingerprint, key) in held

            fingerprint, content = self.libraries.answer(clearance, work, is_held)
            headers = self._headers(_tag(fingerprint, key))
            if content is None:
                return Response(status_code=304, headers=headers)
            return Response(
                content.body, media_type=content.media_type, headers=headers | content.headers
            )

        return await self.run(worked, pool)

    async def run(self, work: Callable[[], Response], pool: Pool | None = None) -> Response:
        """Return what some work gives, done in a thread.

        Raises:
            RefusedError: too much is going on.
        """
        try:
            return await (pool or self.pool).run(work)
        except BusyError:
            raise RefusedError(
                503,
                "busy",
                "Too many requests are waiting. Come again in a moment.",
                headers={"Retry-After": str(_RETRY_S)},
            ) from None

    async def clearance(self, request: Request) -> Callable[[], str | None]:
        """Return what gives the clearance of a request, and may block."""
        authorize = self._authorize
        if authorize is None:
            return lambda: None
        if inspect.iscoroutinefunction(authorize):
            found = await authorize(request)
            return lambda: found
        return lambda: authorize(request)  # type: ignore[return-value] # it is no coroutine

    def private(self) -> dict[str, str]:
        """Return the headers that say who may keep an answer, and for how long."""
        if self._authorize is not None:
            return {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
        return {"Cache-Control": f"private, max-age={self.options.max_age_s}"}

    def _headers(self, tag: str) -> dict[str, str]:
        return {"ETag": tag, **self.private()}


def json_content(shape: Any) -> Content:
    """Return a value as JSON."""
    text = json.dumps(shape, ensure_ascii=False, separators=(",", ":"))
    return Content(text.encode("utf-8", "replace"), "application/json")


def _tag(fingerprint: str, key: str) -> str:
    whole = f"{fingerprint}\n{key}".encode("utf-8", "replace")
    return f'W/"{hashlib.sha256(whole).hexdigest()[:_TAG_CHARS]}"'
