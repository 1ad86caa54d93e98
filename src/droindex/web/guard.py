"""What every request passes and every answer carries: methods, limits, CORS and safe headers."""

from __future__ import annotations

import json
import math
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from droindex.web.faults import MEDIA_TYPE, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from droindex.web.options import WebOptions

__all__ = ["Guard", "RateLimit"]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_METHODS = ("GET", "HEAD")
_MAX_CLIENTS = 10_000  # whose requests are counted; beyond, who came first is forgotten
_BURST_SHARE = 4  # a client may make a fourth of a minute's requests at once
_MINUTE_S = 60.0
_PREFLIGHT_S = 600


class RateLimit:
    """Counts the requests of each client, as a bucket of tokens that fills steadily.

    Args:
        per_minute: Requests that a client may make in a minute.
        clock: Returns seconds.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / _MINUTE_S
        self._burst = max(1.0, per_minute / _BURST_SHARE)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, client: str) -> int:
        """Count a request; return 0, or in how many whole seconds the client may come again."""
        now = self._clock()
        tokens, seen = self._buckets.pop(client, (self._burst, now))
        tokens = min(self._burst, tokens + (now - seen) * self._rate)
        is_let_in = tokens >= 1.0
        self._buckets[client] = (tokens - 1.0 if is_let_in else tokens, now)
        if len(self._buckets) > _MAX_CLIENTS:
            self._buckets.popitem(last=False)
        return 0 if is_let_in else math.ceil((1.0 - tokens) / self._rate)


class Guard:
    """Stands before the application.

    Args:
        app: What answers.
        options: What the host turned.
    """

    def __init__(self, app: ASGIApp, options: WebOptions) -> None:
        self._app = app
        self._origins = frozenset(options.origins)
        limit = options.requests_per_minute
        self._limit = None if limit is None else RateLimit(limit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope = {**scope, "droindex.prefix": scope.get("root_path", "").rstrip("/")}
        origin = Headers(scope=scope).get("origin")
        is_allowed = origin is not None and origin in self._origins

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if self._origins:
                    headers.add_vary_header("Origin")
                if is_allowed:
                    headers["Access-Control-Allow-Origin"] = str(origin)
                    headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
            await send(message)

        refusal = self._refusal(scope)
        if scope["method"] == "OPTIONS" and is_allowed:
            await _reply(dressed, 204, _preflight_headers(), b"")
        elif refusal is not None:
            await _reply(dressed, refusal.status, refusal.headers, _body(refusal))
        else:
            await self._app(scope, receive, dressed)

    def _refusal(self, scope: Scope) -> RefusedError | None:
        if scope["method"] not in _METHODS:
            return RefusedError(
                405,
                "method-not-allowed",
                "This library is read with GET and HEAD alone.",
                headers={"Allow": ", ".join(_METHODS)},
            )
        if self._limit is None:
            return None
        client = scope.get("client")
        wait_s = self._limit.wait_s(client[0] if client else "")
        if not wait_s:
            return None
        return RefusedError(
            429,
            "too-many-requests",
            f"There were too many requests. Come again in {wait_s} s.",
            headers={"Retry-After": str(wait_s)},
        )


def _preflight_headers() -> dict[str, str]:
    return {
        "Access-Control-Allow-Methods": ", ".join(_METHODS),
        "Access-Control-Allow-Headers": "If-None-Match",
        "Access-Control-Max-Age": str(_PREFLIGHT_S),
    }


def _body(refusal: RefusedError) -> bytes:
    refusal.headers["Content-Type"] = MEDIA_TYPE
    return json.dumps(refusal.to_dict()).encode()


async def _reply(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    raw.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
