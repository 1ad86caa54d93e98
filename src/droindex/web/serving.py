"""The application on a port of this machine, until somebody stops it."""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING

from droindex.errors import MissingExtraError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from droindex.web.app import WebApp

__all__ = ["serve"]

_TRIES = 20  # ports that are tried, from the one that was asked for
_BACKLOG = 128


def serve(
    app: WebApp,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    is_exact: bool = False,
    started: Callable[[str], None],
) -> None:
    """Serve an application, and return when the process is told to end.

    Args:
        app: The application.
        host: The address to listen at; by default, of this machine alone.
        port: The port; 0 for any that is free.
        is_exact: Whether it must be that port; else, where it is taken, one of the next.
        started: Is told where the application is, when it can be asked.

    Raises:
        MissingExtraError: `missing-extra`, uvicorn is not installed.
        StorageError: `storage-error`, no such port may be listened at.
    """
    try:
        import uvicorn  # noqa: PLC0415 - a host with a server of its own needs none
    except ImportError as error:
        raise MissingExtraError("Serving needs uvicorn.", extra="web") from error
    listener = _listener(host, port, 1 if is_exact or not port else _TRIES)
    bound = listener.getsockname()
    shown = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
    started(f"http://{shown}:{bound[1]}/")
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        listener.close()
        app.close()


def _listener(host: str, port: int, tries: int) -> socket.socket:
    """Return a socket that listens at a port, or at the first of some that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for place in range(tries):
        # Named as TCP, so that asyncio lets no short answer wait for the next one (Nagle).
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port + place))
            listener.listen(_BACKLOG)
        except (OSError, OverflowError) as error:
            listener.close()
            is_taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            if is_taken and place + 1 < tries:
                continue
            raise StorageError(
                f"Nothing can be served at {host}, port {port}: {error}.",
                hint="Give another one with --port and --host; --port 0 takes any free one.",
            ) from error
        return listener
    raise AssertionError("unreachable")  # the last try returns or raises
