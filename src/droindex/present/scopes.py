"""What scopes, categories and collections are called."""

from __future__ import annotations

__all__ = ["SCOPE_NAMES", "nothing_in", "shelf_heading"]

SCOPE_NAMES = {
    "active": "Active Documents",
    "archived": "Archived Documents",
    "all": "the Entire Site",
}
_SHELF_HEADINGS = {"category": "Categories", "collection": "Collections"}


def shelf_heading(field: str, scope: str) -> str:
    """Return what stands above the categories or collections of a scope."""
    return f"{_SHELF_HEADINGS[field]} in {SCOPE_NAMES[scope]}"


def nothing_in(scope: str) -> str:
    """Return what is said of a scope that holds no document."""
    return f"No documents in {SCOPE_NAMES[scope]}."
