"""The ASGI application: its parts put together, and errors turned into answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.applications import Starlette

from droindex.api import Library
from droindex.api.locations import to_location
from droindex.api.operations import settings_of
from droindex.arguments import check_callable
from droindex.web.api.documents import DocumentApi
from droindex.web.api.machines import MachineApi
from droindex.web.api.pictures import PictureApi
from droindex.web.api.searches import SearchApi
from droindex.web.assets import Assets
from droindex.web.counters import Counters
from droindex.web.guard import Guard
from droindex.web.options import WebOptions
from droindex.web.refusals import Refusals
from droindex.web.site.documents import DocumentSite
from droindex.web.site.feeds import FeedSite
from droindex.web.site.home import HomeSite
from droindex.web.site.pages import Pages
from droindex.web.site.results import ResultsSite
from droindex.web.work.libraries import Libraries
from droindex.web.work.service import Service

if TYPE_CHECKING:
    import os

    from starlette.types import ASGIApp, Receive, Scope, Send

    from droindex.settings import Settings
    from droindex.web.options import Authorize

__all__ = ["WebApp", "create_app"]


class WebApp:
    """The application, to be run by itself or mounted under any prefix.

    Args:
        app: What answers.
        service: What it holds open.
    """

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, as ASGI has it."""
        await self._app(scope, receive, send)

    def close(self) -> None:
        """Let go of the library and of the threads."""
        self._service.close()


def create_app(
    library: str | os.PathLike[str] | Library,
    *,
    authorize: Authorize | None = None,
    options: WebOptions | None = None,
    settings: Settings | None = None,
) -> WebApp:
    """Return an ASGI application that serves a library.

    Args:
        library: Where it lies, or the `Library` itself.
        authorize: Takes a request (of Starlette) and returns the label up to which whoever asks
            may see documents, or None for the open ones alone. It may be a coroutine function.
            Without it, everybody sees the open documents.
        options: What a host may turn; None for the defaults.
        settings: All numbers of the search; None for those of `library`, or the defaults.

    Raises:
        SettingsError: `settings-error`.
        DroindexError: as `Index.open`: there is no library, or it cannot be read.

    Example:
        >>> app = create_app("library.idx")
    """
    check_callable(authorize, "authorize")
    if isinstance(library, Library):
        location, settings = library.location, settings or library.settings
    else:
        location = to_location(library, "library")
    options = options or WebOptions()
    libraries = Libraries(location, in_time(settings_of(settings), options.timeout_s))
    service = Service(libraries, options, Assets(), authorize)
    pages = Pages(options)
    counters = Counters() if options.metrics else None
    parts = (
        SearchApi(service),
        DocumentApi(service),
        PictureApi(service),
        MachineApi(service, counters),
        HomeSite(service, pages),
        ResultsSite(service, pages),
        DocumentSite(service, pages),
        FeedSite(service, pages),
    )
    app = Starlette(
        routes=[route for part in parts for route in part.routes()],
        exception_handlers=Refusals(service, pages).handlers(),
    )
    app.router.redirect_slashes = False
    guarded: ASGIApp = Guard(app, options)
    return WebApp(counters.counting(guarded) if counters else guarded, service)


def in_time(settings: Settings, timeout_s: float) -> Settings:
    """Return settings under which no search goes on for long when nobody waits for it any more."""
    limits = replace(settings.limits, deadline_s=min(settings.limits.deadline_s, timeout_s))
    return replace(settings, limits=limits)
