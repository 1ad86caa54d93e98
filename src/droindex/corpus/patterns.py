"""Glob patterns over the paths of a corpus: `exclude` and `split` in `corpus.toml`."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["path_matcher"]

_PARTS = re.compile(r"\*\*/|/\*\*$|\*\*|\*|\?|\[!?[^\]/]+\]|.", re.DOTALL)
_WILDCARDS = {"**/": "(?:.*/)?", "/**": "(?:/.*)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def path_matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Return what tells whether some patterns mean a path.

    Args:
        patterns: Relative to the corpus: `*`, `?` and `[…]` match inside one name, `**` any
            number of folders. What lies below a folder that is meant is meant with it.

    Returns:
        A function of a path relative to the corpus, with `/`.
    """
    if not patterns:
        return lambda path: False
    forms = "|".join(_pattern(pattern) for pattern in patterns)
    match = re.compile(f"(?:{forms})(?:/.*)?", re.DOTALL).fullmatch
    return lambda path: match(path) is not None


def _pattern(pattern: str) -> str:
    """Return a glob pattern as a regular expression."""
    pattern = pattern.strip().removeprefix("./").strip("/")
    return "".join(_WILDCARDS.get(part) or _literal(part) for part in _PARTS.findall(pattern))


def _literal(part: str) -> str:
    """Return a character, or a set of them, as a regular expression."""
    is_set = part.startswith("[") and len(part) > 1
    return _character_set(part) if is_set else re.escape(part)


def _character_set(part: str) -> str:
    """Return `[…]` of a glob pattern as a regular expression; what is no set means itself."""
    inside = re.sub(r"([\\\[\]^&~|])", r"\\\1", part[1:-1].removeprefix("!"))
    form = f"[^{inside}]" if part.startswith("[!") else f"[{inside}]"
    try:
        with warnings.catch_warnings(action="error"):
            re.compile(form)
    except (re.error, FutureWarning):  # a range that runs backwards, or a doubled hyphen
        return re.escape(part)
    return form
