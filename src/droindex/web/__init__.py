"""A library on the web: the ASGI application that `droindex[web]` brings, for any host.

Nothing else in droindex knows of it. Start with `create_app`.
"""

from __future__ import annotations

from droindex.errors import MissingExtraError

try:
    import jinja2
    import starlette
except ImportError as error:
    raise MissingExtraError(
        f"The web application needs a package that is not installed: {error.name}.", extra="web"
    ) from error
del jinja2, starlette

from droindex.web.app import WebApp, create_app  # noqa: E402 - after the check of the extra
from droindex.web.options import WebOptions  # noqa: E402 - as above

__all__ = ["WebApp", "WebOptions", "create_app"]
