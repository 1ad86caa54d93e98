"""What to try when no document holds all that a query binds: the same words, unbound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.query import nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["relaxed"]


def relaxed(parsed: nodes.Parsed) -> nodes.Parsed | None:
    """Return the query with quotes and AND taken off; None where nothing was bound by them.

    Fields, filters and exclusions stay: they were asked for by name.

    Args:
        parsed: The query that found nothing.
    """
    root = parsed.root
    opened = _open(root.nodes)
    if opened == list(root.nodes):
        return None
    return nodes.Parsed(parsed.text, nodes.Group(tuple(opened), root.start, root.end), parsed.notes)


def _open(items: Sequence[nodes.Node]) -> list[nodes.Node]:
    found: list[nodes.Node] = []
    for item in items:
        match item:
            case nodes.Phrase():
                found.append(nodes.Word(item.text, item.start, item.end, boost=item.boost))
            case nodes.And() | nodes.Group():
                found += _open(item.nodes)
            case _:
                found.append(item)
    return found
