"""What a shell offers when somebody presses Tab: documents, fields and their values.

Whatever goes wrong here offers nothing: a prompt is no place for errors.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import click

from droindex.engine.fields import FACETS, FIELDS, QUERY_FIELDS
from droindex.errors import DroindexError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from click.shell_completion import CompletionItem

    from droindex.api import Index

__all__ = ["DocumentName", "complete_facets", "complete_filters", "complete_words"]

_MAX_OFFERED = 100  # a shell shows no more without asking


class DocumentName(click.ParamType[str]):
    """The name of a document; a shell completes ids."""

    name = "document"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the ids that begin with what was typed."""
        with suppress(DroindexError, OSError), _index(ctx) as index:
            return _items(index.ids(incomplete, limit=_MAX_OFFERED))
        return []


def complete_words(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the fields that a word of a query may be the beginning of."""
    names = (f"{name}:" for name in QUERY_FIELDS)
    return _items(name for name in names if incomplete and name.startswith(incomplete))


def complete_facets(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the fields that can be counted, after those that stand there already."""
    before, comma, begun = incomplete.rpartition(",")
    return _items(f"{before}{comma}{name}" for name in FACETS if name.startswith(begun))


def complete_filters(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return fields that limit a search, or behind `=` the values that documents have."""
    name, equals, begun = incomplete.partition("=")
    if not equals:
        names = (f"{field}=" for field, spec in FIELDS.items() if spec.kind != "text")
        return _items(field for field in names if field.startswith(incomplete))
    with suppress(DroindexError, OSError), _index(ctx) as index:
        found = index.search("", scope="all", limit=1, snippets=False, facets=(name,))
        values = (item.value for item in found.facets[name])
        return _items(f"{name}={value}" for value in values if value.startswith(begun))
    return []


def _index(ctx: click.Context) -> Index:
    from droindex.api import Index  # noqa: PLC0415 - only where the library is asked

    path = ctx.params.get("index_path") or "library.idx"
    return Index.open(path, clearance=ctx.params.get("clearance"))


def _items(values: Iterable[str]) -> list[CompletionItem]:
    """Return what can stand on a line of a shell's answer."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - a search must not pay for it

    return [CompletionItem(value) for value in values if value.isprintable()][:_MAX_OFFERED]
