"""As you type: the documents that a half-typed query would find."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from droindex.query.search import Request, search

if TYPE_CHECKING:
    from droindex.index.library import SetReader
    from droindex.query.results import Results
    from droindex.settings import Settings

__all__ = ["suggest"]

_SYNTAX = str.maketrans(dict.fromkeys('"“”„«»()*?^~:', " "))  # nobody means these half-way


def suggest(reader: SetReader, request: Request, settings: Settings) -> Results:
    """Return the best documents for text whose last word may be half-typed.

    All words must be there, the last one as the beginning of a word, as the reference library
    had it; where no document holds them all, those that hold some are listed.

    Args:
        reader: The set to search.
        request: What was typed so far, scope and limit.
        settings: Boosts and limits.
    """
    typed = request.text
    words = [word.lstrip("-+") for word in typed.translate(_SYNTAX).split()]
    words = [word for word in words if any(letter.isalnum() for letter in word)]
    if not words:
        results = search(reader, request, settings)
        results.notes = ()
        return results
    if not typed[-1].isspace():
        words[-1] = f"{words[-1]}*"
    quoted = [word if word.endswith("*") else f'"{word}"' for word in words]
    results = search(reader, replace(request, text=" AND ".join(quoted)), settings)
    results.query = typed
    results.notes = ()
    return results
