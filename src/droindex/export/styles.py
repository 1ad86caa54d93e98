"""Citations in the style that is asked for, one or many."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from droindex.errors import QueryError
from droindex.export.bibtex import bibtex
from droindex.export.citation import plain
from droindex.export.csl import csl_item
from droindex.export.ris import ris

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from droindex.export.citation import Cited

__all__ = ["STYLES", "citations", "cite"]

CSL_JSON = "csl-json"
_OF_ONE = {"text": plain, "bibtex": bibtex, "ris": ris}
STYLES = (*_OF_ONE, CSL_JSON)


def cite(cited: Cited, style: str) -> str:
    """Return a citation; in `csl-json` it is a list of one item, as files of that format are.

    Raises:
        QueryError: `unknown-style`.
    """
    return "\n".join(citations([cited], style))


def citations(cited: Iterable[Cited], style: str) -> Iterator[str]:
    """Return what to write for many documents, piece by piece, each to end with a line break.

    Raises:
        QueryError: `unknown-style`.
    """
    if style not in STYLES:
        raise QueryError(
            f"There is no style of citations {style!r}.",
            slug="unknown-style",
            hint=f"Styles: {', '.join(STYLES)}.",
        )
    return _items(cited) if style == CSL_JSON else map(_OF_ONE[style], cited)


def _items(cited: Iterable[Cited]) -> Iterator[str]:
    last = "["
    for item in cited:
        if last != "[":
            yield f"{last},"
        else:
            yield last
        last = json.dumps(csl_item(item), ensure_ascii=False, indent=2)
    yield from ("[]",) if last == "[" else (last, "]")
