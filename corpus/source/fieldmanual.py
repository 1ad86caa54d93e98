"""Write the many pages of the field manual from tables and a seeded grammar."""

from __future__ import annotations


def expand(body: str, doc_id: str) -> str:
    """Replace the `@generate TOPIC` lines of a body by generated sections."""
    return body
