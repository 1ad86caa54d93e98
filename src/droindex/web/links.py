"""Addresses of the application's own pages, under whatever prefix it is mounted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from starlette.requests import Request

    from droindex.web.assets import Assets

__all__ = ["Links"]


class Links:
    """Makes addresses for one request. They begin with a slash, and name no host.

    Args:
        prefix: Where the application is mounted, without a slash at its end; may be empty.
        origin: Scheme and host, for addresses that leave the page; with a prefix of its own where
            the host gave one.
        assets: The static files.
    """

    def __init__(self, prefix: str, origin: str, assets: Assets) -> None:
        self.prefix = quote(prefix, safe="/~")
        self._origin = origin
        self._assets = assets

    @classmethod
    def of(cls, request: Request, public_url: str | None, assets: Assets) -> Links:
        """Return what makes the addresses for a request."""
        prefix = request.scope["droindex.prefix"]
        if public_url is not None:
            return cls(prefix, public_url.rstrip("/"), assets)
        url = request.url
        return cls(prefix, f"{url.scheme}://{url.netloc}{quote(prefix, safe='/~')}", assets)

    def to(self, path: str, query: str = "") -> str:
        """Return the address of a page of ours, given as `/search`."""
        return f"{self.prefix}{path}" + (f"?{query}" if query else "")

    def absolute(self, path: str, query: str = "") -> str:
        """Return the same with scheme and host, for what leaves the site."""
        return f"{self._origin}{path}" + (f"?{query}" if query else "")

    def document(self, doc_id: str, query: str = "") -> str:
        """Return the address of a document's page."""
        return self.to(document_path(doc_id), query)

    def file(self, doc_id: str, page: int | None = None) -> str:
        """Return the address of a document's file, opened at a page."""
        return self.to(f"/pdf/{_quoted(doc_id)}") + (f"#page={page}" if page else "")

    def page(self, doc_id: str, page: int, query: str = "") -> str:
        """Return the address of a page as a picture, with the words of a query marked."""
        values = {"page": page, **({"q": query} if query else {})}
        return self.to(f"/page/{_quoted(doc_id)}", urlencode(values, errors="replace"))

    def absolute_document(self, doc_id: str) -> str:
        """Return the address of a document's page, for what leaves the site."""
        return self.absolute(document_path(doc_id))

    def citation(self, doc_id: str, style: str) -> str:
        """Return the address of a document's citation."""
        return self.to(f"/cite/{_quoted(doc_id)}", f"style={style}")

    def shelf(self, name: str) -> str:
        """Return the address of a category or collection."""
        return self.to(f"/browse/{_quoted(name)}")

    def has_static(self, name: str) -> bool:
        """Whether there is a static file of that name."""
        return self._assets.get(name) is not None

    def static(self, name: str) -> str:
        """Return the address of a static file, which changes with its content."""
        return self.to(f"/static/{self._assets.fingerprinted(name)}")


def document_path(doc_id: str) -> str:
    """Return where a document's page lies, below the prefix."""
    return f"/doc/{_quoted(doc_id)}"


def _quoted(doc_id: str) -> str:
    return quote(doc_id.encode("utf-8", "replace"), safe="/")
