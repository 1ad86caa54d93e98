"""Counts and times of requests, in the format of Prometheus."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from droindex.errors import MissingExtraError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Counters"]

_KINDS = (
    "api",
    "pdf",
    "page",
    "doc",
    "search",
    "static",
)  # beginnings of paths that are told apart


class Counters:
    """Counts requests by what was asked for and how it ended; no query and no id is kept.

    Raises:
        MissingExtraError: `missing-extra`, prometheus-client is not installed.
    """

    def __init__(self) -> None:
        try:
            import prometheus_client as client  # noqa: PLC0415 - few ask for it
        except ImportError as error:
            raise MissingExtraError(
                "Metrics need prometheus-client.",
                hint="Install it with: pip install prometheus-client",
            ) from error
        self._client = client
        self._registry = client.CollectorRegistry()
        self._requests = client.Counter(
            "droindex_requests", "Requests.", ("kind", "status"), registry=self._registry
        )
        self._seconds = client.Histogram(
            "droindex_request_seconds",
            "Time to the first byte.",
            ("kind",),
            registry=self._registry,
        )

    def counting(self, app: ASGIApp) -> ASGIApp:
        """Return an application whose requests are counted."""

        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            first = path.strip("/").partition("/")[0]
            kind = first if first in _KINDS else "other"
            started = time.perf_counter()

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    self._seconds.labels(kind).observe(time.perf_counter() - started)
                    self._requests.labels(kind, str(message["status"])).inc()
                await send(message)

            await app(scope, receive, noted)

        return counted

    def exposed(self) -> tuple[bytes, str]:
        """Return all counts, and their media type."""
        return self._client.generate_latest(self._registry), self._client.CONTENT_TYPE_LATEST
