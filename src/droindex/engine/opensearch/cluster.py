"""A cluster, asked and told over HTTP: with patience where a node was lost, and in our errors."""

from __future__ import annotations

import ipaddress
import logging
import os
import time
from itertools import count
from typing import TYPE_CHECKING, Any

from droindex.errors import ClusterError, MissingExtraError, SettingsError

try:
    from opensearchpy import OpenSearch
    from opensearchpy.exceptions import NotFoundError, OpenSearchException
except ImportError as missing:  # whoever names an address needs it, and nobody else
    raise MissingExtraError(
        "A library on a cluster needs the package opensearch-py.", extra="opensearch"
    ) from missing

from droindex.engine.opensearch.faults import is_passing, translated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from droindex.engine.opensearch.address import Address

__all__ = ["Cluster"]

# Records of the client go to whoever listens; nobody else is to see them on standard error.
logging.getLogger("opensearch").addHandler(logging.NullHandler())

_TIMEOUT_S = 60.0  # for one answer
_WHOLE_S = 50  # for a new index to answer
_PATIENCE_S = 4.0  # how long a request is tried again; a lost node is replaced within three
_FIRST_PAUSE_S = 0.05
_CONNECTIONS = 16
_MAJORS = (2, 3)
_LEGACY_FROM = 3  # from here on, the plain BM25 of the server leaves out a factor
_USER, _PASSWORD, _AUTHORITY = (
    f"DROINDEX_OPENSEARCH_{name}" for name in ("USER", "PASSWORD", "CA")
)


class Cluster:
    """A cluster that answers; safe to use from many threads, and in a forked process.

    Args:
        address: Where it is.
        environ: Where user, password and the file of a certificate authority are named.
        patience_s: How long to try again what fails for want of a node, in seconds.
        pause: Waits between two tries, for so many seconds.

    Attributes:
        address: The same.
        requests: How many requests were answered.

    Raises:
        MissingExtraError: `missing-extra`, opensearch-py is not installed.
        SettingsError: `settings-error`, a password would go over the network in the open.
    """

    def __init__(
        self,
        address: Address,
        environ: Mapping[str, str] = os.environ,
        *,
        patience_s: float = _PATIENCE_S,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.address = address
        self.requests = 0
        self._patience_s = patience_s
        self._pause = pause
        self._options = _options(address, environ)
        self._client: tuple[int, OpenSearch] | None = None
        self._version: tuple[int, ...] = ()

    @property
    def where(self) -> str:
        """What errors call the cluster."""
        return f"The cluster at {', '.join(f'{host}:{port}' for host, port in self.address.hosts)}"

    @property
    def similarity(self) -> str:
        """What the server calls BM25 with its factor k1 + 1, as all engines here have it.

        Raises:
            ClusterError: `cluster-error`, it is no OpenSearch of a version that is known here.
        """
        return "LegacyBM25" if self.version[0] >= _LEGACY_FROM else "BM25"

    @property
    def version(self) -> tuple[int, ...]:
        """The version of the server.

        Raises:
            ClusterError: `cluster-error`, it is another server, or of another version.
        """
        if not self._version:
            told = self.ask("GET", "/", action="say what it is").get("version", {})
            number = str(told.get("number", ""))
            kind = told.get("distribution", "another server")
            major = number.partition(".")[0]
            if kind != "opensearch" or not major.isdigit() or int(major) not in _MAJORS:
                raise ClusterError(
                    f"{self.where} is {kind} {number}; droindex speaks OpenSearch 2 and 3.",
                    hint="Give the address of such a cluster, or bring the cluster up to date.",
                )
            self._version = tuple(int(part) for part in number.split(".") if part.isdigit())
        return self._version

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        params: Mapping[str, Any] | None = None,
        *,
        action: str,
        patience_s: float | None = None,
    ) -> Any:
        """Return the answer to a request that may be made twice.

        Args:
            method: Of HTTP.
            path: Its path.
            body: What goes with it, for JSON; a text for lines of JSON.
            params: What stands behind `?`.
            action: What is being done, as in `could not ACTION`.
            patience_s: How long to try again; None for the usual.

        Raises:
            ClusterError, IncompleteResultsError, IndexDamagedError, StorageError, EngineError: as
                `faults` tells them apart.
        """
        patience = self._patience_s if patience_s is None else patience_s
        deadline = time.monotonic() + patience
        for number in count():
            try:
                answer = self._transport().perform_request(
                    method, path, params=dict(params or {}), body=body
                )
            except (OpenSearchException, OSError, ValueError) as error:
                pause = _FIRST_PAUSE_S * 2 ** min(number, 4)
                if is_passing(error) and time.monotonic() + pause < deadline:
                    self._pause(pause)
                    continue
                raise translated(error, action, self.where) from error
            self.requests += 1
            return answer
        raise AssertionError("unreachable")

    def ask_for(self, path: str, *, action: str) -> Any:
        """Return what lies at a path; None where nothing does."""
        try:
            return self.ask("GET", path, action=action)
        except Exception as error:
            if isinstance(error.__cause__, NotFoundError):
                return None
            raise

    def drop(self, path: str, *, action: str) -> None:
        """Remove what lies at a path, if anything does."""
        try:
            self.ask("DELETE", path, action=action)
        except Exception as error:
            if not isinstance(error.__cause__, NotFoundError):
                raise

    def wait_until_whole(self, indexes: Iterable[str]) -> None:
        """Return when every shard of some indexes answers.

        Raises:
            IncompleteResultsError: `incomplete-results`, within a minute some do not.
        """
        # In the path: the client takes a parameter of this name for its own.
        path = f"/_cluster/health/{','.join(indexes)}?wait_for_status=yellow&timeout={_WHOLE_S}s"
        self.ask("GET", path, action="bring up all parts of an index")

    def _transport(self) -> Any:
        """Return what speaks with the nodes; a forked process has connections of its own."""
        if self._client is None or self._client[0] != os.getpid():
            self._client = os.getpid(), OpenSearch(**self._options)
        return self._client[1].transport


def _options(address: Address, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return how the client is made."""
    user, password = environ.get(_USER, ""), environ.get(_PASSWORD, "")
    is_far = not all(_is_loopback(host) for host, _ in address.hosts)
    if password and is_far and not address.is_secure:
        raise SettingsError(
            "The password of the cluster would go over the network in the open.",
            hint=f"Give the library as opensearchs://…, or unset {_PASSWORD}.",
        )
    options: dict[str, Any] = {
        "hosts": [{"host": host.strip("[]"), "port": port} for host, port in address.hosts],
        "use_ssl": address.is_secure,
        "timeout": _TIMEOUT_S,
        "pool_maxsize": _CONNECTIONS,
        # Whether a request is made again is decided here, where it is known to be harmless.
        "max_retries": len(address.hosts) - 1,
        "retry_on_status": (),
        "http_compress": False,
    }
    if user or password:
        options["http_auth"] = (user, password)
    if address.is_secure and environ.get(_AUTHORITY):
        options["ca_certs"] = environ[_AUTHORITY]
    return options


def _is_loopback(host: str) -> bool:
    """Whether what is sent to a host stays on this machine; a name may lead anywhere."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
