"""Names of files and documents: made valid, compared loosely, and which ones a name may mean."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["NearNames", "Tails", "by_loose_name", "loose_name", "valid_name"]

_MAX_PIECES = 100  # names in one cell
_T = TypeVar("_T", str, tuple[str, ...])


def valid_name(name: str) -> str:
    """Return a file name as valid unicode: each byte that is none becomes `%XX`."""
    if name.isascii():
        return name
    return re.sub("[\udc80-\udcff]", lambda match: f"%{ord(match[0]) - 0xDC00:02X}", name)


def loose_name(name: str) -> str:
    """Return the key under which names are equal that differ in case, accents' form or slashes."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").casefold()
    return name.removeprefix("./").strip("/")


def by_loose_name(names: Iterable[tuple[str, _T]]) -> dict[str, list[_T]]:
    """Return what is meant by loose name, given names and what they mean."""
    found: dict[str, list[_T]] = {}
    for name, meant in names:
        known = found.setdefault(loose_name(name), [])
        if meant not in known:
            known.append(meant)
    return found


class Tails:
    """Finds the one name that ends as another does: `S:/Policies/ops/a.pdf` and `ops/a.pdf`.

    Args:
        names: The names, loose.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._by_last: dict[str, list[str]] = {}
        for name in names:
            self._by_last.setdefault(_last(name), []).append(name)

    def one(self, name: str) -> str | None:
        """Return the one name that a loose name ends with, or that ends with it; None without.

        >>> tails = Tails(["ops/a.pdf", "ops/b.pdf", "hr/b.pdf"])
        >>> [tails.one(name) for name in ("s:/policies/ops/a.pdf", "a.pdf", "b.pdf", "hr/a.pdf")]
        ['ops/a.pdf', 'ops/a.pdf', None, None]
        """
        found = [
            other
            for other in self._by_last.get(_last(name), ())
            if f"/{other}".endswith(f"/{name}") or f"/{name}".endswith(f"/{other}")
        ]
        return found[0] if len(found) == 1 else None


def _last(name: str) -> str:
    return name.rpartition("/")[2]


class NearNames:
    """Finds the documents whose names are like a given one; in steps that grow with its length.

    Args:
        names: Name and what has it; several names may be of one thing.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._forms: dict[str, set[str]] = {}
        self._words: dict[str, set[str]] = {}
        for name, meant in names:
            word = _word(name)
            self._words.setdefault(word, set()).add(meant)
            for form in _forms(word):
                self._forms.setdefault(form, set()).add(meant)
        self._sorted = sorted(self._words)

    def near(self, name: str) -> set[str]:
        """Return what has a name that is one slip away, is cut short, or lies in another folder."""
        pieces = [piece for piece in re.split(r"[;,|\n]", name) if piece.strip()]
        if len(pieces) > 1:  # several in one cell
            return set().union(*map(self._near, (name, *pieces[:_MAX_PIECES])))
        return self._near(name)

    def _near(self, name: str) -> set[str]:
        word = _word(name)
        found: set[str] = set()
        for form in _forms(word):
            found |= self._forms.get(form, set())
        for length in range(1, len(word)):
            found |= self._words.get(word[:length], set())
        if word:
            for longer in self._sorted[bisect_left(self._sorted, word) :]:
                if not longer.startswith(word):
                    break
                found |= self._words[longer]
        return found


def _word(name: str) -> str:
    """Return the letters and figures of a file's name, without folder, suffix and accents."""
    file_name = re.split(r"[/\\]", name.strip().rstrip("/\\"))[-1]
    stem = re.sub(r"(?i)(?:\.(?:pdf|html?|txt|md|toml|json))+$", "", file_name) or file_name
    plain = unicodedata.normalize("NFKD", stem).casefold()
    return re.sub(r"[^a-z0-9]+", "", plain) or stem.casefold()


def _forms(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}
