"""What all endpoints are made with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from droindex.web.work.service import Service

__all__ = ["Endpoints"]


class Endpoints:
    """A part of the application.

    Args:
        service: What all parts share.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
