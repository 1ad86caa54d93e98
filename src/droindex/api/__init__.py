"""The front doors: `Index` for those who search, `Library` for those who run a library."""

from __future__ import annotations

from droindex.api.index import Index
from droindex.api.library import Library
from droindex.api.shelves import ShelfCount

__all__ = ["Index", "Library", "ShelfCount"]
