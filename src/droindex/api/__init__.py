"""The front doors: `Index` for those who search, `Library` for those who run a library."""

from __future__ import annotations

from droindex.api.index import Index, ShelfCount
from droindex.api.library import Library

__all__ = ["Index", "Library", "ShelfCount"]
