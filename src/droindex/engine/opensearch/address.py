"""Where a library lies on a cluster: `opensearch://host:9200/name`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from droindex.errors import SettingsError

__all__ = ["SCHEMES", "Address", "is_address"]

PLAIN, SECURE = "opensearch", "opensearchs"
SCHEMES = (PLAIN, SECURE)

_PORT = 9200
_MAX_SHARDS, _MAX_REPLICAS = 1024, 20
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")  # a part of the names of indexes, which have rules
_HOST = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[\w.-]+)(?::(?P<port>[0-9]{1,5}))?", re.IGNORECASE)
_FORM = "Give it as opensearch://HOST:9200/NAME, or opensearchs://… for a cluster that speaks TLS."


def is_address(location: object) -> bool:
    """Whether a location is one on a cluster, well written or not.

    >>> is_address("opensearch://localhost:9200/policies"), is_address("library.idx")
    (True, False)
    """
    if isinstance(location, Address):
        return True
    return isinstance(location, str) and location.partition("://")[0].lower() in SCHEMES


@dataclass(frozen=True, slots=True)
class Address:
    """A library on a cluster.

    Attributes:
        hosts: Nodes that may be asked, as (host, port); whichever answers.
        name: What the library is called there: small letters, digits and `_`.
        is_secure: Whether it is spoken with by TLS.
        shards: Pieces that a new index of documents is cut into, 1 to 1,024.
        replicas: Copies of each piece beside the first, 0 to 20.
    """

    hosts: tuple[tuple[str, int], ...]
    name: str
    is_secure: bool = False
    shards: int = 1
    replicas: int = 0

    @classmethod
    def parse(cls, text: str) -> Address:
        """Return the address that a text is.

        Args:
            text: `opensearch://host:9200/name`, or `opensearchs://…` for TLS; several hosts with
                commas between them; behind `?`, `shards=3` and `replicas=1` for what is new.

        Raises:
            SettingsError: `settings-error`, it is none.

        Example:
            >>> Address.parse("opensearch://a:9201,b/policies?replicas=1").hosts
            (('a', 9201), ('b', 9200))
        """
        if "@" in text:  # before all else: other errors say the address
            raise SettingsError(
                "A user and a password stand in the address of the library, for all to read.",
                hint="Put them into DROINDEX_OPENSEARCH_USER and DROINDEX_OPENSEARCH_PASSWORD.",
            )
        try:
            parts = urlsplit(text)
            pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        except ValueError as error:
            raise _refused(text, "it cannot be read") from error
        if parts.scheme.lower() not in SCHEMES:
            raise _refused(text, f"nothing is known of {parts.scheme}://")
        name = parts.path.strip("/")
        if not _NAME.fullmatch(name):
            why = "it names no library: small letters, digits and _, a letter first, 60 at most"
            raise _refused(text, why)
        if parts.fragment:
            raise _refused(text, f"nothing is known of #{parts.fragment}")
        hosts = tuple(_host(text, part) for part in parts.netloc.split(","))
        counts = _counts_of(text, pairs)
        return cls(hosts, name, is_secure=parts.scheme.lower() == SECURE, **counts)

    def __str__(self) -> str:
        hosts = ",".join(f"{host}:{port}" for host, port in self.hosts)
        return f"{SECURE if self.is_secure else PLAIN}://{hosts}/{self.name}{self._counts}"

    @property
    def _counts(self) -> str:
        counts = (("shards", self.shards, 1), ("replicas", self.replicas, 0))
        told = "&".join(f"{key}={value}" for key, value, usual in counts if value != usual)
        return f"?{told}" if told else ""


def _host(text: str, part: str) -> tuple[str, int]:
    found = _HOST.fullmatch(part)
    port = int(found["port"] or _PORT) if found else 0
    if found is None or not 0 < port < 1 << 16:
        raise _refused(text, f"{part!r} is no host with a port")
    return found["host"].lower(), port


def _counts_of(text: str, pairs: list[tuple[str, str]]) -> dict[str, int]:
    most = {"shards": (1, _MAX_SHARDS), "replicas": (0, _MAX_REPLICAS)}
    counts: dict[str, int] = {}
    for key, value in pairs:
        if key not in most:
            raise _refused(text, f"nothing is known of {key!r}")
        low, high = most[key]
        if not (value.isascii() and value.isdigit()) or not low <= int(value) <= high:
            raise _refused(text, f"{key} is a number from {low} to {high}")
        counts[key] = int(value)
    return counts


def _refused(text: str, why: str) -> SettingsError:
    return SettingsError(f"{text!r} is no address of a library: {why}.", hint=_FORM)
