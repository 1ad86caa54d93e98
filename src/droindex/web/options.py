"""What a host may turn in the web application, each with its unit and reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from droindex.arguments import check_seconds, check_text, to_texts
from droindex.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    Authorize = Callable[[Request], str | Awaitable[str | None] | None]

__all__ = ["MAX_LIMIT", "MAX_OFFSET", "MAX_PAGE", "MAX_QUERY", "WebOptions"]

MAX_QUERY = 512  # characters of a query: what the box lets in, and more than anybody types
MAX_LIMIT = 50  # hits of one answer: a screen shows ten
MAX_PAGE = 99_999  # of a file
MAX_OFFSET = 1_000  # hits that may be skipped: nobody reads further, and robots need not
_ORIGIN = re.compile(r"https?://[a-zA-Z0-9.\[\]:_-]+")
_DIRECTIONS = ("ltr", "rtl")
_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    """What a host may turn.

    Attributes:
        origins: Pages of which origins may read the JSON with their own scripts (CORS), each as
            `https://intranet.example`; nobody else's by default.
        public_url: Where readers find the library, for addresses that leave the page (feeds,
            mails, the browser's search box); by default what the request says.
        requests_per_minute: How many requests a client may make, in bursts of a fourth of that;
            None for no limit.
        threads: Searches that run at once; more wait.
        waiting: Requests that may wait for a thread; more are told to come again (503).
        timeout_s: Seconds after which a request that has no answer is told so (503).
        max_age_s: Seconds for which a browser may show an answer again without asking.
        login_url: Where the host lets people log in; a link to it stands on each page.
        metrics: Whether `/metrics` tells counts and times, in the format of Prometheus. It needs
            the package prometheus-client.
        language: The language that the pages are said to be in, as `en`.
        direction: `ltr`, or `rtl` for pages that run from right to left.
        stylesheet: Address of one more style sheet of the host, of the same origin: the theme.
    """

    origins: tuple[str, ...] = ()
    public_url: str | None = None
    requests_per_minute: int | None = None
    threads: int = 8
    waiting: int = 200
    timeout_s: float = 10.0
    max_age_s: int = 30
    login_url: str | None = None
    metrics: bool = False
    language: str = "en"
    direction: str = "ltr"
    stylesheet: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be used.

        Raises:
            SettingsError: `settings-error`.
        """
        for origin in to_texts(self.origins, "origins"):
            if not _ORIGIN.fullmatch(origin):
                raise SettingsError(
                    f"origins holds {origin!r}, which is no origin.",
                    hint="Give each as https://intranet.example, without a path.",
                )
        if self.public_url is not None and not re.match(r"https?://[^\s/]", self.public_url):
            raise SettingsError(
                f"public_url is {self.public_url!r}, which is no address.",
                hint="Give it as https://intranet.example/library.",
            )
        if self.direction not in _DIRECTIONS:
            raise SettingsError(
                f"direction is {self.direction!r}.", hint=f"Give one of {', '.join(_DIRECTIONS)}."
            )
        check_text(self.language, "language")
        check_text(self.login_url, "login_url")
        check_text(self.stylesheet, "stylesheet")
        check_seconds(self.timeout_s, "timeout_s")
        check_seconds(self.max_age_s, "max_age_s")
        for name in ("requests_per_minute", "threads", "waiting"):
            _check_count(getattr(self, name), name, may_be_none=name == "requests_per_minute")


def _check_count(value: object, name: str, *, may_be_none: bool) -> None:
    if value is None and may_be_none:
        return
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST:
        raise SettingsError(
            f"{name} is no whole number from 1 to {_MOST:,}.", hint="Give a number like 8."
        )
