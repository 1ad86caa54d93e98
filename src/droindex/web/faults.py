"""What a request is refused with: a status, which parameter, and why (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from droindex.errors import (
    DocumentNotFoundError,
    DroindexError,
    FileChangedError,
    MissingExtraError,
    PageImageError,
    QueryError,
)

__all__ = ["MEDIA_TYPE", "QueryRefusedError", "RefusedError", "problem_of"]

MEDIA_TYPE = "application/problem+json"
_RETRY_S = 5  # a build that mends a library takes about as long


class RefusedError(Exception):
    """A request that gets no answer.

    Args:
        status: The HTTP status.
        slug: A stable name of the reason.
        detail: What was wrong, and what to do.
        parameter: Which parameter is meant; None for none.
        headers: Headers of the answer.
    """

    def __init__(
        self,
        status: int,
        slug: str,
        detail: str,
        *,
        parameter: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.slug = slug
        self.detail = detail
        self.parameter = parameter
        self.headers = headers or {}

    def to_dict(self) -> dict[str, Any]:
        """Return the problem document."""
        shape: dict[str, Any] = {
            "type": f"urn:droindex:problem:{self.slug}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "slug": self.slug,
        }
        if self.parameter is not None:
            shape["parameter"] = self.parameter
        return shape


class QueryRefusedError(RefusedError):
    """A query that cannot be read, with the place where reading ended.

    Args:
        error: What the library said.
        parameter: Which parameter is meant.
    """

    def __init__(self, error: QueryError, parameter: str | None) -> None:
        super().__init__(400, error.slug, _sentence(error), parameter=parameter)
        self.position = error.position

    def to_dict(self) -> dict[str, Any]:
        """Return the problem document, with the position in the query in characters."""
        return {**super().to_dict(), "position": self.position}


def problem_of(error: DroindexError) -> RefusedError:
    """Return how an error of the library is told to whoever asked.

    What concerns the library as a whole is told without its message, which names folders.
    """
    if isinstance(error, DocumentNotFoundError):
        return RefusedError(404, error.slug, "There is no such document in this library.")
    if isinstance(error, FileChangedError):
        return RefusedError(
            404, error.slug, "The file changed since the library read it, and is not shown."
        )
    if isinstance(error, PageImageError):
        return RefusedError(404, error.slug, error.message)
    if isinstance(error, MissingExtraError):
        return RefusedError(501, error.slug, "This server has not what this takes.")
    if isinstance(error, QueryError):
        return QueryRefusedError(error, None)
    return RefusedError(
        503,
        "library-unavailable",
        "The library cannot answer at the moment.",
        headers={"Retry-After": str(_RETRY_S)},
    )


def _sentence(error: QueryError) -> str:
    return f"{error.message} {error.hint}".strip()
