"""Queries that bind less: a text that quotes something, and one that no document fulfils."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.query.language import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["relaxed", "unquoted"]

_PROSE_WORDS = 10  # outside the quotes: from here on a text quotes, and does not demand
_QUOTES = (
    "The query reads as a text that quotes something: the words in quotes count, but need not "
    "stand side by side. Put AND before the quotes to demand them."
)


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


def unquoted(parsed: nodes.Parsed) -> nodes.Parsed:
    """Return a query with its quotes taken off, with a note, if it is a text that quotes.

    Args:
        parsed: The query.
    """
    root = parsed.root
    inside = list(_inside(root))
    if not any(isinstance(item, nodes.Phrase) for item in inside):
        return parsed
    if sum(isinstance(item, nodes.Word) for item in inside) < _PROSE_WORDS:
        return parsed
    notes = (*parsed.notes, _QUOTES)
    return nodes.Parsed(parsed.text, _without_quotes(root), notes)


def _inside(group: nodes.Group) -> Iterator[nodes.Node]:
    """Yield what stands side by side in a group and in the parentheses in it."""
    for item in group.nodes:
        if isinstance(item, nodes.Group):
            yield from _inside(item)
        else:
            yield item


def _without_quotes(group: nodes.Group) -> nodes.Group:
    opened = tuple(
        _without_quotes(item) if isinstance(item, nodes.Group) else _as_words(item)
        for item in group.nodes
    )
    return nodes.Group(opened, group.start, group.end)


def _as_words(item: nodes.Node) -> nodes.Node:
    if isinstance(item, nodes.Phrase):
        return nodes.Word(item.text, item.start, item.end, boost=item.boost)
    return item


def _open(items: Sequence[nodes.Node]) -> list[nodes.Node]:
    found: list[nodes.Node] = []
    for item in items:
        match item:
            case nodes.Phrase():
                found.append(_as_words(item))
            case nodes.And() | nodes.Group():
                found += _open(item.nodes)
            case _:
                found.append(item)
    return found
